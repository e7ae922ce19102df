/* Losses of gradient boosting: one file and one descriptor row a loss.
 *
 * Scores ("raw") are stored output by output: score k of row i at raw[k * stride + i]. */
#ifndef MLCI_LOSS_H
#define MLCI_LOSS_H

#include "descriptor.h"
#include "kernels.h"
#include "link.h"
#include "row_groups.h"

#define MLCI_LOSS_CHUNK 256
#define MLCI_MOST_LABELS 1024

/* The value of the parameter `loss`; part of no file. */
enum {
    MLCI_LOSS_LOG = 1, /* classes: logistic for two, softmax for more */
    MLCI_LOSS_SQUARED,
    MLCI_LOSS_ABSOLUTE,
    MLCI_LOSS_QUANTILE,
    MLCI_LOSS_POISSON,
    MLCI_LOSS_GAMMA,
    MLCI_LOSS_HUBER,
    MLCI_LOSS_TWEEDIE,
    MLCI_LOSS_CROSS_ENTROPY,
    MLCI_LOSS_ONE_VS_ALL,
    MLCI_LOSS_LAMBDARANK,
    MLCI_LOSS_MAP,
    MLCI_LOSS_PAIRWISE,
    MLCI_LOSS_COX,
    MLCI_LOSS_AFT
};

/* The targets that a loss takes. */
typedef enum mlci_target_range {
    MLCI_TARGET_ANY,
    MLCI_TARGET_NOT_NEGATIVE,
    MLCI_TARGET_POSITIVE,
    MLCI_TARGET_SHARE, /* 0 to 1 */
    MLCI_TARGET_LABEL, /* whole numbers below n_labels */
    MLCI_TARGET_TIME   /* a lower and an upper bound, or one number */
} mlci_target_range;

/* The groups that a loss takes its rows in. */
enum { MLCI_GROUPS_NONE = 0, MLCI_GROUPS_GIVEN, MLCI_GROUPS_TIME };

/* Distributions of loss=aft. */
enum { MLCI_AFT_NORMAL = 0, MLCI_AFT_LOGISTIC, MLCI_AFT_EXTREME };

typedef struct mlci_loss mlci_loss;

/* Rows as a loss sees them. */
typedef struct mlci_loss_rows {
    int64_t n_rows;
    int64_t stride;       /* of raw */
    const double *y;      /* value, class index, or lower bound of a time; target k of row i is
                           * y[k * stride + i] */
    const double *weight; /* NULL: all 1 */
    const double *raw;
    double *work; /* a number a row for prepare() and scan(); NULL for losses without them */
    const mlci_row_groups *train_groups, *valid_groups; /* for losses with groups */
    const double *upper; /* upper bound of a time, infinite where there is none; else NULL */
} mlci_loss_rows;

/* At most MLCI_LOSS_CHUNK rows from i0 on, which y, upper and s (score k) begin with. */
typedef struct mlci_loss_chunk {
    const mlci_loss_rows *rows;
    int64_t i0, n;
    int32_t k;
    const double *y, *upper, *s;
} mlci_loss_chunk;

/* What a loss is. Gradients and values are those of one row of weight 1. */
typedef struct mlci_loss_kind {
    const char *name;     /* as the parameter has it */
    const char *progress; /* what is reported of the training rows after a round */
    int32_t link;
    mlci_target_range range;
    /* More about the targets; NULL: range says it all. */
    mlc_status (*check)(const mlci_loss *loss, const mlci_target *y, const char *rows,
                        mlc_error *err);
    /* The best constant scores. */
    mlc_status (*start)(const mlci_loss *loss, mlc_context *call, const mlci_loss_rows *rows,
                        const int64_t *fixed, double *start, mlc_error *err);
    /* Fills work from the scores; NULL: nothing to prepare. */
    void (*prepare)(const mlci_loss *loss, const mlci_loss_chunk *chunk);
    void (*gradients)(const mlci_loss *loss, const mlci_loss_chunk *chunk, double *g, double *h);
    void (*values)(const mlci_loss *loss, const mlci_loss_chunk *chunk, double *value);
    /* Level of the order statistic of residuals that the leaves of score k take. NULL: leaves
     * take Newton steps. */
    double (*leaf_quantile)(const mlci_loss *loss, int32_t k);

    /* Losses whose rows depend on each other have these instead of prepare, gradients and values.
     * scan goes over all rows of the groups: gradients and hessians where g is given, else
     * weighted values into work. mean_weight: what their sum is divided by for the mean. */
    int32_t groups; /* MLCI_GROUPS_ */
    mlc_status (*scan)(mlc_context *call, const mlci_loss *loss, const mlci_loss_rows *rows,
                       const mlci_row_groups *groups, double *g, double *h, mlc_error *err);
    double (*mean_weight)(const mlci_loss_rows *rows, const mlci_row_groups *groups);
} mlci_loss_kind;

