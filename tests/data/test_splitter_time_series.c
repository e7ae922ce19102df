/* time_series against scikit-learn 1.9.1. */
#include "splitting.h"

/* Rows [train, train_end) are trained on and [test, test_end) tested, all others neither. */
static void assert_ranges(const mlc_dataset *folds, int32_t k, const int *range, int is_reversed)
{
    for (int64_t i = 0; i < 17; i++) {
        const int64_t row = is_reversed ? 16 - i : i;
        const char *const part = i >= range[0] && i < range[1]   ? "train"
                                 : i >= range[2] && i < range[3] ? "test"
                                                                 : "none";
        ck_assert_msg(is_part(folds, k, row, part), "fold %d row %d", k, (int)row);
    }
}

static void assert_all_ranges(const char *settings, int32_t n, int ranges[][4])
{
    mlc_dataset *d = seventeen_rows("target=y"), *timed = seventeen_rows("time=t");
    mlc_dataset *folds = split(d, settings), *reversed = split(timed, settings);
    ck_assert_int_eq(mlc_dataset_n_columns(folds), n);
    for (int32_t k = 0; k < n; k++) {
        assert_ranges(folds, k, ranges[k], 0);
        assert_ranges(reversed, k, ranges[k], 1); /* t falls with the row */
    }
    mlc_dataset_free(reversed);
    mlc_dataset_free(folds);
    mlc_dataset_free(timed);
    mlc_dataset_free(d);
}

START_TEST(test_time_series_is_as_in_scikit_learn)
{
    int ranges[][4] = {{0, 5, 5, 9}, {0, 9, 9, 13}, {0, 13, 13, 17}};
    assert_all_ranges("time_series n_splits=3", 3, ranges);
}
END_TEST

START_TEST(test_time_series_with_gap_and_test_size_is_as_in_scikit_learn)
{
    int ranges[][4] = {{0, 6, 8, 11}, {0, 9, 11, 14}, {0, 12, 14, 17}};
    assert_all_ranges("time_series n_splits=3 gap=2 test_size=3", 3, ranges);
}
END_TEST

START_TEST(test_time_series_with_max_train_size_is_as_in_scikit_learn)
{
    int ranges[][4] = {{2, 7, 7, 12}, {7, 12, 12, 17}};
    assert_all_ranges("time_series n_splits=2 max_train_size=5", 2, ranges);
}
END_TEST

START_TEST(test_time_series_errors_say_what_is_needed)
{
    mlc_dataset *d = seventeen_rows("target=y");
    split_fails(d, "time_series n_splits=17", MLC_ERROR_DATA,
                "17 rows are too few for 17 test parts of 1 rows with a gap of 0 and something "
                "before it to train on");
    split_fails(d, "time_series n_splits=2 test_size=8 gap=1", MLC_ERROR_DATA,
                "17 rows are too few for 2 test parts of 8 rows with a gap of 1 and something "
                "before it to train on");
    mlc_dataset_free(d);
    mlc_dataset *holes = parse("x,t\n1,2020\n2,\n3,2021\n", "time=t");
    split_fails(holes, "time_series n_splits=2", MLC_ERROR_DATA, "row 1 has no time in column 't'");
    mlc_dataset_free(holes);
    mlc_dataset *vector = two_components("time");
    split_fails(vector, "time_series n_splits=2", MLC_ERROR_COLUMN,
                "column 'v' is a vector, not a time");
    mlc_dataset_free(vector);
}
END_TEST

START_TEST(test_time_series_orders_texts_by_bytes)
{
    mlc_dataset *d = parse("t\n2021-02-01\n2020-12-31\n2021-01-05\n", "time=t text=text");
    mlc_dataset *folds = split(d, "time_series n_splits=2");
    ck_assert(is_part(folds, 0, 1, "train"));
    ck_assert(is_part(folds, 0, 2, "test"));
    ck_assert(is_part(folds, 1, 0, "test"));
    mlc_dataset_free(folds);
    mlc_dataset_free(d);
}
END_TEST

MLCI_CHECK_SUITE("splitter_time_series", test_time_series_is_as_in_scikit_learn,
                 test_time_series_with_gap_and_test_size_is_as_in_scikit_learn,
                 test_time_series_with_max_train_size_is_as_in_scikit_learn,
                 test_time_series_errors_say_what_is_needed, test_time_series_orders_texts_by_bytes)
