/* Formats that files of data have: a file or two a format, ending in one of these rows, and its
 * line in format.c. */
#ifndef MLCI_FORMAT_H
#define MLCI_FORMAT_H

#include "batches.h"
#include "dataset_impl.h"
#include "line_windows.h"
#include "row_sink.h"

typedef struct mlci_format {
    const char *name;    /* of format= */
    const char *endings; /* of files, separated by commas; .gz may follow where it is text */
    const char *doc;
    /* Does a text or file start like this format? NULL: what nothing else claims. */
    int (*sniff)(const char *bytes, int64_t n);

    /* Formats that are lines of text, which the door opens, packed or not. */
    mlc_status (*read_lines)(mlc_context *call, mlci_line_windows *windows, const mlc_dataset *like,
                             const char *settings, mlc_dataset **out, mlc_error *err);

    /* Formats that go about files and bytes in their own way, packed or not. */
    mlc_status (*read)(mlc_context *ctx, const char *path, const mlc_dataset *like,
                       const char *settings, mlc_dataset **out, mlc_error *err);
    mlc_status (*parse)(mlc_context *ctx, const void *bytes, int64_t n, const mlc_dataset *like,
                        const char *settings, mlc_dataset **out, mlc_error *err);

    /* A file a batch at a time, in and out. Reading: the call must last until this returns, each
     * batch has its own. */
    mlc_status (*open_batches)(mlc_context *call, const char *path, const char *settings,
                               mlci_batches *out, mlc_error *err);
    mlc_status (*open_sink)(mlc_context *call, const char *path, const char *settings,
                            mlci_row_sink *out, mlc_error *err);
} mlci_format;

extern const mlci_format mlci_format_csv, mlci_format_tsv, mlci_format_jsonl, mlci_format_libsvm,
    mlci_format_sqlite;

#endif
