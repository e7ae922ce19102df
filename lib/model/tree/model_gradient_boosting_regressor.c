/* gradient_boosting_regressor: boosted histogram trees for numbers.
 *
 * The engine is in boost.c and below; this file is its parameters and words. */
#include <math.h>

#include "boost.h"
#include "ensemble.h"
#include "loss.h"
#include "monotonic_cst.h"
#include "shap.h"

static const mlci_choice losses[] = {
    {"squared_error", MLCI_LOSS_SQUARED, "squared error; predicts means"},
    {"absolute_error", MLCI_LOSS_ABSOLUTE, "absolute error; predicts medians"},
    {"huber", MLCI_LOSS_HUBER,
     "squared up to delta, absolute beyond; predicts means without "
     "outliers"},
    {"quantile", MLCI_LOSS_QUANTILE, "pinball loss; predicts the quantiles of parameter quantile"},
    {"poisson", MLCI_LOSS_POISSON, "Poisson deviance with a log link; targets of at least 0"},
    {"gamma", MLCI_LOSS_GAMMA, "gamma deviance with a log link; targets above 0"},
    {"tweedie", MLCI_LOSS_TWEEDIE, "Tweedie deviance with a log link; targets of at least 0"},
    {"cross_entropy", MLCI_LOSS_CROSS_ENTROPY,
     "cross-entropy with a logit link; targets from 0 to 1"},
    /* Names of LightGBM and XGBoost. */
    {"regression", MLCI_LOSS_SQUARED, NULL},
    {"l2", MLCI_LOSS_SQUARED, NULL},
    {"mse", MLCI_LOSS_SQUARED, NULL},
    {"rmse", MLCI_LOSS_SQUARED, NULL},
    {"reg:squarederror", MLCI_LOSS_SQUARED, NULL},
    {"regression_l1", MLCI_LOSS_ABSOLUTE, NULL},
    {"l1", MLCI_LOSS_ABSOLUTE, NULL},
    {"mae", MLCI_LOSS_ABSOLUTE, NULL},
    {"reg:absoluteerror", MLCI_LOSS_ABSOLUTE, NULL},
    {"reg:quantileerror", MLCI_LOSS_QUANTILE, NULL},
    {"count:poisson", MLCI_LOSS_POISSON, NULL},
    {"reg:gamma", MLCI_LOSS_GAMMA, NULL},
    {"reg:tweedie", MLCI_LOSS_TWEEDIE, NULL},
    {"xentropy", MLCI_LOSS_CROSS_ENTROPY, NULL},
    {"reg:logistic", MLCI_LOSS_CROSS_ENTROPY, NULL},
    {NULL, 0, NULL}};

static const mlci_param params[] = {
    MLCI_CHOICE(mlci_boost_params, loss, MLCI_LOSS_SQUARED, losses,
                "what is minimised; or the dotted name of a loss of the host with an identity or "
                "log link",
                .flags = MLCI_PARAM_HOST,
                .host_offset = (int64_t)offsetof(mlci_boost_params, host_loss),
                .aliases = "objective", .since = "0.1"),
    MLCI_STRING(mlci_boost_params, quantile, "0.5",
                "level of loss=quantile, or several levels, ascending: a score each",
                .flags = MLCI_PARAM_LIST | MLCI_PARAM_NUMBERS | MLCI_PARAM_OPEN_LOW |
                         MLCI_PARAM_OPEN_HIGH,
                .real_low = 0, .real_high = 1, .aliases = "alpha,quantile_alpha", .since = "0.1"),
    MLCI_MULTI_STRATEGY(mlci_boost_params),
    MLCI_REAL(mlci_boost_params, delta, 0.9, 0, INFINITY,
              "residual from which loss=huber is linear, in units of the target",
              .flags = MLCI_PARAM_OPEN_LOW, .aliases = "huber_delta", .since = "0.1"),
    MLCI_REAL(mlci_boost_params, poisson_max_delta_step, 0.7, 0, 100,
              "steps of loss=poisson are as short as if means were exp(this) times as large; 0: "
              "Newton's",
              .since = "0.1"),
    MLCI_REAL(mlci_boost_params, tweedie_variance_power, 1.5, 1, 2,
              "power p of loss=tweedie: the variance grows with the mean to the p",
              .flags = MLCI_PARAM_OPEN_LOW | MLCI_PARAM_OPEN_HIGH, .aliases = "variance_power",
              .since = "0.1"),
#include "boost_rows.h"
    {.name = NULL}};

static void level_name(const void *parameters, int64_t k, mlci_text *out)
{
    double levels[MLCI_MOST_LEVELS];
    const mlci_boost_params *const p = parameters;
    const int32_t n = mlci_param_numbers(p->quantile, levels, MLCI_MOST_LEVELS);
    mlci_text_append_real(out, k < n ? levels[k] : NAN);
}

/* The trees are those of the levels, or of the targets. */
static mlc_status load(mlc_context *call, const void *parameters, mlci_reader *r,
                       int64_t n_features, int64_t n_classes, void **state, mlc_error *err)
{
    const mlci_boost_params *const p = parameters;
    mlci_ensemble *e = NULL;
    MLCI_TRY(mlci_ensemble_load(call, parameters, r, n_features, n_classes, (void **)&e, err));
    const int32_t n_levels =
        p->loss == MLCI_LOSS_QUANTILE ? mlci_param_numbers(p->quantile, NULL, 0) : 1;
    if (n_levels > 1 ? e->n_outputs != n_levels : e->link == MLCI_LINK_QUANTILES) {
        const int32_t n_outputs = e->n_outputs;
        mlci_ensemble_free(e);
        return mlci_fail(err, MLC_ERROR_FORMAT, r->section,
                         "section '%s': %d scores a row for %d levels", r->section, (int)n_outputs,
                         (int)n_levels);
    }
    *state = e;
    return MLC_OK;
}

