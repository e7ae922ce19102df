/* Lines of libsvm text into labels, groups and entries. Indices must ascend in a line, as libsvm
 * itself asks. O(bytes). */
#include <stdio.h>
#include <string.h>

#include "libsvm.h"
#include "number.h"

typedef struct line_reader {
    mlci_libsvm_rows *rows;
    const char *start, *at, *end;
} line_reader;

static int is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

#define SHOWN_BYTES 40 /* of a word that a message quotes */

/* ---- faults ------------------------------------------------------------------------------- */

static void fault(line_reader *r, const char *at, const char *text, int64_t n, const char *what)
{
    mlci_libsvm_rows *const rows = r->rows;
    char word[SHOWN_BYTES + 1] = "";
    int64_t shown = n < SHOWN_BYTES ? n : SHOWN_BYTES;
    while (shown > 0 && shown < n && ((unsigned char)text[shown] & 0xc0) == 0x80)
        shown--;
    for (int64_t i = 0; i < shown; i++)
        word[i] = (unsigned char)text[i] < ' ' ? '?' : text[i];
    rows->fault = MLC_ERROR_FORMAT;
    rows->fault_column = at - r->start + 1;
    const int length = snprintf(rows->fault_message, sizeof rows->fault_message, "'%s%s' %s", word,
                                shown < n ? "..." : "", what);
    mlci_cut_text(rows->fault_message, sizeof rows->fault_message, length);
}

/* ---- rooms -------------------------------------------------------------------------------- */

static int resize(mlci_root *root, void *items, int64_t capacity, int64_t size)
{
    void **const block = items;
    void *const moved = mlci_realloc(root, *block, capacity, size);
    if (moved != NULL) *block = moved;
    return moved != NULL;
}

static mlc_status make_room_for_row(mlci_libsvm_rows *rows, mlc_error *err)
{
    if (rows->n_rows < rows->rows_capacity) return MLC_OK;
    const int64_t capacity = rows->rows_capacity == 0 ? 64 : 2 * rows->rows_capacity;
    if (!resize(rows->root, &rows->labels, capacity, (int64_t)sizeof *rows->labels) ||
        !resize(rows->root, &rows->groups, capacity, (int64_t)sizeof *rows->groups) ||
        !resize(rows->root, &rows->starts, capacity, (int64_t)sizeof *rows->starts) ||
        !resize(rows->root, &rows->ends, capacity, (int64_t)sizeof *rows->ends)) {
        return mlci_fail_memory(err, capacity, 4 * (int64_t)sizeof *rows->ends);
    }
    rows->rows_capacity = capacity;
    return MLC_OK;
}

static mlc_status make_room_for_entry(mlci_libsvm_rows *rows, mlc_error *err)
{
    if (rows->n < rows->capacity) return MLC_OK;
    const int64_t capacity = rows->capacity == 0 ? 256 : 2 * rows->capacity;
    if (!resize(rows->root, &rows->indices, capacity, (int64_t)sizeof *rows->indices) ||
        !resize(rows->root, &rows->values, capacity, (int64_t)sizeof *rows->values)) {
        return mlci_fail_memory(err, capacity, (int64_t)sizeof *rows->values);
    }
    rows->capacity = capacity;
    return MLC_OK;
}

/* ---- tokens ------------------------------------------------------------------------------- */

/* The next word of the line; 0 at its end. */
static int64_t next_word(line_reader *r, const char **word)
{
    while (r->at < r->end && is_blank(*r->at))
        r->at++;
    *word = r->at;
    while (r->at < r->end && !is_blank(*r->at))
        r->at++;
    return r->at - *word;
}

static int read_label(line_reader *r)
{
    const char *word;
    int64_t integer = 0;
    const int64_t n = next_word(r, &word);
    double *const label = &r->rows->labels[r->rows->n_rows];
    if (mlci_integer_parse(word, n, &integer)) {
        *label = (double)integer;
        /* A double has to hold it: labels go through doubles. */
        if (integer > INT64_C(1) << 53 || integer < -(INT64_C(1) << 53)) r->rows->has_reals = 1;
        return 1;
    }
    r->rows->has_reals = 1;
    if (mlci_real_parse(word, n, label)) return 1;
    fault(r, word, word, n,
          memchr(word, ',', (size_t)n) != NULL
              ? "are several labels: rows with one label each are read"
              : "is no label: a line starts with a number");
    return 0;
}

static int is_group(const char *word, int64_t n)
{
    return n >= 4 && memcmp(word, "qid:", 4) == 0;
}

static int read_group(line_reader *r, const char *word, int64_t n)
{
    if (!mlci_integer_parse(word + 4, n - 4, &r->rows->groups[r->rows->n_rows])) {
        fault(r, word, word, n, "is no group: qid: needs a whole number");
        return 0;
    }
    return 1;
}

