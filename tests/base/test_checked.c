#include "checked.h"

#include "check_suite.h"

START_TEST(test_add_size_at_the_bounds_refuses_what_wraps_or_is_negative)
{
    int64_t out = 0;
    ck_assert(mlci_add_size(INT64_MAX - 1, 1, &out));
    ck_assert_int_eq(out, INT64_MAX);
    ck_assert(!mlci_add_size(INT64_MAX, 1, &out));
    ck_assert(!mlci_add_size(3, -4, &out));
}
END_TEST

START_TEST(test_mul_size_at_the_bounds_refuses_what_wraps_or_is_negative)
{
    int64_t out = 0;
    ck_assert(mlci_mul_size(INT64_C(1) << 31, INT64_C(1) << 31, &out));
    ck_assert_int_eq(out, INT64_C(1) << 62);
    ck_assert(!mlci_mul_size(INT64_C(1) << 32, INT64_C(1) << 31, &out));
    ck_assert(!mlci_mul_size(-1, 5, &out));
    ck_assert(!mlci_mul_size(-1, -5, &out));
    ck_assert(mlci_mul_size(0, INT64_MAX, &out));
    ck_assert_int_eq(out, 0);
}
END_TEST

START_TEST(test_round_up_size_goes_to_the_next_multiple)
{
    int64_t out = 0;
    ck_assert(mlci_round_up_size(0, 64, &out));
    ck_assert_int_eq(out, 0);
    ck_assert(mlci_round_up_size(65, 64, &out));
    ck_assert_int_eq(out, 128);
    ck_assert(mlci_round_up_size(128, 64, &out));
    ck_assert_int_eq(out, 128);
    ck_assert(!mlci_round_up_size(INT64_MAX, 64, &out));
    ck_assert(!mlci_round_up_size(-1, 64, &out));
}
END_TEST

MLCI_CHECK_SUITE("checked", test_add_size_at_the_bounds_refuses_what_wraps_or_is_negative,
                 test_mul_size_at_the_bounds_refuses_what_wraps_or_is_negative,
                 test_round_up_size_goes_to_the_next_multiple)
