/* Distinct texts of a column, numbered as they come: an open-addressing hash table whose slots hold
 * short texts whole, so that a cell costs one multiplication and one comparison. The hash of longer
 * ones decides where a text is looked for, never a result. Texts that were made up to share a slot
 * are only listed. O(1) a cell. */
#include "csv_words.h"

#include <string.h>

/* Of blocks for texts: each is twice as large as the one before, up to a limit. */
#define LEAST_ARENA_BYTES ((int64_t)256)
#define MOST_ARENA_BYTES ((int64_t)64 << 10)
/* Chance makes chains of a hundred in a table that is half full of millions. */
#define MAX_PROBES 256

#define ONES 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff
const unsigned char mlci_csv_key_masks[2 * MLCI_CSV_KEY_BYTES] = {ONES, ONES, ONES};

static inline uint64_t load8(const char *text)
{
    uint64_t word;
    memcpy(&word, text, sizeof word);
    return word;
}

static inline uint64_t mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * 0x9e3779b97f4a7c15U;
    return hash ^ hash >> 32;
}

uint64_t mlci_csv_hash(const char *text, int64_t length)
{
    uint64_t hash = (uint64_t)length * 0xbf58476d1ce4e5b9U, word = 0;
    if (length <= 8) {
        memcpy(&word, text, (size_t)length);
        return mix(mix(hash, word), 0);
    }
    for (int64_t i = 0; i + 8 < length; i += 8)
        hash = mix(hash, load8(text + i));
    return mix(mix(hash, load8(text + length - 8)), 0);
}

mlci_csv_key mlci_csv_key_of(const char *text, int64_t length)
{
    mlci_csv_key key = {.length = length};
    if (length <= MLCI_CSV_KEY_BYTES) {
        memcpy(key.part, text, (size_t)length);
    } else {
        key.part[0] = mlci_csv_hash(text, length);
    }
    return key;
}

static inline int is_long(const mlci_csv_slot *slot)
{
    return slot->length > MLCI_CSV_KEY_BYTES;
}

static mlci_csv_key key_of_slot(const mlci_csv_slot *slot)
{
    mlci_csv_key key = {.part = {slot->first}, .length = slot->length};
    if (is_long(slot)) return key;
    key.part[1] = slot->rest.part[0];
    key.part[2] = slot->rest.part[1];
    return key;
}

/* A copy of a text that lives as long as the words. Blocks of the arena are linked by the
 * pointer at their start. */
static const char *arena_copy(mlci_csv_words *words, const char *text, int64_t length)
{
    if (words->arena == NULL || words->arena_size - words->arena_used < length) {
        const int64_t link = (int64_t)sizeof(char *);
        int64_t room = words->arena == NULL ? LEAST_ARENA_BYTES : 2 * words->arena_size;
        if (room > MOST_ARENA_BYTES) room = MOST_ARENA_BYTES;
        const int64_t size = link + (length > room ? length : room);
        char *const block = mlci_alloc_raw(words->root, size, 1);
        if (block == NULL) return NULL;
        memcpy(block, &words->arena, sizeof words->arena);
        words->arena = block;
        words->arena_size = size;
        words->arena_used = link;
    }
    char *const copy = words->arena + words->arena_used;
    memcpy(copy, text, (size_t)length);
    words->arena_used += length;
    return copy;
}

static int grow_slots(mlci_csv_words *words)
{
    const int64_t n_slots = words->n_slots == 0 ? 64 : 2 * words->n_slots;
    mlci_csv_slot *const slots = mlci_alloc_raw(words->root, n_slots, (int64_t)sizeof *slots);
    if (slots == NULL) return 0;
    const uint64_t mask = (uint64_t)n_slots - 1;
    for (int64_t i = 0; i < n_slots; i++)
        slots[i].number = -1;
    for (int64_t i = 0; i < words->n_slots; i++) {
        const mlci_csv_slot *const old = &words->slots[i];
        if (old->number < 0) continue;
        const mlci_csv_key key = key_of_slot(old);
        uint64_t at = mlci_csv_key_hash(&key) & mask;
        while (slots[at].number >= 0)
            at = (at + 1) & mask;
        slots[at] = *old;
    }
    mlci_free(words->slots);
    words->slots = slots;
    words->n_slots = n_slots;
    return 1;
}

