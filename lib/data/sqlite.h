/* SQLite files as sources of datasets. */
#ifndef MLCI_SQLITE_H
#define MLCI_SQLITE_H

#include "dataset_impl.h"

mlc_status mlci_sqlite_read(mlc_context *ctx, const char *path, const mlc_dataset *like,
                            const char *settings, mlc_dataset **out, mlc_error *err);
mlc_status mlci_sqlite_parse(mlc_context *ctx, const void *bytes, int64_t n,
                             const mlc_dataset *like, const char *settings, mlc_dataset **out,
                             mlc_error *err);

#endif
