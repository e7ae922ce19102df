/* Expected values: closed forms in 64 bits, and identities between powers. */
#include "biginteger.h"

#include "check_suite.h"

static uint64_t low_bits(const mlci_biginteger *a)
{
    const uint64_t low = a->n > 0 ? a->limbs[0] : 0, high = a->n > 1 ? a->limbs[1] : 0;
    return high << 32 | low;
}

START_TEST(test_biginteger_set_and_multiply_add_work_on_small_values)
{
    mlci_biginteger a;
    mlci_biginteger_set(&a, 0);
    ck_assert_int_eq(a.n, 0);
    mlci_biginteger_multiply_add(&a, 10, 7);
    ck_assert_uint_eq(low_bits(&a), 7);
    mlci_biginteger_set(&a, UINT64_C(0xffffffff));
    mlci_biginteger_multiply_add(&a, UINT32_MAX, UINT32_MAX);
    ck_assert_uint_eq(low_bits(&a), UINT64_C(0xffffffff00000000));
}
END_TEST

START_TEST(test_biginteger_power_of_five_and_shift_give_the_power_of_ten)
{
    mlci_biginteger by_five, by_ten;
    mlci_biginteger_set(&by_five, 3);
    mlci_biginteger_set(&by_ten, 3);
    mlci_biginteger_multiply_five(&by_five, 1103);
    mlci_biginteger_shift(&by_five, 1103);
    for (int i = 0; i < 1103; i++)
        mlci_biginteger_multiply_add(&by_ten, 10, 0);
    ck_assert_int_eq(mlci_biginteger_compare(&by_five, &by_ten), 0);
    mlci_biginteger_multiply_add(&by_ten, 1, 1);
    ck_assert_int_eq(mlci_biginteger_compare(&by_five, &by_ten), -1);
    ck_assert_int_eq(mlci_biginteger_compare(&by_ten, &by_five), 1);
    mlci_biginteger_shift(&by_five, 32);
    ck_assert_int_eq(mlci_biginteger_compare(&by_five, &by_ten), 1);
}
END_TEST

START_TEST(test_biginteger_divide_small_leaves_the_rest)
{
    mlci_biginteger a, b;
    mlci_biginteger_set(&a, 5);
    mlci_biginteger_shift(&a, 100);
    mlci_biginteger_multiply_add(&a, 1, 12345); /* 5 * 2^100 + 12345 */
    mlci_biginteger_set(&b, 1);
    mlci_biginteger_shift(&b, 100);
    ck_assert_int_eq(mlci_biginteger_divide_small(&a, &b), 5);
    ck_assert_int_eq(a.n, 1);
    ck_assert_uint_eq(low_bits(&a), 12345);
    ck_assert_int_eq(mlci_biginteger_divide_small(&a, &b), 0);
}
END_TEST

START_TEST(test_biginteger_shift_of_zero_stays_zero)
{
    mlci_biginteger a;
    mlci_biginteger_set(&a, 0);
    mlci_biginteger_shift(&a, 77);
    ck_assert_int_eq(a.n, 0);
}
END_TEST

MLCI_CHECK_SUITE("biginteger", test_biginteger_set_and_multiply_add_work_on_small_values,
                 test_biginteger_power_of_five_and_shift_give_the_power_of_ten,
                 test_biginteger_divide_small_leaves_the_rest,
                 test_biginteger_shift_of_zero_stays_zero)
