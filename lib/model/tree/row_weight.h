/* Weights of training rows: by class, and as integers. */
#ifndef MLCI_ROW_WEIGHT_H
#define MLCI_ROW_WEIGHT_H

#include "class_weight.h"

/* Multiplies the weights of n rows by those of their classes (class_weight.h), whose totals are
 * those of the first n_train rows. class_: the index of the class, by row. */
mlc_status mlci_weigh_classes(mlci_root *root, const char *class_weight,
                              const mlci_classes *classes, const double *class_, int64_t n_train,
                              int64_t n, double *weight, mlc_error *err);
/* How many rows weights stand for: their sum where all are whole numbers, else (and for NULL) n. */
double mlci_count_weighted_rows(const double *weight, int64_t n);
/* Weights as fixed-point integers of at least 1 with a total below 2^61; *unit, a power of two of
 * at most 2^32, is what a weight of 1 is. It does not depend on the order of rows. */
mlc_status mlci_fix_weights(const double *weight, int64_t n, int64_t *fixed, double *unit,
                            mlc_error *err);

#endif
