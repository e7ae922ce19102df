/* Trees that were trained: what predicts, is saved, and answers tables.
 *
 * Nodes of a tree lie in one array; children are adjacent and come after their parent. Tree t
 * adds to raw score t % n_outputs. Immutable once handed out. */
#ifndef MLCI_ENSEMBLE_H
#define MLCI_ENSEMBLE_H

#include "category_bins.h"
#include "descriptor.h"
#include "leaf_terms.h"
#include "link.h"
#include "tree_split.h"

/* Bits of mlci_tree_node.split next to the feature. */
#define MLCI_NODE_MISSING_LEFT 0x80000000u
#define MLCI_NODE_CATEGORY 0x40000000u
#define MLCI_NODE_FEATURE 0x3FFFFFFFu

typedef struct mlci_tree_node {
    double value;   /* `x <= value` goes left; a category set's index; the value of a leaf */
    uint32_t split; /* feature and bits; 0 in a leaf */
    int32_t left;   /* left child, the right one is next to it; 0: a leaf */
} mlci_tree_node;

/* One tree while it grows. */
typedef struct mlci_tree {
    mlci_root *root;
    int32_t n_nodes, capacity;
    mlci_tree_node *nodes;
    double *gain;  /* of a split; 0 in a leaf */
    double *cover; /* weight of the rows that reach the node */
    int32_t *bin;  /* numbers: codes 1 .. bin go left (training only) */
    int32_t n_sets, set_capacity;
    uint32_t *sets;         /* MLCI_SET_WORDS each */
    mlci_leaf_terms *terms; /* NULL or without nodes: all leaves are constant */
} mlci_tree;

typedef struct mlci_scorer mlci_scorer; /* scorer.h */

typedef struct mlci_ensemble {
    mlci_root *root;
    int64_t n_features;
    int32_t n_outputs;     /* raw scores a row */
    int32_t n_classes;     /* 0: numbers */
    int32_t link;          /* MLCI_LINK_ */
    double *start;         /* raw score before any tree; n_outputs */
    mlci_score_rule *rule; /* NULL: scores are double, and our own */
    int64_t n_trees;
    int64_t *first_node; /* n_trees + 1 */
    mlci_tree_node *nodes;
    double *gain, *cover; /* of each node */
    int64_t *first_set;   /* n_trees + 1; a node's set index counts from its tree's first */
    uint32_t *sets;
    mlci_leaf_terms *terms; /* of all nodes; NULL: all leaves are constant */
    mlci_category_bins categories;
    int64_t n_rounds;   /* rounds of the history, which early stopping may have cut off */
    double *train_loss; /* of each of them; NaN where there is none */
    /* Of the validation rows, round by round: the loss, NaN where there is none, then the metrics
     * that early stopping looked at. */
    double *valid;
    int64_t valid_width; /* 1 and the metrics */
    char *metrics;       /* their names, as in early_stopping_metric; NULL: none */
    int64_t tree_capacity, node_capacity, set_capacity, round_capacity;
    mlci_scorer *scorer; /* what predicts; NULL before mlci_ensemble_finish() */
} mlci_ensemble;

mlc_status mlci_tree_create(mlci_root *root, int32_t capacity, mlci_tree **out, mlc_error *err);
void mlci_tree_free(mlci_tree *tree);
/* Back to one leaf of value 0. */
void mlci_tree_reset(mlci_tree *tree);
/* Two new leaves; *left is the first of them. */
mlc_status mlci_tree_add_children(mlci_tree *tree, int32_t *left, mlc_error *err);
mlc_status mlci_tree_add_set(mlci_tree *tree, const uint32_t *set, int32_t *index, mlc_error *err);

/* Empty, start zero; the caller counts and places the codes of categories (category_bins.h). */
mlc_status mlci_ensemble_open(mlci_root *root, int64_t n_features, int32_t n_outputs,
                              mlci_ensemble **out, mlc_error *err);
/* Empty: features and categories as binned, start zero. */
mlc_status mlci_ensemble_create(mlci_root *root, const mlci_binned *binned, int32_t n_outputs,
                                mlci_ensemble **out, mlc_error *err);
void mlci_ensemble_free(void *ensemble);
mlc_status mlci_ensemble_add_tree(mlci_ensemble *ensemble, const mlci_tree *tree, mlc_error *err);
/* Trees all at once, to an ensemble without any. First places for the nodes, which the caller
 * writes with gain and cover; then each tree keeps the first n_nodes of its own; then places for the
 * sets, which the caller writes, too. Terms come last. */
mlc_status mlci_ensemble_open_trees(mlci_ensemble *ensemble, int64_t n_trees,
                                    const int32_t *n_nodes, mlc_error *err);
void mlci_ensemble_trim_trees(mlci_ensemble *ensemble, const int32_t *n_nodes);
mlc_status mlci_ensemble_open_sets(mlci_ensemble *ensemble, const int32_t *n_sets, mlc_error *err);
/* Says which metrics the history has. Rounds that are there keep theirs where the names are the
 * same, else they have none: NaN. */
mlc_status mlci_ensemble_set_metrics(mlci_ensemble *ensemble, const char *names, int32_t n_metrics,
                                     mlc_error *err);
/* valid: valid_width numbers. */
mlc_status mlci_ensemble_add_round(mlci_ensemble *ensemble, double train_loss, const double *valid,
                                   mlc_error *err);
/* The first n_trees of a finished ensemble, unfinished, with the history of their rounds. */
mlc_status mlci_ensemble_copy(mlci_root *root, const mlci_ensemble *from, int64_t n_trees,
                              mlci_ensemble **out, mlc_error *err);
/* Keeps the first n_trees. */
void mlci_ensemble_truncate(mlci_ensemble *ensemble, int64_t n_trees);

/* The last step, after which an ensemble predicts and does not change: the trees are valid. */
mlc_status mlci_ensemble_finish(mlc_context *call, mlci_ensemble *ensemble, mlc_error *err);

static inline mlci_link mlci_ensemble_link(const mlci_ensemble *e)
{
    return (mlci_link){e->link, e->n_outputs, e->n_classes, e->rule};
}

/* What a leaf, an index in all nodes, adds to the score of a row. */
static inline double mlci_ensemble_leaf_value(const mlci_ensemble *e, int64_t node, const double *x)
{
    const double constant = e->nodes[node].value;
    if (e->terms == NULL) return constant;
    return e->rule != NULL && e->rule->is_float ? mlci_leaf_value_float(e->terms, node, constant, x)
                                                : mlci_leaf_value(e->terms, node, constant, x);
}

/* The functions of a model descriptor whose state is an ensemble. */
int64_t mlci_ensemble_n_outputs(const void *params, const void *state, int32_t output);
int32_t mlci_ensemble_has_log_odds(const void *params, const void *state);
int64_t mlci_ensemble_scratch_size(const void *params, const void *state, int64_t n_rows);
void mlci_ensemble_predict(const mlci_model_predict *predict);
void mlci_ensemble_save(const void *params, const void *state, mlci_writer *w);
mlc_status mlci_ensemble_load(mlc_context *call, const void *params, mlci_reader *r,
                              int64_t n_features, int64_t n_classes, void **state, mlc_error *err);
/* "history", "importance", "trees", "leaf_coefficients" (ensemble_table.c). */
extern const char *const mlci_ensemble_tables[];
mlc_status mlci_ensemble_table(mlc_context *call, const void *params, const void *state,
                               const char *table, const mlci_features *features,
                               const mlci_classes *classes, mlc_dataset **out, mlc_error *err);

#endif
