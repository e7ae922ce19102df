/* Writing JSON Lines that read back to the same values: reals with a point or an exponent, so that
 * they stay reals, in the shortest exact form; vectors as arrays, timestamps as ISO texts, missing
 * values as null. JSON has no word for infinity and NaN: 1e999 is read as infinity by everyone, and
 * NaN is written as Python does, or as null on request. O(cells). */
#include <math.h>
#include <string.h>

#include "cell.h"
#include "format.h"
#include "format_batches.h"
#include "format_sinks.h"
#include "jsonl.h"
#include "line_sink.h"
#include "number.h"
#include "timestamp.h"

typedef struct write_settings {
    int32_t nan;
} write_settings;

#define NAN_WORD 0
#define NAN_NULL 1

static const mlci_choice nan_choices[] = {
    {"word", NAN_WORD, "the word NaN, which JSON does not have but many read"},
    {"null", NAN_NULL, "null: such values are missing afterwards"},
    {NULL, 0, NULL}};

static const mlci_param table[] = {
    MLCI_CHOICE(write_settings, nan, NAN_WORD, nan_choices, "how NaN is written", .since = "0.1"),
    {.name = NULL}};

/* ---- values ------------------------------------------------------------------------------- */

/* A real that reads back as one: 3 is written 3.0. */
static void append_real(const char *text, double value, int32_t nan, mlci_text *out)
{
    if (isnan(value)) {
        mlci_text_append_text(out, nan == NAN_WORD ? "NaN" : "null");
    } else if (isinf(value)) {
        mlci_text_append_text(out, value < 0 ? "-1e999" : "1e999");
    } else {
        mlci_text_append_text(out, text);
        if (strpbrk(text, ".e") == NULL) mlci_text_append_text(out, ".0");
    }
}

static void append_float64(double value, int32_t nan, mlci_text *out)
{
    char text[MLCI_NUMBER_SIZE];
    (void)mlci_real_format(value, text);
    append_real(text, value, nan, out);
}

static void append_vector(const mlci_column *c, int64_t row, int32_t nan, mlci_text *out)
{
    mlci_text_append_char(out, '[');
    for (int64_t k = 0; k < c->width; k++) {
        if (k > 0) mlci_text_append_char(out, ',');
        append_float64(mlci_cell_component(c, row, k), nan, out);
    }
    mlci_text_append_char(out, ']');
}

static void append_value(const mlci_column *c, int64_t row, int32_t nan, mlci_text *out)
{
    char text[MLCI_TIMESTAMP_SIZE], number[MLCI_NUMBER_SIZE];
    int64_t length = 0;
    double value = 0;
    switch (c->type) {
    case MLC_TYPE_TEXT:
    case MLC_TYPE_CATEGORY: {
        const char *const bytes = mlci_column_text(c, row, &length);
        mlci_text_append_json(out, bytes == NULL ? "" : bytes, length);
        break;
    }
    case MLC_TYPE_INT64:
        mlci_text_append_integer(out, ((const int64_t *)c->values)[row]);
        break;
    case MLC_TYPE_TIMESTAMP:
        length = mlci_timestamp_format(((const int64_t *)c->values)[row], text);
        mlci_text_append_json(out, text, length);
        break;
    case MLC_TYPE_BOOL:
        mlci_column_reals(c, row, 1, &value, 1);
        mlci_text_append_text(out, value != 0 ? "true" : "false");
        break;
    case MLC_TYPE_FLOAT32:
        (void)mlci_float_format(((const float *)c->values)[row], number);
        append_real(number, (double)((const float *)c->values)[row], nan, out);
        break;
    case MLC_TYPE_VECTOR:
        append_vector(c, row, nan, out);
        break;
    default:
        append_float64(((const double *)c->values)[row], nan, out);
    }
}

/* ---- lines -------------------------------------------------------------------------------- */

typedef struct json_lines {
    mlci_root *root;
    int32_t nan;
    const mlc_dataset *rows;
    mlci_text keys; /* what stands before each value: {"a": ,"b": */
    int64_t *ends;  /* of them; NULL before the first rows */
} json_lines;

