/* Rows of a query together, ranked by their predictions: what ranking metrics walk down. */
#ifndef MLCI_RANKED_GROUPS_H
#define MLCI_RANKED_GROUPS_H

#include "descriptor.h"

/* What documents of equal predictions count. */
enum { MLCI_TIES_AVERAGE = 0, MLCI_TIES_ROW_ORDER };

/* Parameters of a ranking metric. */
typedef struct mlci_rank_params {
    int64_t k;    /* MLCI_NONE_INTEGER: all */
    int32_t ties; /* MLCI_TIES_ */
    int32_t gain; /* of ndcg */
} mlci_rank_params;

extern const mlci_choice mlci_rank_ties[];

/* One query, from its highest prediction down. */
typedef struct mlci_ranked_query {
    int64_t n;
    const double *relevance, *prediction; /* by rank */
    const double *best;                   /* the relevances, highest first */
} mlci_ranked_query;

/* The value of a query, which may rank documents of equal predictions as they come. */
typedef double (*mlci_query_value)(const mlci_rank_params *params, const mlci_ranked_query *query);

/* The mean of a value over the queries, each weighted by the mean weight of its rows; rows of
 * weight 0 are absent. Groups and targets must be there; relevances are finite and not negative;
 * NaN where a prediction is NaN. */
mlc_status mlci_rank_mean(const mlci_metric_input *in, mlci_query_value value, double *out,
                          mlc_error *err);

#endif
