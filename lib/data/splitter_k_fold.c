/* k-fold: n_splits consecutive parts of the rows, or of a permutation of them; the first n mod k
 * have one row more. Each is the test part once. O(n) a fold. */
#include "split_folds.h"

static const mlci_param params_table[] = {
    MLCI_INTEGER(mlci_folds_params, n_splits, 5, 2, 10000, "number of folds", .since = "0.1"),
    MLCI_BOOL(mlci_folds_params, shuffle, 0, "permute the rows first", .since = "0.1"),
    MLCI_INTEGER(mlci_folds_params, random_state, 0, INT64_MIN + 1, INT64_MAX,
                 "seed of the permutation", .since = "0.1"),
    MLCI_INTEGER(mlci_folds_params, n_repeats, 1, 1, 1000,
                 "how often all of it is done, each time with another permutation", .since = "0.1"),
    {.name = NULL}};

static void deal(const mlci_split *split, void *user, const int64_t *order, uint16_t *fold_of)
{
    const mlci_folds_params *const p = split->params;
    const int64_t size = split->n_rows / p->n_splits, longer = split->n_rows % p->n_splits;
    int64_t i = 0;
    for (int64_t f = 0; f < p->n_splits; f++) {
        const int64_t end = i + size + (f < longer);
        for (; i < end; i++)
            fold_of[order == NULL ? i : order[i]] = (uint16_t)f;
    }
}

static mlc_status plan(const mlci_split *split, void **out, mlc_error *err)
{
    const mlci_folds_params *const p = split->params;
    if (split->n_rows < p->n_splits) {
        return mlci_fail(err, MLC_ERROR_DATA, "n_splits",
                         "n_splits = %lld: must not exceed the number of rows, %lld",
                         (long long)p->n_splits, (long long)split->n_rows);
    }
    return mlci_split_folds_plan(split, deal, NULL, out, err);
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
             .params_size = sizeof(mlci_folds_params),
             .check = mlci_split_folds_check},
    .n_folds = mlci_split_folds_count,
    .plan = plan,
    .fold = mlci_split_by_fold};
