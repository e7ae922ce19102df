/* k-fold: n_splits consecutive parts of the rows, or of a permutation of them; the first n mod k
 * have one row more. Each is the test part once. O(n) a fold. */
#include "descriptor.h"
#include "random.h"

typedef struct k_fold_params {
    int64_t n_splits;
    int32_t shuffle;
    int64_t random_state;
    int64_t n_repeats;
} k_fold_params;

static const mlci_param params_table[] = {
    MLCI_INTEGER(k_fold_params, n_splits, 5, 2, 10000, "number of folds", .since = "0.1"),
    MLCI_BOOL(k_fold_params, shuffle, 0, "permute the rows first", .since = "0.1"),
    MLCI_INTEGER(k_fold_params, random_state, 0, INT64_MIN + 1, INT64_MAX,
                 "seed of the permutation", .since = "0.1"),
    MLCI_INTEGER(k_fold_params, n_repeats, 1, 1, 1000,
                 "how often all of it is done, each time with another permutation", .since = "0.1"),
    {.name = NULL}};

static mlc_status check(const void *values, mlc_error *err)
{
    const k_fold_params *const p = values;
    if (p->n_repeats == 1 || p->shuffle) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_SETTING, "n_repeats",
                     "n_repeats = %lld: repeats without shuffle=true would all be the same",
                     (long long)p->n_repeats);
}

static mlc_status n_folds(const mlci_split *split, int32_t *n, mlc_error *err)
{
    const k_fold_params *const p = split->params;
    *n = (int32_t)(p->n_splits * p->n_repeats);
    return MLC_OK;
}

static mlc_status fold(const mlci_split *split, int32_t k, uint8_t *part, mlc_error *err)
{
    const k_fold_params *const p = split->params;
    const int64_t n = split->n_rows;
    const int64_t repeat = k / p->n_splits, at = k % p->n_splits;
    if (n < p->n_splits) {
        return mlci_fail(err, MLC_ERROR_DATA, "n_splits",
                         "n_splits = %lld: must not exceed the number of rows, %lld",
                         (long long)p->n_splits, (long long)n);
    }
    const int64_t size = n / p->n_splits, longer = n % p->n_splits;
    const int64_t first = at * size + (at < longer ? at : longer);
    const int64_t end = first + size + (at < longer);
    for (int64_t i = 0; i < n; i++)
        part[i] = MLCI_PART_TRAIN;
    if (!p->shuffle) {
        for (int64_t i = first; i < end; i++)
            part[i] = MLCI_PART_TEST;
        return MLC_OK;
    }
    int64_t *const order = mlci_alloc_raw(split->call->root, 2 * n, 8);
    if (order == NULL) return mlci_fail_memory(err, 2 * n, 8);
    mlci_random_permutation((uint64_t)p->random_state, MLCI_RANDOM_SPLIT, (uint32_t)repeat, n,
                            order, (uint64_t *)(order + n));
    for (int64_t i = first; i < end; i++)
        part[order[i]] = MLCI_PART_TEST;
    mlci_free(order);
    return MLC_OK;
}

const mlci_splitter_descriptor mlci_splitter_k_fold = {
    .base = {.kind = MLCI_KIND_SPLITTER,
             .capabilities = MLCI_CAN_RANDOM,
             .name = "k_fold",
             .summary = "n_splits folds of consecutive or shuffled rows",
             .details = "As scikit-learn's KFold: the first n mod n_splits folds have one row "
                        "more. With shuffle=true the folds are parts of a permutation that "
                        "depends on random_state, the repeat and the row numbers alone. O(n) a "
                        "fold.",
             .since = "0.1",
             .params = params_table,
             .params_size = sizeof(k_fold_params),
             .check = check},
    .n_folds = n_folds,
    .fold = fold};
