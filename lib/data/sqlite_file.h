/* A connection to an SQLite file, set up for files that nobody vouches for. */
#ifndef MLCI_SQLITE_FILE_H
#define MLCI_SQLITE_FILE_H

#include <sqlite3.h>

#include "dataset_impl.h"

typedef struct mlci_sqlite {
    sqlite3 *db;
    mlc_context *call;
    const char *name;   /* for messages */
    mlc_status stopped; /* why the call was cancelled; MLC_OK: it was not */
    mlc_error why;
    int32_t waited_ms; /* for others that hold the file */
    int32_t refused;   /* a statement wanted to do more than read */
} mlci_sqlite;

/* Opens a file, for reading only or to write, then made when it is not there. The path is a file
 * name whatever it looks like. */
mlc_status mlci_sqlite_open(mlci_sqlite *s, mlc_context *call, const char *path, int32_t writes,
                            mlc_error *err);
/* Opens the bytes of a file, which must outlive the connection and may be changed. */
mlc_status mlci_sqlite_open_bytes(mlci_sqlite *s, mlc_context *call, char *bytes, int64_t n,
                                  mlc_error *err);
void mlci_sqlite_close(mlci_sqlite *s);
/* Fills err from what the connection says last. setting: "query" or NULL, to blame for SQL that is
 * wrong. */
mlc_status mlci_sqlite_fail(const mlci_sqlite *s, const char *setting, mlc_error *err);
/* One statement without results; format as sqlite3_mprintf() has it. */
mlc_status mlci_sqlite_run(mlci_sqlite *s, mlc_error *err, const char *format, ...);
/* The only statement of a text. */
mlc_status mlci_sqlite_prepare(mlci_sqlite *s, const char *sql, const char *setting,
                               sqlite3_stmt **out, mlc_error *err);
/* From now on statements may only read. */
void mlci_sqlite_only_read(mlci_sqlite *s);

#endif
