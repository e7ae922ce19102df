/* Stratified sampling: each value of a column gives its share of the rows. O(n_rows log n_rows). */
#include <math.h>

#include "checked.h"
#include "descriptor.h"
#include "order.h"
#include "sample.h"
#include "strata.h"

#define PROPORTIONAL 0
#define EQUAL 1

typedef struct stratified_params {
    int64_t n;
    double share;
    char *by;
    int32_t allocation;
    int64_t random_state;
} stratified_params;

static const mlci_choice allocations[] = {
    {"proportional", PROPORTIONAL, "by the rows of each stratum, rounded by largest remainders"},
    {"equal", EQUAL, "the same for all; what a small stratum lacks is taken from the others"},
    {NULL, 0, NULL}};

static const mlci_param params_table[] = {
    MLCI_SAMPLE_N(stratified_params),
    MLCI_SAMPLE_SHARE(stratified_params),
    MLCI_STRING(stratified_params, by, NULL,
                "column whose values are the strata; none is the target, in ten bins of equal size "
                "where it is a number of more than 50 values",
                .since = "0.1"),
    MLCI_CHOICE(stratified_params, allocation, PROPORTIONAL, allocations,
                "rows that each stratum gives", .since = "0.1"),
    MLCI_SAMPLE_SEED(stratified_params),
    {.name = NULL}};

static mlc_status check(const void *values, mlc_error *err)
{
    const stratified_params *const p = values;
    return mlci_sample_check(p->n, p->share, err);
}

/* Bins of equal size are known with the last row only. */
static mlc_status find_target_strata(mlc_context *call, const mlci_candidates *c, int32_t **out,
                                     mlc_error *err)
{
    int32_t has_bins = 0;
    MLCI_TRY(mlci_strata_of_target(call, c->rows, out, &has_bins, err));
    if (*out == NULL) {
        return mlci_fail(err, MLC_ERROR_ROLE, "by",
                         "stratified needs strata: give one column the role target, or say "
                         "by=column");
    }
    if (!has_bins || c->stands_for == NULL) return MLC_OK;
    mlci_free(*out);
    return mlci_fail(err, MLC_ERROR_DATA, "by",
                     "the target is a number of many values, whose bins need all rows at once: say "
                     "by=column, or collect the rows first");
}

/* Missing values are a stratum of their own. */
static mlc_status find_strata(mlc_context *call, const mlci_candidates *c, const char *by,
                              int32_t **out, mlc_error *err)
{
    int32_t field = -1, n_values = 0;
    if (by == NULL) return find_target_strata(call, c, out, err);
    MLCI_TRY(mlci_dataset_get(c->rows, by, &field, err));
    MLCI_TRY(mlci_strata_of_field(call, c->rows, field, out, &n_values, err));
    for (int64_t i = 0; i < c->rows->n_rows; i++) {
        if ((*out)[i] < 0) (*out)[i] = n_values;
    }
    return MLC_OK;
}

/* The smallest strata first: each gives an equal part of what is still wanted, or all it has. */
static mlc_status share_equally(mlci_root *root, const int64_t *counts, int32_t n, int64_t wanted,
                                int64_t *shares, mlc_error *err)
{
    mlci_order_key *const keys = mlci_alloc_raw(root, 2 * (int64_t)n, (int64_t)sizeof *keys);
    if (keys == NULL) return mlci_fail_memory(err, 2 * (int64_t)n, (int64_t)sizeof *keys);
    for (int32_t s = 0; s < n; s++)
        keys[s] = (mlci_order_key){(uint64_t)counts[s], s};
    (void)mlci_order_sort(NULL, keys, keys + n, n, NULL);
    for (int32_t s = 0; s < n; s++) {
        const int64_t part = wanted / (n - s), count = (int64_t)keys[s].key;
        shares[keys[s].row] = part < count ? part : count;
        wanted -= shares[keys[s].row];
    }
    mlci_free(keys);
    return MLC_OK;
}

/* Of each stratum the rows of the smallest keys, ascending; shares become what they lack. */
static mlc_status take_shares(mlc_context *call, const mlci_candidates *c, const int32_t *stratum,
                              int64_t *shares, int64_t *rows, int64_t *n, mlc_error *err)
{
    const int64_t n_rows = c->rows->n_rows;
    mlci_order_key *const order = mlci_alloc_raw(call->root, 2 * n_rows, (int64_t)sizeof *order);
    uint8_t *const is_taken = mlci_alloc(call->root, n_rows, 1);
    mlc_status status = MLC_OK;
    if (order == NULL || is_taken == NULL) {
        status = mlci_fail_memory(err, 2 * n_rows, (int64_t)sizeof *order);
        goto done;
    }
    for (int64_t i = 0; i < n_rows; i++)
        order[i] = (mlci_order_key){c->keys[i], i};
    status = mlci_order_sort(call, order, order + n_rows, n_rows, err);
    for (int64_t i = 0; i < n_rows && status == MLC_OK; i++) {
        int64_t *const left = &shares[stratum[order[i].row]];
        if (*left > 0) is_taken[order[i].row] = 1;
        *left -= *left > 0;
    }
    *n = 0;
    for (int64_t i = 0; i < n_rows && status == MLC_OK; i++) {
        if (is_taken[i]) rows[(*n)++] = i;
    }
done:
    mlci_free(is_taken);
    mlci_free(order);
    return status;
}

