/* Random under-sampling: some rows of the larger classes, without replacement. A view. O(n log n).
 */
#include "descriptor.h"
#include "random.h"
#include "resampling.h"
#include "sample.h"

typedef struct under_params {
    char *sampling_strategy;
    int64_t random_state;
} under_params;

static const mlci_param params_table[] = {
    MLCI_RESAMPLING_STRATEGY(under_params, MLCI_RESAMPLING_UNDER),
    MLCI_RESAMPLING_SEED(under_params),
    {.name = NULL}};

/* Of each class the first ones of a permutation of all rows, in the order of the rows. */
static mlc_status draw(const mlci_resampling *r, const under_params *p, int64_t *rows, int64_t *n,
                       mlc_error *err)
{
    const int64_t n_rows = r->dataset->n_rows;
    int64_t *const order = mlci_alloc_raw(r->call->root, 2 * n_rows, 8);
    uint8_t *const is_taken = mlci_alloc(r->call->root, n_rows, 1);
    if (order == NULL || is_taken == NULL) {
        mlci_free(order);
        mlci_free(is_taken);
        return mlci_fail_memory(err, 2 * n_rows, 8);
    }
    mlci_random_permutation((uint64_t)p->random_state, MLCI_RANDOM_RESAMPLE, 0, n_rows, order,
                            (uint64_t *)(order + n_rows));
    for (int64_t i = 0; i < n_rows; i++) {
        int64_t *const left = &r->wanted[r->class_of_row[order[i]]];
        if (*left > 0) is_taken[order[i]] = 1;
        *left -= *left > 0;
    }
    *n = 0;
    for (int64_t i = 0; i < n_rows; i++) {
        if (is_taken[i]) rows[(*n)++] = i;
    }
    mlci_free(is_taken);
    mlci_free(order);
    return MLC_OK;
}

static mlc_status make(mlc_context *call, const void *params, const mlc_dataset *dataset,
                       mlc_dataset **out, mlc_error *err)
{
    const under_params *const p = params;
    mlci_resampling r;
    int64_t n = dataset->n_rows;
    MLCI_TRY(mlci_resampling_open(call, dataset, p->sampling_strategy, 0, &r, err));
    int64_t *const rows = mlci_alloc_raw(call->root, n, (int64_t)sizeof *rows);
    mlc_status status =
        rows == NULL ? mlci_fail_memory(err, n, (int64_t)sizeof *rows) : draw(&r, p, rows, &n, err);
    mlci_resampling_clear(&r);
    if (status == MLC_OK) return mlci_sample_view(call, dataset, rows, n, out, err);
    mlci_free(rows);
    return status;
}

extern const mlci_maker_descriptor mlci_resampler_random_under;
const mlci_maker_descriptor mlci_resampler_random_under = {
    .base = {.kind = MLCI_KIND_RESAMPLER,
             .capabilities = MLCI_CAN_RANDOM | MLCI_SPLITS_BY_TARGET,
             .name = "random_under",
             .summary = "rows of the larger classes left out",
             .details = "As imbalanced-learn's RandomUnderSampler without replacement: of each "
                        "class that is to shrink, rows drawn with equal chances; all rows of the "
                        "others. A view in the order of the rows. O(n log n).",
             .since = "0.1",
             .params = params_table,
             .params_size = sizeof(under_params)},
    .make = make};
