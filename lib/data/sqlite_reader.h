/* Rows of an SQLite file on their way into datasets: all at once, or a batch at a time. */
#ifndef MLCI_SQLITE_READER_H
#define MLCI_SQLITE_READER_H

#include "gather.h"
#include "sqlite_file.h"

typedef struct mlci_sqlite_settings {
    char *table, *query, *types, *null;
    int32_t text;
    char *roles; /* the settings that are roles, as text; or NULL */
} mlci_sqlite_settings;

typedef struct mlci_sqlite_reader {
    mlc_context *call;
    mlci_sqlite file;
    mlci_sqlite_settings settings;
    mlci_wishes wishes;
    mlci_csv_nulls nulls;
    sqlite3_stmt *statement;
    int32_t n_columns;
    int64_t n_passed; /* rows of the datasets made before */
    int64_t n_rows, n_pieces;
    int32_t at_end;
    mlci_gather **pieces; /* of each piece, a gather a column */
    mlci_column **columns;
} mlci_sqlite_reader;

/* With call set: reads the settings, which the reader owns from then on. */
mlc_status mlci_sqlite_reader_settings(mlci_sqlite_reader *r, const char *settings, mlc_error *err);
/* With settings and an open file: prepares the rows. */
mlc_status mlci_sqlite_reader_start(mlci_sqlite_reader *r, const mlc_dataset *like, mlc_error *err);
/* At most so many rows; at_end when no more follow. */
mlc_status mlci_sqlite_reader_next(mlci_sqlite_reader *r, int64_t most, mlc_dataset **out,
                                   mlc_error *err);
/* Closes the file too; fine at any stage. */
void mlci_sqlite_reader_close(mlci_sqlite_reader *r);

#endif
