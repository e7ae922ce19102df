/* decision_tree_classifier: a CART tree with exact splits, for classes.
 *
 * The engine is in forest_fit.c and cart_*.c; this file is its parameters and words. */
#include <math.h>

#include "class_weight.h"
#include "forest_fit.h"
#include "shap.h"

static const mlci_param params[] = {
    MLCI_CHOICE(mlci_forest_params, criterion, MLCI_CRITERION_GINI, mlci_class_criteria,
                "impurity that splits decrease", .since = "0.1"),
    MLCI_CHOICE(mlci_forest_params, splitter, MLCI_SPLITTER_BEST, mlci_tree_splitters,
                "how thresholds are chosen", .since = "0.1"),
    MLCI_STRING(mlci_forest_params, max_features, NULL,
                "features a node looks at: sqrt, log2, a whole number, a share, or none for all",
                .flags = MLCI_PARAM_NONE, .since = "0.1"),
    MLCI_CLASS_WEIGHT(mlci_forest_params),
#include "tree_params.h"
    {.name = NULL}};

const mlci_model_descriptor mlci_model_decision_tree_classifier = {
    .base = {.kind = MLCI_KIND_MODEL,
             .capabilities = MLCI_CAN_CLASSIFY | MLCI_CAN_MISSING | MLCI_CAN_CATEGORY |
                             MLCI_CAN_WEIGHT | MLCI_CAN_RANDOM,
             .name = "decision_tree_classifier",
             .summary = "A decision tree with exact splits, for classes",
             .details =
                 "Splits nodes by the feature and threshold that decrease the impurity most, "
                 "until leaves are pure or a limit says no; predicts the shares of the classes in "
                 "a leaf. After Breiman, Friedman, Olshen, Stone 1984 (CART). Thresholds are all "
                 "values' midpoints: large nodes are searched by histograms, and sorted only "
                 "where bounds leave room for a better cut.\n\n"
                 "Among equal splits the lowest feature wins, then missing values on the right, "
                 "then the lowest threshold. Class weights and sums are integers, so results do "
                 "not depend on threads, instruction set or order of rows.\n\n"
                 "Cost: rows x features x depth of about 2 ns; memory 5 bytes a row and feature "
                 "and about 100 bytes a row.\n\n"
                 "Missing values: each split learns their side where the node has some, else they "
                 "go to the heavier child. Categories are split as sets: for two classes the best "
                 "one, for more the best among orders by the shares of the 8 heaviest classes. "
                 "The 255 heaviest categories count; others and unseen ones are as missing ones, "
                 "and a category that a node did not have goes to its heavier child.\n\n"
                 "Weights multiply the counts; min_samples_split and min_samples_leaf are sums of "
                 "weights. A row of weight 2 gives the tree of the row twice. Constant columns "
                 "are not used.\n\n"
                 "Constraints (monotonic_cst): a cut whose sides' means are in the wrong order is "
                 "left out; the middle of the means bounds all leaves below, on either side. For "
                 "numbers without absolute_error, and two classes.\n\n"
                 "Differs from DecisionTreeClassifier: ties do not depend on random_state; "
                 "features are not rounded to float32, and values closer than 1e-7 are told "
                 "apart; min_samples_split and min_samples_leaf are no shares, which "
                 "min_weight_fraction_leaf takes; at most 4096 splits from root to leaf.",
             .since = "0.1",
             .params = params,
             .params_size = (int64_t)sizeof(mlci_forest_params),
             .check = mlci_forest_check,
             .tables = mlci_tree_tables},
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
