/* Stratified group k-fold: rows of a group stay together, and folds have the classes in about the
 * proportion of the whole. Greedy, as scikit-learn's StratifiedGroupKFold: groups by falling spread
 * of their class counts, each to the fold that leaves the shares of the classes in the folds most
 * even. O(n folds + groups folds^2 classes). */
#include <math.h>

#include "descriptor.h"
#include "split_groups.h"

typedef struct stratified_group_params {
    int64_t n_splits;
} stratified_group_params;

static const mlci_param params_table[] = {
    MLCI_INTEGER(stratified_group_params, n_splits, 5, 2, 100, "number of folds", .since = "0.1"),
    {.name = NULL}};

static mlc_status n_folds(const mlci_split *split, int32_t *n, mlc_error *err)
{
    const stratified_group_params *const p = split->params;
    *n = (int32_t)p->n_splits;
    return MLC_OK;
}

typedef struct placement {
    int32_t n_folds, n_groups, n_classes;
    double *of_group; /* rows of each group and class */
    double *of_fold;  /* of each fold and class, so far */
    double *total;    /* of each class */
    double *shares;   /* of a class, in each fold */
    double *spread;   /* of each group */
    int32_t *order;   /* of the groups */
} placement;

static double deviation(const double *x, int32_t n)
{
    double mean = 0, sum = 0;
    for (int32_t i = 0; i < n; i++)
        mean += x[i];
    mean /= n;
    for (int32_t i = 0; i < n; i++)
        sum += (x[i] - mean) * (x[i] - mean);
    return sqrt(sum / n);
}

static void placement_clear(placement *p)
{
    mlci_free(p->of_group);
    mlci_free(p->order);
}

static mlc_status placement_open(const mlci_split *split, placement *p, mlc_error *err)
{
    const stratified_group_params *const params = split->params;
    mlci_root *const root = split->call->root;
    MLCI_TRY(mlci_split_count_groups(split, "stratified_group_k_fold", &p->n_groups, err));
    if (split->stratum == NULL) {
        return mlci_fail(err, MLC_ERROR_ROLE, NULL,
                         "stratified_group_k_fold needs a target: give one column the role target");
    }
    p->n_folds = (int32_t)params->n_splits;
    if (p->n_groups < p->n_folds) {
        return mlci_fail(err, MLC_ERROR_DATA, "n_splits",
                         "n_splits = %d: must not exceed the number of groups, %d", p->n_folds,
                         p->n_groups);
    }
    for (int64_t i = 0; i < split->n_rows; i++)
        if (split->stratum[i] >= p->n_classes) p->n_classes = split->stratum[i] + 1;
    const int64_t rows = (int64_t)p->n_groups + p->n_folds + 1;
    const int64_t size = rows * p->n_classes + p->n_folds + p->n_groups;
    p->of_group = mlci_alloc(root, size, (int64_t)sizeof *p->of_group);
    p->order = mlci_alloc(root, p->n_groups, (int64_t)sizeof *p->order);
    if (p->of_group == NULL || p->order == NULL) {
        placement_clear(p);
        return mlci_fail_memory(err, size, (int64_t)sizeof *p->of_group);
    }
    p->of_fold = p->of_group + (int64_t)p->n_groups * p->n_classes;
    p->total = p->of_fold + (int64_t)p->n_folds * p->n_classes;
    p->shares = p->total + p->n_classes;
    p->spread = p->shares + p->n_folds;
    return MLC_OK;
}

static void count_rows(const mlci_split *split, placement *p)
{
    for (int64_t i = 0; i < split->n_rows; i++) {
        p->of_group[(int64_t)split->group[i] * p->n_classes + split->stratum[i]]++;
        p->total[split->stratum[i]]++;
    }
    for (int32_t g = 0; g < p->n_groups; g++)
        p->spread[g] = deviation(p->of_group + (int64_t)g * p->n_classes, p->n_classes);
}

/* The mean over the classes of the deviation of their shares among the folds, were a group in fold
 * f. Folds that are even but for rounding are told apart by it, as scikit-learn does: the sums are
 * taken in its order. */
static double unevenness(const placement *p, const double *group, int32_t f)
{
    double all = 0;
    for (int32_t c = 0; c < p->n_classes; c++) {
        for (int32_t i = 0; i < p->n_folds; i++) {
            const double count = p->of_fold[(int64_t)i * p->n_classes + c];
            p->shares[i] = (i == f ? count + group[c] : count) / p->total[c];
        }
        all += deviation(p->shares, p->n_folds);
    }
    return all / p->n_classes;
}

static double rows_of_fold(const placement *p, int32_t f)
{
    double n = 0;
    for (int32_t c = 0; c < p->n_classes; c++)
        n += p->of_fold[(int64_t)f * p->n_classes + c];
    return n;
}

/* Of folds that are about as good, the one with the fewest rows. */
static int32_t find_fold(const placement *p, const double *group)
{
    int32_t best = 0;
    double least = INFINITY, fewest = INFINITY;
    for (int32_t f = 0; f < p->n_folds; f++) {
        const double value = unevenness(p, group, f);
        const double rows = rows_of_fold(p, f);
        const int is_close = fabs(value - least) <= 1e-8 + 1e-5 * least;
        if (!(value < least || (is_close && rows < fewest))) continue;
        best = f, least = value, fewest = rows;
    }
    return best;
}

static void place_groups(placement *p, int32_t *fold_of)
{
    mlci_split_sort(p->spread, p->n_groups, 0, p->order, fold_of);
    for (int32_t i = 0; i < p->n_groups; i++) {
        const double *const group = p->of_group + (int64_t)p->order[i] * p->n_classes;
        const int32_t f = find_fold(p, group);
        double *const fold = p->of_fold + (int64_t)f * p->n_classes;
        for (int32_t c = 0; c < p->n_classes; c++)
            fold[c] += group[c];
        fold_of[p->order[i]] = f;
    }
}

/* The fold of each group. */
static mlc_status plan(const mlci_split *split, void **out, mlc_error *err)
{
    placement p = {0};
    MLCI_TRY(placement_open(split, &p, err));
    int32_t *const fold_of = mlci_alloc(split->call->root, p.n_groups, (int64_t)sizeof *fold_of);
    if (fold_of != NULL) {
        count_rows(split, &p);
        place_groups(&p, fold_of);
    }
    placement_clear(&p);
    if (fold_of == NULL) return mlci_fail_memory(err, p.n_groups, (int64_t)sizeof *fold_of);
    *out = fold_of;
    return MLC_OK;
}

const mlci_splitter_descriptor mlci_splitter_stratified_group_k_fold = {
    .base = {.kind = MLCI_KIND_SPLITTER,
             .capabilities = MLCI_SPLITS_BY_GROUP | MLCI_SPLITS_BY_TARGET,
             .name = "stratified_group_k_fold",
             .summary = "folds that keep groups together and the target's classes in proportion",
             .details = "As scikit-learn's StratifiedGroupKFold without shuffle: groups by falling "
                        "spread of their class counts, each to the fold that leaves the shares of "
                        "the classes in the folds most even, and of such folds to the one with the "
                        "fewest rows. Needs a target of classes and a column of role group without "
                        "missing values. O(rows folds + groups folds^2 classes).",
             .since = "0.1",
             .params = params_table,
             .params_size = sizeof(stratified_group_params)},
    .n_folds = n_folds,
    .plan = plan,
    .fold = mlci_split_by_group};
