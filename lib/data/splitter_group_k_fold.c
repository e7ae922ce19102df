/* Group k-fold: rows of a group stay together. Groups go to the folds by size, the largest first,
 * each to the fold that has the fewest rows so far (ties: the later group first, the first fold),
 * as in scikit-learn's GroupKFold. O(n + groups (log groups + folds)). */
#include "descriptor.h"

typedef struct group_params {
    int64_t n_splits;
} group_params;

static const mlci_param params_table[] = {
    MLCI_INTEGER(group_params, n_splits, 5, 2, 10000, "number of folds", .since = "0.1"),
    {.name = NULL}};

static int32_t n_folds(const void *params)
{
    const group_params *const p = params;
    return (int32_t)p->n_splits;
}

/* Is group a to be placed before group b? */
static int is_before(const int64_t *counts, int32_t a, int32_t b)
{
    return counts[a] != counts[b] ? counts[a] > counts[b] : a > b;
}

/* Sorts by merging; both arrays have room for n. */
static void sort_groups(const int64_t *counts, int32_t *groups, int32_t *scratch, int32_t n)
{
    if (n < 2) return;
    const int32_t half = n / 2;
    sort_groups(counts, groups, scratch, half);
    sort_groups(counts, groups + half, scratch, n - half);
    for (int32_t i = 0; i < n; i++)
        scratch[i] = groups[i];
    int32_t i = 0, j = half;
    for (int32_t k = 0; k < n; k++) {
        const int left = j >= n || (i < half && is_before(counts, scratch[i], scratch[j]));
        groups[k] = left ? scratch[i++] : scratch[j++];
    }
}

/* fold_of[g] for all groups. rows: room for n_splits. */
static void place_groups(const int64_t *counts, const int32_t *order, int32_t n_groups,
                         int64_t n_splits, int64_t *rows, int32_t *fold_of)
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

static mlc_status count_groups(const mlci_split *split, int32_t *n_groups, mlc_error *err)
{
    const group_params *const p = split->params;
    if (split->group == NULL) {
        return mlci_fail(err, MLC_ERROR_ROLE, NULL,
                         "group_k_fold needs groups: give one column the role group");
    }
    int32_t n = 0;
    for (int64_t i = 0; i < split->n_rows; i++) {
        if (split->group[i] < 0) {
            return mlci_fail(err, MLC_ERROR_DATA, NULL, "row %lld has no group", (long long)i);
        }
        if (split->group[i] >= n) n = split->group[i] + 1;
    }
    if (n < p->n_splits) {
        return mlci_fail(err, MLC_ERROR_DATA, "n_splits",
                         "n_splits = %lld: must not exceed the number of groups, %d",
                         (long long)p->n_splits, n);
    }
    *n_groups = n;
    return MLC_OK;
}

static mlc_status fold(const mlci_split *split, int32_t k, uint8_t *part, mlc_error *err)
{
    const group_params *const p = split->params;
    mlci_root *const root = split->call->root;
    int32_t n = 0;
    MLCI_TRY(count_groups(split, &n, err));
    mlc_status status = MLC_OK;
    int64_t *const counts = mlci_alloc(root, n, (int64_t)sizeof *counts);
    int64_t *const rows = mlci_alloc(root, p->n_splits, (int64_t)sizeof *rows);
    int32_t *const order = mlci_alloc(root, 3 * (int64_t)n, (int64_t)sizeof *order);
    if (counts == NULL || rows == NULL || order == NULL) {
        status = mlci_fail_memory(err, n, (int64_t)sizeof *counts);
        goto done;
    }
    int32_t *const fold_of = order + n;
    for (int64_t i = 0; i < split->n_rows; i++)
        counts[split->group[i]]++;
    for (int32_t g = 0; g < n; g++)
        order[g] = g;
    sort_groups(counts, order, order + 2 * (int64_t)n, n);
    place_groups(counts, order, n, p->n_splits, rows, fold_of);
    for (int64_t i = 0; i < split->n_rows; i++) {
        part[i] = fold_of[split->group[i]] == k ? MLCI_PART_TEST : MLCI_PART_TRAIN;
    }
done:
    mlci_free(order);
    mlci_free(rows);
    mlci_free(counts);
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
                        "without missing values. O(n) a fold for few groups.",
             .since = "0.1",
             .params = params_table,
             .params_size = sizeof(group_params)},
    .n_folds = n_folds,
    .fold = fold};
