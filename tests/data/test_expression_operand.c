/* Constants, names of columns, components of vectors, calls of functions. */
#include "expressing.h"

START_TEST(test_constants)
{
    mlc_dataset *d = parse("a\n1\n", NULL);
    gives(d, "12", "int64: 12");
    gives(d, "1.5e-3", "float64: 0.0015");
    gives(d, ".5", "float64: 0.5");
    gives(d, "1e3", "float64: 1000");
    gives(d, "9223372036854775808", "float64: 9.223372036854776e+18");
    gives(d, "'it\\'s'", "text: it's");
    gives(d, "\"\\u00e4\"", "text: \xc3\xa4");
    gives(d, "TRUE", "bool: true");
    refuses(d, "1.2.3", MLC_ERROR_SYNTAX, 1, "'1.2.3' is not a number");
    refuses(d, "3a", MLC_ERROR_SYNTAX, 1,
            "a number cannot end in letters: a column with such a name goes into backquotes");
    refuses(d, "a == 'x", MLC_ERROR_SYNTAX, 6, "this quote is not closed");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_columns_with_any_name)
{
    mlc_dataset *d = parse("hours-per-week,bill.depth,gr\xc3\xb6\xc3\x9f"
                           "e,missing,_x1\n1,2,3,4,5\n",
                           NULL);
    gives(d,
          "`hours-per-week` + bill.depth + gr\xc3\xb6\xc3\x9f"
          "e + `missing` + _x1",
          "int64: 15");
    refuses(d, "bill.dept", MLC_ERROR_COLUMN, 1,
            "no column 'bill.dept': did you mean 'bill.depth'? (a text goes into quotes)");
    refuses(d, "_x1 == Male", MLC_ERROR_COLUMN, 8,
            "no column 'Male' among the 5 columns (a text goes into quotes)");
    refuses(d, "1 + `hours", MLC_ERROR_SYNTAX, 5, "this backquote is not closed");
    refuses(d, "and", MLC_ERROR_SYNTAX, 1,
            "expected a column, a number, a text or a function; found 'and'");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_components_of_vectors_go_by_number_or_name)
{
    const double values[] = {1, 2, 3, 4, NAN, 6};
    const mlc_array array = {.size = sizeof array,
                             .name = "v",
                             .type = MLC_TYPE_FLOAT64,
                             .data = values,
                             .n_rows = 2,
                             .n_columns = 3};
    mlc_dataset *d = NULL;
    ck_assert_int_eq(mlc_dataset_from_arrays(NULL, &array, 1, NULL, &d, NULL), MLC_OK);
    gives(d, "v[0] + v[v2]", "float64: 4 10");
    gives(d, "v[1] is missing", "bool: false true");
    refuses(d, "v + 1", MLC_ERROR_SYNTAX, 3,
            "'v' is a vector of 3: choose a component, as in v[0]");
    refuses(d, "v[3]", MLC_ERROR_COLUMN, 3, "'v' has no component '3': 0 to 2, or a name");
    refuses(d, "v[1", MLC_ERROR_SYNTAX, 2, "'v' is a vector of 3: choose a component, as in v[0]");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_functions_are_named_and_counted)
{
    mlc_dataset *d = parse("a\n1\n", NULL);
    refuses(d, "sqr(a)", MLC_ERROR_SYNTAX, 1, "no function 'sqr': did you mean 'sqrt'?");
    refuses(d, "negate(a)", MLC_ERROR_SYNTAX, 1, "no function 'negate'");
    refuses(d, "abs()", MLC_ERROR_SYNTAX, 1,
            "abs() does not take nothing: it takes (int64) or (float64)");
    refuses(d, "1 + clip(a, 2)", MLC_ERROR_SYNTAX, 5,
            "clip() does not take int64 and int64: it takes (int64, int64, int64) or (float64, "
            "float64, float64)");
    refuses(d, "max(a, 2", MLC_ERROR_SYNTAX, 4, "this '(' is not closed");
    refuses(d, "max(a 2)", MLC_ERROR_SYNTAX, 7, "expected ',', ')' or an operator; found '2'");
    mlc_dataset_free(d);
}
END_TEST

MLCI_CHECK_SUITE("expression_operand", test_constants, test_columns_with_any_name,
                 test_components_of_vectors_go_by_number_or_name,
                 test_functions_are_named_and_counted)
