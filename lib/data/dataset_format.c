/* A dataset as text for people (an aligned table), for spreadsheets (CSV) and for programs
 * (JSON). Tables align by columns of the terminal, numbers to the right; they show the first and
 * the last rows and as many columns as fit. O(cells shown). */
#include <math.h>
#include <string.h>

#include "cell.h"
#include "csv_rows.h"
#include "number.h"
#include "param.h"

#define FORMAT_TABLE 0
#define FORMAT_CSV 1
#define FORMAT_JSON 2

#define TABLE_ROWS 20
#define TABLE_DIGITS 6
#define MOST_TEXT_WIDTH 40 /* of a cell; longer ones are cut */
#define GAP 2

typedef struct format_settings {
    int32_t format;
    int64_t max_rows;
    int64_t max_width;
    int64_t digits;
} format_settings;

static const mlci_choice format_choices[] = {{"table", FORMAT_TABLE, "aligned, for people"},
                                             {"csv", FORMAT_CSV, "as write_csv"},
                                             {"json", FORMAT_JSON, "columns and rows"},
                                             {NULL, 0, NULL}};

static const mlci_param params[] = {
    MLCI_CHOICE(format_settings, format, FORMAT_TABLE, format_choices, "form of the text",
                .since = "0.1"),
    MLCI_INTEGER(format_settings, max_rows, MLCI_NONE_INTEGER, 0, INT64_MAX,
                 "rows shown at most; none is 20 for tables, else all", .flags = MLCI_PARAM_NONE,
                 .since = "0.1"),
    MLCI_INTEGER(format_settings, max_width, 100, 10, 1000000,
                 "columns of the terminal that a table takes at most", .since = "0.1"),
    MLCI_INTEGER(format_settings, digits, MLCI_NONE_INTEGER, 1, 17,
                 "significant digits; none is 6 for tables, else exact", .flags = MLCI_PARAM_NONE,
                 .since = "0.1"),
    {.name = NULL}};

/* ---- JSON ----------------------------------------------------------------------------------- */

/* JSON has no NaN, which is null, and no infinity, which is a number that overflows to it. */
static void append_json_real(double value, int32_t digits, mlci_text *out)
{
    char text[MLCI_NUMBER_SIZE];
    if (isnan(value)) {
        mlci_text_append_text(out, "null");
    } else if (isinf(value)) {
        mlci_text_append_text(out, value > 0 ? "1e999" : "-1e999");
    } else {
        const int32_t n = digits == 0 ? mlci_real_format(value, text)
                                      : mlci_real_format_digits(value, digits, text);
        mlci_text_append(out, text, n);
    }
}

static void append_json_cell(const mlci_field *field, int64_t row, int32_t digits, mlci_text *out)
{
    const mlci_column *const column = field->column;
    const mlci_shown whole = {field, -1};
    if (!mlci_column_is_valid(column, row)) {
        mlci_text_append_text(out, "null");
        return;
    }
    int64_t n = 0;
    double value = 0;
    switch (column->type) {
    case MLC_TYPE_TEXT:
    case MLC_TYPE_CATEGORY: {
        const char *const text = mlci_column_text(column, row, &n);
        mlci_text_append_json(out, text == NULL ? "" : text, n);
        break;
    }
    case MLC_TYPE_TIMESTAMP:
        mlci_text_append_char(out, '"');
        mlci_cell_append(&whole, row, 0, out);
        mlci_text_append_char(out, '"');
        break;
    case MLC_TYPE_VECTOR:
        for (int64_t c = 0; c < column->width; c++) {
            mlci_text_append_char(out, c == 0 ? '[' : ',');
            append_json_real(mlci_cell_component(column, row, c), digits, out);
        }
        mlci_text_append_char(out, ']');
        break;
    case MLC_TYPE_FLOAT32:
    case MLC_TYPE_FLOAT64:
        mlci_column_reals(column, row, 1, &value, 1);
        if (column->type == MLC_TYPE_FLOAT64 || digits != 0 || !isfinite(value)) {
            append_json_real(value, digits, out);
            break;
        }
        mlci_cell_append(&whole, row, 0, out);
        break;
    default:
        mlci_cell_append(&whole, row, 0, out);
        break;
    }
}

