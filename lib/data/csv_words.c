/* Distinct texts of a column, numbered as they come: an open-addressing hash table that points
 * into the source, so that a cell costs one hash and one comparison. The hash multiplies 64-bit
 * words to 128 bits and folds them (after Wang's wyhash); it decides where a text is looked for,
 * never a result. O(1) a cell. */
#include "csv.h"

#include <string.h>

#define ARENA_BYTES ((int64_t)64 << 10)

static uint64_t load(const char *text, int64_t n)
{
    uint64_t word = 0;
    memcpy(&word, text, (size_t)n);
    return word;
}

static uint64_t fold(uint64_t a, uint64_t b)
{
    /* The two halves of the product without a 128-bit type. */
    const uint64_t a_low = a & 0xffffffffU, a_high = a >> 32;
    const uint64_t b_low = b & 0xffffffffU, b_high = b >> 32;
    const uint64_t middle = (a_low * b_low >> 32) + a_high * b_low;
    const uint64_t middle2 = (middle & 0xffffffffU) + a_low * b_high;
    return a * b ^ (a_high * b_high + (middle >> 32) + (middle2 >> 32));
}

uint64_t mlci_csv_hash(const char *text, int64_t length)
{
    const uint64_t k0 = 0xa0761d6478bd642fU, k1 = 0xe7037ed1a0b428dbU;
    uint64_t h = (uint64_t)length * k0;
    int64_t i = 0;
    for (; i + 8 <= length; i += 8) h = fold(load(text + i, 8) ^ k1, h ^ k0);
    if (i < length) h = fold(load(text + i, length - i) ^ k1, h ^ k0);
    return fold(h ^ k1, k0);
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
        while (slots[at] >= 0) at = (at + 1) & mask;
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

int32_t mlci_csv_words_add(mlci_csv_words *words, const char *text, int64_t length, int keep)
{
    if (2 * ((int64_t)words->n + 1) > words->n_slots && !grow_slots(words)) return -1;
    const uint64_t hash = mlci_csv_hash(text, length);
    const uint64_t mask = (uint64_t)words->n_slots - 1;
    uint64_t at = hash & mask;
    while (words->slots[at] >= 0) {
        const mlci_csv_word *const w = &words->word[words->slots[at]];
        if (w->hash == hash && w->length == length &&
            memcmp(w->text, text, (size_t)length) == 0) {
            return words->slots[at];
        }
        at = (at + 1) & mask;
    }
    if (words->n == words->capacity && !grow_words(words)) return -1;
    const char *const kept = keep ? text : arena_copy(words, text, length);
    if (kept == NULL) return -1;
    words->word[words->n] = (mlci_csv_word){.text = kept, .length = length, .hash = hash};
    words->slots[at] = words->n;
    return words->n++;
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
