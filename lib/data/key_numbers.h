/* Keys of rows as small numbers: equal where the keys are. What rows are grouped by. */
#ifndef MLCI_KEY_NUMBERS_H
#define MLCI_KEY_NUMBERS_H

#include "dataset_impl.h"

typedef struct mlci_key_numbers {
    int64_t n_rows;
    int64_t n_numbers; /* numbers are below; not all of them need occur */
    const uint32_t *number;
    uint32_t *own;       /* their block, or NULL: */
    mlci_column *column; /* they are the codes of this one; reference */
} mlci_key_numbers;

/* The rows of a dataset by these fields, at least one: missing values (NaN too) are equal to each
 * other and to nothing else, -0 is 0. MLC_ERROR_COLUMN for vectors, MLC_ERROR_LIMIT for 2^32 or
 * more different keys. */
mlc_status mlci_key_numbers_open(mlc_context *call, const mlc_dataset *dataset,
                                 const int32_t *fields, int32_t n_fields, mlci_key_numbers *out,
                                 mlc_error *err);
void mlci_key_numbers_close(mlci_key_numbers *numbers);

#endif
