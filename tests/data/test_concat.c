/* Rows of several datasets as one: columns by name, roles and classes, views, threads. */
#include "concat.h"

#include <math.h>

#include "check_suite.h"
#include "making.h"
#include "torture.h"

static mlc_dataset *people(void)
{
    const mlc_array arrays[] = {making_integer("age", 3, (int64_t[]){31, 42, 53}),
                                making_category("city", 3, (const char *[]){"Rome", "Oslo", NULL}),
                                making_category("buys", 3, (const char *[]){"no", "yes", "no"})};
    return making_dataset(arrays, 3, "target=buys positive=no id=city");
}

/* The same columns in another order, with reals and other cities. */
static mlc_dataset *others(void)
{
    const mlc_array arrays[] = {making_category("buys", 2, (const char *[]){"yes", "no"}),
                                making_real("age", 2, (double[]){0.5, 1}),
                                making_text("city", 2, (const char *[]){"Bern", "Rome"})};
    return making_dataset(arrays, 3, NULL);
}

static mlc_dataset *concat(mlc_context *ctx, const mlc_dataset *a, const mlc_dataset *b,
                           const char *settings)
{
    const mlc_dataset *const parts[] = {a, b};
    mlc_dataset *all = NULL;
    mlc_error err = {0};
    ck_assert_msg(mlc_dataset_concat(ctx, parts, 2, settings, &all, &err) == MLC_OK, "%s",
                  err.message);
    return all;
}

START_TEST(test_concat_when_columns_are_in_another_order_finds_them_by_name)
{
    mlc_dataset *a = people(), *b = others(), *all = concat(NULL, a, b, NULL);
    ck_assert_int_eq(mlc_dataset_n_rows(all), 5);
    ck_assert_str_eq(mlc_dataset_column_name(all, 0), "age");
    ck_assert_int_eq(mlc_dataset_column_type(all, 0), MLC_TYPE_FLOAT64);
    ck_assert_int_eq(mlc_dataset_column_type(all, 1), MLC_TYPE_TEXT);
    ck_assert_str_eq(mlc_dataset_column_role(all, 2), "target");
    ck_assert_str_eq(mlc_dataset_column_role(all, 1), "id");
    ck_assert_str_eq(all->positive, "no");
    ck_assert_double_eq(making_cell(all, "age", 1), 42);
    ck_assert_double_eq(making_cell(all, "age", 3), 0.5);
    making_assert_text(all, "city", 2, NULL);
    making_assert_text(all, "city", 3, "Bern");
    making_assert_text(all, "buys", 3, "yes");
    mlc_dataset_free(a);
    mlc_dataset_free(b);
    mlc_dataset_free(all);
}
END_TEST

START_TEST(test_concat_when_parts_are_views_takes_their_rows)
{
    mlc_dataset *a = people(), *view = making_rows(a, 2, (int64_t[]){2, 0});
    mlc_dataset *range = NULL;
    ck_assert_int_eq(mlc_dataset_rows(NULL, a, NULL, 1, 2, &range, NULL), MLC_OK);
    mlc_dataset *all = concat(NULL, view, range, NULL);
    const double ages[] = {53, 31, 42, 53};
    for (int i = 0; i < 4; i++)
        ck_assert_double_eq(making_cell(all, "age", i), ages[i]);
    ck_assert_int_eq(mlc_dataset_column_type(all, 1), MLC_TYPE_CATEGORY);
    mlc_dataset_free(a);
    mlc_dataset_free(view);
    mlc_dataset_free(range);
    mlc_dataset_free(all);
}
END_TEST

