/* Reads profiles that mlc_profile_format() wrote, member by member in its order. The text may be
 * anybody's: counts add up to the rows, values ascend, cells lie in their range, texts are those
 * that the level keeps; so whatever is read can be merged and asked. What cannot be checked (sums,
 * registers) can only make moments and estimates wrong. */
#include <math.h>
#include <string.h>

#include "order.h"
#include "profile_json.h"
#include "profile_members.h"

#define MAX_COLUMNS 1000000

/* ---- numbers --------------------------------------------------------------------------------- */

/* The key of the number that the current event is. */
static mlc_status take_value(const mlci_profile_reading *r, int is_integer, uint64_t *key,
                             mlc_error *err)
{
    if (r->json.event != MLCI_JSON_NUMBER) return mlci_profile_refuse(r, err, "must be a number");
    if (is_integer && !r->json.is_integer)
        return mlci_profile_refuse(r, err, "must be an integer of 64 bits");
    if (!is_integer && !isfinite(r->json.real))
        return mlci_profile_refuse(r, err, "must be a finite number");
    *key = is_integer ? mlci_order_of_integer(r->json.integer) : mlci_order_of_real(r->json.real);
    return MLC_OK;
}

static mlc_status member_value(mlci_profile_reading *r, const char *key, int is_integer,
                               uint64_t *out, mlc_error *err)
{
    MLCI_TRY(mlci_profile_key_is(r, key, err));
    MLCI_TRY(mlci_json_next(&r->json, err));
    return take_value(r, is_integer, out, err);
}

static mlc_status read_beyond(mlci_profile_reading *r, mlci_number_counts *c, mlc_error *err)
{
    c->beyond = mlci_alloc(r->root, 1, sizeof *c->beyond);
    if (c->beyond == NULL) return mlci_fail_memory(err, 1, sizeof *c->beyond);
    MLCI_TRY(member_value(r, "least", c->is_integer, &c->beyond->low, err));
    MLCI_TRY(member_value(r, "greatest", c->is_integer, &c->beyond->high, err));
    MLCI_TRY(mlci_profile_member_sum(r, "sum", &c->beyond->sum, err));
    MLCI_TRY(mlci_profile_member_sum(r, "squares", &c->beyond->squares, err));
    return mlci_profile_member_registers(r, &c->beyond->distinct, err);
}

/* The value or cell that the current event starts. */
static mlc_status read_cell(const mlci_profile_reading *r, const mlci_number_counts *c,
                            uint64_t *cell, mlc_error *err)
{
    if (c->shift == 0) return take_value(r, c->is_integer, cell, err);
    if (r->json.event != MLCI_JSON_NUMBER || !r->json.is_integer || r->json.integer < 0 ||
        (uint64_t)r->json.integer >> (64 - c->shift) != 0) {
        return mlci_profile_refuse(r, err, "the cell is out of its range");
    }
    *cell = (uint64_t)r->json.integer;
    return MLC_OK;
}

static mlc_status read_cells(mlci_profile_reading *r, mlci_number_counts *c, mlc_error *err)
{
    int64_t capacity = 0;
    MLCI_TRY(mlci_profile_key_is(r, c->shift == 0 ? "values" : "cells", err));
    MLCI_TRY(mlci_profile_next_is(r, MLCI_JSON_ARRAY, "must be an array", err));
    for (;; c->n++) {
        MLCI_TRY(mlci_json_next(&r->json, err));
        if (r->json.event == MLCI_JSON_END_ARRAY) return MLC_OK;
        if (c->n >= c->limit) return mlci_profile_refuse(r, err, "more values than max_distinct");
        void *block = c->cells;
        const mlc_status status =
            mlci_profile_grow(r, &block, c->n, &capacity, (int64_t)sizeof *c->cells, err);
        c->cells = block;
        if (status != MLC_OK) return status;
        MLCI_TRY(read_cell(r, c, &c->cells[c->n], err));
        if (c->n > 0 && c->cells[c->n] <= c->cells[c->n - 1]) {
            return mlci_profile_refuse(r, err, "values must ascend");
        }
    }
}

