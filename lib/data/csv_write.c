/* Writing CSV that reads back to the same values: numbers in the shortest exact form, missing
 * ones empty, texts in quotes where they would not read as they are (delimiter, quote, line end,
 * blanks at the ends, nothing, or a word that means missing). O(cells). */
#include <string.h>

#include "cell.h"
#include "csv.h"
#include "file.h"
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
    if (n == 0) return 1;
    if (n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) return 1; /* no byte-order mark */
    for (int64_t i = 0; i < n; i++) {
        const char c = text[i];
        if (c == delimiter || c == '"' || c == '\n' || c == '\r') return 1;
    }
    return mlci_csv_is_blank(text[0]) || mlci_csv_is_blank(text[n - 1]) ||
           mlci_csv_is_default_null(text, n);
}

static void append_field(const char *text, int64_t n, char delimiter, mlci_text *out)
{
    if (!needs_quotes(text, n, delimiter)) {
        mlci_text_append(out, text, n);
        return;
    }
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

void mlci_csv_append_header(const mlci_shown *columns, int64_t n_columns, char delimiter,
                            mlci_text *out)
{
    mlci_text name = mlci_text_init(out->root);
    for (int64_t j = 0; j < n_columns; j++) {
        if (j > 0) mlci_text_append_char(out, delimiter);
        name.length = 0;
        mlci_shown_name(&columns[j], &name);
        if (name.failed) out->failed = 1;
        append_field(name.data == NULL ? "" : name.data, name.length, delimiter, out);
    }
    mlci_text_append_char(out, '\n');
    mlci_text_clear(&name);
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
            int64_t n = 0;
            const char *const text = mlci_column_text(column, source_row, &n);
            append_field(text == NULL ? "" : text, n, delimiter, out);
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

static mlc_status write_text(const mlc_dataset *dataset, const write_settings *settings,
                             mlci_text *out, mlc_error *err)
{
    char delimiter = ',';
    MLCI_TRY(find_delimiter(settings->delimiter, &delimiter, err));
    mlci_shown *columns = NULL;
    int64_t n = 0, n_all = 0;
    MLCI_TRY(mlci_shown_columns(dataset, INT64_MAX, &columns, &n, &n_all, err));
    if (settings->header) mlci_csv_append_header(columns, n, delimiter, out);
    for (int64_t i = 0; i < dataset->n_rows && !out->failed; i++) {
        mlci_csv_append_row(columns, n, mlci_dataset_source_row(dataset, i), delimiter, 0, out);
    }
    mlci_free(columns);
    return mlci_text_status(out, err);
}

mlc_status mlc_dataset_write_csv(const mlc_dataset *dataset, const char *path, const char *settings,
                                 mlc_error *err)
{
    if (dataset == NULL || path == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, NULL, "dataset and path must not be NULL");
    }
    mlci_root *const root = dataset->root;
    write_settings s = {0};
    MLCI_TRY(mlci_params_from_text(root, "write_csv", table, NULL, settings, &s, err));
    mlci_text text = mlci_text_init(root);
    mlc_status status = write_text(dataset, &s, &text, err);
    if (status == MLC_OK) {
        status =
            mlci_file_write(root, path, text.length == 0 ? "" : text.data, text.length, 1, err);
    }
    mlci_text_clear(&text);
    mlci_params_clear(table, &s);
    return status;
}
