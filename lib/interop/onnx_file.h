/* An ONNX file as it is read: its nodes, constants and inputs, by name. Nothing is copied: spans
 * are stretches of the file. */
#ifndef MLCI_ONNX_FILE_H
#define MLCI_ONNX_FILE_H

#include "foreign.h"
#include "onnx_words.h"
#include "protobuf.h"

typedef struct mlci_span {
    const char *at; /* NULL: not there */
    int64_t length;
} mlci_span;

typedef struct mlci_onnx_op {
    mlci_span name, domain, message;
    mlci_span label; /* of the node: its own name, else that of its first result */
    int32_t n_inputs, n_outputs;
    int64_t first_input, first_output; /* in the list of names */
} mlci_onnx_op;

/* An input of the graph, or a constant, whose type and dimensions the message has. */
typedef struct mlci_onnx_known {
    mlci_span name, message;
    int32_t type;  /* of an input */
    int64_t width; /* of an input; -1: not said */
} mlci_onnx_known;

typedef struct mlci_onnx_file {
    mlci_foreign *model; /* for messages, memory and limits */
    int64_t ml_version;
    mlci_span graph, producer;
    mlci_span levels; /* what its metadata says of quantiles */
    int64_t n_ops, n_constants, n_inputs, n_outputs, n_names;
    mlci_onnx_op *ops;
    mlci_onnx_known *constants, *inputs;
    mlci_span *outputs, *names;
} mlci_onnx_file;

/* MLC_ERROR_FORMAT where it is no ONNX file, MLC_ERROR_UNSUPPORTED for data outside it, graphs in
 * graphs, functions and sparse constants. */
mlc_status mlci_onnx_read(mlci_onnx_file *f, const char *bytes, int64_t n, mlc_error *err);
void mlci_onnx_file_clear(mlci_onnx_file *f);
int mlci_span_is(mlci_span text, const char *word);
int mlci_span_same(mlci_span a, mlci_span b);

/* MLC_ERROR_FORMAT that names a node and its operator. */
mlc_status mlci_onnx_fault(const mlci_onnx_file *f, const mlci_onnx_op *op, const char *what,
                           mlc_error *err);
/* The same with MLC_ERROR_UNSUPPORTED. */
mlc_status mlci_onnx_unknown(const mlci_onnx_file *f, const mlci_onnx_op *op, const char *what,
                             mlc_error *err);

/* Numbers of an attribute or a constant, as doubles; a block of the caller. NULL and n 0 where
 * there is none. is_double: they were. */
typedef struct mlci_onnx_numbers {
    int64_t n;
    double *values;
    int32_t is_double;
} mlci_onnx_numbers;

/* Attribute of a node: its message; at NULL: it has none of that name. */
mlci_span mlci_onnx_attribute(const mlci_onnx_op *op, const char *name);
mlc_status mlci_onnx_integer_of(const mlci_onnx_file *f, const mlci_onnx_op *op, const char *name,
                                int64_t otherwise, int64_t *out, mlc_error *err);
mlc_status mlci_onnx_float_of(const mlci_onnx_file *f, const mlci_onnx_op *op, const char *name,
                              double otherwise, double *out, mlc_error *err);
/* at NULL where there is none. */
mlc_status mlci_onnx_text_of(const mlci_onnx_file *f, const mlci_onnx_op *op, const char *name,
                             mlci_span *out, mlc_error *err);
/* Integers, floats or a tensor of numbers. */
mlc_status mlci_onnx_numbers_of(const mlci_onnx_file *f, const mlci_onnx_op *op, const char *name,
                                mlci_onnx_numbers *out, mlc_error *err);
/* Texts; a block of the caller. */
mlc_status mlci_onnx_texts_of(const mlci_onnx_file *f, const mlci_onnx_op *op, const char *name,
                              int64_t *n, mlci_span **out, mlc_error *err);
/* Of a constant. */
mlc_status mlci_onnx_tensor_numbers(const mlci_onnx_file *f, mlci_span message,
                                    mlci_onnx_numbers *out, int32_t *type, mlc_error *err);
/* Its last dimension, and the product of those before. */
mlc_status mlci_onnx_tensor_shape(const mlci_onnx_file *f, mlci_span message, int64_t *rows,
                                  int64_t *columns, mlc_error *err);
mlc_status mlci_onnx_tensor_texts(const mlci_onnx_file *f, mlci_span message, int64_t *n,
                                  mlci_span **out, mlc_error *err);

#endif
