/* adjusted_rand_index: agreement of two groupings of the same rows, by the pairs of rows that both
 * put together or apart, corrected for chance (Hubert & Arabie, Journal of Classification 1985).
 *
 * The rows are sorted by truth and label, so that cost and memory do not depend on how many groups
 * there are: a few passes and four numbers a row. Pair counts of integers are exact up to
 * 2^53. */
#include <math.h>
#include <stddef.h>

#include "error.h"
#include "one_value.h"
#include "order.h"

/* Sums over groups of (weight of the group)^2; the weight of all rows. */
typedef struct pair_sums {
    double truth;
    double label;
    double both;
    double weight;
} pair_sums;

static double weight_of(const mlci_metric_input *in, int64_t row)
{
    return in->weight == NULL ? 1 : in->weight[row];
}

/* Keys by value of the n rows that keys lists; sorted, equal ones stay in their order. */
static mlc_status sort_by(mlc_context *call, const double *value, mlci_order_key *keys,
                          mlci_order_key *spare, int64_t n, mlc_error *err)
{
    for (int64_t i = 0; i < n; i++) {
        MLCI_TRY(mlci_poll_row(call, i, err));
        keys[i].key = mlci_order_of_real(value[keys[i].row]);
    }
    return mlci_order_sort(call, keys, spare, n, err);
}

/* Sum of squared weights of the runs of rows with equal values, of a and, where given, of b. */
static mlc_status squared_runs(const mlci_metric_input *in, const mlci_order_key *keys, int64_t n,
                               const double *a, const double *b, double *out, mlc_error *err)
{
    double squares = 0;
    double run = 0;
    for (int64_t i = 0; i < n; i++) {
        MLCI_TRY(mlci_poll_row(in->call, i, err));
        const int64_t row = keys[i].row;
        run += weight_of(in, row);
        const int64_t next = i + 1 < n ? keys[i + 1].row : row;
        const int same = i + 1 < n && a[next] == a[row] && (b == NULL || b[next] == b[row]);
        if (same) continue;
        squares += run * run;
        run = 0;
    }
    *out = squares;
    return MLC_OK;
}

static mlc_status sum_pairs(const mlci_metric_input *in, mlci_order_key *keys,
                            mlci_order_key *spare, pair_sums *out, mlc_error *err)
{
    int64_t n = 0;
    *out = (pair_sums){0};
    for (int64_t i = 0; i < in->n_rows; i++) {
        MLCI_TRY(mlci_poll_row(in->call, i, err));
        if (weight_of(in, i) == 0) continue;
        keys[n++].row = i;
        out->weight += weight_of(in, i);
    }
    MLCI_TRY(sort_by(in->call, in->prediction, keys, spare, n, err));
    MLCI_TRY(squared_runs(in, keys, n, in->prediction, NULL, &out->label, err));
    MLCI_TRY(sort_by(in->call, in->target, keys, spare, n, err));
    MLCI_TRY(squared_runs(in, keys, n, in->target, NULL, &out->truth, err));
    return squared_runs(in, keys, n, in->target, in->prediction, &out->both, err);
}

/* From ordered pairs of rows: together in both, in one, in none. */
static double index_of(const pair_sums *sums)
{
    if (!(sums->weight > 0)) return NAN;
    const double together = sums->both - sums->weight;
    const double only_truth = sums->truth - sums->both;
    const double only_label = sums->label - sums->both;
    const double apart = sums->weight * sums->weight - together - only_truth - only_label -
                         sums->weight;
    if (only_truth == 0 && only_label == 0) return 1;
    return 2 * (together * apart - only_truth * only_label) /
           ((together + only_truth) * (only_truth + apart) +
            (together + only_label) * (only_label + apart));
}

static mlc_status check_rows(const mlci_metric_input *in, mlc_error *err)
{
    if (in->target == NULL) {
        return mlci_fail(err, MLC_ERROR_UNSUPPORTED, "adjusted_rand_index",
                         "metric 'adjusted_rand_index' compares with known groups: give their "
                         "column the role target");
    }
    if (in->prediction == NULL) {
        return mlci_fail(err, MLC_ERROR_UNSUPPORTED, "adjusted_rand_index",
                         "metric 'adjusted_rand_index' needs the label of each row: add a column "
                         "'prediction'");
    }
    for (int64_t i = 0; i < in->n_rows; i++) {
        if (weight_of(in, i) == 0 || isfinite(in->prediction[i])) continue;
        return mlci_fail(err, MLC_ERROR_DATA, "prediction",
                         "prediction of row %lld is missing: must be a label", (long long)i + 1);
    }
    return MLC_OK;
}

static mlc_status score(const mlci_metric_input *in, mlci_metric_value *values, mlc_error *err)
{
    MLCI_TRY(check_rows(in, err));
    mlci_root *const root = mlci_context_root(in->call);
    mlci_order_key *const keys = mlci_alloc_raw(root, in->n_rows, sizeof *keys);
    mlci_order_key *const spare = mlci_alloc_raw(root, in->n_rows, sizeof *spare);
    mlc_status status = MLC_OK;
    if (keys == NULL || spare == NULL) {
        status = mlci_fail_memory(err, in->n_rows, sizeof *keys);
    } else {
        pair_sums sums;
        status = sum_pairs(in, keys, spare, &sums, err);
        if (status == MLC_OK) mlci_one_value_set(values, index_of(&sums));
    }
    mlci_free(keys);
    mlci_free(spare);
    return status;
}

extern const mlci_metric_descriptor mlci_metric_adjusted_rand_index;
const mlci_metric_descriptor mlci_metric_adjusted_rand_index = {
    .base = {
        .kind = MLCI_KIND_METRIC,
        .capabilities = MLCI_CAN_CLASSIFY | MLCI_CAN_CLUSTER | MLCI_CAN_WEIGHT
                        | MLCI_LARGER_IS_BETTER,
        .name = "adjusted_rand_index",
        .summary = "Agreement of cluster labels with known groups, corrected for chance",
        .details =
            "Definition: (RI - E) / (max RI - E), where RI is the number of pairs of rows that "
            "truth and labels both put together or both put apart, and E what random labels of the "
            "same group sizes give. 1 is the same grouping, 0 is chance, negative (to -0.5) is "
            "worse. Names of labels do not matter; any number of groups on either side.\n"
            "Cost: linear in the rows; four numbers of memory a row.\n"
            "Weights are numbers of copies: weight 2 equals the row twice. Weights that are not "
            "whole numbers are taken as such counts all the same.\n"
            "Undefined: 1 when both groupings are the same, also when they have one group or "
            "only single rows. NaN when all weights are 0.\n"
            "Differences from scikit-learn: adjusted_rand_score; takes weights.",
        .since = "0.1",
    },
    .n_values = mlci_one_value,
    .score = score,
};
