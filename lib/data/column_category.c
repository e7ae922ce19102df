/* Texts as categories, and categories seen through another dictionary.
 *
 * Texts become categories by hashing, O(n), with the distinct texts sorted afterwards, so codes
 * never depend on the order of rows. The hash is public; when texts were made to collide, all
 * rows are sorted instead, O(n log n). */
#include "column.h"

#include <string.h>

#include "text.h"
#include "text_hash.h"

#define MAX_PROBES 64
#define FIRST_ROWS 1024 /* that tell whether there may be many distinct texts */
#define FIRST_BITS 8192
#define FEW_CATEGORIES 16 /* always a category up to that many */

/* Distinct texts while they are being found. */
typedef struct distinct {
    mlci_root *root;
    mlci_text_key *keys; /* by order of appearance; index is that order */
    int64_t n, capacity;
    int64_t most;   /* texts that are looked for: whether there are more is all that counts then */
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
        if (i < 0 ||
            (d->keys[i].length == length && mlci_text_is_same(d->keys[i].text, text, length))) {
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
    for (int64_t i = 0; i < d->n_slots; i++)
        slots[i] = -1;
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
static mlc_status number_by_hash(const mlci_column *c, int32_t *codes, distinct *d, int *crowded,
                                 mlc_error *err)
{
    MLCI_TRY(distinct_grow(d, crowded, err));
    for (int64_t row = 0; row < c->n_rows; row++) {
        const char *const text = (const char *)c->values + c->offsets[row];
        const int64_t length = c->offsets[row + 1] - c->offsets[row];
        codes[row] = -1;
        if (!mlci_column_is_valid(c, row)) continue;
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
            if (d->n > d->most) return MLC_OK;
        }
        codes[row] = (int32_t)d->slots[slot];
    }
    return MLC_OK;
}

/* The same by sorting every row; keys end up ascending. */
static mlc_status number_by_sort(const mlci_column *c, int32_t *codes, distinct *d, mlc_error *err)
{
    distinct_clear(d);
    *d = (distinct){.root = d->root, .capacity = c->n_rows, .most = d->most};
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
            d->keys[d->n] = (mlci_text_key){.text = key.text, .length = key.length, .index = d->n};
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

/* A text column as category; NULL when it has more than `most` distinct texts. */
static mlc_status categorise(const mlci_column *column, int64_t most, mlci_column **out,
                             mlc_error *err)
{
    distinct d = {.root = column->root, .most = most};
    mlci_dictionary *dictionary = NULL;
    int crowded = 0;
    *out = NULL;
    int32_t *codes = mlci_alloc_raw(column->root, column->n_rows, sizeof *codes);
    if (codes == NULL) return mlci_fail_memory(err, column->n_rows, sizeof *codes);
    mlc_status status = number_by_hash(column, codes, &d, &crowded, err);
    if (status == MLC_OK && crowded) status = number_by_sort(column, codes, &d, err);
    const int is_within = d.n <= most;
    if (status == MLC_OK && is_within) {
        status = sorted_dictionary(&d, column->n_rows, codes, &dictionary, err);
    }
    if (status == MLC_OK && is_within) {
        status =
            mlci_column_create_category(column->root, column->n_rows, codes, dictionary, out, err);
        codes = NULL;
    }
    mlci_dictionary_unref(dictionary);
    distinct_clear(&d);
    mlci_free(codes);
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
    mlci_column *category = NULL;
    MLCI_TRY(categorise(column, INT64_MAX, &category, err));
    *out = category;
    return MLC_OK;
}

/* A hash of a few bytes of a text: those at both ends and in the middle. */
static uint64_t hash_ends(const char *text, int64_t length)
{
    const uint64_t factor = UINT64_C(0x9E3779B97F4A7C15);
    if (length <= 8) return mlci_text_hash(text, length);
    uint64_t h = (mlci_text_word(text) ^ (uint64_t)length) * factor;
    h = (h ^ h >> 32 ^ mlci_text_word(text + length / 2 - 4)) * factor;
    h = (h ^ h >> 32 ^ mlci_text_word(text + length - 8)) * factor;
    return h ^ h >> 32;
}

/* Are there certainly more than `most` distinct texts? Each bit that some hash sets stands for a
 * text of its own, so the bits set are never more than the distinct texts. 0: not certain. */
static mlc_status has_more(const mlci_column *c, int64_t most,
                           uint64_t (*hash)(const char *text, int64_t length), int *out,
                           mlc_error *err)
{
    int64_t n_bits = 1024, n_set = 0;
    *out = 0;
    while (n_bits < 4 * c->n_rows)
        n_bits *= 2;
    uint8_t *const bits = mlci_alloc(c->root, n_bits / 8, 1);
    if (bits == NULL) return mlci_fail_memory(err, n_bits / 8, 1);
    for (int64_t row = 0; row < c->n_rows && n_set <= most; row++) {
        int64_t length = 0;
        const char *const text = mlci_column_text(c, row, &length);
        if (text == NULL) continue;
        const uint64_t at = hash(text, length) & (uint64_t)(n_bits - 1);
        n_set += (bits[at >> 3] >> (at & 7) & 1) == 0;
        bits[at >> 3] = (uint8_t)(bits[at >> 3] | 1U << (at & 7));
    }
    mlci_free(bits);
    *out = n_set > most;
    return MLC_OK;
}

/* Are more than half of the first texts distinct? Then all of them may be: worth a pass that is
 * quicker than telling them apart. */
static int begins_distinct(const mlci_column *c)
{
    const int64_t n = c->n_rows < FIRST_ROWS ? c->n_rows : FIRST_ROWS;
    uint64_t seen[FIRST_BITS / 64] = {0};
    int64_t n_texts = 0, n_set = 0;
    for (int64_t row = 0; row < n; row++) {
        int64_t length = 0;
        const char *const text = mlci_column_text(c, row, &length);
        if (text == NULL) continue;
        const uint64_t at = mlci_text_hash(text, length) % FIRST_BITS;
        n_texts++;
        n_set += (seen[at / 64] >> at % 64 & 1) == 0;
        seen[at / 64] |= UINT64_C(1) << at % 64;
    }
    return 2 * n_set > n_texts;
}

mlc_status mlci_column_to_likely_category(const mlci_column *column, mlci_column **out,
                                          mlc_error *err)
{
    const int64_t half = (column->n_rows - column->n_missing) / 2;
    const int64_t most = half < FEW_CATEGORIES ? FEW_CATEGORIES : half;
    int is_text = column->type != MLC_TYPE_TEXT;
    mlci_column *category = NULL;
    if (!is_text && begins_distinct(column)) {
        MLCI_TRY(has_more(column, most, hash_ends, &is_text, err));
        if (!is_text) MLCI_TRY(has_more(column, most, mlci_text_hash, &is_text, err));
    }
    if (!is_text) MLCI_TRY(categorise(column, most, &category, err));
    *out = category != NULL ? category : mlci_column_ref(column);
    return MLC_OK;
}

mlc_status mlci_column_code_map(const mlci_column *column, const mlci_dictionary *dictionary,
                                int32_t **out, mlc_error *err)
{
    const mlci_dictionary *const own = column->dictionary;
    const int32_t n = own == NULL ? 0 : own->n;
    int32_t *const map = mlci_alloc_raw(column->root, n, sizeof *map);
    if (map == NULL) return mlci_fail_memory(err, n, sizeof *map);
    for (int32_t i = 0; i < n; i++) {
        int64_t length = 0;
        const char *const text = mlci_dictionary_text(own, i, &length);
        map[i] = own == dictionary ? i : mlci_dictionary_find(dictionary, text, length);
    }
    *out = map;
    return MLC_OK;
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
    int32_t *map = NULL;
    MLCI_TRY(mlci_column_code_map(column, dictionary, &map, err));
    mlci_column_codes(column, 0, column->n_rows, out);
    for (int64_t row = 0; row < column->n_rows; row++)
        out[row] = mlci_column_is_valid(column, row) ? map[out[row]] : -2;
    mlci_free(map);
    return MLC_OK;
}

/* The dictionary without the texts whose mark is 0. */
static mlc_status used_texts(const mlci_dictionary *all, const uint8_t *used, int32_t n_used,
                             mlci_dictionary **out, mlc_error *err)
{
    mlc_status status = MLC_OK;
    const char **const texts = mlci_alloc_raw(all->root, n_used, sizeof *texts);
    int64_t *const lengths = mlci_alloc_raw(all->root, n_used, sizeof *lengths);
    if (texts == NULL || lengths == NULL) {
        status = mlci_fail_memory(err, n_used, sizeof *texts);
        goto done;
    }
    int32_t n = 0;
    for (int32_t i = 0; i < all->n; i++) {
        if (!used[i]) continue;
        texts[n] = mlci_dictionary_text(all, i, &lengths[n]);
        n++;
    }
    status = mlci_dictionary_create(all->root, n_used, texts, lengths, out, err);
done:
    mlci_free((void *)texts);
    mlci_free(lengths);
    return status;
}

mlc_status mlci_column_categories(const mlci_column *column, mlci_dictionary **out, mlc_error *err)
{
    mlci_column *c = NULL;
    MLCI_TRY(mlci_column_to_category(column, &c, err));
    const int32_t n = c->dictionary->n;
    int32_t n_used = 0;
    mlc_status status = MLC_OK;
    uint8_t *const used = mlci_alloc(c->root, n, 1);
    if (used == NULL) {
        status = mlci_fail_memory(err, n, 1);
        goto done;
    }
    for (int64_t row = 0; row < c->n_rows && n_used < n; row++) {
        if (!mlci_column_is_valid(c, row)) continue;
        uint8_t *const is_used = &used[mlci_column_code(c, row)];
        n_used += *is_used == 0;
        *is_used = 1;
    }
    if (n_used == n) {
        *out = mlci_dictionary_ref(c->dictionary);
    } else {
        status = used_texts(c->dictionary, used, n_used, out, err);
    }
done:
    mlci_free(used);
    mlci_column_unref(c);
    return status;
}

mlc_status mlci_column_drop_unused(const mlci_column *column, mlci_column **out, mlc_error *err)
{
    mlci_dictionary *used = NULL;
    int32_t *map = NULL, *codes = NULL;
    MLCI_TRY(mlci_column_categories(column, &used, err));
    if (used == column->dictionary) {
        mlci_dictionary_unref(used);
        *out = mlci_column_ref(column);
        return MLC_OK;
    }
    mlc_status status = mlci_column_code_map(column, used, &map, err);
    if (status != MLC_OK) goto done;
    codes = mlci_alloc_raw(column->root, column->n_rows, sizeof *codes);
    if (codes == NULL) {
        status = mlci_fail_memory(err, column->n_rows, sizeof *codes);
        goto done;
    }
    for (int64_t i = 0; i < column->n_rows; i++)
        codes[i] = mlci_column_is_valid(column, i) ? map[mlci_column_code(column, i)] : -1;
    status = mlci_column_create_category(column->root, column->n_rows, codes, used, out, err);
done:
    mlci_free(map);
    mlci_dictionary_unref(used);
    return status;
}
