/* Mean, spread and range of a column of numbers or of each component of a vector. */
#ifndef MLCI_COLUMN_MOMENTS_H
#define MLCI_COLUMN_MOMENTS_H

#include "column.h"
#include "context_impl.h"
#include "kernels.h"

/* out: one record a component (width of them). weight NULL: all 1. Missing values do not count.
 * Blocks of rows are joined in their order, so the bits depend on the values alone. */
mlc_status mlci_column_moments(mlc_context *call, const mlci_column *column, const double *weight,
                               mlci_moments *out, mlc_error *err);

#endif
