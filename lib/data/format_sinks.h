/* Files of each format written some rows after others: see row_sink.h. */
#ifndef MLCI_FORMAT_SINKS_H
#define MLCI_FORMAT_SINKS_H

#include "row_sink.h"

mlc_status mlci_csv_open_sink(mlc_context *call, const char *path, const char *settings,
                              mlci_row_sink *out, mlc_error *err);
mlc_status mlci_jsonl_open_sink(mlc_context *call, const char *path, const char *settings,
                                mlci_row_sink *out, mlc_error *err);
mlc_status mlci_libsvm_open_sink(mlc_context *call, const char *path, const char *settings,
                                 mlci_row_sink *out, mlc_error *err);
/* MLC_ERROR_UNSUPPORTED in a library that was built without SQLite. */
mlc_status mlci_sqlite_open_sink(mlc_context *call, const char *path, const char *settings,
                                 mlci_row_sink *out, mlc_error *err);

#endif
