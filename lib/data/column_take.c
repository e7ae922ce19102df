/* Columns made of columns: chosen rows, texts as categories, codes in another dictionary.
 *
 * Texts become categories by hashing, O(n), with the distinct texts sorted afterwards, so codes
 * never depend on the order of rows. The hash is public; when texts were made to collide, all
 * rows are sorted instead, O(n log n). */
#include "column.h"

#include <string.h>

#include "checked.h"
#include "context_impl.h"
#include "text.h"

#define MAX_PROBES 64

/* Row i of what is taken, or -1. */
static int64_t source(const int64_t *rows, int64_t first, int64_t i)
{
    return rows != NULL ? rows[i] : first + i;
}

static int64_t value_size(int32_t type)
{
    return type == MLC_TYPE_FLOAT32 || type == MLC_TYPE_CATEGORY ? 4 : 8;
}

static void take_bits(const mlci_column *c, const int64_t *rows, int64_t first, mlci_column *to)
{
    const uint8_t *const from = c->values;
    uint8_t *const bits = mlci_column_data(to);
    for (int64_t i = 0; i < to->n_rows; i++) {
        const int64_t row = source(rows, first, i);
        if (row < 0 || (from[row >> 3] >> (row & 7) & 1) == 0) continue;
        bits[i >> 3] = (uint8_t)(bits[i >> 3] | 1U << (i & 7));
    }
}

static void take_values(const mlci_column *c, const int64_t *rows, int64_t first,
                        mlci_column *to)
{
    const size_t size = (size_t)value_size(c->type);
    if (rows == NULL) {
        memcpy(mlci_column_data(to), (const char *)c->values + (size_t)first * size,
               (size_t)to->n_rows * size);
    } else if (size == 4) {
        uint32_t *const out = mlci_column_data(to);
        const uint32_t *const in = c->values;
        for (int64_t i = 0; i < to->n_rows; i++) out[i] = rows[i] < 0 ? 0 : in[rows[i]];
    } else {
        uint64_t *const out = mlci_column_data(to);
        const uint64_t *const in = c->values;
        for (int64_t i = 0; i < to->n_rows; i++) out[i] = rows[i] < 0 ? 0 : in[rows[i]];
    }
}

static void take_dense(const mlci_column *c, const int64_t *rows, int64_t first, mlci_column *to)
{
    const size_t size = (size_t)c->width * sizeof(double);
    const double *const in = c->values;
    double *const out = mlci_column_data(to);
    for (int64_t i = 0; i < to->n_rows; i++) {
        const int64_t row = source(rows, first, i);
        if (row >= 0) memcpy(out + i * c->width, in + row * c->row_stride, size);
    }
}

/* Bits of rows that are there; none when every row is. */
static mlc_status take_valid(const mlci_column *c, const int64_t *rows, int64_t first,
                             mlci_column *to, mlc_error *err)
{
    for (int64_t i = 0; i < to->n_rows; i++) {
        const int64_t row = source(rows, first, i);
        if (row >= 0 && mlci_column_is_valid(c, row)) continue;
        MLCI_TRY(mlci_column_add_valid(to, err));
        mlci_column_set_missing(to, i);
    }
    return MLC_OK;
}

static mlc_status take_text(const mlci_column *c, const int64_t *rows, int64_t first,
                            mlci_column *to, mlc_error *err)
{
    int64_t *const offsets = (int64_t *)to->offsets;
    for (int64_t i = 0; i < to->n_rows; i++) {
        const int64_t row = source(rows, first, i);
        const int64_t length = row < 0 ? 0 : c->offsets[row + 1] - c->offsets[row];
        if (!mlci_add_size(offsets[i], length, &offsets[i + 1])) {
            return mlci_fail(err, MLC_ERROR_LIMIT, NULL, "a text column has too many bytes");
        }
    }
    char *const bytes = mlci_alloc_raw(to->root, offsets[to->n_rows], 1);
    if (bytes == NULL) return mlci_fail_memory(err, offsets[to->n_rows], 1);
    mlci_free((void *)to->values);
    to->values = bytes;
    for (int64_t i = 0; i < to->n_rows; i++) {
        const int64_t length = offsets[i + 1] - offsets[i];
        if (length == 0) continue;
        memcpy(bytes + offsets[i],
               (const char *)c->values + c->offsets[source(rows, first, i)], (size_t)length);
    }
    return MLC_OK;
}