/* A loss with its parameters. */
struct mlci_loss {
    const mlci_loss_kind *kind; /* NULL: a loss of the host */
    int32_t n_outputs;          /* raw scores a row: classes, levels, targets, or 1 */
    int32_t n_targets;          /* a score each, or 1 */
    int32_t link;
    const mlc_objective *host;
    const mlci_kernels *kernels;
    double delta;                    /* huber */
    double damping;                  /* poisson: what its hessians are multiplied by */
    double power;                    /* tweedie */
    double levels[MLCI_MOST_LEVELS]; /* quantile: n_outputs of them, ascending */
    int64_t truncation_level;        /* ranking: see rank_pairs.h */
    double sigmoid;
    int32_t norm;
    const double *label_gain; /* lambdarank: by label, n_labels of them; NULL: 2^label - 1 */
    int32_t n_labels;
    int32_t distribution; /* aft: MLCI_AFT_ */
    double scale;
};

/* What the parameter stands for, by the number of classes (0: numbers). */
const mlci_loss_kind *mlci_loss_kind_of(int32_t loss, int32_t n_classes);
/* Targets that the loss cannot take are MLC_ERROR_DATA; rows: "row" or "validation row". */
mlc_status mlci_loss_check(const mlci_loss *loss, const mlci_target *y, const char *rows,
                           mlc_error *err);
/* "target 'y' is -1 in row 3: NEEDS". */
mlc_status mlci_loss_refuse(const mlci_target *y, int64_t row, const char *rows, const char *needs,
                            mlc_error *err);
/* The best constant scores: mean, log of the mean, quantile, log-odds, log of priors. fixed:
 * weights as integers, NULL for 1. A loss of the host starts from the mean of
 * its link. */
mlc_status mlci_loss_start(const mlci_loss *loss, mlc_context *call, const mlci_loss_rows *rows,
                           const int64_t *fixed, double *start, mlc_error *err);
/* Gradient and hessian by score k of rows begin .. end (not for a loss of the host), weighted.
 * k = 0 comes first: it prepares. */
void mlci_loss_gradients(const mlci_loss *loss, const mlci_loss_rows *rows, int32_t k,
                         int64_t begin, int64_t end, double *gradient, double *hessian);
/* Weighted losses of n rows from i0 on, not for a loss of the host: the logarithmic loss, squared
 * or absolute error, pinball loss, deviance ... n is at most MLCI_LOSS_CHUNK. The rows must be
 * prepared. Of several targets the mean. */
void mlci_loss_values(const mlci_loss *loss, const mlci_loss_rows *rows, int64_t i0, int64_t n,
                      double *value);
/* Fills work for rows begin .. end, where the loss needs it. */
void mlci_loss_prepare(const mlci_loss *loss, const mlci_loss_rows *rows, int64_t begin,
                       int64_t end);

extern const mlci_loss_kind mlci_loss_absolute_error, mlci_loss_aft, mlci_loss_cox,
    mlci_loss_cross_entropy, mlci_loss_gamma, mlci_loss_huber, mlci_loss_lambdarank,
    mlci_loss_logistic, mlci_loss_map, mlci_loss_one_vs_all, mlci_loss_pairwise, mlci_loss_poisson,
    mlci_loss_quantile, mlci_loss_softmax, mlci_loss_squared_error, mlci_loss_tweedie;

#endif
