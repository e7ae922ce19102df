/* Rows in ascending order of columns. */
#ifndef MLCI_SORT_H
#define MLCI_SORT_H

#include "dataset_impl.h"

/* Row numbers by these fields, missing values last; the block goes to the caller. */
mlc_status mlci_sort_rows(mlc_context *call, const mlc_dataset *dataset, int32_t *fields,
                          int32_t n_fields, int64_t **rows, mlc_error *err);

#endif
