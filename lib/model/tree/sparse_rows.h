/* Sparse bundles row by row: for each row, the cells of those bundles where it is away from the
 * common code. */
#ifndef MLCI_SPARSE_ROWS_H
#define MLCI_SPARSE_ROWS_H

#include "binning.h"

/* Lists the bundles from binned->n_dense on, as binned->sparse has their columns. */
mlc_status mlci_sparse_rows_make(mlc_context *call, mlci_binned *binned, mlc_error *err);

#endif
