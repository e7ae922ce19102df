/* Rows as lines of CSV. A text stands in quotes where it would not read as it is: with the
 * delimiter, quotes, line ends, blanks at its ends, nothing at all, or a word that means missing.
 *
 * Cells go straight into room that is made for a whole line; only texts ask for more. Categories
 * that repeat are quoted once each. O(bytes written). */
#include "csv_rows.h"

#include <string.h>

#include "csv.h"
#include "number.h"
#include "timestamp.h"

_Static_assert(MLCI_NUMBER_SIZE < MLCI_CSV_CELL_BYTES && MLCI_TIMESTAMP_SIZE < MLCI_CSV_CELL_BYTES,
               "a number or a time fits a cell beside a delimiter");

/* ---- texts ---------------------------------------------------------------------------------- */

/* Is one of n bytes a delimiter, a quote or part of a line end? Without a way out in the middle, so
 * that many are looked at at once. */
static inline uint8_t has_special(const char *text, int64_t n, char delimiter)
{
    uint8_t found = 0;
    for (int64_t i = 0; i < n; i++) {
        found |= (uint8_t)((text[i] == delimiter) | (text[i] == '"') | (text[i] == '\n') |
                           (text[i] == '\r'));
    }
    return found;
}

/* By blocks of a fixed size, the last of which may overlap the one before. */
static int is_special(const char *text, int64_t n, char delimiter)
{
    enum { LONG = 32, SHORT = 8 };
    uint8_t found = 0;
    if (n < SHORT) return has_special(text, n, delimiter);
    if (n < LONG) {
        for (int64_t i = 0; i + SHORT < n; i += SHORT)
            found |= has_special(text + i, SHORT, delimiter);
        return found | has_special(text + n - SHORT, SHORT, delimiter);
    }
    for (int64_t i = 0; i + LONG < n; i += LONG)
        found |= has_special(text + i, LONG, delimiter);
    return found | has_special(text + n - LONG, LONG, delimiter);
}

static int needs_quotes(const char *text, int64_t n, char delimiter)
{
    if (n == 0) return 1;
    if (n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) return 1; /* no byte-order mark */
    return is_special(text, n, delimiter) || mlci_csv_is_blank(text[0]) ||
           mlci_csv_is_blank(text[n - 1]) || mlci_csv_is_default_null(text, n);
}

static char *put_quoted(const char *text, int64_t n, char *at)
{
    *at++ = '"';
    for (int64_t from = 0; from < n;) {
        const char *const quote = memchr(text + from, '"', (size_t)(n - from));
        const int64_t end = quote == NULL ? n : quote - text + 1;
        memcpy(at, text + from, (size_t)(end - from));
        at += end - from;
        if (quote != NULL) *at++ = '"';
        from = end;
    }
    *at++ = '"';
    return at;
}

/* Most bytes that a text of n may take. */
static int64_t quoted_bytes(int64_t n)
{
    return 2 * n + 2;
}

/* A text into room for it in quotes; returns where it ends. */
static char *put_text(const char *text, int64_t n, char delimiter, char *at)
{
    if (needs_quotes(text, n, delimiter)) return put_quoted(text, n, at);
    memcpy(at, text, (size_t)n);
    return at + n;
}

/* ---- cells ---------------------------------------------------------------------------------- */

/* A line in the making. */
typedef struct line {
    mlci_text *out;
    int64_t room; /* for all of its cells that are no texts */
    char *at;     /* NULL: no memory */
} line;

/* Room for n more bytes and the rest of the line. */
static void make_room(line *l, int64_t n)
{
    if (l->at != NULL) l->out->length = l->at - l->out->data;
    l->at = mlci_text_room(l->out, n + l->room);
}

static void write_text(line *l, const char *text, int64_t n, char delimiter)
{
    make_room(l, quoted_bytes(n));
    if (l->at != NULL) l->at = put_text(text, n, delimiter, l->at);
}

static void write_category(line *l, const mlci_csv_field *field, int32_t code, char delimiter)
{
    if (field->forms == NULL) {
        int64_t n = 0;
        const char *const text = mlci_dictionary_text(field->column->dictionary, code, &n);
        write_text(l, text, n, delimiter);
        return;
    }
    const char *const form = field->forms + field->form_ends[code];
    const int64_t n = field->form_ends[code + 1] - field->form_ends[code];
    if (n <= MLCI_CSV_CELL_BYTES) {
        memcpy(l->at, form, MLCI_CSV_CELL_BYTES); /* cheaper than the right number */
    } else {
        make_room(l, n);
        if (l->at == NULL) return;
        memcpy(l->at, form, (size_t)n);
    }
    l->at += n;
}

static int32_t format_real(double value, int32_t digits, char *at)
{
    return digits == 0 ? mlci_real_format(value, at) : mlci_real_format_digits(value, digits, at);
}

static int32_t format_bool(const uint8_t *bits, int64_t row, char *at)
{
    const int is_true = bits[row >> 3] >> (row & 7) & 1;
    memcpy(at, is_true ? "true " : "false", 5);
    return 5 - is_true;
}

/* A value that is there and no text: its length. */
static int32_t format_value(const mlci_csv_field *field, int64_t row, int32_t digits, char *at)
{
    const mlci_column *const column = field->column;
    const void *const values = column->values;
    switch (column->type) {
    case MLC_TYPE_BOOL:
        return format_bool(values, row, at);
    case MLC_TYPE_INT64:
        return mlci_integer_format(((const int64_t *)values)[row], at);
    case MLC_TYPE_TIMESTAMP:
        return mlci_timestamp_format(((const int64_t *)values)[row], at);
    case MLC_TYPE_FLOAT32:
        return digits == 0 ? mlci_float_format(((const float *)values)[row], at)
                           : format_real((double)((const float *)values)[row], digits, at);
    case MLC_TYPE_VECTOR:
        return format_real(mlci_cell_component(column, row, field->component), digits, at);
    default:
        return format_real(((const double *)values)[row], digits, at);
    }
}

