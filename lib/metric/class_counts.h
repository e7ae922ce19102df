/* Weighted counts of true and predicted classes: what accuracy, precision, recall and their kin
 * are made of. */
#ifndef MLCI_CLASS_COUNTS_H
#define MLCI_CLASS_COUNTS_H

#include "descriptor.h"

/* Sums of weights. */
typedef struct mlci_class_counts {
    int32_t n_classes;
    double total;      /* of all rows */
    double hit;        /* of rows whose prediction is their class */
    double *truth;     /* n_classes: rows of that class */
    double *predicted; /* n_classes: rows with that prediction */
    double *matched;   /* n_classes: rows with both */
} mlci_class_counts;

/* One row: its true class and its predicted one. The prediction is in->prediction, or without it
 * the most probable class, the lowest of equals; -1 when it is missing or negative, which is right
 * for no row. */
typedef struct mlci_class_pair {
    int32_t truth;
    int32_t predicted;
} mlci_class_pair;

/* There are classes and something that predicts them; else MLC_ERROR_UNSUPPORTED. */
mlc_status mlci_class_pairs_check(const mlci_metric_input *in, mlc_error *err);

/* What is no class is MLC_ERROR_DATA naming value and row. in is checked. */
mlc_status mlci_class_pair_of(const mlci_metric_input *in, int64_t row, mlci_class_pair *out,
                              mlc_error *err);

/* The class of each row's truth must be one; MLC_ERROR_DATA naming the row. */
mlc_status mlci_true_class(const mlci_metric_input *in, int64_t row, int32_t *out,
                           mlc_error *err);

/* Checks and counts. out is zeroed or was cleared; clear it in either case. */
mlc_status mlci_class_counts_make(const mlci_metric_input *in, mlci_class_counts *out,
                                  mlc_error *err);
void mlci_class_counts_clear(mlci_class_counts *counts);

#endif
