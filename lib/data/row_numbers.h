/* Numbers for rows that are equal in some columns. */
#ifndef MLCI_ROW_NUMBERS_H
#define MLCI_ROW_NUMBERS_H

#include "dataset_impl.h"

/* Numbers the rows from 0 so that two have one number when they are equal in all of the fields:
 * equal numbers, texts, or both missing (NaN too); components of vectors one by one. numbers: room
 * for n_rows. MLC_ERROR_LIMIT from 2^31 rows on, MLC_ERROR_COLUMN for sparse vectors. */
mlc_status mlci_rows_number(mlc_context *call, const mlc_dataset *dataset, int32_t n_fields,
                            const int32_t *fields, int32_t *numbers, mlc_error *err);

#endif
