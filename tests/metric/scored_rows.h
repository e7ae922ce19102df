/* The rows of prediction_cases.h as metrics take them, and a few rows by hand. */
#ifndef MLCI_TEST_SCORED_ROWS_H
#define MLCI_TEST_SCORED_ROWS_H

#include "prediction_cases.h"
#include "scoring.h"

#define N_WINE ((int64_t)(sizeof wine / sizeof wine[0]))
#define N_HOUSING ((int64_t)(sizeof housing / sizeof housing[0]))

/* Three classes with probabilities, without predictions. */
static inline mlci_metric_input wine_rows(int weighted)
{
    static double target[MAX_SCORING_ROWS];
    static double probability[3 * MAX_SCORING_ROWS];
    static double weight[MAX_SCORING_ROWS];
    for (int64_t i = 0; i < N_WINE; i++) {
        target[i] = wine[i][0];
        for (int32_t k = 0; k < 3; k++) probability[3 * i + k] = wine[i][1 + k];
        weight[i] = wine[i][4];
    }
    return (mlci_metric_input){.n_rows = N_WINE, .n_classes = 3, .positive = 2, .target = target,
                               .probability = probability, .weight = weighted ? weight : NULL};
}

/* Is it the second wine? */
static inline mlci_metric_input two_class_rows(int weighted)
{
    static double target[MAX_SCORING_ROWS];
    static double probability[2 * MAX_SCORING_ROWS];
    mlci_metric_input in = wine_rows(weighted);
    for (int64_t i = 0; i < N_WINE; i++) {
        target[i] = wine[i][0] == 1;
        probability[2 * i] = 1 - wine[i][2];
        probability[2 * i + 1] = wine[i][2];
    }
    in.n_classes = 2;
    in.positive = 1;
    in.target = target;
    in.probability = probability;
    return in;
}

/* Labels of clusters, with the truth; features is room for two numbers a row. */
static inline mlci_metric_input cluster_rows(int weighted)
{
    static double label[MAX_SCORING_ROWS];
    mlci_metric_input in = wine_rows(weighted);
    for (int64_t i = 0; i < N_WINE; i++) label[i] = wine[i][7];
    in.prediction = label;
    in.probability = NULL;
    return in;
}

static inline mlci_metric_input housing_rows(int weighted)
{
    static double target[MAX_SCORING_ROWS];
    static double prediction[MAX_SCORING_ROWS];
    static double weight[MAX_SCORING_ROWS];
    for (int64_t i = 0; i < N_HOUSING; i++) {
        target[i] = housing[i][0];
        prediction[i] = housing[i][1];
        weight[i] = housing[i][2];
    }
    return (mlci_metric_input){.n_rows = N_HOUSING, .target = target, .prediction = prediction,
                               .weight = weighted ? weight : NULL};
}

/* Seven rows of two classes with ties and uneven weights. */
static inline mlci_metric_input seven_rows(int weighted)
{
    static const double target[] = {0, 1, 1, 0, 1, 1, 0};
    static const double prediction[] = {0, 1, 0, 0, 1, 1, 1};
    static const double probability[] = {0.9, 0.1, 0.2, 0.8, 0.6, 0.4, 0.6,
                                         0.4, 0.6, 0.4, 0.1, 0.9, 0.2, 0.8};
    static const double weight[] = {1, 2, 0.5, 3, 1, 1, 0};
    return (mlci_metric_input){.n_rows = 7, .n_classes = 2, .positive = 1, .target = target,
                               .prediction = prediction, .probability = probability,
                               .weight = weighted ? weight : NULL};
}

/* Five rows, class 2 never predicted, class 3 of four nowhere. */
static inline mlci_metric_input five_rows(void)
{
    static const double target[] = {0, 0, 1, 1, 2};
    static const double prediction[] = {0, 1, 1, 1, 0};
    return (mlci_metric_input){.n_rows = 5, .n_classes = 4, .positive = 3, .target = target,
                               .prediction = prediction};
}

/* Six rows of three classes with tied probabilities. */
static inline mlci_metric_input six_rows(void)
{
    static const double target[] = {0, 1, 1, 2, 0, 2};
    static const double probability[] = {0.5, 0.3, 0.2, 0.2, 0.5, 0.3, 0.4, 0.4, 0.2,
                                         0.1, 0.1, 0.8, 0.3, 0.4, 0.3, 0.3, 0.3, 0.4};
    return (mlci_metric_input){.n_rows = 6, .n_classes = 3, .positive = 2, .target = target,
                               .probability = probability};
}

/* Five numbers, one of them 0. */
static inline mlci_metric_input five_numbers(int weighted)
{
    static const double target[] = {3, -0.5, 2, 7, 0};
    static const double prediction[] = {2.5, 0, 2, 8, 0.1};
    static const double weight[] = {1, 2, 0, 0.5, 1};
    return (mlci_metric_input){.n_rows = 5, .target = target, .prediction = prediction,
                               .weight = weighted ? weight : NULL};
}

#endif
