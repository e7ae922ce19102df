/* Stratified k-fold: each fold has each class in the proportion of the whole. The allocation is
 * that of scikit-learn's StratifiedKFold: with the targets sorted (classes by first appearance),
 * fold f gets as many rows of a class as there are among the rows f, f + k, f + 2k ... of the
 * sorted ones, so that folds differ by one row at most in size and in each class. O(n) a fold. */
#include "descriptor.h"
#include "random.h"

typedef struct stratified_params {
    int64_t n_splits;
    int32_t shuffle;
    int64_t random_state;
    int64_t n_repeats;
} stratified_params;

static const mlci_param params_table[] = {
    MLCI_INTEGER(stratified_params, n_splits, 5, 2, 10000, "number of folds", .since = "0.1"),
    MLCI_BOOL(stratified_params, shuffle, 0, "permute the rows of each class first",
              .since = "0.1"),
    MLCI_INTEGER(stratified_params, random_state, 0, INT64_MIN + 1, INT64_MAX,
                 "seed of the permutation", .since = "0.1"),
    MLCI_INTEGER(stratified_params, n_repeats, 1, 1, 1000,
                 "how often all of it is done, each time with another permutation", .since = "0.1"),
    {.name = NULL}};

static mlc_status check(const void *values, mlc_error *err)
{
    const stratified_params *const p = values;
    if (p->n_repeats == 1 || p->shuffle) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_SETTING, "n_repeats",
                     "n_repeats = %lld: repeats without shuffle=true would all be the same",
                     (long long)p->n_repeats);
}

static mlc_status n_folds(const mlci_split *split, int32_t *n, mlc_error *err)
{
    const stratified_params *const p = split->params;
    *n = (int32_t)(p->n_splits * p->n_repeats);
    return MLC_OK;
}

/* Classes in the order of their first rows; room for the classes of each array. */
typedef struct class_table {
    int32_t n;
    int32_t *rank;  /* class -> position by first appearance, -1: none yet */
    int64_t *count; /* by rank */
    int64_t *first; /* by rank: where its rows begin among the sorted ones */
    int64_t *seen;  /* by rank: rows met so far */
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
    t->count = mlci_alloc(split->call->root, 3 * (int64_t)n, (int64_t)sizeof *t->count);
    if (t->rank == NULL || t->count == NULL) {
        class_table_clear(t);
        return mlci_fail_memory(err, 3 * (int64_t)n, (int64_t)sizeof *t->count);
    }
    t->first = t->count + n;
    t->seen = t->first + n;
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

/* Of each class the rows before the fold are skipped, and its share is the test part. */
static void assign(const mlci_split *split, class_table *t, const int64_t *order, int64_t f,
                   int64_t n_splits, uint8_t *part)
{
    for (int32_t c = 0; c < t->n; c++) {
        const int64_t before = allocated_before(t, c, f, n_splits);
        t->seen[c] = -before;
        t->count[c] = allocated_before(t, c, f + 1, n_splits) - before; /* not the whole's now */
    }
    for (int64_t i = 0; i < split->n_rows; i++) {
        const int64_t row = order == NULL ? i : order[i];
        const int32_t c = t->rank[split->stratum[row]];
        const int64_t at = t->seen[c]++;
        part[row] = at >= 0 && at < t->count[c] ? MLCI_PART_TEST : MLCI_PART_TRAIN;
    }
}

static mlc_status fold(const mlci_split *split, int32_t k, uint8_t *part, mlc_error *err)
{
    const stratified_params *const p = split->params;
    const int64_t n = split->n_rows;
    if (split->stratum == NULL) {
        return mlci_fail(err, MLC_ERROR_ROLE, NULL,
                         "stratified_k_fold needs a target: give one column the role target");
    }
    class_table t;
    MLCI_TRY(find_classes(split, &t, err));
    int64_t *order = NULL;
    mlc_status status = check_counts(&t, p->n_splits, err);
    if (status == MLC_OK && p->shuffle) {
        order = mlci_alloc_raw(split->call->root, 2 * n, 8);
        if (order == NULL) status = mlci_fail_memory(err, 2 * n, 8);
    }
    if (status == MLC_OK) {
        if (order != NULL) {
            mlci_random_permutation((uint64_t)p->random_state, MLCI_RANDOM_SPLIT,
                                    (uint32_t)(k / p->n_splits), n, order, (uint64_t *)(order + n));
        }
        assign(split, &t, order, k % p->n_splits, p->n_splits, part);
    }
    mlci_free(order);
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
             .params_size = sizeof(stratified_params),
             .check = check},
    .n_folds = n_folds,
    .fold = fold};
