/* Rows of a dataset as lines of CSV that read back to the same names and values: numbers in the
 * shortest exact form, missing ones empty, texts in quotes where they would not read as they are.
 */
#ifndef MLCI_CSV_ROWS_H
#define MLCI_CSV_ROWS_H

#include "cell.h"

/* What a cell may take without asking for room: any value that is no text, and the forms of
 * categories that are copied as one. */
#define MLCI_CSV_CELL_BYTES 64

/* A column as it is written. */
typedef struct mlci_csv_field {
    const mlci_column *column;
    int64_t component; /* of a vector; -1: the whole column */
    /* Categories as they stand in the lines, where they are fewer than the rows; else NULL. */
    int64_t *form_ends; /* by code, the start before it: n + 1 */
    char *forms;        /* MLCI_CSV_CELL_BYTES may be read from the start of each */
} mlci_csv_field;

typedef struct mlci_csv_rows {
    const mlc_dataset *dataset; /* borrowed */
    mlci_csv_field *fields;
    int64_t n_fields;
    char delimiter;
    int32_t digits; /* significant ones of reals; 0: as many as read back exactly */
} mlci_csv_rows;

/* To write n_rows of its rows. */
mlc_status mlci_csv_rows_open(const mlc_dataset *dataset, int64_t n_rows, char delimiter,
                              int32_t digits, mlci_csv_rows *rows, mlc_error *err);
void mlci_csv_rows_close(mlci_csv_rows *rows);
/* The line of the names. */
mlc_status mlci_csv_append_names(const mlci_csv_rows *rows, mlci_text *out, mlc_error *err);
/* The lines of the rows first .. end. */
void mlci_csv_append_rows(const mlci_csv_rows *rows, int64_t first, int64_t end, mlci_text *out);

#endif
