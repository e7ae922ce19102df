/* Rows of several datasets as one. */
#ifndef MLCI_CONCAT_H
#define MLCI_CONCAT_H

#include "dataset_impl.h"

/* The rows of the parts, one part after the other: columns by name in the order of the first
 * part, types as mlci_column_join() has them, roles, classes and positive of the first part. Every
 * part has the same columns (MLC_ERROR_COLUMN). One part is referenced. */
mlc_status mlci_concat(mlc_context *call, int32_t n, const mlc_dataset *const *parts,
                       mlc_dataset **out, mlc_error *err);

/* Datasets on their way into one. */
typedef struct mlci_parts {
    mlci_root *root;
    mlc_dataset **parts;
    int32_t n, capacity;
} mlci_parts;

/* Takes the dataset over, also on failure. */
mlc_status mlci_parts_add(mlci_parts *parts, mlc_dataset *dataset, mlc_error *err);
mlc_status mlci_parts_join(mlc_context *call, const mlci_parts *parts, mlc_dataset **out,
                           mlc_error *err);
void mlci_parts_clear(mlci_parts *parts);

#endif