/* Keys are written once: all rows have the same. */
static mlc_status make_keys(json_lines *lines, mlc_error *err)
{
    const mlc_dataset *const rows = lines->rows;
    lines->ends = mlci_alloc(lines->root, rows->n_fields, (int64_t)sizeof *lines->ends);
    if (lines->ends == NULL) {
        return mlci_fail_memory(err, rows->n_fields, (int64_t)sizeof *lines->ends);
    }
    for (int32_t j = 0; j < rows->n_fields; j++) {
        const char *const name = rows->fields[j].name;
        mlci_text_append_char(&lines->keys, j == 0 ? '{' : ',');
        mlci_text_append_json(&lines->keys, name, (int64_t)strlen(name));
        mlci_text_append_char(&lines->keys, ':');
        lines->ends[j] = lines->keys.length;
    }
    return mlci_text_status(&lines->keys, err);
}

static mlc_status lay_out(void *self, const mlc_dataset *rows, mlc_error *err)
{
    json_lines *const lines = self;
    lines->rows = rows;
    return lines->ends == NULL ? make_keys(lines, err) : MLC_OK;
}

static void append_row(const json_lines *lines, int64_t row, mlci_text *out)
{
    int64_t from = 0;
    for (int32_t j = 0; j < lines->rows->n_fields; j++) {
        const mlci_column *const column = lines->rows->fields[j].column;
        mlci_text_append(out, lines->keys.data + from, lines->ends[j] - from);
        from = lines->ends[j];
        if (mlci_column_is_valid(column, row)) {
            append_value(column, row, lines->nan, out);
        } else {
            mlci_text_append_text(out, "null");
        }
    }
    mlci_text_append_text(out, lines->rows->n_fields == 0 ? "{}\n" : "}\n");
}

static void append_rows(const void *self, int64_t first, int64_t end, mlci_text *out)
{
    const json_lines *const lines = self;
    for (int64_t i = first; i < end && !out->failed; i++)
        append_row(lines, mlci_dataset_source_row(lines->rows, i), out);
}

static void close_lines(void *self)
{
    json_lines *const lines = self;
    mlci_text_clear(&lines->keys);
    mlci_free(lines->ends);
    mlci_free(lines);
}

static const mlci_line_format format = {
    .lay_out = lay_out, .append_rows = append_rows, .close = close_lines};

mlc_status mlci_jsonl_open_sink(mlc_context *call, const char *path, const char *settings,
                                mlci_row_sink *out, mlc_error *err)
{
    mlci_root *const root = call->root;
    write_settings s = {0};
    MLCI_TRY(mlci_params_from_text(root, "the JSON Lines writer", table, NULL, settings, &s, err));
    mlci_params_clear(table, &s);
    json_lines *const lines = mlci_alloc(root, 1, (int64_t)sizeof *lines);
    if (lines == NULL) return mlci_fail_memory(err, 1, (int64_t)sizeof *lines);
    *lines = (json_lines){.root = root, .nan = s.nan, .keys = mlci_text_init(root)};
    return mlci_line_sink_open(call, path, &format, lines, out, err);
}

/* ---- format ------------------------------------------------------------------------------- */

static mlc_status read_lines(mlc_context *call, mlci_line_windows *windows, const mlc_dataset *like,
                             const char *settings, mlc_dataset **out, mlc_error *err)
{
    mlci_jsonl_settings s = {0};
    MLCI_TRY(mlci_jsonl_settings_read(call->root, settings, &s, err));
    s.like = like;
    const mlc_status status = mlci_jsonl_read(call, windows, &s, MLCI_JSONL_CHUNK_BYTES, out, err);
    mlci_jsonl_settings_clear(&s);
    return status;
}

static int sniff(const char *bytes, int64_t n)
{
    int64_t i = n >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    while (i < n && strchr(" \t\r\n", bytes[i]) != NULL && bytes[i] != '\0')
        i++;
    return i < n && bytes[i] == '{';
}

const mlci_format mlci_format_jsonl = {
    .name = "jsonl",
    .endings = "jsonl,ndjson",
    .doc = "JSON Lines",
    .sniff = sniff,
    .read_lines = read_lines,
    .open_batches = mlci_jsonl_open_batches,
    .open_sink = mlci_jsonl_open_sink,
};
