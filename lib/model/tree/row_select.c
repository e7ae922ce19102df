/* Selection digit by digit from the top, 11 bits at a time: each pass counts the keys whose higher
 * digits are the ones chosen so far. Counts and sums are integers, so the result is a function of
 * the set of keys. */
#include "row_select.h"

#include <string.h>

#include "error.h"

#define DIGIT_BITS 11
#define DIGITS (1 << DIGIT_BITS)

mlc_status mlci_select_kth(mlc_context *call, const uint64_t *keys, int64_t n, int64_t k,
                           uint64_t *scratch, uint64_t *kth, int64_t *n_above, mlc_error *err)
{
    uint64_t prefix = 0;
    int64_t above = 0;
    for (int32_t shift = 55; shift >= 0; shift -= DIGIT_BITS) {
        int64_t count[DIGITS], n_left = 0;
        uint64_t digit = DIGITS - 1;
        memset(count, 0, sizeof count);
        MLCI_TRY(mlci_poll(call, err));
        for (int64_t i = 0; i < n; i++)
            count[keys[i] >> shift & (DIGITS - 1)]++;
        while (above + count[digit] < k)
            above += count[digit--];
        for (int64_t i = 0; i < n; i++) {
            scratch[n_left] = keys[i];
            n_left += (keys[i] >> shift & (DIGITS - 1)) == digit;
        }
        prefix |= digit << shift;
        keys = scratch;
        n = n_left;
    }
    *kth = prefix;
    *n_above = above;
    return MLC_OK;
}

mlc_status mlci_select_largest(mlc_context *call, const uint64_t *keys, const int64_t *index,
                               int64_t n, int64_t k, uint64_t *scratch, uint8_t *chosen,
                               mlc_error *err)
{
    uint64_t kth, last = 0;
    int64_t n_above, n_equal = 0, n_lower = 0;
    if (n == 0 || k == 0) {
        if (n > 0) memset(chosen, 0, (size_t)n);
        return MLC_OK;
    }
    MLCI_TRY(mlci_select_kth(call, keys, n, k, scratch, &kth, &n_above, err));
    /* Of rows with the k-th key, those whose flipped index is largest. */
    const int64_t n_needed = k - n_above;
    for (int64_t i = 0; i < n; i++)
        if (keys[i] == kth)
            scratch[n_equal++] = ~((uint64_t)(index == NULL ? i : index[i]) ^ (uint64_t)1 << 63);
    MLCI_TRY(mlci_select_kth(call, scratch, n_equal, n_needed, scratch + n, &last, &n_lower, err));
    int64_t n_same = n_needed - n_lower; /* rows of one index: the first to come */
    n_equal = 0;
    for (int64_t i = 0; i < n; i++) {
        chosen[i] = keys[i] > kth;
        if (keys[i] != kth) continue;
        const uint64_t own = scratch[n_equal++];
        chosen[i] = own > last || (own == last && n_same-- > 0);
    }
    return MLC_OK;
}

/* Rows of a digit. */
typedef struct digit_sum {
    int64_t n, sum;
} digit_sum;

mlc_status mlci_select_scale(mlc_context *call, const uint32_t *sizes, int64_t n, double target,
                             double *scale, mlc_error *err)
{
    /* With c rows above m and s the sum of the others, m (target - c) - s rises with m and is 0 at
     * the solution: it is looked for below the lowest digit at which that is positive. */
    uint32_t prefix = 0, mask = 0;
    int64_t n_above = 0, below = 0;
    for (int64_t i = 0; i < n; i++)
        below += sizes[i];
    for (int32_t shift = 22; shift >= 0; shift -= DIGIT_BITS) {
        digit_sum of[DIGITS];
        uint32_t digit = DIGITS - 1;
        memset(of, 0, sizeof of);
        MLCI_TRY(mlci_poll(call, err));
        for (int64_t i = 0; i < n; i++) {
            if ((sizes[i] & mask) != prefix) continue;
            of[sizes[i] >> shift & (DIGITS - 1)].n++;
            of[sizes[i] >> shift & (DIGITS - 1)].sum += sizes[i];
        }
        for (; digit > 0; digit--) {
            const double m = (double)(prefix | (uint64_t)digit << shift);
            const int64_t n_from = n_above + of[digit].n, s = below - of[digit].sum;
            if (m * (target - (double)n_from) - (double)s <= 0) break;
            n_above = n_from;
            below = s;
        }
        prefix |= digit << shift;
        mask |= (uint32_t)(DIGITS - 1) << shift;
    }
    *scale = target > (double)n_above ? (double)below / (target - (double)n_above) : 0;
    return MLC_OK;
}
