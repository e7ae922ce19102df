/* Hints from the inside. */
#ifndef MLCI_HINTS_IMPL_H
#define MLCI_HINTS_IMPL_H

#include "validate_impl.h"

/* A feature as numbers: distinct values from 0 in ascending order, -1 missing. */
typedef struct mlci_numbered {
    int32_t *number;          /* n_rows */
    int32_t n;                /* distinct values */
    int64_t n_missing, n_top; /* rows without a value; with the most frequent one */
    int64_t top_row;          /* one that has it, or -1 */
    uint64_t fingerprint;     /* of which rows are equal; of numbers also of the values */
} mlci_numbered;

/* How well a feature predicts the target alone: see mlc_dataset_hints(). -1: there is no saying. */
mlc_status mlci_hints_leakage(mlc_context *call, const mlci_column *feature,
                              const mlci_numbered *values, const mlci_column *target, double *out,
                              mlc_error *err);
/* Hints that compare two datasets. */
mlc_status mlci_hints_shared(const mlci_validation *train, const mlc_dataset *test,
                             mlci_findings *findings, mlc_error *err);

#endif
