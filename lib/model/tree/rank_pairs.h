/* Losses over pairs of documents of a query: what lambdarank, map and pairwise share.
 *
 * Documents are ranked by score, ties by row index. Each pair of different relevance, one of
 * which at least has a rank below truncation_level, has the loss
 *
 *     weight log(1 + exp(-sigmoid (score of the better - score of the worse)))
 *
 * whose weight, what swapping the two would change in the ranking, counts as constant (LambdaMART,
 * Burges 2010). Queries are never split over threads, and a query's sums have one order. */
#ifndef MLCI_RANK_PAIRS_H
#define MLCI_RANK_PAIRS_H

#include "loss.h"

/* A query, its documents by rank. */
typedef struct mlci_rank_query {
    const mlci_loss *loss;
    int64_t n;
    const double *label, *score; /* by rank */
    const double *discount;      /* by rank: 1 / log2(rank + 2) */
    double *scratch[2];          /* n each, for the functions below */
    double scale;
} mlci_rank_query;

typedef struct mlci_rank_measure {
    /* Before the pairs of a query: scratch and scale. 0: no pair of it has a weight. */
    int (*open)(mlci_rank_query *query);
    /* Weights of the pairs of rank i with ranks i + 1 .. n - 1; those of equal labels are
     * finite and count nothing. */
    void (*weights)(const mlci_rank_query *query, int64_t i, double *weight);
    /* Loss of the ranking, from 0; NULL: the mean loss of its pairs. */
    double (*value)(const mlci_rank_query *query);
    int32_t is_damped; /* norm divides weights by the distance of the scores */
} mlci_rank_measure;

/* The slots `scan` and `mean_weight` of a ranking loss, by its measure. */
mlc_status mlci_rank_scan(mlc_context *call, const mlci_loss *loss,
                          const mlci_rank_measure *measure, const mlci_loss_rows *rows,
                          const mlci_row_groups *queries, double *g, double *h, mlc_error *err);
/* Sum of the weights of the queries: the mean of their rows'. */
double mlci_rank_mean_weight(const mlci_loss_rows *rows, const mlci_row_groups *queries);

#endif
