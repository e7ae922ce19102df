#include "split_groups.h"

#include "check_suite.h"

START_TEST(test_sort_is_by_falling_weight_and_by_place_among_equals)
{
    static const double weight[] = {1, 3, 3, 0, 2, 3, 1};
    static const int32_t earlier[] = {1, 2, 5, 4, 0, 6, 3}, later[] = {5, 2, 1, 4, 6, 0, 3};
    int32_t order[7], scratch[7];
    for (int32_t n = 0; n <= 7; n++) {
        for (int32_t is_later_first = 0; is_later_first < 2; is_later_first++) {
            mlci_split_sort(weight, n, is_later_first, order, scratch);
            /* What is left of the order of all when the things from n on are taken out. */
            const int32_t *const all = is_later_first ? later : earlier;
            for (int32_t i = 0, k = 0; i < 7; i++)
                if (all[i] < n) ck_assert_int_eq(order[k++], all[i]);
        }
    }
}
END_TEST

START_TEST(test_groups_are_counted_or_the_row_without_one_is_named)
{
    static const int32_t group[] = {0, 2, 1, 2}, hole[] = {0, -1};
    mlci_split split = {.n_rows = 4, .group = group};
    mlc_error err;
    int32_t n = -1;
    ck_assert_int_eq(mlci_split_count_groups(&split, "x", &n, NULL), MLC_OK);
    ck_assert_int_eq(n, 3);
    split.group = hole;
    split.n_rows = 2;
    ck_assert_int_eq(mlci_split_count_groups(&split, "x", &n, &err), MLC_ERROR_DATA);
    ck_assert_str_eq(err.message, "row 1 has no group");
    split.group = NULL;
    ck_assert_int_eq(mlci_split_count_groups(&split, "x", &n, &err), MLC_ERROR_ROLE);
    ck_assert_str_eq(err.message, "x needs groups: give one column the role group");
}
END_TEST

MLCI_CHECK_SUITE("split_groups", test_sort_is_by_falling_weight_and_by_place_among_equals,
                 test_groups_are_counted_or_the_row_without_one_is_named)