static void append_json_column(const mlci_field *field, mlci_text *out)
{
    const mlci_column *const column = field->column;
    mlci_text_append_text(out, "{\"name\":");
    mlci_text_append_json(out, field->name, (int64_t)strlen(field->name));
    mlci_text_append_format(out, ",\"type\":\"%s\",\"role\":\"%s\"", mlci_type_name(column->type),
                            mlci_role_name(field->role));
    if (column->type == MLC_TYPE_VECTOR && column->components != NULL) {
        for (int64_t c = 0; c < column->width; c++) {
            mlci_text_append_text(out, c == 0 ? ",\"components\":[" : ",");
            const char *const name = column->components[c];
            mlci_text_append_json(out, name, (int64_t)strlen(name));
        }
        mlci_text_append_char(out, ']');
    }
    mlci_text_append_char(out, '}');
}

static void format_json(const mlc_dataset *dataset, int64_t n_rows, int32_t digits, mlci_text *out)
{
    mlci_text_append_text(out, "{\"columns\":[");
    for (int32_t j = 0; j < dataset->n_fields; j++) {
        if (j > 0) mlci_text_append_char(out, ',');
        append_json_column(&dataset->fields[j], out);
    }
    mlci_text_append_text(out, "],\"rows\":[");
    for (int64_t i = 0; i < n_rows && !out->failed; i++) {
        mlci_text_append_text(out, i == 0 ? "[" : ",[");
        const int64_t row = mlci_dataset_source_row(dataset, i);
        for (int32_t j = 0; j < dataset->n_fields; j++) {
            if (j > 0) mlci_text_append_char(out, ',');
            append_json_cell(&dataset->fields[j], row, digits, out);
        }
        mlci_text_append_char(out, ']');
    }
    mlci_text_append_text(out, "]}");
}

/* ---- CSV ------------------------------------------------------------------------------------ */

static mlc_status format_csv(const mlc_dataset *dataset, int64_t n_rows, int32_t digits,
                             mlci_text *out, mlc_error *err)
{
    mlci_csv_rows rows;
    MLCI_TRY(mlci_csv_rows_open(dataset, n_rows, ',', digits, &rows, err));
    const mlc_status status = mlci_csv_append_names(&rows, out, err);
    if (status == MLC_OK) mlci_csv_append_rows(&rows, 0, n_rows, out);
    mlci_csv_rows_close(&rows);
    return status;
}

/* ---- tables --------------------------------------------------------------------------------- */

typedef struct table_view {
    const mlc_dataset *dataset;
    mlci_shown *columns;
    int64_t n_columns, n_all_columns;
    int64_t n_head, n_tail; /* rows shown at the top and at the bottom */
    int32_t digits;
    mlci_text cells; /* texts one after the other */
    int64_t *ends;   /* of each cell: the header first, then row by row */
    int64_t *widths; /* of each column */
} table_view;

static int is_number(const mlci_shown *shown)
{
    const int32_t type = shown->field->column->type;
    return type == MLC_TYPE_INT64 || type == MLC_TYPE_FLOAT32 || type == MLC_TYPE_FLOAT64 ||
           type == MLC_TYPE_VECTOR;
}

/* The bytes of text that take at most that many columns. */
static int64_t fit(const char *text, int64_t n, int64_t width)
{
    int64_t at = 0;
    while (at < n) {
        int64_t next = at + 1;
        while (next < n && ((unsigned char)text[next] & 0xc0) == 0x80)
            next++;
        if (mlci_text_width(text, next) > width) break;
        at = next;
    }
    return at;
}

