/* Reads profiles that mlc_profile_format() wrote, member by member in its order. The text may be
 * anybody's: counts add up to the rows, values ascend, cells lie in their range, texts are those
 * that the level keeps; so whatever is read can be merged and asked. What cannot be checked (sums,
 * registers) can only make moments and estimates wrong. */
#include <math.h>
#include <string.h>

#include "checked.h"
#include "json.h"
#include "order.h"
#include "profile_impl.h"
#include "profile_json.h"

#define MAX_COLUMNS 1000000
#define FIRST_CAPACITY 64

typedef struct reading {
    mlci_root *root;
    mlci_json json;
    mlc_profile *profile;
    int64_t capacity; /* columns that the block of the profile has room for */
} reading;

/* ---- members --------------------------------------------------------------------------------- */

static mlc_status refuse(const reading *r, mlc_error *err, const char *message)
{
    return mlci_json_fail(&r->json, err, "profile", message);
}

static mlc_status next_is(reading *r, mlci_json_event event, const char *message, mlc_error *err)
{
    MLCI_TRY(mlci_json_next(&r->json, err));
    return r->json.event == event ? MLC_OK : refuse(r, err, message);
}

/* The key that must come next. */
static mlc_status key_is(reading *r, const char *key, mlc_error *err)
{
    MLCI_TRY(mlci_json_next(&r->json, err));
    if (r->json.event == MLCI_JSON_KEY && mlci_text_equal(r->json.text, r->json.length, key)) {
        return MLC_OK;
    }
    mlci_text message = mlci_text_init(r->root);
    mlci_text_append_format(&message, "the member \"%s\" must come here", key);
    const mlc_status status = mlci_text_status(&message, err);
    const mlc_status result = status == MLC_OK ? refuse(r, err, message.data) : status;
    mlci_text_clear(&message);
    return result;
}

static mlc_status read_integer(reading *r, int64_t low, int64_t high, int64_t *out, mlc_error *err)
{
    MLCI_TRY(next_is(r, MLCI_JSON_NUMBER, "must be an integer", err));
    if (!r->json.is_integer || r->json.integer < low || r->json.integer > high) {
        return refuse(r, err, "the integer is out of its range");
    }
    *out = r->json.integer;
    return MLC_OK;
}

static mlc_status member_integer(reading *r, const char *key, int64_t low, int64_t high,
                                 int64_t *out, mlc_error *err)
{
    MLCI_TRY(key_is(r, key, err));
    return read_integer(r, low, high, out, err);
}

static mlc_status member_count(reading *r, const char *key, int64_t *out, mlc_error *err)
{
    return member_integer(r, key, 0, r->profile->n_rows, out, err);
}

/* A text that is a block of its own; without NUL bytes. */
static mlc_status member_text(reading *r, const char *key, char **out, mlc_error *err)
{
    MLCI_TRY(key_is(r, key, err));
    MLCI_TRY(next_is(r, MLCI_JSON_TEXT, "must be a text", err));
    if (memchr(r->json.text, '\0', (size_t)r->json.length) != NULL) {
        return refuse(r, err, "the text has a NUL byte");
    }
    *out = mlci_copy_text(r->root, r->json.text, r->json.length);
    return *out == NULL ? mlci_fail_memory(err, r->json.length, 1) : MLC_OK;
}

/* Room for item n of a block of items of that size, which grows as they come: no size is taken
 * from the text. */
static mlc_status grow(reading *r, void **block, int64_t n, int64_t *capacity, int64_t size,
                       mlc_error *err)
{
    if (n < *capacity) return MLC_OK;
    const int64_t wanted = *capacity == 0 ? FIRST_CAPACITY : 2 * *capacity;
    void *const larger = mlci_realloc(r->root, *block, wanted, size);
    if (larger == NULL) return mlci_fail_memory(err, wanted, size);
    memset((char *)larger + *capacity * size, 0, (size_t)((wanted - *capacity) * size));
    *block = larger;
    *capacity = wanted;
    return MLC_OK;
}

