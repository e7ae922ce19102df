/* k_fold against scikit-learn 1.9.1 and by counting. */
#include "splitting.h"

START_TEST(test_k_fold_without_shuffle_is_as_in_scikit_learn)
{
    static const int expected[] = {0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4};
    mlc_dataset *d = seventeen_rows("target=y"), *folds = split(d, "k_fold n_splits=5");
    ck_assert_int_eq(mlc_dataset_n_columns(folds), 5);
    ck_assert_str_eq(mlc_dataset_column_name(folds, 4), "fold_4");
    assert_test_folds(folds, expected);
    mlc_dataset_free(folds);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_k_fold_shuffled_tests_each_row_once_a_repeat)
{
    mlc_dataset *d = seventeen_rows("target=y");
    mlc_dataset *folds = split(d, "k_fold n_splits=3 shuffle=true n_repeats=2 random_state=4");
    mlc_dataset *again = split(d, "k_fold n_splits=3 shuffle=true n_repeats=2 random_state=4");
    ck_assert_int_eq(mlc_dataset_n_columns(folds), 6);
    int n_same = 0;
    for (int64_t i = 0; i < 17; i++) {
        int tested[2] = {0, 0};
        for (int32_t k = 0; k < 6; k++) {
            tested[k / 3] += is_part(folds, k, i, "test");
            ck_assert_int_eq(is_part(folds, k, i, "test"), is_part(again, k, i, "test"));
        }
        ck_assert_int_eq(tested[0], 1);
        ck_assert_int_eq(tested[1], 1);
        n_same += is_part(folds, 0, i, "test") == is_part(folds, 3, i, "test");
    }
    ck_assert_int_lt(n_same, 17); /* the second permutation is another one */
    ck_assert_int_eq(count_part(folds, 0, "test"), 6);
    ck_assert_int_eq(count_part(folds, 2, "test"), 5);
    mlc_dataset_free(again);
    mlc_dataset_free(folds);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_k_fold_wrong_settings_are_named)
{
    mlc_dataset *d = seventeen_rows("target=y");
    split_fails(d, "k_fold n_splits=18", MLC_ERROR_DATA,
                "n_splits = 18: must not exceed the number of rows, 17");
    split_fails(d, "k_fold n_repeats=3", MLC_ERROR_SETTING,
                "n_repeats = 3: repeats without shuffle=true would all be the same");
    mlc_dataset *none = NULL;
    ck_assert_int_eq(mlc_dataset_split(NULL, d, "k_fold n_splits=1", &none, NULL),
                     MLC_ERROR_SETTING);
    mlc_dataset_free(d);
}
END_TEST

MLCI_CHECK_SUITE("splitter_k_fold", test_k_fold_without_shuffle_is_as_in_scikit_learn,
                 test_k_fold_shuffled_tests_each_row_once_a_repeat,
                 test_k_fold_wrong_settings_are_named)