static mlc_status take_sparse(const mlci_column *c, const int64_t *rows, int64_t first,
                              int64_t n, mlci_column **out, mlc_error *err)
{
    int64_t *const offsets = mlci_alloc(c->root, n + 1, sizeof *offsets);
    if (offsets == NULL) return mlci_fail_memory(err, n + 1, sizeof *offsets);
    for (int64_t i = 0; i < n; i++) {
        const int64_t row = source(rows, first, i);
        const int64_t count = row < 0 ? 0 : c->offsets[row + 1] - c->offsets[row];
        if (!mlci_add_size(offsets[i], count, &offsets[i + 1])) {
            mlci_free(offsets);
            return mlci_fail(err, MLC_ERROR_LIMIT, NULL, "a sparse column has too many values");
        }
    }
    int32_t *const indices = mlci_alloc_raw(c->root, offsets[n], sizeof *indices);
    double *const values = mlci_alloc_raw(c->root, offsets[n], sizeof *values);
    if (indices == NULL || values == NULL) {
        const int64_t count = offsets[n];
        mlci_free(offsets);
        mlci_free(indices);
        mlci_free(values);
        return mlci_fail_memory(err, count, sizeof *values);
    }
    for (int64_t i = 0; i < n; i++) {
        const int64_t count = offsets[i + 1] - offsets[i];
        if (count == 0) continue;
        const int64_t from = c->offsets[source(rows, first, i)];
        memcpy(indices + offsets[i], c->indices + from, (size_t)count * sizeof *indices);
        memcpy(values + offsets[i], (const double *)c->values + from,
               (size_t)count * sizeof *values);
    }
    return mlci_column_create_sparse(c->root, n, c->width, offsets, indices, values, out, err);
}

mlc_status mlci_column_take(const mlci_column *column, const int64_t *rows, int64_t first,
                            int64_t n, mlci_column **out, mlc_error *err)
{
    const mlci_column *const c = column;
    if (rows == NULL && first == 0 && n == c->n_rows) {
        *out = mlci_column_ref(c);
        return MLC_OK;
    }
    mlci_column *to = NULL;
    mlc_status status = MLC_OK;
    if (c->indices != NULL) {
        status = take_sparse(c, rows, first, n, &to, err);
    } else {
        status = mlci_column_create(c->root, c->type, n, c->width, 0, &to, err);
    }
    if (status != MLC_OK) return status;
    to->dictionary = mlci_dictionary_ref(c->dictionary);
    if (c->type == MLC_TYPE_TEXT) {
        status = take_text(c, rows, first, to, err);
    } else if (c->type == MLC_TYPE_BOOL) {
        take_bits(c, rows, first, to);
    } else if (c->type != MLC_TYPE_VECTOR) {
        take_values(c, rows, first, to);
    } else if (c->indices == NULL) {
        take_dense(c, rows, first, to);
    }
    if (status == MLC_OK && (rows != NULL || c->n_missing > 0)) {
        status = take_valid(c, rows, first, to, err);
    }
    if (status == MLC_OK) {
        status = mlci_column_set_components(to, (const char *const *)c->components, err);
    }
    if (status != MLC_OK) {
        mlci_column_unref(to);
        return status;
    }
    *out = to;
    return MLC_OK;
}

/* Distinct texts while they are being found. */
typedef struct distinct {
    mlci_root *root;
    mlci_text_key *keys; /* by order of appearance; index is that order */
    int64_t n, capacity;
    int64_t *slots; /* into keys, or -1 */
    int64_t n_slots;
} distinct;

static void distinct_clear(distinct *d)
{
    mlci_free(d->keys);
    mlci_free(d->slots);
}

/* The slot of a text or the free one where it belongs; -1 after too many probes. */
static int64_t distinct_slot(const distinct *d, const char *text, int64_t length)
{
    const uint64_t mask = (uint64_t)d->n_slots - 1;
    uint64_t slot = mlci_text_hash(text, length) & mask;
    for (int probe = 0; probe < MAX_PROBES; probe++) {
        const int64_t i = d->slots[slot];
        if (i < 0 || (d->keys[i].length == length &&
                      (length == 0 || memcmp(d->keys[i].text, text, (size_t)length) == 0))) {
            return (int64_t)slot;
        }
        slot = (slot + 1) & mask;
    }
    return -1;
}

