/* Stratified k-fold: each fold has each class in the proportion of the whole. The allocation is
 * that of scikit-learn's StratifiedKFold: with the targets sorted (classes by first appearance),
 * fold f gets as many rows of a class as there are among the rows f, f + k, f + 2k ... of the
 * sorted ones, so that folds differ by one row at most in size and in each class. O(n) a fold. */
#include "split_folds.h"

static const mlci_param params_table[] = {
    MLCI_INTEGER(mlci_folds_params, n_splits, 5, 2, 10000, "number of folds", .since = "0.1"),
    MLCI_BOOL(mlci_folds_params, shuffle, 0, "permute the rows of each class first",
              .since = "0.1"),
    MLCI_INTEGER(mlci_folds_params, random_state, 0, INT64_MIN + 1, INT64_MAX,
                 "seed of the permutation", .since = "0.1"),
    MLCI_INTEGER(mlci_folds_params, n_repeats, 1, 1, 1000,
                 "how often all of it is done, each time with another permutation", .since = "0.1"),
    {.name = NULL}};

/* Classes in the order of their first rows; room for the classes of each array. */
typedef struct class_table {
    int32_t n;
    int32_t *rank;  /* class -> position by first appearance, -1: none yet */
    int64_t *count; /* by rank */
    int64_t *first; /* by rank: where its rows begin among the sorted ones */
    int64_t *seen;  /* by rank: rows met so far */
    int64_t *fold;  /* by rank: the one that gets rows now */
    int64_t *end;   /* by rank: how many rows it and those before it get */
} class_table;

static void class_table_clear(class_table *t)
{
    mlci_free(t->rank);
    mlci_free(t->count);
}

static mlc_status find_classes(const mlci_split *split, class_table *t, mlc_error *err)
{
    int32_t n = 0;
    for (int64_t i = 0; i < split->n_rows; i++) {
        if (split->stratum[i] >= n) n = split->stratum[i] + 1;
    }
    *t = (class_table){0};
    t->rank = mlci_alloc_raw(split->call->root, n, (int64_t)sizeof *t->rank);
    t->count = mlci_alloc(split->call->root, 5 * (int64_t)n, (int64_t)sizeof *t->count);
    if (t->rank == NULL || t->count == NULL) {
        class_table_clear(t);
        return mlci_fail_memory(err, 5 * (int64_t)n, (int64_t)sizeof *t->count);
    }
    t->first = t->count + n;
    t->seen = t->first + n;
    t->fold = t->seen + n;
    t->end = t->fold + n;
    for (int32_t c = 0; c < n; c++)
        t->rank[c] = -1;
    for (int64_t i = 0; i < split->n_rows; i++) {
        int32_t *const rank = &t->rank[split->stratum[i]];
        if (*rank < 0) *rank = t->n++;
        t->count[*rank]++;
    }
    for (int32_t c = 1; c < t->n; c++)
        t->first[c] = t->first[c - 1] + t->count[c - 1];
    return MLC_OK;
}

/* How many of the positions 0 .. end - 1 belong to the folds before f, when position j belongs to
 * fold j mod k. */
static int64_t positions_before(int64_t end, int64_t f, int64_t k)
{
    const int64_t rest = end % k;
    return end / k * f + (rest < f ? rest : f);
}

/* Rows of a class that go to the folds before f. */
static int64_t allocated_before(const class_table *t, int32_t rank, int64_t f, int64_t k)
{
    const int64_t low = t->first[rank], high = low + t->count[rank];
    return positions_before(high, f, k) - positions_before(low, f, k);
}

static mlc_status check_counts(const class_table *t, int64_t k, mlc_error *err)
{
    int64_t most = 0;
    for (int32_t c = 0; c < t->n; c++)
        most = t->count[c] > most ? t->count[c] : most;
    if (k <= most) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_DATA, "n_splits",
                     "n_splits = %lld: must not exceed the rows of the largest class, %lld",
                     (long long)k, (long long)most);
}

/* The rows of a class go to one fold after the other, to each its share. */
static void deal(const mlci_split *split, void *user, const int64_t *order, uint16_t *fold_of)
{
    const mlci_folds_params *const p = split->params;
    class_table *const t = user;
    for (int32_t c = 0; c < t->n; c++) {
        t->seen[c] = t->fold[c] = 0;
        t->end[c] = allocated_before(t, c, 1, p->n_splits);
    }
    for (int64_t i = 0; i < split->n_rows; i++) {
        const int64_t row = order == NULL ? i : order[i];
        const int32_t c = t->rank[split->stratum[row]];
        while (t->seen[c] >= t->end[c])
            t->end[c] = allocated_before(t, c, ++t->fold[c] + 1, p->n_splits);
        t->seen[c]++;
        fold_of[row] = (uint16_t)t->fold[c];
    }
}

static mlc_status plan(const mlci_split *split, void **out, mlc_error *err)
{
    const mlci_folds_params *const p = split->params;
    if (split->stratum == NULL) {
        return mlci_fail(err, MLC_ERROR_ROLE, NULL,
                         "stratified_k_fold needs a target: give one column the role target");
    }
    class_table t;
    MLCI_TRY(find_classes(split, &t, err));
    mlc_status status = check_counts(&t, p->n_splits, err);
    if (status == MLC_OK) status = mlci_split_folds_plan(split, deal, &t, out, err);
    class_table_clear(&t);
    return status;
}

const mlci_splitter_descriptor mlci_splitter_stratified_k_fold = {
    .base = {.kind = MLCI_KIND_SPLITTER,
             .capabilities = MLCI_CAN_RANDOM | MLCI_SPLITS_BY_TARGET,
             .name = "stratified_k_fold",
             .summary = "n_splits folds with the classes in equal shares",
             .details = "As scikit-learn's StratifiedKFold, row by row without shuffle. A class "
                        "with fewer rows than folds is absent from some; it is an error when "
                        "every class is that small. A numeric target with more than 50 values "
                        "counts in ten bins of equal size; rows without a target are a class of "
                        "their own. O(n) a fold.",
             .since = "0.1",
             .params = params_table,
             .params_size = sizeof(mlci_folds_params),
             .check = mlci_split_folds_check},
    .n_folds = mlci_split_folds_count,
    .plan = plan,
    .fold = mlci_split_by_fold};
