/* Writing CSV that reads back to the same values: numbers in the shortest exact form, missing
 * ones empty, texts in quotes where they would not read as they are (delimiter, quote, line end,
 * blanks at the ends, nothing, or a word that means missing). Blocks of rows are formatted, and for
 * a .gz packed, side by side, a group of them at a time; each packed block is a member of the gzip
 * file, so that the bytes are the same for any number of threads. O(cells). */
#include <string.h>

#include "cell.h"
#include "csv.h"
#include "file.h"
#include "gzip.h"
#include "param.h"

#define BLOCK_ROWS 16384
#define GROUP_BLOCKS 16 /* formatted before they are written */

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

typedef struct writer {
    const mlc_dataset *dataset;
    mlci_root *root;
    mlc_context *call;
    mlci_shown *columns;
    int64_t n_columns;
    char delimiter;
    int32_t is_packed;
    int32_t is_begun;             /* the header is written */
    int64_t next_row;             /* to be formatted */
    int64_t first_row;            /* of the group */
    int64_t n_blocks, next_block; /* of the group: formatted, to be written */
    mlci_text header;
    mlci_text blocks[GROUP_BLOCKS];
} writer;

/* Replaces the text by what it packs to. */
static mlc_status pack(mlci_text *text, mlci_root *root, mlc_error *err)
{
    char *packed = NULL;
    int64_t n = 0;
    MLCI_TRY(mlci_text_status(text, err));
    MLCI_TRY(mlci_gzip(root, text->length == 0 ? "" : text->data, text->length, &packed, &n, err));
    mlci_text_clear(text);
    *text = (mlci_text){.root = root, .data = packed, .length = n, .capacity = n};
    return MLC_OK;
}

static mlc_status format_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    writer *const w = arg;
    mlci_text *const out = &w->blocks[block];
    const int64_t first = w->first_row + block * BLOCK_ROWS;
    const int64_t left = w->dataset->n_rows - first;
    const int64_t end = first + (left < BLOCK_ROWS ? left : BLOCK_ROWS);
    (void)slot;
    out->length = 0;
    for (int64_t i = first; i < end && !out->failed; i++) {
        mlci_csv_append_row(w->columns, w->n_columns, mlci_dataset_source_row(w->dataset, i),
                            w->delimiter, 0, out);
    }
    return w->is_packed ? pack(out, w->root, err) : mlci_text_status(out, err);
}

static mlc_status format_header(writer *w, int32_t has_names, mlc_error *err)
{
    if (has_names) mlci_csv_append_header(w->columns, w->n_columns, w->delimiter, &w->header);
    /* Packed nothing is a member as well. */
    return w->is_packed ? pack(&w->header, w->root, err) : mlci_text_status(&w->header, err);
}

/* The blocks after those that are written; none at the end. */
static mlc_status format_group(writer *w, mlc_error *err)
{
    const int64_t n_left = (w->dataset->n_rows - w->next_row + BLOCK_ROWS - 1) / BLOCK_ROWS;
    w->next_block = 0;
    w->n_blocks = n_left < GROUP_BLOCKS ? n_left : GROUP_BLOCKS;
    w->first_row = w->next_row;
    w->next_row += w->n_blocks * BLOCK_ROWS;
    return mlci_parallel_for(w->call, w->n_blocks, format_block, w, err);
}

/* The header, then a block after the other. */
static mlc_status give_piece(void *arg, const void **bytes, int64_t *n, mlc_error *err)
{
    writer *const w = arg;
    const mlci_text *piece = &w->header;
    if (w->is_begun || w->header.length == 0) {
        if (w->next_block == w->n_blocks) {
            if (w->next_row >= w->dataset->n_rows) return MLC_OK;
            MLCI_TRY(format_group(w, err));
        }
        piece = &w->blocks[w->next_block++];
    }
    w->is_begun = 1;
    *bytes = piece->data;
    *n = piece->length;
    return MLC_OK;
}

/* ---- which categories need quotes ----------------------------------------------------------- */

/* Asked once a category, where they are fewer than the rows. */
static mlc_status look_at_categories(writer *w, mlc_error *err)
{
    for (int64_t j = 0; j < w->n_columns; j++) {
        const mlci_column *const column = w->columns[j].field->column;
        if (column->type != MLC_TYPE_CATEGORY || column->dictionary->n > w->dataset->n_rows)
            continue;
        const int32_t n = column->dictionary->n;
        uint8_t *const quoted = mlci_alloc_raw(w->root, n, 1);
        if (quoted == NULL) return mlci_fail_memory(err, n, 1);
        w->columns[j].quoted = quoted;
        for (int32_t i = 0; i < n; i++) {
            int64_t length = 0;
            const char *const text = mlci_dictionary_text(column->dictionary, i, &length);
            quoted[i] = (uint8_t)needs_quotes(text, length, w->delimiter);
        }
    }
    return MLC_OK;
}

static void clear(writer *w)
{
    mlci_text_clear(&w->header);
    for (int b = 0; b < GROUP_BLOCKS; b++)
        mlci_text_clear(&w->blocks[b]);
    for (int64_t j = 0; j < w->n_columns; j++)
        mlci_free((void *)(uintptr_t)w->columns[j].quoted);
    mlci_free(w->columns);
}

static mlc_status prepare(writer *w, const write_settings *settings, mlc_error *err)
{
    int64_t n_all = 0;
    MLCI_TRY(find_delimiter(settings->delimiter, &w->delimiter, err));
    MLCI_TRY(mlci_shown_columns(w->dataset, INT64_MAX, &w->columns, &w->n_columns, &n_all, err));
    MLCI_TRY(look_at_categories(w, err));
    return format_header(w, settings->header, err);
}

static int ends_in_gz(const char *path)
{
    const size_t n = strlen(path);
    return n > 3 && strcmp(path + n - 3, ".gz") == 0;
}

/* Formats and writes, with the threads of the dataset's context. */
static mlc_status write_file(const mlc_dataset *dataset, const char *path,
                             const write_settings *settings, mlc_error *err)
{
    mlci_root *const root = dataset->root;
    mlc_context of_dataset = {.root = root, .n_references = 1}, local, *call = NULL;
    MLCI_TRY(mlci_call_begin(root == NULL ? NULL : &of_dataset, &local, MLCI_FIT, &call, err));
    writer w = {.dataset = dataset,
                .root = root,
                .call = call,
                .is_packed = ends_in_gz(path),
                .header = mlci_text_init(root)};
    for (int b = 0; b < GROUP_BLOCKS; b++)
        w.blocks[b] = mlci_text_init(root);
    const mlci_file_pieces pieces = {&w, give_piece};
    mlc_status status = prepare(&w, settings, err);
    if (status == MLC_OK) status = mlci_file_write_pieces(root, path, &pieces, 1, err);
    clear(&w);
    mlci_call_end(call);
    return status;
}

mlc_status mlc_dataset_write_csv(const mlc_dataset *dataset, const char *path, const char *settings,
                                 mlc_error *err)
{
    if (dataset == NULL || path == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, NULL, "dataset and path must not be NULL");
    }
    write_settings s = {0};
    MLCI_TRY(mlci_params_from_text(dataset->root, "write_csv", table, NULL, settings, &s, err));
    const mlc_status status = write_file(dataset, path, &s, err);
    mlci_params_clear(table, &s);
    return status;
}
