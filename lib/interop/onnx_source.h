/* A column of an ONNX graph: one input, and what is made of its values before a model reads it.
 *
 * A text becomes a number by a map; numbers are changed one operation after the other, each rounded
 * as the runtime does it. So a column is a function of one input that can be asked for any value,
 * which is how questions about it become questions about the input. */
#ifndef MLCI_ONNX_SOURCE_H
#define MLCI_ONNX_SOURCE_H

#include "onnx_file.h"

/* Texts of an input as numbers. */
typedef struct mlci_onnx_map {
    int64_t n;
    mlci_span *keys; /* not owned */
    double *values;
    double missing, unseen; /* what the empty text and texts that are no key become */
    int32_t refuses_unseen; /* the runtime fails at those */
} mlci_onnx_map;

enum {
    MLCI_ONNX_ADD,
    MLCI_ONNX_SUBTRACT,
    MLCI_ONNX_MULTIPLY,
    MLCI_ONNX_DIVIDE,
    MLCI_ONNX_ROUND,    /* to float32 */
    MLCI_ONNX_CLIP,     /* to a .. b */
    MLCI_ONNX_REPLACE,  /* a, which may be NaN, by b */
    MLCI_ONNX_TRUNCATE, /* to an integer */
    MLCI_ONNX_EQUALS,   /* a: 1, else 0 */
    MLCI_ONNX_IS_NAN
};

#define MLCI_ONNX_MOST_CHANGES 64 /* of one column */

typedef struct mlci_onnx_change {
    int32_t op, is_float; /* the result is rounded to float32 */
    double a, b;
    int64_t before; /* the change before it; -1: none */
    int32_t number; /* how many it is */
} mlci_onnx_change;

typedef struct mlci_onnx_changes {
    int64_t n, capacity;
    mlci_onnx_change *list;
} mlci_onnx_changes;

typedef struct mlci_onnx_source {
    int32_t feature;
    int32_t is_float;         /* a number is rounded to float32 first */
    const mlci_onnx_map *map; /* NULL: a number, or a text as it is */
    mlci_span fill;           /* of a text as it is: what stands for the empty one; or none */
    int64_t change;           /* the last one; -1: none */
} mlci_onnx_source;

/* What the column has for a number of its input, or for what its map makes of a text. */
double mlci_onnx_value(const mlci_onnx_changes *c, const mlci_onnx_source *s, double x);
/* The sum of the sizes of what was added up to that value: its rounding error is at most half a
 * unit of the last place of this for each change. */
double mlci_onnx_size(const mlci_onnx_changes *c, const mlci_onnx_source *s, double x);
/* The first change of that kind before which there is none of another kind than TRUNCATE, ROUND or
 * REPLACE of missing values; NULL: there is none. */
const mlci_onnx_change *mlci_onnx_code(const mlci_onnx_changes *c, const mlci_onnx_source *s);
/* Is there a change that does not keep the order of numbers, nor turns it around? NULL: none. */
const char *mlci_onnx_disorder(const mlci_onnx_changes *c, const mlci_onnx_source *s);

/* A number as `factor * x + offset`, missing values as `missing`. */
typedef struct mlci_onnx_line {
    double factor, offset, missing;
    double fill; /* the number that missing ones are as; NaN: none */
} mlci_onnx_line;
/* NULL, or why a column is not that. */
const char *mlci_onnx_line_of(const mlci_onnx_changes *c, const mlci_onnx_source *s,
                              mlci_onnx_line *out);

#endif
