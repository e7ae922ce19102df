/* concordance_index: of the pairs of times whose order is known, how many are predicted in it
 * (Harrell and others 1982). O(n log n): rows by the time from which they are known to last, each
 * compared with those that had ended by then, which are kept in a binary indexed tree (Fenwick
 * 1994) of weights by rank of their prediction. */
#include <math.h>
#include <stddef.h>

#include "compensated_sum.h"
#include "error.h"
#include "number.h"
#include "one_value.h"
#include "order.h"

struct concordance_params {
    int32_t reverse;
    int32_t is_signed;
};

static const mlci_param params[] = {
    MLCI_BOOL(struct concordance_params, reverse, 0,
              "larger predictions mean earlier events, as those of hazards do", .since = "0.1"),
    {.name = "signed",
     .type = MLCI_PARAM_BOOL,
     .offset = (int64_t)offsetof(struct concordance_params, is_signed),
     .doc = "with one target: a negative number is a time at which the event had not come yet",
     .since = "0.1"},
    {.name = NULL}};

/* Times as bounds, predictions as ranks. */
typedef struct pairs {
    int64_t n;
    double *lower, *upper, *weight, *tree;
    int64_t *rank; /* from 1; equal predictions have equal ranks */
    int64_t n_ranks;
    mlci_order_key *by_lower, *by_upper, *spare;
} pairs;

static mlc_status check_arrays(const mlci_metric_input *in, mlc_error *err)
{
    if (in->target == NULL)
        return mlci_fail(err, MLC_ERROR_UNSUPPORTED, NULL,
                         "there is no target to measure against: give a column the role target");
    if (in->prediction == NULL)
        return mlci_fail(err, MLC_ERROR_UNSUPPORTED, NULL,
                         "there is no prediction to measure: add a column 'prediction'");
    for (int64_t i = 0; in->upper != NULL && i < in->n_rows; i++) {
        MLCI_TRY(mlci_poll_row(in->call, i, err));
        char low[MLCI_NUMBER_SIZE], high[MLCI_NUMBER_SIZE];
        if (in->upper[i] >= in->target[i]) continue;
        mlci_real_format(in->target[i], low);
        mlci_real_format(in->upper[i], high);
        return mlci_fail(err, MLC_ERROR_DATA, "target",
                         "the targets of row %lld are %s and %s: the first is the lower bound of a "
                         "time, the second the upper one",
                         (long long)i + 1, low, high);
    }
    return MLC_OK;
}

/* Rows of positive weight. *is_known: 0 where a prediction is NaN. */
static mlc_status fill(const mlci_metric_input *in, pairs *p, int *is_known, mlc_error *err)
{
    const struct concordance_params *const s = in->params;
    mlci_order_key *const by_prediction = p->by_lower;
    p->n = 0;
    *is_known = 0;
    for (int64_t i = 0; i < in->n_rows; i++) {
        MLCI_TRY(mlci_poll_row(in->call, i, err));
        const double weight = in->weight == NULL ? 1 : in->weight[i], time = in->target[i];
        if (!(weight > 0)) continue;
        if (isnan(in->prediction[i])) return MLC_OK;
        const int is_cut = in->upper == NULL && s->is_signed && time < 0;
        p->lower[p->n] = is_cut ? -time : time;
        p->upper[p->n] = in->upper != NULL ? in->upper[i] : is_cut ? INFINITY : time;
        p->weight[p->n] = weight;
        by_prediction[p->n] = (mlci_order_key){
            mlci_order_of_real(s->reverse ? -in->prediction[i] : in->prediction[i]), p->n};
        p->n++;
    }
    MLCI_TRY(mlci_order_sort(in->call, by_prediction, p->spare, p->n, err));
    p->n_ranks = 0;
    for (int64_t i = 0; i < p->n; i++) {
        MLCI_TRY(mlci_poll_row(in->call, i, err));
        p->n_ranks += i == 0 || by_prediction[i].key != by_prediction[i - 1].key;
        p->rank[by_prediction[i].row] = p->n_ranks;
    }
    for (int64_t i = 0; i <= p->n; i++)
        p->tree[i] = 0;
    *is_known = 1;
    return MLC_OK;
}

static mlc_status sort_times(mlc_context *call, pairs *p, mlc_error *err)
{
    for (int64_t i = 0; i < p->n; i++) {
        MLCI_TRY(mlci_poll_row(call, i, err));
        p->by_lower[i] = (mlci_order_key){mlci_order_of_real(p->lower[i]), i};
        p->by_upper[i] = (mlci_order_key){mlci_order_of_real(p->upper[i]), i};
    }
    MLCI_TRY(mlci_order_sort(call, p->by_lower, p->spare, p->n, err));
    return mlci_order_sort(call, p->by_upper, p->spare, p->n, err);
}

static void add(pairs *p, int64_t row)
{
    for (int64_t r = p->rank[row]; r <= p->n_ranks; r += r & -r)
        p->tree[r] += p->weight[row];
}

