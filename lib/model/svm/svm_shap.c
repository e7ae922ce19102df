/* Shapley values of support vector machines against background rows: of decisions by the structure
 * of the kernel (svm_shares.c), of other scores by their definition (coalitions.c), which is for
 * few features. */
#include "svm_shap.h"

#include "coalitions.h"
#include "svm_classes.h"
#include "svm_shares.h"

typedef struct plan {
    mlci_background background;
    mlci_svm_shares *shares; /* NULL: by coalitions */
    mlci_coalitions coalitions;
    int32_t negated;  /* are scores decisions the other way round? */
    int64_t n_values; /* a row */
} plan;

/* Scores of several classes that are made of votes have no shares of decisions. */
static int are_votes(const mlci_svm_params *params, const mlci_svm_state *state)
{
    return state->n_classes > 2 && params->decision_function_shape == MLCI_SVM_OVR;
}

static mlc_status refuse(const mlci_explain *explain, mlc_error *err)
{
    const mlci_svm_state *const state = explain->state;
    if (are_votes(explain->params, state))
        return mlci_fail(err, MLC_ERROR_UNSUPPORTED, "decision_function_shape",
                         "'%s' scores %lld classes by votes (decision_function_shape = ovr): with "
                         "%lld features there are Shapley values of the decisions of pairs only "
                         "(ovo), of votes with up to %d; method=permutation is for any model",
                         explain->name, (long long)state->n_classes,
                         (long long)state->points.n_features, MLCI_MOST_COALITION_FEATURES);
    return mlci_fail(err, MLC_ERROR_UNSUPPORTED, "kernel",
                     "'%s' has %lld features: with a kernel sigmoid, or poly of a degree above %d, "
                     "there are Shapley values for up to %d, with linear, rbf and poly for any "
                     "number; method=permutation is for any model",
                     explain->name, (long long)state->points.n_features, MLCI_SVM_MAX_SHARE_DEGREE,
                     MLCI_MOST_COALITION_FEATURES);
}

static void close_plan(void *memory)
{
    plan *const p = memory;
    if (p == NULL) return;
    mlci_svm_shares_close(p->shares);
    mlci_background_clear(&p->background);
    mlci_free(p);
}

static int64_t count_scores(const void *params, const void *state)
{
    return mlci_svm_n_scores(params, state);
}

static mlc_status prepare(const mlci_explain *explain, double *base, plan *p, mlc_error *err)
{
    const mlci_svm_state *const state = explain->state;
    const int has_shares =
        mlci_svm_has_shares(&state->points.kernel) && !are_votes(explain->params, state);
    if (!has_shares && state->points.n_features > MLCI_MOST_COALITION_FEATURES)
        return refuse(explain, err);
    MLCI_TRY(mlci_background_read(explain, &p->background, err));
    MLCI_TRY(mlci_background_score(explain, &p->background, base, err));
    p->coalitions = (mlci_coalitions){.explain = *explain, .background = &p->background};
    p->negated = state->n_classes == 2;
    p->n_values = count_scores(explain->params, state) * state->points.n_features;
    if (!has_shares) return MLC_OK;
    return mlci_svm_shares_open(explain->call, state, &p->background, &p->shares, err);
}

static mlc_status open_plan(const mlci_explain *explain, double *base, void **out, mlc_error *err)
{
    if (explain->interactions)
        return mlci_fail(err, MLC_ERROR_UNSUPPORTED, "method",
                         "'%s' is a support vector machine: method=interactions is for trees and "
                         "linear models",
                         explain->name);
    MLCI_TRY(mlci_background_require(explain, err));
    plan *const p = mlci_alloc(mlci_context_root(explain->call), 1, sizeof *p);
    if (p == NULL) return mlci_fail_memory(err, 1, sizeof *p);
    const mlc_status status = prepare(explain, base, p, err);
    if (status == MLC_OK)
        *out = p;
    else
        close_plan(p);
    return status;
}

static mlc_status explain_rows(const void *opened, const double *x, int64_t n_rows, double *out,
                               mlc_error *err)
{
    const plan *const p = opened;
    if (p->shares == NULL) return mlci_coalitions_rows(&p->coalitions, x, n_rows, out, err);
    MLCI_TRY(mlci_svm_shares_rows(p->shares, x, n_rows, out, err));
    for (int64_t i = 0; i < n_rows * p->n_values && p->negated; i++)
        out[i] = -out[i];
    return MLC_OK;
}

const mlci_explainer mlci_svm_explainer = {
    .block_rows = 16,
    .n_outputs = count_scores,
    .open = open_plan,
    .rows = explain_rows,
    .close = close_plan,
};
