/* Uniform sampling: the rows of the n smallest random keys, where a row's key is a function of its
 * number. Rows that come in batches of any size give the same sample with memory for n rows, as of
 * a reservoir (Vitter 1985). O(n_rows). */
#include <math.h>

#include "descriptor.h"
#include "order.h"
#include "random.h"
#include "sample.h"

#define FEW_PARTS 64 /* up to such a share of the rows, only keys that may be taken are kept */

typedef struct uniform_params {
    int64_t n;
    double share;
    int32_t replace;
    int32_t shuffle;
    int64_t random_state;
} uniform_params;

static const mlci_param params_table[] = {
    MLCI_SAMPLE_N(uniform_params),
    MLCI_SAMPLE_SHARE(uniform_params),
    MLCI_BOOL(uniform_params, replace, 0, "a row may be drawn more than once", .since = "0.1"),
    MLCI_BOOL(uniform_params, shuffle, 0, "rows in random order, not in their own", .since = "0.1"),
    MLCI_SAMPLE_SEED(uniform_params),
    {.name = NULL}};

static mlc_status check(const void *values, mlc_error *err)
{
    const uniform_params *const p = values;
    return mlci_sample_check(p->n, p->share, err);
}

static uint64_t key_of_row(const void *arg, int64_t row)
{
    const uniform_params *const p = arg;
    return mlci_random_bits((uint64_t)p->random_state, MLCI_RANDOM_SAMPLE_ROW, 0, (uint64_t)row);
}

/* Which row each draw gives; ascending unless they are to stay as drawn. */
static mlc_status draw_again(mlc_context *call, const uniform_params *p, int64_t n_rows, int64_t n,
                             int64_t **out, mlc_error *err)
{
    int64_t *const rows = mlci_alloc_raw(call->root, n, 8);
    mlci_order_key *const keys = mlci_alloc_raw(call->root, 2 * n, (int64_t)sizeof *keys);
    mlc_status status = MLC_OK;
    if (rows == NULL || keys == NULL) {
        status = mlci_fail_memory(err, 2 * n, (int64_t)sizeof *keys);
        goto done;
    }
    for (int64_t i = 0; i < n && status == MLC_OK; i++) {
        const uint64_t row = mlci_random_below((uint64_t)p->random_state, MLCI_RANDOM_SAMPLE_ROW, 1,
                                               (uint64_t)i, (uint64_t)n_rows);
        keys[i] = (mlci_order_key){row, i};
        status = mlci_poll_row(call, i, err);
    }
    if (status == MLC_OK && !p->shuffle) status = mlci_order_sort(call, keys, keys + n, n, err);
    for (int64_t i = 0; i < n && status == MLC_OK; i++)
        rows[i] = (int64_t)keys[i].key;
done:
    mlci_free(keys);
    if (status != MLC_OK) {
        mlci_free(rows);
        return status;
    }
    *out = rows;
    return MLC_OK;
}

/* The rows by their keys. */
static mlc_status shuffle_rows(mlc_context *call, const uint64_t *keys, int64_t *rows, int64_t n,
                               mlc_error *err)
{
    mlci_order_key *const order = mlci_alloc_raw(call->root, 2 * n, (int64_t)sizeof *order);
    if (order == NULL) return mlci_fail_memory(err, 2 * n, (int64_t)sizeof *order);
    for (int64_t i = 0; i < n; i++)
        order[i] = (mlci_order_key){keys[rows[i]], rows[i]};
    const mlc_status status = mlci_order_sort(call, order, order + n, n, err);
    for (int64_t i = 0; i < n && status == MLC_OK; i++)
        rows[i] = order[i].row;
    mlci_free(order);
    return status;
}

static mlc_status draw_once(mlc_context *call, const uniform_params *p, int64_t n_rows, int64_t n,
                            int64_t **out, mlc_error *err)
{
    uint64_t *keys = NULL;
    int64_t *rows = NULL;
    MLCI_TRY(mlci_sample_keys(call, n_rows, key_of_row, p, &keys, err));
    mlc_status status = mlci_sample_smallest(call, keys, n_rows, n, &rows, err);
    if (status == MLC_OK && p->shuffle) status = shuffle_rows(call, keys, rows, n, err);
    mlci_free(keys);
    if (status != MLC_OK) {
        mlci_free(rows);
        return status;
    }
    *out = rows;
    return MLC_OK;
}

/* The same of a small share of the rows. */
static mlc_status draw_few(mlc_context *call, const uniform_params *p, int64_t n_rows, int64_t n,
                           int64_t **out, mlc_error *err)
{
    mlci_order_key *keys = NULL;
    MLCI_TRY(mlci_sample_few(call, n_rows, n, key_of_row, p, &keys, err));
    mlc_status status = MLC_OK;
    int64_t *const rows = mlci_alloc_raw(call->root, n, (int64_t)sizeof *rows);
    if (rows == NULL) status = mlci_fail_memory(err, n, (int64_t)sizeof *rows);
    if (status == MLC_OK && !p->shuffle) {
        for (int64_t i = 0; i < n; i++)
            keys[i].key = (uint64_t)keys[i].row;
        status = mlci_order_sort(call, keys, keys + n, n, err);
    }
    for (int64_t i = 0; i < n && status == MLC_OK; i++)
        rows[i] = keys[i].row;
    mlci_free(keys);
    if (status != MLC_OK) {
        mlci_free(rows);
        return status;
    }
    *out = rows;
    return MLC_OK;
}

static mlc_status make(mlc_context *call, const void *params, const mlc_dataset *dataset,
                       mlc_dataset **out, mlc_error *err)
{
    const uniform_params *const p = params;
    int64_t n = 0, *rows = NULL;
    MLCI_TRY(mlci_sample_size(p->n, p->share, dataset->n_rows, p->replace, &n, err));
    if (p->replace) {
        MLCI_TRY(draw_again(call, p, dataset->n_rows, n, &rows, err));
    } else if (n <= dataset->n_rows / FEW_PARTS) {
        MLCI_TRY(draw_few(call, p, dataset->n_rows, n, &rows, err));
    } else {
        MLCI_TRY(draw_once(call, p, dataset->n_rows, n, &rows, err));
    }
    return mlci_sample_view(call, dataset, rows, n, out, err);
}

extern const mlci_maker_descriptor mlci_sampler_uniform;
const mlci_maker_descriptor mlci_sampler_uniform = {
    .base = {.kind = MLCI_KIND_SAMPLER,
             .capabilities = MLCI_CAN_RANDOM,
             .name = "uniform",
             .summary = "rows drawn with equal chances, with or without replacement",
             .details = "Without replacement the rows whose Philox keys are the n smallest; a key "
                        "depends on random_state and the row's number alone, so that a larger n "
                        "adds rows to a smaller one, and rows that come in batches give the same "
                        "sample (a reservoir). share=1 shuffle=true is a permutation of all rows. "
                        "With replacement each draw is a row of its own. O(n_rows).",
             .since = "0.1",
             .params = params_table,
             .params_size = sizeof(uniform_params),
             .check = check},
    .make = make};
