/* Datasets: views, sharing, names, roles of fields. */
#include "dataset_impl.h"

#include <stdio.h>
#include <string.h>

#include "check_suite.h"
#include "making.h"
#include "torture.h"

static mlc_dataset *numbers(int64_t n)
{
    static int64_t values[100];
    for (int i = 0; i < 100; i++)
        values[i] = i;
    const mlc_array array = making_integer("i", n, values);
    return making_dataset(&array, 1, "positive=1");
}

static mlc_dataset *range(const mlc_dataset *d, int64_t first, int64_t n)
{
    mlc_dataset *view = NULL;
    mlc_error err = {0};
    ck_assert_msg(mlc_dataset_rows(NULL, d, NULL, first, n, &view, &err) == MLC_OK, "%s",
                  err.message);
    return view;
}

static void assert_is(const mlc_dataset *d, int64_t n, const int64_t *wanted)
{
    ck_assert_int_eq(mlc_dataset_n_rows(d), n);
    for (int64_t i = 0; i < n; i++) {
        ck_assert_double_eq(making_cell(d, "i", i), (double)wanted[i]);
    }
}

START_TEST(test_rows_when_views_are_of_views_compose)
{
    mlc_dataset *d = numbers(20), *a = range(d, 5, 10), *b = range(a, 2, 5);
    assert_is(b, 5, (int64_t[]){7, 8, 9, 10, 11});
    mlc_dataset *c = making_rows(b, 4, (int64_t[]){4, 0, 0, 2});
    assert_is(c, 4, (int64_t[]){11, 7, 7, 9});
    mlc_dataset *e = making_rows(c, 2, (int64_t[]){3, 0}), *f = range(c, 1, 3);
    mlc_dataset_free(d);
    mlc_dataset_free(a);
    mlc_dataset_free(b);
    mlc_dataset_free(c);
    assert_is(e, 2, (int64_t[]){9, 11});
    assert_is(f, 3, (int64_t[]){7, 7, 9});
    ck_assert_str_eq(f->positive, "1");
    mlc_dataset_free(e);
    mlc_dataset_free(f);
}
END_TEST

