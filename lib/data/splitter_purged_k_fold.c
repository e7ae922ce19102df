/* Purged k-fold: test parts one after the other in time, each trained on what was before and after
 * it but for rows beside it, whose labels may overlap with those of the test part. After Lopez de
 * Prado, Advances in Financial Machine Learning (2018), 7.4. O(n) a fold. */
#include "descriptor.h"

typedef struct purged_params {
    int64_t n_splits;
    int64_t purge;
    int64_t embargo;
} purged_params;

static const mlci_param params_table[] = {
    MLCI_INTEGER(purged_params, n_splits, 5, 2, 10000, "number of folds", .since = "0.1"),
    MLCI_INTEGER(purged_params, purge, 0, 0, INT64_MAX,
                 "rows left out on both sides of the test part", .since = "0.1"),
    MLCI_INTEGER(purged_params, embargo, 0, 0, INT64_MAX, "more rows left out after the test part",
                 .since = "0.1"),
    {.name = NULL}};

static mlc_status n_folds(const mlci_split *split, int32_t *n, mlc_error *err)
{
    const purged_params *const p = split->params;
    *n = (int32_t)p->n_splits;
    return MLC_OK;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static mlc_status fold(const mlci_split *split, int32_t k, uint8_t *part, mlc_error *err)
{
    const purged_params *const p = split->params;
    const int64_t n = split->n_rows;
    if (n < p->n_splits) {
        return mlci_fail(err, MLC_ERROR_DATA, "n_splits",
                         "n_splits = %lld: must not exceed the number of rows, %lld",
                         (long long)p->n_splits, (long long)n);
    }
    const int64_t size = n / p->n_splits, longer = n % p->n_splits;
    const int64_t first = k * size + least(k, longer);
    const int64_t end = first + size + (k < longer);
    const int64_t before = first - least(first, p->purge);
    const int64_t purged = end + least(n - end, p->purge);
    const int64_t after = purged + least(n - purged, p->embargo);
    for (int64_t i = 0; i < n; i++) {
        const int64_t row = split->time_order == NULL ? i : split->time_order[i];
        part[row] = i >= first && i < end      ? MLCI_PART_TEST
                    : i >= before && i < after ? MLCI_PART_NONE
                                               : MLCI_PART_TRAIN;
    }
    return MLC_OK;
}

const mlci_splitter_descriptor mlci_splitter_purged_k_fold = {
    .base = {.kind = MLCI_KIND_SPLITTER,
             .capabilities = MLCI_SPLITS_BY_TIME,
             .name = "purged_k_fold",
             .summary = "n_splits test parts in time, trained on both sides but for rows beside",
             .details = "Lopez de Prado's purged and embargoed folds, counted in rows: the folds "
                        "of k_fold in the order of the column of role time (ties by row number), "
                        "or of the rows when there is none. purge rows before and after the test "
                        "part, and embargo more after it, are in no part. O(n) a fold.",
             .since = "0.1",
             .params = params_table,
             .params_size = sizeof(purged_params)},
    .n_folds = n_folds,
    .fold = fold};
