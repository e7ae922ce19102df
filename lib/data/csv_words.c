/* Distinct texts of a column, numbered as they come: an open-addressing hash table that points
 * into the source, so that a cell costs one hash and one comparison. The hash takes eight bytes at
 * a time by multiplying and folding; it decides where a text is looked for, never a result. Texts
 * that hardly ever repeat, or that were made up to share a slot, are only listed. O(1) a cell. */
#include "csv.h"

#include <string.h>

#define ARENA_BYTES ((int64_t)64 << 10)
/* Chance makes chains of a hundred in a table that is half full of millions. */
#define MAX_PROBES 256

static uint64_t load8(const char *text)
{
    uint64_t word;
    memcpy(&word, text, sizeof word);
    return word;
}

/* All bytes of a text of up to 8, overlapping where it is none of the powers of two. */
static uint64_t load_short(const char *text, int64_t n)
{
    uint32_t low = 0, high = 0;
    if (n >= 4) {
        memcpy(&low, text, sizeof low);
        memcpy(&high, text + n - 4, sizeof high);
    } else if (n > 0) {
        low = (uint32_t)(unsigned char)text[0] << 16 | (uint32_t)(unsigned char)text[n / 2] << 8 |
              (unsigned char)text[n - 1];
    }
    return (uint64_t)high << 32 | low;
}

static uint64_t mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * 0x9e3779b97f4a7c15U;
    return hash ^ hash >> 32;
}

uint64_t mlci_csv_hash(const char *text, int64_t length)
{
    uint64_t hash = (uint64_t)length * 0xbf58476d1ce4e5b9U;
    if (length <= 8) return mix(mix(hash, load_short(text, length)), 0);
    for (int64_t i = 0; i + 8 < length; i += 8)
        hash = mix(hash, load8(text + i));
    return mix(mix(hash, load8(text + length - 8)), 0);
}

/* A copy of a text that lives as long as the words. Blocks of the arena are linked by the
 * pointer at their start. */
static const char *arena_copy(mlci_csv_words *words, const char *text, int64_t length)
{
    if (words->arena == NULL || words->arena_size - words->arena_used < length) {
        const int64_t link = (int64_t)sizeof(char *);
        const int64_t size = link + (length > ARENA_BYTES ? length : ARENA_BYTES);
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
    int32_t *const slots = mlci_alloc_raw(words->root, n_slots, (int64_t)sizeof *slots);
    if (slots == NULL) return 0;
    memset(slots, 0xff, (size_t)n_slots * sizeof *slots);
    const uint64_t mask = (uint64_t)n_slots - 1;
    for (int32_t i = 0; i < words->n; i++) {
        uint64_t at = words->word[i].hash & mask;
        while (slots[at] >= 0)
            at = (at + 1) & mask;
        slots[at] = i;
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

static int32_t append(mlci_csv_words *words, const char *text, int64_t length, uint64_t hash,
                      int keep)
{
    if (words->n == words->capacity && !grow_words(words)) return -1;
    const char *const kept = keep ? text : arena_copy(words, text, length);
    if (kept == NULL) return -1;
    words->word[words->n] = (mlci_csv_word){.text = kept, .length = length, .hash = hash};
    return words->n++;
}

int32_t mlci_csv_words_add(mlci_csv_words *words, const char *text, int64_t length, int keep)
{
    if (words->is_list) return append(words, text, length, 0, keep);
    if (2 * ((int64_t)words->n + 1) > words->n_slots && !grow_slots(words)) return -1;
    const uint64_t hash = mlci_csv_hash(text, length);
    const uint64_t mask = (uint64_t)words->n_slots - 1;
    uint64_t at = hash & mask;
    for (int probe = 0; words->slots[at] >= 0; probe++) {
        if (probe == MAX_PROBES) {
            words->is_list = 1;
            return append(words, text, length, 0, keep);
        }
        const mlci_csv_word *const w = &words->word[words->slots[at]];
        if (w->hash == hash && w->length == length && memcmp(w->text, text, (size_t)length) == 0) {
            return words->slots[at];
        }
        at = (at + 1) & mask;
    }
    const int32_t number = append(words, text, length, hash, keep);
    if (number >= 0) words->slots[at] = number;
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
