/* adaboost_classifier: boosted decision trees that vote, for classes.
 *
 * The engine is in adaboost_fit.c and cart_*.c; this file is its parameters and words. */
#include <math.h>

#include "adaboost_fit.h"
#include "forest_fit.h"

#define ADABOOST_DEPTH 1

static const mlci_param params[] = {
#include "adaboost_params.h"
    MLCI_CHOICE(mlci_adaboost_params, criterion, MLCI_CRITERION_GINI, mlci_class_criteria,
                "impurity that splits decrease", .since = "0.1"),
    {.name = NULL}};

const mlci_model_descriptor mlci_model_adaboost_classifier = {
    .base =
        {.kind = MLCI_KIND_MODEL,
         .capabilities = MLCI_CAN_CLASSIFY | MLCI_CAN_MISSING | MLCI_CAN_CATEGORY | MLCI_CAN_WEIGHT,
         .name = "adaboost_classifier",
         .summary = "Small decision trees, each grown for the rows that those before got wrong",
         .details =
             "SAMME (Zhu, Zou, Rosset, Hastie 2009), which for two classes is AdaBoost.M1 (Freund, "
             "Schapire 1997): a tree with the share e of the weight wrong gets the weight "
             "learning_rate (ln((1 - e) / e) + ln(K - 1)), and what it got wrong is multiplied by "
             "exp of that. It minimises the exponential loss stage by stage.\n"
             "A perfect tree gets the weight 1 and ends the rounds. One with e of 1 - 1/K or more "
             "is "
             "left out and ends them; where it is the first, the fit fails. Weights that overflow "
             "end them too: set learning_rate lower.\n"
             "raw is what each class gets of the votes, of two classes the second less the first; "
             "probabilities are the softmax of that over K - 1. The table estimators has weight "
             "and error of each tree.\n"
             "Cost: n_estimators trees of rows x features x max_depth, after one sort of each "
             "column.\n"
             "Missing values, categories and equal splits are treated as by "
             "decision_tree_classifier. Weight 2 equals the row twice, to the rounding of sums. "
             "Constant columns are not used.\n"
             "Differences from AdaBoostClassifier: the learner is a decision tree, given by its "
             "parameters, with ties to the lowest feature; there is nothing random, and a row of a "
             "leaf counts by its weight.",
         .since = "0.1",
         .params = params,
         .params_size = (int64_t)sizeof(mlci_adaboost_params),
         .tables = mlci_adaboost_tables},
    .state_version = 1,
    .outputs =
        MLCI_OUTPUT_PREDICTION | MLCI_OUTPUT_PROBABILITY | MLCI_OUTPUT_RAW | MLCI_OUTPUT_LEAF,
    .fit = mlci_adaboost_fit,
    .n_outputs = mlci_adaboost_n_outputs,
    .scratch_size = mlci_adaboost_scratch_size,
    .predict = mlci_adaboost_predict,
    .table = mlci_adaboost_table,
    .save = mlci_adaboost_save,
    .load = mlci_adaboost_load,
    .free_state = mlci_adaboost_free,
};
