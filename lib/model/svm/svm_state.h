/* What a support vector machine learned, and what all of them do with it.
 *
 * Classes are told apart in pairs (i, j), i < j, in the order (0, 1), (0, 2), ...: the decision of
 * a pair is above 0 for i. Vectors stand class by class; vector v of class i has its coefficient
 * against class j at place j - 1 where j > i, else j. Numbers and anomalies are one problem. */
#ifndef MLCI_SVM_STATE_H
#define MLCI_SVM_STATE_H

#include "descriptor.h"
#include "matrix.h"
#include "svm_kernel.h"
#include "target.h"

#define MLCI_SVM_MAX_CLASSES 1000

/* How the problem of a pair was solved. */
typedef struct mlci_svm_result {
    double objective; /* of the dual */
    double gap;       /* by how much the optimality conditions are violated at most */
    int64_t n_iter;
} mlci_svm_result;

typedef struct mlci_svm_state {
    mlci_svm_points points; /* the vectors; packed is this state's */
    int64_t n_classes;      /* 0: one problem without classes */
    int64_t n_problems;     /* pairs, or 1 */
    int64_t width;          /* coefficients a vector: n_classes - 1, or 1 */
    int64_t *n_support;     /* by class; of those without classes one number */
    double *vectors;        /* points.n x n_features */
    double *coefficient;    /* points.n x width */
    double *intercept;      /* n_problems */
    double *slope,
        *shift;   /* Platt's sigmoid of a pair, 1 / (1 + exp(slope f + shift)); NULL: none */
    int64_t *row; /* the training row of a vector; NULL where it is not known */
    mlci_svm_result *result; /* n_problems; NULL where they are not known */
} mlci_svm_state;

/* Zeroed, with room for everything but slope, shift, row and result; NULL when memory is short (err
 * is set). */
mlci_svm_state *mlci_svm_state_create(mlci_root *root, const mlci_svm_kernel *kernel, int64_t n,
                                      int64_t n_features, int64_t n_classes, mlc_error *err);
void mlci_svm_state_free(void *state); /* NULL is fine */
/* Once vectors and coefficients are there: packs them. Where something is not finite
 * MLC_ERROR_NUMERIC. */
mlc_status mlci_svm_state_finish(mlci_root *root, mlci_svm_state *state, mlc_error *err);

static inline int64_t mlci_svm_n_pairs(int64_t n_classes)
{
    return n_classes * (n_classes - 1) / 2;
}

/* The number of a pair of different classes. */
static inline int64_t mlci_svm_pair_of(int64_t n_classes, int64_t i, int64_t j)
{
    const int64_t low = i < j ? i : j, high = i < j ? j : i;
    return low * (2 * n_classes - low - 1) / 2 + high - low - 1;
}

/* ---- decisions ---------------------------------------------------------------------------- */

/* Doubles of scratch that mlci_svm_decide() takes for so many rows. */
int64_t mlci_svm_scratch_size(const mlci_svm_state *state, int64_t n_rows);
/* The decisions of the problems of each row: out is n_rows x n_problems. */
void mlci_svm_decide(const mlci_svm_state *state, int32_t isa, const double *x, int64_t n_rows,
                     double *scratch, double *out);

/* ---- files and tables --------------------------------------------------------------------- */

void mlci_svm_state_save(const void *params, const void *state, mlci_writer *w);
/* n_classes 0: no classes. Finishes the reader. */
mlc_status mlci_svm_state_load(mlci_reader *r, int64_t n_features, int64_t n_classes, void **out,
                               mlc_error *err);

/* "support_vectors", "coefficients", "problems". */
extern const char *const mlci_svm_tables[];
mlc_status mlci_svm_table(mlc_context *call, const void *params, const void *state,
                          const char *name, const mlci_features *features,
                          const mlci_classes *classes, mlc_dataset **out, mlc_error *err);

#endif
