/* leave_one_group_out against scikit-learn 1.9.1. */
#include "splitting.h"

START_TEST(test_each_group_is_tested_once_in_the_order_of_values)
{
    static const int expected[] = {0, 0, 0, 2, 2, 6, 6, 6, 6, 1, 1, 3, 4, 4, 4, 4, 5};
    mlc_dataset *d = seventeen_rows("group=g"), *folds = split(d, "leave_one_group_out");
    ck_assert_int_eq(mlc_dataset_n_columns(folds), 7);
    assert_test_folds(folds, expected);
    mlc_dataset_free(folds);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_groups_that_cannot_be_left_out_are_refused)
{
    mlc_dataset *none = seventeen_rows("target=y"), *one = parse("x,g\n1,a\n2,a\n", "group=g");
    split_fails(none, "leave_one_group_out", MLC_ERROR_ROLE,
                "leave_one_group_out needs groups: give one column the role group");
    split_fails(one, "leave_one_group_out", MLC_ERROR_DATA,
                "leave_one_group_out needs 2 to 10000 groups: there is 1; group_k_fold takes any "
                "number");
    mlc_dataset_free(one);
    mlc_dataset_free(none);
    mlc_dataset *holes = parse("x,g\n1,a\n2,\n3,b\n", "group=g");
    split_fails(holes, "leave_one_group_out", MLC_ERROR_DATA, "row 1 has no group");
    mlc_dataset_free(holes);
}
END_TEST

START_TEST(test_more_groups_than_folds_are_refused)
{
    static int64_t g[10001];
    for (int i = 0; i < 10001; i++)
        g[i] = i;
    const mlc_array array = {.size = sizeof array,
                             .name = "g",
                             .role = "group",
                             .type = MLC_TYPE_INT64,
                             .data = g,
                             .n_rows = 10001,
                             .n_columns = 1};
    mlc_dataset *d = NULL;
    ck_assert_int_eq(mlc_dataset_from_arrays(NULL, &array, 1, NULL, &d, NULL), MLC_OK);
    split_fails(d, "leave_one_group_out", MLC_ERROR_DATA,
                "leave_one_group_out needs 2 to 10000 groups: there are 10001; group_k_fold takes "
                "any number");
    mlc_dataset_free(d);
}
END_TEST

MLCI_CHECK_SUITE("splitter_leave_one_group_out",
                 test_each_group_is_tested_once_in_the_order_of_values,
                 test_groups_that_cannot_be_left_out_are_refused,
                 test_more_groups_than_folds_are_refused)