/* As many counts as there are items, of at most `left` in all; *left is what they leave. */
static mlc_status read_counts(mlci_profile_reading *r, int64_t n, int64_t *counts, int64_t *left,
                              mlc_error *err)
{
    MLCI_TRY(mlci_profile_key_is(r, "counts", err));
    MLCI_TRY(mlci_profile_next_is(r, MLCI_JSON_ARRAY, "must be an array", err));
    for (int64_t i = 0; i < n; i++) {
        MLCI_TRY(mlci_profile_read_integer(r, 1, *left, &counts[i], err));
        *left -= counts[i];
    }
    return mlci_profile_next_is(r, MLCI_JSON_END_ARRAY, "must be as many counts as values", err);
}

static mlc_status check_ends(const mlci_profile_reading *r, const mlci_number_counts *c,
                             mlc_error *err)
{
    if (c->shift == 0) return MLC_OK;
    if (c->n == 0 || c->beyond->low >> c->shift != c->cells[0] ||
        c->beyond->high >> c->shift != c->cells[c->n - 1] || c->beyond->low > c->beyond->high) {
        return mlci_profile_refuse(r, err,
                                   "least and greatest must lie in the first and the last cell");
    }
    return MLC_OK;
}

static mlc_status read_numbers(mlci_profile_reading *r, mlci_profile_column *column, mlc_error *err)
{
    mlci_number_counts *const c = &column->numbers;
    int64_t shift, left = r->profile->n_rows;
    *c = (mlci_number_counts){.root = r->root,
                              .limit = r->profile->max_distinct,
                              .is_integer = column->type == MLC_TYPE_INT64 ||
                                            column->type == MLC_TYPE_TIMESTAMP};
    MLCI_TRY(mlci_profile_member_count(r, "nan", &column->n_nan, err));
    MLCI_TRY(mlci_profile_member_count(r, "zero", &column->n_zero, err));
    MLCI_TRY(mlci_profile_member_count(r, "low", &column->n_low, err));
    MLCI_TRY(mlci_profile_member_count(r, "high", &column->n_high, err));
    MLCI_TRY(mlci_profile_member_integer(r, "shift", 0, 63, &shift, err));
    c->shift = (int32_t)shift;
    if (shift > 0) MLCI_TRY(read_beyond(r, c, err));
    MLCI_TRY(read_cells(r, c, err));
    const int64_t others[] = {column->n_null, column->n_nan, column->n_low, column->n_high};
    for (int i = 0; i < 4; i++) {
        if (others[i] > left) return mlci_profile_refuse(r, err, "counts must add up to n_rows");
        left -= others[i];
    }
    c->ends = mlci_alloc(r->root, c->n, (int64_t)sizeof *c->ends);
    if (c->ends == NULL) return mlci_fail_memory(err, c->n, (int64_t)sizeof *c->ends);
    MLCI_TRY(read_counts(r, c->n, c->ends, &left, err));
    for (int64_t i = 1; i < c->n; i++)
        c->ends[i] += c->ends[i - 1];
    if (left != 0) return mlci_profile_refuse(r, err, "counts must add up to n_rows");
    return check_ends(r, c, err);
}

/* ---- texts ----------------------------------------------------------------------------------- */

static mlc_status append_text(mlci_profile_reading *r, mlci_text_counts *c, mlci_text *bytes,
                              int64_t *capacity, mlc_error *err)
{
    const char *const text = r->json.text;
    const int64_t length = r->json.length;
    if (r->json.event != MLCI_JSON_TEXT) return mlci_profile_refuse(r, err, "must be a text");
    if (memchr(text, '\0', (size_t)length) != NULL)
        return mlci_profile_refuse(r, err, "a text has a NUL byte");
    if (c->n >= c->limit) return mlci_profile_refuse(r, err, "more texts than max_distinct");
    void *block = c->offsets;
    const mlc_status status =
        mlci_profile_grow(r, &block, c->n + 1, capacity, sizeof(int64_t), err);
    c->offsets = block;
    if (status != MLC_OK) return status;
    const int64_t start = c->n == 0 ? 0 : c->offsets[c->n - 1];
    if (c->n > 0 &&
        mlci_text_compare(bytes->data + start, c->offsets[c->n] - start, text, length) >= 0) {
        return mlci_profile_refuse(r, err, "texts must ascend");
    }
    if (!mlci_text_is_kept(text, length, c->level)) {
        return mlci_profile_refuse(r, err, "the text is not among those that the level keeps");
    }
    mlci_text_append(bytes, text, length);
    if (bytes->data == NULL) mlci_text_append(bytes, "", 0);
    c->offsets[++c->n] = bytes->length;
    return mlci_text_status(bytes, err);
}

