/* Support vectors of an ONNX graph under any kernel, as an exchange document (docs/exchange.md). */
#ifndef MLCI_ONNX_VECTORS_H
#define MLCI_ONNX_VECTORS_H

#include "onnx_document.h"

/* The model, g->model->document; f: the output that tells most. */
mlc_status mlci_onnx_vector_model(mlci_onnx_reading *g, const mlci_onnx_form *f, mlc_error *err);
/* The fields of the model after its features: kernel, vectors, coefficients. */
void mlci_onnx_put_vectors(const mlci_onnx_reading *g, const mlci_onnx_features *f, mlci_text *out);
const char *mlci_onnx_vector_component(const mlci_onnx_reading *g);
/* Raw scores of a row, as the model has them, and how many. */
int64_t mlci_onnx_n_vector_scores(const mlci_onnx_reading *g);
/* columns: those that the vectors meet, then how far each may be away; work: a number a pair of
 * classes, at least 1. Returns how far the scores may be away. */
double mlci_onnx_vector_scores(const mlci_onnx_reading *g, const double *columns, double *work,
                               double *out);
/* Numbers of work. */
int64_t mlci_onnx_n_vector_decisions(const mlci_onnx_reading *g);

#endif
