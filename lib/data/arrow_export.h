/* Datasets as Arrow schemas and arrays. */
#ifndef MLCI_ARROW_EXPORT_H
#define MLCI_ARROW_EXPORT_H

#include "arrow_format.h"
#include "dataset_impl.h"

/* Dictionaries are utf8 with offsets of 32 bits where their bytes allow it. */
static inline int mlci_arrow_is_wide(const mlci_dictionary *dictionary)
{
    return dictionary->offsets[dictionary->n] > INT32_MAX;
}

/* The type of a dataset's rows (arrow_export_schema.c). */
mlc_status mlci_arrow_export_schema(mlci_root *root, const mlc_dataset *dataset,
                                    struct ArrowSchema *out, mlc_error *err);
/* Rows first .. first + n of the columns of a dataset without row numbers; both count from the
 * beginning of the columns (arrow_export_array.c). */
mlc_status mlci_arrow_export_rows(mlci_root *root, const mlc_dataset *dataset, int64_t first,
                                  int64_t n, struct ArrowArray *out, mlc_error *err);

#endif
