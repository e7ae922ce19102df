/* The new column; the weights themselves are in tests/python/test_sampling.py. */
#include "weighting.h"

#include <mlcore/sampling.h>

#include "check_suite.h"
#include "making.h"

static mlc_dataset *rows(const char *settings, double third)
{
    static double w[4] = {1, 2, 0, 4};
    static const char *const y[] = {"a", "b", "b", "a"};
    w[2] = third;
    const mlc_array arrays[] = {making_real("w", 4, w), making_category("y", 4, y)};
    return making_dataset(arrays, 2, settings);
}

START_TEST(test_new_weights_take_the_role_and_the_old_ones_are_ignored)
{
    mlc_dataset *d = rows("target=y weight=w", 0), *out = NULL;
    ck_assert_int_eq(mlc_dataset_with_weights(NULL, d, "class_weight weights='b:10'", &out, NULL),
                     MLC_OK);
    ck_assert_str_eq(mlc_dataset_column_role(out, 0), "ignore");
    ck_assert_str_eq(mlc_dataset_column_role(out, 2), "weight");
    ck_assert_double_eq(making_cell(out, "weight", 1), 20);
    ck_assert_double_eq(making_cell(out, "weight", 2), 0);
    ck_assert_double_eq(making_cell(out, "weight", 3), 4);
    mlc_dataset_free(out);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_weights_that_are_none_are_refused)
{
    static const double wrong[] = {-1, INFINITY, NAN};
    for (int i = 0; i < 3; i++) {
        mlc_dataset *d = rows("target=y weight=w", wrong[i]), *out = NULL;
        making_assert_fails(mlc_dataset_with_weights(NULL, d, "balanced", &out, err),
                            MLC_ERROR_DATA, "row 2 of column 'w' is no weight");
        mlc_dataset_free(d);
    }
}
END_TEST

START_TEST(test_name_that_is_there_and_wrong_classes_are_refused)
{
    mlc_dataset *d = rows("target=y", 0), *out = NULL;
    making_assert_fails(mlc_dataset_with_weights(NULL, d, "balanced name=w", &out, err),
                        MLC_ERROR_COLUMN, "there is a column 'w' already");
    making_assert_fails(mlc_dataset_with_weights(NULL, d, "class_weight weights='d:1'", &out, err),
                        MLC_ERROR_SETTING, "the target has no class 'd'");
    making_assert_fails(mlc_dataset_with_weights(NULL, d, "class_weight weights='a:-1'", &out, err),
                        MLC_ERROR_SETTING, "must be a class and its weight, at least 0");
    making_assert_fails(mlc_dataset_with_weights(NULL, d, "time_decay column=y", &out, err),
                        MLC_ERROR_COLUMN, "time_decay needs timestamps or numbers");
    mlc_dataset_free(d);
}
END_TEST

MLCI_CHECK_SUITE("weighting", test_new_weights_take_the_role_and_the_old_ones_are_ignored,
                 test_weights_that_are_none_are_refused,
                 test_name_that_is_there_and_wrong_classes_are_refused)