/* ---- sums and sketches ----------------------------------------------------------------------- */

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static mlc_status member_sum(reading *r, const char *key, mlci_long_sum *out, mlc_error *err)
{
    MLCI_TRY(key_is(r, key, err));
    MLCI_TRY(next_is(r, MLCI_JSON_TEXT, "must be a hexadecimal integer as a text", err));
    const char *const text = r->json.text;
    const int is_negative = r->json.length > 0 && text[0] == '-';
    const int64_t n = r->json.length - is_negative;
    if (n < 1 || n > 8 * (MLCI_LONG_DIGITS - 1)) {
        return refuse(r, err, "the sum has no digit or too many");
    }
    memset(out, 0, sizeof *out);
    for (int64_t i = 0; i < n; i++) {
        const int digit = hex_digit(text[r->json.length - 1 - i]);
        if (digit < 0) return refuse(r, err, "a sum has digits 0 to 9 and a to f");
        out->digit[i / 8] += (is_negative ? -1 : 1) * ((int64_t)digit << (4 * (i % 8)));
    }
    mlci_long_settle(out);
    return MLC_OK;
}

static mlc_status member_registers(reading *r, mlci_distinct_sketch *out, mlc_error *err)
{
    MLCI_TRY(key_is(r, "registers", err));
    MLCI_TRY(next_is(r, MLCI_JSON_TEXT, "must be a text", err));
    if (r->json.length != MLCI_SKETCH_REGISTERS) {
        return refuse(r, err, "registers must have 4096 characters");
    }
    for (int32_t i = 0; i < MLCI_SKETCH_REGISTERS; i++) {
        const char *const at =
            r->json.text[i] == '\0' ? NULL : strchr(mlci_register_alphabet, r->json.text[i]);
        if (at == NULL || at - mlci_register_alphabet > MLCI_SKETCH_MAX) {
            return refuse(r, err, "registers have a character that stands for none");
        }
        out->registers[i] = (uint8_t)(at - mlci_register_alphabet);
    }
    return MLC_OK;
}

/* ---- numbers --------------------------------------------------------------------------------- */

/* The key of the number that the current event is. */
static mlc_status take_value(const reading *r, int is_integer, uint64_t *key, mlc_error *err)
{
    if (r->json.event != MLCI_JSON_NUMBER) return refuse(r, err, "must be a number");
    if (is_integer && !r->json.is_integer) return refuse(r, err, "must be an integer of 64 bits");
    if (!is_integer && !isfinite(r->json.real)) return refuse(r, err, "must be a finite number");
    *key = is_integer ? mlci_order_of_integer(r->json.integer) : mlci_order_of_real(r->json.real);
    return MLC_OK;
}

static mlc_status member_value(reading *r, const char *key, int is_integer, uint64_t *out,
                               mlc_error *err)
{
    MLCI_TRY(key_is(r, key, err));
    MLCI_TRY(mlci_json_next(&r->json, err));
    return take_value(r, is_integer, out, err);
}

static mlc_status read_beyond(reading *r, mlci_number_counts *c, mlc_error *err)
{
    c->beyond = mlci_alloc(r->root, 1, sizeof *c->beyond);
    if (c->beyond == NULL) return mlci_fail_memory(err, 1, sizeof *c->beyond);
    MLCI_TRY(member_value(r, "least", c->is_integer, &c->beyond->low, err));
    MLCI_TRY(member_value(r, "greatest", c->is_integer, &c->beyond->high, err));
    MLCI_TRY(member_sum(r, "sum", &c->beyond->sum, err));
    MLCI_TRY(member_sum(r, "squares", &c->beyond->squares, err));
    return member_registers(r, &c->beyond->distinct, err);
}

/* The value or cell that the current event starts. */
static mlc_status read_cell(const reading *r, const mlci_number_counts *c, uint64_t *cell,
                            mlc_error *err)
{
    if (c->shift == 0) return take_value(r, c->is_integer, cell, err);
    if (r->json.event != MLCI_JSON_NUMBER || !r->json.is_integer || r->json.integer < 0 ||
        (uint64_t)r->json.integer >> (64 - c->shift) != 0) {
        return refuse(r, err, "the cell is out of its range");
    }
    *cell = (uint64_t)r->json.integer;
    return MLC_OK;
}

