/* Distinct texts of a column, numbered as they come: an open-addressing hash table of hashes and
 * numbers, eight to a line of the cache, before words that hold short texts whole. So a cell costs
 * some multiplications and two places of memory, both asked for ahead. A hash decides where a text
 * is looked for, never a result. Texts that were made up to share a slot are only listed. O(1) a
 * cell. */
#include "csv_words.h"

#include <string.h>

/* Of blocks for texts: each is twice as large as the one before, up to a limit. */
#define LEAST_ARENA_BYTES ((int64_t)256)
#define MOST_ARENA_BYTES ((int64_t)64 << 10)
/* Chance makes chains of a hundred in a table that is half full of millions. */
#define MAX_PROBES 256
#define LIKELY_PROBES 8 /* to guess what memory is needed */

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
        slots[i] = (mlci_csv_slot){.number = -1};
    for (int64_t i = 0; i < words->n_slots; i++) {
        const mlci_csv_slot *const old = &words->slots[i];
        if (old->number < 0) continue;
        uint64_t at = old->hash & mask;
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

static int32_t append(mlci_csv_words *words, const mlci_csv_key *key, const char *text, int keep)
{
    if (words->n == words->capacity && !grow_words(words)) return -1;
    mlci_csv_word *const word = &words->word[words->n];
    *word = (mlci_csv_word){.length = key->length};
    memcpy(word->key.part, key->part, sizeof key->part);
    if (key->length > MLCI_CSV_KEY_BYTES) {
        word->key.rest.text = keep ? text : arena_copy(words, text, key->length);
        if (word->key.rest.text == NULL) return -1;
    }
    return words->n++;
}

static int is_word(const mlci_csv_word *word, const mlci_csv_key *key, const char *text)
{
    return mlci_csv_word_has(word, key) &&
           (key->length <= MLCI_CSV_KEY_BYTES ||
            memcmp(word->key.rest.text, text, (size_t)key->length) == 0);
}

/* The place of a text, or the free one where it belongs; NULL after too many probes. */
static mlci_csv_slot *slot_of(const mlci_csv_words *words, const mlci_csv_key *key, uint32_t hash,
                              const char *text)
{
    const uint64_t mask = (uint64_t)words->n_slots - 1;
    uint64_t at = hash & mask;
    for (int probe = 0; probe <= MAX_PROBES; probe++) {
        mlci_csv_slot *const slot = &words->slots[at];
        if (slot->number < 0) return slot;
        if (slot->hash == hash && is_word(&words->word[slot->number], key, text)) return slot;
        at = (at + 1) & mask;
    }
    return NULL;
}

static int32_t find(const mlci_csv_words *words, const mlci_csv_key *key, uint32_t hash,
                    const char *text)
{
    if (words->n_slots == 0) return -1;
    const mlci_csv_slot *const slot = slot_of(words, key, hash, text);
    return slot == NULL ? -1 : slot->number;
}

int32_t mlci_csv_words_find(const mlci_csv_words *words, const mlci_csv_key *key, const char *text)
{
    return find(words, key, mlci_csv_key_hash(key), text);
}

/* The first word of that hash, or NULL. */
static const mlci_csv_word *likely_word(const mlci_csv_words *words, uint32_t hash)
{
    const uint64_t mask = (uint64_t)words->n_slots - 1;
    uint64_t at = hash & mask;
    for (int probe = 0; probe < LIKELY_PROBES && words->n_slots > 0; probe++) {
        const mlci_csv_slot *const slot = &words->slots[at];
        if (slot->number < 0) return NULL;
        if (slot->hash == hash) return &words->word[slot->number];
        at = (at + 1) & mask;
    }
    return NULL;
}

void mlci_csv_words_find_all(const mlci_csv_words *words, int32_t n, const char *const *texts,
                             const mlci_csv_key *keys, const uint32_t *hashes, int32_t *numbers)
{
    for (int32_t i = 0; i < n; i++) {
        const mlci_csv_word *const word = likely_word(words, hashes[i]);
        if (word != NULL) __builtin_prefetch(word);
    }
    for (int32_t i = 0; i < n; i++) {
        if (keys[i].length <= MLCI_CSV_KEY_BYTES) continue;
        const mlci_csv_word *const word = likely_word(words, hashes[i]);
        if (word == NULL || !mlci_csv_word_has(word, &keys[i])) continue;
        __builtin_prefetch(word->key.rest.text);
        __builtin_prefetch(word->key.rest.text + word->length - 1);
    }
    for (int32_t i = 0; i < n; i++)
        numbers[i] = find(words, &keys[i], hashes[i], texts[i]);
}

int32_t mlci_csv_words_add(mlci_csv_words *words, const mlci_csv_key *key, const char *text,
                           int keep)
{
    if (words->is_list) return append(words, key, text, keep);
    /* At most two thirds full. */
    if (3 * ((int64_t)words->n + 1) > 2 * words->n_slots && !grow_slots(words)) return -1;
    const uint32_t hash = mlci_csv_key_hash(key);
    mlci_csv_slot *const slot = slot_of(words, key, hash, text);
    if (slot == NULL) {
        words->is_list = 1;
        return append(words, key, text, keep);
    }
    if (slot->number >= 0) return slot->number;
    const int32_t number = append(words, key, text, keep);
    if (number >= 0) *slot = (mlci_csv_slot){.hash = hash, .number = number};
    return number;
}

void mlci_csv_words_end(mlci_csv_words *words)
{
    mlci_free(words->slots);
    words->slots = NULL;
    words->n_slots = 0;
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
