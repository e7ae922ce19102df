/* Losses of gradient boosting: first score, gradients, mean loss, link.
 *
 * Scores ("raw") are stored output by output: score k of row i at raw[k * stride + i]. */
#ifndef MLCI_LOSS_H
#define MLCI_LOSS_H

#include "descriptor.h"
#include "kernels.h"

#define MLCI_LOSS_CHUNK 256

enum {
    MLCI_LOSS_LOG = 1, /* classes: logistic for two, softmax for more */
    MLCI_LOSS_SQUARED,
    MLCI_LOSS_ABSOLUTE,
    MLCI_LOSS_QUANTILE,
    MLCI_LOSS_POISSON,
    MLCI_LOSS_GAMMA
};

/* How a raw score becomes a prediction; stored in models. */
enum { MLCI_LINK_IDENTITY = 0, MLCI_LINK_LOGIT, MLCI_LINK_LOG, MLCI_LINK_SOFTMAX };

typedef struct mlci_loss {
    int32_t kind;
    int32_t n_outputs; /* raw scores a row: classes, or 1 */
    int32_t link;
    double quantile;           /* level of MLCI_LOSS_QUANTILE */
    const mlc_objective *host; /* replaces kind; NULL: none */
    const mlci_kernels *kernels;
} mlci_loss;

/* Rows as a loss sees them. */
typedef struct mlci_loss_rows {
    int64_t n_rows;
    int64_t stride;       /* of raw */
    const double *y;      /* value, or class index */
    const double *weight; /* NULL: all 1 */
    const double *raw;
    double *log_sum; /* softmax: log of the sum of exp(raw), by row; else NULL */
} mlci_loss_rows;

/* "log_loss", "squared_error", ...; NULL for a loss of the host. */
const char *mlci_loss_name(const mlci_loss *loss);
/* Targets the loss cannot take are MLC_ERROR_DATA. */
mlc_status mlci_loss_check(const mlci_loss *loss, int64_t n, const double *y, const double *weight,
                           mlc_error *err);
/* The best constant scores: mean, log of the mean, quantile, log-odds, log of priors. fixed:
 * weights as integers, NULL for 1; root: for scratch. */
mlc_status mlci_loss_start(const mlci_loss *loss, mlci_root *root, const mlci_loss_rows *rows,
                           const int64_t *fixed, double *start, mlc_error *err);
/* Gradient and hessian by score k of rows begin .. end (not for a loss of the host), weighted.
 * With softmax k = 0 comes first: it fills log_sum. */
void mlci_loss_gradients(const mlci_loss *loss, const mlci_loss_rows *rows, int32_t k,
                         int64_t begin, int64_t end, double *gradient, double *hessian);
/* Weighted losses of n rows from i0 on, not for a loss of the host: the logarithmic loss, squared
 * or absolute error, pinball loss, or deviance. n is at most MLCI_LOSS_CHUNK. With softmax, log_sum
 * must be that of raw. */
void mlci_loss_values(const mlci_loss *loss, const mlci_loss_rows *rows, int64_t i0, int64_t n,
                      double *value);
/* Fills log_sum for rows begin .. end. */
void mlci_loss_log_sum(const mlci_loss *loss, const mlci_loss_rows *rows, int64_t begin,
                       int64_t end);
/* Level of the order statistic that leaves take (0.5 for absolute_error); 0: a Newton step. */
double mlci_loss_leaf_quantile(const mlci_loss *loss);

#endif