/* Text that stays on its line, cut with ... where it is wider than width. */
static void append_cut(const char *text, int64_t n, int64_t width, mlci_text *out)
{
    mlci_text plain = mlci_text_init(out->root);
    for (int64_t i = 0; i < n; i++) {
        const char c = text[i];
        if (c == '\n' || c == '\r' || c == '\t') {
            mlci_text_append_text(&plain, c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t");
        } else {
            mlci_text_append_char(&plain, (unsigned char)c < 32 || c == 127 ? '?' : c);
        }
        if (plain.length > 8 * width + 64) break; /* more than can be shown */
    }
    if (plain.failed) out->failed = 1;
    const char *const data = plain.data == NULL ? "" : plain.data;
    const int is_whole = mlci_text_width(data, plain.length) <= width;
    const int64_t dots = width < 3 ? width : 3;
    mlci_text_append(out, data, is_whole ? plain.length : fit(data, plain.length, width - dots));
    if (!is_whole) mlci_text_append(out, "...", dots);
    mlci_text_clear(&plain);
}

static int64_t shown_row(const table_view *view, int64_t i)
{
    return i < view->n_head ? i : view->dataset->n_rows - view->n_tail + (i - view->n_head);
}

/* Formats the header and the rows shown; widths grow with them. */
static void fill_cells(table_view *view, int64_t most_width)
{
    mlci_text cell = mlci_text_init(view->cells.root);
    const int64_t n_rows = view->n_head + view->n_tail;
    for (int64_t i = -1; i < n_rows && !view->cells.failed; i++) {
        for (int64_t j = 0; j < view->n_columns; j++) {
            const mlci_shown *const shown = &view->columns[j];
            const int64_t start = view->cells.length;
            const int64_t row =
                i < 0 ? -1 : mlci_dataset_source_row(view->dataset, shown_row(view, i));
            cell.length = 0;
            if (i < 0) {
                mlci_shown_name(shown, &cell);
            } else if (mlci_shown_is_valid(shown, row)) {
                mlci_cell_append(shown, row, view->digits, &cell);
            } else {
                mlci_text_append_char(&cell, '-');
            }
            if (cell.failed) view->cells.failed = 1;
            append_cut(cell.data == NULL ? "" : cell.data, cell.length, most_width, &view->cells);
            view->ends[(i + 1) * view->n_columns + j] = view->cells.length;
            if (view->cells.failed) break;
            const int64_t width =
                view->cells.length == start
                    ? 0
                    : mlci_text_width(view->cells.data + start, view->cells.length - start);
            if (width > view->widths[j]) view->widths[j] = width;
        }
    }
    mlci_text_clear(&cell);
}

static void append_line(const table_view *view, int64_t line, int64_t n_columns, mlci_text *out)
{
    int64_t pad = 0; /* blanks owed, so that no line ends in some */
    for (int64_t j = 0; j < n_columns; j++) {
        const int64_t k = line * view->n_columns + j;
        const int64_t start = k == 0 ? 0 : view->ends[k - 1], n = view->ends[k] - start;
        const char *const text = n == 0 ? "" : view->cells.data + start;
        const int64_t space = view->widths[j] - (n == 0 ? 0 : mlci_text_width(text, n));
        const int is_right = is_number(&view->columns[j]);
        if (j > 0) pad += GAP;
        if (is_right) pad += space;
        if (n > 0) {
            mlci_text_append_spaces(out, pad);
            mlci_text_append(out, text, n);
            pad = 0;
        }
        if (!is_right) pad += space;
    }
    if (n_columns < view->n_all_columns) {
        mlci_text_append_spaces(out, pad + GAP);
        mlci_text_append_text(out, "...");
    }
    mlci_text_append_char(out, '\n');
}

/* Columns that fit into the width, at least one. */
static int64_t count_fitting(const table_view *view, int64_t max_width)
{
    int64_t used = 0, n = 0;
    for (; n < view->n_columns; n++) {
        const int64_t with = used + (n > 0 ? GAP : 0) + view->widths[n];
        const int is_last = n + 1 == view->n_all_columns;
        if (n > 0 && with + (is_last ? 0 : GAP + 3) > max_width) break;
        used = with;
    }
    return n;
}

static void append_hidden(int64_t n, const char *what, mlci_text *out)
{
    if (n > 0)
        mlci_text_append_format(out, "... %lld more %s%s\n", (long long)n, what, n == 1 ? "" : "s");
}

static void append_table(const table_view *view, int64_t max_width, mlci_text *out)
{
    const int64_t n = count_fitting(view, max_width);
    const int64_t n_rows = view->n_head + view->n_tail;
    const int64_t hidden = view->dataset->n_rows - n_rows;
    append_line(view, 0, n, out);
    for (int64_t i = 0; i < n_rows; i++) {
        if (i == view->n_head) append_hidden(hidden, "row", out);
        append_line(view, i + 1, n, out);
    }
    if (view->n_tail == 0) append_hidden(hidden, "row", out);
    append_hidden(view->n_all_columns - n, "column", out);
}

static mlc_status format_table(const mlc_dataset *dataset, int64_t max_rows, int64_t max_width,
                               int32_t digits, mlci_text *out, mlc_error *err)
{
    table_view view = {.dataset = dataset, .digits = digits, .n_head = dataset->n_rows};
    if (dataset->n_fields == 0) {
        mlci_text_append_format(out, "%lld rows without columns\n", (long long)dataset->n_rows);
        return MLC_OK;
    }
    if (dataset->n_rows > max_rows) {
        view.n_head = (max_rows + 1) / 2;
        view.n_tail = max_rows / 2;
    }
    view.cells = mlci_text_init(dataset->root);
    /* Each column takes three columns of the terminal or more. */
    MLCI_TRY(mlci_shown_columns(dataset, max_width / (GAP + 1) + 1, &view.columns, &view.n_columns,
                                &view.n_all_columns, err));
    const int64_t n_lines = view.n_head + view.n_tail + 1;
    mlc_status status = MLC_OK;
    view.widths = mlci_alloc(dataset->root, view.n_columns, (int64_t)sizeof *view.widths);
    view.ends =
        n_lines > INT64_MAX / 1000000 / 8
            ? NULL
            : mlci_alloc(dataset->root, n_lines * view.n_columns, (int64_t)sizeof *view.ends);
    if (view.widths == NULL || view.ends == NULL) {
        status = mlci_fail_memory(err, n_lines, 8 * view.n_columns);
    } else {
        fill_cells(&view, max_width < MOST_TEXT_WIDTH ? max_width : MOST_TEXT_WIDTH);
        status = mlci_text_status(&view.cells, err);
        if (status == MLC_OK) append_table(&view, max_width, out);
    }
    mlci_free(view.ends);
    mlci_free(view.widths);
    mlci_free(view.columns);
    mlci_text_clear(&view.cells);
    return status;
}

/* ---- the public function -------------------------------------------------------------------- */

mlc_status mlc_dataset_format(const mlc_dataset *dataset, const char *settings, mlc_buffer **out,
                              mlc_error *err)
{
    if (dataset == NULL || out == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, NULL, "dataset and out must not be NULL");
    }
    format_settings s = {0};
    MLCI_TRY(mlci_params_from_text(dataset->root, "format", params, NULL, settings, &s, err));
    const int is_table = s.format == FORMAT_TABLE;
    if (s.max_rows == MLCI_NONE_INTEGER) s.max_rows = is_table ? TABLE_ROWS : INT64_MAX;
    if (s.digits == MLCI_NONE_INTEGER) s.digits = is_table ? TABLE_DIGITS : 0;
    const int64_t n_rows = dataset->n_rows < s.max_rows ? dataset->n_rows : s.max_rows;
    const int32_t digits = (int32_t)s.digits;
    mlci_text text = mlci_text_init(dataset->root);
    mlc_status status = MLC_OK;
    if (is_table) {
        status = format_table(dataset, s.max_rows, s.max_width, digits, &text, err);
    } else if (s.format == FORMAT_CSV) {
        status = format_csv(dataset, n_rows, digits, &text, err);
    } else {
        format_json(dataset, n_rows, digits, &text);
    }
    if (status == MLC_OK) status = mlci_text_to_buffer(&text, out, err);
    mlci_text_clear(&text);
    mlci_params_clear(params, &s);
    return status;
}
