/* Schoolbook arithmetic on 32-bit limbs. Only multiplication by a limb, shifts, comparison and
 * one-digit quotients are needed, so everything is linear in the length. */
#include "biginteger.h"

#include <string.h>

static void trim(mlci_biginteger *a)
{
    while (a->n > 0 && a->limbs[a->n - 1] == 0)
        a->n--;
}

void mlci_biginteger_set(mlci_biginteger *a, uint64_t value)
{
    a->limbs[0] = (uint32_t)value;
    a->limbs[1] = (uint32_t)(value >> 32);
    a->n = 2;
    trim(a);
}

void mlci_biginteger_multiply_add(mlci_biginteger *a, uint32_t factor, uint32_t term)
{
    uint64_t carry = term;
    for (int32_t i = 0; i < a->n; i++) {
        carry += (uint64_t)a->limbs[i] * factor;
        a->limbs[i] = (uint32_t)carry;
        carry >>= 32;
    }
    if (carry != 0 && a->n < MLCI_BIGINTEGER_LIMBS) a->limbs[a->n++] = (uint32_t)carry;
}

void mlci_biginteger_multiply_five(mlci_biginteger *a, int32_t power)
{
    const uint32_t five_13 = UINT32_C(1220703125); /* the largest that fits a limb */
    for (; power >= 13; power -= 13)
        mlci_biginteger_multiply_add(a, five_13, 0);
    for (; power > 0; power--)
        mlci_biginteger_multiply_add(a, 5, 0);
}

void mlci_biginteger_shift(mlci_biginteger *a, int32_t bits)
{
    const int32_t whole = bits / 32, part = bits % 32;
    if (a->n == 0) return;
    if (part > 0) mlci_biginteger_multiply_add(a, UINT32_C(1) << part, 0);
    if (whole == 0 || whole > MLCI_BIGINTEGER_LIMBS - a->n) return;
    memmove(a->limbs + whole, a->limbs, (size_t)a->n * sizeof a->limbs[0]);
    memset(a->limbs, 0, (size_t)whole * sizeof a->limbs[0]);
    a->n += whole;
}

int mlci_biginteger_compare(const mlci_biginteger *a, const mlci_biginteger *b)
{
    if (a->n != b->n) return a->n < b->n ? -1 : 1;
    for (int32_t i = a->n; i-- > 0;)
        if (a->limbs[i] != b->limbs[i]) return a->limbs[i] < b->limbs[i] ? -1 : 1;
    return 0;
}

static void subtract(mlci_biginteger *a, const mlci_biginteger *b)
{
    int64_t borrow = 0;
    for (int32_t i = 0; i < a->n; i++) {
        const int64_t limb = (int64_t)a->limbs[i] - (i < b->n ? b->limbs[i] : 0) + borrow;
        a->limbs[i] = (uint32_t)limb;
        borrow = limb < 0 ? -1 : 0;
    }
    trim(a);
}

int32_t mlci_biginteger_divide_small(mlci_biginteger *a, const mlci_biginteger *b)
{
    int32_t quotient = 0;
    while (mlci_biginteger_compare(a, b) >= 0) {
        subtract(a, b);
        quotient++;
    }
    return quotient;
}