static mlc_status read_cells(reading *r, mlci_number_counts *c, mlc_error *err)
{
    int64_t capacity = 0;
    MLCI_TRY(key_is(r, c->shift == 0 ? "values" : "cells", err));
    MLCI_TRY(next_is(r, MLCI_JSON_ARRAY, "must be an array", err));
    for (;; c->n++) {
        MLCI_TRY(mlci_json_next(&r->json, err));
        if (r->json.event == MLCI_JSON_END_ARRAY) return MLC_OK;
        if (c->n >= c->limit) return refuse(r, err, "more values than max_distinct");
        void *block = c->cells;
        const mlc_status status = grow(r, &block, c->n, &capacity, (int64_t)sizeof *c->cells, err);
        c->cells = block;
        if (status != MLC_OK) return status;
        MLCI_TRY(read_cell(r, c, &c->cells[c->n], err));
        if (c->n > 0 && c->cells[c->n] <= c->cells[c->n - 1]) {
            return refuse(r, err, "values must ascend");
        }
    }
}

/* As many counts as there are items, of at most `left` in all; *left is what they leave. */
static mlc_status read_counts(reading *r, int64_t n, int64_t *counts, int64_t *left, mlc_error *err)
{
    MLCI_TRY(key_is(r, "counts", err));
    MLCI_TRY(next_is(r, MLCI_JSON_ARRAY, "must be an array", err));
    for (int64_t i = 0; i < n; i++) {
        MLCI_TRY(read_integer(r, 1, *left, &counts[i], err));
        *left -= counts[i];
    }
    return next_is(r, MLCI_JSON_END_ARRAY, "must be as many counts as values", err);
}

static mlc_status check_ends(const reading *r, const mlci_number_counts *c, mlc_error *err)
{
    if (c->shift == 0) return MLC_OK;
    if (c->n == 0 || c->beyond->low >> c->shift != c->cells[0] ||
        c->beyond->high >> c->shift != c->cells[c->n - 1] || c->beyond->low > c->beyond->high) {
        return refuse(r, err, "least and greatest must lie in the first and the last cell");
    }
    return MLC_OK;
}

static mlc_status read_numbers(reading *r, mlci_profile_column *column, mlc_error *err)
{
    mlci_number_counts *const c = &column->numbers;
    int64_t shift, left = r->profile->n_rows;
    *c = (mlci_number_counts){.root = r->root,
                              .limit = r->profile->max_distinct,
                              .is_integer = column->type == MLC_TYPE_INT64 ||
                                            column->type == MLC_TYPE_TIMESTAMP};
    MLCI_TRY(member_count(r, "nan", &column->n_nan, err));
    MLCI_TRY(member_count(r, "zero", &column->n_zero, err));
    MLCI_TRY(member_count(r, "low", &column->n_low, err));
    MLCI_TRY(member_count(r, "high", &column->n_high, err));
    MLCI_TRY(member_integer(r, "shift", 0, 63, &shift, err));
    c->shift = (int32_t)shift;
    if (shift > 0) MLCI_TRY(read_beyond(r, c, err));
    MLCI_TRY(read_cells(r, c, err));
    const int64_t others[] = {column->n_null, column->n_nan, column->n_low, column->n_high};
    for (int i = 0; i < 4; i++) {
        if (others[i] > left) return refuse(r, err, "counts must add up to n_rows");
        left -= others[i];
    }
    c->ends = mlci_alloc(r->root, c->n, (int64_t)sizeof *c->ends);
    if (c->ends == NULL) return mlci_fail_memory(err, c->n, (int64_t)sizeof *c->ends);
    MLCI_TRY(read_counts(r, c->n, c->ends, &left, err));
    for (int64_t i = 1; i < c->n; i++)
        c->ends[i] += c->ends[i - 1];
    if (left != 0) return refuse(r, err, "counts must add up to n_rows");
    return check_ends(r, c, err);
}

/* ---- texts ----------------------------------------------------------------------------------- */

