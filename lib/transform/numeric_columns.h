/* Columns of numbers that a transform was fitted with: numbers and vectors, dense or sparse. */
#ifndef MLCI_NUMERIC_COLUMNS_H
#define MLCI_NUMERIC_COLUMNS_H

#include "column.h"
#include "context_impl.h"
#include "descriptor.h"
#include "section.h"

typedef struct mlci_numeric_column {
    char *name;
    int32_t is_sparse;
    int64_t width;
    int64_t first;     /* of its components among those of all columns */
    char **components; /* names of a vector's; or NULL */
} mlci_numeric_column;

typedef struct mlci_numeric_columns {
    mlci_root *root;
    int32_t n_columns;
    mlci_numeric_column *list;
    int64_t n; /* components of all columns */
} mlci_numeric_columns;

/* Of the rows of a fit. What was made is freed by mlci_numeric_columns_clear() also after a
 * failure. */
mlc_status mlci_numeric_columns_fit(const mlci_transform_fit *fit, mlci_numeric_columns *out,
                                    mlc_error *err);
void mlci_numeric_columns_clear(mlci_numeric_columns *c);
/* What becomes of column i, and stays a column of numbers. */
void mlci_numeric_columns_port(const mlci_numeric_columns *c, int32_t i, mlci_port *out);
/* 1 when these inputs are what the transform was fitted with. */
int mlci_numeric_columns_read(const mlci_numeric_columns *c, int32_t n, const mlci_input *inputs);

void mlci_numeric_columns_save(const mlci_numeric_columns *c, mlci_writer *w);
/* Leaves the reader marked on failure; out is to be cleared either way. */
void mlci_numeric_columns_load(mlci_reader *r, mlci_root *root, mlci_numeric_columns *out);

/* A column of the same shape, whose numbers the caller changes: those of the values that a sparse
 * one has, else of all rows, n_rows x width. */
mlc_status mlci_numeric_column_copy(mlci_root *root, const mlci_numeric_column *c,
                                    const mlci_column *in, mlci_column **out, mlc_error *err);
/* Once its numbers are changed: NaN of a column that is no vector are missing values. */
void mlci_numeric_column_finish(mlci_column *column);

/* A cell of a record as a number; NaN where it is missing or a text. */
double mlci_numeric_cell(const mlc_value *cell, int64_t *flags);
mlc_value mlci_numeric_value(double x);

#endif
