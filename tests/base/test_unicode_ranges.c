#include "unicode_ranges.h"

#include "check_suite.h"

static void check_sorted(const mlci_code_range *ranges, int32_t n)
{
    ck_assert_int_gt(n, 0);
    ck_assert_uint_ge(ranges[0].first, 0x300);
    ck_assert_uint_le(ranges[n - 1].last, 0x10ffff);
    for (int32_t i = 0; i < n; i++) {
        ck_assert_uint_le(ranges[i].first, ranges[i].last);
        if (i > 0) ck_assert_uint_gt(ranges[i].first, ranges[i - 1].last);
    }
}

START_TEST(test_unicode_ranges_are_sorted_and_disjoint)
{
    check_sorted(mlci_unicode_zero, mlci_n_unicode_zero);
    check_sorted(mlci_unicode_wide, mlci_n_unicode_wide);
}
END_TEST

START_TEST(test_unicode_ranges_do_not_share_a_code_point)
{
    for (int32_t i = 0, j = 0; i < mlci_n_unicode_zero && j < mlci_n_unicode_wide;) {
        const mlci_code_range zero = mlci_unicode_zero[i], wide = mlci_unicode_wide[j];
        ck_assert(zero.last < wide.first || wide.last < zero.first);
        if (zero.last < wide.last) {
            i++;
        } else {
            j++;
        }
    }
}
END_TEST

MLCI_CHECK_SUITE("unicode_ranges", test_unicode_ranges_are_sorted_and_disjoint,
                 test_unicode_ranges_do_not_share_a_code_point)
