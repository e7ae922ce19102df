/* Keys of several words as one word each, so that tables have a word a key.
 *
 * Where the values of the words span little enough altogether, a key's place among all that are
 * possible is its code, and codes are equal exactly where keys are. Otherwise it is a hash. */
#ifndef MLCI_KEY_CODES_H
#define MLCI_KEY_CODES_H

#include "row_keys.h"

typedef struct mlci_word_span {
    uint64_t low, last; /* values low .. low + last */
    uint64_t unit;      /* of the place */
} mlci_word_span;

typedef struct mlci_key_codes {
    int64_t n_rows;
    const uint64_t *code; /* by row, each with low added */
    uint64_t *own;        /* their block; NULL: they are the words of the keys */
    uint64_t low;
    uint64_t n_codes;      /* codes are below; 0: they may be any */
    int32_t is_exact;      /* 0: keys of equal codes may differ */
    mlci_word_span *spans; /* by word */
} mlci_key_codes;

/* Codes by what the keys span. */
mlc_status mlci_key_codes_open(mlc_context *call, const mlci_row_keys *keys, mlci_key_codes *out,
                               mlc_error *err);
void mlci_key_codes_close(mlci_key_codes *codes);
/* Exact codes that other keys have among these, rows first .. first + n. found[i] is 0 where a key
 * is outside of what these span, or equal to nothing; its code is not to be looked at. */
void mlci_key_codes_find(const mlci_key_codes *codes, const mlci_row_keys *keys, int64_t first,
                         int64_t n, uint64_t *out, uint8_t *found);

static inline uint64_t mlci_code_of(const mlci_key_codes *codes, int64_t row)
{
    return codes->code[row] - codes->low;
}

static inline int mlci_has_key(const mlci_row_keys *keys, int64_t row)
{
    return keys->has_none == NULL || keys->has_none[row] == 0;
}

/* A bijection that leaves no bit of the code where it was (finaliser after Steele, Lea, Flood
 * 2014); public, so whoever makes keys can make them collide in a table. */
static inline uint64_t mlci_code_hash(uint64_t code)
{
    uint64_t h = code * UINT64_C(0x9E3779B97F4A7C15);
    h ^= h >> 32;
    h *= UINT64_C(0xBF58476D1CE4E5B9);
    return h ^ h >> 29;
}

#endif
