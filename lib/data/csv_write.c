/* Writing CSV that reads back to the same values: numbers in the shortest exact form, missing
 * ones empty, texts in quotes where they would not read as they are (delimiter, quote, line end,
 * blanks at the ends, nothing, or a word that means missing). O(cells). */
#include <string.h>

#include "cell.h"
#include "csv.h"
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

/* ---- text ----------------------------------------------------------------------------------- */

static int needs_quotes(const char *text, int64_t n, char delimiter)
{
    int is_special = 0;
    if (n == 0) return 1;
    if (n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) return 1; /* no byte-order mark */
    for (int64_t i = 0; i < n; i++) /* to the end, so that many bytes are looked at at once */
        is_special |=
            (text[i] == delimiter) | (text[i] == '"') | (text[i] == '\n') | (text[i] == '\r');
    return is_special || mlci_csv_is_blank(text[0]) || mlci_csv_is_blank(text[n - 1]) ||
           mlci_csv_is_default_null(text, n);
}

static void append_quoted(const char *text, int64_t n, mlci_text *out)
{
    mlci_text_append_char(out, '"');
    for (int64_t from = 0; from < n;) {
        const char *const quote = memchr(text + from, '"', (size_t)(n - from));
        const int64_t end = quote == NULL ? n : quote - text + 1;
        mlci_text_append(out, text + from, end - from);
        if (quote != NULL) mlci_text_append_char(out, '"');
        from = end;
    }
    mlci_text_append_char(out, '"');
}

static void append_field(const char *text, int64_t n, int is_quoted, mlci_text *out)
{
    if (is_quoted) {
        append_quoted(text, n, out);
    } else {
        mlci_text_append(out, text, n);
    }
}

void mlci_csv_append_header(const mlci_shown *columns, int64_t n_columns, char delimiter,
                            mlci_text *out)
{
    mlci_text name = mlci_text_init(out->root);
    for (int64_t j = 0; j < n_columns; j++) {
        if (j > 0) mlci_text_append_char(out, delimiter);
        name.length = 0;
        mlci_shown_name(&columns[j], &name);
        if (name.failed) out->failed = 1;
        const char *const text = name.data == NULL ? "" : name.data;
        append_field(text, name.length, needs_quotes(text, name.length, delimiter), out);
    }
    mlci_text_append_char(out, '\n');
    mlci_text_clear(&name);
}

static void append_text(const mlci_shown *shown, int64_t source_row, char delimiter, mlci_text *out)
{
    const mlci_column *const column = shown->field->column;
    int64_t n = 0;
    const char *const text = mlci_column_text(column, source_row, &n);
    if (text == NULL) {
        append_quoted("", 0, out);
    } else if (shown->quoted != NULL) {
        append_field(text, n, shown->quoted[((const int32_t *)column->values)[source_row]], out);
    } else {
        append_field(text, n, needs_quotes(text, n, delimiter), out);
    }
}

void mlci_csv_append_row(const mlci_shown *columns, int64_t n_columns, int64_t source_row,
                         char delimiter, int32_t digits, mlci_text *out)
{
    for (int64_t j = 0; j < n_columns; j++) {
        if (j > 0) mlci_text_append_char(out, delimiter);
        const mlci_column *const column = columns[j].field->column;
        if (!mlci_shown_is_valid(&columns[j], source_row)) {
            /* The only cell of a line: an empty line would be skipped. */
            if (n_columns == 1) mlci_text_append_text(out, "NA");
        } else if (column->type == MLC_TYPE_TEXT || column->type == MLC_TYPE_CATEGORY) {
            append_text(&columns[j], source_row, delimiter, out);
        } else {
            mlci_cell_append(&columns[j], source_row, digits, out);
        }
    }
    mlci_text_append_char(out, '\n');
}

/* ---- file ----------------------------------------------------------------------------------- */

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
    mlci_root *root;
    char delimiter;
    int32_t has_header;
    mlci_shown *columns; /* of the rows at hand, vectors as their components */
    int64_t n_columns;
} csv_lines;

static void clear_columns(csv_lines *lines)
{
    for (int64_t j = 0; j < lines->n_columns; j++)
        mlci_free((void *)(uintptr_t)lines->columns[j].quoted);
    mlci_free(lines->columns);
    lines->columns = NULL;
    lines->n_columns = 0;
}

/* Which categories need quotes: asked once a category, where they are fewer than the rows. */
static mlc_status look_at_categories(csv_lines *lines, int64_t n_rows, mlc_error *err)
{
    for (int64_t j = 0; j < lines->n_columns; j++) {
        const mlci_column *const column = lines->columns[j].field->column;
        if (column->type != MLC_TYPE_CATEGORY || column->dictionary->n > n_rows) continue;
        const int32_t n = column->dictionary->n;
        uint8_t *const quoted = mlci_alloc_raw(lines->root, n, 1);
        if (quoted == NULL) return mlci_fail_memory(err, n, 1);
        lines->columns[j].quoted = quoted;
        for (int32_t i = 0; i < n; i++) {
            int64_t length = 0;
            const char *const text = mlci_dictionary_text(column->dictionary, i, &length);
            quoted[i] = (uint8_t)needs_quotes(text, length, lines->delimiter);
        }
    }
    return MLC_OK;
}

static mlc_status lay_out(void *self, const mlc_dataset *rows, mlc_error *err)
{
    csv_lines *const lines = self;
    int64_t n_all = 0;
    clear_columns(lines);
    MLCI_TRY(mlci_shown_columns(rows, INT64_MAX, &lines->columns, &lines->n_columns, &n_all, err));
    return look_at_categories(lines, rows->n_rows, err);
}

static void append_header(const void *self, mlci_text *out)
{
    const csv_lines *const lines = self;
    if (!lines->has_header) return;
    mlci_csv_append_header(lines->columns, lines->n_columns, lines->delimiter, out);
}

static void append_row(const void *self, int64_t source_row, mlci_text *out)
{
    const csv_lines *const lines = self;
    mlci_csv_append_row(lines->columns, lines->n_columns, source_row, lines->delimiter, 0, out);
}

static void close_lines(void *self)
{
    clear_columns(self);
    mlci_free(self);
}

static const mlci_line_format format = {.lay_out = lay_out,
                                        .append_header = append_header,
                                        .append_row = append_row,
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
    *lines = (csv_lines){.root = root, .delimiter = delimiter, .has_header = s.header};
    return mlci_line_sink_open(call, path, &format, lines, out, err);
}
