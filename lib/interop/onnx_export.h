/* A model on its way to a graph of ONNX: what each cell of its program (program.h) is there. */
#ifndef MLCI_ONNX_EXPORT_H
#define MLCI_ONNX_EXPORT_H

#include "export.h"
#include "onnx_graph.h"
#include "program.h"
#include "tree/node_view.h"

/* A column of a value that has `width` of them. */
typedef struct mlci_onnx_cell {
    int32_t value, column, width;
    int32_t is_text;
} mlci_onnx_cell;

typedef struct mlci_onnx_export {
    mlci_export *e;
    mlci_root *root;
    mlci_onnx g;
    mlci_program *program;
    mlci_onnx_cell *cells;
} mlci_onnx_export;

/* MLC_ERROR_UNSUPPORTED that names a step. */
mlc_status mlci_onnx_refuse(const mlci_component *step, const char *what, mlc_error *err);
/* Notes a loss, once. */
mlc_status mlci_onnx_note(mlci_onnx_export *x, const char *step, const char *subject,
                          const char *effect, mlc_error *err);
/* Cells of numbers as the columns of one value. */
mlc_status mlci_onnx_columns(mlci_onnx_export *x, int32_t n, const int32_t *cells, int32_t *value,
                             mlc_error *err);
/* The value of one cell, n_rows x 1. */
int32_t mlci_onnx_column(mlci_onnx_export *x, int32_t cell);
/* Texts of a cell as integers: the index among n known ones, n where it is missing (the empty
 * text), n + 1 where it is none of them. */
typedef struct mlci_onnx_labels {
    int64_t n;
    const char **texts;
    int64_t *lengths;
} mlci_onnx_labels;
mlc_status mlci_onnx_codes(mlci_onnx_export *x, const char *step, int32_t cell,
                           const mlci_onnx_labels *labels, int32_t *value, mlc_error *err);

/* Adds what a step of the program does, and sets the cells that it writes (onnx_transform.c). */
mlc_status mlci_onnx_transform(mlci_onnx_export *x, const mlci_program_step *step, mlc_error *err);

/* Raw scores of trees whose features are the columns of a value (onnx_trees.c). */
typedef struct mlci_onnx_trees {
    mlci_node_view view;
    int32_t n_targets;
    const void *state;
    /* What a leaf adds: n_adds(tree) numbers, each to one target. A file of version 5 has a tree
     * for each of them. */
    int32_t (*n_adds)(const void *state, int64_t tree);
    double (*add)(const void *state, int64_t tree, int64_t node, int32_t k, int32_t *target);
} mlci_onnx_trees;
mlc_status mlci_onnx_put_trees(mlci_onnx_export *x, const mlci_onnx_trees *trees, int32_t features,
                               int32_t *scores, mlc_error *err);

/* The model's outputs (onnx_model.c), and what it has of support vectors (onnx_put_vectors.c). */
mlc_status mlci_onnx_model(mlci_onnx_export *x, mlc_error *err);
mlc_status mlci_onnx_put_vectors_model(mlci_onnx_export *x, mlc_error *err);

/* ---- what models share (onnx_model.c) ----------------------------------------------------- */

/* The features of the model as the columns of a value; bins NULL: it has no categories. */
mlc_status mlci_onnx_put_features(mlci_onnx_export *x, const mlci_category_bins *bins, int32_t *out,
                                  mlc_error *err);
/* Classes by number, n_rows of them, as their labels. */
void mlci_onnx_put_label(mlci_onnx_export *x, int32_t class_number);
void mlci_onnx_put_probabilities(mlci_onnx_export *x, int32_t value, int32_t n);
/* One column of scores: the second class where they are above a bound, by Greater or
 * GreaterOrEqual. */
int32_t mlci_onnx_above(mlci_onnx_export *x, int32_t score, const char *op, double bound);
/* Both of two classes from the probability of the second. */
int32_t mlci_onnx_both(mlci_onnx_export *x, int32_t second, int32_t n_classes);
/* has_exp: predictions or probabilities go through exp() or log(). */
mlc_status mlci_onnx_note_scores(mlci_onnx_export *x, int has_exp, int has_classes, mlc_error *err);

#endif
