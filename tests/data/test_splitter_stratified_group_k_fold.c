/* stratified_group_k_fold against scikit-learn 1.9.1; more of it in tests/python/test_splits.py. */
#include "splitting.h"
#include "torture.h"

START_TEST(test_stratified_group_k_fold_is_as_in_scikit_learn)
{
    static const int three[] = {2, 2, 2, 1, 1, 1, 1, 1, 1, 2, 2, 2, 0, 0, 0, 0, 0};
    static const int two[] = {1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0};
    mlc_dataset *d = seventeen_rows("group=g target=y");
    mlc_dataset *folds = split(d, "stratified_group_k_fold n_splits=3");
    assert_test_folds(folds, three);
    mlc_dataset_free(folds);
    folds = split(d, "stratified_group_k_fold n_splits=2");
    assert_test_folds(folds, two);
    mlc_dataset_free(folds);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_stratified_group_k_fold_errors_say_what_is_needed)
{
    mlc_dataset *d = seventeen_rows("group=g target=y"), *none = seventeen_rows("target=y"),
                *groups = seventeen_rows("group=g");
    split_fails(groups, "stratified_group_k_fold", MLC_ERROR_ROLE,
                "stratified_group_k_fold needs a target: give one column the role target");
    mlc_dataset_free(groups);
    split_fails(none, "stratified_group_k_fold", MLC_ERROR_ROLE,
                "stratified_group_k_fold needs groups: give one column the role group");
    split_fails(d, "stratified_group_k_fold n_splits=8", MLC_ERROR_DATA,
                "n_splits = 8: must not exceed the number of groups, 7");
    mlc_dataset_free(none);
    mlc_dataset_free(d);
}
END_TEST

static mlc_status split_under_faults(mlc_context *ctx, void *user, mlc_error *err)
{
    mlc_dataset *folds = NULL;
    const mlc_status status =
        mlc_dataset_split(ctx, user, "stratified_group_k_fold n_splits=3", &folds, err);
    mlc_dataset_free(folds);
    return status;
}

START_TEST(test_stratified_group_k_fold_when_memory_fails_leaks_nothing)
{
    mlc_dataset *d = seventeen_rows("group=g target=y");
    mlci_torture(split_under_faults, d);
    mlc_dataset_free(d);
}
END_TEST

MLCI_CHECK_SUITE("splitter_stratified_group_k_fold",
                 test_stratified_group_k_fold_is_as_in_scikit_learn,
                 test_stratified_group_k_fold_errors_say_what_is_needed,
                 test_stratified_group_k_fold_when_memory_fails_leaks_nothing)
