#include "tree/amount.h"

#include "check_suite.h"

START_TEST(test_parse_tells_counts_from_shares_by_how_they_are_written)
{
    mlci_amount amount;
    ck_assert(mlci_amount_parse("1", &amount));
    ck_assert_int_eq(amount.count, 1);
    ck_assert_double_eq(amount.share, 0);
    ck_assert(mlci_amount_parse("1.0", &amount));
    ck_assert_int_eq(amount.count, 0);
    ck_assert_double_eq(amount.share, 1);
    ck_assert(mlci_amount_parse("2.5e-1", &amount));
    ck_assert_double_eq(amount.share, 0.25);
}
END_TEST

START_TEST(test_parse_refuses_what_is_no_amount)
{
    static const char *const texts[] = {"",    "0",  "-1",  "0.0", "-0.5",
                                        "nan", "x1", "1 2", "inf", "1e999"};
    mlci_amount amount;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        ck_assert_msg(!mlci_amount_parse(texts[i], &amount), "%s", texts[i]);
}
END_TEST

START_TEST(test_share_of_few_is_one_at_least)
{
    const mlci_amount share = {0, 0.5}, count = {7, 0};
    ck_assert_double_eq(mlci_amount_of(share, 9), 4);
    ck_assert_double_eq(mlci_amount_of(share, 1), 1);
    ck_assert_double_eq(mlci_amount_of(count, 3), 7);
}
END_TEST

MLCI_CHECK_SUITE("amount", test_parse_tells_counts_from_shares_by_how_they_are_written,
                 test_parse_refuses_what_is_no_amount, test_share_of_few_is_one_at_least)
