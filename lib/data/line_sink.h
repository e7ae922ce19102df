/* Rows as lines of text into a file, plain or packed: what the formats that are text have in
 * common. */
#ifndef MLCI_LINE_SINK_H
#define MLCI_LINE_SINK_H

#include "row_sink.h"
#include "text.h"

/* What makes lines of rows; `lines` is its state. */
typedef struct mlci_line_format {
    int32_t omits_zeros; /* a sparse vector takes no more than what it stores */
    /* Gets ready for rows, which stay until the next are laid out. */
    mlc_status (*lay_out)(void *lines, const mlc_dataset *rows, mlc_error *err);
    /* What stands before the first row; NULL: nothing. */
    mlc_status (*append_header)(const void *lines, mlci_text *out, mlc_error *err);
    /* The lines of the rows first .. end. Any thread; memory that runs out is remembered in out. */
    void (*append_rows)(const void *lines, int64_t first, int64_t end, mlci_text *out);
    void (*close)(void *lines);
} mlci_line_format;

/* Takes `lines` over, also on failure. */
mlc_status mlci_line_sink_open(mlc_context *call, const char *path, const mlci_line_format *format,
                               void *lines, mlci_row_sink *out, mlc_error *err);

#endif
