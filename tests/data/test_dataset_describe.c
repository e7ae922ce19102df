/* Profiles against pandas (titanic.csv) and by hand. */
#include "csv_reading.h"

#include <stdio.h>

#include "torture.h"

static mlc_dataset *describe(const mlc_dataset *d)
{
    mlc_dataset *p = NULL;
    ck_assert_int_eq(mlc_dataset_describe(NULL, d, &p, NULL), MLC_OK);
    return p;
}

START_TEST(test_describe_titanic_is_as_in_pandas)
{
    char path[4096];
    const char *const folder = getenv("MLC_TEST_DATA");
    snprintf(path, sizeof path, "%s/titanic.csv", folder == NULL ? "." : folder);
    mlc_dataset *d = NULL;
    ck_assert_int_eq(mlc_dataset_read_csv(NULL, path, "target=Survived", &d, NULL), MLC_OK);
    mlc_dataset *p = describe(d);
    ck_assert_int_eq(p->n_rows, 12);
    const int64_t age = 5;
    ck_assert(text_is(p, "column", age, "Age"));
    ck_assert(text_is(p, "role", 1, "target"));
    ck_assert(text_is(p, "type", age, "float64"));
    ck_assert_double_eq(real_of(p, "n", age), 891);
    ck_assert_double_eq(real_of(p, "missing", age), 177);
    ck_assert_double_eq(real_of(p, "distinct", age), 88);
    ck_assert_double_eq_tol(real_of(p, "mean", age), 29.699113025210085, 1e-12);
    ck_assert_double_eq_tol(real_of(p, "std", age), 14.526506685969478, 1e-12);
    ck_assert_double_eq(real_of(p, "min", age), 0.4167);
    ck_assert_double_eq(real_of(p, "max", age), 80);
    ck_assert_double_eq(real_of(p, "q25", age), 20.125);
    ck_assert_double_eq(real_of(p, "median", age), 28);
    ck_assert_double_eq(real_of(p, "q75", age), 38);
    ck_assert(text_is(p, "top", age, "24"));
    ck_assert_double_eq(real_of(p, "top_n", age), 30);
    ck_assert_int_eq(mlc_dataset_n_columns(p), 29);
    mlc_dataset_free(p);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_describe_every_type_of_column)
{
    mlc_dataset *d = parse("w,t,b,z,i\nb,x,true,,3\na,y,false,,1\nb,x,NA,,9007199254740993\n"
                           "a,z,true,,9007199254740992\n,,true,,3\n",
                           "types='t:text'");
    mlc_dataset *p = describe(d);
    ck_assert(text_is(p, "top", 0, "a")); /* two of each: the smallest */
    ck_assert_double_eq(real_of(p, "top_n", 0), 2);
    ck_assert_double_eq(real_of(p, "missing", 0), 1);
    ck_assert(isnan(real_of(p, "mean", 0)));
    ck_assert(text_is(p, "top", 1, "x"));
    ck_assert_double_eq(real_of(p, "distinct", 1), 3);
    ck_assert(text_is(p, "top", 2, "true"));
    ck_assert_double_eq(real_of(p, "mean", 2), 0.75);
    ck_assert(text_is(p, "top", 3, NULL)); /* nothing there */
    ck_assert_double_eq(real_of(p, "missing", 3), 5);
    ck_assert_double_eq(real_of(p, "distinct", 3), 0);
    ck_assert(isnan(real_of(p, "min", 3)));
    ck_assert_double_eq(real_of(p, "distinct", 4), 4); /* apart, though equal as doubles */
    ck_assert(text_is(p, "top", 4, "3"));
    mlc_dataset_free(p);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_describe_components_and_not_finite_values)
{
    static const double x[] = {1, (double)NAN, 3, INFINITY, 5, -INFINITY};
    const mlc_array array = {.size = sizeof array,
                             .name = "x",
                             .type = MLC_TYPE_FLOAT64,
                             .data = x,
                             .n_rows = 3,
                             .n_columns = 2};
    mlc_dataset *d = NULL;
    ck_assert_int_eq(mlc_dataset_from_arrays(NULL, &array, 1, NULL, &d, NULL), MLC_OK);
    mlc_dataset *p = describe(d);
    ck_assert_int_eq(p->n_rows, 2);
    ck_assert_double_eq(real_of(p, "mean", 0), 3);
    ck_assert_double_eq(real_of(p, "std", 0), 2);
    ck_assert_double_eq(real_of(p, "median", 0), 3);
    ck_assert_double_eq(real_of(p, "missing", 1), 1); /* NaN counts as missing */
    ck_assert_double_eq(real_of(p, "max", 1), INFINITY);
    ck_assert(isnan(real_of(p, "mean", 1)));
    mlc_dataset_free(p);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_describe_without_rows)
{
    mlc_dataset *d = parse("a,b\n", NULL), *p = describe(d);
    ck_assert_int_eq(p->n_rows, 2);
    ck_assert_double_eq(real_of(p, "n", 0), 0);
    ck_assert(isnan(real_of(p, "mean", 0)));
    mlc_dataset_free(p);
    mlc_dataset_free(d);
}
END_TEST

