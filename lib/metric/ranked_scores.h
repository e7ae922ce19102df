/* Rows ranked by the probability of a class: the steps that ROC and precision-recall curves are
 * made of. */
#ifndef MLCI_RANKED_SCORES_H
#define MLCI_RANKED_SCORES_H

#include "descriptor.h"
#include "order.h"

#define MLCI_OTHER_CLASSES (-1)

typedef struct mlci_ranked_scores {
    const mlci_metric_input *in;
    int64_t *class_first;  /* n_classes + 1: where the rows of a class start in class_rows */
    int64_t *class_rows;   /* rows of positive weight by class, ascending within a class */
    double *class_weight;  /* n_classes: their sums of weights */
    /* Of the last ranking: a step for each distinct score, from the highest down, with the weight
     * of the rows at or above it. */
    int64_t n_steps;
    double *positive;
    double *negative;
    mlci_order_key *keys, *spare; /* scratch */
} mlci_ranked_scores;

/* Reads the classes of all rows. The probabilities may be any scores, but not NaN
 * (MLC_ERROR_DATA). Clear it also after a failure. */
mlc_status mlci_ranked_scores_make(const mlci_metric_input *in, const char *metric,
                                   mlci_ranked_scores *out, mlc_error *err);
/* Ranks the rows of two classes, or of one and MLCI_OTHER_CLASSES, by the probability of the
 * first. */
mlc_status mlci_ranked_scores_rank(mlci_ranked_scores *ranked, int32_t positive, int32_t negative,
                                   mlc_error *err);
/* Classes that no row has. */
int32_t mlci_ranked_scores_n_absent(const mlci_ranked_scores *ranked);
void mlci_ranked_scores_clear(mlci_ranked_scores *ranked);

/* A number of one class against the others. */
typedef mlc_status (*mlci_ranked_value_fn)(mlci_ranked_scores *ranked, int32_t positive,
                                           double *out, mlc_error *err);

/* The mean of that number over the classes, weighted by their rows or not. */
mlc_status mlci_ranked_scores_mean(mlci_ranked_scores *ranked, mlci_ranked_value_fn value,
                                   int32_t weighted, double *out, mlc_error *err);

#endif
