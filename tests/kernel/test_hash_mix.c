/* SplitMix64's first output for the seed 1234567 and MurmurHash3's finaliser of 1 are known from
 * their reference implementations. */
#include "hash_mix.h"

#include "kernel_cases.h"

START_TEST(test_mixing_is_that_of_splitmix64_and_murmurhash3)
{
    ck_assert_uint_eq(mlci_mix_a(UINT64_C(1234567) + UINT64_C(0x9e3779b97f4a7c15)),
                      UINT64_C(6457827717110365317));
    ck_assert_uint_eq(mlci_mix_b(1), UINT64_C(0xb456bcfc34c2cb2c));
}
END_TEST

START_TEST(test_many_hashes_are_those_of_one_on_every_table)
{
    enum { N = 100 };
    uint64_t u[N], v[N];
    for (int i = 0; i < N; i++) {
        u[i] = case_bits() << 11 ^ case_bits();
        v[i] = case_bits() << 11 ^ case_bits();
    }
    for (int t = 0; t < case_n_tables; t++) {
        for (int64_t n = 0; n <= N; n++) {
            uint64_t a[N] = {0}, b[N] = {0};
            memcpy(a, v, sizeof a);
            memcpy(b, u, sizeof b);
            case_tables[t]->mix(n, u, v, a, b);
            for (int64_t i = 0; i < N; i++) {
                ck_assert_uint_eq(a[i], i < n ? mlci_mix_a(v[i] ^ u[i]) : v[i]);
                ck_assert_uint_eq(b[i], i < n ? mlci_mix_b(u[i] + v[i]) : u[i]);
            }
        }
    }
}
END_TEST

MLCI_CHECK_SUITE_BY(case_add, "hash_mix", test_mixing_is_that_of_splitmix64_and_murmurhash3,
                    test_many_hashes_are_those_of_one_on_every_table)
