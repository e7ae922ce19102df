/* Cells as text, and vector columns as the columns that their components are. */
#ifndef MLCI_CELL_H
#define MLCI_CELL_H

#include "dataset_impl.h"
#include "text.h"

/* A column as shown: a field, or one component of a vector. */
typedef struct mlci_shown {
    const mlci_field *field;
    int64_t component; /* -1: the whole field */
} mlci_shown;

/* The columns of a dataset with vectors taken apart; at most `most` of them. *out is a block;
 * *n_all counts those beyond too. */
mlc_status mlci_shown_columns(const mlc_dataset *dataset, int64_t most, mlci_shown **out,
                              int64_t *n, int64_t *n_all, mlc_error *err);
/* "name", or "name[component]". */
void mlci_shown_name(const mlci_shown *shown, mlci_text *out);
/* Is there a value in that row of the columns? */
int mlci_shown_is_valid(const mlci_shown *shown, int64_t source_row);

/* A component of a vector, also of a sparse one. */
double mlci_cell_component(const mlci_column *column, int64_t source_row, int64_t component);
/* Appends the text of a value that is there: digits 0 exactly, else as many significant digits.
 * A whole vector must be taken apart first. */
void mlci_cell_append(const mlci_shown *shown, int64_t source_row, int32_t digits, mlci_text *out);

#endif
