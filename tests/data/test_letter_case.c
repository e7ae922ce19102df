/* Case of letters; expected values are those of Python's str.lower() and str.upper(). */
#include "check_suite.h"
#include "letter_case.h"

START_TEST(test_letters_change_and_others_stay)
{
    static const uint32_t pairs[][2] = {{0xc4, 0xe4},       {0x410, 0x430},     {0x3a9, 0x3c9},
                                        {0x1e9a0, 0x1e9a0}, {0x10400, 0x10428}, {0x139, 0x13a},
                                        {0x4e2d, 0x4e2d},   {0x1c4, 0x1c6}};
    for (int i = 0; i < 8; i++) {
        ck_assert_uint_eq(mlci_change_case(mlci_lower_case, mlci_n_lower_case, pairs[i][0]),
                          pairs[i][1]);
        ck_assert_uint_eq(mlci_change_case(mlci_upper_case, mlci_n_upper_case, pairs[i][1]),
                          pairs[i][0]);
    }
    /* One letter in one case and several in the other stay. */
    ck_assert_uint_eq(mlci_change_case(mlci_upper_case, mlci_n_upper_case, 0xdf), 0xdf);
    ck_assert_uint_eq(mlci_change_case(mlci_lower_case, mlci_n_lower_case, 0x10ffff), 0x10ffff);
    /* Between two of a run with steps. */
    ck_assert_uint_eq(mlci_change_case(mlci_lower_case, mlci_n_lower_case, 0x101), 0x101);
}
END_TEST

START_TEST(test_runs_ascend_and_do_not_overlap)
{
    for (int32_t i = 1; i < mlci_n_lower_case; i++)
        ck_assert_uint_lt(mlci_lower_case[i - 1].last, mlci_lower_case[i].first);
    for (int32_t i = 1; i < mlci_n_upper_case; i++)
        ck_assert_uint_lt(mlci_upper_case[i - 1].last, mlci_upper_case[i].first);
}
END_TEST

MLCI_CHECK_SUITE("letter_case", test_letters_change_and_others_stay,
                 test_runs_ascend_and_do_not_overlap)
