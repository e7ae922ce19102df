/* Uniform sampling: the rows of the n smallest random keys, where a row's key is a function of its
 * number. Rows that come in batches of any size give the same sample with memory for n rows, as of
 * a reservoir (Vitter 1985). O(n_rows). */
#include <math.h>

#include "descriptor.h"
#include "order.h"
#include "random.h"
#include "sample.h"

#define FEW_PARTS 64 /* up to such a share of the rows, only keys that may be taken are kept */
#define SURE_BITS 64
#define LN_2 0.69314718055994531

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
        const uint64_t row =
            mlci_random_below((uint64_t)p->random_state, MLCI_RANDOM_SAMPLE_ROW,
                              MLCI_SAMPLE_STREAM_UNIFORM_AGAIN, (uint64_t)i, (uint64_t)n_rows);
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

/* ---- without replacement ---------------------------------------------------------------- */

static mlc_status check_stream(const void *params, mlc_error *err)
{
    const uniform_params *const p = params;
    if (!p->replace) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_SETTING, "replace",
                     "replace: draws with replacement need all rows at once: collect them first, "
                     "or draw without");
}

static mlc_status fill_keys(mlc_context *call, const void *params, const mlc_dataset *rows,
                            int64_t first, uint64_t *keys, mlc_error *err)
{
    const uniform_params *const p = params;
    return mlci_sample_random_keys(call, p->random_state, MLCI_SAMPLE_STREAM_UNIFORM, first,
                                   rows->n_rows, keys, err);
}

/* The key that a row of a share has at most, as long as at least n rows have come: the share of all
 * keys and so much that later rows bring the end of the sample above it once in 2^64 times. For
 * keys at most share + e, the part among the first n, n + 1 ... rows is a reversed martingale, so
 * Hoeffding's bound exp(-2 n e^2) holds for all of them at once. */
static uint64_t share_bound(double share, int64_t n)
{
    const double bound = share + sqrt(SURE_BITS * LN_2 / 2 / (double)n) + 1 / (double)n;
    return bound < 1 ? (uint64_t)(bound * 0x1p64) : UINT64_MAX;
}

/* Of a share that is not yet known as a number of rows. */
static mlc_status choose_below(mlc_context *call, const uniform_params *p, mlci_candidates *c,
                               int64_t **out, int64_t *n, mlc_error *err)
{
    int64_t *const rows = mlci_alloc_raw(call->root, c->rows->n_rows, (int64_t)sizeof *rows);
    if (rows == NULL) return mlci_fail_memory(err, c->rows->n_rows, (int64_t)sizeof *rows);
    c->bound = share_bound(p->share, c->n_seen);
    *n = 0;
    for (int64_t i = 0; i < c->rows->n_rows; i++) {
        if (c->keys[i] <= c->bound) rows[(*n)++] = i;
    }
    *out = rows;
    return MLC_OK;
}

/* Is no row among those that are wanted that was left out before? */
static mlc_status check_share(const uniform_params *p, const mlci_candidates *c, int64_t n,
                              mlc_error *err)
{
    const int has_all = c->rows->n_rows == c->n_seen;
    if (has_all || n == 0 || c->bound <= share_bound(p->share, c->n_seen)) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_LIMIT, "random_state",
                     "random_state = %lld: the draw is one of 2^64 that needs all rows at once: "
                     "take another",
                     (long long)p->random_state);
}

static mlc_status choose(mlc_context *call, const void *params, mlci_candidates *candidates,
                         int64_t **out, int64_t *n, mlc_error *err)
{
    const uniform_params *const p = params;
    const int is_share = p->n == MLCI_NONE_INTEGER && !isnan(p->share);
    int64_t wanted = 0;
    if (!candidates->is_end && is_share) return choose_below(call, p, candidates, out, n, err);
    if (candidates->is_end) {
        MLCI_TRY(mlci_sample_size(p->n, p->share, candidates->n_seen, 0, &wanted, err));
    } else {
        wanted = p->n == MLCI_NONE_INTEGER ? 1 : p->n;
    }
    MLCI_TRY(mlci_sample_choose_smallest(call, candidates, wanted, out, n, err));
    mlc_status status = is_share ? check_share(p, candidates, wanted, err) : MLC_OK;
    if (status == MLC_OK && candidates->is_end && p->shuffle) {
        status = shuffle_rows(call, candidates->keys, *out, *n, err);
    }
    if (status != MLC_OK) mlci_free(*out);
    return status;
}

static const mlci_sample_rule rule = {check_stream, fill_keys, choose};

static uint64_t key_of_row(const void *arg, int64_t row)
{
    const uniform_params *const p = arg;
    return mlci_random_bits((uint64_t)p->random_state, MLCI_RANDOM_SAMPLE_ROW,
                            MLCI_SAMPLE_STREAM_UNIFORM, (uint64_t)row);
}

/* Few rows of many, in memory for the few. */
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
    if (!p->replace && n > dataset->n_rows / FEW_PARTS)
        return mlci_sample_by_rule(call, &rule, params, dataset, out, err);
    if (p->replace)
        MLCI_TRY(draw_again(call, p, dataset->n_rows, n, &rows, err));
    else
        MLCI_TRY(draw_few(call, p, dataset->n_rows, n, &rows, err));
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
    .make = make,
    .rule = &rule};