static int grow_words(mlci_csv_words *words)
{
    if (words->n == INT32_MAX) return 0;
    const int64_t doubled = words->capacity == 0 ? 16 : 2 * (int64_t)words->capacity;
    const int64_t capacity = doubled > INT32_MAX ? INT32_MAX : doubled;
    mlci_csv_word *const word =
        mlci_realloc(words->root, words->word, capacity, (int64_t)sizeof *word);
    if (word == NULL) return 0;
    words->word = word;
    words->capacity = (int32_t)capacity;
    return 1;
}

static int32_t append(mlci_csv_words *words, const char *text, int64_t length, int keep)
{
    if (words->n == words->capacity && !grow_words(words)) return -1;
    const char *const kept = keep ? text : arena_copy(words, text, length);
    if (kept == NULL) return -1;
    words->word[words->n] = (mlci_csv_word){.text = kept, .length = length};
    return words->n++;
}

/* The place of a text, or the free one where it belongs; NULL after too many probes. */
static inline __attribute__((always_inline)) mlci_csv_slot *
slot_of(const mlci_csv_words *words, const mlci_csv_key *key, const char *text)
{
    const uint64_t mask = (uint64_t)words->n_slots - 1;
    uint64_t at = mlci_csv_key_hash(key) & mask;
    for (int probe = 0; probe <= MAX_PROBES; probe++) {
        mlci_csv_slot *const slot = &words->slots[at];
        if (slot->number < 0) return slot;
        if (slot->first == key->part[0] && slot->length == key->length &&
            (is_long(slot)
                 ? memcmp(slot->rest.text, text, (size_t)key->length) == 0
                 : slot->rest.part[0] == key->part[1] && slot->rest.part[1] == key->part[2])) {
            return slot;
        }
        at = (at + 1) & mask;
    }
    return NULL;
}

int32_t mlci_csv_words_find(const mlci_csv_words *words, const mlci_csv_key *key, const char *text)
{
    if (words->n_slots == 0) return -1;
    const mlci_csv_slot *const slot = slot_of(words, key, text);
    return slot == NULL ? -1 : slot->number;
}

void mlci_csv_words_find_all(const mlci_csv_words *words, int32_t n, const char *const *texts,
                             const mlci_csv_key *keys, int32_t *numbers)
{
    for (int32_t i = 0; i < n && words->n_slots > 0; i++) {
        if (keys[i].length <= MLCI_CSV_KEY_BYTES) continue;
        const mlci_csv_slot *const slot = mlci_csv_words_place(words, &keys[i]);
        if (slot->number < 0 || !is_long(slot)) continue;
        __builtin_prefetch(slot->rest.text);
        __builtin_prefetch(slot->rest.text + slot->length - 1);
    }
    for (int32_t i = 0; i < n; i++)
        numbers[i] = mlci_csv_words_find(words, &keys[i], texts[i]);
}

int32_t mlci_csv_words_add(mlci_csv_words *words, const mlci_csv_key *key, const char *text,
                           int keep)
{
    const int64_t length = key->length;
    if (words->is_list) return append(words, text, length, keep);
    if (length > INT32_MAX) return -1; /* records are shorter */
    /* At most two thirds full. */
    if (3 * ((int64_t)words->n + 1) > 2 * words->n_slots && !grow_slots(words)) return -1;
    mlci_csv_slot *const slot = slot_of(words, key, text);
    if (slot == NULL) {
        words->is_list = 1;
        return append(words, text, length, keep);
    }
    if (slot->number >= 0) return slot->number;
    const int32_t number = append(words, text, length, keep);
    if (number < 0) return -1;
    *slot = (mlci_csv_slot){.first = key->part[0], .length = (int32_t)length, .number = number};
    if (is_long(slot)) {
        slot->rest.text = words->word[number].text;
    } else {
        slot->rest.part[0] = key->part[1];
        slot->rest.part[1] = key->part[2];
    }
    return number;
}

void mlci_csv_words_clear(mlci_csv_words *words)
{
    while (words->arena != NULL) {
        char *next;
        memcpy(&next, words->arena, sizeof next);
        mlci_free(words->arena);
        words->arena = next;
    }
    mlci_free(words->word);
    mlci_free(words->slots);
    *words = (mlci_csv_words){.root = words->root};
}
