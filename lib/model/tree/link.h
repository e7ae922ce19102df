/* How raw scores become predictions: the link that a model stores. */
#ifndef MLCI_LINK_H
#define MLCI_LINK_H

#include "kernels.h"

/* Stored in models: numbers are never used again for another meaning. */
enum {
    MLCI_LINK_IDENTITY = 0,
    MLCI_LINK_LOGIT,    /* 1 / (1 + exp(-score)): of the second class, or of numbers */
    MLCI_LINK_LOG,      /* exp(score) */
    MLCI_LINK_SOFTMAX,  /* a score a class */
    MLCI_LINK_QUANTILES, /* a score a level, sorted */
    MLCI_LINK_ONE_VS_ALL /* a score a class: logit of each, scaled to a sum of 1 */
};

#define MLCI_MOST_LEVELS 64 /* scores of MLCI_LINK_QUANTILES */

typedef struct mlci_link {
    int32_t link; /* MLCI_LINK_ */
    int32_t n_outputs, n_classes;
} mlci_link;

/* 1 when a model may have such scores. */
int mlci_link_is_possible(const mlci_link *link);

/* Scores are row-major n_rows x n_outputs, and used as scratch. */

/* Values, n_rows x n_outputs, or class index: the largest score, the lowest class among equals; two
 * classes: the second above 0. Of quantiles the middle one, or the mean of the two in the middle. */
void mlci_link_prediction(const mlci_link *link, const mlci_kernels *kernels, int64_t n_rows,
                          double *raw, double *out);
/* n_rows x n_classes. */
void mlci_link_probability(const mlci_link *link, const mlci_kernels *kernels, int64_t n_rows,
                           double *raw, double *out);
/* n_rows x n_outputs, ascending in each row. */
void mlci_link_quantile(const mlci_link *link, int64_t n_rows, const double *raw, double *out);
/* n_rows x 2: the lowest and the highest. */
void mlci_link_interval(const mlci_link *link, int64_t n_rows, const double *raw, double *out);

#endif
