/* adaboost_regressor: boosted decision trees and their weighted median, for numbers.
 *
 * The engine is in adaboost_fit.c and cart_*.c; this file is its parameters and words. */
#include <math.h>

#include "adaboost_fit.h"
#include "forest_fit.h"

#define ADABOOST_DEPTH 3

static const mlci_choice losses[] = {
    {"linear", MLCI_R2_LINEAR, "the error, as a share of the largest"},
    {"square", MLCI_R2_SQUARE, "its square"},
    {"exponential", MLCI_R2_EXPONENTIAL, "1 less exp of minus it"},
    {NULL, 0, NULL}};

static const mlci_param params[] = {
    MLCI_CHOICE(mlci_adaboost_params, loss, MLCI_R2_LINEAR, losses,
                "what an error counts when rows and trees are weighted", .since = "0.1"),
#include "adaboost_params.h"
    MLCI_CHOICE(mlci_adaboost_params, criterion, MLCI_CRITERION_SQUARED, mlci_number_criteria,
                "impurity that splits decrease", .since = "0.1"),
    {.name = NULL}};

const mlci_model_descriptor mlci_model_adaboost_regressor = {
    .base =
        {.kind = MLCI_KIND_MODEL,
         .capabilities = MLCI_CAN_REGRESS | MLCI_CAN_MISSING | MLCI_CAN_CATEGORY | MLCI_CAN_WEIGHT,
         .name = "adaboost_regressor",
         .summary = "Small decision trees, each grown for the rows that those before predicted "
                    "badly",
         .details =
             "AdaBoost.R2 (Drucker 1997): losses L in [0, 1] are those of errors as shares of the "
             "largest; a tree with mean loss e gets the weight learning_rate ln((1 - e) / e), and "
             "the weight of a row is multiplied by (e / (1 - e))^(learning_rate (1 - L)). The "
             "prediction is the weighted median of the trees' ones.\n"
             "A perfect tree gets the weight 1 and ends the rounds. One with e of 0.5 or more ends "
             "them and is left out, unless it is the first, which then predicts alone.\n"
             "The table estimators has weight and error of each tree.\n"
             "Cost: n_estimators trees of rows x features x max_depth, after one sort of each "
             "column; a prediction sorts n_estimators numbers.\n"
             "Missing values, categories and equal splits are treated as by "
             "decision_tree_regressor. Weight 2 equals the row twice, to the rounding of sums. "
             "Constant columns are not used.\n"
             "Differences from AdaBoostRegressor: trees are grown on the rows by their weights "
             "instead of on a sample drawn by them, so nothing is random; the learner is a "
             "decision tree, given by its parameters.",
         .since = "0.1",
         .params = params,
         .params_size = (int64_t)sizeof(mlci_adaboost_params),
         .tables = mlci_adaboost_tables},
    .state_version = 1,
    .outputs = MLCI_OUTPUT_PREDICTION | MLCI_OUTPUT_LEAF,
    .fit = mlci_adaboost_fit,
    .n_outputs = mlci_adaboost_n_outputs,
    .scratch_size = mlci_adaboost_scratch_size,
    .predict = mlci_adaboost_predict,
    .table = mlci_adaboost_table,
    .save = mlci_adaboost_save,
    .load = mlci_adaboost_load,
    .free_state = mlci_adaboost_free,
};
