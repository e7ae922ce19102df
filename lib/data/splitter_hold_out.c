/* Hold-out: a test part, perhaps a validation part, and a training part, or several of each. The
 * test rows are the first ones of a permutation by position, the validation rows the next; with
 * stratify, each class gives its share, rounded by largest remainders; with group, whole groups are
 * drawn instead of rows. O(n). */
#include <math.h>

#include "descriptor.h"
#include "random.h"
#include "split_groups.h"
#include "strata.h"

typedef struct hold_out_params {
    double test_size;
    double train_size;
    double validation_size;
    int32_t shuffle;
    int32_t stratify;
    int32_t group;
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
    MLCI_REAL(hold_out_params, validation_size, MLCI_NONE_REAL, 0, INFINITY,
              "share of the rows that are a third part, valid, rounded up, or from 1 on their "
              "number; none is no such part",
              .flags = MLCI_PARAM_NONE | MLCI_PARAM_OPEN_LOW, .since = "0.1"),
    MLCI_BOOL(hold_out_params, shuffle, 1, "draw the rows; else the last ones are the test part",
              .since = "0.1"),
    MLCI_BOOL(hold_out_params, stratify, 0, "keep the shares of the target's classes",
              .since = "0.1"),
    MLCI_BOOL(hold_out_params, group, 0,
              "draw whole groups (role group): all sizes count groups, not rows", .since = "0.1"),
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

static mlc_status check_sizes(const hold_out_params *p, mlc_error *err)
{
    const double sizes[] = {p->test_size, p->validation_size, p->train_size};
    double shares = 0;
    MLCI_TRY(check_size("test_size", p->test_size, err));
    MLCI_TRY(check_size("validation_size", p->validation_size, err));
    MLCI_TRY(check_size("train_size", p->train_size, err));
    for (int i = 0; i < 3; i++) {
        if (sizes[i] < 1) shares += sizes[i];
    }
    if (shares <= 1 + 1e-12) return MLC_OK; /* 0.6, 0.2 and 0.2 are all rows */
    return mlci_fail(err, MLC_ERROR_SETTING, "train_size",
                     isnan(p->validation_size)
                         ? "test_size and train_size add up to more than 1"
                         : "test_size, validation_size and train_size add up to more than 1");
}

static mlc_status check(const void *values, mlc_error *err)
{
    const hold_out_params *const p = values;
    MLCI_TRY(check_sizes(p, err));
    if (p->n_splits > 1 && !p->shuffle) {
        return mlci_fail(err, MLC_ERROR_SETTING, "n_splits",
                         "n_splits = %lld: without shuffle=true all folds would be the same",
                         (long long)p->n_splits);
    }
    if (p->stratify && !p->shuffle) {
        return mlci_fail(err, MLC_ERROR_SETTING, "stratify",
                         "stratify=true draws rows from each class: it needs shuffle=true");
    }
    if (p->group && (p->stratify || !p->shuffle)) {
        return mlci_fail(err, MLC_ERROR_SETTING, "group",
                         p->stratify ? "group=true draws groups and stratify=true rows of classes: "
                                       "stratified_group_k_fold does both"
                                     : "group=true draws groups: it needs shuffle=true");
    }
    return MLC_OK;
}

static mlc_status n_folds(const mlci_split *split, int32_t *n, mlc_error *err)
{
    const hold_out_params *const p = split->params;
    *n = (int32_t)p->n_splits;
    return MLC_OK;
}

/* The parts in the order in which they are drawn. */
#define N_DRAWN 3
static const uint8_t drawn_parts[N_DRAWN] = {MLCI_PART_TEST, MLCI_PART_VALID, MLCI_PART_TRAIN};

/* Rows, or groups, of each part in the order of drawn_parts. */
static mlc_status find_sizes(const hold_out_params *p, int64_t n, int64_t sizes[N_DRAWN],
                             mlc_error *err)
{
    double test = p->test_size, train = p->train_size, valid = p->validation_size;
    if (isnan(test) && isnan(train)) test = 0.25;
    if (isnan(valid)) valid = 0;
    if (test < 1) test = ceil(test * (double)n);
    if (valid < 1) valid = ceil(valid * (double)n);
    if (train < 1) train = floor(train * (double)n);
    if (isnan(test)) test = (double)n - valid - train;
    if (isnan(train)) train = (double)n - valid - test;
    const int has_valid = !isnan(p->validation_size);
    if (test < 1 || train < 1 || test + valid + train > (double)n) {
        return mlci_fail(err, MLC_ERROR_DATA, NULL,
                         "%lld %s cannot be split into a training part%s and a test part of these "
                         "sizes: each needs at least one %s",
                         (long long)n, p->group ? "groups" : "rows",
                         has_valid ? ", a validation part" : "", p->group ? "group" : "row");
    }
    sizes[0] = (int64_t)test;
    sizes[1] = (int64_t)valid;
    sizes[2] = (int64_t)train;
    return MLC_OK;
}

/* Gives parts to the first ones of the order. */
static void deal(const int64_t *order, const int64_t sizes[N_DRAWN], uint8_t *part)
{
    int64_t next = 0;
    for (int32_t d = 0; d < N_DRAWN; d++) {
        for (int64_t i = 0; i < sizes[d]; i++)
            part[order[next++]] = drawn_parts[d];
    }
}

/* The same for each class; left: rows that part d still takes of class c, at d * n_classes + c. */
static void deal_classes(const mlci_split *split, const int64_t *order, int32_t n_classes,
                         int64_t *left, uint8_t *part)
{
    for (int64_t i = 0; i < split->n_rows; i++) {
        const int64_t row = order[i];
        for (int32_t d = 0; d < N_DRAWN; d++) {
            int64_t *const of_class = &left[(int64_t)d * n_classes + split->stratum[row]];
            if (*of_class == 0) continue;
            --*of_class;
            part[row] = drawn_parts[d];
            break;
        }
    }
}

static mlc_status draw_classes(const mlci_split *split, const int64_t *order,
                               const int64_t sizes[N_DRAWN], uint8_t *part, mlc_error *err)
{
    const int32_t n_classes = mlci_strata_count(split->stratum, split->n_rows);
    const int64_t size = (int64_t)(N_DRAWN + 1) * n_classes;
    int64_t *const left = mlci_alloc(split->call->root, size, (int64_t)sizeof *left);
    if (left == NULL) return mlci_fail_memory(err, size, (int64_t)sizeof *left);
    int64_t *const counts = left + (int64_t)N_DRAWN * n_classes;
    mlc_status status = MLC_OK;
    for (int64_t i = 0; i < split->n_rows; i++)
        counts[split->stratum[i]]++;
    for (int32_t d = 0; d < N_DRAWN && status == MLC_OK; d++) {
        int64_t *const of_part = left + (int64_t)d * n_classes;
        if (sizes[d] == 0) continue;
        status = mlci_strata_share(split->call->root, counts, n_classes, sizes[d], of_part, err);
        for (int32_t c = 0; c < n_classes && status == MLC_OK; c++)
            counts[c] -= of_part[c];
    }
    if (status == MLC_OK) deal_classes(split, order, n_classes, left, part);
    mlci_free(left);
    return status;
}

/* Draws n rows, or groups, whose parts go to unit_part. */
static mlc_status draw(const mlci_split *split, int32_t k, int64_t n, const int64_t sizes[N_DRAWN],
                       uint8_t *unit_part, mlc_error *err)
{
    const hold_out_params *const p = split->params;
    int64_t *const order = mlci_alloc_raw(split->call->root, 2 * n, 8);
    if (order == NULL) return mlci_fail_memory(err, 2 * n, 8);
    mlci_random_permutation((uint64_t)p->random_state, MLCI_RANDOM_SPLIT, (uint32_t)k, n, order,
                            (uint64_t *)(order + n));
    mlc_status status = MLC_OK;
    if (p->stratify) {
        status = draw_classes(split, order, sizes, unit_part, err);
    } else {
        deal(order, sizes, unit_part);
    }
    mlci_free(order);
    return status;
}

static mlc_status draw_groups(const mlci_split *split, int32_t k, uint8_t *part, mlc_error *err)
{
    int32_t n_groups = 0;
    int64_t sizes[N_DRAWN];
    MLCI_TRY(mlci_split_count_groups(split, "hold_out group=true", &n_groups, err));
    MLCI_TRY(find_sizes(split->params, n_groups, sizes, err));
    uint8_t *const of_group = mlci_alloc(split->call->root, n_groups, 1);
    if (of_group == NULL) return mlci_fail_memory(err, n_groups, 1);
    const mlc_status status = draw(split, k, n_groups, sizes, of_group, err);
    for (int64_t i = 0; i < split->n_rows && status == MLC_OK; i++)
        part[i] = of_group[split->group[i]];
    mlci_free(of_group);
    return status;
}

static mlc_status fold(const mlci_split *split, int32_t k, uint8_t *part, mlc_error *err)
{
    const hold_out_params *const p = split->params;
    const int64_t n = split->n_rows;
    int64_t sizes[N_DRAWN];
    if (p->stratify && split->stratum == NULL) {
        return mlci_fail(err, MLC_ERROR_ROLE, "stratify",
                         "stratify=true needs a target: give one column the role target");
    }
    if (p->group) return draw_groups(split, k, part, err);
    MLCI_TRY(find_sizes(p, n, sizes, err));
    for (int64_t i = 0; i < n; i++)
        part[i] = MLCI_PART_NONE;
    if (p->shuffle) return draw(split, k, n, sizes, part, err);
    int64_t next = 0;
    for (int32_t d = N_DRAWN - 1; d >= 0; d--) { /* training, validation, test */
        for (int64_t i = 0; i < sizes[d]; i++)
            part[next++] = drawn_parts[d];
    }
    return MLC_OK;
}

const mlci_splitter_descriptor mlci_splitter_hold_out = {
    .base = {.kind = MLCI_KIND_SPLITTER,
             .capabilities = MLCI_CAN_RANDOM | MLCI_SPLITS_BY_TARGET | MLCI_SPLITS_BY_GROUP,
             .name = "hold_out",
             .summary =
                 "a training, a test and perhaps a validation part, drawn once or more often",
             .details = "The test part has ceil(test_size n) rows, the validation part (valid) "
                        "ceil(validation_size n), the training part floor(train_size n) or the "
                        "rest, as in scikit-learn's train_test_split. "
                        "Rows are drawn by a permutation that depends on random_state, the fold "
                        "and the row numbers alone; n_splits of them are n_splits folds, as of "
                        "ShuffleSplit, and with group=true, where all sizes count groups, of "
                        "GroupShuffleSplit. With stratify=true each class of the target (a "
                        "number with more than 50 values counts in ten bins of equal size) gives "
                        "its share, rounded by largest remainders with ties to the first class; "
                        "rows without a target are a class of their own. Without shuffle the "
                        "first rows are the training part, the last ones the test part. O(n) a "
                        "fold.",
             .since = "0.1",
             .params = params_table,
             .params_size = sizeof(hold_out_params),
             .check = check},
    .n_folds = n_folds,
    .fold = fold};
