/* An ONNX graph while it is read: its nodes are gone through in their order, and each value gets a
 * form. */
#ifndef MLCI_ONNX_READING_H
#define MLCI_ONNX_READING_H

#include "onnx_read_trees.h"

typedef enum mlci_onnx_kind {
    MLCI_FORM_NONE,
    MLCI_FORM_CONSTANT,
    MLCI_FORM_COLUMNS, /* numbers or coded texts */
    MLCI_FORM_TEXT,    /* an input of texts */
    MLCI_FORM_SCORES,
    MLCI_FORM_SECOND, /* 1 - of these are scores or probabilities: those of the first class */
    MLCI_FORM_LINKED, /* responses or probabilities */
    MLCI_FORM_ABOVE,  /* is the one score of a row above `bound`? */
    MLCI_FORM_CLASS,  /* a number of a class */
    MLCI_FORM_LABEL,
    MLCI_FORM_MAPS /* what ZipMap gives */
} mlci_onnx_kind;

/* Scores on their way. */
typedef struct mlci_onnx_scores {
    int64_t start; /* place of what was added, -1: nothing */
    double factor, divisor, bound;
    int32_t link, has_bound;
} mlci_onnx_scores;

typedef struct mlci_onnx_form {
    mlci_onnx_kind kind;
    int32_t is_float; /* numbers are rounded to float32 */
    int64_t first, n; /* columns: in the list of them */
    int64_t constant; /* which one; of an input of texts the input */
    mlci_onnx_scores scores;
} mlci_onnx_form;

typedef struct mlci_onnx_reading {
    mlci_foreign *model;
    mlci_onnx_file file;
    int64_t *ids;          /* of names: nodes, constants, inputs, outputs one after the other */
    mlci_onnx_form *forms; /* by id */
    int64_t n_sources, source_capacity;
    mlci_onnx_source *sources;
    int64_t n_maps, map_capacity;
    mlci_onnx_map **maps;
    mlci_span **key_lists;
    int64_t n_key_lists;
    int64_t *first_column; /* of each input, its first feature */
    int32_t has_trees, is_class;
    mlci_onnx_tree_node trees;
    int64_t n_labels;
    mlci_span *labels; /* texts; NULL: */
    double *label_numbers;
    int32_t label_type; /* of those */
    double *starts;     /* what was added to scores: n_outputs each */
    int64_t n_starts;
} mlci_onnx_reading;

typedef struct mlci_onnx_step {
    mlci_onnx_reading *g;
    const mlci_onnx_op *op;
    mlci_onnx_form *in[4]; /* the first inputs; NULL beyond */
    mlci_onnx_form *out;
} mlci_onnx_step;

static inline int mlci_form_is(const mlci_onnx_form *f, mlci_onnx_kind kind)
{
    return f != NULL && f->kind == kind;
}

/* MLC_ERROR_UNSUPPORTED that names the operator. */
mlc_status mlci_onnx_refuse_step(const mlci_onnx_step *s, const char *what, mlc_error *err);
mlc_status mlci_onnx_refuse_place(const mlci_onnx_step *s, mlc_error *err);

/* ---- columns (onnx_columns.c) ------------------------------------------------------------- */

/* The numbers of a constant; a block of the caller. */
mlc_status mlci_onnx_constant_numbers(const mlci_onnx_step *s, const mlci_onnx_form *f,
                                      mlci_onnx_numbers *out, mlc_error *err);
/* One more column at the end of the list. */
mlc_status mlci_onnx_add_source(mlci_onnx_reading *g, mlci_onnx_source source, mlc_error *err);
/* Columns side by side. */
mlc_status mlci_onnx_concat_columns(const mlci_onnx_step *s, mlc_error *err);
/* Texts to numbers. */
mlc_status mlci_onnx_label_encoder(const mlci_onnx_step *s, mlc_error *err);
/* Codes of texts to the numbers of a table, and some of the columns of a value. */
mlc_status mlci_onnx_gather_codes(const mlci_onnx_step *s, mlc_error *err);
mlc_status mlci_onnx_gather_columns(const mlci_onnx_step *s, mlc_error *err);

/* ---- labels (onnx_labels.c) --------------------------------------------------------------- */

/* Numbers of classes to labels of a constant. */
mlc_status mlci_onnx_constant_labels(const mlci_onnx_step *s, mlc_error *err);
/* The labels of a classifier. */
mlc_status mlci_onnx_attribute_labels(const mlci_onnx_step *s, mlc_error *err);
/* The labels as the classes of the model. */
mlc_status mlci_onnx_make_classes(mlci_onnx_reading *g, mlc_error *err);

#endif
