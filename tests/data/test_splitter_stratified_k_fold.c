/* stratified_k_fold against scikit-learn 1.9.1 and by counting. */
#include "splitting.h"

START_TEST(test_stratified_k_fold_is_as_in_scikit_learn)
{
    static const int three[] = {0, 0, 0, 0, 1, 0, 1, 0, 1, 2, 1, 1, 1, 2, 2, 2, 2};
    static const int four[] = {0, 0, 0, 0, 1, 0, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3};
    mlc_dataset *d = seventeen_rows("target=y");
    mlc_dataset *folds = split(d, "stratified_k_fold n_splits=3");
    assert_test_folds(folds, three);
    mlc_dataset_free(folds);
    folds = split(d, "stratified_k_fold n_splits=4");
    assert_test_folds(folds, four);
    mlc_dataset_free(folds);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_stratified_k_fold_shuffled_keeps_the_shares)
{
    mlc_dataset *d = seventeen_rows("target=y");
    mlc_dataset *plain = split(d, "stratified_k_fold n_splits=3");
    mlc_dataset *folds = split(d, "stratified_k_fold n_splits=3 shuffle=true random_state=1");
    int n_moved = 0;
    for (int32_t k = 0; k < 3; k++) {
        int counts[2][3] = {{0}};
        for (int64_t i = 0; i < 17; i++) {
            const int y = (int)real_of(d, "y", i);
            counts[0][y] += is_part(plain, k, i, "test");
            counts[1][y] += is_part(folds, k, i, "test");
            n_moved += is_part(plain, k, i, "test") != is_part(folds, k, i, "test");
        }
        for (int y = 0; y < 3; y++)
            ck_assert_int_eq(counts[0][y], counts[1][y]);
    }
    ck_assert_int_gt(n_moved, 0);
    mlc_dataset_free(folds);
    mlc_dataset_free(plain);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_stratified_k_fold_numbers_are_binned)
{
    mlci_text t = mlci_text_init(NULL);
    mlci_text_append_text(&t, "y\n");
    for (int i = 0; i < 100; i++)
        mlci_text_append_format(&t, "%d.5\n", i * 37 % 100);
    mlc_dataset *d = parse(t.data, "target=y"), *folds = split(d, "stratified_k_fold");
    for (int32_t k = 0; k < 5; k++) {
        int in_bin[10] = {0};
        for (int64_t i = 0; i < 100; i++) {
            in_bin[(int)real_of(d, "y", i) / 10] += is_part(folds, k, i, "test");
        }
        for (int b = 0; b < 10; b++)
            ck_assert_int_eq(in_bin[b], 2);
    }
    mlc_dataset_free(folds);
    mlc_dataset_free(d);
    mlci_text_clear(&t);
}
END_TEST

START_TEST(test_stratified_k_fold_errors_say_what_is_needed)
{
    mlc_dataset *d = seventeen_rows("target=y"), *none = seventeen_rows("feature=y");
    split_fails(none, "stratified_k_fold", MLC_ERROR_ROLE,
                "stratified_k_fold needs a target: give one column the role target");
    split_fails(d, "stratified_k_fold n_splits=9", MLC_ERROR_DATA,
                "n_splits = 9: must not exceed the rows of the largest class, 8");
    split_fails(d, "stratified_k_fold n_repeats=3", MLC_ERROR_SETTING,
                "n_repeats = 3: repeats without shuffle=true would all be the same");
    mlc_dataset_free(none);
    mlc_dataset_free(d);
}
END_TEST

MLCI_CHECK_SUITE("splitter_stratified_k_fold", test_stratified_k_fold_is_as_in_scikit_learn,
                 test_stratified_k_fold_shuffled_keeps_the_shares,
                 test_stratified_k_fold_numbers_are_binned,
                 test_stratified_k_fold_errors_say_what_is_needed)
