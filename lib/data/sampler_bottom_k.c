/* Bottom-k by hash of the key: all rows of the n keys whose hashes are smallest (Cohen and Kaplan
 * 2007). A key is in or out whatever the order and the partition of the rows, and in every table
 * that has it. O(n_rows log n_rows). */
#include "descriptor.h"
#include "key_hash.h"
#include "order.h"
#include "sample.h"

typedef struct bottom_params {
    int64_t n;
} bottom_params;

static const mlci_param params_table[] = {
    MLCI_INTEGER(bottom_params, n, 1000, 0, INT64_MAX,
                 "number of keys; all where there are not that many", .since = "0.1"),
    {.name = NULL}};

/* The n-th smallest of the distinct hashes; the largest number where there are fewer. n and n_rows
 * from 1. */
static mlc_status find_bound(mlc_context *call, const uint64_t *hashes, int64_t n_rows, int64_t n,
                             uint64_t *bound, mlc_error *err)
{
    mlci_order_key *const keys = mlci_alloc_raw(call->root, 2 * n_rows, (int64_t)sizeof *keys);
    if (keys == NULL) return mlci_fail_memory(err, 2 * n_rows, (int64_t)sizeof *keys);
    for (int64_t i = 0; i < n_rows; i++)
        keys[i] = (mlci_order_key){hashes[i], i};
    const mlc_status status = mlci_order_sort(call, keys, keys + n_rows, n_rows, err);
    int64_t n_distinct = 0;
    *bound = UINT64_MAX;
    for (int64_t i = 0; i < n_rows && n_distinct < n && status == MLC_OK; i++) {
        n_distinct += i == 0 || keys[i].key != keys[i - 1].key;
        if (n_distinct == n) *bound = keys[i].key;
    }
    mlci_free(keys);
    return status;
}

static mlc_status fill_keys(mlc_context *call, const void *params, const mlc_dataset *rows,
                            int64_t first, uint64_t *keys, mlc_error *err)
{
    (void)params;
    int32_t field = -1;
    MLCI_TRY(mlci_key_find(rows, &field, err));
    if (field < 0) {
        return mlci_fail(err, MLC_ERROR_ROLE, NULL,
                         "bottom_k needs a key: give one column the role key");
    }
    return mlci_key_hashes(rows, field, 0, rows->n_rows, first, keys, err);
}

static mlc_status choose(mlc_context *call, const void *params, mlci_candidates *candidates,
                         int64_t **out, int64_t *n, mlc_error *err)
{
    const bottom_params *const p = params;
    const int64_t n_rows = candidates->rows->n_rows;
    const int takes_any = p->n > 0 && n_rows > 0;
    mlc_status status = MLC_OK;
    int64_t *const rows = mlci_alloc_raw(call->root, n_rows, (int64_t)sizeof *rows);
    if (rows == NULL) return mlci_fail_memory(err, n_rows, (int64_t)sizeof *rows);
    *n = 0;
    candidates->bound = p->n > 0 ? UINT64_MAX : 0;
    if (takes_any) {
        status = find_bound(call, candidates->keys, n_rows, p->n, &candidates->bound, err);
    }
    for (int64_t i = 0; i < n_rows && takes_any && status == MLC_OK; i++) {
        if (candidates->keys[i] <= candidates->bound) rows[(*n)++] = i;
    }
    if (status != MLC_OK) {
        mlci_free(rows);
        return status;
    }
    *out = rows;
    return MLC_OK;
}

static const mlci_sample_rule rule = {NULL, fill_keys, choose};

static mlc_status make(mlc_context *call, const void *params, const mlc_dataset *dataset,
                       mlc_dataset **out, mlc_error *err)
{
    return mlci_sample_by_rule(call, &rule, params, dataset, out, err);
}

extern const mlci_maker_descriptor mlci_sampler_bottom_k;
const mlci_maker_descriptor mlci_sampler_bottom_k = {
    .base = {.kind = MLCI_KIND_SAMPLER,
             .capabilities = MLCI_SPLITS_BY_KEY,
             .name = "bottom_k",
             .summary = "all rows of the n keys with the smallest hashes",
             .details = "The hash is that of the hash split, a function of the key's text alone: "
                        "the same keys are chosen in every language, order and partition, and in "
                        "every table that has them, so that samples of two tables join. Keys that "
                        "are added later push out few of those chosen. All rows of a key are "
                        "taken, in their order. O(n_rows log n_rows).",
             .since = "0.1",
             .params = params_table,
             .params_size = sizeof(bottom_params)},
    .make = make,
    .rule = &rule};
