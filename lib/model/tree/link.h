/* How raw scores become predictions: the link that a model stores. */
#ifndef MLCI_LINK_H
#define MLCI_LINK_H

#include "kernels.h"

/* Stored in models: numbers are never used again for another meaning. */
enum {
    MLCI_LINK_IDENTITY = 0, /* of classes, from elsewhere only: scores are probabilities */
    MLCI_LINK_LOGIT,        /* 1 / (1 + exp(-score)): of the second class, or of numbers */
    MLCI_LINK_LOG,          /* exp(score) */
    MLCI_LINK_SOFTMAX,      /* a score a class */
    MLCI_LINK_QUANTILES,    /* a score a level, sorted */
    MLCI_LINK_ONE_VS_ALL,   /* a score a class: logit of each, scaled to a sum of 1 */
    /* Of models that came from other libraries only. */
    MLCI_LINK_EACH,     /* a score a class: logit of each, as it is */
    MLCI_LINK_SQUARE,   /* score^2, with the sign of the score */
    MLCI_LINK_SOFTPLUS, /* log(1 + exp(score)) */
    MLCI_LINK_STEP,     /* 1 where the score is above 0, else 0 */
    MLCI_LINK_CLIMB     /* the first score, then each log(1 + exp(score)) + 1e-6 above the last */
};

/* How a model that came from another library adds its scores and uses them. */
typedef struct mlci_score_rule {
    int32_t is_float; /* sums and links are rounded to float32 at each step */
    double factor;    /* of a score under MLCI_LINK_LOGIT and MLCI_LINK_EACH */
    double divisor;   /* of scores before the link */
} mlci_score_rule;

#define MLCI_CLIMB_STEP 1e-6F /* of MLCI_LINK_CLIMB, as XGBoost has it */
#define MLCI_MOST_LEVELS 64 /* scores of MLCI_LINK_QUANTILES and MLCI_LINK_CLIMB */

typedef struct mlci_link {
    int32_t link; /* MLCI_LINK_ */
    int32_t n_outputs, n_classes;
    const mlci_score_rule *rule; /* NULL: of our own */
} mlci_link;

/* 1 when a model may have such scores. */
int mlci_link_is_possible(const mlci_link *link);

/* Scores are row-major n_rows x n_outputs, and used as scratch. */

/* Values, n_rows x n_outputs, or class index: the largest score, the lowest class among equals; two
 * classes: the second above 0. Of quantiles the middle one, or the mean of the two in the middle.
 */
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
