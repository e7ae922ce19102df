/* Values of key columns as words of 64 bits: integers as they are, reals by their bits, texts by
 * their number in a dictionary. So that keys are compared as words, whatever they are. */
#include "row_keys.h"

#include <math.h>
#include <string.h>

#include "checked.h"

#define BLOCK_ROWS 65536

/* How the values of a column become words. */
typedef enum word_kind {
    BY_INTEGER, /* bool, int64, timestamp */
    BY_REAL,
    BY_WHOLE_REAL, /* a real among integers: equal to one, or to nothing */
    BY_CODE
} word_kind;

/* One key column: where its words go. */
typedef struct key_column {
    mlci_column *column; /* reference; whole */
    const int32_t *codes;
    int32_t *own_codes; /* codes that are in no column, or NULL; -1 unseen, -2 missing */
    word_kind kind;
    int64_t first_row; /* row of the keys that its row 0 is */
    int64_t word;
} key_column;

typedef struct filler {
    mlci_row_keys *keys;
    const key_column *columns;
    int32_t n_columns;
    int64_t n_fields; /* columns of a side: the words behind them mark missing values */
    int32_t is_pairs;
} filler;

static uint64_t real_word(double value)
{
    const double plain = value == 0 ? 0.0 : value;
    uint64_t bits;
    memcpy(&bits, &plain, sizeof bits);
    return bits;
}

/* The word of a value that is there; 0: it is equal to nothing, or missing (NaN). */
static int word_of(const key_column *c, int64_t row, uint64_t *out)
{
    double real = 0;
    *out = 0;
    switch (c->kind) {
    case BY_CODE:
        *out = (uint64_t)c->codes[row];
        return c->codes[row] >= 0;
    case BY_INTEGER:
        if (c->column->type == MLC_TYPE_BOOL) {
            *out = ((const uint8_t *)c->column->values)[row >> 3] >> (row & 7) & 1;
        } else {
            *out = ((const uint64_t *)c->column->values)[row];
        }
        return 1;
    default:
        mlci_column_reals(c->column, row, 1, &real, 1);
        if (isnan(real)) return 0;
        if (c->kind == BY_REAL) {
            *out = real_word(real);
            return 1;
        }
        if (!(real >= -0x1p63 && real < 0x1p63) || floor(real) != real) return 0;
        *out = (uint64_t)(int64_t)real;
        return 1;
    }
}

/* Values that are all there and words as they stand; 0: some are not, or need a look. */
static int fill_plain(const filler *f, const key_column *c, int64_t low, int64_t high)
{
    mlci_row_keys *const keys = f->keys;
    const int64_t n_words = keys->n_words;
    uint64_t *const words = keys->words + c->word;
    if (c->column->valid != NULL || c->own_codes != NULL) return 0;
    if (c->kind == BY_CODE) {
        for (int64_t i = low; i < high; i++)
            words[i * n_words] = (uint64_t)c->codes[i - c->first_row];
        return 1;
    }
    if (c->kind != BY_INTEGER || c->column->type == MLC_TYPE_BOOL) return 0;
    for (int64_t i = low; i < high; i++)
        words[i * n_words] = ((const uint64_t *)c->column->values)[i - c->first_row];
    return 1;
}

/* One column in rows low .. high of the keys. */
static void fill_column(const filler *f, const key_column *c, int64_t low, int64_t high)
{
    mlci_row_keys *const keys = f->keys;
    if (fill_plain(f, c, low, high)) return;
    for (int64_t i = low; i < high; i++) {
        const int64_t row = i - c->first_row;
        uint64_t *const words = keys->words + i * keys->n_words;
        if (mlci_column_is_valid(c->column, row) && word_of(c, row, &words[c->word])) continue;
        words[c->word] = 0;
        if (f->is_pairs) {
            keys->has_none[i] = 1;
        } else {
            words[f->n_fields + c->word / 64] |= (uint64_t)1 << (c->word % 64);
        }
    }
}

static mlc_status fill_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    (void)slot;
    (void)err;
    const filler *const f = arg;
    const int64_t low = block * BLOCK_ROWS;
    const int64_t high = f->keys->n_rows - low < BLOCK_ROWS ? f->keys->n_rows : low + BLOCK_ROWS;
    for (int64_t i = low; i < high; i++)
        for (int64_t w = f->n_fields; w < f->keys->n_words; w++)
            f->keys->words[i * f->keys->n_words + w] = 0;
    for (int32_t j = 0; j < f->n_columns; j++) {
        const key_column *const c = &f->columns[j];
        const int64_t end = c->first_row + c->column->n_rows;
        fill_column(f, c, low > c->first_row ? low : c->first_row, high < end ? high : end);
    }
    return MLC_OK;
}