/* Twice the room (or the first); *crowded when texts collide too much for a table. */
static mlc_status distinct_grow(distinct *d, int *crowded, mlc_error *err)
{
    const int64_t capacity = d->capacity > 0 ? d->capacity * 2 : 256;
    mlci_text_key *const keys = mlci_realloc(d->root, d->keys, capacity, sizeof *keys);
    if (keys == NULL) return mlci_fail_memory(err, capacity, sizeof *keys);
    d->keys = keys;
    d->capacity = capacity;
    int64_t *const slots = mlci_alloc_raw(d->root, capacity * 2, sizeof *slots);
    if (slots == NULL) return mlci_fail_memory(err, capacity * 2, sizeof *slots);
    mlci_free(d->slots);
    d->slots = slots;
    d->n_slots = capacity * 2;
    for (int64_t i = 0; i < d->n_slots; i++) slots[i] = -1;
    for (int64_t i = 0; i < d->n; i++) {
        const int64_t slot = distinct_slot(d, keys[i].text, keys[i].length);
        if (slot < 0) {
            *crowded = 1;
            return MLC_OK;
        }
        slots[slot] = i;
    }
    return MLC_OK;
}

/* Number of each row's text by order of appearance, -1 missing. */
static mlc_status number_by_hash(const mlci_column *c, int32_t *codes, distinct *d,
                                 int *crowded, mlc_error *err)
{
    MLCI_TRY(distinct_grow(d, crowded, err));
    for (int64_t row = 0; row < c->n_rows; row++) {
        int64_t length = 0;
        const char *const text = mlci_column_text(c, row, &length);
        codes[row] = -1;
        if (text == NULL) continue;
        int64_t slot = distinct_slot(d, text, length);
        if (slot >= 0 && d->slots[slot] < 0 && d->n == d->capacity) {
            MLCI_TRY(distinct_grow(d, crowded, err));
            slot = *crowded ? -1 : distinct_slot(d, text, length);
        }
        if (slot < 0) *crowded = 1;
        if (*crowded) return MLC_OK;
        if (d->slots[slot] < 0) {
            if (d->n >= INT32_MAX / 2) {
                return mlci_fail(err, MLC_ERROR_LIMIT, NULL, "more than 2^30 distinct texts");
            }
            d->keys[d->n] = (mlci_text_key){.text = text, .length = length, .index = d->n};
            d->slots[slot] = d->n++;
        }
        codes[row] = (int32_t)d->slots[slot];
    }
    return MLC_OK;
}

/* The same by sorting every row; keys end up ascending. */
static mlc_status number_by_sort(const mlci_column *c, int32_t *codes, distinct *d,
                                 mlc_error *err)
{
    distinct_clear(d);
    *d = (distinct){.root = d->root, .capacity = c->n_rows};
    d->keys = mlci_alloc_raw(d->root, c->n_rows, sizeof *d->keys);
    if (d->keys == NULL) return mlci_fail_memory(err, c->n_rows, sizeof *d->keys);
    mlci_text_key *const scratch = mlci_alloc_raw(d->root, c->n_rows, sizeof *scratch);
    if (scratch == NULL) return mlci_fail_memory(err, c->n_rows, sizeof *scratch);
    int64_t n = 0;
    for (int64_t row = 0; row < c->n_rows; row++) {
        codes[row] = -1;
        d->keys[n].text = mlci_column_text(c, row, &d->keys[n].length);
        d->keys[n].index = row;
        if (d->keys[n].text != NULL) n++;
    }
    mlci_text_keys_sort(d->keys, scratch, n);
    mlci_free(scratch);
    for (int64_t i = 0; i < n; i++) {
        const mlci_text_key key = d->keys[i];
        if (d->n == 0 || mlci_text_compare(d->keys[d->n - 1].text, d->keys[d->n - 1].length,
                                           key.text, key.length) != 0) {
            if (d->n >= INT32_MAX / 2) {
                return mlci_fail(err, MLC_ERROR_LIMIT, NULL, "more than 2^30 distinct texts");
            }
            d->keys[d->n] = (mlci_text_key){.text = key.text, .length = key.length,
                                            .index = d->n};
            d->n++;
        }
        codes[key.index] = (int32_t)d->n - 1;
    }
    return MLC_OK;
}

