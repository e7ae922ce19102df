/* random_forest_classifier: bagged trees with random features, for classes.
 *
 * The engine is in forest_fit.c and cart_*.c; this file is its parameters and words. */
#include <math.h>

#include "forest_fit.h"
#include "shap.h"

#define FOREST_BOOTSTRAP 1

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

const mlci_model_descriptor mlci_model_random_forest_classifier = {
    .base = {.kind = MLCI_KIND_MODEL,
             .capabilities = MLCI_CAN_CLASSIFY | MLCI_CAN_MISSING | MLCI_CAN_CATEGORY |
                             MLCI_CAN_WEIGHT | MLCI_CAN_RANDOM,
             .name = "random_forest_classifier",
             .summary = "A random forest: trees on bootstrap samples, for classes",
             .details =
                 "Grows each tree on rows drawn with replacement; a node looks at max_features "
                 "of the features, drawn anew, and on until one has two values. Predicts the "
                 "mean of the trees' shares of classes, not their votes. After Breiman 2001. "
                 "Each tree is a function of random_state and its number, whatever thread "
                 "grows it; splits are exact, as in decision_tree_classifier.\n\n"
                 "Cost: trees x rows x max_features x depth of about 4 ns; memory 5 bytes a "
                 "row and feature, about 100 bytes a row and thread, and 24 bytes a node, of "
                 "which a tree has about as many as a tree has rows.\n\n"
                 "Missing values and categories: as decision_tree_classifier. The tables oob "
                 "and oob_score have lines with oob_score=true.\n\n"
                 "Weights drive the draws: a row of weight 2 is drawn like two rows. Weights "
                 "that are whole numbers count rows, and a sample has as many draws as they "
                 "add up to; else as many as there are rows. min_samples_split and "
                 "min_samples_leaf count draws. class_weight=balanced drives the draws as "
                 "well, balanced_subsample weighs the classes of each sample.\n\n"
                 "Differs from RandomForestClassifier: random numbers; min_samples_split and "
                 "min_samples_leaf count a row as often as it was drawn; there is no warm_start, "
                 "as a model never changes: more trees with the same random_state begin with the "
                 "same ones; and as "
                 "decision_tree_classifier.",
             .since = "0.1",
             .params = params,
             .params_size = (int64_t)sizeof(mlci_forest_params),
             .check = mlci_forest_check,
             .tables = mlci_forest_tables},
    .state_version = 1,
    .outputs = MLCI_OUTPUT_PREDICTION | MLCI_OUTPUT_PROBABILITY | MLCI_OUTPUT_LEAF,
    .fit = mlci_forest_fit,
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
