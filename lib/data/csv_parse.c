/* Single cells: what is missing, quoted, a number, a flag, a time. */
#include "csv.h"

#include <string.h>

#include "number.h"
#include "timestamp.h"

/* ---- missing -------------------------------------------------------------------------------- */

static mlc_status add_null(void *arg, const char *item, int64_t length, mlc_error *err)
{
    mlci_csv_nulls *const nulls = arg;
    if (length == 0) return MLC_OK; /* empty is always missing */
    if (nulls->n == nulls->capacity) {
        const int32_t capacity = nulls->capacity == 0 ? 16 : 2 * nulls->capacity;
        char **const words =
            mlci_realloc(nulls->root, nulls->words, capacity, (int64_t)sizeof *words);
        if (words == NULL) return mlci_fail_memory(err, capacity, (int64_t)sizeof *words);
        nulls->words = words;
        int64_t *const lengths =
            mlci_realloc(nulls->root, nulls->lengths, capacity, (int64_t)sizeof *lengths);
        if (lengths == NULL) return mlci_fail_memory(err, capacity, (int64_t)sizeof *lengths);
        nulls->lengths = lengths;
        nulls->capacity = capacity;
    }
    char *const word = mlci_copy_text(nulls->root, item, length);
    if (word == NULL) return mlci_fail_memory(err, length, 1);
    nulls->words[nulls->n] = word;
    nulls->lengths[nulls->n++] = length;
    nulls->lengths_of[(unsigned char)item[0]] |= mlci_csv_length_bit(length);
    return MLC_OK;
}

mlc_status mlci_csv_nulls_init(mlci_csv_nulls *nulls, mlci_root *root, const char *words,
                               mlc_error *err)
{
    *nulls = (mlci_csv_nulls){.root = root};
    const mlc_status status = mlci_list_each(words, add_null, nulls, err);
    if (status != MLC_OK) mlci_csv_nulls_clear(nulls);
    return status;
}

void mlci_csv_nulls_clear(mlci_csv_nulls *nulls)
{
    for (int32_t i = 0; i < nulls->n; i++)
        mlci_free(nulls->words[i]);
    mlci_free(nulls->words);
    mlci_free(nulls->lengths);
    *nulls = (mlci_csv_nulls){.root = nulls->root};
}

int mlci_csv_is_null(const mlci_csv_nulls *nulls, const char *text, int64_t length)
{
    if (length == 0) return 1;
    if ((nulls->lengths_of[(unsigned char)text[0]] & mlci_csv_length_bit(length)) == 0) return 0;
    for (int32_t i = 0; i < nulls->n; i++) {
        if (nulls->lengths[i] == length && memcmp(nulls->words[i], text, (size_t)length) == 0) {
            return 1;
        }
    }
    return 0;
}

/* ---- one cell ------------------------------------------------------------------------------- */

int64_t mlci_csv_unquote(const mlci_csv_cell *cell, char quote, char *out)
{
    int64_t n = 0;
    for (int64_t i = 0; i < cell->length; i++) {
        out[n++] = cell->text[i];
        if (cell->text[i] == quote) i++;
    }
    return n;
}

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

int mlci_csv_parse_bool(const char *text, int64_t length, int *out)
{
    static const char *const words[] = {"true", "True", "TRUE", "false", "False", "FALSE"};
    for (int i = 0; i < 6; i++) {
        if (mlci_text_equal(text, length, words[i])) {
            *out = i < 3;
            return 1;
        }
    }
    return 0;
}

/* A thousands mark stands between two digits before the decimal mark. */
int64_t mlci_csv_unmark(const mlci_csv_marks *marks, const char *text, int64_t length,
                        char out[MLCI_CSV_MARKED_BYTES])
{
    int64_t n = 0;
    int is_whole = 1;
    if (length > MLCI_CSV_MARKED_BYTES) return 0;
    for (int64_t i = 0; i < length; i++) {
        const char c = text[i];
        const int is_inside =
            i > 0 && i + 1 < length && is_digit(text[i - 1]) && is_digit(text[i + 1]);
        if (c == marks->decimal) {
            is_whole = 0;
            out[n++] = '.';
        } else if (c == marks->thousands && c != 0) {
            if (!is_whole || !is_inside) return 0;
        } else if (c == '.') {
            return 0; /* some other mark is the decimal one */
        } else {
            is_whole &= is_digit(c) || (i == 0 && (c == '-' || c == '+'));
            out[n++] = c;
        }
    }
    return n;
}

int32_t mlci_csv_classify(const mlci_csv_reader *reader, const mlci_csv_cell *cell)
{
    const char *text = cell->text;
    int64_t length = cell->length, integer;
    char plain[MLCI_CSV_MARKED_BYTES];
    double real;
    int flag;
    if (length == 0) return 0;
    if (!cell->quoted && mlci_csv_is_null(&reader->nulls, text, length)) return 0;
    if (mlci_csv_marks_are_special(&reader->marks)) {
        length = mlci_csv_unmark(&reader->marks, text, length, plain);
        text = plain;
    }
    if (mlci_integer_parse(text, length, &integer)) return MLCI_CSV_SEEN_INTEGER;
    if (mlci_real_parse(text, length, &real)) return MLCI_CSV_SEEN_REAL;
    if (mlci_csv_parse_bool(cell->text, cell->length, &flag)) return MLCI_CSV_SEEN_BOOL;
    if (reader->infer_times && mlci_timestamp_parse(cell->text, cell->length, &integer)) {
        return MLCI_CSV_SEEN_TIME;
    }
    return MLCI_CSV_SEEN_TEXT;
}

int32_t mlci_csv_type_of(int32_t seen)
{
    switch (seen) {
    case 0:
    case MLCI_CSV_SEEN_REAL:
    case MLCI_CSV_SEEN_REAL | MLCI_CSV_SEEN_INTEGER:
        return MLC_TYPE_FLOAT64;
    case MLCI_CSV_SEEN_INTEGER:
        return MLC_TYPE_INT64;
    case MLCI_CSV_SEEN_BOOL:
        return MLC_TYPE_BOOL;
    case MLCI_CSV_SEEN_TIME:
        return MLC_TYPE_TIMESTAMP;
    default:
        return MLC_TYPE_TEXT;
    }
}
