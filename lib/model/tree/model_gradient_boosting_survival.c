/* gradient_boosting_survival: boosted histogram trees for times until an event, of which some are
 * not known in full.
 *
 * The engine is in boost.c and below; this file is its parameters and words. */
#include <math.h>

#include "boost.h"
#include "loss.h"
#include "monotonic_cst.h"
#include "shap.h"

static const mlci_choice losses[] = {
    {"cox", MLCI_LOSS_COX,
     "negative log of Cox's partial likelihood, ties after Breslow; predicts hazard ratios"},
    {"aft", MLCI_LOSS_AFT, "accelerated failure time, also for intervals; predicts times"},
    /* Names of XGBoost. */
    {"survival:cox", MLCI_LOSS_COX, NULL},
    {"survival:aft", MLCI_LOSS_AFT, NULL},
    {NULL, 0, NULL}};

static const mlci_choice distributions[] = {
    {"normal", MLCI_AFT_NORMAL, "times are log-normal"},
    {"logistic", MLCI_AFT_LOGISTIC, "times are log-logistic"},
    {"extreme", MLCI_AFT_EXTREME, "times are Weibull"},
    {NULL, 0, NULL}};

static const mlci_param params[] = {
    MLCI_CHOICE(mlci_boost_params, loss, MLCI_LOSS_COX, losses, "what is minimised",
                .aliases = "objective", .since = "0.1"),
    MLCI_CHOICE(mlci_boost_params, distribution, MLCI_AFT_NORMAL, distributions,
                "distribution of the noise of log(time), for loss=aft",
                .aliases = "aft_loss_distribution", .since = "0.1"),
    MLCI_REAL(mlci_boost_params, scale, 1, 0, INFINITY, "scale of that noise",
              .flags = MLCI_PARAM_OPEN_LOW, .aliases = "aft_loss_distribution_scale",
              .since = "0.1"),
#include "boost_rows.h"
    {.name = NULL}};

/* Larger predictions of cox mean earlier events. */
static const char *metrics(const void *parameters, int32_t n_targets)
{
    if (((const mlci_boost_params *)parameters)->loss == MLCI_LOSS_AFT) return "concordance_index";
    return n_targets == 1 ? "concordance_index(reverse=true, signed=true)"
                          : "concordance_index(reverse=true)";
}

const mlci_model_descriptor mlci_model_gradient_boosting_survival = {
    .base = {.kind = MLCI_KIND_MODEL,
             .capabilities = MLCI_CAN_REGRESS | MLCI_CAN_MISSING | MLCI_CAN_CATEGORY |
                             MLCI_CAN_WEIGHT | MLCI_CAN_VALIDATE | MLCI_CAN_RANDOM |
                             MLCI_TAKES_BOUNDS,
             .name = "gradient_boosting_survival",
             .summary = "Gradient boosted trees on histograms, for times until an event",
             .details =
                 "The target is two columns, the lower and then the upper bound of a time: the "
                 "same number for an event that was seen; no upper bound (missing or infinite) "
                 "where it had not come yet when the row was last seen (right-censored); lower "
                 "bound 0 where it came before (left-censored); two numbers where it came "
                 "between. One column alone means events; with loss=cox a negative number is a "
                 "row that was last seen at that time, as XGBoost has it.\n\n"
                 "cox minimises the negative log of the partial likelihood (Cox 1972; Breslow's "
                 "ties), of events and right-censored rows; its prediction is exp(score), the "
                 "hazard relative to a row of score 0. aft minimises the negative log-likelihood "
                 "of log(time) = score + scale x noise (Barnwal, Cho, Hocking 2022), of any "
                 "bounds; its prediction is exp(score), a time, which for normal and logistic "
                 "noise is the median. Gradients of aft are cut to [-15, 15], hessians to "
                 "[1e-16, 15], as in XGBoost.\n\n"
                 "Trees, missing values and categories as gradient_boosting_regressor has them. "
                 "Cost: that of the trees, and a round rows x some 60 ns, always on one thread "
                 "(cox), or rows x some 200 to 350 ns (aft).\n\n"
                 "Weights multiply the losses of rows and, with cox, count in the risk sets. "
                 "Constant columns are not used.\n\n"
                 "Differs from XGBoost: weights count in risk sets, so that weight 2 is the row "
                 "twice; events at the same time count for all rows of that time, where XGBoost "
                 "gives a row those that stand before it; aft starts from the best constant. "
                 "scikit-learn has no survival models.",
             .since = "0.1",
             .params = params,
             .params_size = (int64_t)sizeof(mlci_boost_params),
             .check = mlci_boost_check,
             .tables = mlci_ensemble_tables},
    .state_version = 1,
    .outputs = MLCI_OUTPUT_PREDICTION | MLCI_OUTPUT_RAW | MLCI_OUTPUT_LEAF,
    .fit = mlci_boost_fit,
    .n_outputs = mlci_ensemble_n_outputs,
    .metrics = metrics,
    .scratch_size = mlci_ensemble_scratch_size,
    .predict = mlci_ensemble_predict,
    .table = mlci_ensemble_table,
    .save = mlci_ensemble_save,
    .load = mlci_ensemble_load,
    .free_state = mlci_ensemble_free,
    .explainer = &mlci_ensemble_explainer,
    .updater = &mlci_boost_updater,
    .zero_is_missing = mlci_boost_hides_zeros,
};
