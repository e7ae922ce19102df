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

/* What tells a text from others: up to MLCI_CSV_KEY_BYTES all of it, zeros behind it; of a longer
 * one its hash. */
typedef struct mlci_csv_key {
    uint64_t first, last; /* last: 0 of a longer one */
    int64_t length;
} mlci_csv_key;

#define MLCI_CSV_KEY_BYTES 16

/* A place of the table: 32 bytes, so that none lies in two lines of the cache. */
typedef struct mlci_csv_slot {
    uint64_t first;
    union {
        uint64_t last;
        const char *text; /* of a longer one */
    } rest;
    int64_t length;
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
static inline uint64_t mlci_csv_slot_hash(uint64_t first, uint64_t last, int64_t length)
{
    const uint64_t hash = (first ^ (uint64_t)length) * 0x9e3779b97f4a7c15U + last;
    const uint64_t mixed = (hash ^ hash >> 29) * 0x9e3779b97f4a7c15U;
    return mixed ^ mixed >> 32;
}

/* The number of a text of 1 to 16 bytes, with 16 bytes to read, when it is in the first place where
 * it is looked for: most often. Otherwise -1. The table is not empty. */
static inline int32_t mlci_csv_words_peek(const mlci_csv_words *words, const char *text,
                                          int64_t length)
{
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    uint64_t first, last;
    memcpy(&first, text, sizeof first);
    memcpy(&last, text + 8, sizeof last);
    if (length <= 8) {
        first &= ~(uint64_t)0 >> (64 - 8 * length);
        last = 0;
    } else {
        last &= ~(uint64_t)0 >> (128 - 8 * length);
    }
    const uint64_t at = mlci_csv_slot_hash(first, last, length) & (uint64_t)(words->n_slots - 1);
    const mlci_csv_slot *const slot = &words->slots[at];
    const int is_it = slot->first == first && slot->rest.last == last && slot->length == length;
    return is_it ? slot->number : -1;
#else
    (void)words;
    (void)text;
    (void)length;
    return -1;
#endif
}

mlci_csv_key mlci_csv_key_of(const char *text, int64_t length);
/* The number of a text, or -1. */
int32_t mlci_csv_words_find(const mlci_csv_words *words, const mlci_csv_key *key, const char *text);
/* The same for n texts, whose memory is asked for before it is needed. */
void mlci_csv_words_find_all(const mlci_csv_words *words, int32_t n, const mlci_csv_word *texts,
                             mlci_csv_key *keys, int32_t *numbers);
/* Asks for the memory that a text soon to be added needs. */
void mlci_csv_words_expect(const mlci_csv_words *words, const mlci_csv_word *word);
/* The number of a text, new or not; -1 when memory is short. keep: the text stays where it is;
 * otherwise it is copied when new. */
int32_t mlci_csv_words_add(mlci_csv_words *words, const char *text, int64_t length, int keep);
uint64_t mlci_csv_hash(const char *text, int64_t length);
void mlci_csv_words_clear(mlci_csv_words *words);

#endif
