/* CSV files: lines (csv_rows.h) of the rows that come, and a first one with the names. */
#include <string.h>

#include "csv_rows.h"
#include "format_sinks.h"
#include "line_sink.h"
#include "param.h"

typedef struct write_settings {
    char *delimiter;
    int32_t header;
} write_settings;

static const mlci_param table[] = {
    MLCI_STRING(write_settings, delimiter, ",", "byte between fields: tab, or one byte",
                .since = "0.1"),
    MLCI_BOOL(write_settings, header, 1, "a first line with the names of the columns",
              .since = "0.1"),
    {.name = NULL}};

static mlc_status find_delimiter(const char *text, char *out, mlc_error *err)
{
    *out = strcmp(text, "tab") == 0 ? '\t' : text[0];
    const int is_one = strcmp(text, "tab") == 0 || (text[0] != '\0' && text[1] == '\0');
    /* What could be part of a number or of a quoted text is no delimiter. */
    if (is_one && (*out & 0x80) == 0 && strchr("\n\r\" .+-0123456789", *out) == NULL &&
        !(*out >= 'A' && *out <= 'Z') && !(*out >= 'a' && *out <= 'z')) {
        return MLC_OK;
    }
    return mlci_fail(err, MLC_ERROR_SETTING, "delimiter",
                     "delimiter = '%s': must be tab, or one byte such as ';' that is no part of "
                     "a number",
                     text);
}

typedef struct csv_lines {
    char delimiter;
    int32_t has_header;
    mlci_csv_rows rows; /* those at hand */
} csv_lines;

static mlc_status lay_out(void *self, const mlc_dataset *rows, mlc_error *err)
{
    csv_lines *const lines = self;
    mlci_csv_rows_close(&lines->rows);
    return mlci_csv_rows_open(rows, rows->n_rows, lines->delimiter, 0, &lines->rows, err);
}

static mlc_status append_header(const void *self, mlci_text *out, mlc_error *err)
{
    const csv_lines *const lines = self;
    return lines->has_header ? mlci_csv_append_names(&lines->rows, out, err) : MLC_OK;
}

static void append_rows(const void *self, int64_t first, int64_t end, mlci_text *out)
{
    const csv_lines *const lines = self;
    mlci_csv_append_rows(&lines->rows, first, end, out);
}

static void close_lines(void *self)
{
    csv_lines *const lines = self;
    mlci_csv_rows_close(&lines->rows);
    mlci_free(lines);
}

static const mlci_line_format format = {.lay_out = lay_out,
                                        .append_header = append_header,
                                        .append_rows = append_rows,
                                        .close = close_lines};

mlc_status mlci_csv_open_sink(mlc_context *call, const char *path, const char *settings,
                              mlci_row_sink *out, mlc_error *err)
{
    mlci_root *const root = call->root;
    write_settings s = {0};
    char delimiter = ',';
    MLCI_TRY(mlci_params_from_text(root, "write_csv", table, NULL, settings, &s, err));
    const mlc_status status = find_delimiter(s.delimiter, &delimiter, err);
    mlci_params_clear(table, &s);
    if (status != MLC_OK) return status;
    csv_lines *const lines = mlci_alloc(root, 1, (int64_t)sizeof *lines);
    if (lines == NULL) return mlci_fail_memory(err, 1, (int64_t)sizeof *lines);
    *lines = (csv_lines){.delimiter = delimiter, .has_header = s.header};
    return mlci_line_sink_open(call, path, &format, lines, out, err);
}
