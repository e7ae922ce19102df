/* The rows of the smallest keys: which 16 leading bits the n-th smallest key has is counted, the
 * keys that begin so are sorted, and one pass takes what lies below. */
#include "sample.h"

#include <math.h>

#include "error.h"
#include "order.h"
#include "param.h"
#include "random.h"

#define BLOCK_ROWS 16384
#define LEADING_BITS 16
#define N_LEADING (1 << LEADING_BITS)

mlc_status mlci_sample_check(int64_t n, double share, mlc_error *err)
{
    if (n == MLCI_NONE_INTEGER || isnan(share)) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_SETTING, "share", "n and share are both given: give one");
}

mlc_status mlci_sample_size(int64_t n, double share, int64_t n_rows, int32_t with_replacement,
                            int64_t *out, mlc_error *err)
{
    const int is_share = n == MLCI_NONE_INTEGER && !isnan(share);
    if (is_share) {
        const double rows = floor(share * (double)n_rows + 0.5);
        if (!(rows <= 1e15)) {
            return mlci_fail(err, MLC_ERROR_SETTING, "share",
                             "share: that many times %lld rows are too many", (long long)n_rows);
        }
        n = (int64_t)rows;
    } else if (n == MLCI_NONE_INTEGER) {
        n = 1;
    }
    if (n > n_rows && (!with_replacement || n_rows == 0)) {
        return mlci_fail(err, MLC_ERROR_DATA, is_share ? "share" : "n",
                         "%lld rows are wanted of %lld: take fewer", (long long)n,
                         (long long)n_rows);
    }
    *out = n;
    return MLC_OK;
}

typedef struct keying {
    int64_t n_rows;
    mlci_sample_key_fn key;
    const void *arg;
    uint64_t *keys;
} keying;

static mlc_status key_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const keying *const k = arg;
    const int64_t first = block * BLOCK_ROWS, left = k->n_rows - first;
    const int64_t end = first + (left < BLOCK_ROWS ? left : BLOCK_ROWS);
    (void)slot;
    (void)err;
    for (int64_t i = first; i < end; i++)
        k->keys[i] = k->key(k->arg, i);
    return MLC_OK;
}

mlc_status mlci_sample_keys(mlc_context *call, int64_t n_rows, mlci_sample_key_fn key,
                            const void *arg, uint64_t *keys, mlc_error *err)
{
    keying k = {n_rows, key, arg, keys};
    return mlci_parallel_for(call, (n_rows + BLOCK_ROWS - 1) / BLOCK_ROWS, key_block, &k, err);
}

typedef struct random_key {
    uint64_t seed;
    uint32_t stream;
    int64_t first;
} random_key;

static uint64_t random_key_of(const void *arg, int64_t row)
{
    const random_key *const k = arg;
    return mlci_random_bits(k->seed, MLCI_RANDOM_SAMPLE_ROW, k->stream, (uint64_t)(k->first + row));
}

mlc_status mlci_sample_random_keys(mlc_context *call, int64_t random_state, uint32_t stream,
                                   int64_t first, int64_t n_rows, uint64_t *keys, mlc_error *err)
{
    const random_key k = {(uint64_t)random_state, stream, first};
    return mlci_sample_keys(call, n_rows, random_key_of, &k, keys, err);
}

/* The leading bits of the n-th smallest key, n from 1; *before gets the keys that are smaller in
 * them, *among those that have them. */
static mlc_status find_leading(mlc_context *call, const uint64_t *keys, int64_t n_rows, int64_t n,
                               uint64_t *leading, int64_t *before, int64_t *among, mlc_error *err)
{
    mlc_status status = MLC_OK;
    int64_t *const counts = mlci_alloc(call->root, N_LEADING, (int64_t)sizeof *counts);
    if (counts == NULL) return mlci_fail_memory(err, N_LEADING, (int64_t)sizeof *counts);
    for (int64_t i = 0; i < n_rows && status == MLC_OK; i++) {
        counts[keys[i] >> (64 - LEADING_BITS)]++;
        status = mlci_poll_row(call, i, err);
    }
    int64_t sum = 0;
    int32_t b = 0;
    while (status == MLC_OK && sum + counts[b] < n)
        sum += counts[b++];
    *leading = (uint64_t)b;
    *before = sum;
    *among = counts[b];
    mlci_free(counts);
    return status;
}

