/* Rows of several datasets as one. */
#ifndef MLCI_CONCAT_H
#define MLCI_CONCAT_H

#include "dataset_impl.h"

/* The rows of the parts, one part after the other: columns by name in the order of the first
 * part, types as mlci_column_join() has them, roles, classes and positive of the first part. Every
 * part has the same columns (MLC_ERROR_COLUMN). One part is referenced. */
mlc_status mlci_concat(mlc_context *call, int32_t n, const mlc_dataset *const *parts,
                       mlc_dataset **out, mlc_error *err);

#endif
