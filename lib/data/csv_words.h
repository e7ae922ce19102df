/* Distinct texts of a column, numbered as they come. A region looks its texts up in the column's
 * table of the windows before, which nobody changes meanwhile, and numbers those that are not there
 * in a table of its own. */
#ifndef MLCI_CSV_WORDS_H
#define MLCI_CSV_WORDS_H

#include <stdint.h>
#include <string.h>

#include "memory.h"

typedef struct mlci_csv_word {
    const char *text; /* in the source, or in a block of the words */
    int64_t length;
} mlci_csv_word;

#define MLCI_CSV_KEY_BYTES 24

/* What tells a text from others: up to MLCI_CSV_KEY_BYTES all of it, zeros behind it; of a longer
 * one its hash and zeros. */
typedef struct mlci_csv_key {
    uint64_t part[3];
    int64_t length;
} mlci_csv_key;

/* A place of the table: 32 bytes, so that none lies in two lines of the cache. */
typedef struct mlci_csv_slot {
    uint64_t first;
    union {
        uint64_t part[2];
        const char *text; /* of a longer one */
    } rest;
    int32_t length;
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

/* Where a text is looked for. */
static inline uint64_t mlci_csv_key_hash(const mlci_csv_key *key)
{
    const uint64_t hash = (key->part[0] ^ (uint64_t)key->length) * 0x9e3779b97f4a7c15U +
                          key->part[1] * 0xbf58476d1ce4e5b9U + key->part[2] * 0x94d049bb133111ebU;
    const uint64_t mixed = (hash ^ hash >> 29) * 0x9e3779b97f4a7c15U;
    return mixed ^ mixed >> 32;
}

static inline const mlci_csv_slot *mlci_csv_words_place(const mlci_csv_words *words,
                                                        const mlci_csv_key *key)
{
    return &words->slots[mlci_csv_key_hash(key) & ((uint64_t)words->n_slots - 1)];
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
    const mlci_csv_slot *const slot = mlci_csv_words_place(words, key);
    const int is_it = slot->first == key->part[0] && slot->rest.part[0] == key->part[1] &&
                      slot->rest.part[1] == key->part[2] && slot->length == key->length;
    return is_it ? slot->number : -1;
}

/* Asks for the memory that a text soon to be looked for needs. */
static inline void mlci_csv_words_expect(const mlci_csv_words *words, const mlci_csv_key *key)
{
    if (words->n_slots == 0) return;
    const mlci_csv_slot *const slot = mlci_csv_words_place(words, key);
    __builtin_prefetch(slot);
    __builtin_prefetch(slot + 1); /* where it is when another is there */
}

mlci_csv_key mlci_csv_key_of(const char *text, int64_t length);
/* The number of a text, or -1. */
int32_t mlci_csv_words_find(const mlci_csv_words *words, const mlci_csv_key *key, const char *text);
/* The same for n texts, whose places were asked for before. */
void mlci_csv_words_find_all(const mlci_csv_words *words, int32_t n, const char *const *texts,
                             const mlci_csv_key *keys, int32_t *numbers);
/* The number of a text, new or not; -1 when memory is short. keep: the text stays where it is;
 * otherwise it is copied when new. */
int32_t mlci_csv_words_add(mlci_csv_words *words, const mlci_csv_key *key, const char *text,
                           int keep);
uint64_t mlci_csv_hash(const char *text, int64_t length);
void mlci_csv_words_clear(mlci_csv_words *words);

#endif
