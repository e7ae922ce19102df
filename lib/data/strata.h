/* What rows are told apart by: numbers of the values of a column, and strata of a target. */
#ifndef MLCI_STRATA_H
#define MLCI_STRATA_H

#include "context_impl.h"
#include "dataset_impl.h"

/* Dense numbers of the values of a field in ascending order; missing and NaN are -1. *out is a
 * block of n_rows; n_values may be NULL. Vectors are MLC_ERROR_COLUMN. */
mlc_status mlci_strata_of_field(mlc_context *call, const mlc_dataset *dataset, int32_t field,
                                int32_t **out, int32_t *n_values, mlc_error *err);
/* The class of each row's target, or its bin where it is a number of many values (which sets
 * *has_bins); rows without a target are the last class. NULL when there is no target, several, or a
 * vector. */
mlc_status mlci_strata_of_target(mlc_context *call, const mlc_dataset *dataset, int32_t **out,
                                 int32_t *has_bins, mlc_error *err);
/* One more than the largest number. */
int32_t mlci_strata_count(const int32_t *stratum, int64_t n_rows);
/* Shares `wanted` among n strata by their counts: floors, then one more to the largest remainders,
 * ties to the lowest stratum. Exact. The counts are not all 0. */
mlc_status mlci_strata_share(mlci_root *root, const int64_t *counts, int32_t n, int64_t wanted,
                             int64_t *shares, mlc_error *err);

#endif
