/* Three queries whose rows lie among each other, some with equal predictions. */
#ifndef MLCI_TEST_RANKED_ROWS_H
#define MLCI_TEST_RANKED_ROWS_H

#include "scoring.h"

#define N_RANKED 12

static const int32_t ranked_group[N_RANKED] = {0, 2, 0, 1, 0, 2, 1, 0, 2, 1, 0, 2};
static const double ranked_target[N_RANKED] = {3, 1, 2, 0, 0, 0, 1, 1, 2, 4, 2, 2};
static const double ranked_prediction[N_RANKED] = {0.9, 0.3, 0.7, 1,   0.7, 0.6,
                                                   2,   0.2, 0.1, 2.0, 0.1, 0.2};
/* 1, 3 and 2 in the mean. */
static const double ranked_weight[N_RANKED] = {1, 1, 1, 2, 0.5, 3, 3, 1.5, 2, 4, 1, 2};

static inline mlci_metric_input ranked_rows(int weighted)
{
    return (mlci_metric_input){.n_rows = N_RANKED,
                               .target = ranked_target,
                               .prediction = ranked_prediction,
                               .weight = weighted ? ranked_weight : NULL,
                               .group = ranked_group};
}

/* The mean of a metric with ties=row_order over all orders of one query's rows: what ties=average
 * must give. */
static inline double mean_over_orders(const mlci_metric_descriptor *metric, const char *settings,
                                      const double *target, const double *prediction, int64_t n)
{
    int32_t group[8] = {0};
    int64_t order[8], count = 0;
    double sum = 0, y[8], p[8];
    for (int64_t code = 0;; code++) {
        int64_t left = code, taken = 0;
        int64_t free_rows[8];
        for (int64_t i = 0; i < n; i++)
            free_rows[i] = i;
        for (int64_t i = n; i > 0; i--, taken++) { /* Lehmer code */
            const int64_t at = left % i;
            left /= i;
            order[taken] = free_rows[at];
            memmove(free_rows + at, free_rows + at + 1, (size_t)(i - at - 1) * sizeof *free_rows);
        }
        if (left > 0) return sum / (double)count;
        for (int64_t i = 0; i < n; i++) {
            y[i] = target[order[i]];
            p[i] = prediction[order[i]];
        }
        const mlci_metric_input in = {.n_rows = n, .target = y, .prediction = p, .group = group};
        sum += score_one(metric, settings, in);
        count++;
    }
}

/* The promises that both ranking metrics keep. */
static inline void check_ranking_promises(const mlci_metric_descriptor *metric)
{
    mlci_metric_input in = ranked_rows(1), turned = in;
    double target[N_RANKED], prediction[N_RANKED], weight[N_RANKED];
    int32_t group[N_RANKED];
    for (int i = 0; i < N_RANKED; i++) {
        target[i] = ranked_target[N_RANKED - 1 - i];
        prediction[i] = ranked_prediction[N_RANKED - 1 - i];
        weight[i] = ranked_weight[N_RANKED - 1 - i];
        group[i] = ranked_group[N_RANKED - 1 - i];
    }
    turned.target = target;
    turned.prediction = prediction;
    turned.weight = weight;
    turned.group = group;
    ck_assert_double_eq_tol(score_one(metric, "", in), score_one(metric, "", turned), ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "k=2", in), score_one(metric, "k=2", turned),
                            ROUNDING);
    /* Weight 0 is absence, whatever stands there. */
    weight[0] = 0;
    prediction[0] = NAN;
    const double without = score_one(metric, "", turned);
    turned.target++;
    turned.prediction++;
    turned.weight++;
    turned.group++;
    turned.n_rows--;
    ck_assert_double_eq_tol(without, score_one(metric, "", turned), ROUNDING);
    /* A missing prediction. */
    turned.weight = NULL;
    prediction[3] = NAN;
    ck_assert_double_nan(score_one(metric, "", turned));
    in.group = NULL;
    score_fails(metric, "", in, MLC_ERROR_ROLE,
                "a ranking metric needs to know which rows are of one query: give a column the "
                "role group");
    in = ranked_rows(0);
    memcpy(target, ranked_target, sizeof target);
    target[4] = -1;
    in.target = target;
    score_fails(metric, "", in, MLC_ERROR_DATA,
                "the relevance of row 5 is -1: it must be a finite number of at least 0");
    score_fails(metric, "k=0", ranked_rows(0), MLC_ERROR_SETTING,
                "k = 0: must be at least 1, or "
                "none");
}

#endif
