/* gradient_boosting_ranker: boosted histogram trees that put the rows of a group in order.
 *
 * The engine is in boost.c and below; this file is its parameters and words. */
#include <math.h>

#include "boost.h"
#include "loss.h"
#include "monotonic_cst.h"
#include "shap.h"

static const mlci_choice losses[] = {
    {"lambdarank", MLCI_LOSS_LAMBDARANK, "pairs weighed by what swapping them does to NDCG"},
    {"map", MLCI_LOSS_MAP,
     "pairs weighed by what swapping them does to mean average precision; "
     "rows with a target above 0 are relevant"},
    {"pairwise", MLCI_LOSS_PAIRWISE, "pairs weighed alike (RankNet); any numbers as targets"},
    /* Names of LightGBM and XGBoost. */
    {"ndcg", MLCI_LOSS_LAMBDARANK, NULL},
    {"lambdamart", MLCI_LOSS_LAMBDARANK, NULL},
    {"rank:ndcg", MLCI_LOSS_LAMBDARANK, NULL},
    {"rank:map", MLCI_LOSS_MAP, NULL},
    {"ranknet", MLCI_LOSS_PAIRWISE, NULL},
    {"rank:pairwise", MLCI_LOSS_PAIRWISE, NULL},
    {NULL, 0, NULL}};

static const mlci_param params[] = {
    MLCI_CHOICE(mlci_boost_params, loss, MLCI_LOSS_LAMBDARANK, losses, "what is minimised",
                .aliases = "objective", .since = "0.1"),
    MLCI_INTEGER(mlci_boost_params, truncation_level, 30, 1, INT64_MAX,
                 "pairs count where one row at least is ranked as high as this",
                 .aliases = "lambdarank_truncation_level,lambdarank_num_pair_per_sample",
                 .since = "0.1"),
    MLCI_BOOL(mlci_boost_params, norm, 1,
              "scale gradients by query, and those of pairs by the distance of their scores",
              .aliases = "lambdarank_norm,lambdarank_normalization", .since = "0.1"),
    MLCI_STRING(mlci_boost_params, label_gain, NULL,
                "gain of each label from 0 for loss=lambdarank, which must not fall; none: 2 to "
                "the power of the label, minus 1, for labels up to 30",
                .flags = MLCI_PARAM_LIST | MLCI_PARAM_NUMBERS, .real_low = 0, .real_high = 1e15,
                .since = "0.1"),
    MLCI_REAL(mlci_boost_params, sigmoid, 1, 0, INFINITY, "steepness of the loss of a pair",
              .flags = MLCI_PARAM_OPEN_LOW, .since = "0.1"),
    MLCI_BOOL(mlci_boost_params, bagging_by_query, 0,
              "subsample draws whole groups instead of rows", .since = "0.1"),
#include "boost_rows.h"
    {.name = NULL}};

const mlci_model_descriptor mlci_model_gradient_boosting_ranker = {
    .base = {.kind = MLCI_KIND_MODEL,
             .capabilities = MLCI_CAN_REGRESS | MLCI_CAN_MISSING | MLCI_CAN_CATEGORY |
                             MLCI_CAN_WEIGHT | MLCI_CAN_VALIDATE | MLCI_CAN_RANDOM |
                             MLCI_NEEDS_GROUP,
             .name = "gradient_boosting_ranker",
             .summary = "Gradient boosted trees on histograms, for rankings within groups",
             .details =
                 "Learns scores that put the rows of a group (the documents of a query) in the "
                 "order of their target, the relevance. The column of role group says which rows "
                 "belong together; they may lie anywhere. Minimises sums over pairs of rows of a "
                 "group, of which one ranks within truncation_level, of weight x log(1 + exp(-"
                 "sigmoid x difference of scores)): LambdaMART (Burges 2010) by NDCG or mean "
                 "average precision, or RankNet (Burges and others 2005). Weights and "
                 "normalisation are LightGBM's. The loss in the history is 1 - NDCG at "
                 "truncation_level, 1 - mean average precision, or the mean loss of pairs.\n\n"
                 "Trees, missing values and categories as gradient_boosting_regressor has them. "
                 "Predictions are scores without a unit: compare them within a group only.\n\n"
                 "Cost: that of the trees, and a round rows x min(rows of a group, "
                 "truncation_level) pairs of about 5 ns.\n\n"
                 "Weights multiply the gradients of rows; in means a group weighs the mean of its "
                 "rows. Weight 2 of all rows of a group is the group twice. Constant columns are "
                 "not used. validation_fraction holds whole groups out.\n\n"
                 "Differs from LightGBM: equal scores are ranked by the index of their rows, "
                 "groups need not be contiguous, and gradients are not rounded to float32. "
                 "scikit-learn has no ranker.",
             .since = "0.1",
             .params = params,
             .params_size = (int64_t)sizeof(mlci_boost_params),
             .check = mlci_boost_check,
             .tables = mlci_ensemble_tables},
    .state_version = 1,
    .outputs = MLCI_OUTPUT_PREDICTION | MLCI_OUTPUT_RAW | MLCI_OUTPUT_LEAF,
    .fit = mlci_boost_fit,
    .n_outputs = mlci_ensemble_n_outputs,
    .scratch_size = mlci_ensemble_scratch_size,
    .predict = mlci_ensemble_predict,
    .table = mlci_ensemble_table,
    .explainer = &mlci_ensemble_explainer,
    .updater = &mlci_boost_updater,
    .zero_is_missing = mlci_boost_hides_zeros,
    .save = mlci_ensemble_save,
    .load = mlci_ensemble_load,
    .free_state = mlci_ensemble_free,
};
