/* What the tests of AdaBoost share: small problems in a model_case. */
#ifndef MLCI_TEST_BOOSTED_VOTES_H
#define MLCI_TEST_BOOSTED_VOTES_H

#include "model_case.h"
#include "random.h"
#include "tree/adaboost.h"

extern const mlci_model_descriptor mlci_model_adaboost_classifier;
extern const mlci_model_descriptor mlci_model_adaboost_regressor;

enum { VOTE_ROWS = 200, VOTE_FEATURES = 3 };

typedef struct vote_data {
    double x[VOTE_ROWS * VOTE_FEATURES], y[VOTE_ROWS], weight[VOTE_ROWS];
    int32_t class_[VOTE_ROWS];
    double class_value[VOTE_ROWS];
} vote_data;

static inline double vote_uniform(uint32_t stream, int64_t i)
{
    return mlci_random_unit(11, MLCI_RANDOM_TEST, stream, (uint64_t)i);
}

/* Classes are bands of a sum of two features with noise; numbers that sum itself. */
static inline void vote_data_make(vote_data *d, int32_t n_classes)
{
    for (int64_t i = 0; i < VOTE_ROWS; i++) {
        for (int64_t j = 0; j < VOTE_FEATURES; j++)
            d->x[i * VOTE_FEATURES + j] = vote_uniform((uint32_t)j, i);
        const double sum = d->x[i * VOTE_FEATURES] + d->x[i * VOTE_FEATURES + 1];
        d->y[i] = sum + 0.2 * vote_uniform(5, i);
        d->weight[i] = 0.5 + vote_uniform(6, i);
        d->class_[i] = (int32_t)(d->y[i] / 2.2 * n_classes);
        d->class_value[i] = d->class_[i];
    }
}

/* The classes of a case are in y as numbers too, which the trees read. */
static inline model_case vote_case(const vote_data *d, int32_t n_classes, const char *settings)
{
    model_case c = {.model = n_classes > 0 ? &mlci_model_adaboost_classifier
                                           : &mlci_model_adaboost_regressor,
                    .settings = settings,
                    .x = d->x,
                    .y = n_classes > 0 ? d->class_value : d->y,
                    .n = VOTE_ROWS,
                    .p = VOTE_FEATURES};
    if (n_classes > 0) {
        c.classes = d->class_;
        c.n_classes = n_classes;
    }
    return c;
}

#endif
