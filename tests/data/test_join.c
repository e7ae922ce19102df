/* Rows side by side; the order is left rows, then their partners. */
#include "shaping.h"

static mlc_dataset *join(const mlc_dataset *a, const mlc_dataset *b, const char *settings)
{
    mlc_dataset *out = NULL;
    mlc_error err;
    const mlc_status status = mlc_dataset_join(NULL, a, b, settings, &out, &err);
    ck_assert_msg(status == MLC_OK, "%s: %s", settings, status == MLC_OK ? "" : err.message);
    return out;
}

START_TEST(test_each_way_of_joining)
{
    mlc_dataset *a = parse("k,x\nb,1\na,2\n,3\nc,4\n", NULL);
    mlc_dataset *b = parse("k,y\na,5\nb,6\na,7\n,8\n", NULL);
    is_csv(join(a, b, NULL), "k,x,y\nb,1,6\na,2,5\na,2,7\n");
    is_csv(join(a, b, "how=left on=k"), "k,x,y\nb,1,6\na,2,5\na,2,7\n,3,\nc,4,\n");
    is_csv(join(a, b, "how=semi"), "k,x\nb,1\na,2\n");
    is_csv(join(a, b, "how=anti"), "k,x\n,3\nc,4\n");
    mlc_dataset_free(a);
    mlc_dataset_free(b);
}
END_TEST

START_TEST(test_left_columns_are_shared_where_all_rows_stay)
{
    mlc_dataset *a = parse("k,x\nb,1\na,2\n", NULL), *b = parse("k,y\na,5\n", NULL);
    mlc_dataset *out = join(a, b, "how=left");
    ck_assert_ptr_eq(out->fields[1].column, a->fields[1].column);
    is_csv(out, "k,x,y\nb,1,\na,2,5\n");
    mlc_dataset_free(a);
    mlc_dataset_free(b);
}
END_TEST

START_TEST(test_views_are_joined_as_they_are_seen)
{
    const int64_t rows[] = {2, 0, 2};
    mlc_dataset *a = parse("k,x\n1,1\n2,2\n3,3\n", NULL), *b = parse("k,y\n3,a\n1,b\n9,c\n", NULL);
    mlc_dataset *chosen = NULL, *range = NULL;
    ck_assert_int_eq(mlc_dataset_rows(NULL, a, rows, 0, 3, &chosen, NULL), MLC_OK);
    ck_assert_int_eq(mlc_dataset_rows(NULL, b, NULL, 1, 2, &range, NULL), MLC_OK);
    is_csv(join(chosen, b, "on=k"), "k,x,y\n3,3,a\n1,1,b\n3,3,a\n");
    is_csv(join(chosen, range, "how=left"), "k,x,y\n3,3,\n1,1,b\n3,3,\n");
    is_csv(join(range, chosen, "how=left"), "k,y,x\n1,b,1\n9,c,\n");
    is_csv(join(chosen, range, "how=semi"), "k,x\n1,1\n");
    mlc_dataset_free(chosen);
    mlc_dataset_free(range);
    mlc_dataset_free(a);
    mlc_dataset_free(b);
}
END_TEST

START_TEST(test_keys_that_repeat_are_refused_where_they_must_not)
{
    mlc_dataset *a = parse("k\n1\nNA\nNA\n2\n2\n", NULL), *b = parse("k,y\n2,5\n1,6\n", NULL);
    mlc_dataset *out = NULL;
    mlc_error err;
    mlc_dataset_free(join(a, b, "validate=many_to_one"));
    refused(mlc_dataset_join(NULL, a, b, "validate=one_to_many", &out, &err), MLC_ERROR_DATA, out,
            &err,
            "rows 3 and 4 of the left dataset have the same key, and validate says that none "
            "may");
    refused(mlc_dataset_join(NULL, b, a, "validate=many_to_one", &out, &err), MLC_ERROR_DATA, out,
            &err,
            "rows 3 and 4 of the right dataset have the same key, and validate says that "
            "none may");
    refused(mlc_dataset_join(NULL, a, NULL, NULL, &out, &err), MLC_ERROR_ARGUMENT, out, &err,
            "right is NULL");
    mlc_dataset_free(a);
    mlc_dataset_free(b);
}
END_TEST

START_TEST(test_names_of_both_sides_may_not_collide)
{
    mlc_dataset *a = parse("k,x,x_right\n1,2,3\n", NULL), *b = parse("k,x\n1,5\n", NULL);
    mlc_dataset *out = NULL;
    mlc_error err;
    refused(mlc_dataset_join(NULL, a, b, "on=k", &out, &err), MLC_ERROR_COLUMN, out, &err,
            "columns 3 and 4 are both named 'x_right': give each its own name");
    is_csv(join(a, b, "on=k suffix=2"), "k,x,x_right,x2\n1,2,3,5\n");
    mlc_dataset_free(a);
    mlc_dataset_free(b);
}
END_TEST

MLCI_CHECK_SUITE("join", test_each_way_of_joining, test_left_columns_are_shared_where_all_rows_stay,
                 test_views_are_joined_as_they_are_seen,
                 test_keys_that_repeat_are_refused_where_they_must_not,
                 test_names_of_both_sides_may_not_collide)