static mlc_status append_text(reading *r, mlci_text_counts *c, mlci_text *bytes, int64_t *capacity,
                              mlc_error *err)
{
    const char *const text = r->json.text;
    const int64_t length = r->json.length;
    if (r->json.event != MLCI_JSON_TEXT) return refuse(r, err, "must be a text");
    if (memchr(text, '\0', (size_t)length) != NULL) return refuse(r, err, "a text has a NUL byte");
    if (c->n >= c->limit) return refuse(r, err, "more texts than max_distinct");
    void *block = c->offsets;
    const mlc_status status = grow(r, &block, c->n + 1, capacity, sizeof(int64_t), err);
    c->offsets = block;
    if (status != MLC_OK) return status;
    const int64_t start = c->n == 0 ? 0 : c->offsets[c->n - 1];
    if (c->n > 0 &&
        mlci_text_compare(bytes->data + start, c->offsets[c->n] - start, text, length) >= 0) {
        return refuse(r, err, "texts must ascend");
    }
    if (!mlci_text_is_kept(text, length, c->level)) {
        return refuse(r, err, "the text is not among those that the level keeps");
    }
    mlci_text_append(bytes, text, length);
    if (bytes->data == NULL) mlci_text_append(bytes, "", 0);
    c->offsets[++c->n] = bytes->length;
    return mlci_text_status(bytes, err);
}

static mlc_status read_text_list(reading *r, mlci_text_counts *c, mlci_text *bytes, mlc_error *err)
{
    int64_t capacity = 0;
    MLCI_TRY(key_is(r, "texts", err));
    MLCI_TRY(next_is(r, MLCI_JSON_ARRAY, "must be an array", err));
    for (;;) {
        MLCI_TRY(mlci_json_next(&r->json, err));
        if (r->json.event == MLCI_JSON_END_ARRAY) break;
        MLCI_TRY(append_text(r, c, bytes, &capacity, err));
    }
    if (c->offsets == NULL) c->offsets = mlci_alloc(r->root, 1, sizeof(int64_t));
    c->counts = mlci_alloc(r->root, c->n, sizeof(int64_t));
    if (c->offsets == NULL || c->counts == NULL)
        return mlci_fail_memory(err, c->n, sizeof(int64_t));
    return MLC_OK;
}

static mlc_status read_texts(reading *r, mlci_profile_column *column, mlc_error *err)
{
    mlci_text_counts *const c = &column->texts;
    mlci_text bytes = mlci_text_init(r->root);
    int64_t level, left;
    *c = (mlci_text_counts){.root = r->root, .limit = r->profile->max_distinct};
    MLCI_TRY(member_count(r, "present", &c->n_rows, err));
    if (c->n_rows != r->profile->n_rows - column->n_null) {
        return refuse(r, err, "null and present must add up to n_rows");
    }
    left = c->n_rows;
    MLCI_TRY(member_count(r, "empty", &c->n_empty, err));
    MLCI_TRY(member_integer(r, "characters", 0, INT64_MAX, &c->n_characters, err));
    MLCI_TRY(member_integer(r, "shortest", 0, INT64_MAX, &c->shortest, err));
    MLCI_TRY(member_integer(r, "longest", c->shortest, INT64_MAX, &c->longest, err));
    MLCI_TRY(member_integer(r, "level", 0, MLCI_TEXT_LEVELS, &level, err));
    c->level = (int32_t)level;
    mlc_status status = read_text_list(r, c, &bytes, err);
    if (status == MLC_OK) status = mlci_text_take(&bytes, &c->bytes, err);
    mlci_text_clear(&bytes);
    if (status == MLC_OK) status = read_counts(r, c->n, c->counts, &left, err);
    if (status == MLC_OK && c->level == 0 && left != 0) {
        status = refuse(r, err, "counts must add up to present");
    }
    return status;
}

/* ---- columns --------------------------------------------------------------------------------- */

static int kind_fits(int32_t kind, int32_t type)
{
    const int is_text = type == MLC_TYPE_TEXT || type == MLC_TYPE_CATEGORY;
    if (type == MLC_TYPE_INT32 || type == 0) return 0;
    if (kind == MLCI_PROFILE_TEXTS) return is_text;
    return kind == MLCI_PROFILE_OPAQUE ? type == MLC_TYPE_VECTOR : !is_text;
}

/* A text that is one of the names that `find` knows. */
static mlc_status member_word(reading *r, const char *key, int32_t (*find)(const char *name),
                              int32_t least, int32_t *out, mlc_error *err)
{
    char *word = NULL;
    MLCI_TRY(member_text(r, key, &word, err));
    *out = find(word);
    mlci_free(word);
    return *out < least ? refuse(r, err, "no such word is known") : MLC_OK;
}