const mlci_model_descriptor mlci_model_gradient_boosting_regressor = {
    .base = {.kind = MLCI_KIND_MODEL,
             .capabilities = MLCI_CAN_REGRESS | MLCI_CAN_MISSING | MLCI_CAN_CATEGORY |
                             MLCI_CAN_WEIGHT | MLCI_CAN_VALIDATE | MLCI_CAN_RANDOM |
                             MLCI_CAN_MULTI_OUTPUT,
             .name = "gradient_boosting_regressor",
             .summary = "Gradient boosted trees on histograms, for numbers",
             .details =
                 "Minimises the loss plus the penalties on leaves. Trees grow leaf by leaf on "
                 "histograms of at most 255 bins, with gradients as integers (15 bits for splits "
                 "by stochastic rounding, 31 for leaves), so results do not depend on threads, "
                 "instruction set or order of sums. Leaves take Newton steps; those of "
                 "absolute_error and quantile are exact weighted quantiles of the residuals. "
                 "Several levels are a tree each in a round; the prediction is the middle one (the "
                 "mean of two in the middle), output=interval gives the lowest and the highest as "
                 "lower and upper, output=quantile all of them. They never cross: those of a row "
                 "are sorted. Several targets are a tree each in a round, and the loss is their "
                 "mean; with multi_strategy=multi_output_tree scores share their splits (Zhang and "
                 "Jung 2021), which costs less and suits targets or levels that go together; "
                 "monotonic_cst then bounds, and path_smooth smooths, each score by itself, and a "
                 "split that puts one of them in the wrong order is not made. After "
                 "Friedman 2001, Ke et al. 2017 (LightGBM), Shi et al. 2022 (quantised "
                 "gradients).\n\n"
                 "Cost: rows x features x log2(leaves) x trees of about 0.5 ns; memory 2 bytes a "
                 "row and feature and about 40 bytes a row.\n\n"
                 "Missing values: each split learns their side where the node has some, else they "
                 "go to the heavier child. Categories are split as sets; the 255 most frequent "
                 "have bins, others and unseen ones count as missing.\n\n"
                 "Weights multiply the loss; min_samples_leaf and min_data_per_group are sums of "
                 "weights. A row of weight 2 gives the trees of the row twice up to the random "
                 "rounding of gradients. Constant columns are not used.\n\n"
                 "Differs from HistGradientBoostingRegressor: early stopping only with "
                 "validation rows or validation_fraction; bins from all rows, not a sample; "
                 "sets of categories by LightGBM's rules. With an offset the score starts from "
                 "the offset alone, and predictions leave it out. With boosting=dart (Vinayak and "
                 "Gilad-Bachrach 2015, LightGBM's parameters) rounds change those before them: "
                 "nothing stops early, and the first rounds of a model are not the model of as "
                 "many rounds.\n\n"
                 "linear_tree (Shi, Li and Li 2019, LightGBM's parameters): leaves of the rounds "
                 "after the first are ridge regressions on the numbers that the splits above them "
                 "ask for, weighted by hessians; rows that miss one of them, or where the sum is "
                 "not finite, get the constant of the leaf. Bounds and penalties of leaves "
                 "(max_delta_step, l1_regularization, l2_regularization, path_smooth) hold for "
                 "constants; lines go on outside of the range of training rows. Features that "
                 "depend on others in a leaf are left out of it. Takes 8 bytes a row and number "
                 "more; such models have no Shapley values.\n\n"
                 "Costs (cegb_, Peter et al. 2017, LightGBM's parameters): a split is worth its "
                 "gain less cegb_tradeoff times what it costs, and is made where that is above 0. "
                 "What has been paid holds for the rounds, classes and targets that follow, in a "
                 "model that goes on too, and for rows outside of a sample as for those in it. A "
                 "level of grow_policy=oblivious pays for all of its leaves, a split of "
                 "multi_strategy=multi_output_tree once for all scores; forced_splits pay but are "
                 "made at any cost. cegb_penalty_feature_lazy takes a byte a row and feature.",
             .since = "0.1",
             .params = params,
             .params_size = (int64_t)sizeof(mlci_boost_params),
             .check = mlci_boost_check,
             .tables = mlci_ensemble_tables},
    .state_version = 1,
    .outputs = MLCI_OUTPUT_PREDICTION | MLCI_OUTPUT_RAW | MLCI_OUTPUT_LEAF | MLCI_OUTPUT_INTERVAL |
               MLCI_OUTPUT_QUANTILE,
    .fit = mlci_boost_fit,
    .n_outputs = mlci_ensemble_n_outputs,
    .level_name = level_name,
    .scratch_size = mlci_ensemble_scratch_size,
    .predict = mlci_ensemble_predict,
    .table = mlci_ensemble_table,
    .save = mlci_ensemble_save,
    .load = load,
    .free_state = mlci_ensemble_free,
    .explainer = &mlci_ensemble_explainer,
    .updater = &mlci_boost_updater,
    .zero_is_missing = mlci_boost_hides_zeros,
};
