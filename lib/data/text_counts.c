/* Counting texts in an open-addressing hash table: see text_counts.h. O(length) a text. */
#include "text_counts.h"

#include <string.h>

#include "column.h"
#include "distinct_sketch.h"
#include "text.h"
#include "text_hash.h"

#define FIRST_SLOTS 64
#define FIRST_BYTES 1024

/* ---- hashes ---------------------------------------------------------------------------------- */

static uint64_t hash_of(const char *text, int64_t length)
{
    return mlci_hash_bits(mlci_text_hash(text, length));
}

/* Zero bits that the hash begins with. */
static int32_t level_of(uint64_t hash)
{
    return hash >> 1 == 0 ? MLCI_TEXT_LEVELS : __builtin_clzll(hash);
}

int mlci_text_is_kept(const char *text, int64_t length, int32_t level)
{
    return level_of(hash_of(text, length)) >= level;
}

static int64_t count_characters(const char *text, int64_t length)
{
    int64_t n = 0;
    for (int64_t i = 0; i < length; i++)
        n += ((uint8_t)text[i] & 0xC0) != 0x80;
    return n;
}

/* ---- the table ------------------------------------------------------------------------------- */

mlc_status mlci_text_counter_open(mlci_text_counter *counter, mlci_root *root, int64_t limit,
                                  mlc_error *err)
{
    *counter =
        (mlci_text_counter){.counts = {.root = root, .limit = limit}, .n_slots = FIRST_SLOTS};
    counter->slots = mlci_alloc(root, FIRST_SLOTS, (int64_t)sizeof *counter->slots);
    if (counter->slots != NULL) return MLC_OK;
    return mlci_fail_memory(err, FIRST_SLOTS, (int64_t)sizeof *counter->slots);
}

void mlci_text_counter_close(mlci_text_counter *counter)
{
    mlci_text_counts_clear(&counter->counts);
    mlci_free(counter->slots);
    counter->slots = NULL;
}

static mlci_text_slot *find_slot(const mlci_text_counter *counter, uint64_t hash, const char *text,
                                 int64_t length)
{
    const uint64_t mask = (uint64_t)counter->n_slots - 1;
    uint64_t at = hash & mask;
    for (;; at = (at + 1) & mask) {
        mlci_text_slot *const slot = &counter->slots[at];
        if (slot->n == 0) return slot;
        if (slot->hash == hash && slot->length == length &&
            memcmp(counter->counts.bytes + slot->offset, text, (size_t)length) == 0) {
            return slot;
        }
    }
}

/* A table of n_slots with what is kept at the level; texts move together. */
static mlc_status rebuild(mlci_text_counter *counter, int64_t n_slots, mlc_error *err)
{
    mlci_text_counts *const c = &counter->counts;
    mlci_text_slot *const slots = mlci_alloc(c->root, n_slots, (int64_t)sizeof *slots);
    if (slots == NULL) return mlci_fail_memory(err, n_slots, (int64_t)sizeof *slots);
    c->n = 0;
    for (int64_t i = 0; i < counter->n_slots; i++) {
        const mlci_text_slot *const slot = &counter->slots[i];
        if (slot->n == 0 || level_of(slot->hash) < c->level) continue;
        uint64_t at = slot->hash & ((uint64_t)n_slots - 1);
        while (slots[at].n != 0)
            at = (at + 1) & ((uint64_t)n_slots - 1);
        slots[at] = *slot;
        c->n++;
    }
    mlci_free(counter->slots);
    counter->slots = slots;
    counter->n_slots = n_slots;
    return MLC_OK;
}

static mlc_status append_bytes(mlci_text_counter *counter, const char *text, int64_t length,
                               mlc_error *err)
{
    int64_t capacity = counter->capacity == 0 ? FIRST_BYTES : counter->capacity;
    while (capacity - counter->n_bytes < length)
        capacity += capacity > INT64_MAX / 2 ? INT64_MAX - capacity : capacity;
    if (capacity > counter->capacity) {
        char *const bytes = mlci_realloc(counter->counts.root, counter->counts.bytes, capacity, 1);
        if (bytes == NULL) return mlci_fail_memory(err, capacity, 1);
        counter->counts.bytes = bytes;
        counter->capacity = capacity;
    }
    if (length > 0) memcpy(counter->counts.bytes + counter->n_bytes, text, (size_t)length);
    counter->n_bytes += length;
    return MLC_OK;
}

static void measure(mlci_text_counts *c, const char *text, int64_t length, int64_t n)
{
    const int64_t characters = count_characters(text, length);
    if (c->n_rows == 0 || characters < c->shortest) c->shortest = characters;
    if (characters > c->longest) c->longest = characters;
    c->n_characters += n * characters;
    c->n_empty += characters == 0 ? n : 0;
    c->n_rows += n;
}

