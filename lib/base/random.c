/* Philox-4x32-10: ten rounds of multiply, xor and key step over a 128-bit counter.
 *
 * J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw: Parallel Random Numbers: As Easy as
 * 1, 2, 3 (SC 2011), section 4.3. The counter is (index, stream, purpose), the key the seed.
 * Purposes stay below 2^16: the upper half of that word counts the redraws of
 * mlci_random_below(), so that each position has draws of its own.
 *
 * A permutation sorts (random bits, row) by an in-place radix sort on the leading bytes (McIlroy,
 * Bostic, McIlroy: Engineering Radix Sort, 1993): O(n), no memory beyond the two arrays. */
#include "random.h"

#include "wide.h"

#define PHILOX_ROUNDS 10
#define PHILOX_MULTIPLIER_0 UINT32_C(0xD2511F53)
#define PHILOX_MULTIPLIER_1 UINT32_C(0xCD9E8D57)
#define PHILOX_WEYL_0 UINT32_C(0x9E3779B9) /* golden ratio */
#define PHILOX_WEYL_1 UINT32_C(0xBB67AE85) /* sqrt(3) - 1 */

#define RADIX_BITS 8
#define RADIX_SIZE (1 << RADIX_BITS)
#define SMALL_SORT 24 /* rows that insertion sort takes */

static uint64_t words_to_bits(const uint32_t words[2])
{
    return (uint64_t)words[1] << 32 | words[0];
}

static void swap_rows(uint64_t *keys, int64_t *rows, int64_t i, int64_t j)
{
    const uint64_t key = keys[i];
    const int64_t row = rows[i];
    keys[i] = keys[j];
    rows[i] = rows[j];
    keys[j] = key;
    rows[j] = row;
}

static void sort_by_insertion(uint64_t *keys, int64_t *rows, int64_t n)
{
    for (int64_t i = 1; i < n; i++) {
        const uint64_t key = keys[i];
        const int64_t row = rows[i];
        int64_t j = i;
        for (; j > 0 && (keys[j - 1] > key || (keys[j - 1] == key && rows[j - 1] > row)); j--) {
            keys[j] = keys[j - 1];
            rows[j] = rows[j - 1];
        }
        keys[j] = key;
        rows[j] = row;
    }
}

/* Sorts n pairs whose keys agree above bit shift + RADIX_BITS. A negative shift means equal keys,
 * of which 64 random bits make no more than a handful: recursion is 64 / RADIX_BITS deep. */
static void sort_by_radix(uint64_t *keys, int64_t *rows, int64_t n, int32_t shift)
{
    if (n <= SMALL_SORT || shift < 0) {
        sort_by_insertion(keys, rows, n);
        return;
    }
    int64_t next[RADIX_SIZE] = {0}, end[RADIX_SIZE];
    for (int64_t i = 0; i < n; i++)
        next[(keys[i] >> shift) % RADIX_SIZE]++;
    for (int64_t b = 0, sum = 0; b < RADIX_SIZE; b++) {
        const int64_t count = next[b];
        next[b] = sum;
        sum += count;
        end[b] = sum;
    }
    for (int64_t b = 0; b < RADIX_SIZE; b++) {
        while (next[b] < end[b]) {
            const int64_t to = (int64_t)((keys[next[b]] >> shift) % RADIX_SIZE);
            if (to == b) {
                next[b]++;
            } else {
                swap_rows(keys, rows, next[b], next[to]++);
            }
        }
    }
    for (int64_t b = 0, start = 0; b < RADIX_SIZE; start = end[b], b++) {
        const int64_t count = end[b] - start;
        sort_by_radix(keys + start, rows + start, count, shift - RADIX_BITS);
    }
}

void mlci_philox(uint64_t seed, uint32_t purpose, uint32_t stream, uint64_t index, uint32_t out[4])
{
    uint32_t key0 = (uint32_t)seed, key1 = (uint32_t)(seed >> 32);
    uint32_t c0 = (uint32_t)index, c1 = (uint32_t)(index >> 32), c2 = stream, c3 = purpose;
    for (int32_t round = 0; round < PHILOX_ROUNDS; round++) {
        const uint64_t product0 = (uint64_t)PHILOX_MULTIPLIER_0 * c0;
        const uint64_t product1 = (uint64_t)PHILOX_MULTIPLIER_1 * c2;
        c0 = (uint32_t)(product1 >> 32) ^ c1 ^ key0;
        c1 = (uint32_t)product1;
        c2 = (uint32_t)(product0 >> 32) ^ c3 ^ key1;
        c3 = (uint32_t)product0;
        key0 += PHILOX_WEYL_0;
        key1 += PHILOX_WEYL_1;
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
}

uint64_t mlci_random_bits(uint64_t seed, uint32_t purpose, uint32_t stream, uint64_t index)
{
    uint32_t words[4];
    mlci_philox(seed, purpose, stream, index, words);
    return words_to_bits(words);
}

double mlci_random_unit(uint64_t seed, uint32_t purpose, uint32_t stream, uint64_t index)
{
    return (double)(mlci_random_bits(seed, purpose, stream, index) >> 11) * 0x1p-53;
}

uint64_t mlci_random_below(uint64_t seed, uint32_t purpose, uint32_t stream, uint64_t index,
                           uint64_t n)
{
    /* D. Lemire: Fast Random Integer Generation in an Interval (2019): the high word of bits * n
     * is fair once low words under 2^64 mod n are refused. A draw is refused at worst half the
     * time, so the attempts never run out. */
    const uint64_t refused = (0 - n) % n;
    mlci_wide product = {0, 0};
    for (uint32_t attempt = 0; attempt < UINT32_C(1) << 16; attempt++) {
        uint32_t words[4];
        mlci_philox(seed, purpose | attempt << 16, stream, index, words);
        product = mlci_multiply_wide(words_to_bits(words), n);
        if (product.low >= refused) break;
        product = mlci_multiply_wide(words_to_bits(words + 2), n);
        if (product.low >= refused) break;
    }
    return product.high;
}

void mlci_random_permutation(uint64_t seed, uint32_t purpose, uint32_t stream, int64_t n,
                             int64_t *order, uint64_t *scratch)
{
    for (int64_t i = 0; i < n; i++) {
        order[i] = i;
        scratch[i] = mlci_random_bits(seed, purpose, stream, (uint64_t)i);
    }
    sort_by_radix(scratch, order, n, 64 - RADIX_BITS);
}