/* The n-th smallest (key, row), n from 1. */
static mlc_status find_last(mlc_context *call, const uint64_t *keys, int64_t n_rows, int64_t n,
                            mlci_order_key *last, mlc_error *err)
{
    uint64_t leading = 0;
    int64_t before = 0, among = 0, m = 0;
    MLCI_TRY(find_leading(call, keys, n_rows, n, &leading, &before, &among, err));
    mlci_order_key *const near = mlci_alloc_raw(call->root, 2 * among, (int64_t)sizeof *near);
    if (near == NULL) return mlci_fail_memory(err, 2 * among, (int64_t)sizeof *near);
    for (int64_t i = 0; i < n_rows; i++) {
        if (keys[i] >> (64 - LEADING_BITS) == leading) near[m++] = (mlci_order_key){keys[i], i};
    }
    const mlc_status status = mlci_order_sort(call, near, near + m, m, err);
    if (status == MLC_OK) *last = near[n - before - 1];
    mlci_free(near);
    return status;
}

mlc_status mlci_sample_smallest(mlc_context *call, const uint64_t *keys, int64_t n_rows, int64_t n,
                                int64_t **out, mlc_error *err)
{
    mlci_order_key last = {0, -1};
    if (n > 0) MLCI_TRY(find_last(call, keys, n_rows, n, &last, err));
    int64_t *const rows = mlci_alloc_raw(call->root, n, (int64_t)sizeof *rows);
    if (rows == NULL) return mlci_fail_memory(err, n, (int64_t)sizeof *rows);
    int64_t m = 0;
    for (int64_t i = 0; i < n_rows && m < n; i++) {
        if (keys[i] < last.key || (keys[i] == last.key && i <= last.row)) rows[m++] = i;
    }
    *out = rows;
    return MLC_OK;
}

/* ---- few of many ---------------------------------------------------------------------------- */

typedef struct few {
    int64_t n_rows;
    mlci_sample_key_fn key;
    const void *arg;
    uint64_t bound;       /* the largest key that is kept */
    int64_t *starts;      /* of each block's kept keys, behind the first; first their numbers */
    mlci_order_key *kept; /* NULL: they are counted */
} few;

static mlc_status few_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const few *const f = arg;
    const int64_t first = block * BLOCK_ROWS, left = f->n_rows - first;
    const int64_t end = first + (left < BLOCK_ROWS ? left : BLOCK_ROWS);
    int64_t at = f->kept == NULL ? 0 : f->starts[block];
    (void)slot;
    (void)err;
    for (int64_t i = first; i < end; i++) {
        const uint64_t key = f->key(f->arg, i);
        if (key > f->bound) continue;
        if (f->kept != NULL) f->kept[at] = (mlci_order_key){key, i};
        at++;
    }
    if (f->kept == NULL) f->starts[block + 1] = at;
    return MLC_OK;
}

/* The bound below which ten standard deviations more than n of uniform keys are expected. */
static uint64_t bound_of(int64_t n, int64_t n_rows)
{
    const double wanted = (double)n + 10 * sqrt((double)n) + 100;
    const double share = wanted / (double)n_rows;
    return share >= 0.5 ? UINT64_MAX : (uint64_t)(share * 0x1p64);
}

