/* Queries are laid out by a radix sort of the rows by prediction, highest first, and a stable one
 * by group: linear in the rows. Sums are compensated, in the order of the groups' numbers. */
#include "ranked_groups.h"

#include <math.h>

#include "compensated_sum.h"
#include "error.h"
#include "number.h"
#include "order.h"

const mlci_choice mlci_rank_ties[] = {
    {"average", MLCI_TIES_AVERAGE, "the mean over all orders of documents of equal predictions"},
    {"row_order", MLCI_TIES_ROW_ORDER, "the order of the rows, as LightGBM and XGBoost have it"},
    {NULL, 0, NULL}};

static mlc_status check_arrays(const mlci_metric_input *in, mlc_error *err)
{
    if (in->target == NULL)
        return mlci_fail(err, MLC_ERROR_UNSUPPORTED, NULL,
                         "there is no target to measure against: give a column the role target");
    if (in->prediction == NULL)
        return mlci_fail(err, MLC_ERROR_UNSUPPORTED, NULL,
                         "there is no prediction to measure: add a column 'prediction'");
    if (in->group == NULL)
        return mlci_fail(err, MLC_ERROR_ROLE, "group",
                         "a ranking metric needs to know which rows are of one query: give a "
                         "column the role group");
    for (int64_t i = 0; i < in->n_rows; i++) {
        MLCI_TRY(mlci_poll_row(in->call, i, err));
        if (in->target[i] >= 0 && isfinite(in->target[i])) continue;
        char text[MLCI_NUMBER_SIZE];
        mlci_real_format(in->target[i], text);
        return mlci_fail(err, MLC_ERROR_DATA, "target",
                         "the relevance of row %lld is %s: it must be a finite number of at least "
                         "0",
                         (long long)i + 1, text);
    }
    return MLC_OK;
}

static double weight_of(const mlci_metric_input *in, int64_t row)
{
    return in->weight == NULL ? 1 : in->weight[row];
}

/* Rows of positive weight by group, then by a falling value; how many. */
static mlc_status sort_rows(const mlci_metric_input *in, const double *value, mlci_order_key *keys,
                            int64_t *n, mlc_error *err)
{
    mlci_order_key *const scratch = keys + in->n_rows;
    *n = 0;
    for (int64_t i = 0; i < in->n_rows; i++) {
        MLCI_TRY(mlci_poll_row(in->call, i, err));
        if (weight_of(in, i) > 0)
            keys[(*n)++] = (mlci_order_key){~mlci_order_of_real(value[i]), i};
    }
    MLCI_TRY(mlci_order_sort(in->call, keys, scratch, *n, err));
    for (int64_t i = 0; i < *n; i++) {
        MLCI_TRY(mlci_poll_row(in->call, i, err));
        keys[i].key = (uint64_t)in->group[keys[i].row];
    }
    return mlci_order_sort(in->call, keys, scratch, *n, err);
}

/* memory: relevances and predictions by rank, relevances in falling order; n_rows each. */
static mlc_status mean_of(const mlci_metric_input *in, mlci_query_value value, mlci_order_key *keys,
                          double *memory, double *out, mlc_error *err)
{
    double *const relevance = memory, *const prediction = memory + in->n_rows;
    double *const best = memory + 2 * in->n_rows;
    mlci_compensated_sum sum = {0}, weights = {0};
    int64_t n;
    *out = NAN;
    MLCI_TRY(sort_rows(in, in->target, keys, &n, err));
    for (int64_t i = 0; i < n; i++) {
        MLCI_TRY(mlci_poll_row(in->call, i, err));
        best[i] = in->target[keys[i].row];
    }
    MLCI_TRY(sort_rows(in, in->prediction, keys, &n, err));
    for (int64_t first = 0, end = 0; first < n; first = end) {
        double weight = 0;
        for (end = first; end < n && keys[end].key == keys[first].key; end++) {
            MLCI_TRY(mlci_poll_row(in->call, end, err));
            const int64_t row = keys[end].row;
            relevance[end] = in->target[row];
            prediction[end] = in->prediction[row];
            weight += weight_of(in, row);
            if (isnan(prediction[end])) return MLC_OK;
        }
        const mlci_ranked_query query = {end - first, relevance + first, prediction + first,
                                         best + first};
        weight /= (double)query.n;
        mlci_compensated_add(&sum, weight * value(in->params, &query));
        mlci_compensated_add(&weights, weight);
    }
    const double total = mlci_compensated_value(&weights);
    if (total > 0) *out = mlci_compensated_value(&sum) / total;
    return MLC_OK;
}

mlc_status mlci_rank_mean(const mlci_metric_input *in, mlci_query_value value, double *out,
                          mlc_error *err)
{
    mlci_root *const root = mlci_context_root(in->call);
    MLCI_TRY(check_arrays(in, err));
    mlci_order_key *const keys = mlci_alloc_raw(root, in->n_rows, 2 * (int64_t)sizeof *keys);
    double *const memory = mlci_alloc_raw(root, in->n_rows, 3 * (int64_t)sizeof *memory);
    mlc_status status = MLC_OK;
    if (keys == NULL || memory == NULL) {
        status = mlci_fail_memory(err, in->n_rows, 2 * sizeof *keys + 3 * sizeof *memory);
    } else {
        status = mean_of(in, value, keys, memory, out, err);
    }
    mlci_free(keys);
    mlci_free(memory);
    return status;
}
