/* Fits decision trees and forests: parameters of all of them, bags, trees as tasks. */
#ifndef MLCI_FOREST_FIT_H
#define MLCI_FOREST_FIT_H

#include "cart_grow.h"
#include "forest.h"
#include "monotonic_cst.h"

#define MLCI_BALANCED_SUBSAMPLE "balanced_subsample"

enum { MLCI_SPLITTER_BEST = 0, MLCI_SPLITTER_RANDOM };

/* forest_params.h and tree_params.h have the rows of the parameter tables. */
typedef struct mlci_forest_params {
    int64_t n_estimators; /* 0: a single tree, whose impurities are kept */
    int32_t criterion;    /* MLCI_CRITERION_ */
    int32_t splitter;     /* MLCI_SPLITTER_ */
    int64_t max_depth, max_leaf_nodes;
    int64_t min_samples_split, min_samples_leaf;
    double min_weight_fraction_leaf, min_impurity_decrease, ccp_alpha;
    char *max_features; /* NULL: all */
    int32_t bootstrap, oob_score;
    char *max_samples;  /* NULL: as many as there are rows */
    char *class_weight; /* class_weight.h, or MLCI_BALANCED_SUBSAMPLE; NULL: none */
    int64_t random_state;
    char *monotonic_cst; /* monotonic_cst.h; NULL: none */
} mlci_forest_params;

/* *state is an mlci_forest. */
mlc_status mlci_forest_fit(const mlci_model_fit *fit, void **state, mlc_error *err);
/* The same with splitter=random. */
mlc_status mlci_extra_trees_fit(const mlci_model_fit *fit, void **state, mlc_error *err);
/* Cross-field rules. */
mlc_status mlci_forest_check(const void *params, mlc_error *err);

extern const mlci_choice mlci_class_criteria[], mlci_number_criteria[];
extern const mlci_choice mlci_tree_splitters[];

#endif
