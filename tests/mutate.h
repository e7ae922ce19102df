/* Random changes to valid texts, the same on every run: what a reader of outside text must take
 * without harm. */
#ifndef MLCI_MUTATE_H
#define MLCI_MUTATE_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* SplitMix64 (Steele, Lea and Flood, 2014). */
static inline uint64_t mutate_next(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static inline size_t mutate_below(uint64_t *state, size_t n)
{
    return (size_t)(mutate_next(state) % n);
}

/* A text of the list with one to six changes: a byte replaced, inserted or removed, a piece
 * removed or repeated, a piece of another text put in. The caller frees it with free(). It is an
 * exact block, so that a sanitizer sees each byte read behind its end. */
static inline char *mutate_text(uint64_t *state, const char *const *texts, size_t n_texts)
{
    static const char bytes[] =
        "()[]{},='\" \\:.*#+-_\n\t0123456789eEnaxtuf\"'\x01\x7f\xc3\xa9\xff";
    char buffer[8192];
    const char *base = texts[mutate_below(state, n_texts)];
    size_t n = strlen(base);
    memcpy(buffer, base, n);
    for (size_t changes = 1 + mutate_below(state, 6); changes > 0; changes--) {
        const size_t at = mutate_below(state, n + 1);
        const char byte = bytes[mutate_below(state, sizeof bytes - 1)];
        const char *piece = NULL;
        size_t cut = 0, add = 0;
        switch (mutate_below(state, 6)) {
        case 0:
            cut = at < n, piece = &byte, add = 1;
            break;
        case 1:
            piece = &byte, add = 1;
            break;
        case 2:
            cut = at < n;
            break;
        case 3:
            cut = mutate_below(state, n - at + 1);
            break;
        default:
            piece = texts[mutate_below(state, n_texts)];
            piece += mutate_below(state, strlen(piece) + 1);
            add = mutate_below(state, strlen(piece) + 1);
        }
        if (n - cut + add >= sizeof buffer) continue;
        memmove(buffer + at + add, buffer + at + cut, n - at - cut);
        if (add > 0) memcpy(buffer + at, piece, add);
        n = n - cut + add;
    }
    char *text = malloc(n + 1);
    memcpy(text, buffer, n);
    text[n] = '\0';
    return text;
}

#endif