/* The sorted dictionary of what was found; codes become indices into it. */
static mlc_status sorted_dictionary(distinct *d, int64_t n_rows, int32_t *codes,
                                    mlci_dictionary **out, mlc_error *err)
{
    mlc_status status = MLC_OK;
    mlci_text_key *const scratch = mlci_alloc_raw(d->root, d->n, sizeof *scratch);
    const char **const texts = mlci_alloc_raw(d->root, d->n, sizeof *texts);
    int64_t *const lengths = mlci_alloc_raw(d->root, d->n, sizeof *lengths);
    int32_t *const rank = mlci_alloc_raw(d->root, d->n, sizeof *rank);
    if (scratch == NULL || texts == NULL || lengths == NULL || rank == NULL) {
        status = mlci_fail_memory(err, d->n, sizeof *scratch);
        goto done;
    }
    mlci_text_keys_sort(d->keys, scratch, d->n);
    for (int64_t i = 0; i < d->n; i++) {
        texts[i] = d->keys[i].text;
        lengths[i] = d->keys[i].length;
        rank[d->keys[i].index] = (int32_t)i;
    }
    status = mlci_dictionary_create(d->root, (int32_t)d->n, texts, lengths, out, err);
    if (status != MLC_OK) goto done;
    for (int64_t row = 0; row < n_rows; row++) {
        if (codes[row] >= 0) codes[row] = rank[codes[row]];
    }
done:
    mlci_free(scratch);
    mlci_free((void *)texts);
    mlci_free(lengths);
    mlci_free(rank);
    return status;
}

mlc_status mlci_column_to_category(const mlci_column *column, mlci_column **out, mlc_error *err)
{
    if (column->type == MLC_TYPE_CATEGORY) {
        *out = mlci_column_ref(column);
        return MLC_OK;
    }
    if (column->type != MLC_TYPE_TEXT) {
        return mlci_fail(err, MLC_ERROR_COLUMN, NULL, "%s is not text: it has no categories",
                         mlci_type_kind(column->type));
    }
    distinct d = {.root = column->root};
    mlci_dictionary *dictionary = NULL;
    int crowded = 0;
    int32_t *codes = mlci_alloc_raw(column->root, column->n_rows, sizeof *codes);
    if (codes == NULL) return mlci_fail_memory(err, column->n_rows, sizeof *codes);
    mlc_status status = number_by_hash(column, codes, &d, &crowded, err);
    if (status == MLC_OK && crowded) status = number_by_sort(column, codes, &d, err);
    if (status == MLC_OK) {
        status = sorted_dictionary(&d, column->n_rows, codes, &dictionary, err);
    }
    if (status == MLC_OK) {
        status = mlci_column_create_category(column->root, column->n_rows, codes, dictionary,
                                             out, err);
        codes = NULL;
    }
    mlci_dictionary_unref(dictionary);
    distinct_clear(&d);
    mlci_free(codes);
    return status;
}

mlc_status mlci_column_codes_in(const mlci_column *column, const mlci_dictionary *dictionary,
                                int32_t *out, mlc_error *err)
{
    if (column->type == MLC_TYPE_TEXT) {
        for (int64_t row = 0; row < column->n_rows; row++) {
            int64_t length = 0;
            const char *const text = mlci_column_text(column, row, &length);
            out[row] = text == NULL ? -2 : mlci_dictionary_find(dictionary, text, length);
        }
        return MLC_OK;
    }
    if (column->type != MLC_TYPE_CATEGORY) {
        return mlci_fail(err, MLC_ERROR_COLUMN, NULL, "%s is not text: it has no categories",
                         mlci_type_kind(column->type));
    }
    const mlci_dictionary *const own = column->dictionary;
    const int32_t n = own == NULL ? 0 : own->n;
    int32_t *const map = mlci_alloc_raw(column->root, n, sizeof *map);
    if (map == NULL) return mlci_fail_memory(err, n, sizeof *map);
    for (int32_t i = 0; i < n; i++) {
        int64_t length = 0;
        const char *const text = mlci_dictionary_text(own, i, &length);
        map[i] = own == dictionary ? i : mlci_dictionary_find(dictionary, text, length);
    }
    const int32_t *const codes = column->values;
    for (int64_t row = 0; row < column->n_rows; row++) {
        out[row] = mlci_column_is_valid(column, row) ? map[codes[row]] : -2;
    }
    mlci_free(map);
    return MLC_OK;
}
