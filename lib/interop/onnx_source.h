/* A column of an ONNX graph: one input, and what is made of its values before a model reads it.
 *
 * A text becomes a number by a map; numbers are changed one operation after the other, each rounded
 * as the runtime does it. So a column is a function of one input that can be asked for any value,
 * which is how questions about it become questions about the input. */
#ifndef MLCI_ONNX_SOURCE_H
#define MLCI_ONNX_SOURCE_H

#include "onnx_file.h"

/* Values of an input that are known: texts or numbers. Not owned. */
typedef struct mlci_onnx_keys {
    int64_t n;
    const mlci_span *texts; /* NULL: */
    const double *numbers;
} mlci_onnx_keys;

/* Values of an input as other numbers. */
typedef struct mlci_onnx_map {
    int64_t n;
    mlci_onnx_keys keys;
    double *values;
    double missing, unseen; /* what the empty text or NaN, and what is no key become */
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
    int32_t is_whole;         /* the input has whole numbers only */
    const mlci_onnx_map *map; /* NULL: a number, or a text as it is */
    mlci_span fill;           /* of a text as it is: what stands for the empty one; or none */
    int32_t refuses_unseen;   /* the runtime fails at categories that are not known */
    int32_t hides_zeros;      /* numbers that are 0 are missing (onnx_parts.c) */
    int64_t change;           /* the last one; -1: none */
} mlci_onnx_source;

/* What the column has for a number of its input, or for what its map makes of a text. */
double mlci_onnx_value(const mlci_onnx_changes *c, const mlci_onnx_source *s, double x);

/* The sum of the sizes of what was added up to that value: its rounding error is at most half a
 * unit of the last place of this for each change. */
double mlci_onnx_size(const mlci_onnx_changes *c, const mlci_onnx_source *s, double x);
/* ---- columns that are functions of a few values ------------------------------------------- */

static inline int mlci_onnx_is_text(const mlci_onnx_source *s)
{
    return s->map != NULL && s->map->keys.texts != NULL;
}

/* Is a column of numbers a function of which of a few numbers its input is? */
int mlci_onnx_is_code(const mlci_onnx_changes *c, const mlci_onnx_source *s);
/* Does a fraction of its input not count, or is there none? */
int mlci_onnx_is_whole(const mlci_onnx_changes *c, const mlci_onnx_source *s);

/* The numbers that such a column knows. */
typedef struct mlci_onnx_codes {
    int64_t n;
    const double *at;
} mlci_onnx_codes;

void mlci_onnx_codes_of(const mlci_onnx_changes *c, const mlci_onnx_source *s,
                        mlci_onnx_codes *out);
/* What the column has for a known number, the k-th of its map if it has one, for one that is none
 * of all, and for a missing one. */
double mlci_onnx_code_value(const mlci_onnx_changes *c, const mlci_onnx_source *s, double code,
                            int64_t k);
double mlci_onnx_unseen(const mlci_onnx_changes *c, const mlci_onnx_source *s);
double mlci_onnx_missing(const mlci_onnx_changes *c, const mlci_onnx_source *s);
int mlci_onnx_are_same_texts(const mlci_onnx_keys *a, const mlci_onnx_keys *b);

/* ---- columns that are functions of a number ----------------------------------------------- */

/* A change that neither keeps the order of numbers nor turns it around; NULL: there is none. */
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
