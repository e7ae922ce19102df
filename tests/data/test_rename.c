/* Other names of columns. */
#include "shaping.h"

START_TEST(test_names_change_at_once)
{
    mlc_dataset *d = parse("a,b,it's\n1,2,3\n", "target=b"), *out = NULL;
    ck_assert_int_eq(mlc_dataset_rename(NULL, d, "a=b, b=a 'c d'=\"it's\"", &out, NULL), MLC_OK);
    ck_assert_str_eq(mlc_dataset_column_role(out, 1), "target");
    is_csv(out, "b,a,c d\n1,2,3\n");
    out = NULL;
    ck_assert_int_eq(mlc_dataset_rename(NULL, d, " ", &out, NULL), MLC_OK);
    is_csv(out, "a,b,it's\n1,2,3\n");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_mistakes_are_told)
{
    mlc_dataset *d = parse("a,b\n1,2\n", NULL), *out = NULL;
    mlc_error err;
    refused(mlc_dataset_rename(NULL, d, "c=d", &out, &err), MLC_ERROR_COLUMN, out, &err,
            "no column 'd' among the 2 columns");
    refused(mlc_dataset_rename(NULL, d, "c=a d=a", &out, &err), MLC_ERROR_SYNTAX, out, &err,
            "names:1:7: this column has been renamed already");
    refused(mlc_dataset_rename(NULL, d, "b=a", &out, &err), MLC_ERROR_COLUMN, out, &err,
            "columns 1 and 2 are both named 'b': give each its own name");
    refused(mlc_dataset_rename(NULL, d, "c a", &out, &err), MLC_ERROR_SYNTAX, out, &err,
            "names:1:3: expected '=' and the old name; found 'a'");
    refused(mlc_dataset_rename(NULL, d, "''=a", &out, &err), MLC_ERROR_SYNTAX, out, &err,
            "names:1:1: expected the name of a column; found \"'\"");
    refused(mlc_dataset_rename(NULL, d, "'c", &out, &err), MLC_ERROR_SYNTAX, out, &err,
            "names:1:1: this quote is not closed");
    mlc_dataset_free(d);
}
END_TEST

MLCI_CHECK_SUITE("rename", test_names_change_at_once, test_mistakes_are_told)
