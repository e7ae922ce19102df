/* map: mean average precision of rankings. Equal predictions count what they do in the mean over
 * their orders (McSherry and Najork, ECIR 2008), in closed form. */
#include <stddef.h>

#include "one_value.h"
#include "ranked_groups.h"

static const mlci_param params[] = {
    MLCI_INTEGER(mlci_rank_params, k, MLCI_NONE_INTEGER, 1, INT64_MAX,
                 "ranks that count, from the first; none: all", .flags = MLCI_PARAM_NONE,
                 .since = "0.1"),
    MLCI_CHOICE(mlci_rank_params, ties, MLCI_TIES_AVERAGE, mlci_rank_ties,
                "what documents of equal predictions count", .since = "0.1"),
    {.name = NULL}};

/* Adds the expected precisions of ranks first .. end, r of whose documents are relevant, after
 * `before` relevant ones: at the i-th of n tied ranks a relevant one (of probability r / n) has
 * (i - 1) (r - 1) / (n - 1) others before it. */
static double tied_precision(int64_t first, int64_t end, int64_t k, int64_t r, int64_t before)
{
    const double n = (double)(end - first), share = (double)r / n;
    double sum = 0;
    for (int64_t i = first; i < end && i < k; i++) {
        const double others = n > 1 ? (double)(i - first) * (double)(r - 1) / (n - 1) : 0;
        sum += share * ((double)before + 1 + others) / (double)(i + 1);
    }
    return sum;
}

static double average_precision(const mlci_rank_params *p, const mlci_ranked_query *q)
{
    const int64_t k = p->k == MLCI_NONE_INTEGER || p->k > q->n ? q->n : p->k;
    int64_t n_relevant = 0, before = 0;
    double sum = 0;
    for (int64_t i = 0; i < q->n; i++)
        n_relevant += q->relevance[i] > 0;
    if (n_relevant == 0) return 1;
    for (int64_t first = 0, end = 0; first < k; first = end) {
        int64_t r = 0;
        end = first;
        do
            r += q->relevance[end++] > 0;
        while (p->ties == MLCI_TIES_AVERAGE && end < q->n &&
               q->prediction[end] == q->prediction[first]);
        if (r > 0) sum += tied_precision(first, end, k, r, before);
        before += r;
    }
    return sum / (double)(n_relevant < k ? n_relevant : k);
}

static mlc_status score(const mlci_metric_input *in, mlci_metric_value *values, mlc_error *err)
{
    double mean;
    MLCI_TRY(mlci_rank_mean(in, average_precision, &mean, err));
    mlci_one_value_set(values, mean);
    return MLC_OK;
}

extern const mlci_metric_descriptor mlci_metric_map;
const mlci_metric_descriptor mlci_metric_map = {
    .base = {
        .kind = MLCI_KIND_METRIC,
        .capabilities =
            MLCI_CAN_REGRESS | MLCI_CAN_WEIGHT | MLCI_NEEDS_GROUP | MLCI_LARGER_IS_BETTER,
        .name = "map",
        .summary = "Mean average precision of rankings",
        .details =
            "Definition: the mean over queries of the average precision, which is the sum over the "
            "ranks r = 1 .. k of relevant rows of (relevant rows up to r) / r, by the number of "
            "relevant rows or k, whichever is less. A row is relevant when its target is above 0; "
            "the prediction is the score to rank by, the column of role group says which rows are "
            "of one query. 1 is best; a query without a relevant row counts 1. map@10 is map with "
            "k=10.\n"
            "Weights: a query weighs the mean of the weights of its rows.\n"
            "Undefined: NaN when a prediction is missing.\n"
            "Differences: scikit-learn has average_precision, of classes and without queries; "
            "LightGBM has ties=row_order.",
        .since = "0.1",
        .params = params,
        .params_size = (int64_t)sizeof(mlci_rank_params),
    },
    .n_values = mlci_one_value,
    .score = score,
};