static void write_cell(line *l, const mlci_csv_rows *rows, const mlci_csv_field *field, int64_t row)
{
    const mlci_column *const column = field->column;
    if (!mlci_column_is_valid(column, row)) {
        /* The only cell of a line: an empty line would be skipped. */
        if (rows->n_fields == 1) l->at = (char *)memcpy(l->at, "NA", 2) + 2;
    } else if (column->type == MLC_TYPE_CATEGORY) {
        write_category(l, field, mlci_column_code(column, row), rows->delimiter);
    } else if (column->type == MLC_TYPE_TEXT) {
        const int64_t *const offsets = column->offsets + row;
        write_text(l, (const char *)column->values + offsets[0], offsets[1] - offsets[0],
                   rows->delimiter);
    } else {
        l->at += format_value(field, row, rows->digits, l->at);
    }
}

void mlci_csv_append_rows(const mlci_csv_rows *rows, int64_t first, int64_t end, mlci_text *out)
{
    line l = {.out = out, .room = (rows->n_fields + 1) * (MLCI_CSV_CELL_BYTES + 1)};
    if (first < end) make_room(&l, 0);
    for (int64_t i = first; i < end && l.at != NULL; i++) {
        const int64_t row = mlci_dataset_source_row(rows->dataset, i);
        for (int64_t j = 0; j < rows->n_fields && l.at != NULL; j++) {
            if (j > 0) *l.at++ = rows->delimiter;
            write_cell(&l, rows, &rows->fields[j], row);
        }
        if (l.at == NULL) return;
        *l.at++ = '\n';
        make_room(&l, 0);
    }
}

mlc_status mlci_csv_append_names(const mlci_csv_rows *rows, mlci_text *out, mlc_error *err)
{
    mlci_shown *columns = NULL;
    int64_t n = 0, n_all = 0;
    MLCI_TRY(mlci_shown_columns(rows->dataset, INT64_MAX, &columns, &n, &n_all, err));
    line l = {.out = out};
    mlci_text name = mlci_text_init(out->root);
    make_room(&l, 1);
    for (int64_t j = 0; j < n && l.at != NULL; j++) {
        if (j > 0) *l.at++ = rows->delimiter;
        name.length = 0;
        mlci_shown_name(&columns[j], &name);
        l.room = 1; /* the next delimiter, or the line end */
        if (name.failed) out->failed = 1;
        write_text(&l, name.data == NULL ? "" : name.data, name.length, rows->delimiter);
    }
    if (l.at != NULL) {
        *l.at++ = '\n';
        make_room(&l, 0);
    }
    mlci_text_clear(&name);
    mlci_free(columns);
    return mlci_text_status(out, err);
}

/* ---- categories ----------------------------------------------------------------------------- */

/* The forms of categories. */
static mlc_status prepare_forms(mlci_csv_field *field, char delimiter, mlc_error *err)
{
    mlci_root *const root = field->column->root;
    const mlci_dictionary *const dictionary = field->column->dictionary;
    const int32_t n = dictionary->n;
    /* Offsets count a byte more a text than it has. */
    const int64_t room = 2 * dictionary->offsets[n] + MLCI_CSV_CELL_BYTES;
    field->form_ends = mlci_alloc(root, (int64_t)n + 1, (int64_t)sizeof *field->form_ends);
    field->forms = mlci_alloc(root, room, 1);
    if (field->form_ends == NULL || field->forms == NULL) return mlci_fail_memory(err, room, 1);
    char *at = field->forms;
    for (int32_t i = 0; i < n; i++) {
        int64_t length = 0;
        const char *const text = mlci_dictionary_text(dictionary, i, &length);
        at = put_text(text, length, delimiter, at);
        field->form_ends[i + 1] = at - field->forms;
    }
    return MLC_OK;
}

mlc_status mlci_csv_rows_open(const mlc_dataset *dataset, int64_t n_rows, char delimiter,
                              int32_t digits, mlci_csv_rows *rows, mlc_error *err)
{
    mlci_shown *columns = NULL;
    int64_t n = 0, n_all = 0;
    *rows = (mlci_csv_rows){.dataset = dataset, .delimiter = delimiter, .digits = digits};
    MLCI_TRY(mlci_shown_columns(dataset, INT64_MAX, &columns, &n, &n_all, err));
    rows->fields = mlci_alloc(dataset->root, n, (int64_t)sizeof *rows->fields);
    mlc_status status = MLC_OK;
    if (rows->fields == NULL) {
        status = mlci_fail_memory(err, n, (int64_t)sizeof *rows->fields);
    }
    for (int64_t j = 0; j < n && status == MLC_OK; j++) {
        mlci_csv_field *const field = &rows->fields[rows->n_fields++];
        field->column = columns[j].field->column;
        field->component = columns[j].component;
        if (field->column->type == MLC_TYPE_CATEGORY && field->column->dictionary->n <= n_rows) {
            status = prepare_forms(field, delimiter, err);
        }
    }
    mlci_free(columns);
    if (status != MLC_OK) mlci_csv_rows_close(rows);
    return status;
}

void mlci_csv_rows_close(mlci_csv_rows *rows)
{
    for (int64_t j = 0; j < rows->n_fields; j++) {
        mlci_free(rows->fields[j].form_ends);
        mlci_free(rows->fields[j].forms);
    }
    mlci_free(rows->fields);
    rows->fields = NULL;
    rows->n_fields = 0;
}