static mlc_status add_new(mlci_text_counter *counter, uint64_t hash, const char *text,
                          int64_t length, int64_t n, mlc_error *err)
{
    mlci_text_counts *const c = &counter->counts;
    while (c->n >= c->limit && level_of(hash) >= c->level) {
        c->level++;
        MLCI_TRY(rebuild(counter, counter->n_slots, err));
    }
    if (level_of(hash) < c->level) return MLC_OK;
    if (2 * c->n >= counter->n_slots) MLCI_TRY(rebuild(counter, 2 * counter->n_slots, err));
    const int64_t offset = counter->n_bytes;
    MLCI_TRY(append_bytes(counter, text, length, err));
    *find_slot(counter, hash, text, length) = (mlci_text_slot){hash, offset, length, n};
    c->n++;
    return MLC_OK;
}

mlc_status mlci_text_counter_add(mlci_text_counter *counter, const char *text, int64_t length,
                                 int64_t n, mlc_error *err)
{
    const uint64_t hash = hash_of(text, length);
    measure(&counter->counts, text, length, n);
    if (level_of(hash) < counter->counts.level) return MLC_OK;
    mlci_text_slot *const slot = find_slot(counter, hash, text, length);
    if (slot->n == 0) return add_new(counter, hash, text, length, n, err);
    slot->n += n;
    return MLC_OK;
}

/* ---- sorted counts --------------------------------------------------------------------------- */

void mlci_text_counts_clear(mlci_text_counts *counts)
{
    mlci_free(counts->offsets);
    mlci_free(counts->bytes);
    mlci_free(counts->counts);
    counts->offsets = NULL;
    counts->bytes = NULL;
    counts->counts = NULL;
    counts->n = 0;
}

static mlc_status reserve(mlci_text_counts *c, int64_t n, int64_t n_bytes, mlc_error *err)
{
    c->offsets = mlci_alloc(c->root, n + 1, (int64_t)sizeof *c->offsets);
    c->counts = mlci_alloc_raw(c->root, n, (int64_t)sizeof *c->counts);
    c->bytes = mlci_alloc_raw(c->root, n_bytes, 1);
    if (c->offsets != NULL && c->counts != NULL && c->bytes != NULL) return MLC_OK;
    mlci_text_counts_clear(c);
    return mlci_fail_memory(err, n + n_bytes, (int64_t)sizeof *c->counts);
}

static void append_text(mlci_text_counts *c, const char *text, int64_t length, int64_t n)
{
    const int64_t at = c->offsets[c->n];
    if (length > 0) memcpy(c->bytes + at, text, (size_t)length);
    c->offsets[c->n + 1] = at + length;
    c->counts[c->n++] = n;
}

/* The slots in use in the order of their texts. */
static mlc_status sort_slots(const mlci_text_counter *counter, mlci_text_key **out, mlc_error *err)
{
    const mlci_text_counts *const c = &counter->counts;
    mlci_text_key *const keys = mlci_alloc_raw(c->root, 2 * c->n, (int64_t)sizeof *keys);
    if (keys == NULL) return mlci_fail_memory(err, 2 * c->n, (int64_t)sizeof *keys);
    int64_t k = 0;
    for (int64_t i = 0; i < counter->n_slots; i++) {
        const mlci_text_slot *const slot = &counter->slots[i];
        if (slot->n == 0) continue;
        keys[k++] = (mlci_text_key){c->bytes + slot->offset, slot->length, i};
    }
    mlci_text_keys_sort(keys, keys + c->n, k);
    *out = keys;
    return MLC_OK;
}

mlc_status mlci_text_counter_finish(mlci_text_counter *counter, mlci_text_counts *out,
                                    mlc_error *err)
{
    const int64_t n = counter->counts.n;
    mlci_text_counts sorted = counter->counts;
    sorted.bytes = NULL;
    sorted.n = 0;
    mlci_text_key *keys = NULL;
    mlc_status status = sort_slots(counter, &keys, err);
    int64_t n_bytes = 0;
    for (int64_t i = 0; status == MLC_OK && i < n; i++)
        n_bytes += keys[i].length;
    if (status == MLC_OK) status = reserve(&sorted, n, n_bytes, err);
    for (int64_t i = 0; status == MLC_OK && i < n; i++)
        append_text(&sorted, keys[i].text, keys[i].length, counter->slots[keys[i].index].n);
    mlci_free(keys);
    mlci_text_counter_close(counter);
    if (status == MLC_OK) *out = sorted;
    return status;
}

