#include "kernel_cases.h"

START_TEST(test_bits_when_copied_from_any_offset_are_the_same_on_every_table)
{
    enum { N_BITS = 320 };
    uint8_t *const bits = malloc(N_BITS / 8); /* nothing after it may be read */
    for (int i = 0; i < N_BITS / 8; i++)
        bits[i] = (uint8_t)(i * 89 + 0xB5);
    for (int t = 0; t < case_n_tables; t++) {
        for (int64_t first = 0; first < 24; first++) {
            for (int64_t n = 0; first + n <= N_BITS; n++) {
                uint8_t out[N_BITS / 8 + 1] = {0};
                int64_t n_set = 0;
                const int64_t found = case_tables[t]->copy_bits(bits, first, n, out);
                for (int64_t i = 0; i < n; i++) {
                    const int bit = bits[(first + i) >> 3] >> ((first + i) & 7) & 1;
                    ck_assert_int_eq(out[i >> 3] >> (i & 7) & 1, bit);
                    n_set += bit;
                }
                ck_assert_int_eq(found, n_set);
                if ((n & 7) != 0) ck_assert_int_eq(out[n >> 3] >> (n & 7), 0);
            }
        }
    }
    free(bits);
}
END_TEST

/* The last byte of a bitmap may be the last of a page. */
START_TEST(test_bits_when_copied_stay_within_the_bitmap)
{
    uint8_t *bits = malloc(2), out[3] = {0};
    bits[0] = 0xF0;
    bits[1] = 0x0F;
    for (int t = 0; t < case_n_tables; t++) {
        ck_assert_int_eq(case_tables[t]->copy_bits(bits, 5, 11, out), 7);
        ck_assert_int_eq(case_tables[t]->copy_bits(bits, 5, 3, out), 3);
    }
    free(bits);
}
END_TEST

MLCI_CHECK_SUITE_BY(case_add, "bits",
                    test_bits_when_copied_from_any_offset_are_the_same_on_every_table,
                    test_bits_when_copied_stay_within_the_bitmap)
