/* Rows for which a condition holds. */
#include "shaping.h"

START_TEST(test_filter_keeps_rows_roles_and_classes_in_a_view)
{
    mlc_dataset *d = parse("a,y\n1,u\n,v\n3,u\n4,v\n", "target=y positive=u"), *out = NULL;
    ck_assert_int_eq(mlc_dataset_filter(NULL, d, "a != 3", &out, NULL), MLC_OK);
    ck_assert_str_eq(mlc_dataset_column_role(out, 1), "target");
    ck_assert_str_eq(out->positive, "u");
    ck_assert_ptr_eq(out->fields[0].column, d->fields[0].column);
    mlc_dataset *again = NULL;
    ck_assert_int_eq(mlc_dataset_filter(NULL, out, "y == 'v'", &again, NULL), MLC_OK);
    is_csv(out, "a,y\n1,u\n4,v\n");
    is_csv(again, "a,y\n4,v\n");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_filter_of_no_rows_and_to_no_rows)
{
    mlc_dataset *d = parse("a\n1\n2\n", NULL), *none = NULL, *out = NULL;
    ck_assert_int_eq(mlc_dataset_filter(NULL, d, "a > 5", &none, NULL), MLC_OK);
    ck_assert_int_eq(mlc_dataset_filter(NULL, none, "a > 5", &out, NULL), MLC_OK);
    is_csv(out, "a\n");
    is_csv(none, "a\n");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_filter_refuses_what_is_no_condition)
{
    mlc_dataset *d = parse("a\n1\n", NULL), *out = NULL;
    mlc_error err;
    refused(mlc_dataset_filter(NULL, d, "a + 1", &out, &err), MLC_ERROR_SYNTAX, out, &err,
            "expression:1:1: a condition is needed, but this is int64: compare it with something");
    refused(mlc_dataset_filter(NULL, d, NULL, &out, &err), MLC_ERROR_ARGUMENT, out, &err,
            "condition is NULL");
    refused(mlc_dataset_filter(NULL, NULL, "a", &out, &err), MLC_ERROR_ARGUMENT, out, &err,
            "dataset is NULL");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_filter_when_cancelled_stops)
{
    mlc_dataset *d = parse("a\n1\n", NULL), *out = NULL;
    mlc_context *ctx = NULL;
    ck_assert_int_eq(mlc_context_create(NULL, &ctx, NULL), MLC_OK);
    mlc_context_cancel(ctx);
    ck_assert_int_eq(mlc_dataset_filter(ctx, d, "a == 1", &out, NULL), MLC_ERROR_CANCELLED);
    ck_assert_ptr_null(out);
    mlc_context_close(ctx);
    mlc_dataset_free(d);
}
END_TEST

MLCI_CHECK_SUITE("filter", test_filter_keeps_rows_roles_and_classes_in_a_view,
                 test_filter_of_no_rows_and_to_no_rows, test_filter_refuses_what_is_no_condition,
                 test_filter_when_cancelled_stops)
