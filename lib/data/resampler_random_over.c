/* Random over-sampling: rows of the smaller classes again, drawn with replacement. A view. O(n). */
#include "descriptor.h"
#include "random.h"
#include "resampling.h"
#include "sample.h"

typedef struct over_params {
    char *sampling_strategy;
    int64_t random_state;
} over_params;

static const mlci_param params_table[] = {
    MLCI_RESAMPLING_STRATEGY(over_params, MLCI_RESAMPLING_OVER),
    MLCI_RESAMPLING_SEED(over_params),
    {.name = NULL}};

/* All rows, then those drawn, class by class. */
static mlc_status draw(const mlci_resampling *r, const over_params *p, int64_t *rows,
                       mlc_error *err)
{
    int64_t m = r->dataset->n_rows;
    for (int64_t i = 0; i < m; i++)
        rows[i] = i;
    for (int32_t c = 0; c < r->classes->n; c++) {
        const int64_t count = mlci_resampling_count(r, c);
        for (int64_t i = 0; i < r->wanted[c] - count; i++) {
            const uint64_t at = mlci_random_below((uint64_t)p->random_state, MLCI_RANDOM_RESAMPLE,
                                                  (uint32_t)c, (uint64_t)i, (uint64_t)count);
            rows[m++] = r->rows[r->first[c] + (int64_t)at];
            MLCI_TRY(mlci_poll_row(r->call, i, err));
        }
    }
    return MLC_OK;
}

static mlc_status make(mlc_context *call, const void *params, const mlc_dataset *dataset,
                       mlc_dataset **out, mlc_error *err)
{
    const over_params *const p = params;
    mlci_resampling r;
    MLCI_TRY(mlci_resampling_open(call, dataset, p->sampling_strategy, 1, &r, err));
    const int64_t n = dataset->n_rows + mlci_resampling_n_new(&r);
    int64_t *const rows = mlci_alloc_raw(call->root, n, (int64_t)sizeof *rows);
    mlc_status status =
        rows == NULL ? mlci_fail_memory(err, n, (int64_t)sizeof *rows) : draw(&r, p, rows, err);
    mlci_resampling_clear(&r);
    if (status == MLC_OK) return mlci_sample_view(call, dataset, rows, n, out, err);
    mlci_free(rows);
    return status;
}

extern const mlci_maker_descriptor mlci_resampler_random_over;
const mlci_maker_descriptor mlci_resampler_random_over = {
    .base = {.kind = MLCI_KIND_RESAMPLER,
             .capabilities = MLCI_CAN_RANDOM | MLCI_SPLITS_BY_TARGET,
             .name = "random_over",
             .summary = "rows of the smaller classes repeated",
             .details = "As imbalanced-learn's RandomOverSampler without shrinkage: all rows, and "
                        "after them rows of each class that is to grow, drawn with replacement "
                        "and equal chances. A view: nothing is copied. Give a model class weights "
                        "instead where it takes them: that says the same without more rows. O(n).",
             .since = "0.1",
             .params = params_table,
             .params_size = sizeof(over_params)},
    .make = make};
