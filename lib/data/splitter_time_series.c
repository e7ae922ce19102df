/* Time series: test parts one after the other at the end of time, each trained on what was before
 * it, as scikit-learn's TimeSeriesSplit. O(n) a fold. */
#include "descriptor.h"

typedef struct time_params {
    int64_t n_splits;
    int64_t gap;
    int64_t test_size;
    int64_t max_train_size;
} time_params;

static const mlci_param params_table[] = {
    MLCI_INTEGER(time_params, n_splits, 5, 2, 10000, "number of folds", .since = "0.1"),
    MLCI_INTEGER(time_params, gap, 0, 0, INT64_MAX,
                 "rows left out between the training part and the test part", .since = "0.1"),
    MLCI_INTEGER(time_params, test_size, MLCI_NONE_INTEGER, 1, INT64_MAX,
                 "rows of a test part; none is n / (n_splits + 1)", .flags = MLCI_PARAM_NONE,
                 .since = "0.1"),
    MLCI_INTEGER(time_params, max_train_size, MLCI_NONE_INTEGER, 1, INT64_MAX,
                 "most rows of a training part, the latest ones; none is all",
                 .flags = MLCI_PARAM_NONE, .since = "0.1"),
    {.name = NULL}};

static mlc_status n_folds(const mlci_split *split, int32_t *n, mlc_error *err)
{
    const time_params *const p = split->params;
    *n = (int32_t)p->n_splits;
    return MLC_OK;
}

static mlc_status fold(const mlci_split *split, int32_t k, uint8_t *part, mlc_error *err)
{
    const time_params *const p = split->params;
    const int64_t n = split->n_rows;
    const int64_t size = p->test_size != MLCI_NONE_INTEGER ? p->test_size : n / (p->n_splits + 1);
    if (n < p->n_splits + 1 || p->gap >= n || size > (n - p->gap - 1) / p->n_splits) {
        return mlci_fail(err, MLC_ERROR_DATA, "n_splits",
                         "%lld rows are too few for %lld test parts of %lld rows with a gap of "
                         "%lld and something before it to train on",
                         (long long)n, (long long)p->n_splits, (long long)(size > 0 ? size : 1),
                         (long long)p->gap);
    }
    const int64_t test_first = n - (p->n_splits - k) * size;
    const int64_t train_end = test_first - p->gap;
    const int64_t most = p->max_train_size;
    const int64_t train_first =
        most != MLCI_NONE_INTEGER && most < train_end ? train_end - most : 0;
    for (int64_t i = 0; i < n; i++) {
        const int64_t row = split->time_order == NULL ? i : split->time_order[i];
        const int is_test = i >= test_first && i < test_first + size;
        const int is_train = i >= train_first && i < train_end;
        part[row] = is_test ? MLCI_PART_TEST : is_train ? MLCI_PART_TRAIN : MLCI_PART_NONE;
    }
    return MLC_OK;
}

const mlci_splitter_descriptor mlci_splitter_time_series = {
    .base = {.kind = MLCI_KIND_SPLITTER,
             .capabilities = MLCI_SPLITS_BY_TIME,
             .name = "time_series",
             .summary = "n_splits test parts, each after what it is trained on",
             .details = "As scikit-learn's TimeSeriesSplit. Rows are ordered by the column of "
                        "role time (ties by row number), or stand in order when there is none. "
                        "O(n) a fold.",
             .since = "0.1",
             .params = params_table,
             .params_size = sizeof(time_params)},
    .n_folds = n_folds,
    .fold = fold};
