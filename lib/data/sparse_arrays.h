/* Caller's sparse matrices as vector columns. */
#ifndef MLCI_SPARSE_ARRAYS_H
#define MLCI_SPARSE_ARRAYS_H

#include "column.h"

/* Whether the members of a sparse array fit together; name and type were looked at. */
mlc_status mlci_sparse_arrays_check(const mlc_array *a, mlc_error *err);
/* The column, of an array that was checked, with its missing rows. */
mlc_status mlci_sparse_arrays_column(mlci_root *root, const mlc_array *a, mlci_column **out,
                                     mlc_error *err);

#endif
