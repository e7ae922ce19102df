/* Decision trees and forests that were grown: what predicts, is saved, and answers tables.
 *
 * Nodes are those of mlci_ensemble; the value of a leaf is a mean, the share of the second of two
 * classes, or of K > 2 classes k < K for class k alone, else K plus the row of its tree's shares.
 * Immutable once handed out. */
#ifndef MLCI_FOREST_H
#define MLCI_FOREST_H

#include "cart_columns.h"
#include "cart_tree.h"
#include "node_view.h"

typedef struct mlci_forest {
    mlci_root *root;
    int64_t n_features;
    int32_t n_classes; /* 0: numbers */
    int64_t n_trees;
    int64_t *first_node; /* n_trees + 1 */
    mlci_tree_node *nodes;
    double *cover;        /* weight of the rows that reach a node */
    double *impurity;     /* of a node; NULL: not kept */
    int64_t *first_set;   /* n_trees + 1; a node's set index counts from its tree's first */
    uint32_t *sets;       /* MLCI_SET_WORDS each */
    int64_t *first_share; /* n_trees + 1, the same for rows of shares */
    double *shares;       /* n_classes each */
    mlci_category_bins categories;
    double *importance; /* n_features; sum 1, or 0 without splits */
    int64_t n_oob;      /* rows with out-of-bag predictions; 0: not asked for */
    double *oob;        /* n_oob x mlci_forest_width(), NaN where a row was in every bag */
    double oob_score;   /* accuracy or R2 over the others */
    int64_t tree_capacity, node_capacity, set_capacity, share_capacity;
} mlci_forest;

/* Empty: features and categories as of the columns. */
mlc_status mlci_forest_create(mlci_root *root, const mlci_cart_columns *columns, int32_t n_classes,
                              int32_t keep_impurity, mlci_forest **out, mlc_error *err);
void mlci_forest_free(void *forest);
/* Appends a tree: sets and shares that its nodes use. */
mlc_status mlci_forest_add_tree(mlci_forest *forest, const mlci_cart_tree *tree, mlc_error *err);

static inline mlci_node_view mlci_forest_view(const mlci_forest *f)
{
    return (mlci_node_view){f->root,  f->n_features, f->n_trees, f->first_node,
                            f->nodes, f->first_set,  f->sets,    &f->categories};
}
/* Sums that a prediction takes: one, or one a class. */
static inline int32_t mlci_forest_width(const mlci_forest *forest)
{
    return forest->n_classes < 3 ? 1 : forest->n_classes;
}
/* Adds the value of a leaf (an index in all nodes) of a tree to that many sums. */
static inline void mlci_forest_add_leaf(const mlci_forest *f, int64_t tree, int64_t node,
                                        double *sums)
{
    const double value = f->nodes[node].value;
    if (f->n_classes < 3) {
        sums[0] += value;
    } else if (value < f->n_classes) {
        sums[(int32_t)value] += 1;
    } else {
        const double *const shares =
            f->shares + (f->first_share[tree] + (int64_t)value - f->n_classes) * f->n_classes;
        for (int32_t k = 0; k < f->n_classes; k++)
            sums[k] += shares[k];
    }
}
/* The leaves (indices in all nodes) that n rows of x end in, x as in mlci_model_predict; rows:
 * which of x, NULL for the first n. */
void mlci_forest_walk(const mlci_forest *forest, int64_t tree, const double *x, const int32_t *rows,
                      int64_t n, int64_t *leaf);
/* Sums to what mlci_forest_predict() gives of n_trees trees: PREDICTION or PROBABILITY. */
void mlci_forest_finish(const mlci_forest *forest, int32_t output, const double *sums,
                        double n_trees, double *out);

/* The functions of a model descriptor whose state is a forest. */
int64_t mlci_forest_n_outputs(const void *params, const void *state, int32_t output);
int64_t mlci_forest_scratch_size(const void *params, const void *state, int64_t n_rows);
int32_t mlci_forest_has_long_blocks(const void *params, const void *state);
void mlci_forest_predict(const mlci_model_predict *predict);
void mlci_forest_save(const void *params, const void *state, mlci_writer *w);
mlc_status mlci_forest_load(mlc_context *call, const void *params, mlci_reader *r,
                            int64_t n_features, int64_t n_classes, void **state, mlc_error *err);
/* "importance", "trees"; forests with bootstrap also "oob" and "oob_score" (forest_table.c). */
extern const char *const mlci_forest_tables[], *const mlci_tree_tables[];
mlc_status mlci_forest_table(mlc_context *call, const void *params, const void *state,
                             const char *table, const mlci_features *features,
                             const mlci_classes *classes, mlc_dataset **out, mlc_error *err);

#endif