START_TEST(test_rows_when_empty_is_a_dataset_without_rows)
{
    mlc_dataset *d = numbers(3), *a = range(d, 3, 0), *b = making_rows(d, 0, (int64_t[]){0});
    assert_is(a, 0, NULL);
    assert_is(b, 0, NULL);
    mlc_dataset_free(a);
    mlc_dataset_free(b);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_rows_when_out_of_range_says_which)
{
    mlc_dataset *d = numbers(3), *v = NULL;
    const int64_t rows[] = {0, 3};
    making_assert_fails(mlc_dataset_rows(NULL, d, rows, 0, 2, &v, err), MLC_ERROR_ARGUMENT,
                        "rows[1] = 3: must be 0 to 2");
    making_assert_fails(mlc_dataset_rows(NULL, d, NULL, 1, 3, &v, err), MLC_ERROR_ARGUMENT,
                        "3 rows from row 1 on: the dataset has 3");
    making_assert_fails(mlc_dataset_rows(NULL, d, NULL, 1, INT64_MAX, &v, err), MLC_ERROR_ARGUMENT,
                        "the dataset has 3");
    making_assert_fails(mlc_dataset_rows(NULL, d, NULL, -1, 1, &v, err), MLC_ERROR_ARGUMENT,
                        "row -1");
    making_assert_fails(mlc_dataset_rows(NULL, d, NULL, 0, -1, &v, err), MLC_ERROR_ARGUMENT,
                        "n_rows = -1");
    making_assert_fails(mlc_dataset_rows(NULL, NULL, NULL, 0, 0, &v, err), MLC_ERROR_ARGUMENT,
                        "dataset is NULL");
    ck_assert_ptr_null(v);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_contiguous_when_view_copies_and_when_whole_shares)
{
    mlc_dataset *d = numbers(20), *a = range(d, 5, 3), *same = NULL, *whole = NULL;
    mlc_context local, *call;
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_dataset_contiguous(call, d, &same, NULL), MLC_OK);
    ck_assert_ptr_eq(same, d);
    ck_assert_int_eq(mlci_dataset_contiguous(call, a, &whole, NULL), MLC_OK);
    mlci_call_end(call);
    ck_assert_ptr_null(whole->rows);
    ck_assert_int_eq(whole->fields[0].column->n_rows, 3);
    ck_assert_str_eq(whole->positive, "1");
    assert_is(whole, 3, (int64_t[]){5, 6, 7});
    mlc_dataset_free(whole);
    mlc_dataset_free(same);
    mlc_dataset_free(a);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_with_fields_when_columns_are_replaced_keeps_rows_and_classes)
{
    mlc_dataset *d = numbers(20), *a = making_rows(d, 2, (int64_t[]){4, 1}), *e = NULL;
    mlci_field fields[] = {
        {.name = (char *)"j", .role = MLCI_ROLE_ID, .column = d->fields[0].column}};
    ck_assert_int_eq(mlci_dataset_with_fields(a, 1, fields, &e, NULL), MLC_OK);
    ck_assert_int_eq(mlc_dataset_find(e, "i"), -1);
    ck_assert_double_eq(making_cell(e, "j", 0), 4);
    ck_assert_str_eq(mlc_dataset_column_role(e, 0), "id");
    ck_assert_str_eq(e->positive, "1");
    mlc_dataset_free(e);
    ck_assert_int_eq(mlci_dataset_with_fields(a, 0, NULL, &e, NULL), MLC_OK);
    ck_assert_int_eq(mlc_dataset_n_rows(e), 2);
    mlc_dataset_free(e);
    mlc_dataset_free(a);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_find_when_there_are_many_columns_finds_each)
{
    enum { N = 300 };
    static char names[N][8];
    static mlc_array arrays[N];
    const double one = 1;
    for (int i = 0; i < N; i++) {
        snprintf(names[i], sizeof names[i], "c%d", i);
        arrays[i] = making_real(names[i], 1, &one);
    }
    mlc_dataset *d = making_dataset(arrays, N, NULL);
    for (int i = 0; i < N; i++)
        ck_assert_int_eq(mlc_dataset_find(d, names[i]), i);
    ck_assert_int_eq(mlc_dataset_find(d, "c300"), -1);
    ck_assert_int_eq(mlc_dataset_find(d, ""), -1);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_role_field_when_none_one_or_two)
{
    const mlc_array arrays[] = {making_real("a", 1, (double[]){1}),
                                making_real("b", 1, (double[]){1}),
                                making_real("c", 1, (double[]){1})};
    mlc_dataset *d = making_dataset(arrays, 3, "target=a,c weight=b");
    int32_t i = 7;
    ck_assert_int_eq(mlci_dataset_role_field(d, MLCI_ROLE_GROUP, &i, NULL), MLC_OK);
    ck_assert_int_eq(i, -1);
    ck_assert_int_eq(mlci_dataset_role_field(d, MLCI_ROLE_WEIGHT, &i, NULL), MLC_OK);
    ck_assert_int_eq(i, 1);
    making_assert_fails(mlci_dataset_role_field(d, MLCI_ROLE_TARGET, &i, err), MLC_ERROR_ROLE,
                        "'a' and 'c' both have the role target");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_ref_when_taken_needs_one_more_free)
{
    mlc_dataset *d = numbers(2), *again = mlc_dataset_ref(d);
    ck_assert_ptr_eq(again, d);
    mlc_dataset_free(d);
    assert_is(again, 2, (int64_t[]){0, 1});
    mlc_dataset_free(again);
    mlc_dataset_free(NULL);
}
END_TEST

static mlc_status view_and_copy(mlc_context *ctx, void *arg, mlc_error *err)
{
    const char *const texts[] = {"a", NULL, "b"};
    const mlc_array arrays[] = {making_real("x", 3, (double[]){1, 2, 3}),
                                making_text("t", 3, texts)};
    mlc_dataset *d = NULL, *view = NULL, *of_view = NULL, *whole = NULL;
    mlc_context local, *call = NULL;
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_PREDICT, &call, err));
    mlc_status status = mlc_dataset_from_arrays(ctx, arrays, 2, "positive=1 classes=0,1", &d, err);
    if (status == MLC_OK) {
        status = mlc_dataset_rows(ctx, d, (int64_t[]){2, 0}, 0, 2, &view, err);
    }
    if (status == MLC_OK) status = mlc_dataset_rows(ctx, view, NULL, 1, 1, &of_view, err);
    if (status == MLC_OK) status = mlci_dataset_contiguous(call, of_view, &whole, err);
    mlc_dataset_free(d);
    mlc_dataset_free(view);
    mlc_dataset_free(of_view);
    mlc_dataset_free(whole);
    mlci_call_end(call);
    return status;
}
MLCI_TORTURE_TEST(test_views_when_memory_fails_leak_nothing, view_and_copy, NULL)

MLCI_CHECK_SUITE("dataset", test_rows_when_views_are_of_views_compose,
                 test_rows_when_empty_is_a_dataset_without_rows,
                 test_rows_when_out_of_range_says_which,
                 test_contiguous_when_view_copies_and_when_whole_shares,
                 test_with_fields_when_columns_are_replaced_keeps_rows_and_classes,
                 test_find_when_there_are_many_columns_finds_each,
                 test_role_field_when_none_one_or_two, test_ref_when_taken_needs_one_more_free,
                 test_views_when_memory_fails_leak_nothing)
