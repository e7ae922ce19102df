/* Class shares that resampling changed, and answers brought back to those that were.
 *
 * A model that was trained with other shares of the classes, and otherwise the same rows of each,
 * gives p(k | x) of a world in which class k has after_k of the weight instead of before_k. In
 * ours it is in proportion to p(k | x) before_k / after_k (Elkan 2001, theorem 2; Saerens, Latinne
 * and Decaestecker 2002, equation 4; of rows that were left out Dal Pozzolo, Caelen, Johnson and
 * Bontempi 2015, equation 4). Log odds move by the logarithm of that. */
#ifndef MLCI_PRIOR_SHIFT_H
#define MLCI_PRIOR_SHIFT_H

#include "section.h"
#include "target.h"

typedef struct mlci_prior_shift {
    int32_t n;              /* classes */
    double *before, *after; /* weight of the rows of each */
    double *factor;         /* before / after over the largest of them: above 0, at most 1 */
    double *shift;          /* its logarithm */
} mlci_prior_shift;

/* n weights each, finite and positive; MLC_ERROR_DATA where they are too far apart for numbers. */
mlc_status mlci_prior_shift_create(mlci_root *root, int32_t n, const double *before,
                                   const double *after, mlci_prior_shift **out, mlc_error *err);
void mlci_prior_shift_free(void *shift);
void mlci_prior_shift_save(const void *shift, mlci_writer *w);
/* Of so many classes. */
mlc_status mlci_prior_shift_load(mlci_reader *r, int32_t n, mlci_prior_shift **out, mlc_error *err);

/* n_rows rows with a probability a class, in place; sums in the order of the classes. */
void mlci_prior_shift_probabilities(const mlci_prior_shift *s, int64_t n_rows, double *values);
/* What is added to raw score k of n_outputs: log odds of the second class, or a score a class. */
double mlci_prior_shift_raw(const mlci_prior_shift *s, int64_t n_outputs, int64_t k);
/* class, before, after, factor: a row a class. */
mlc_status mlci_prior_shift_table(mlci_root *root, const mlci_prior_shift *s,
                                  const mlci_classes *classes, mlc_dataset **out, mlc_error *err);

#endif