static mlc_status describe_and_free(mlc_context *ctx, void *arg, mlc_error *err)
{
    const char *const text = "a,b,t\n1,x,p\n2,y,q\n3,x,r\n";
    mlc_dataset *d = NULL, *p = NULL;
    mlc_status status =
        mlc_dataset_parse_csv(ctx, text, (int64_t)strlen(text), "types='t:text'", &d, err);
    if (status == MLC_OK) status = mlc_dataset_describe(ctx, d, &p, err);
    mlc_dataset_free(p);
    mlc_dataset_free(d);
    return status;
}
MLCI_TORTURE_TEST(test_describe_when_memory_fails_leaks_nothing, describe_and_free, NULL)

START_TEST(test_describe_top_of_times_and_short_floats_is_their_own_text)
{
    mlc_dataset *d = parse("t,f\n2024-02-29,0.1\n2024-03-01,0.25\n2024-02-29,0.1\n",
                           "types='t:timestamp,f:float32'");
    mlc_dataset *p = describe(d);
    ck_assert(text_is(p, "top", 0, "2024-02-29T00:00:00Z"));
    ck_assert_double_eq(real_of(p, "top_n", 0), 2);
    ck_assert(text_is(p, "top", 1, "0.1")); /* as a double it is 0.10000000149011612 */
    mlc_dataset_free(p);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_describe_a_sparse_column_counts_its_missing_rows_only)
{
    mlc_dataset *d = parse("a\n1\n2\n3\n", NULL);
    int64_t *const offsets = mlci_alloc(NULL, 4, 8);
    int32_t *const indices = mlci_alloc(NULL, 1, 4);
    double *const values = mlci_alloc(NULL, 1, 8);
    mlci_column *sparse = NULL;
    offsets[2] = offsets[3] = 1;
    indices[0] = 4, values[0] = 2;
    ck_assert_int_eq(mlci_column_create_sparse(NULL, 3, 9, offsets, indices, values, &sparse, NULL),
                     MLC_OK);
    ck_assert_int_eq(mlci_column_add_valid(sparse, NULL), MLC_OK);
    mlci_column_set_missing(sparse, 0);
    mlci_column_unref(d->fields[0].column);
    d->fields[0].column = sparse;
    mlc_dataset *p = describe(d);
    ck_assert_int_eq(p->n_rows, 1); /* not one a component */
    ck_assert_double_eq(real_of(p, "n", 0), 3);
    ck_assert_double_eq(real_of(p, "missing", 0), 1);
    ck_assert(isnan(real_of(p, "distinct", 0)));
    ck_assert(text_is(p, "top", 0, NULL));
    mlc_dataset_free(p);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_describe_without_arguments_fails)
{
    mlc_dataset *d = parse("a\n1\n", NULL), *p = NULL;
    mlc_error err;
    ck_assert_int_eq(mlc_dataset_describe(NULL, NULL, &p, &err), MLC_ERROR_ARGUMENT);
    ck_assert_int_eq(mlc_dataset_describe(NULL, d, NULL, &err), MLC_ERROR_ARGUMENT);
    ck_assert_str_eq(err.message, "dataset and out must not be NULL");
    mlc_dataset_free(d);
}
END_TEST

MLCI_CHECK_SUITE("dataset_describe", test_describe_titanic_is_as_in_pandas,
                 test_describe_every_type_of_column, test_describe_components_and_not_finite_values,
                 test_describe_without_rows, test_describe_when_memory_fails_leaks_nothing,
                 test_describe_top_of_times_and_short_floats_is_their_own_text,
                 test_describe_a_sparse_column_counts_its_missing_rows_only,
                 test_describe_without_arguments_fails)
