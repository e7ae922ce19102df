/* SQLite behind the door; in a library that was built without it the format is known and says so.
 */
#include <string.h>

#include "format.h"
#include "format_batches.h"
#include "format_sinks.h"
#include "sqlite.h"

#ifndef MLCI_HAVE_SQLITE

static mlc_status refuse(mlc_error *err)
{
    return mlci_fail(err, MLC_ERROR_UNSUPPORTED, "format",
                     "this libmlcore was built without SQLite: build it with -Dsqlite=enabled");
}

mlc_status mlci_sqlite_read(mlc_context *ctx, const char *path, const mlc_dataset *like,
                            const char *settings, mlc_dataset **out, mlc_error *err)
{
    return refuse(err);
}

mlc_status mlci_sqlite_parse(mlc_context *ctx, const void *bytes, int64_t n,
                             const mlc_dataset *like, const char *settings, mlc_dataset **out,
                             mlc_error *err)
{
    return refuse(err);
}

mlc_status mlci_sqlite_open_batches(mlc_context *call, const char *path, const char *settings,
                                    mlci_batches *out, mlc_error *err)
{
    return refuse(err);
}

mlc_status mlci_sqlite_open_sink(mlc_context *call, const char *path, const char *settings,
                                 mlci_row_sink *out, mlc_error *err)
{
    return refuse(err);
}

#endif

static int sniff(const char *bytes, int64_t n)
{
    return n >= 16 && memcmp(bytes, "SQLite format 3", 16) == 0;
}

const mlci_format mlci_format_sqlite = {
    .name = "sqlite",
    .endings = "sqlite,sqlite3,db,db3",
    .doc = "a table or query of an SQLite file",
    .sniff = sniff,
    .read = mlci_sqlite_read,
    .parse = mlci_sqlite_parse,
    .open_batches = mlci_sqlite_open_batches,
    .open_sink = mlci_sqlite_open_sink,
};