static int32_t find_kind(const char *name)
{
    for (int32_t kind = MLCI_PROFILE_NUMBERS; kind <= MLCI_PROFILE_OPAQUE; kind++)
        if (strcmp(name, mlci_profile_kinds[kind]) == 0) return kind;
    return -1;
}

static mlc_status read_column(reading *r, mlci_profile_column *column, mlc_error *err)
{
    MLCI_TRY(member_text(r, "name", &column->name, err));
    MLCI_TRY(member_word(r, "role", mlci_role_find, 0, &column->role, err));
    MLCI_TRY(member_word(r, "type", mlci_type_find, 1, &column->type, err));
    MLCI_TRY(member_word(r, "kind", find_kind, 1, &column->kind, err));
    if (!kind_fits(column->kind, column->type)) {
        return refuse(r, err, "columns of that type are of another kind");
    }
    MLCI_TRY(member_count(r, "null", &column->n_null, err));
    if (column->kind == MLCI_PROFILE_NUMBERS) MLCI_TRY(read_numbers(r, column, err));
    if (column->kind == MLCI_PROFILE_TEXTS) MLCI_TRY(read_texts(r, column, err));
    return next_is(r, MLCI_JSON_END_OBJECT, "the column must end here", err);
}

static mlc_status read_columns(reading *r, mlc_error *err)
{
    MLCI_TRY(key_is(r, "columns", err));
    MLCI_TRY(next_is(r, MLCI_JSON_ARRAY, "must be an array", err));
    for (;;) {
        MLCI_TRY(mlci_json_next(&r->json, err));
        if (r->json.event == MLCI_JSON_END_ARRAY) return MLC_OK;
        if (r->json.event != MLCI_JSON_OBJECT) return refuse(r, err, "must be a column");
        if (r->profile->n_columns >= MAX_COLUMNS)
            return refuse(r, err, "more than 1000000 columns");
        void *block = r->profile->columns;
        const mlc_status status = grow(r, &block, r->profile->n_columns, &r->capacity,
                                       (int64_t)sizeof(mlci_profile_column), err);
        r->profile->columns = block;
        if (status != MLC_OK) return status;
        MLCI_TRY(read_column(r, &r->profile->columns[r->profile->n_columns++], err));
    }
}

/* ---- correlations ---------------------------------------------------------------------------- */

static mlc_status read_sums(reading *r, mlci_column_sums *sums, mlc_error *err)
{
    MLCI_TRY(member_integer(r, "n", 0, r->profile->n_rows, &sums->n, err));
    MLCI_TRY(member_sum(r, "sum", &sums->sum, err));
    MLCI_TRY(member_sum(r, "squares", &sums->squares, err));
    return next_is(r, MLCI_JSON_END_OBJECT, "the sums must end here", err);
}

static mlc_status member_lost(reading *r, const char *key, int64_t n_all, mlci_column_sums **out,
                              mlc_error *err)
{
    MLCI_TRY(key_is(r, key, err));
    MLCI_TRY(mlci_json_next(&r->json, err));
    if (r->json.event == MLCI_JSON_NULL) return MLC_OK;
    if (r->json.event != MLCI_JSON_OBJECT) return refuse(r, err, "must be sums or null");
    *out = mlci_alloc(r->root, 1, (int64_t)sizeof **out);
    if (*out == NULL) return mlci_fail_memory(err, 1, (int64_t)sizeof **out);
    MLCI_TRY(read_sums(r, *out, err));
    return (*out)->n > n_all ? refuse(r, err, "more rows than the column has") : MLC_OK;
}

static mlc_status read_pairs(reading *r, mlci_correlation *c, mlc_error *err)
{
    MLCI_TRY(key_is(r, "pairs", err));
    MLCI_TRY(next_is(r, MLCI_JSON_ARRAY, "must be an array", err));
    for (int32_t i = 0; i < c->n_columns; i++) {
        for (int32_t j = i + 1; j < c->n_columns; j++) {
            mlci_pair_sums *const pair = &c->pairs[mlci_correlation_pair(c, i, j)];
            MLCI_TRY(next_is(r, MLCI_JSON_OBJECT, "must be a pair of columns", err));
            MLCI_TRY(member_lost(r, "first", c->columns[i].n, &pair->lost[0], err));
            MLCI_TRY(member_lost(r, "second", c->columns[j].n, &pair->lost[1], err));
            MLCI_TRY(member_sum(r, "products", &pair->products, err));
            MLCI_TRY(next_is(r, MLCI_JSON_END_OBJECT, "the pair must end here", err));
        }
    }
    return next_is(r, MLCI_JSON_END_ARRAY, "more pairs than columns have", err);
}

