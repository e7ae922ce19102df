/* A linear model of an ONNX graph as an exchange document (docs/exchange.md). */
#ifndef MLCI_ONNX_DOCUMENT_H
#define MLCI_ONNX_DOCUMENT_H

#include "onnx_features.h"

/* Into g->model->document. order: the classes of the file by ascending labels; n_classes 0: none.
 */
mlc_status mlci_onnx_write_document(const mlci_onnx_reading *g, const mlci_onnx_features *f,
                                    int64_t n_classes, const int64_t *order, mlc_error *err);

/* ---- rows to check with (onnx_document_rows.c) -------------------------------------------- */

/* The field "check": rows of the inputs, and what the graph itself makes of them. is_vector: they
 * are one input. */
mlc_status mlci_onnx_write_rows(const mlci_onnx_reading *g, const mlci_onnx_features *f,
                                int is_vector, mlci_text *out, mlc_error *err);

#endif
