/* LambdaMART by mean average precision: a pair of a relevant document (label above 0) and another
 * weighs what swapping it changes in the average precision of its query,
 *
 *     AP = 1 / R sum over relevant ranks k of C_k / k,    C_k relevant documents up to k, R in all.
 *
 * With a relevant document at rank i and none at j > i, the swap takes C_i / i, one relevant
 * document less at each relevant rank between, and gives C_j / j; the other way round it gives
 * (C_i + 1) / i and takes C_j / j. The value of a query is 1 - AP. */
#include "loss_start.h"
#include "rank_pairs.h"

/* scratch: C_k, and the sum of 1 / k over relevant ranks up to k. */
static int open_query(mlci_rank_query *q)
{
    double n = 0, sum = 0;
    for (int64_t i = 0; i < q->n; i++) {
        if (q->label[i] > 0) {
            n += 1;
            sum += 1 / (double)(i + 1);
        }
        q->scratch[0][i] = n;
        q->scratch[1][i] = sum;
    }
    q->scale = n > 0 ? 1 / n : 0;
    return n > 0 && n < (double)q->n;
}

static void weights(const mlci_rank_query *q, int64_t i, double *weight)
{
    const double *const count = q->scratch[0], *const inverse = q->scratch[1];
    const int is_relevant = q->label[i] > 0;
    const double at_i = (count[i] + (is_relevant ? 0 : 1)) / (double)(i + 1);
    for (int64_t j = i + 1; j < q->n; j++) {
        if (is_relevant == (q->label[j] > 0)) {
            weight[j] = 0; /* labels above 0 are one to this measure */
            continue;
        }
        const double between = inverse[j - 1] - inverse[i];
        weight[j] = (at_i + between - count[j] / (double)(j + 1)) * q->scale;
    }
}

static double value(const mlci_rank_query *q)
{
    double sum = 0;
    for (int64_t i = 0; i < q->n; i++)
        if (q->label[i] > 0) sum += q->scratch[0][i] / (double)(i + 1);
    return q->scale > 0 ? 1 - sum * q->scale : 0;
}

static mlc_status scan(mlc_context *call, const mlci_loss *loss, const mlci_loss_rows *rows,
                       const mlci_row_groups *queries, double *g, double *h, mlc_error *err)
{
    static const mlci_rank_measure measure = {open_query, weights, value, 1};
    return mlci_rank_scan(call, loss, &measure, rows, queries, g, h, err);
}

const mlci_loss_kind mlci_loss_map = {.name = "map",
                                      .progress = "train 1 - map",
                                      .link = MLCI_LINK_IDENTITY,
                                      .range = MLCI_TARGET_NOT_NEGATIVE,
                                      .groups = MLCI_GROUPS_GIVEN,
                                      .start = mlci_start_zero,
                                      .scan = scan,
                                      .mean_weight = mlci_rank_mean_weight};