/* Counts the keys up to the bound, and makes a bound of all keys of one that too few are below. */
static mlc_status count_kept(mlc_context *call, few *f, int64_t n_blocks, int64_t n, mlc_error *err)
{
    for (;; f->bound = UINT64_MAX) {
        MLCI_TRY(mlci_parallel_for(call, n_blocks, few_block, f, err));
        f->starts[0] = 0;
        for (int64_t b = 0; b < n_blocks; b++)
            f->starts[b + 1] += f->starts[b];
        if (f->starts[n_blocks] >= n) return MLC_OK;
    }
}

mlc_status mlci_sample_few(mlc_context *call, int64_t n_rows, int64_t n, mlci_sample_key_fn key,
                           const void *arg, mlci_order_key **out, mlc_error *err)
{
    const int64_t n_blocks = (n_rows + BLOCK_ROWS - 1) / BLOCK_ROWS;
    few f = {.n_rows = n_rows, .key = key, .arg = arg, .bound = bound_of(n, n_rows)};
    f.starts = mlci_alloc(call->root, n_blocks + 1, (int64_t)sizeof *f.starts);
    if (f.starts == NULL) return mlci_fail_memory(err, n_blocks + 1, (int64_t)sizeof *f.starts);
    mlci_order_key *kept = NULL;
    mlc_status status = count_kept(call, &f, n_blocks, n, err);
    if (status != MLC_OK) goto done;
    const int64_t m = f.starts[n_blocks];
    kept = mlci_alloc_raw(call->root, 2 * m, (int64_t)sizeof *kept);
    if (kept == NULL) {
        status = mlci_fail_memory(err, 2 * m, (int64_t)sizeof *kept);
        goto done;
    }
    f.kept = kept;
    status = mlci_parallel_for(call, n_blocks, few_block, &f, err);
    if (status == MLC_OK) status = mlci_order_sort(call, kept, kept + m, m, err);
done:
    mlci_free(f.starts);
    if (status != MLC_OK) {
        mlci_free(kept);
        return status;
    }
    *out = kept;
    return MLC_OK;
}

mlc_status mlci_sample_view(mlc_context *call, const mlc_dataset *dataset, int64_t *rows, int64_t n,
                            mlc_dataset **out, mlc_error *err)
{
    const mlc_status status = mlc_dataset_rows(call, dataset, rows, 0, n, out, err);
    mlci_free(rows);
    return status;
}

mlc_status mlci_sample_choose_smallest(mlc_context *call, mlci_candidates *candidates, int64_t n,
                                       int64_t **out, int64_t *n_out, mlc_error *err)
{
    mlci_candidates *const c = candidates;
    const int64_t n_rows = c->rows->n_rows;
    const int64_t m = n < n_rows ? n : n_rows;
    MLCI_TRY(mlci_sample_smallest(call, c->keys, n_rows, m, out, err));
    c->bound = m < n ? UINT64_MAX : 0;
    for (int64_t i = 0; i < m && m == n; i++) {
        if (c->keys[(*out)[i]] > c->bound) c->bound = c->keys[(*out)[i]];
    }
    *n_out = m;
    return MLC_OK;
}

mlc_status mlci_sample_by_rule(mlc_context *call, const mlci_sample_rule *rule, const void *params,
                               const mlc_dataset *dataset, mlc_dataset **out, mlc_error *err)
{
    const int64_t n_rows = dataset->n_rows;
    int64_t *rows = NULL, n = 0;
    uint64_t *const keys = mlci_alloc_raw(call->root, n_rows, (int64_t)sizeof *keys);
    if (keys == NULL) return mlci_fail_memory(err, n_rows, (int64_t)sizeof *keys);
    mlci_candidates all = {.rows = dataset, .keys = keys, .n_seen = n_rows, .is_end = 1};
    mlc_status status = rule->keys(call, params, dataset, 0, keys, err);
    if (status == MLC_OK) status = rule->choose(call, params, &all, &rows, &n, err);
    mlci_free(keys);
    return status == MLC_OK ? mlci_sample_view(call, dataset, rows, n, out, err) : status;
}
