#include "one_value.h"

#include "check_suite.h"

START_TEST(test_one_value_is_about_no_class)
{
    mlci_metric_value value = {3, 4, 0};
    mlci_one_value_set(&value, 0.25);
    ck_assert_int_eq(value.class_, -1);
    ck_assert_int_eq(value.predicted, -1);
    ck_assert_double_eq(value.value, 0.25);
    ck_assert_int_eq(mlci_one_value(NULL, 5), 1);
}
END_TEST

MLCI_CHECK_SUITE("one_value", test_one_value_is_about_no_class)
