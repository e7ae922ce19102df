/* extra_trees_classifier: extremely randomised trees, for classes.
 *
 * The engine is in forest_fit.c and cart_*.c; this file is its parameters and words. */
#include <math.h>

#include "forest_fit.h"
#include "shap.h"

#define FOREST_BOOTSTRAP 0

static const mlci_param params[] = {
    MLCI_CHOICE(mlci_forest_params, criterion, MLCI_CRITERION_GINI, mlci_class_criteria,
                "impurity that splits decrease", .since = "0.1"),
    MLCI_STRING(mlci_forest_params, max_features, "sqrt",
                "features a node looks at: sqrt, log2, a whole number, a share, or none for all",
                .flags = MLCI_PARAM_NONE, .since = "0.1"),
    MLCI_STRING(mlci_forest_params, class_weight, NULL,
                "weights by class, times those of rows: balanced gives each class the same total, "
                "balanced_subsample in each bootstrap sample; or a list of class:weight",
                .flags = MLCI_PARAM_LIST, .since = "0.1"),
#include "forest_params.h"
#include "tree_params.h"
    {.name = NULL}};

const mlci_model_descriptor mlci_model_extra_trees_classifier = {
    .base = {.kind = MLCI_KIND_MODEL,
             .capabilities = MLCI_CAN_CLASSIFY | MLCI_CAN_MISSING | MLCI_CAN_CATEGORY |
                             MLCI_CAN_WEIGHT | MLCI_CAN_RANDOM,
             .name = "extra_trees_classifier",
             .summary = "Extremely randomised trees, for classes",
             .details =
                 "A node looks at max_features of the features, drawn anew, and cuts each "
                 "once, at a threshold drawn uniformly between the least and the largest of "
                 "its values there; the best of these cuts is taken. Missing values go to a "
                 "random side, categories are parted at random. Predicts the mean of the "
                 "trees' shares of classes, not their votes. After Geurts, Ernst, Wehenkel "
                 "2006.\n\n"
                 "Cost: trees x rows x max_features x depth of about 3 ns; memory 5 bytes a "
                 "row and feature, about 100 bytes a row and thread, and 24 bytes a node, of "
                 "which a tree has about as many as a tree has rows.\n\n"
                 "Missing values that a node did not see go to its heavier child, so do "
                 "categories. The tables oob and oob_score have lines with oob_score=true, "
                 "which needs bootstrap=true.\n\n"
                 "Weights multiply the counts, with bootstrap they drive the draws, as in "
                 "random_forest_classifier. min_samples_split and min_samples_leaf are sums of "
                 "weights or counts of draws.\n\n"
                 "Differs from ExtraTreesClassifier: random numbers; there is no warm_start, as a "
                 "model never changes: more "
                 "trees with the same random_state begin with the same ones; and as "
                 "decision_tree_classifier.",
             .since = "0.1",
             .params = params,
             .params_size = (int64_t)sizeof(mlci_forest_params),
             .check = mlci_forest_check,
             .tables = mlci_forest_tables},
    .state_version = 1,
    .outputs = MLCI_OUTPUT_PREDICTION | MLCI_OUTPUT_PROBABILITY | MLCI_OUTPUT_LEAF,
    .fit = mlci_extra_trees_fit,
    .n_outputs = mlci_forest_n_outputs,
    .scratch_size = mlci_forest_scratch_size,
    .has_long_blocks = mlci_forest_has_long_blocks,
    .predict = mlci_forest_predict,
    .table = mlci_forest_table,
    .save = mlci_forest_save,
    .load = mlci_forest_load,
    .free_state = mlci_forest_free,
    .explainer = &mlci_forest_explainer,
};
