/* RankNet (Burges and others 2005): every pair weighs 1. The value of a query is the mean loss of
 * its pairs. */
#include "loss_start.h"
#include "rank_pairs.h"

static void weights(const mlci_rank_query *q, int64_t i, double *weight)
{
    for (int64_t j = i + 1; j < q->n; j++)
        weight[j] = 1;
}

static mlc_status scan(mlc_context *call, const mlci_loss *loss, const mlci_loss_rows *rows,
                       const mlci_row_groups *queries, double *g, double *h, mlc_error *err)
{
    static const mlci_rank_measure measure = {NULL, weights, NULL, 0};
    return mlci_rank_scan(call, loss, &measure, rows, queries, g, h, err);
}

const mlci_loss_kind mlci_loss_pairwise = {.name = "pairwise",
                                           .progress = "train loss of pairs",
                                           .link = MLCI_LINK_IDENTITY,
                                           .range = MLCI_TARGET_ANY,
                                           .groups = MLCI_GROUPS_GIVEN,
                                           .start = mlci_start_zero,
                                           .scan = scan,
                                           .mean_weight = mlci_rank_mean_weight};