/* After the key "sums". */
static mlc_status read_correlation(reading *r, mlc_error *err)
{
    int64_t n = 0;
    for (int64_t i = 0; i < r->profile->n_columns; i++)
        n += r->profile->columns[i].kind == MLCI_PROFILE_NUMBERS;
    MLCI_TRY(mlci_correlation_create(r->root, n, &r->profile->correlation, err));
    mlci_correlation *const c = r->profile->correlation;
    MLCI_TRY(next_is(r, MLCI_JSON_ARRAY, "must be an array", err));
    for (int32_t i = 0; i < c->n_columns; i++) {
        MLCI_TRY(next_is(r, MLCI_JSON_OBJECT, "must be sums of a column of numbers", err));
        MLCI_TRY(read_sums(r, &c->columns[i], err));
    }
    MLCI_TRY(next_is(r, MLCI_JSON_END_ARRAY, "more sums than columns of numbers", err));
    MLCI_TRY(read_pairs(r, c, err));
    return mlci_json_next(&r->json, err);
}

/* ---- the whole ------------------------------------------------------------------------------- */

static mlc_status read_limit(reading *r, mlc_error *err)
{
    MLCI_TRY(key_is(r, "max_distinct", err));
    MLCI_TRY(mlci_json_next(&r->json, err));
    r->profile->max_distinct = MLCI_COUNT_UNLIMITED;
    if (r->json.event == MLCI_JSON_NULL) return MLC_OK;
    if (r->json.event != MLCI_JSON_NUMBER || !r->json.is_integer || r->json.integer < 16 ||
        r->json.integer > (int64_t)1 << 40) {
        return refuse(r, err, "max_distinct must be null or 16 to 2^40");
    }
    r->profile->max_distinct = r->json.integer;
    return MLC_OK;
}

static mlc_status read_profile(reading *r, mlc_error *err)
{
    int64_t version;
    MLCI_TRY(next_is(r, MLCI_JSON_OBJECT, "a profile is an object", err));
    MLCI_TRY(member_integer(r, "mlcore_profile", 1, INT32_MAX, &version, err));
    if (version > MLCI_PROFILE_VERSION) {
        return mlci_fail(err, MLC_ERROR_VERSION, NULL,
                         "a profile of format %lld: this library reads format %d",
                         (long long)version, MLCI_PROFILE_VERSION);
    }
    MLCI_TRY(member_integer(r, "n_rows", 0, INT64_MAX, &r->profile->n_rows, err));
    MLCI_TRY(read_limit(r, err));
    MLCI_TRY(read_columns(r, err));
    MLCI_TRY(mlci_json_next(&r->json, err));
    if (r->json.event == MLCI_JSON_KEY && mlci_text_equal(r->json.text, r->json.length, "sums")) {
        MLCI_TRY(read_correlation(r, err));
    }
    if (r->json.event != MLCI_JSON_END_OBJECT) return refuse(r, err, "the profile must end here");
    return next_is(r, MLCI_JSON_END, "nothing may follow", err);
}

mlc_status mlc_profile_parse(mlc_context *ctx, const void *bytes, int64_t n_bytes,
                             mlc_profile **out, mlc_error *err)
{
    if (bytes == NULL || n_bytes < 0 || out == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, NULL,
                         "bytes and out must not be NULL, n_bytes must be at least 0");
    }
    reading r = {.root = mlci_context_root(ctx)};
    MLCI_TRY(mlci_profile_new(r.root, 0, &r.profile, err));
    mlci_free(r.profile->columns);
    r.profile->columns = NULL;
    mlci_json_open(&r.json, r.root, bytes, n_bytes);
    const mlc_status status = read_profile(&r, err);
    mlci_json_close(&r.json);
    if (status == MLC_OK) {
        *out = r.profile;
    } else {
        mlc_profile_free(r.profile);
    }
    return status;
}
