/* Weighted quantiles by radix selection from the top digit, 11 bits at a time.
 *
 * Each pass sums weights by digit, picks the digit that holds the target and keeps its keys only,
 * so that all passes together touch little more than n keys. Sums are integers: the result is a
 * function of the weighted set of values. */
#include "quantile.h"

#include <string.h>

#include "order_key.h"

#define DIGIT_BITS 11
#define DIGITS (1 << DIGIT_BITS)

/* What is left of a selection: keys that share the digits chosen so far. */
typedef struct selection {
    uint64_t *keys;
    int64_t *weights;
    int64_t n;
    int64_t below;  /* weight of all keys that are lower */
    uint64_t above; /* lowest key seen that is higher */
} selection;

static void keep_digit(selection *s, int32_t shift, uint64_t digit)
{
    int64_t kept = 0;
    for (int64_t i = 0; i < s->n; i++) {
        const uint64_t key = s->keys[i];
        const uint64_t own = key >> shift & (DIGITS - 1);
        if (own > digit && key < s->above) s->above = key;
        if (own != digit) continue;
        s->keys[kept] = key;
        if (s->weights != NULL) s->weights[kept] = s->weights[i];
        kept++;
    }
    s->n = kept;
}

/* One pass: the lowest digit up to which the weight reaches target. */
static void select_digit(selection *s, int32_t shift, double target)
{
    int64_t weight[DIGITS];
    memset(weight, 0, sizeof weight);
    for (int64_t i = 0; i < s->n; i++)
        weight[s->keys[i] >> shift & (DIGITS - 1)] += s->weights == NULL ? 1 : s->weights[i];
    uint64_t digit = 0, last = 0;
    for (uint64_t d = 0; d < DIGITS; d++)
        if (weight[d] > 0) last = d;
    while (digit < last && (double)(s->below + weight[digit]) < target)
        s->below += weight[digit++];
    keep_digit(s, shift, digit);
}

double mlci_weighted_quantile(uint64_t *keys, int64_t *weights, int64_t n, double q)
{
    selection s = {.keys = keys, .weights = weights, .n = n, .above = UINT64_MAX};
    int64_t total = 0;
    for (int64_t i = 0; i < n; i++)
        total += weights == NULL ? 1 : weights[i];
    const double target = q * (double)total;
    for (int32_t shift = 55; shift >= 0; shift -= DIGIT_BITS)
        select_digit(&s, shift, target);
    int64_t equal = 0;
    for (int64_t i = 0; i < s.n; i++)
        equal += s.weights == NULL ? 1 : s.weights[i];
    const double value = mlci_number_of_key(s.keys[0]);
    if ((double)(s.below + equal) > target || s.above == UINT64_MAX) return value;
    return 0.5 * value + 0.5 * mlci_number_of_key(s.above);
}
