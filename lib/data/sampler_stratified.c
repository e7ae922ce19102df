/* Stratified sampling: each value of a column gives its share of the rows. O(n_rows log n_rows). */
#include <math.h>

#include "descriptor.h"
#include "order.h"
#include "random.h"
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

/* Missing values are a stratum of their own. */
static mlc_status find_strata(mlc_context *call, const mlc_dataset *dataset, const char *by,
                              int32_t **out, mlc_error *err)
{
    int32_t field = -1, n_values = 0;
    if (by == NULL) {
        MLCI_TRY(mlci_strata_of_target(call, dataset, out, err));
        if (*out != NULL) return MLC_OK;
        return mlci_fail(err, MLC_ERROR_ROLE, "by",
                         "stratified needs strata: give one column the role target, or say "
                         "by=column");
    }
    MLCI_TRY(mlci_dataset_get(dataset, by, &field, err));
    MLCI_TRY(mlci_strata_of_field(call, dataset, field, out, &n_values, err));
    for (int64_t i = 0; i < dataset->n_rows; i++) {
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

/* Of each stratum the first ones of a permutation, in the order of the rows. */
static mlc_status take_shares(mlc_context *call, const stratified_params *p, const int32_t *stratum,
                              int64_t n_rows, int64_t *shares, int64_t *rows, mlc_error *err)
{
    int64_t *const order = mlci_alloc_raw(call->root, 2 * n_rows, 8);
    uint8_t *const is_taken = mlci_alloc(call->root, n_rows, 1);
    if (order == NULL || is_taken == NULL) {
        mlci_free(order);
        mlci_free(is_taken);
        return mlci_fail_memory(err, 2 * n_rows, 8);
    }
    mlci_random_permutation((uint64_t)p->random_state, MLCI_RANDOM_SAMPLE_ROW, 4, n_rows, order,
                            (uint64_t *)(order + n_rows));
    for (int64_t i = 0; i < n_rows; i++) {
        int64_t *const left = &shares[stratum[order[i]]];
        if (*left > 0) is_taken[order[i]] = 1;
        *left -= *left > 0;
    }
    for (int64_t i = 0, m = 0; i < n_rows; i++) {
        if (is_taken[i]) rows[m++] = i;
    }
    mlci_free(is_taken);
    mlci_free(order);
    return MLC_OK;
}

static mlc_status draw(mlc_context *call, const stratified_params *p, const int32_t *stratum,
                       int64_t n_rows, int64_t n, int64_t *rows, mlc_error *err)
{
    const int32_t n_strata = mlci_strata_count(stratum, n_rows);
    int64_t *const counts = mlci_alloc(call->root, 2 * (int64_t)n_strata, 8);
    if (counts == NULL) return mlci_fail_memory(err, 2 * (int64_t)n_strata, 8);
    for (int64_t i = 0; i < n_rows; i++)
        counts[stratum[i]]++;
    mlc_status status =
        p->allocation == EQUAL
            ? share_equally(call->root, counts, n_strata, n, counts + n_strata, err)
            : mlci_strata_share(call->root, counts, n_strata, n, counts + n_strata, err);
    if (status == MLC_OK) {
        status = take_shares(call, p, stratum, n_rows, counts + n_strata, rows, err);
    }
    mlci_free(counts);
    return status;
}

static mlc_status make(mlc_context *call, const void *params, const mlc_dataset *dataset,
                       mlc_dataset **out, mlc_error *err)
{
    const stratified_params *const p = params;
    int64_t n = 0;
    int32_t *stratum = NULL;
    MLCI_TRY(mlci_sample_size(p->n, p->share, dataset->n_rows, 0, &n, err));
    MLCI_TRY(find_strata(call, dataset, p->by, &stratum, err));
    int64_t *const rows = mlci_alloc(call->root, n, (int64_t)sizeof *rows);
    mlc_status status = rows == NULL ? mlci_fail_memory(err, n, (int64_t)sizeof *rows) : MLC_OK;
    if (status == MLC_OK && n > 0) {
        status = draw(call, p, stratum, dataset->n_rows, n, rows, err);
    }
    mlci_free(stratum);
    if (status == MLC_OK) return mlci_sample_view(call, dataset, rows, n, out, err);
    mlci_free(rows);
    return status;
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
    .make = make};