const char *mlci_text_counts_text(const mlci_text_counts *counts, int64_t i, int64_t *length)
{
    *length = counts->offsets[i + 1] - counts->offsets[i];
    return counts->bytes + counts->offsets[i];
}

int64_t mlci_text_counts_find(const mlci_text_counts *counts, const char *text, int64_t length)
{
    int64_t low = 0, high = counts->n;
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        int64_t n;
        const char *const there = mlci_text_counts_text(counts, middle, &n);
        const int order = mlci_text_compare(there, n, text, length);
        if (order == 0) return middle;
        low = order < 0 ? middle + 1 : low;
        high = order < 0 ? high : middle;
    }
    return -1;
}

int64_t mlci_text_counts_distinct(const mlci_text_counts *counts)
{
    const int64_t most = INT64_MAX >> counts->level;
    return counts->n > most ? INT64_MAX : counts->n << counts->level;
}

/* ---- limits and merging ---------------------------------------------------------------------- */

/* The least level with which no more than limit texts are left. */
static int32_t level_to_fit(const mlci_text_counts *c)
{
    int64_t at_level[MLCI_TEXT_LEVELS + 1] = {0}, kept = 0;
    for (int64_t i = 0; i < c->n; i++) {
        int64_t length;
        const char *const text = mlci_text_counts_text(c, i, &length);
        at_level[level_of(hash_of(text, length))]++;
    }
    int32_t level = MLCI_TEXT_LEVELS;
    for (kept = at_level[level]; level > c->level && kept + at_level[level - 1] <= c->limit;)
        kept += at_level[--level];
    return level;
}

static void keep_level(mlci_text_counts *c, int32_t level)
{
    const int64_t n = c->n;
    int64_t start = 0;
    c->n = 0;
    c->level = level;
    for (int64_t i = 0; i < n; i++) {
        const int64_t end = c->offsets[i + 1], length = end - start;
        if (mlci_text_is_kept(c->bytes + start, length, level)) {
            const int64_t at = c->offsets[c->n];
            memmove(c->bytes + at, c->bytes + start, (size_t)length);
            c->counts[c->n++] = c->counts[i];
            c->offsets[c->n] = at + length;
        }
        start = end;
    }
}

void mlci_text_counts_limit(mlci_text_counts *counts, int64_t limit)
{
    if (limit < counts->limit) counts->limit = limit;
    if (counts->n > counts->limit) keep_level(counts, level_to_fit(counts));
}

static void join_lengths(mlci_text_counts *out, const mlci_text_counts *part)
{
    if (part->n_rows == 0) return;
    if (out->n_rows == 0 || part->shortest < out->shortest) out->shortest = part->shortest;
    if (part->longest > out->longest) out->longest = part->longest;
    out->n_rows += part->n_rows;
    out->n_empty += part->n_empty;
    out->n_characters += part->n_characters;
}

static void join_texts(mlci_text_counts *out, const mlci_text_counts *a, const mlci_text_counts *b)
{
    int64_t i = 0, j = 0;
    while (i < a->n || j < b->n) {
        int64_t n_a = 0, n_b = 0;
        const char *const text_a = i < a->n ? mlci_text_counts_text(a, i, &n_a) : NULL;
        const char *const text_b = j < b->n ? mlci_text_counts_text(b, j, &n_b) : NULL;
        const int order = text_a == NULL   ? 1
                          : text_b == NULL ? -1
                                           : mlci_text_compare(text_a, n_a, text_b, n_b);
        const int64_t n = (order <= 0 ? a->counts[i] : 0) + (order >= 0 ? b->counts[j] : 0);
        const char *const text = order <= 0 ? text_a : text_b;
        const int64_t length = order <= 0 ? n_a : n_b;
        if (mlci_text_is_kept(text, length, out->level)) append_text(out, text, length, n);
        i += order <= 0;
        j += order >= 0;
    }
}

mlc_status mlci_text_counts_merge(mlci_root *root, const mlci_text_counts *a,
                                  const mlci_text_counts *b, mlci_text_counts *out, mlc_error *err)
{
    mlci_text_counts merged = {.root = root,
                               .limit = a->limit < b->limit ? a->limit : b->limit,
                               .level = a->level > b->level ? a->level : b->level};
    MLCI_TRY(reserve(&merged, a->n + b->n, a->offsets[a->n] + b->offsets[b->n], err));
    join_texts(&merged, a, b);
    join_lengths(&merged, a);
    join_lengths(&merged, b);
    mlci_text_counts_limit(&merged, merged.limit);
    *out = merged;
    return MLC_OK;
}
