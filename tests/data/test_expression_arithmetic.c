/* Arithmetic; expected values are Python's (// and % of 3.12) or follow from IEEE 754. */
#include "expressing.h"

START_TEST(test_integers_divide_down_as_in_python)
{
    mlc_dataset *d = parse("a,b\n7,2\n-7,2\n7,-2\n-7,-2\n5,0\n,3\n", NULL);
    gives(d, "a + b", "int64: 9 -5 5 -9 5 NA");
    gives(d, "a - b", "int64: 5 -9 9 -5 5 NA");
    gives(d, "a * b", "int64: 14 -14 -14 14 0 NA");
    gives(d, "a // b", "int64: 3 -4 -4 3 NA NA");
    gives(d, "a % b", "int64: 1 1 -1 -1 NA NA");
    gives(d, "a / b", "float64: 3.5 -3.5 -3.5 3.5 inf NA");
    gives(d, "-a + +b", "int64: -5 9 -9 5 -5 NA");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_reals_divide_down_as_in_python)
{
    mlc_dataset *d = parse("a,b\n7.5,2\n-7.5,2\n7.5,-2\n1,0.1\n-5,inf\n0.0,0\n", NULL);
    gives(d, "a // b", "float64: 3 -4 -4 9 -1 NA");
    gives(d, "a % b", "float64: 1.5 0.5 -0.5 0.09999999999999995 inf NA");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_integers_beyond_64_bits_are_missing)
{
    mlc_dataset *d = parse("a\n9223372036854775807\n-9223372036854775808\n3\n", NULL);
    gives(d, "a + 1", "int64: NA -9223372036854775807 4");
    gives(d, "a - 1", "int64: 9223372036854775806 NA 2");
    gives(d, "a * 2", "int64: NA NA 6");
    gives(d, "-a", "int64: -9223372036854775807 NA -3");
    gives(d, "abs(a)", "int64: 9223372036854775807 NA 3");
    gives(d, "a // -1", "int64: -9223372036854775807 NA -3");
    gives(d, "a % -1", "int64: 0 0 0");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_precedence_is_that_of_python)
{
    mlc_dataset *d = parse("a\n2\n", NULL);
    gives(d, "1 + a * 3 - 4 // 3", "int64: 6");
    gives(d, "-a ** 2", "float64: -4");
    gives(d, "2 ** 3 ** a", "float64: 512");
    gives(d, "2 ** -1", "float64: 0.5");
    gives(d, "(1 + a) * 3", "int64: 9");
    gives(d, "7 - 4 - 2", "int64: 1");
    gives(d, "not a == 3 and a < 5 or false", "bool: true");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_nan_is_missing_and_infinity_is_not)
{
    mlc_dataset *d = parse("a\n0.0\n1\n-1\n", NULL);
    gives(d, "a / 0", "float64: NA inf -inf");
    gives(d, "sqrt(a)", "float64: 0 1 NA");
    gives(d, "log(a)", "float64: -inf 0 NA");
    gives(d, "(a / 0) is missing", "bool: true false false");
    gives(d, "exp(a) > 2", "bool: false true false");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_rounding_is_to_even_and_keeps_integers)
{
    mlc_dataset *d = parse("a,n\n0.5,-3\n1.5,2\n-2.5,7\n2.675,1\n", NULL);
    gives(d, "round(a)", "float64: 0 2 -2 3");
    gives(d, "round(a, 2)", "float64: 0.5 1.5 -2.5 2.68"); /* as NumPy; Python has 2.67 */
    gives(d, "floor(a)", "float64: 0 1 -3 2");
    gives(d, "ceil(a)", "float64: 1 2 -2 3");
    gives(d, "round(n)", "int64: -3 2 7 1");
    gives(d, "round(n * 10 + 6, -1)", "float64: -20 30 80 20");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_extremes_and_clip)
{
    mlc_dataset *d = parse("a,b\n1,2.5\n4,0.5\n,1\n", NULL);
    gives(d, "min(a, 3)", "int64: 1 3 NA");
    gives(d, "max(a, b, 2)", "float64: 2.5 4 NA");
    gives(d, "clip(a, 2, 3)", "int64: 2 3 NA");
    gives(d, "clip(b, 1, 2)", "float64: 2 1 1");
    gives(d, "pow(b, 2)", "float64: 6.25 0.25 1");
    mlc_dataset_free(d);
}
END_TEST

MLCI_CHECK_SUITE("expression_arithmetic", test_integers_divide_down_as_in_python,
                 test_reals_divide_down_as_in_python, test_integers_beyond_64_bits_are_missing,
                 test_precedence_is_that_of_python, test_nan_is_missing_and_infinity_is_not,
                 test_rounding_is_to_even_and_keeps_integers, test_extremes_and_clip)
