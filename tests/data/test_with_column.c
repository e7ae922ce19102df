/* Computed columns: new ones behind, others in their place. */
#include "shaping.h"

START_TEST(test_a_new_column_is_a_feature_and_an_old_one_keeps_its_role)
{
    mlc_dataset *d = parse("a,y\n1,u\n2,v\n", "target=y"), *one = NULL, *two = NULL;
    ck_assert_int_eq(mlc_dataset_with_column(NULL, d, "b", "a * 2", &one, NULL), MLC_OK);
    ck_assert_int_eq(mlc_dataset_with_column(NULL, one, "y", "upper(y)", &two, NULL), MLC_OK);
    ck_assert_str_eq(mlc_dataset_column_role(two, 1), "target");
    ck_assert_str_eq(mlc_dataset_column_role(two, 2), "feature");
    ck_assert_ptr_eq(two->fields[0].column, d->fields[0].column);
    is_csv(two, "a,y,b\n1,U,2\n2,V,4\n");
    mlc_dataset_free(one);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_a_view_is_made_whole)
{
    mlc_dataset *d = parse("a\n1\n2\n3\n", NULL), *view = NULL, *out = NULL;
    const int64_t rows[] = {2, 0};
    ck_assert_int_eq(mlc_dataset_rows(NULL, d, rows, 0, 2, &view, NULL), MLC_OK);
    ck_assert_int_eq(mlc_dataset_with_column(NULL, view, "b", "a > 1", &out, NULL), MLC_OK);
    ck_assert_ptr_null(out->rows);
    is_csv(out, "a,b\n3,true\n1,false\n");
    mlc_dataset_free(view);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_names_are_checked)
{
    mlc_dataset *d = parse("a\n1\n", NULL), *out = NULL;
    mlc_error err;
    refused(mlc_dataset_with_column(NULL, d, "", "a", &out, &err), MLC_ERROR_ARGUMENT, out, &err,
            "name is empty: a column needs one");
    refused(mlc_dataset_with_column(NULL, d, "\xff", "a", &out, &err), MLC_ERROR_ARGUMENT, out,
            &err, "name is not UTF-8");
    refused(mlc_dataset_with_column(NULL, d, NULL, "a", &out, &err), MLC_ERROR_ARGUMENT, out, &err,
            "name is NULL");
    refused(mlc_dataset_with_column(NULL, d, "b", "c", &out, &err), MLC_ERROR_COLUMN, out, &err,
            "expression:1:1: no column 'c' among the 1 columns (a text goes into quotes)");
    mlc_dataset_free(d);
}
END_TEST

MLCI_CHECK_SUITE("with_column", test_a_new_column_is_a_feature_and_an_old_one_keeps_its_role,
                 test_a_view_is_made_whole, test_names_are_checked)
