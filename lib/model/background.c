/* Background rows of an explanation, read once; and what the model says of them. */
#include "background.h"

#include <string.h>

mlc_status mlci_background_require(const mlci_explain *explain, mlc_error *err)
{
    if (explain->background != NULL) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_ARGUMENT, "background",
                     "'%s' explains a row by how it differs from others: give background rows, "
                     "such as the training rows",
                     explain->name);
}

mlc_status mlci_background_read(const mlci_explain *explain, mlci_background *out, mlc_error *err)
{
    const mlci_matrix *const rows = explain->background;
    const double *const weight = explain->background_weight;
    mlci_root *const root = mlci_context_root(explain->call);
    const int64_t n = rows->n_rows, p = rows->n_features;
    double total = 0;
    *out = (mlci_background){.n_rows = n, .n_features = p};
    out->x = mlci_alloc_raw(root, n, p * (int64_t)sizeof *out->x);
    out->weight = mlci_alloc_raw(root, n, sizeof *out->weight);
    if (out->x == NULL || out->weight == NULL)
        return mlci_fail_memory(err, n, p * (int64_t)sizeof *out->x);
    for (int64_t i = 0; i < n; i++)
        total += weight == NULL ? 1 : weight[i];
    for (int64_t i = 0; i < n; i++)
        out->weight[i] = (weight == NULL ? 1 : weight[i]) / total;
    for (int64_t i = 0; i < n; i += MLCI_BLOCK_ROWS) {
        mlci_matrix_block(rows, i, n - i < MLCI_BLOCK_ROWS ? n - i : MLCI_BLOCK_ROWS,
                          out->x + i * p, p);
        MLCI_TRY(mlci_poll(explain->call, err));
    }
    return MLC_OK;
}

void mlci_background_clear(mlci_background *background)
{
    mlci_free(background->x);
    mlci_free(background->weight);
    *background = (mlci_background){0};
}

mlc_status mlci_background_score(const mlci_explain *explain, const mlci_background *background,
                                 double *mean, mlc_error *err)
{
    const mlci_model_descriptor *const model = explain->model;
    mlci_root *const root = mlci_context_root(explain->call);
    const int64_t width = model->n_outputs(explain->params, explain->state, MLCI_OUTPUT_RAW);
    const int64_t n_scratch =
        model->scratch_size == NULL
            ? 0
            : model->scratch_size(explain->params, explain->state, MLCI_BLOCK_ROWS);
    double *const scratch = mlci_alloc_raw(root, n_scratch, sizeof *scratch);
    double *const raw = mlci_alloc_raw(root, width, MLCI_BLOCK_ROWS * (int64_t)sizeof *raw);
    mlc_status status = MLC_OK;
    if (scratch == NULL || raw == NULL)
        status = mlci_fail_memory(err, width, MLCI_BLOCK_ROWS * (int64_t)sizeof *raw);
    memset(mean, 0, (size_t)width * sizeof *mean);
    for (int64_t i = 0; i < background->n_rows && status == MLC_OK; i += MLCI_BLOCK_ROWS) {
        const int64_t left = background->n_rows - i;
        const mlci_model_predict request = {.isa = mlci_root_isa(root),
                                            .output = MLCI_OUTPUT_RAW,
                                            .params = explain->params,
                                            .state = explain->state,
                                            .x = background->x + i * background->n_features,
                                            .n_rows =
                                                left < MLCI_BLOCK_ROWS ? left : MLCI_BLOCK_ROWS,
                                            .out = raw,
                                            .scratch = scratch};
        model->predict(&request);
        for (int64_t r = 0; r < request.n_rows; r++)
            for (int64_t k = 0; k < width; k++)
                mean[k] += background->weight[i + r] * raw[r * width + k];
        status = mlci_poll(explain->call, err);
    }
    mlci_free(scratch);
    mlci_free(raw);
    return status;
}