/* Room for the keys, filled from the columns. n_marks: words that mark missing values. */
static mlc_status fill(mlc_context *call, filler *f, int64_t n_marks, mlc_error *err)
{
    mlci_row_keys *const keys = f->keys;
    int64_t n = 0;
    keys->n_words = f->n_fields + n_marks;
    if (!mlci_mul_size(keys->n_rows, keys->n_words, &n)) {
        return mlci_fail(err, MLC_ERROR_LIMIT, NULL, "%lld rows by %lld columns: too many keys",
                         (long long)keys->n_rows, (long long)f->n_fields);
    }
    keys->words = mlci_alloc_raw(keys->root, n, (int64_t)sizeof *keys->words);
    if (keys->words == NULL) return mlci_fail_memory(err, n, (int64_t)sizeof *keys->words);
    if (f->is_pairs) {
        keys->has_none = mlci_alloc(keys->root, keys->n_rows, 1);
        if (keys->has_none == NULL) return mlci_fail_memory(err, keys->n_rows, 1);
    }
    return mlci_parallel_for(call, (keys->n_rows + BLOCK_ROWS - 1) / BLOCK_ROWS, fill_block, f,
                             err);
}

static void clear_columns(key_column *columns, int32_t n)
{
    for (int32_t j = 0; columns != NULL && j < n; j++) {
        mlci_column_unref(columns[j].column);
        mlci_free(columns[j].own_codes);
    }
    mlci_free(columns);
}

/* ---- one dataset -------------------------------------------------------------------------- */

typedef struct opener {
    const mlc_dataset *dataset;
    const int32_t *fields;
    key_column *columns;
} opener;

/* Takes a key column, texts as categories. */
static mlc_status open_column(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    (void)slot;
    const opener *const o = arg;
    key_column *const c = &o->columns[block];
    const mlci_field *const field = &o->dataset->fields[o->fields[block]];
    const int32_t type = field->column->type;
    if (type == MLC_TYPE_VECTOR) {
        return mlci_fail(err, MLC_ERROR_COLUMN, field->name,
                         "column '%s' is a vector: rows are compared by columns of one value",
                         field->name);
    }
    c->word = block;
    MLCI_TRY(mlci_dataset_take_column(o->dataset, o->fields[block], &c->column, err));
    if (type == MLC_TYPE_TEXT) {
        mlci_column *category = NULL;
        MLCI_TRY(mlci_column_to_category(c->column, &category, err));
        mlci_column_unref(c->column);
        c->column = category;
    }
    c->codes = c->column->values;
    c->kind = c->column->type == MLC_TYPE_CATEGORY                   ? BY_CODE
              : type == MLC_TYPE_FLOAT32 || type == MLC_TYPE_FLOAT64 ? BY_REAL
                                                                     : BY_INTEGER;
    return MLC_OK;
}

static int may_be_missing(const key_column *c)
{
    return c->kind == BY_REAL || c->column->valid != NULL;
}

mlc_status mlci_row_keys_open(mlc_context *call, const mlc_dataset *dataset, const int32_t *fields,
                              int32_t n_fields, mlci_row_keys *out, mlc_error *err)
{
    mlci_row_keys keys = {.root = call->root, .n_rows = dataset->n_rows};
    key_column *const columns = mlci_alloc(call->root, n_fields, (int64_t)sizeof *columns);
    if (columns == NULL) return mlci_fail_memory(err, n_fields, (int64_t)sizeof *columns);
    opener o = {.dataset = dataset, .fields = fields, .columns = columns};
    mlc_status status = mlci_parallel_for(call, n_fields, open_column, &o, err);
    if (status == MLC_OK) {
        filler f = {.keys = &keys, .columns = columns, .n_columns = n_fields, .n_fields = n_fields};
        int64_t n_marks = 0;
        for (int32_t j = 0; j < n_fields; j++)
            if (may_be_missing(&columns[j])) n_marks = (n_fields + 63) / 64;
        status = fill(call, &f, n_marks, err);
    }
    clear_columns(columns, n_fields);
    if (status != MLC_OK) {
        mlci_row_keys_close(&keys);
        return status;
    }
    *out = keys;
    return MLC_OK;
}

