/* predefined against scikit-learn's PredefinedSplit, whose folds are written out here. */
#include "splitting.h"

START_TEST(test_each_value_is_a_test_fold_and_minus_one_is_always_trained_on)
{
    mlc_dataset *d = seventeen_rows("fold=g"), *folds = split(d, "predefined");
    ck_assert_int_eq(mlc_dataset_n_columns(folds), 7);
    for (int32_t k = 0; k < 7; k++)
        ck_assert_int_eq(count_part(folds, k, "test") + count_part(folds, k, "train"), 17);
    mlc_dataset_free(folds);
    mlc_dataset_free(d);
}
END_TEST

static mlc_dataset *of_folds(const int64_t *values, int64_t n)
{
    const mlc_array array = {.size = sizeof array,
                             .name = "f",
                             .role = "fold",
                             .type = MLC_TYPE_INT64,
                             .data = values,
                             .n_rows = n,
                             .n_columns = 1};
    mlc_dataset *d = NULL;
    ck_assert_int_eq(mlc_dataset_from_arrays(NULL, &array, 1, NULL, &d, NULL), MLC_OK);
    return d;
}

START_TEST(test_minus_one_is_no_fold_wherever_it_is_in_the_order_of_values)
{
    static const int64_t values[] = {5, -1, -7, 5, -1, 0};
    static const int expected[] = {2, -1, 0, 2, -1, 1};
    mlc_dataset *d = of_folds(values, 6), *folds = split(d, "predefined");
    ck_assert_int_eq(mlc_dataset_n_columns(folds), 3);
    assert_test_folds(folds, expected);
    mlc_dataset_free(folds);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_no_folds_are_an_error)
{
    static const int64_t none[] = {-1, -1};
    mlc_dataset *d = of_folds(none, 2), *plain = seventeen_rows("target=y");
    split_fails(d, "predefined", MLC_ERROR_DATA,
                "the column of role fold has no fold: all rows are missing or -1");
    split_fails(plain, "predefined", MLC_ERROR_ROLE,
                "predefined needs folds: give one column the role fold");
    mlc_dataset_free(plain);
    mlc_dataset_free(d);
}
END_TEST

MLCI_CHECK_SUITE("splitter_predefined",
                 test_each_value_is_a_test_fold_and_minus_one_is_always_trained_on,
                 test_minus_one_is_no_fold_wherever_it_is_in_the_order_of_values,
                 test_no_folds_are_an_error)
