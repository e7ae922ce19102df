/* Distinct patterns (shap_patterns.h) in the order in which they came: open addressing over
 * memory of the caller. */
#ifndef MLCI_SHAP_PATTERN_SET_H
#define MLCI_SHAP_PATTERN_SET_H

#include <stdint.h>
#include <string.h>

typedef struct mlci_shap_pattern_set {
    int32_t n_words;
    int32_t n;
    uint64_t *patterns; /* n x n_words */
    int64_t n_slots;    /* a power of two, above the patterns there may be */
    int32_t *slots;     /* 1 + index; 0: free */
} mlci_shap_pattern_set;

static inline void mlci_shap_pattern_set_clear(mlci_shap_pattern_set *set)
{
    set->n = 0;
    memset(set->slots, 0, (size_t)set->n_slots * sizeof *set->slots);
}

/* Slots for so many patterns of so many bits at most. */
static inline int64_t mlci_shap_pattern_slots(int64_t n_patterns, int32_t n_bits)
{
    int64_t slots = 2;
    while (slots <= n_patterns && (n_bits > 60 || slots < (int64_t)2 << n_bits))
        slots *= 2;
    return 2 * slots;
}

/* The index of a pattern, which is set->n - 1 when it is new. */
static inline int32_t mlci_shap_pattern_add(mlci_shap_pattern_set *set, const uint64_t *pattern)
{
    const int32_t n_words = set->n_words;
    uint64_t hash = 0;
    for (int32_t w = 0; w < n_words; w++)
        hash = (hash ^ pattern[w]) * 0x9E3779B97F4A7C15u;
    hash ^= hash >> 32;
    for (uint64_t at = hash;; at++) {
        int32_t *const slot = &set->slots[at & (uint64_t)(set->n_slots - 1)];
        const int32_t index = *slot == 0 ? set->n : *slot - 1;
        uint64_t *const known = set->patterns + (int64_t)index * n_words;
        if (*slot == 0) {
            for (int32_t w = 0; w < n_words; w++)
                known[w] = pattern[w];
            *slot = ++set->n;
            return index;
        }
        uint64_t differ = 0;
        for (int32_t w = 0; w < n_words; w++)
            differ |= known[w] ^ pattern[w];
        if (differ == 0) return index;
    }
}

#endif
