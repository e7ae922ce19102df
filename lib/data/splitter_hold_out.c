/* Hold-out: one test part, one training part, or several such pairs. The test rows are the first
 * ones of a permutation by position; with stratify, each class gives its share, rounded by largest
 * remainders. O(n). */
#include <math.h>

#include "descriptor.h"
#include "order.h"
#include "random.h"

typedef struct hold_out_params {
    double test_size;
    double train_size;
    int32_t shuffle;
    int32_t stratify;
    int64_t random_state;
    int64_t n_splits;
} hold_out_params;

static const mlci_param params_table[] = {
    MLCI_REAL(hold_out_params, test_size, MLCI_NONE_REAL, 0, INFINITY,
              "share of the rows, rounded up, or from 1 on their number; none is what train_size "
              "leaves, or 0.25",
              .flags = MLCI_PARAM_NONE | MLCI_PARAM_OPEN_LOW, .since = "0.1"),
    MLCI_REAL(hold_out_params, train_size, MLCI_NONE_REAL, 0, INFINITY,
              "share of the rows, rounded down, or from 1 on their number; none is the rest",
              .flags = MLCI_PARAM_NONE | MLCI_PARAM_OPEN_LOW, .since = "0.1"),
    MLCI_BOOL(hold_out_params, shuffle, 1, "draw the rows; else the last ones are the test part",
              .since = "0.1"),
    MLCI_BOOL(hold_out_params, stratify, 0, "keep the shares of the target's classes",
              .since = "0.1"),
    MLCI_INTEGER(hold_out_params, random_state, 0, INT64_MIN + 1, INT64_MAX, "seed of the draw",
                 .since = "0.1"),
    MLCI_INTEGER(hold_out_params, n_splits, 1, 1, 10000,
                 "how often the rows are drawn, each time another fold", .since = "0.1"),
    {.name = NULL}};

static mlc_status check_size(const char *name, double size, mlc_error *err)
{
    if (isnan(size) || size < 1 || floor(size) == size) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_SETTING, name,
                     "%s is neither a share below 1 nor a whole number of rows", name);
}

static mlc_status check(const void *values, mlc_error *err)
{
    const hold_out_params *const p = values;
    MLCI_TRY(check_size("test_size", p->test_size, err));
    MLCI_TRY(check_size("train_size", p->train_size, err));
    if (p->test_size < 1 && p->train_size < 1 && p->test_size + p->train_size > 1) {
        return mlci_fail(err, MLC_ERROR_SETTING, "train_size",
                         "test_size and train_size add up to more than 1");
    }
    if (p->n_splits > 1 && !p->shuffle) {
        return mlci_fail(err, MLC_ERROR_SETTING, "n_splits",
                         "n_splits = %lld: without shuffle=true all folds would be the same",
                         (long long)p->n_splits);
    }
    if (p->stratify && !p->shuffle) {
        return mlci_fail(err, MLC_ERROR_SETTING, "stratify",
                         "stratify=true draws rows from each class: it needs shuffle=true");
    }
    return MLC_OK;
}

static mlc_status n_folds(const mlci_split *split, int32_t *n, mlc_error *err)
{
    const hold_out_params *const p = split->params;
    *n = (int32_t)p->n_splits;
    return MLC_OK;
}

/* Rows of each part. */
static mlc_status find_sizes(const hold_out_params *p, int64_t n, int64_t *n_train, int64_t *n_test,
                             mlc_error *err)
{
    double test = p->test_size, train = p->train_size;
    if (isnan(test) && isnan(train)) test = 0.25;
    if (test < 1) test = ceil(test * (double)n);
    if (train < 1) train = floor(train * (double)n);
    if (isnan(test)) test = (double)n - train;
    if (isnan(train)) train = (double)n - test;
    if (test < 1 || train < 1 || test + train > (double)n) {
        return mlci_fail(err, MLC_ERROR_DATA, NULL,
                         "%lld rows cannot be split into a training part and a test part of these "
                         "sizes: each needs at least one row",
                         (long long)n);
    }
    *n_test = (int64_t)test;
    *n_train = (int64_t)train;
    return MLC_OK;
}

/* Shares `wanted` among the classes by their counts: floors, then one more to the largest
 * remainders, ties to the lowest class. Exact in integers: counts and rows are below 2^31.
 * keys: room for 2 n_classes. */
static void share_out(const int64_t *counts, int32_t n_classes, int64_t wanted, int64_t *shares,
                      mlci_order_key *keys)
{
    int64_t total = 0, left = wanted;
    for (int32_t c = 0; c < n_classes; c++)
        total += counts[c];
    for (int32_t c = 0; c < n_classes; c++) {
        shares[c] = counts[c] * wanted / total;
        left -= shares[c];
        keys[c] = (mlci_order_key){~(uint64_t)(counts[c] * wanted % total), c};
    }
    (void)mlci_order_sort(NULL, keys, keys + n_classes, n_classes, NULL);
    for (int64_t i = 0; i < left; i++)
        shares[keys[i].row]++;
}

