/* ndcg: how much of the gain that a perfect ranking would have a ranking has, by query
 * (Jarvelin and Kekalainen 2002). Linear in the rows. */
#include <math.h>
#include <stddef.h>

#include "kernels.h"
#include "one_value.h"
#include "ranked_groups.h"

enum { GAIN_EXPONENTIAL = 0, GAIN_LINEAR };

static const mlci_choice gains[] = {
    {"exponential", GAIN_EXPONENTIAL, "2 to the power of the relevance, minus 1"},
    {"linear", GAIN_LINEAR, "the relevance, as scikit-learn has it"},
    {NULL, 0, NULL}};

static const mlci_param params[] = {
    MLCI_INTEGER(mlci_rank_params, k, MLCI_NONE_INTEGER, 1, INT64_MAX,
                 "ranks that count, from the first; none: all", .flags = MLCI_PARAM_NONE,
                 .since = "0.1"),
    MLCI_CHOICE(mlci_rank_params, gain, GAIN_EXPONENTIAL, gains, "what a relevance is worth",
                .since = "0.1"),
    MLCI_CHOICE(mlci_rank_params, ties, MLCI_TIES_AVERAGE, mlci_rank_ties,
                "what documents of equal predictions count", .since = "0.1"),
    {.name = NULL}};

static double gain_of(const mlci_rank_params *p, double relevance)
{
    if (p->gain == GAIN_LINEAR) return relevance;
    if (relevance <= 52 && relevance == floor(relevance))
        return (double)(((int64_t)1 << (int64_t)relevance) - 1);
    return mlci_expm1(relevance * 0.6931471805599453);
}

/* 1 / log2(rank + 2), ranks from 0. */
static double discount(int64_t rank)
{
    return 0.6931471805599453 / mlci_ln((double)(rank + 2));
}

/* Equal predictions share the sum of their discounts. */
static double dcg(const mlci_rank_params *p, const mlci_ranked_query *q, int64_t k)
{
    double sum = 0;
    for (int64_t first = 0, end = 0; first < k; first = end) {
        double gain = 0, discounts = 0;
        end = first;
        do {
            gain += gain_of(p, q->relevance[end]);
            if (end < k) discounts += discount(end);
            end++;
        } while (p->ties == MLCI_TIES_AVERAGE && end < q->n &&
                 q->prediction[end] == q->prediction[first]);
        sum += gain / (double)(end - first) * discounts;
    }
    return sum;
}

static double ideal_dcg(const mlci_rank_params *p, const mlci_ranked_query *q, int64_t k)
{
    double sum = 0;
    for (int64_t i = 0; i < k; i++)
        sum += gain_of(p, q->best[i]) * discount(i);
    return sum;
}

static double ndcg(const mlci_rank_params *p, const mlci_ranked_query *q)
{
    const int64_t k = p->k == MLCI_NONE_INTEGER || p->k > q->n ? q->n : p->k;
    const double best = ideal_dcg(p, q, k);
    return best > 0 ? dcg(p, q, k) / best : 1;
}

static mlc_status score(const mlci_metric_input *in, mlci_metric_value *values, mlc_error *err)
{
    double mean;
    MLCI_TRY(mlci_rank_mean(in, ndcg, &mean, err));
    mlci_one_value_set(values, mean);
    return MLC_OK;
}

extern const mlci_metric_descriptor mlci_metric_ndcg;
const mlci_metric_descriptor mlci_metric_ndcg = {
    .base = {
        .kind = MLCI_KIND_METRIC,
        .capabilities =
            MLCI_CAN_REGRESS | MLCI_CAN_WEIGHT | MLCI_NEEDS_GROUP | MLCI_LARGER_IS_BETTER,
        .name = "ndcg",
        .summary = "Normalised discounted cumulative gain of rankings",
        .details =
            "Definition: the mean over queries of DCG / best DCG, with DCG the sum over the ranks "
            "r = 1 .. k of gain / log2(r + 1). The target is the relevance, the prediction the "
            "score to rank by, the column of role group says which rows are of one query. 1 is "
            "best; a query without a relevant row counts 1. ndcg@5 is ndcg with k=5.\n"
            "Weights: a query weighs the mean of the weights of its rows.\n"
            "Undefined: NaN when a prediction is missing.\n"
            "Differences from scikit-learn: ndcg_score has gain=linear, one row a query, and 0 for "
            "a query without a relevant document. LightGBM has ties=row_order.",
        .since = "0.1",
        .params = params,
        .params_size = (int64_t)sizeof(mlci_rank_params),
    },
    .n_values = mlci_one_value,
    .score = score,
};
