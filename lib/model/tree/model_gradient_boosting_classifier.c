/* gradient_boosting_classifier: boosted histogram trees for classes.
 *
 * The engine is in boost.c and below; this file is its parameters and words. */
#include <math.h>

#include "boost.h"
#include "class_weight.h"
#include "loss.h"
#include "monotonic_cst.h"
#include "shap.h"

static const mlci_choice losses[] = {
    {"log_loss", MLCI_LOSS_LOG, "logistic for two classes, softmax for more"},
    {"one_vs_all", MLCI_LOSS_ONE_VS_ALL, "a logistic loss a class, each against the rest"},
    /* Names of LightGBM and XGBoost. */
    {"binary", MLCI_LOSS_LOG, NULL},
    {"multiclass", MLCI_LOSS_LOG, NULL},
    {"softmax", MLCI_LOSS_LOG, NULL},
    {"multinomial", MLCI_LOSS_LOG, NULL},
    {"binary:logistic", MLCI_LOSS_LOG, NULL},
    {"multi:softprob", MLCI_LOSS_LOG, NULL},
    {"multi:softmax", MLCI_LOSS_LOG, NULL},
    {"multiclassova", MLCI_LOSS_ONE_VS_ALL, NULL},
    {"ova", MLCI_LOSS_ONE_VS_ALL, NULL},
    {"ovr", MLCI_LOSS_ONE_VS_ALL, NULL},
    {NULL, 0, NULL}};

static const mlci_param params[] = {
    MLCI_CHOICE(mlci_boost_params, loss, MLCI_LOSS_LOG, losses,
                "what is minimised; or the dotted name of a loss of the host with a logit link",
                .flags = MLCI_PARAM_HOST,
                .host_offset = (int64_t)offsetof(mlci_boost_params, host_loss),
                .aliases = "objective", .since = "0.1"),
    MLCI_MULTI_STRATEGY(mlci_boost_params),
    MLCI_CLASS_WEIGHT(mlci_boost_params),
    MLCI_REAL(mlci_boost_params, pos_bagging_fraction, 1, 0, 1,
              "share of the rows of the last of two classes that a tree is grown on",
              .flags = MLCI_PARAM_OPEN_LOW, .aliases = "pos_subsample,pos_bagging", .since = "0.1"),
    MLCI_REAL(mlci_boost_params, neg_bagging_fraction, 1, 0, 1,
              "share of the rows of the first of two classes that a tree is grown on",
              .flags = MLCI_PARAM_OPEN_LOW, .aliases = "neg_subsample,neg_bagging", .since = "0.1"),
#include "boost_rows.h"
    {.name = NULL}};

const mlci_model_descriptor mlci_model_gradient_boosting_classifier = {
    .base = {.kind = MLCI_KIND_MODEL,
             .capabilities = MLCI_CAN_CLASSIFY | MLCI_CAN_MISSING | MLCI_CAN_CATEGORY |
                             MLCI_CAN_WEIGHT | MLCI_CAN_VALIDATE | MLCI_CAN_RANDOM,
             .name = "gradient_boosting_classifier",
             .summary = "Gradient boosted trees on histograms, for classes",
             .details =
                 "Minimises the logistic loss (two classes) or the multinomial one (a tree a "
                 "class and round) plus the penalties on leaves; with loss=one_vs_all a logistic "
                 "loss a class, whose probabilities are scaled to add up to 1. With "
                 "multi_strategy=multi_output_tree the classes share their splits (Zhang and Jung "
                 "2021): one tree a round, with a value a class in each leaf. Trees grow leaf by "
                 "leaf on "
                 "histograms of at most 255 bins, with gradients as integers (15 bits for splits "
                 "by stochastic rounding, 31 for leaves), so results do not depend on threads, "
                 "instruction set or order of sums. After Friedman 2001, Ke et al. 2017 "
                 "(LightGBM), Shi et al. 2022 (quantised gradients).\n\n"
                 "Cost: rows x features x log2(leaves) x trees of about 0.5 ns; memory 2 bytes a "
                 "row and feature and about 40 bytes a row.\n\n"
                 "Missing values: each split learns their side where the node has some, else they "
                 "go to the heavier child. Categories are split as sets; the 255 most frequent "
                 "have bins, others and unseen ones count as missing.\n\n"
                 "Weights multiply the loss, those of classes also that of validation rows; "
                 "min_samples_leaf and min_data_per_group are sums of "
                 "weights. A row of weight 2 gives the trees of the row twice up to the random "
                 "rounding of gradients. Constant columns are not used.\n\n"
                 "Differs from HistGradientBoostingClassifier: early stopping only with "
                 "validation rows or validation_fraction; bins from all rows, not a sample; "
                 "sets of categories by LightGBM's rules. With an offset the score starts from "
                 "the offset alone, and predictions leave it out. With boosting=dart (Vinayak and "
                 "Gilad-Bachrach 2015, LightGBM's parameters) rounds change those before them: "
                 "nothing stops early, and the first rounds of a model are not the model of as "
                 "many rounds.",
             .since = "0.1",
             .params = params,
             .params_size = (int64_t)sizeof(mlci_boost_params),
             .check = mlci_boost_check,
             .tables = mlci_ensemble_tables},
    .state_version = 1,
    .outputs =
        MLCI_OUTPUT_PREDICTION | MLCI_OUTPUT_PROBABILITY | MLCI_OUTPUT_RAW | MLCI_OUTPUT_LEAF,
    .fit = mlci_boost_fit,
    .n_outputs = mlci_ensemble_n_outputs,
    .scratch_size = mlci_ensemble_scratch_size,
    .predict = mlci_ensemble_predict,
    .table = mlci_ensemble_table,
    .save = mlci_ensemble_save,
    .load = mlci_ensemble_load,
    .free_state = mlci_ensemble_free,
    .explainer = &mlci_ensemble_explainer,
    .updater = &mlci_boost_updater,
    .has_log_odds = mlci_ensemble_has_log_odds,
    .zero_is_missing = mlci_boost_hides_zeros,
};