/* Weight of the rows added so far with a rank of at most r. */
static double weight_up_to(const pairs *p, int64_t r)
{
    double sum = 0;
    for (; r > 0; r -= r & -r)
        sum += p->tree[r];
    return sum;
}

/* A row lasts longer than those that had ended before it was last seen, and than those that ended
 * just then, if itself it had not. Two passes over the rows by lower bound: those that were cut
 * off come after the others of their time. */
static mlc_status concordance(mlc_context *call, pairs *p, double *out, mlc_error *err)
{
    mlci_compensated_sum right = {0}, all = {0};
    int64_t next = 0;
    for (int64_t first = 0, end = 0; first < p->n; first = end) {
        const double time = p->lower[p->by_lower[first].row];
        for (end = first; end < p->n && p->by_lower[end].key == p->by_lower[first].key;)
            end++;
        for (int cut = 0; cut < 2; cut++) {
            while (next < p->n && (p->upper[p->by_upper[next].row] < time ||
                                   (cut && p->upper[p->by_upper[next].row] == time)))
                add(p, p->by_upper[next++].row);
            for (int64_t i = first; i < end; i++) {
                MLCI_TRY(mlci_poll_row(call, i, err));
                const int64_t row = p->by_lower[i].row;
                if ((p->upper[row] > p->lower[row]) != cut) continue;
                const double below = weight_up_to(p, p->rank[row] - 1);
                const double up_to = weight_up_to(p, p->rank[row]);
                mlci_compensated_add(&right, p->weight[row] * (0.5 * below + 0.5 * up_to));
                mlci_compensated_add(&all, p->weight[row] * weight_up_to(p, p->n_ranks));
            }
        }
    }
    const double total = mlci_compensated_value(&all);
    *out = total > 0 ? mlci_compensated_value(&right) / total : NAN;
    return MLC_OK;
}

static mlc_status score(const mlci_metric_input *in, mlci_metric_value *values, mlc_error *err)
{
    mlci_root *const root = mlci_context_root(in->call);
    const int64_t n = in->n_rows;
    MLCI_TRY(check_arrays(in, err));
    double *const reals = mlci_alloc_raw(root, n + 1, 4 * (int64_t)sizeof *reals);
    mlci_order_key *const keys = mlci_alloc_raw(root, n, 3 * (int64_t)sizeof *keys);
    int64_t *const ranks = mlci_alloc_raw(root, n, sizeof *ranks);
    mlc_status status = MLC_OK;
    if (reals == NULL || keys == NULL || ranks == NULL) {
        status = mlci_fail_memory(err, n, 4 * sizeof *reals + 3 * sizeof *keys);
    } else {
        pairs p = {.lower = reals,
                   .upper = reals + n,
                   .weight = reals + 2 * n,
                   .tree = reals + 3 * n,
                   .rank = ranks,
                   .by_lower = keys,
                   .by_upper = keys + n,
                   .spare = keys + 2 * n};
        double value = NAN;
        int is_known;
        status = fill(in, &p, &is_known, err);
        if (status == MLC_OK && is_known) status = sort_times(in->call, &p, err);
        if (status == MLC_OK && is_known) status = concordance(in->call, &p, &value, err);
        if (status == MLC_OK) mlci_one_value_set(values, value);
    }
    mlci_free(reals);
    mlci_free(keys);
    mlci_free(ranks);
    return status;
}

extern const mlci_metric_descriptor mlci_metric_concordance_index;
const mlci_metric_descriptor mlci_metric_concordance_index = {
    .base =
        {
            .kind = MLCI_KIND_METRIC,
            .capabilities =
                MLCI_CAN_REGRESS | MLCI_CAN_WEIGHT | MLCI_TAKES_BOUNDS | MLCI_LARGER_IS_BETTER,
            .name = "concordance_index",
            .summary = "Share of the pairs of times that are predicted in their order",
            .details =
                "Definition: of the pairs of rows whose order in time is known, the share of which "
                "the later has the larger prediction; equal predictions count one half (Harrell's "
                "C). 1 is best, 0.5 what chance gives. The order is known where one time has "
                "ended, by its upper bound, before the other's lower bound, or at it where the "
                "other had not ended then. The target is one column of times, or two, a lower and "
                "an upper bound, as gradient_boosting_survival has them. reverse=true is for "
                "predictions of hazards.\n"
                "Weights: a pair weighs the product of its rows' weights; weight 2 equals the row "
                "twice, but for its pair with itself, whose order is not known.\n"
                "Undefined: NaN when a prediction is missing and when no order is known.\n"
                "Differences from scikit-learn: it has none. Equals lifelines' concordance_index.",
            .since = "0.1",
            .params = params,
            .params_size = sizeof(struct concordance_params),
        },
    .n_values = mlci_one_value,
    .score = score,
};
