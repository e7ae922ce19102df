/* LambdaMART by NDCG (Burges 2010): a pair weighs what swapping it changes in the NDCG of the
 * first truncation_level ranks. The value of a query is 1 - NDCG at that level; queries without a
 * relevant document have NDCG 1. */
#include <math.h>

#include "loss_start.h"
#include "rank_pairs.h"

static double gain_of(const mlci_loss *loss, double label)
{
    const int64_t l = (int64_t)label;
    return loss->label_gain != NULL ? loss->label_gain[l] : (double)(((int64_t)1 << l) - 1);
}

/* scratch: gains by rank. scale: 1 / the best DCG, whose labels fall: they are small whole numbers,
 * so they are counted. */
static int open_query(mlci_rank_query *q)
{
    const int64_t level = q->loss->truncation_level < q->n ? q->loss->truncation_level : q->n;
    int64_t count[MLCI_MOST_LABELS] = {0}, rank = 0;
    double best = 0;
    for (int64_t i = 0; i < q->n; i++) {
        q->scratch[0][i] = gain_of(q->loss, q->label[i]);
        count[(int64_t)q->label[i]]++;
    }
    for (int64_t l = q->loss->n_labels - 1; l >= 0; l--)
        for (int64_t i = 0; i < count[l] && rank < level; i++)
            best += gain_of(q->loss, (double)l) * q->discount[rank++];
    q->scale = best > 0 ? 1 / best : 0;
    return best > 0;
}

static void weights(const mlci_rank_query *q, int64_t i, double *weight)
{
    const double *const gain = q->scratch[0], *const discount = q->discount;
    for (int64_t j = i + 1; j < q->n; j++)
        weight[j] = fabs(gain[i] - gain[j]) * (discount[i] - discount[j]) * q->scale;
}

static double value(const mlci_rank_query *q)
{
    const int64_t level = q->loss->truncation_level < q->n ? q->loss->truncation_level : q->n;
    double dcg = 0;
    for (int64_t i = 0; i < level; i++)
        dcg += q->scratch[0][i] * q->discount[i];
    return q->scale > 0 ? 1 - dcg * q->scale : 0;
}

static mlc_status scan(mlc_context *call, const mlci_loss *loss, const mlci_loss_rows *rows,
                       const mlci_row_groups *queries, double *g, double *h, mlc_error *err)
{
    static const mlci_rank_measure measure = {open_query, weights, value, 1};
    return mlci_rank_scan(call, loss, &measure, rows, queries, g, h, err);
}

const mlci_loss_kind mlci_loss_lambdarank = {.name = "lambdarank",
                                             .progress = "train 1 - ndcg",
                                             .link = MLCI_LINK_IDENTITY,
                                             .range = MLCI_TARGET_LABEL,
                                             .groups = MLCI_GROUPS_GIVEN,
                                             .start = mlci_start_zero,
                                             .scan = scan,
                                             .mean_weight = mlci_rank_mean_weight};
