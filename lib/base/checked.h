/* Size arithmetic that cannot wrap: each returns 1 and sets *out, or returns 0. */
#ifndef MLCI_CHECKED_H
#define MLCI_CHECKED_H

#include <stdint.h>

static inline int mlci_add_size(int64_t a, int64_t b, int64_t *out)
{
    return !__builtin_add_overflow(a, b, out) && *out >= 0;
}

static inline int mlci_mul_size(int64_t a, int64_t b, int64_t *out)
{
    return a >= 0 && b >= 0 && !__builtin_mul_overflow(a, b, out);
}

/* a rounded up to a multiple of unit, unit a power of two. */
static inline int mlci_round_up_size(int64_t a, int64_t unit, int64_t *out)
{
    if (a < 0 || !mlci_add_size(a, unit - 1, out)) return 0;
    *out &= ~(unit - 1);
    return 1;
}

#endif
