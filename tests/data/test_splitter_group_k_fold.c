/* group_k_fold against scikit-learn 1.9.1. */
#include "splitting.h"

START_TEST(test_group_k_fold_is_as_in_scikit_learn)
{
    static const int expected[] = {2, 2, 2, 2, 2, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1};
    mlc_dataset *d = seventeen_rows("group=g"), *folds = split(d, "group_k_fold n_splits=3");
    assert_test_folds(folds, expected);
    mlc_dataset_free(folds);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_group_k_fold_errors_say_what_is_needed)
{
    mlc_dataset *d = seventeen_rows("group=g"), *none = seventeen_rows("target=y");
    split_fails(none, "group_k_fold", MLC_ERROR_ROLE,
                "group_k_fold needs groups: give one column the role group");
    split_fails(d, "group_k_fold n_splits=8", MLC_ERROR_DATA,
                "n_splits = 8: must not exceed the number of groups, 7");
    mlc_dataset_free(none);
    mlc_dataset_free(d);
    mlc_dataset *holes = parse("x,g\n1,a\n2,\n3,b\n", "group=g");
    split_fails(holes, "group_k_fold n_splits=2", MLC_ERROR_DATA, "row 1 has no group");
    mlc_dataset_free(holes);
}
END_TEST

MLCI_CHECK_SUITE("splitter_group_k_fold", test_group_k_fold_is_as_in_scikit_learn,
                 test_group_k_fold_errors_say_what_is_needed)
