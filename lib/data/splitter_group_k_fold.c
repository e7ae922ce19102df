/* Group k-fold: rows of a group stay together. Groups go to the folds by size, the largest first,
 * each to the fold that has the fewest rows so far (ties: the later group first, the first fold),
 * as in scikit-learn's GroupKFold. O(n + groups (log groups + folds)). */
#include "descriptor.h"
#include "split_groups.h"

typedef struct group_params {
    int64_t n_splits;
} group_params;

static const mlci_param params_table[] = {
    MLCI_INTEGER(group_params, n_splits, 5, 2, 10000, "number of folds", .since = "0.1"),
    {.name = NULL}};

static mlc_status n_folds(const mlci_split *split, int32_t *n, mlc_error *err)
{
    const group_params *const p = split->params;
    *n = (int32_t)p->n_splits;
    return MLC_OK;
}

/* fold_of[g] for all groups. rows: room for n_splits. */
static void place_groups(const double *counts, const int32_t *order, int32_t n_groups,
                         int64_t n_splits, double *rows, int32_t *fold_of)
{
    for (int32_t i = 0; i < n_groups; i++) {
        int32_t lightest = 0;
        for (int32_t f = 1; f < n_splits; f++) {
            if (rows[f] < rows[lightest]) lightest = f;
        }
        rows[lightest] += counts[order[i]];
        fold_of[order[i]] = lightest;
    }
}

static mlc_status count_groups(const mlci_split *split, int32_t *n, mlc_error *err)
{
    const group_params *const p = split->params;
    MLCI_TRY(mlci_split_count_groups(split, "group_k_fold", n, err));
    if (*n >= p->n_splits) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_DATA, "n_splits",
                     "n_splits = %lld: must not exceed the number of groups, %d",
                     (long long)p->n_splits, *n);
}

/* The fold of each group. */
static mlc_status plan(const mlci_split *split, void **out, mlc_error *err)
{
    const group_params *const p = split->params;
    mlci_root *const root = split->call->root;
    int32_t n = 0;
    MLCI_TRY(count_groups(split, &n, err));
    double *const counts = mlci_alloc(root, n + p->n_splits, (int64_t)sizeof *counts);
    int32_t *const order = mlci_alloc(root, n, (int64_t)sizeof *order);
    int32_t *const fold_of = mlci_alloc(root, n, (int64_t)sizeof *fold_of);
    mlc_status status = MLC_OK;
    if (counts == NULL || order == NULL || fold_of == NULL) {
        status = mlci_fail_memory(err, n + p->n_splits, (int64_t)sizeof *counts);
    } else {
        for (int64_t i = 0; i < split->n_rows; i++)
            counts[split->group[i]]++;
        mlci_split_sort(counts, n, 1, order, fold_of);
        place_groups(counts, order, n, p->n_splits, counts + n, fold_of);
        *out = fold_of;
    }
    mlci_free(order);
    mlci_free(counts);
    if (status != MLC_OK) mlci_free(fold_of);
    return status;
}

const mlci_splitter_descriptor mlci_splitter_group_k_fold = {
    .base = {.kind = MLCI_KIND_SPLITTER,
             .capabilities = MLCI_SPLITS_BY_GROUP,
             .name = "group_k_fold",
             .summary = "n_splits folds that keep the rows of a group together",
             .details = "As scikit-learn's GroupKFold without shuffle: groups by falling size, "
                        "each to the fold with the fewest rows so far; of groups of one size the "
                        "one with the larger value comes first. Needs a column of role group "
                        "without missing values. O(n) a fold.",
             .since = "0.1",
             .params = params_table,
             .params_size = sizeof(group_params)},
    .n_folds = n_folds,
    .plan = plan,
    .fold = mlci_split_by_group};
