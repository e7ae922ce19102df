#include "strata.h"

#include "check_suite.h"
#include "making.h"

static int32_t *strata(const mlc_dataset *d, int by_target)
{
    mlc_context local, *call = NULL;
    int32_t *out = NULL, n = 0, has_bins = 0;
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(by_target ? mlci_strata_of_target(call, d, &out, &has_bins, NULL)
                               : mlci_strata_of_field(call, d, 0, &out, &n, NULL),
                     MLC_OK);
    mlci_call_end(call);
    return out;
}

START_TEST(test_values_are_numbered_in_their_order_and_missing_ones_are_not)
{
    const char *const texts[] = {"b", NULL, "a", "b", "c"};
    const mlc_array array = making_text("x", 5, texts);
    mlc_dataset *d = making_dataset(&array, 1, NULL);
    int32_t *const found = strata(d, 0);
    const int32_t expected[] = {1, -1, 0, 1, 2};
    ck_assert_mem_eq(found, expected, sizeof expected);
    ck_assert_int_eq(mlci_strata_count(found, 5), 3);
    mlci_free(found);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_numbers_of_many_values_are_in_ten_bins_of_equal_size)
{
    double y[1000];
    int64_t counts[11] = {0};
    for (int i = 0; i < 1000; i++)
        y[i] = i == 500 ? NAN : (double)(i * 7919 % 1000) * (i * 7919 % 1000);
    const mlc_array array = making_real("y", 1000, y);
    mlc_dataset *d = making_dataset(&array, 1, "target=y");
    int32_t *const found = strata(d, 1);
    for (int i = 0; i < 1000; i++) {
        counts[found[i]]++;
        for (int j = 0; j < i; j++)
            ck_assert(!(y[i] > y[j]) || found[i] >= found[j]);
    }
    for (int b = 0; b < 10; b++)
        ck_assert(counts[b] == 100 || counts[b] == 99);
    ck_assert_int_eq(counts[10], 1);
    mlci_free(found);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_there_are_no_strata_without_one_target)
{
    const double values[] = {1, 2, 3};
    const mlc_array arrays[] = {making_real("a", 3, values), making_real("b", 3, values)};
    mlc_dataset *none = making_dataset(arrays, 2, NULL),
                *two = making_dataset(arrays, 2, "target=a,b");
    ck_assert_ptr_null(strata(none, 1));
    ck_assert_ptr_null(strata(two, 1));
    mlc_dataset_free(two);
    mlc_dataset_free(none);
}
END_TEST

START_TEST(test_shares_are_rounded_by_largest_remainders)
{
    const int64_t counts[] = {7, 7, 1, 0, 2000000000};
    int64_t shares[5];
    ck_assert_int_eq(mlci_strata_share(NULL, counts, 4, 4, shares, NULL), MLC_OK);
    const int64_t small[] = {2, 2, 0, 0}; /* 1.87, 1.87, 0.27 */
    ck_assert_mem_eq(shares, small, sizeof small);
    ck_assert_int_eq(mlci_strata_share(NULL, counts, 4, 1, shares, NULL), MLC_OK);
    const int64_t one[] = {1, 0, 0, 0}; /* a tie: the first */
    ck_assert_mem_eq(shares, one, sizeof one);
    ck_assert_int_eq(mlci_strata_share(NULL, counts, 5, 1000000000, shares, NULL), MLC_OK);
    ck_assert_int_eq(shares[0] + shares[1] + shares[2] + shares[3] + shares[4], 1000000000);
    /* 3.4999999, 3.4999999, 0.49999999, 0, 999999992.50000006: the last and the third go up. */
    ck_assert_int_eq(shares[2], 1);
    ck_assert_int_eq(shares[4], 999999993);
}
END_TEST

MLCI_CHECK_SUITE("strata", test_values_are_numbered_in_their_order_and_missing_ones_are_not,
                 test_numbers_of_many_values_are_in_ten_bins_of_equal_size,
                 test_there_are_no_strata_without_one_target,
                 test_shares_are_rounded_by_largest_remainders)
