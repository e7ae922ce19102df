/* Rows in the order of a number: a radix sort of eight passes over the bytes of the key, least
 * significant first, each of them stable. Passes whose byte is the same everywhere are left out,
 * which for class numbers is all but two or three. Linear time, no recursion. */
#include "row_order.h"

#include <string.h>

#define N_BYTES 8
#define N_DIGITS 256

uint64_t mlci_row_key_of(double value)
{
    if (value != value) return UINT64_MAX;
    const double one_zero = value + 0.0; /* -0 + 0 is 0 */
    uint64_t bits;
    memcpy(&bits, &one_zero, sizeof bits);
    const uint64_t sign = UINT64_C(1) << 63;
    return bits & sign ? ~bits : bits | sign;
}

static uint32_t digit_of(uint64_t key, int32_t byte)
{
    return (uint32_t)(key >> (8 * byte)) & (N_DIGITS - 1);
}

/* One pass; start holds the first place of each digit. */
static void distribute(const mlci_row_key *from, mlci_row_key *to, int64_t n, int32_t byte,
                       int64_t start[N_DIGITS])
{
    for (int64_t i = 0; i < n; i++) to[start[digit_of(from[i].key, byte)]++] = from[i];
}

/* Counts to first places; 0 when a single digit has all n keys. */
static int count_to_start(int64_t count[N_DIGITS], int64_t n)
{
    int64_t place = 0;
    for (int32_t d = 0; d < N_DIGITS; d++) {
        if (count[d] == n) return 0;
        const int64_t here = count[d];
        count[d] = place;
        place += here;
    }
    return 1;
}

void mlci_row_keys_sort(mlci_row_key *keys, mlci_row_key *spare, int64_t n)
{
    int64_t count[N_BYTES][N_DIGITS] = {{0}};
    for (int64_t i = 0; i < n; i++) {
        for (int32_t b = 0; b < N_BYTES; b++) count[b][digit_of(keys[i].key, b)]++;
    }
    mlci_row_key *from = keys;
    mlci_row_key *to = spare;
    for (int32_t b = 0; b < N_BYTES; b++) {
        if (!count_to_start(count[b], n)) continue;
        distribute(from, to, n, b, count[b]);
        mlci_row_key *const swap = from;
        from = to;
        to = swap;
    }
    if (from != keys) memcpy(keys, from, (size_t)n * sizeof *keys);
}
