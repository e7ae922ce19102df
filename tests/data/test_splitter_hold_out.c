/* hold_out: sizes of scikit-learn 1.9.1's train_test_split, shares by hand. */
#include "splitting.h"

static void assert_sizes(const char *settings, int64_t n_train, int64_t n_test)
{
    mlc_dataset *d = seventeen_rows("target=y"), *folds = split(d, settings);
    ck_assert_int_eq(mlc_dataset_n_columns(folds), 1);
    ck_assert_int_eq(count_part(folds, 0, "train"), n_train);
    ck_assert_int_eq(count_part(folds, 0, "test"), n_test);
    mlc_dataset_free(folds);
    mlc_dataset_free(d);
}

START_TEST(test_hold_out_sizes_are_as_in_scikit_learn)
{
    assert_sizes("hold_out", 12, 5); /* ceil(0.25 x 17) */
    assert_sizes("hold_out test_size=0.5", 8, 9);
    assert_sizes("hold_out test_size=4", 13, 4);
    assert_sizes("hold_out train_size=0.5", 8, 9);
    assert_sizes("hold_out test_size=0.1 train_size=0.5", 8, 2);
    assert_sizes("hold_out stratify=true test_size=0.1 train_size=0.5", 8, 2);
}
END_TEST

START_TEST(test_hold_out_without_shuffle_tests_the_last_rows)
{
    mlc_dataset *d = seventeen_rows("target=y"), *folds = split(d, "hold_out shuffle=false");
    for (int64_t i = 0; i < 17; i++)
        ck_assert(is_part(folds, 0, i, i < 12 ? "train" : "test"));
    mlc_dataset_free(folds);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_hold_out_stratified_shares_by_largest_remainders)
{
    /* 4, 8 and 5 rows of the classes; 5 tested: 20/17, 40/17, 25/17 are 1, 2, 1 and the
     * remainders 3, 6, 8 give the last one to class 2 - the counts that scikit-learn has. */
    static const int expected[] = {1, 2, 2};
    mlc_dataset *d = seventeen_rows("target=y"), *folds = split(d, "hold_out stratify=true");
    int counts[3] = {0};
    for (int64_t i = 0; i < 17; i++) {
        counts[(int)real_of(d, "y", i)] += is_part(folds, 0, i, "test");
    }
    for (int c = 0; c < 3; c++)
        ck_assert_int_eq(counts[c], expected[c]);
    mlc_dataset_free(folds);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_hold_out_random_state_decides)
{
    mlc_dataset *d = seventeen_rows("target=y");
    mlc_dataset *a = split(d, "hold_out"), *b = split(d, "hold_out random_state=0");
    mlc_dataset *c = split(d, "hold_out random_state=1");
    int n_other = 0;
    for (int64_t i = 0; i < 17; i++) {
        ck_assert_int_eq(is_part(a, 0, i, "test"), is_part(b, 0, i, "test"));
        n_other += is_part(a, 0, i, "test") != is_part(c, 0, i, "test");
    }
    ck_assert_int_gt(n_other, 0);
    mlc_dataset_free(a);
    mlc_dataset_free(b);
    mlc_dataset_free(c);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_hold_out_drawn_often_is_another_draw_each_time)
{
    mlc_dataset *d = seventeen_rows("target=y"), *one = split(d, "hold_out");
    mlc_dataset *folds = split(d, "hold_out n_splits=40 stratify=true"),
                *plain = split(d, "hold_out n_splits=40");
    int64_t tested[17] = {0};
    ck_assert_int_eq(mlc_dataset_n_columns(folds), 40);
    for (int32_t k = 0; k < 40; k++) {
        ck_assert_int_eq(count_part(folds, k, "test"), 5);
        ck_assert_int_eq(count_part(plain, k, "test"), 5);
        for (int64_t i = 0; i < 17; i++)
            tested[i] += is_part(plain, k, i, "test");
    }
    for (int64_t i = 0; i < 17; i++) {
        ck_assert_int_gt(tested[i], 2);
        ck_assert_int_lt(tested[i], 30);
        ck_assert_int_eq(is_part(plain, 0, i, "test"), is_part(one, 0, i, "test"));
    }
    mlc_dataset_free(plain);
    mlc_dataset_free(folds);
    mlc_dataset_free(one);
    split_fails(d, "hold_out n_splits=2 shuffle=false", MLC_ERROR_SETTING,
                "n_splits = 2: without shuffle=true all folds would be the same");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_hold_out_errors_say_what_is_needed)
{
    mlc_dataset *d = seventeen_rows("feature=y"), *one = parse("a\n1\n", NULL);
    split_fails(d, "hold_out stratify=true", MLC_ERROR_ROLE,
                "stratify=true needs a target: give one column the role target");
    split_fails(d, "hold_out stratify=true shuffle=false", MLC_ERROR_SETTING,
                "stratify=true draws rows from each class: it needs shuffle=true");
    split_fails(d, "hold_out test_size=1.5", MLC_ERROR_SETTING,
                "test_size is neither a share below 1 nor a whole number of rows");
    split_fails(d, "hold_out test_size=0.6 train_size=0.6", MLC_ERROR_SETTING,
                "test_size and train_size add up to more than 1");
    split_fails(one, "hold_out", MLC_ERROR_DATA,
                "1 rows cannot be split into a training part and a test part of these sizes: "
                "each needs at least one row");
    split_fails(d, "hold_out test_size=17", MLC_ERROR_DATA,
                "17 rows cannot be split into a training part and a test part of these sizes: "
                "each needs at least one row");
    mlc_dataset_free(one);
    mlc_dataset_free(d);
}
END_TEST

MLCI_CHECK_SUITE("splitter_hold_out", test_hold_out_sizes_are_as_in_scikit_learn,
                 test_hold_out_without_shuffle_tests_the_last_rows,
                 test_hold_out_stratified_shares_by_largest_remainders,
                 test_hold_out_drawn_often_is_another_draw_each_time,
                 test_hold_out_random_state_decides, test_hold_out_errors_say_what_is_needed)
