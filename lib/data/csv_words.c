/* Distinct texts of a column, numbered as they come: an open-addressing hash table whose slots hold
 * short texts whole, so that a cell costs one multiplication and one comparison. The hash of longer
 * ones decides where a text is looked for, never a result. Texts
 * that hardly ever repeat, or that were made up to share a slot, are only listed. O(1) a cell. */
#include "csv.h"

#include <string.h>

/* Of blocks for texts: each is twice as large as the one before, up to a limit. */
#define LEAST_ARENA_BYTES ((int64_t)256)
#define MOST_ARENA_BYTES ((int64_t)64 << 10)
/* Chance makes chains of a hundred in a table that is half full of millions. */
#define MAX_PROBES 256

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

/* What tells a text from others: all of it up to MLCI_CSV_KEY_BYTES, else a hash. */
static mlci_csv_slot key_of(const char *text, int64_t length)
{
    mlci_csv_slot key = {.length = length};
    if (length <= MLCI_CSV_KEY_BYTES) {
        char padded[MLCI_CSV_KEY_BYTES] = {0};
        memcpy(padded, text, (size_t)length);
        key.first = load8(padded);
        key.last = load8(padded + 8);
    } else {
        key.first = mlci_csv_hash(text, length);
    }
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
        uint64_t at = mlci_csv_slot_hash(old->first, old->last, old->length) & mask;
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

int32_t mlci_csv_words_add(mlci_csv_words *words, const char *text, int64_t length, int keep)
{
    if (words->is_list) return append(words, text, length, keep);
    if (2 * ((int64_t)words->n + 1) > words->n_slots && !grow_slots(words)) return -1;
    mlci_csv_slot key = key_of(text, length);
    const uint64_t mask = (uint64_t)words->n_slots - 1;
    uint64_t at = mlci_csv_slot_hash(key.first, key.last, length) & mask;
    for (int probe = 0; words->slots[at].number >= 0; probe++) {
        if (probe == MAX_PROBES) {
            words->is_list = 1;
            return append(words, text, length, keep);
        }
        const mlci_csv_slot *const slot = &words->slots[at];
        if (slot->first == key.first && slot->last == key.last && slot->length == length &&
            (length <= MLCI_CSV_KEY_BYTES ||
             memcmp(words->word[slot->number].text, text, (size_t)length) == 0)) {
            return slot->number;
        }
        at = (at + 1) & mask;
    }
    key.number = append(words, text, length, keep);
    if (key.number >= 0) words->slots[at] = key;
    return key.number;
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