static mlc_status read_text_list(mlci_profile_reading *r, mlci_text_counts *c, mlci_text *bytes,
                                 mlc_error *err)
{
    int64_t capacity = 0;
    MLCI_TRY(mlci_profile_key_is(r, "texts", err));
    MLCI_TRY(mlci_profile_next_is(r, MLCI_JSON_ARRAY, "must be an array", err));
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

static mlc_status read_texts(mlci_profile_reading *r, mlci_profile_column *column, mlc_error *err)
{
    mlci_text_counts *const c = &column->texts;
    mlci_text bytes = mlci_text_init(r->root);
    int64_t level, left;
    *c = (mlci_text_counts){.root = r->root, .limit = r->profile->max_distinct};
    MLCI_TRY(mlci_profile_member_count(r, "present", &c->n_rows, err));
    if (c->n_rows != r->profile->n_rows - column->n_null) {
        return mlci_profile_refuse(r, err, "null and present must add up to n_rows");
    }
    left = c->n_rows;
    MLCI_TRY(mlci_profile_member_count(r, "empty", &c->n_empty, err));
    MLCI_TRY(mlci_profile_member_integer(r, "characters", 0, INT64_MAX, &c->n_characters, err));
    MLCI_TRY(mlci_profile_member_integer(r, "shortest", 0, INT64_MAX, &c->shortest, err));
    MLCI_TRY(mlci_profile_member_integer(r, "longest", c->shortest, INT64_MAX, &c->longest, err));
    MLCI_TRY(mlci_profile_member_integer(r, "level", 0, MLCI_TEXT_LEVELS, &level, err));
    c->level = (int32_t)level;
    mlc_status status = read_text_list(r, c, &bytes, err);
    if (status == MLC_OK) status = mlci_text_take(&bytes, &c->bytes, err);
    mlci_text_clear(&bytes);
    if (status == MLC_OK) status = read_counts(r, c->n, c->counts, &left, err);
    if (status == MLC_OK && c->level == 0 && left != 0) {
        status = mlci_profile_refuse(r, err, "counts must add up to present");
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
static mlc_status member_word(mlci_profile_reading *r, const char *key,
                              int32_t (*find)(const char *name), int32_t least, int32_t *out,
                              mlc_error *err)
{
    char *word = NULL;
    MLCI_TRY(mlci_profile_member_text(r, key, &word, err));
    *out = find(word);
    mlci_free(word);
    return *out < least ? mlci_profile_refuse(r, err, "no such word is known") : MLC_OK;
}

static int32_t find_kind(const char *name)
{
    for (int32_t kind = MLCI_PROFILE_NUMBERS; kind <= MLCI_PROFILE_OPAQUE; kind++)
        if (strcmp(name, mlci_profile_kinds[kind]) == 0) return kind;
    return -1;
}

static mlc_status read_column(mlci_profile_reading *r, mlci_profile_column *column, mlc_error *err)
{
    MLCI_TRY(mlci_profile_member_text(r, "name", &column->name, err));
    MLCI_TRY(member_word(r, "role", mlci_role_find, 0, &column->role, err));
    MLCI_TRY(member_word(r, "type", mlci_type_find, 1, &column->type, err));
    MLCI_TRY(member_word(r, "kind", find_kind, 1, &column->kind, err));
    if (!kind_fits(column->kind, column->type)) {
        return mlci_profile_refuse(r, err, "columns of that type are of another kind");
    }
    MLCI_TRY(mlci_profile_member_count(r, "null", &column->n_null, err));
    if (column->kind == MLCI_PROFILE_NUMBERS) MLCI_TRY(read_numbers(r, column, err));
    if (column->kind == MLCI_PROFILE_TEXTS) MLCI_TRY(read_texts(r, column, err));
    return mlci_profile_next_is(r, MLCI_JSON_END_OBJECT, "the column must end here", err);
}

static mlc_status read_columns(mlci_profile_reading *r, mlc_error *err)
{
    MLCI_TRY(mlci_profile_key_is(r, "columns", err));
    MLCI_TRY(mlci_profile_next_is(r, MLCI_JSON_ARRAY, "must be an array", err));
    for (;;) {
        MLCI_TRY(mlci_json_next(&r->json, err));
        if (r->json.event == MLCI_JSON_END_ARRAY) return MLC_OK;
        if (r->json.event != MLCI_JSON_OBJECT)
            return mlci_profile_refuse(r, err, "must be a column");
        if (r->profile->n_columns >= MAX_COLUMNS)
            return mlci_profile_refuse(r, err, "more than 1000000 columns");
        void *block = r->profile->columns;
        const mlc_status status = mlci_profile_grow(r, &block, r->profile->n_columns, &r->capacity,
                                                    (int64_t)sizeof(mlci_profile_column), err);
        r->profile->columns = block;
        if (status != MLC_OK) return status;
        MLCI_TRY(read_column(r, &r->profile->columns[r->profile->n_columns++], err));
    }
}

/* ---- correlations ---------------------------------------------------------------------------- */

/* The fewest bytes of a pair: what comes is not taken for more than it can be. */
#define PAIR_BYTES ((int64_t)sizeof "{\"first\":null,\"second\":null,\"products\":\"0\"}" - 1)

static mlc_status read_sums(mlci_profile_reading *r, mlci_column_sums *sums, mlc_error *err)
{
    MLCI_TRY(mlci_profile_member_integer(r, "n", 0, r->profile->n_rows, &sums->n, err));
    MLCI_TRY(mlci_profile_member_sum(r, "sum", &sums->sum, err));
    MLCI_TRY(mlci_profile_member_sum(r, "squares", &sums->squares, err));
    return mlci_profile_next_is(r, MLCI_JSON_END_OBJECT, "the sums must end here", err);
}

static mlc_status member_lost(mlci_profile_reading *r, const char *key, int64_t n_all,
                              mlci_column_sums **out, mlc_error *err)
{
    MLCI_TRY(mlci_profile_key_is(r, key, err));
    MLCI_TRY(mlci_json_next(&r->json, err));
    if (r->json.event == MLCI_JSON_NULL) return MLC_OK;
    if (r->json.event != MLCI_JSON_OBJECT)
        return mlci_profile_refuse(r, err, "must be sums or null");
    *out = mlci_alloc(r->root, 1, (int64_t)sizeof **out);
    if (*out == NULL) return mlci_fail_memory(err, 1, (int64_t)sizeof **out);
    MLCI_TRY(read_sums(r, *out, err));
    return (*out)->n > n_all ? mlci_profile_refuse(r, err, "more rows than the column has")
                             : MLC_OK;
}

static mlc_status read_pairs(mlci_profile_reading *r, mlci_correlation *c, mlc_error *err)
{
    MLCI_TRY(mlci_profile_key_is(r, "pairs", err));
    MLCI_TRY(mlci_profile_next_is(r, MLCI_JSON_ARRAY, "must be an array", err));
    for (int32_t i = 0; i < c->n_columns; i++) {
        for (int32_t j = i + 1; j < c->n_columns; j++) {
            mlci_pair_sums *const pair = &c->pairs[mlci_correlation_pair(c, i, j)];
            MLCI_TRY(mlci_profile_next_is(r, MLCI_JSON_OBJECT, "must be a pair of columns", err));
            MLCI_TRY(member_lost(r, "first", c->columns[i].n, &pair->lost[0], err));
            MLCI_TRY(member_lost(r, "second", c->columns[j].n, &pair->lost[1], err));
            MLCI_TRY(mlci_profile_member_sum(r, "products", &pair->products, err));
            MLCI_TRY(mlci_profile_next_is(r, MLCI_JSON_END_OBJECT, "the pair must end here", err));
        }
    }
    return mlci_profile_next_is(r, MLCI_JSON_END_ARRAY, "more pairs than columns have", err);
}

/* After the key "sums". */
static mlc_status read_correlation(mlci_profile_reading *r, mlc_error *err)
{
    int64_t n = 0;
    for (int64_t i = 0; i < r->profile->n_columns; i++)
        n += r->profile->columns[i].kind == MLCI_PROFILE_NUMBERS;
    if (n * (n - 1) / 2 > (r->json.end - r->json.at) / PAIR_BYTES) {
        return mlci_profile_refuse(r, err,
                                   "there are not as many pairs as columns of numbers have");
    }
    MLCI_TRY(mlci_correlation_create(r->root, n, &r->profile->correlation, err));
    mlci_correlation *const c = r->profile->correlation;
    MLCI_TRY(mlci_profile_next_is(r, MLCI_JSON_ARRAY, "must be an array", err));
    for (int32_t i = 0; i < c->n_columns; i++) {
        MLCI_TRY(
            mlci_profile_next_is(r, MLCI_JSON_OBJECT, "must be sums of a column of numbers", err));
        MLCI_TRY(read_sums(r, &c->columns[i], err));
    }
    MLCI_TRY(
        mlci_profile_next_is(r, MLCI_JSON_END_ARRAY, "more sums than columns of numbers", err));
    MLCI_TRY(read_pairs(r, c, err));
    return mlci_json_next(&r->json, err);
}

/* ---- the whole ------------------------------------------------------------------------------- */

static mlc_status read_limit(mlci_profile_reading *r, mlc_error *err)
{
    MLCI_TRY(mlci_profile_key_is(r, "max_distinct", err));
    MLCI_TRY(mlci_json_next(&r->json, err));
    r->profile->max_distinct = MLCI_COUNT_UNLIMITED;
    if (r->json.event == MLCI_JSON_NULL) return MLC_OK;
    if (r->json.event != MLCI_JSON_NUMBER || !r->json.is_integer || r->json.integer < 16 ||
        r->json.integer > (int64_t)1 << 40) {
        return mlci_profile_refuse(r, err, "max_distinct must be null or 16 to 2^40");
    }
    r->profile->max_distinct = r->json.integer;
    return MLC_OK;
}

static mlc_status read_profile(mlci_profile_reading *r, mlc_error *err)
{
    int64_t version;
    MLCI_TRY(mlci_profile_next_is(r, MLCI_JSON_OBJECT, "a profile is an object", err));
    MLCI_TRY(mlci_profile_member_integer(r, "mlcore_profile", 1, INT32_MAX, &version, err));
    if (version > MLCI_PROFILE_VERSION) {
        return mlci_fail(err, MLC_ERROR_VERSION, NULL,
                         "a profile of format %lld: this library reads format %d",
                         (long long)version, MLCI_PROFILE_VERSION);
    }
    MLCI_TRY(mlci_profile_member_integer(r, "n_rows", 0, INT64_MAX, &r->profile->n_rows, err));
    MLCI_TRY(read_limit(r, err));
    MLCI_TRY(read_columns(r, err));
    MLCI_TRY(mlci_json_next(&r->json, err));
    if (r->json.event == MLCI_JSON_KEY && mlci_text_equal(r->json.text, r->json.length, "sums")) {
        MLCI_TRY(read_correlation(r, err));
    }
    if (r->json.event != MLCI_JSON_END_OBJECT)
        return mlci_profile_refuse(r, err, "the profile must end here");
    return mlci_profile_next_is(r, MLCI_JSON_END, "nothing may follow", err);
}

mlc_status mlc_profile_parse(mlc_context *ctx, const void *bytes, int64_t n_bytes,
                             mlc_profile **out, mlc_error *err)
{
    if (bytes == NULL || n_bytes < 0 || out == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, NULL,
                         "bytes and out must not be NULL, n_bytes must be at least 0");
    }
    mlci_profile_reading r = {.root = mlci_context_root(ctx)};
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
