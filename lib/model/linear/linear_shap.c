/* Shapley values of linear models: w (x - mean), where features that are not known are those of
 * the background rows (Lundberg & Lee, NeurIPS 2017, corollary 1). Features do not interact. */
#include <string.h>

#include "background.h"
#include "linear_state.h"

typedef struct plan {
    const mlci_linear_state *state;
    mlci_root *root;
    int32_t interactions;
    double *mean; /* of each feature over the background */
} plan;

static void close_plan(void *memory)
{
    plan *const p = memory;
    if (p == NULL) return;
    mlci_free(p->mean);
    mlci_free(p);
}

static mlc_status find_means(const mlci_explain *explain, double *mean, mlc_error *err)
{
    const mlci_matrix *const rows = explain->background;
    mlci_root *const root = mlci_context_root(explain->call);
    const int64_t n = rows->n_features;
    int32_t *const at = mlci_alloc_raw(root, n, sizeof *at);
    double *const value = mlci_alloc_raw(root, n, sizeof *value);
    mlc_status status =
        at == NULL || value == NULL ? mlci_fail_memory(err, n, sizeof *value) : MLC_OK;
    double total = 0;
    for (int64_t i = 0; i < rows->n_rows && status == MLC_OK; i++) {
        const double w = explain->background_weight == NULL ? 1 : explain->background_weight[i];
        const int64_t n_entries = mlci_matrix_sparse_row(rows, i, at, value);
        for (int64_t k = 0; k < n_entries; k++)
            mean[at[k]] += w * value[k];
        total += w;
        status = mlci_poll(explain->call, err);
    }
    for (int64_t j = 0; j < n; j++)
        mean[j] /= total;
    mlci_free(at);
    mlci_free(value);
    return status;
}

static mlc_status open_plan(const mlci_explain *explain, double *base, void **out, mlc_error *err)
{
    const mlci_linear_state *const state = explain->state;
    mlci_root *const root = mlci_context_root(explain->call);
    MLCI_TRY(mlci_background_require(explain, err));
    plan *const p = mlci_alloc(root, 1, sizeof *p);
    if (p == NULL) return mlci_fail_memory(err, 1, sizeof *p);
    p->state = state;
    p->root = root;
    p->interactions = explain->interactions;
    p->mean = mlci_alloc(root, state->n_features, sizeof *p->mean);
    const mlc_status status = p->mean == NULL
                                  ? mlci_fail_memory(err, state->n_features, sizeof *p->mean)
                                  : find_means(explain, p->mean, err);
    if (status != MLC_OK) {
        close_plan(p);
        return status;
    }
    for (int64_t k = 0; k < state->n_outputs; k++) {
        base[k] = state->intercept[k];
        for (int64_t j = 0; j < state->n_features; j++)
            base[k] += state->weights[j * state->n_outputs + k] * p->mean[j];
    }
    *out = p;
    return MLC_OK;
}

static mlc_status explain_rows(const void *opened, const double *x, int64_t n_rows, double *out,
                               mlc_error *err)
{
    const plan *const p = opened;
    const int64_t n = p->state->n_features, n_outputs = p->state->n_outputs;
    const int64_t width = p->interactions ? n * n : n, step = p->interactions ? n + 1 : 1;
    if (p->interactions) memset(out, 0, (size_t)(n_rows * n_outputs * width) * sizeof *out);
    for (int64_t i = 0; i < n_rows; i++)
        for (int64_t k = 0; k < n_outputs; k++)
            for (int64_t j = 0; j < n; j++)
                out[(i * n_outputs + k) * width + j * step] =
                    p->state->weights[j * n_outputs + k] * (x[i * n + j] - p->mean[j]);
    (void)err;
    return MLC_OK;
}

static int64_t count_outputs(const void *params, const void *state)
{
    (void)params;
    return ((const mlci_linear_state *)state)->n_outputs;
}

const mlci_explainer mlci_linear_explainer = {
    .n_outputs = count_outputs,
    .open = open_plan,
    .rows = explain_rows,
    .close = close_plan,
};