static mlc_status draw_classes(const mlci_split *split, const int64_t *order, int64_t n_train,
                               int64_t n_test, uint8_t *part, mlc_error *err)
{
    mlci_root *const root = split->call->root;
    mlc_status status = MLC_OK;
    int32_t n_classes = 0;
    for (int64_t i = 0; i < split->n_rows; i++) {
        if (split->stratum[i] >= n_classes) n_classes = split->stratum[i] + 1;
    }
    int64_t *const counts = mlci_alloc(root, 3 * (int64_t)n_classes, (int64_t)sizeof *counts);
    mlci_order_key *const keys = mlci_alloc(root, 2 * (int64_t)n_classes, (int64_t)sizeof *keys);
    if (counts == NULL || keys == NULL) {
        status = mlci_fail_memory(err, 2 * (int64_t)n_classes, (int64_t)sizeof *keys);
        goto done;
    }
    int64_t *const test = counts + n_classes, *const train = test + n_classes;
    for (int64_t i = 0; i < split->n_rows; i++)
        counts[split->stratum[i]]++;
    share_out(counts, n_classes, n_test, test, keys);
    for (int32_t c = 0; c < n_classes; c++)
        counts[c] -= test[c];
    share_out(counts, n_classes, n_train, train, keys);
    for (int64_t i = 0; i < split->n_rows; i++) {
        const int32_t c = split->stratum[order[i]];
        if (test[c] > 0) {
            test[c]--;
            part[order[i]] = MLCI_PART_TEST;
        } else if (train[c] > 0) {
            train[c]--;
            part[order[i]] = MLCI_PART_TRAIN;
        }
    }
done:
    mlci_free(keys);
    mlci_free(counts);
    return status;
}

static mlc_status draw(const mlci_split *split, int32_t k, int64_t n_train, int64_t n_test,
                       uint8_t *part, mlc_error *err)
{
    const hold_out_params *const p = split->params;
    const int64_t n = split->n_rows;
    int64_t *const order = mlci_alloc_raw(split->call->root, 2 * n, 8);
    if (order == NULL) return mlci_fail_memory(err, 2 * n, 8);
    mlci_random_permutation((uint64_t)p->random_state, MLCI_RANDOM_SPLIT, (uint32_t)k, n, order,
                            (uint64_t *)(order + n));
    mlc_status status = MLC_OK;
    if (p->stratify) {
        status = draw_classes(split, order, n_train, n_test, part, err);
    } else {
        for (int64_t i = 0; i < n_test; i++)
            part[order[i]] = MLCI_PART_TEST;
        for (int64_t i = n_test; i < n_test + n_train; i++)
            part[order[i]] = MLCI_PART_TRAIN;
    }
    mlci_free(order);
    return status;
}

static mlc_status fold(const mlci_split *split, int32_t k, uint8_t *part, mlc_error *err)
{
    const hold_out_params *const p = split->params;
    int64_t n_train = 0, n_test = 0;
    if (p->stratify && split->stratum == NULL) {
        return mlci_fail(err, MLC_ERROR_ROLE, "stratify",
                         "stratify=true needs a target: give one column the role target");
    }
    MLCI_TRY(find_sizes(p, split->n_rows, &n_train, &n_test, err));
    for (int64_t i = 0; i < split->n_rows; i++)
        part[i] = MLCI_PART_NONE;
    if (p->shuffle) return draw(split, k, n_train, n_test, part, err);
    for (int64_t i = 0; i < n_train; i++)
        part[i] = MLCI_PART_TRAIN;
    for (int64_t i = n_train; i < n_train + n_test; i++)
        part[i] = MLCI_PART_TEST;
    return MLC_OK;
}

const mlci_splitter_descriptor mlci_splitter_hold_out = {
    .base = {.kind = MLCI_KIND_SPLITTER,
             .capabilities = MLCI_CAN_RANDOM | MLCI_SPLITS_BY_TARGET,
             .name = "hold_out",
             .summary = "one training part and one test part, drawn once or more often",
             .details = "The test part has ceil(test_size n) rows, the training part "
                        "floor(train_size n) or the rest, as in scikit-learn's train_test_split. "
                        "Rows are drawn by a permutation that depends on random_state, the fold "
                        "and the row numbers alone; n_splits of them are n_splits folds, as of "
                        "ShuffleSplit. With stratify=true each class of the target (a "
                        "number with more than 50 values counts in ten bins) gives its "
                        "share, rounded by largest remainders with ties to the first class; "
                        "rows without a target are a class of their own. Without shuffle the "
                        "first rows are the training part. O(n) a fold.",
             .since = "0.1",
             .params = params_table,
             .params_size = sizeof(hold_out_params),
             .check = check},
    .n_folds = n_folds,
    .fold = fold};
