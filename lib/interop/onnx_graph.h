/* A graph of ONNX under construction: values by number, nodes and constants as bytes.
 *
 * It remembers that memory ran out, so its functions need no checks: ask mlci_onnx_finish(). */
#ifndef MLCI_ONNX_GRAPH_H
#define MLCI_ONNX_GRAPH_H

#include "onnx_words.h"
#include "protobuf.h"

#define MLCI_ONNX_ML "ai.onnx.ml"

typedef struct mlci_onnx {
    mlci_root *root;
    int32_t opset;              /* of ai.onnx.ml: 3 or 5 */
    int32_t real;               /* type of numbers: MLCI_ONNX_FLOAT or _DOUBLE */
    int32_t n_inputs, n_values; /* values 0 .. n_inputs - 1 are the inputs */
    char **input_names;
    int32_t
        n_slashes; /* before the numbers of other values, so that no input is called like them */
    int64_t node;  /* mark of the one that is open */
    mlci_text nodes, constants, inputs, outputs, metadata;
} mlci_onnx;

void mlci_onnx_init(mlci_onnx *g, mlci_root *root, int32_t opset);
void mlci_onnx_clear(mlci_onnx *g);
/* The model into out. */
mlc_status mlci_onnx_finish(mlci_onnx *g, const char *name, const char *producer_version,
                            mlci_text *out, mlc_error *err);

/* n_rows x width of a type; inputs come before all other values. */
int32_t mlci_onnx_input(mlci_onnx *g, const char *name, int32_t type, int64_t width);
/* What the file says of itself. */
void mlci_onnx_metadata(mlci_onnx *g, const char *key, const char *value);
/* Gives a value to the outside; width 0: one dimension. A name that an input has gets an
 * underscore. */
void mlci_onnx_output(mlci_onnx *g, const char *name, int32_t value, int32_t type, int64_t width);

/* Constants: rows x columns, or rows -1: of one dimension. */
int32_t mlci_onnx_reals(mlci_onnx *g, int64_t rows, int64_t columns, const double *values);
int32_t mlci_onnx_real(mlci_onnx *g, double value);
int32_t mlci_onnx_integers(mlci_onnx *g, int64_t rows, int64_t columns, const int64_t *values);
/* One dimension; raw as little-endian bytes of that type. */
int32_t mlci_onnx_raw(mlci_onnx *g, int32_t type, int64_t n, const mlci_text *raw);
int32_t mlci_onnx_texts(mlci_onnx *g, int64_t n, const char *const *texts);

/* Nodes without attributes; the number of what they give. */
int32_t mlci_onnx_node(mlci_onnx *g, const char *op, int32_t n, const int32_t *inputs);
int32_t mlci_onnx_one(mlci_onnx *g, const char *op, int32_t a);
int32_t mlci_onnx_two(mlci_onnx *g, const char *op, int32_t a, int32_t b);
int32_t mlci_onnx_choose(mlci_onnx *g, int32_t condition, int32_t yes, int32_t no);
/* A node that gets attributes until it is closed. domain NULL: ONNX's own. */
int32_t mlci_onnx_open(mlci_onnx *g, const char *op, const char *domain, int32_t n,
                       const int32_t *inputs);
/* One more result, which nothing reads. */
void mlci_onnx_add_result(mlci_onnx *g);
void mlci_onnx_set_integer(mlci_onnx *g, const char *name, int64_t value);
void mlci_onnx_set_text(mlci_onnx *g, const char *name, const char *text);
/* A list of numbers, packed. */
void mlci_onnx_set_integers(mlci_onnx *g, const char *name, const mlci_text *packed);
void mlci_onnx_set_floats(mlci_onnx *g, const char *name, const mlci_text *packed);
/* A list of texts, as fields MLCI_ONNX_ATTRIBUTE_TEXTS. */
void mlci_onnx_set_texts(mlci_onnx *g, const char *name, const mlci_text *fields);
void mlci_onnx_set_tensor(mlci_onnx *g, const char *name, int32_t type, int64_t n,
                          const mlci_text *raw);
void mlci_onnx_close(mlci_onnx *g);

/* Common nodes with one attribute. */
int32_t mlci_onnx_cast(mlci_onnx *g, int32_t value, int32_t type);
int32_t mlci_onnx_concat(mlci_onnx *g, int32_t n, const int32_t *values); /* columns */
/* Rows of a table by number, or (axis 1) columns. */
int32_t mlci_onnx_gather(mlci_onnx *g, int32_t table, int32_t indices, int32_t axis);
int32_t mlci_onnx_largest(mlci_onnx *g, int32_t value); /* number of its column; one dimension */

#endif