/* Rows that each stratum gives to the sample; or, while more may come, may give: n at most. */
static mlc_status find_shares(mlc_context *call, const stratified_params *p,
                              const mlci_candidates *c, const int64_t *counts, int32_t n_strata,
                              int64_t *shares, mlc_error *err)
{
    int64_t n = p->n == MLCI_NONE_INTEGER ? 1 : p->n, product = 0;
    if (!c->is_end) {
        for (int32_t s = 0; s < n_strata; s++)
            shares[s] = n;
        return MLC_OK;
    }
    MLCI_TRY(mlci_sample_size(p->n, p->share, c->n_seen, 0, &n, err));
    if (n == 0) return MLC_OK;
    if (!mlci_mul_size(c->n_seen, n, &product)) {
        return mlci_fail(err, MLC_ERROR_LIMIT, "n", "%lld of %lld rows are too many: take fewer",
                         (long long)n, (long long)c->n_seen);
    }
    return p->allocation == EQUAL ? share_equally(call->root, counts, n_strata, n, shares, err)
                                  : mlci_strata_share(call->root, counts, n_strata, n, shares, err);
}

/* What leaves is counted for the first row of its stratum that stays. */
static void hand_over(const mlci_candidates *c, const int32_t *stratum, const int64_t *rows,
                      int64_t n, int64_t *left)
{
    for (int64_t i = 0, k = 0; i < c->rows->n_rows; i++) {
        const int stays = k < n && rows[k] == i;
        k += stays;
        if (!stays) left[stratum[i]] += c->stands_for[i];
    }
    for (int64_t k = 0; k < n; k++) {
        c->stands_for[rows[k]] += left[stratum[rows[k]]];
        left[stratum[rows[k]]] = 0;
    }
}

static mlc_status draw(mlc_context *call, const stratified_params *p, const mlci_candidates *c,
                       const int32_t *stratum, int64_t *rows, int64_t *n, mlc_error *err)
{
    const int64_t n_rows = c->rows->n_rows;
    const int32_t n_strata = mlci_strata_count(stratum, n_rows);
    int64_t *const counts = mlci_alloc(call->root, 2 * (int64_t)n_strata, 8);
    if (counts == NULL) return mlci_fail_memory(err, 2 * (int64_t)n_strata, 8);
    int64_t *const shares = counts + n_strata; /* all lacked or handed over in the end: 0 */
    for (int64_t i = 0; i < n_rows; i++)
        counts[stratum[i]] += c->stands_for == NULL ? 1 : c->stands_for[i];
    mlc_status status = find_shares(call, p, c, counts, n_strata, shares, err);
    if (status == MLC_OK) status = take_shares(call, c, stratum, shares, rows, n, err);
    if (status == MLC_OK && c->stands_for != NULL) {
        for (int32_t s = 0; s < n_strata; s++)
            counts[s] = 0;
        hand_over(c, stratum, rows, *n, counts);
    }
    mlci_free(counts);
    return status;
}

/* ---- the rule --------------------------------------------------------------------------- */

static mlc_status check_stream(const void *params, mlc_error *err)
{
    const stratified_params *const p = params;
    if (isnan(p->share)) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_SETTING, "share",
                     "share needs all rows at once: collect them first, or give n");
}

static mlc_status fill_keys(mlc_context *call, const void *params, const mlc_dataset *rows,
                            int64_t first, uint64_t *keys, mlc_error *err)
{
    const stratified_params *const p = params;
    return mlci_sample_random_keys(call, p->random_state, MLCI_SAMPLE_STREAM_STRATIFIED, first,
                                   rows->n_rows, keys, err);
}

static mlc_status choose(mlc_context *call, const void *params, mlci_candidates *candidates,
                         int64_t **out, int64_t *n, mlc_error *err)
{
    const int64_t n_rows = candidates->rows->n_rows;
    int32_t *stratum = NULL;
    candidates->bound = UINT64_MAX; /* of a stratum that is yet to come every row may be wanted */
    MLCI_TRY(find_strata(call, candidates, ((const stratified_params *)params)->by, &stratum, err));
    int64_t *const rows = mlci_alloc_raw(call->root, n_rows, (int64_t)sizeof *rows);
    mlc_status status = MLC_OK;
    if (rows == NULL) status = mlci_fail_memory(err, n_rows, (int64_t)sizeof *rows);
    if (status == MLC_OK) status = draw(call, params, candidates, stratum, rows, n, err);
    mlci_free(stratum);
    if (status != MLC_OK) {
        mlci_free(rows);
        return status;
    }
    *out = rows;
    return MLC_OK;
}

static const mlci_sample_rule rule = {check_stream, fill_keys, choose};

static mlc_status make(mlc_context *call, const void *params, const mlc_dataset *dataset,
                       mlc_dataset **out, mlc_error *err)
{
    return mlci_sample_by_rule(call, &rule, params, dataset, out, err);
}

extern const mlci_maker_descriptor mlci_sampler_stratified;
const mlci_maker_descriptor mlci_sampler_stratified = {
    .base = {.kind = MLCI_KIND_SAMPLER,
             .capabilities = MLCI_CAN_RANDOM | MLCI_SPLITS_BY_TARGET,
             .name = "stratified",
             .summary = "rows drawn so that each value of a column has its share",
             .details = "Each stratum gives its share of the n rows, rounded by largest remainders "
                        "with ties to the first value, or as many as the others with "
                        "allocation=equal; within a stratum rows have equal chances. Missing "
                        "values are a stratum. Without replacement, in the order of the rows. "
                        "O(n_rows log n_rows).",
             .since = "0.1",
             .params = params_table,
             .params_size = sizeof(stratified_params),
             .check = check},
    .make = make,
    .rule = &rule};
