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

/* One key column, and which of the words it gives. */
typedef struct key_column {
    mlci_column *column; /* reference; whole */
    int32_t *own_codes;  /* codes that are in no column, or NULL; -1 unseen, -2 missing */
    word_kind kind;
    int64_t word;
} key_column;

typedef struct filler {
    mlci_row_keys *keys;
    const key_column *columns;
    int32_t n_columns;
    int32_t is_pair; /* of sides; else words behind those of the columns mark missing values */
} filler;

static uint64_t real_word(double value)
{
    const double plain = value == 0 ? 0.0 : value;
    uint64_t bits;
    memcpy(&bits, &plain, sizeof bits);
    return bits;
}

static int32_t code_of(const key_column *c, int64_t row)
{
    return c->own_codes != NULL ? c->own_codes[row] : mlci_column_code(c->column, row);
}

/* The word of a value that is there; 0: it is equal to nothing, or missing (NaN). */
static int word_of(const key_column *c, int64_t row, uint64_t *out)
{
    double real = 0;
    *out = 0;
    switch (c->kind) {
    case BY_CODE:
        *out = (uint64_t)code_of(c, row);
        return code_of(c, row) >= 0;
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
    uint64_t *const words = keys->own + c->word;
    if (c->column->valid != NULL || c->own_codes != NULL) return 0;
    if (c->kind == BY_CODE) {
        for (int64_t i = low; i < high; i++)
            words[i * n_words] = (uint64_t)mlci_column_code(c->column, i);
        return 1;
    }
    if (c->kind != BY_INTEGER || c->column->type == MLC_TYPE_BOOL) return 0;
    for (int64_t i = low; i < high; i++)
        words[i * n_words] = ((const uint64_t *)c->column->values)[i];
    return 1;
}

/* One column in rows low .. high of the keys. */
static void fill_column(const filler *f, const key_column *c, int64_t low, int64_t high)
{
    mlci_row_keys *const keys = f->keys;
    if (fill_plain(f, c, low, high)) return;
    for (int64_t i = low; i < high; i++) {
        uint64_t *const words = keys->own + i * keys->n_words;
        if (mlci_column_is_valid(c->column, i) && word_of(c, i, &words[c->word])) continue;
        words[c->word] = 0;
        if (f->is_pair) {
            keys->has_none[i] = 1;
        } else {
            words[f->n_columns + c->word / 64] |= (uint64_t)1 << (c->word % 64);
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
        for (int64_t w = f->n_columns; w < f->keys->n_words; w++)
            f->keys->own[i * f->keys->n_words + w] = 0;
    for (int32_t j = 0; j < f->n_columns; j++)
        fill_column(f, &f->columns[j], low, high);
    return MLC_OK;
}

static int may_be_missing(const key_column *c)
{
    return c->kind == BY_REAL || c->kind == BY_WHOLE_REAL || c->own_codes != NULL ||
           c->column->valid != NULL;
}

/* Are the values of the column words as they stand, and all there is of the keys? */
static int is_words(const filler *f)
{
    const key_column *const c = f->columns;
    return f->n_columns == 1 && c->kind == BY_INTEGER && c->column->type != MLC_TYPE_BOOL &&
           c->column->valid == NULL;
}

/* Room for the keys, filled from the columns. */
static mlc_status fill(mlc_context *call, filler *f, mlc_error *err)
{
    mlci_row_keys *const keys = f->keys;
    int any = 0;
    int64_t n = 0;
    for (int32_t j = 0; j < f->n_columns; j++)
        any |= may_be_missing(&f->columns[j]);
    keys->n_words = f->n_columns + (any && !f->is_pair ? (f->n_columns + 63) / 64 : 0);
    if (is_words(f)) {
        keys->column = mlci_column_ref(f->columns->column);
        keys->words = keys->column->values;
        return MLC_OK;
    }
    if (!mlci_mul_size(keys->n_rows, keys->n_words, &n)) {
        return mlci_fail(err, MLC_ERROR_LIMIT, NULL, "%lld rows by %d columns: too many keys",
                         (long long)keys->n_rows, (int)f->n_columns);
    }
    keys->own = mlci_alloc_raw(keys->root, n, (int64_t)sizeof *keys->own);
    if (keys->own == NULL) return mlci_fail_memory(err, n, (int64_t)sizeof *keys->own);
    keys->words = keys->own;
    if (any && f->is_pair) {
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
    c->kind = c->column->type == MLC_TYPE_CATEGORY                   ? BY_CODE
              : type == MLC_TYPE_FLOAT32 || type == MLC_TYPE_FLOAT64 ? BY_REAL
                                                                     : BY_INTEGER;
    return MLC_OK;
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
        filler f = {.keys = &keys, .columns = columns, .n_columns = n_fields};
        status = fill(call, &f, err);
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

/* Takes the key columns of both sides and finds their words. */
static mlc_status open_pairs(mlc_context *call, opener *a, opener *b, int32_t n_fields,
                             mlc_error *err)
{
    MLCI_TRY(mlci_parallel_for(call, n_fields, open_column, a, err));
    MLCI_TRY(mlci_parallel_for(call, n_fields, open_column, b, err));
    for (int32_t j = 0; j < n_fields; j++)
        MLCI_TRY(pair(&a->columns[j], &b->columns[j], a->dataset->fields[a->fields[j]].name,
                      b->dataset->fields[b->fields[j]].name, err));
    return MLC_OK;
}

mlc_status mlci_row_keys_open_pairs(mlc_context *call, const mlc_dataset *first,
                                    const int32_t *first_fields, const mlc_dataset *second,
                                    const int32_t *second_fields, int32_t n_fields,
                                    mlci_row_keys *first_out, mlci_row_keys *second_out,
                                    mlc_error *err)
{
    mlci_row_keys keys[2] = {{.root = call->root, .n_rows = first->n_rows},
                             {.root = call->root, .n_rows = second->n_rows}};
    const int64_t n = 2 * (int64_t)n_fields;
    key_column *const columns = mlci_alloc(call->root, n, (int64_t)sizeof *columns);
    if (columns == NULL) return mlci_fail_memory(err, n, (int64_t)sizeof *columns);
    opener a = {.dataset = first, .fields = first_fields, .columns = columns};
    opener b = {.dataset = second, .fields = second_fields, .columns = columns + n_fields};
    mlc_status status = open_pairs(call, &a, &b, n_fields, err);
    for (int side = 0; side < 2 && status == MLC_OK; side++) {
        filler f = {.keys = &keys[side],
                    .columns = columns + side * n_fields,
                    .n_columns = n_fields,
                    .is_pair = 1};
        status = fill(call, &f, err);
    }
    clear_columns(columns, (int32_t)n);
    if (status != MLC_OK) {
        mlci_row_keys_close(&keys[0]);
        mlci_row_keys_close(&keys[1]);
        return status;
    }
    *first_out = keys[0];
    *second_out = keys[1];
    return MLC_OK;
}

/* A copy of one side, from that row on. */
static void copy_keys(const mlci_row_keys *from, mlci_row_keys *to, int64_t row)
{
    if (from->n_rows == 0) return;
    memcpy(to->own + row * to->n_words, from->words,
           (size_t)(from->n_rows * from->n_words) * sizeof *from->words);
    if (from->has_none != NULL) memcpy(to->has_none + row, from->has_none, (size_t)from->n_rows);
}

mlc_status mlci_row_keys_append(const mlci_row_keys *first, const mlci_row_keys *second,
                                mlci_row_keys *out, mlc_error *err)
{
    mlci_row_keys keys = {.root = first->root, .n_words = first->n_words};
    int64_t n = 0;
    if (!mlci_add_size(first->n_rows, second->n_rows, &keys.n_rows) ||
        !mlci_mul_size(keys.n_rows, keys.n_words, &n)) {
        return mlci_fail(err, MLC_ERROR_LIMIT, NULL, "more rows than can be counted");
    }
    keys.own = mlci_alloc_raw(keys.root, n, (int64_t)sizeof *keys.own);
    keys.has_none = mlci_alloc(keys.root, keys.n_rows, 1);
    if (keys.own == NULL || keys.has_none == NULL) {
        mlci_row_keys_close(&keys);
        return mlci_fail_memory(err, n, (int64_t)sizeof *keys.own);
    }
    keys.words = keys.own;
    copy_keys(first, &keys, 0);
    copy_keys(second, &keys, first->n_rows);
    *out = keys;
    return MLC_OK;
}

void mlci_row_keys_close(mlci_row_keys *keys)
{
    mlci_free(keys->own);
    mlci_column_unref(keys->column);
    mlci_free(keys->has_none);
    *keys = (mlci_row_keys){0};
}
