/* Which rows are the largest, and how likely rows are to be drawn by their size: exact, whatever
 * the order of rows. */
#ifndef MLCI_ROW_SELECT_H
#define MLCI_ROW_SELECT_H

#include "context_impl.h"

/* The k-th largest of n >= k >= 1 keys; *n_above gets how many are larger. scratch has room for n
 * and may be keys itself. O(n). */
mlc_status mlci_select_kth(mlc_context *call, const uint64_t *keys, int64_t n, int64_t k,
                           uint64_t *scratch, uint64_t *kth, int64_t *n_above, mlc_error *err);
/* chosen[i] = 1 for k of n rows: those of the largest keys, among equal ones those of the lowest
 * index[i] (NULL: i), 0 for the others. scratch has room for 2 n. */
mlc_status mlci_select_largest(mlc_context *call, const uint64_t *keys, const int64_t *index,
                               int64_t n, int64_t k, uint64_t *scratch, uint8_t *chosen,
                               mlc_error *err);
/* The m > 0 for which the sum of min(1, size / m) is target, 0 < target < n. Sizes are below 2^31;
 * 0 when they are so for so many rows that there is none. */
mlc_status mlci_select_scale(mlc_context *call, const uint32_t *sizes, int64_t n, double target,
                             double *scale, mlc_error *err);

#endif
