/* A row a group. */
#include "shaping.h"

static mlc_dataset *aggregate(const mlc_dataset *d, const char *text)
{
    mlc_dataset *out = NULL;
    mlc_error err;
    const mlc_status status = mlc_dataset_aggregate(NULL, d, text, &out, &err);
    ck_assert_msg(status == MLC_OK, "%s: %s", text, status == MLC_OK ? "" : err.message);
    return out;
}

START_TEST(test_groups_are_in_the_order_of_their_rows_or_of_their_keys)
{
    mlc_dataset *d = parse("g,h,x\nb,1,1\na,1,2\n,1,3\nb,1,4\nb,2,\n", "id=g");
    mlc_dataset *out = aggregate(d, "by=g n=count() sum(x)");
    ck_assert_str_eq(mlc_dataset_column_role(out, 0), "id");
    is_csv(out, "g,n,sum(x)\nb,3,5\na,1,2\n,1,3\n");
    is_csv(aggregate(d, "by=g sort=true n=count(x)"), "g,n\na,1\nb,2\n,1\n");
    is_csv(aggregate(d, "by=g,h, last(x)"), "g,h,last(x)\nb,1,4\na,1,2\n,1,3\nb,2,\n");
    is_csv(aggregate(d, "by=h"), "h\n1\n2\n");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_without_keys_all_rows_are_one_group)
{
    mlc_dataset *d = parse("x,t\n1,b\n3,a\n", NULL), *none = NULL;
    is_csv(aggregate(d, "mean(x) min(t) count()"), "mean(x),min(t),count()\n2,a,2\n");
    ck_assert_int_eq(mlc_dataset_rows(NULL, d, NULL, 0, 0, &none, NULL), MLC_OK);
    is_csv(aggregate(none, "mean(x) sum(x) max(t) any(x > 1) count()"),
           "mean(x),sum(x),max(t),any(x > 1),count()\n,0,,,0\n");
    is_csv(aggregate(none, "by=t mean(x)"), "t,mean(x)\n");
    mlc_dataset_free(none);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_mistakes_tell_the_function)
{
    mlc_dataset *d = parse("x,t\n1,b\n", NULL), *out = NULL;
    mlc_error err;
    refused(mlc_dataset_aggregate(NULL, d, "mean(t)", &out, &err), MLC_ERROR_COLUMN, out, &err,
            "mean(t): its argument is category, it needs numbers");
    refused(mlc_dataset_aggregate(NULL, d, "any(x)", &out, &err), MLC_ERROR_COLUMN, out, &err,
            "any(x): its argument is int64, it needs a condition (bool)");
    refused(mlc_dataset_aggregate(NULL, d, "m=mean(x + z)", &out, &err), MLC_ERROR_COLUMN, out,
            &err, "m: expression:1:5: no column 'z' among the 2 columns (a text goes into quotes)");
    refused(mlc_dataset_aggregate(NULL, d, "by=z mean(x)", &out, &err), MLC_ERROR_COLUMN, out, &err,
            "no column 'z' among the 2 columns");
    refused(mlc_dataset_aggregate(NULL, d, "by=x x=mean(x)", &out, &err), MLC_ERROR_COLUMN, out,
            &err, "columns 1 and 2 are both named 'x': give each its own name");
    mlc_dataset_free(d);
}
END_TEST

MLCI_CHECK_SUITE("aggregate", test_groups_are_in_the_order_of_their_rows_or_of_their_keys,
                 test_without_keys_all_rows_are_one_group, test_mistakes_tell_the_function)