START_TEST(test_concat_when_columns_differ_names_one_or_takes_all)
{
    mlc_dataset *a = people(), *b = NULL, *out = NULL;
    const mlc_array arrays[] = {making_real("height", 1, (double[]){1.8}),
                                making_integer("age", 1, (int64_t[]){20})};
    b = making_dataset(arrays, 2, "weight=height");
    const mlc_dataset *const ab[] = {a, b}, *const ba[] = {b, a};
    making_assert_fails(mlc_dataset_concat(NULL, ab, 2, NULL, &out, err), MLC_ERROR_COLUMN,
                        "column 'city' is in part 1 and not in part 2");
    making_assert_fails(mlc_dataset_concat(NULL, ba, 2, "columns=same", &out, err),
                        MLC_ERROR_COLUMN, "column 'height' is in part 1 and not in part 2");
    ck_assert_ptr_null(out);
    mlc_dataset *all = concat(NULL, a, b, "columns=union");
    ck_assert_int_eq(mlc_dataset_n_columns(all), 4);
    ck_assert_str_eq(mlc_dataset_column_name(all, 3), "height");
    ck_assert_str_eq(mlc_dataset_column_role(all, 3), "weight");
    ck_assert(isnan(making_cell(all, "height", 2)));
    ck_assert_double_eq(making_cell(all, "height", 3), 1.8);
    making_assert_text(all, "city", 3, NULL);
    mlc_dataset_free(a);
    mlc_dataset_free(b);
    mlc_dataset_free(all);
}
END_TEST

START_TEST(test_concat_when_there_are_no_columns_counts_rows)
{
    mlc_dataset *a = people(), *none = NULL;
    ck_assert_int_eq(mlc_dataset_select(NULL, a, "type:vector", &none, NULL), MLC_OK);
    mlc_dataset *all = concat(NULL, none, none, NULL);
    ck_assert_int_eq(mlc_dataset_n_rows(all), 6);
    ck_assert_int_eq(mlc_dataset_n_columns(all), 0);
    mlc_dataset_free(a);
    mlc_dataset_free(none);
    mlc_dataset_free(all);
}
END_TEST

START_TEST(test_concat_when_arguments_are_wrong_says_so)
{
    mlc_dataset *a = people(), *out = NULL;
    const mlc_dataset *const parts[] = {a, NULL};
    making_assert_fails(mlc_dataset_concat(NULL, parts, 2, NULL, &out, err), MLC_ERROR_ARGUMENT,
                        "parts[1] is NULL");
    making_assert_fails(mlc_dataset_concat(NULL, parts, 0, NULL, &out, err), MLC_ERROR_ARGUMENT,
                        "n_parts = 0");
    making_assert_fails(mlc_dataset_concat(NULL, NULL, 1, NULL, &out, err), MLC_ERROR_ARGUMENT,
                        "parts is NULL");
    making_assert_fails(mlc_dataset_concat(NULL, parts, 1, "column=same", &out, err),
                        MLC_ERROR_SETTING, "did you mean 'columns'");
    making_assert_fails(mlc_dataset_concat(NULL, parts, 1, "columns=all", &out, err),
                        MLC_ERROR_SETTING, "union");
    ck_assert_ptr_null(out);
    mlc_dataset_free(a);
}
END_TEST

static mlc_status concat_views(mlc_context *ctx, void *arg, mlc_error *err)
{
    mlc_dataset *a = people(), *b = others(), *out = NULL;
    mlc_dataset *view = making_rows(a, 2, (int64_t[]){2, 0});
    const mlc_dataset *const parts[] = {view, b, a};
    const mlc_status status = mlc_dataset_concat(ctx, parts, 3, "columns=union", &out, err);
    if (status == MLC_OK) mlci_torture_answer(out->fields[1].column->values, 4);
    mlc_dataset_free(out);
    mlc_dataset_free(view);
    mlc_dataset_free(a);
    mlc_dataset_free(b);
    return status;
}
MLCI_TORTURE_TEST(test_concat_when_memory_fails_leaks_nothing, concat_views, NULL)

MLCI_CHECK_SUITE("concat", test_concat_when_columns_are_in_another_order_finds_them_by_name,
                 test_concat_when_parts_are_views_takes_their_rows,
                 test_concat_when_columns_differ_names_one_or_takes_all,
                 test_concat_when_there_are_no_columns_counts_rows,
                 test_concat_when_arguments_are_wrong_says_so,
                 test_concat_when_memory_fails_leaks_nothing)
