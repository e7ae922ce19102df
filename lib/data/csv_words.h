/* Distinct texts of a column, numbered as they come. A region looks its texts up in the column's
 * table of the windows before, which nobody changes meanwhile, and numbers those that are not there
 * in a table of its own. */
#ifndef MLCI_CSV_WORDS_H
#define MLCI_CSV_WORDS_H

#include <stdint.h>
#include <string.h>

#include "memory.h"

#define MLCI_CSV_KEY_BYTES 24

/* What tells a text from others: up to MLCI_CSV_KEY_BYTES all of it, zeros behind it; of a longer
 * one its hash and zeros. */
typedef struct mlci_csv_key {
    uint64_t part[3];
    int64_t length;
} mlci_csv_key;

/* A text: 32 bytes, so that none lies in two lines of the cache. */
typedef struct mlci_csv_word {
    union {
        uint64_t part[3]; /* of a short one: it is the bytes of the text */
        struct {
            uint64_t hash;
            const char *text; /* in the source, or in a block of the words */
        } rest;
    } key;
    int64_t length;
} mlci_csv_word;

/* A place of the table. Where it is and what is compared first are bits of one hash. */
typedef struct mlci_csv_slot {
    uint32_t hash;
    int32_t number; /* -1: free */
} mlci_csv_slot;

typedef struct mlci_csv_words {
    mlci_root *root;
    int32_t n, capacity;
    int32_t is_list; /* each text gets a number of its own, also a repeat */
    mlci_csv_word *word;
    mlci_csv_slot *slots;
    int64_t n_slots; /* a power of two, or 0 */
    char *arena;     /* latest block of texts; starts with a link */
    int64_t arena_used, arena_size;
} mlci_csv_words;

/* The bytes of a word: in it where they are few, so only while it stays where it is. */
static inline const char *mlci_csv_word_text(const mlci_csv_word *word)
{
    return word->length > MLCI_CSV_KEY_BYTES ? word->key.rest.text : (const char *)word->key.part;
}

static inline mlci_csv_key mlci_csv_key_of_word(const mlci_csv_word *word)
{
    mlci_csv_key key = {.part = {word->key.part[0]}, .length = word->length};
    if (word->length > MLCI_CSV_KEY_BYTES) return key;
    key.part[1] = word->key.part[1];
    key.part[2] = word->key.part[2];
    return key;
}

static inline uint32_t mlci_csv_key_hash(const mlci_csv_key *key)
{
    const uint64_t hash = (key->part[0] ^ (uint64_t)key->length) * 0x9e3779b97f4a7c15U +
                          key->part[1] * 0xbf58476d1ce4e5b9U + key->part[2] * 0x94d049bb133111ebU;
    return (uint32_t)((hash ^ hash >> 29) * 0x9e3779b97f4a7c15U >> 32);
}

/* Where a text of that hash is looked for first. */
static inline mlci_csv_slot *mlci_csv_words_place(const mlci_csv_words *words, uint32_t hash)
{
    return &words->slots[hash & ((uint64_t)words->n_slots - 1)];
}

/* Is it that word, as far as the key tells? */
static inline int mlci_csv_word_has(const mlci_csv_word *word, const mlci_csv_key *key)
{
    return word->key.part[0] == key->part[0] && word->length == key->length &&
           (key->length > MLCI_CSV_KEY_BYTES ||
            (word->key.part[1] == key->part[1] && word->key.part[2] == key->part[2]));
}

/* Bytes of ones, then of zeros: from MLCI_CSV_KEY_BYTES - n on n of them are ones. */
extern const unsigned char mlci_csv_key_masks[2 * MLCI_CSV_KEY_BYTES];

/* The key of a text of at most MLCI_CSV_KEY_BYTES, as many of which can be read. */
static inline mlci_csv_key mlci_csv_key_near(const char *text, int64_t length)
{
    mlci_csv_key key = {.length = length};
    uint64_t mask[3];
    memcpy(key.part, text, sizeof key.part);
    memcpy(mask, mlci_csv_key_masks + MLCI_CSV_KEY_BYTES - length, sizeof mask);
    for (int i = 0; i < 3; i++)
        key.part[i] &= mask[i];
    return key;
}

/* Does a text of at most MLCI_CSV_KEY_BYTES have that byte, which is not 0? */
static inline int mlci_csv_key_has(const mlci_csv_key *key, char byte)
{
    const uint64_t ones = 0x0101010101010101U;
    uint64_t found = 0;
    for (int i = 0; i < 3; i++) {
        const uint64_t same = key->part[i] ^ ones * (unsigned char)byte; /* 0 where it is */
        found |= (same - ones) & ~same;
    }
    return (found & ones << 7) != 0;
}

/* The number of a text of at most MLCI_CSV_KEY_BYTES when it is in the first place where it is
 * looked for: most often. Otherwise -1. The table is not empty. */
static inline int32_t mlci_csv_words_peek(const mlci_csv_words *words, const mlci_csv_key *key)
{
    const uint32_t hash = mlci_csv_key_hash(key);
    const mlci_csv_slot *const slot = mlci_csv_words_place(words, hash);
    if (slot->hash != hash || slot->number < 0) return -1;
    return mlci_csv_word_has(&words->word[slot->number], key) ? slot->number : -1;
}

/* Asks for the memory that looking for a text of that hash needs first. */
static inline void mlci_csv_words_expect(const mlci_csv_words *words, uint32_t hash)
{
    if (words->n_slots > 0) __builtin_prefetch(mlci_csv_words_place(words, hash));
}

mlci_csv_key mlci_csv_key_of(const char *text, int64_t length);
/* The number of a text, or -1. */
int32_t mlci_csv_words_find(const mlci_csv_words *words, const mlci_csv_key *key, const char *text);
/* The same for n texts, which were expected. hashes: of the keys. */
void mlci_csv_words_find_all(const mlci_csv_words *words, int32_t n, const char *const *texts,
                             const mlci_csv_key *keys, const uint32_t *hashes, int32_t *numbers);
/* The number of a text, new or not; -1 when memory is short. keep: the text stays where it is;
 * otherwise it is copied when new. */
int32_t mlci_csv_words_add(mlci_csv_words *words, const mlci_csv_key *key, const char *text,
                           int keep);
uint64_t mlci_csv_hash(const char *text, int64_t length);
/* No text is added or looked for any more: the words stay, the table goes. */
void mlci_csv_words_end(mlci_csv_words *words);
void mlci_csv_words_clear(mlci_csv_words *words);

#endif
