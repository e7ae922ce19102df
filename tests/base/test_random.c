/* Known answers: Random123's table for philox4x32 at ten rounds (kat_vectors of the authors). */
#include "random.h"

#include <math.h>

#include "check_suite.h"

#define N_DRAWS 200000

static void check_philox(uint64_t seed, uint32_t purpose, uint32_t stream, uint64_t index,
                         const uint32_t expected[4])
{
    uint32_t words[4];
    mlci_philox(seed, purpose, stream, index, words);
    for (int i = 0; i < 4; i++)
        ck_assert_uint_eq(words[i], expected[i]);
}

START_TEST(test_philox_of_known_counters_and_keys_gives_the_published_words)
{
    check_philox(0, 0, 0, 0, (const uint32_t[]){0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
    check_philox(UINT64_MAX, UINT32_MAX, UINT32_MAX, UINT64_MAX,
                 (const uint32_t[]){0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
    /* counter 243f6a88 85a308d3 13198a2e 03707344, key a4093822 299f31d0 (digits of pi) */
    check_philox(UINT64_C(0x299f31d0a4093822), UINT32_C(0x03707344), UINT32_C(0x13198a2e),
                 UINT64_C(0x85a308d3243f6a88),
                 (const uint32_t[]){0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}
END_TEST

START_TEST(test_random_bits_are_the_first_two_words)
{
    ck_assert_uint_eq(mlci_random_bits(0, 0, 0, 0), UINT64_C(0xe169c58d6627e8d5));
    ck_assert_double_eq(mlci_random_unit(0, 0, 0, 0),
                        (double)(UINT64_C(0xe169c58d6627e8d5) >> 11) / 9007199254740992.0);
}
END_TEST

START_TEST(test_random_unit_over_many_positions_is_uniform)
{
    /* Mean 1/2 and variance 1/12; five standard errors of each. */
    double sum = 0.0, squares = 0.0;
    for (uint64_t i = 0; i < N_DRAWS; i++) {
        const double u = mlci_random_unit(3, MLCI_RANDOM_TEST, 1, i);
        ck_assert(u >= 0.0 && u < 1.0);
        sum += u;
        squares += (u - 0.5) * (u - 0.5);
    }
    ck_assert_double_eq_tol(sum / N_DRAWS, 0.5, 5.0 * sqrt(1.0 / 12.0 / N_DRAWS));
    ck_assert_double_eq_tol(squares / N_DRAWS, 1.0 / 12.0, 5.0 * sqrt(1.0 / 180.0 / N_DRAWS));
}
END_TEST

START_TEST(test_random_below_over_many_positions_is_fair)
{
    enum { N_BINS = 7 };
    int64_t counts[N_BINS] = {0};
    for (uint64_t i = 0; i < N_DRAWS; i++) {
        const uint64_t bin = mlci_random_below(3, MLCI_RANDOM_TEST, 2, i, N_BINS);
        ck_assert_uint_lt(bin, N_BINS);
        counts[bin]++;
    }
    double chi_square = 0.0;
    for (int b = 0; b < N_BINS; b++) {
        const double difference = (double)counts[b] - (double)N_DRAWS / N_BINS;
        chi_square += difference * difference / ((double)N_DRAWS / N_BINS);
    }
    ck_assert_double_lt(chi_square, 27.86); /* 6 degrees of freedom, upper 1e-4 */
}
END_TEST

START_TEST(test_random_below_two_thirds_of_the_range_has_no_bias)
{
    /* Without rejection multiples of three would be drawn half of the time. */
    const uint64_t n = UINT64_C(3) << 62;
    int64_t multiples = 0;
    for (uint64_t i = 0; i < N_DRAWS; i++) {
        const uint64_t value = mlci_random_below(5, MLCI_RANDOM_TEST, 2, i, n);
        ck_assert_uint_lt(value, n);
        multiples += value % 3 == 0;
    }
    ck_assert_double_eq_tol((double)multiples / N_DRAWS, 1.0 / 3.0,
                            5.0 * sqrt(2.0 / 9.0 / N_DRAWS));
}
END_TEST

START_TEST(test_random_below_one_is_zero)
{
    for (uint64_t i = 0; i < 100; i++)
        ck_assert_uint_eq(mlci_random_below(i, MLCI_RANDOM_TEST, 0, i, 1), 0);
}
END_TEST

START_TEST(test_random_permutation_of_any_size_is_sorted_by_bits)
{
    const int64_t sizes[] = {0, 1, 2, 24, 25, 300, 70000};
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        const int64_t n = sizes[s];
        int64_t *order = malloc((size_t)(n + 1) * sizeof *order);
        uint64_t *scratch = malloc((size_t)(n + 1) * sizeof *scratch);
        unsigned char *seen = calloc((size_t)(n + 1), 1);
        mlci_random_permutation(9, MLCI_RANDOM_TEST, 4, n, order, scratch);
        for (int64_t i = 0; i < n; i++) {
            ck_assert(order[i] >= 0 && order[i] < n && !seen[order[i]]++);
            if (i == 0) continue;
            ck_assert(mlci_random_bits(9, MLCI_RANDOM_TEST, 4, (uint64_t)order[i - 1]) <
                      mlci_random_bits(9, MLCI_RANDOM_TEST, 4, (uint64_t)order[i]));
        }
        free(order);
        free(scratch);
        free(seen);
    }
}
END_TEST

START_TEST(test_random_draws_differ_by_seed_purpose_stream_and_index)
{
    const uint64_t base = mlci_random_bits(1, 2, 3, 4);
    ck_assert(base != mlci_random_bits(2, 2, 3, 4));
    ck_assert(base != mlci_random_bits(UINT64_C(1) << 32 | 1, 2, 3, 4));
    ck_assert(base != mlci_random_bits(1, 3, 3, 4));
    ck_assert(base != mlci_random_bits(1, 2, 4, 4));
    ck_assert(base != mlci_random_bits(1, 2, 3, 5));
    ck_assert(base != mlci_random_bits(1, 2, 3, UINT64_C(4) | UINT64_C(1) << 40));
}
END_TEST

MLCI_CHECK_SUITE("random", test_philox_of_known_counters_and_keys_gives_the_published_words,
                 test_random_bits_are_the_first_two_words,
                 test_random_unit_over_many_positions_is_uniform,
                 test_random_below_over_many_positions_is_fair,
                 test_random_below_two_thirds_of_the_range_has_no_bias,
                 test_random_below_one_is_zero,
                 test_random_permutation_of_any_size_is_sorted_by_bits,
                 test_random_draws_differ_by_seed_purpose_stream_and_index)
