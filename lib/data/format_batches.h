/* Files of each format a batch at a time: see batches.h. Columns and types are those of the first
 * batch, or what types= says; what contradicts them later is an error. */
#ifndef MLCI_FORMAT_BATCHES_H
#define MLCI_FORMAT_BATCHES_H

#include "batches.h"
#include "context_impl.h"

#define MLCI_BATCH_BYTES ((int64_t)8 << 20)
#define MLCI_BATCH_ROWS ((int64_t)1 << 16)

mlc_status mlci_jsonl_open_batches(mlc_context *call, const char *path, const char *settings,
                                   mlci_batches *out, mlc_error *err);
mlc_status mlci_libsvm_open_batches(mlc_context *call, const char *path, const char *settings,
                                    mlci_batches *out, mlc_error *err);
/* MLC_ERROR_UNSUPPORTED in a library that was built without SQLite. */
mlc_status mlci_sqlite_open_batches(mlc_context *call, const char *path, const char *settings,
                                    mlci_batches *out, mlc_error *err);
/* The same with batches of about so many bytes, which tests vary. */
mlc_status mlci_jsonl_open_batches_of(mlc_context *call, const char *path, const char *settings,
                                      int64_t batch_bytes, mlci_batches *out, mlc_error *err);
mlc_status mlci_libsvm_open_batches_of(mlc_context *call, const char *path, const char *settings,
                                       int64_t batch_bytes, mlci_batches *out, mlc_error *err);
mlc_status mlci_sqlite_open_batches_of(mlc_context *call, const char *path, const char *settings,
                                       int64_t batch_rows, mlci_batches *out, mlc_error *err);

#endif