static int read_entry(line_reader *r, const char *word, int64_t n, int64_t *before)
{
    const char *const colon = memchr(word, ':', (size_t)n);
    int64_t index = 0;
    double value = 0;
    if (colon == NULL || !mlci_integer_parse(word, colon - word, &index) || *word == '+') {
        fault(r, word, word, n, "is not of the form index:value");
        return 0;
    }
    if (*word == '-' || index >= INT32_MAX) {
        fault(r, word, word, n, "has an index that is not from 0 to 2147483646");
        return 0;
    }
    if (index <= *before) {
        fault(r, word, word, n, "does not ascend: indices rise along a line");
        return 0;
    }
    if (!mlci_real_parse(colon + 1, word + n - colon - 1, &value)) {
        fault(r, colon + 1, word, n, "has a value that is no number");
        return 0;
    }
    mlci_libsvm_rows *const rows = r->rows;
    *before = index;
    rows->indices[rows->n] = (int32_t)index;
    rows->values[rows->n++] = value;
    if (index < rows->low) rows->low = (int32_t)index;
    if (index > rows->high) rows->high = (int32_t)index;
    return 1;
}

static mlc_status read_line(line_reader *r, int64_t start, mlc_error *err)
{
    mlci_libsvm_rows *const rows = r->rows;
    const char *word;
    int64_t before = -1, has_group = 0;
    MLCI_TRY(make_room_for_row(rows, err));
    rows->groups[rows->n_rows] = 0;
    rows->fault_at = start;
    if (!read_label(r)) return MLC_OK;
    for (int64_t n = next_word(r, &word), k = 0; n > 0; n = next_word(r, &word), k++) {
        if (k == 0 && is_group(word, n)) {
            if (!read_group(r, word, n)) return MLC_OK;
            has_group = 1;
            continue;
        }
        MLCI_TRY(make_room_for_entry(rows, err));
        if (!read_entry(r, word, n, &before)) return MLC_OK;
    }
    int64_t *const first = has_group ? &rows->first_group : &rows->first_plain;
    if (*first < 0) *first = rows->n_rows;
    rows->starts[rows->n_rows] = start;
    rows->ends[rows->n_rows++] = rows->n;
    return MLC_OK;
}

static int is_blank_line(const char *text, const char *end)
{
    while (text < end && is_blank(*text))
        text++;
    return text == end;
}

/* The line at `start`, without its comment, and where the next one starts. */
static const char *cut_line(const char *start, const char *end, const char **next)
{
    const char *const stop = memchr(start, '\n', (size_t)(end - start));
    const char *const line_end = stop == NULL ? end : stop;
    const char *const comment = memchr(start, '#', (size_t)(line_end - start));
    *next = stop == NULL ? end : stop + 1;
    return comment == NULL ? line_end : comment;
}

int mlci_libsvm_has_row(const char *bytes, int64_t n)
{
    for (const char *at = bytes, *next; at < bytes + n; at = next) {
        if (!is_blank_line(at, cut_line(at, bytes + n, &next))) return 1;
    }
    return 0;
}

/* Rows wait for those of other chunks: what is spare is given back. */
static mlc_status trim(mlci_libsvm_rows *rows, mlc_error *err)
{
    if (rows->first_group < 0) {
        mlci_free(rows->groups);
        rows->groups = NULL;
    }
    if (rows->n_rows == 0) return MLC_OK;
    rows->rows_capacity = rows->n_rows;
    rows->capacity = rows->n;
    if (resize(rows->root, &rows->labels, rows->n_rows, (int64_t)sizeof *rows->labels) &&
        resize(rows->root, &rows->starts, rows->n_rows, (int64_t)sizeof *rows->starts) &&
        resize(rows->root, &rows->ends, rows->n_rows, (int64_t)sizeof *rows->ends) &&
        resize(rows->root, &rows->indices, rows->n, (int64_t)sizeof *rows->indices) &&
        resize(rows->root, &rows->values, rows->n, (int64_t)sizeof *rows->values)) {
        return MLC_OK;
    }
    return mlci_fail_memory(err, rows->n, (int64_t)sizeof *rows->values);
}

mlc_status mlci_libsvm_parse(mlci_libsvm_rows *rows, mlci_root *root, const char *bytes,
                             int64_t begin, int64_t end, mlc_error *err)
{
    *rows = (mlci_libsvm_rows){
        .root = root, .low = INT32_MAX, .high = -1, .first_group = -1, .first_plain = -1};
    const char *next = bytes + begin;
    for (const char *at = next; at < bytes + end && rows->fault == MLC_OK; at = next) {
        line_reader r = {rows, at, at, cut_line(at, bytes + end, &next)};
        if (!is_blank_line(at, r.end)) MLCI_TRY(read_line(&r, at - bytes, err));
    }
    return rows->fault == MLC_OK ? trim(rows, err) : MLC_OK;
}

void mlci_libsvm_rows_clear(mlci_libsvm_rows *rows)
{
    mlci_free(rows->labels);
    mlci_free(rows->groups);
    mlci_free(rows->starts);
    mlci_free(rows->ends);
    mlci_free(rows->indices);
    mlci_free(rows->values);
    *rows = (mlci_libsvm_rows){0};
}