/* ---- pairs -------------------------------------------------------------------------------- */

static int is_real(int32_t type)
{
    return type == MLC_TYPE_FLOAT32 || type == MLC_TYPE_FLOAT64;
}

/* Texts of the second column by their numbers in the dictionary of the first. */
static mlc_status pair_texts(key_column *a, key_column *b, mlc_error *err)
{
    const int64_t n = b->column->n_rows;
    b->own_codes = mlci_alloc_raw(b->column->root, n, (int64_t)sizeof *b->own_codes);
    if (b->own_codes == NULL) return mlci_fail_memory(err, n, (int64_t)sizeof *b->own_codes);
    b->codes = b->own_codes;
    a->kind = b->kind = BY_CODE;
    return mlci_column_codes_in(b->column, a->column->dictionary, b->own_codes, err);
}

/* Finds words in which both columns can be compared; names for messages. */
static mlc_status pair(key_column *a, key_column *b, const char *a_name, const char *b_name,
                       mlc_error *err)
{
    const int32_t s = a->column->type, t = b->column->type;
    if (s == MLC_TYPE_CATEGORY && (t == MLC_TYPE_CATEGORY || t == MLC_TYPE_TEXT)) {
        return pair_texts(a, b, err);
    }
    a->kind = b->kind = BY_INTEGER;
    if (s == MLC_TYPE_TIMESTAMP && t == MLC_TYPE_TIMESTAMP) return MLC_OK;
    if (!mlci_type_is_number(s) || !mlci_type_is_number(t)) {
        return mlci_fail(err, MLC_ERROR_COLUMN, a_name,
                         "column '%s' is %s and '%s' is %s: they cannot be equal; cast one of them",
                         a_name, mlci_type_name(s), b_name, mlci_type_name(t));
    }
    if (is_real(s)) a->kind = is_real(t) ? BY_REAL : BY_WHOLE_REAL;
    if (is_real(t)) b->kind = is_real(s) ? BY_REAL : BY_WHOLE_REAL;
    return MLC_OK;
}

mlc_status mlci_row_keys_open_pairs(mlc_context *call, const mlc_dataset *first,
                                    const int32_t *first_fields, const mlc_dataset *second,
                                    const int32_t *second_fields, int32_t n_fields,
                                    mlci_row_keys *out, mlc_error *err)
{
    mlci_row_keys keys = {.root = call->root};
    if (!mlci_add_size(first->n_rows, second->n_rows, &keys.n_rows)) {
        return mlci_fail(err, MLC_ERROR_LIMIT, NULL, "more rows than can be counted");
    }
    const int64_t n = 2 * (int64_t)n_fields;
    key_column *const columns = mlci_alloc(call->root, n, (int64_t)sizeof *columns);
    if (columns == NULL) return mlci_fail_memory(err, n, (int64_t)sizeof *columns);
    opener a = {.dataset = first, .fields = first_fields, .columns = columns};
    opener b = {.dataset = second, .fields = second_fields, .columns = columns + n_fields};
    mlc_status status = mlci_parallel_for(call, n_fields, open_column, &a, err);
    if (status == MLC_OK) status = mlci_parallel_for(call, n_fields, open_column, &b, err);
    for (int32_t j = 0; j < n_fields && status == MLC_OK; j++) {
        columns[n_fields + j].first_row = first->n_rows;
        status = pair(&columns[j], &columns[n_fields + j], first->fields[first_fields[j]].name,
                      second->fields[second_fields[j]].name, err);
    }
    if (status == MLC_OK) {
        filler f = {.keys = &keys,
                    .columns = columns,
                    .n_columns = (int32_t)n,
                    .n_fields = n_fields,
                    .is_pairs = 1};
        status = fill(call, &f, 0, err);
    }
    clear_columns(columns, (int32_t)n);
    if (status != MLC_OK) {
        mlci_row_keys_close(&keys);
        return status;
    }
    *out = keys;
    return MLC_OK;
}

void mlci_row_keys_close(mlci_row_keys *keys)
{
    mlci_free(keys->words);
    mlci_free(keys->has_none);
    *keys = (mlci_row_keys){0};
}
