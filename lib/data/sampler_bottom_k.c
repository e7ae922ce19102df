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

/* The n-th smallest of the distinct hashes, or the largest; n and n_rows from 1. */
static mlc_status find_bound(mlc_context *call, const uint64_t *hashes, int64_t n_rows, int64_t n,
                             uint64_t *bound, mlc_error *err)
{
    mlci_order_key *const keys = mlci_alloc_raw(call->root, 2 * n_rows, (int64_t)sizeof *keys);
    if (keys == NULL) return mlci_fail_memory(err, 2 * n_rows, (int64_t)sizeof *keys);
    for (int64_t i = 0; i < n_rows; i++)
        keys[i] = (mlci_order_key){hashes[i], i};
    const mlc_status status = mlci_order_sort(call, keys, keys + n_rows, n_rows, err);
    int64_t n_seen = 1;
    *bound = keys[0].key;
    for (int64_t i = 1; i < n_rows && n_seen < n && status == MLC_OK; i++) {
        n_seen += keys[i].key != *bound;
        *bound = keys[i].key;
    }
    mlci_free(keys);
    return status;
}

static mlc_status choose(mlc_context *call, const uint64_t *hashes, const mlc_dataset *dataset,
                         int64_t n, mlc_dataset **out, mlc_error *err)
{
    const int64_t n_rows = dataset->n_rows;
    uint64_t bound = 0;
    int64_t m = 0;
    int64_t *const rows = mlci_alloc_raw(call->root, n_rows, (int64_t)sizeof *rows);
    if (rows == NULL) return mlci_fail_memory(err, n_rows, (int64_t)sizeof *rows);
    const int takes_any = n > 0 && n_rows > 0;
    if (takes_any) {
        const mlc_status status = find_bound(call, hashes, n_rows, n, &bound, err);
        if (status != MLC_OK) {
            mlci_free(rows);
            return status;
        }
    }
    for (int64_t i = 0; i < n_rows && takes_any; i++) {
        if (hashes[i] <= bound) rows[m++] = i;
    }
    return mlci_sample_view(call, dataset, rows, m, out, err);
}

static mlc_status make(mlc_context *call, const void *params, const mlc_dataset *dataset,
                       mlc_dataset **out, mlc_error *err)
{
    const bottom_params *const p = params;
    uint64_t *hashes = NULL;
    MLCI_TRY(mlci_key_hashes(call->root, dataset, &hashes, err));
    if (hashes == NULL) {
        return mlci_fail(err, MLC_ERROR_ROLE, NULL,
                         "bottom_k needs a key: give one column the role key");
    }
    const mlc_status status = choose(call, hashes, dataset, p->n, out, err);
    mlci_free(hashes);
    return status;
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
    .make = make};
