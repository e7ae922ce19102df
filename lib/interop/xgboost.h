/* What an XGBoost model's document says, while it becomes a model of ours. The document's fields
 * are those of XGBoost's src/learner.cc, src/gbm, src/tree/tree_model.cc and
 * src/data/cat_container.cc. */
#ifndef MLCI_XGBOOST_H
#define MLCI_XGBOOST_H

#include "document.h"
#include "foreign.h"

/* Arrays of a tree. */
enum {
    MLCI_XGBOOST_LEFT,
    MLCI_XGBOOST_RIGHT,
    MLCI_XGBOOST_FEATURE,
    MLCI_XGBOOST_DEFAULT_LEFT,
    MLCI_XGBOOST_SPLIT_TYPE,
    MLCI_XGBOOST_SET_NODES,
    MLCI_XGBOOST_SET_STARTS,
    MLCI_XGBOOST_SET_SIZES,
    MLCI_XGBOOST_CATEGORIES,
    MLCI_XGBOOST_N_INTEGERS
};
enum {
    MLCI_XGBOOST_CONDITION,
    MLCI_XGBOOST_GAIN,
    MLCI_XGBOOST_COVER,
    MLCI_XGBOOST_BASE_WEIGHTS,
    MLCI_XGBOOST_LEAF_WEIGHTS,
    MLCI_XGBOOST_N_FLOATS
};

/* One tree after the other. */
typedef struct mlci_xgboost_tree {
    mlci_integers integers[MLCI_XGBOOST_N_INTEGERS];
    mlci_floats floats[MLCI_XGBOOST_N_FLOATS];
    int32_t has_integers[MLCI_XGBOOST_N_INTEGERS], has_floats[MLCI_XGBOOST_N_FLOATS];
    int64_t n_nodes;       /* as tree_param has it; -1: it does not */
    int64_t n_leaf_values; /* of a leaf; more than one: a value an output */
    int64_t capacity;      /* nodes */
    int32_t *queue;        /* nodes that can be reached */
    int32_t *set_of_node;  /* k-th set of the tree, or -1 */
    uint8_t *seen;
} mlci_xgboost_tree;

typedef struct mlci_xgboost {
    mlci_foreign *model;
    mlci_document document;
    int64_t version[3];
    int32_t has_learner, has_trees, has_weights;
    char booster[16];
    int64_t n_features, n_classes, n_targets;
    int64_t n_parallel_trees, n_declared_trees; /* -1: not said */
    int64_t n_trees;        /* in the file: those of leaves with several values count once */
    int64_t best_iteration; /* -1: none */
    mlci_floats base_score, weight_drop, weights; /* weights: of gblinear */
    mlci_integers tree_info, first_tree;          /* first_tree: of each round, and the end */
    mlci_xgboost_tree tree;
    int64_t n_leaf_values;              /* of all trees */
    mlci_text levels;                   /* of reg:quantileerror: "1E-1,5E-1" */
    mlci_text names, types;             /* one after another; a character a feature */
    mlci_integers name_ends;            /* in names */
    mlci_text labels;                   /* of categories, one after another */
    mlci_integers label_ends, n_labels; /* in labels; of each feature */
} mlci_xgboost;

/* The whole document (xgboost_document.c). */
mlc_status mlci_xgboost_read(mlci_xgboost *x, mlc_error *err);
/* "cats": labels of categories; feature_names, feature_types (xgboost_inputs.c). */
mlc_status mlci_xgboost_read_labels(mlci_xgboost *x, mlc_error *err);
mlc_status mlci_xgboost_read_names(mlci_xgboost *x, mlc_error *err);
mlc_status mlci_xgboost_read_types(mlci_xgboost *x, mlc_error *err);
mlc_status mlci_xgboost_set_inputs(mlci_xgboost *x, mlc_error *err);
/* An object of "trees", into one tree of the model or one an output (xgboost_tree.c). */
mlc_status mlci_xgboost_read_tree(mlci_xgboost *x, mlc_error *err);
void mlci_xgboost_tree_clear(mlci_xgboost_tree *tree);
/* Component, link, classes and first scores (xgboost_objective.c). */
mlc_status mlci_xgboost_set_objective(mlci_xgboost *x, mlc_error *err);
/* gblinear's weights, a leaf that is linear in one feature each (xgboost_linear.c). */
mlc_status mlci_xgboost_set_weights(mlci_xgboost *x, mlc_error *err);

#endif
