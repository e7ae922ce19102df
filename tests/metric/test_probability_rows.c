#include "probability_rows.h"

#include "scored_rows.h"

START_TEST(test_probability_row_is_that_of_the_row)
{
    const mlci_metric_input in = six_rows();
    const double *row = NULL;
    ck_assert_int_eq(mlci_probability_row(&in, 3, &row, NULL), MLC_OK);
    ck_assert_ptr_eq(row, in.probability + 9);
}
END_TEST

START_TEST(test_probability_row_refuses_what_is_not_from_zero_to_one)
{
    const double probability[] = {0, 1, 1.5, 0, 0.5, -INFINITY};
    const mlci_metric_input in = {.n_rows = 3, .n_classes = 2, .probability = probability};
    const double *row = NULL;
    mlc_error err = {0};
    ck_assert_int_eq(mlci_probability_row(&in, 0, &row, &err), MLC_OK);
    ck_assert_int_eq(mlci_probability_row(&in, 1, &row, &err), MLC_ERROR_DATA);
    ck_assert_str_eq(err.message, "probability of class 0 in row 2 is 1.5: must be 0 to 1");
    ck_assert_str_eq(err.name, "probability");
    ck_assert_int_eq(mlci_probability_row(&in, 2, &row, &err), MLC_ERROR_DATA);
    ck_assert_str_eq(err.message, "probability of class 1 in row 3 is -inf: must be 0 to 1");
    ck_assert_ptr_eq(row, probability);
}
END_TEST

START_TEST(test_probability_check_names_the_metric)
{
    mlc_error err = {0};
    mlci_metric_input in = six_rows();
    ck_assert_int_eq(mlci_probability_check(&in, "brier", &err), MLC_OK);
    in.n_classes = 0;
    ck_assert_int_eq(mlci_probability_check(&in, "brier", &err), MLC_ERROR_UNSUPPORTED);
    ck_assert_str_eq(err.message,
                     "metric 'brier' is for classes: give a column of classes the role target");
    ck_assert_str_eq(err.name, "brier");
}
END_TEST

MLCI_CHECK_SUITE("probability_rows", test_probability_row_is_that_of_the_row,
                 test_probability_row_refuses_what_is_not_from_zero_to_one,
                 test_probability_check_names_the_metric)
