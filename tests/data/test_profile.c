/* Profiles: tables by hand, merging, and memory that fails. tests/python/test_profile.py compares
 * with pandas. */
#include "csv_reading.h"
#include "torture.h"

static const char rows_text[] = "x,k,t,b,w\n1,3,aa,true,2020-01-01\n2,3,b,false,2020-01-03\n"
                                "4,-3,,true,2020-01-02\n,0,b,,\n8,5,cc,true,2020-01-02\n";

static mlc_dataset *some_rows(mlc_context *ctx)
{
    mlc_dataset *d = NULL;
    ck_assert_int_eq(mlc_dataset_parse_csv(ctx, rows_text, (int64_t)strlen(rows_text),
                                           "types='t:text,w:timestamp'", &d, NULL),
                     MLC_OK);
    return d;
}

static mlc_dataset *table_of(const mlc_profile *p, const char *name, const char *settings)
{
    mlc_dataset *table = NULL;
    mlc_error err;
    ck_assert_msg(mlc_profile_table(NULL, p, name, settings, &table, &err) == MLC_OK, "%s",
                  err.message);
    return table;
}

START_TEST(test_columns_by_hand)
{
    mlc_dataset *d = some_rows(NULL);
    mlc_profile *p = NULL;
    ck_assert_int_eq(mlc_profile_create(NULL, d, NULL, &p, NULL), MLC_OK);
    ck_assert_int_eq(mlc_profile_n_rows(p), 5);
    mlc_dataset *t = table_of(p, "columns", NULL);
    ck_assert_double_eq(real_of(t, "mean", 0), 15 / 4.0);
    ck_assert_double_eq(real_of(t, "median", 0), 3);
    ck_assert_double_eq(real_of(t, "negative", 1), 1);
    ck_assert_double_eq(real_of(t, "zeros", 1), 1);
    ck_assert(text_is(t, "top", 1, "3"));
    ck_assert_double_eq(real_of(t, "longest", 2), 2);
    ck_assert_double_eq(real_of(t, "true_share", 3), 0.75);
    ck_assert_double_eq(real_of(t, "latest", 4) - real_of(t, "earliest", 4), 2 * 86400e6);
    mlc_dataset_free(t);
    t = table_of(p, "histogram", "bins=2");
    ck_assert_double_eq(real_of(t, "n", 0), 3); /* of 1, 2, 4, 8 those below 4.5 */
    mlc_dataset_free(t);
    t = table_of(p, "top", "top=1");
    ck_assert_int_eq(t->n_rows, 5);
    ck_assert(text_is(t, "value", 2, "b"));
    mlc_dataset_free(t);
    t = table_of(p, "quantiles", "quantiles=0,1");
    ck_assert_double_eq(real_of(t, "value", 1), 8);
    mlc_dataset_free(t);
    mlc_profile_free(p);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_profile_without_rows_or_columns)
{
    mlc_dataset *d = parse("a,b\n", NULL), *none = NULL;
    mlc_profile *p = NULL;
    ck_assert_int_eq(mlc_dataset_select(NULL, d, "type:vector", &none, NULL), MLC_OK);
    ck_assert_int_eq(mlc_profile_create(NULL, none, "correlation=true", &p, NULL), MLC_OK);
    mlc_dataset *t = table_of(p, "correlation", NULL);
    mlc_dataset_free(t);
    mlc_profile_free(p);
    ck_assert_int_eq(mlc_profile_create(NULL, d, "correlation=true", &p, NULL), MLC_OK);
    const char *const names[] = {"columns", "quantiles", "histogram", "top", "correlation"};
    for (int i = 0; i < 5; i++) {
        t = table_of(p, names[i], NULL);
        mlc_dataset_free(t);
    }
    mlc_profile_free(p);
    mlc_dataset_free(none);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_wrong_arguments_say_so)
{
    mlc_profile *p = NULL;
    mlc_dataset *t = NULL;
    mlc_error err;
    ck_assert_int_eq(mlc_profile_create(NULL, NULL, NULL, &p, &err), MLC_ERROR_ARGUMENT);
    ck_assert_int_eq(mlc_profile_merge(NULL, NULL, 0, NULL, &p, &err), MLC_ERROR_ARGUMENT);
    ck_assert_int_eq(mlc_profile_table(NULL, NULL, "columns", NULL, &t, &err), MLC_ERROR_ARGUMENT);
    ck_assert_int_eq(mlc_profile_n_rows(NULL), 0);
    mlc_dataset *d = some_rows(NULL);
    ck_assert_int_eq(mlc_profile_create(NULL, d, "max_distinct=15", &p, &err), MLC_ERROR_SETTING);
    mlc_dataset_free(d);
}
END_TEST

static mlc_status use_everything(mlc_context *ctx, void *arg, mlc_error *err)
{
    mlc_dataset *d = some_rows(NULL), *t = NULL;
    mlc_profile *p = NULL, *merged = NULL;
    mlc_buffer *text = NULL;
    mlc_status status = mlc_profile_create(ctx, d, "max_distinct=16 correlation=true", &p, err);
    if (status == MLC_OK) {
        status = mlc_profile_merge(ctx, (const mlc_profile *[]){p, p}, 2, NULL, &merged, err);
    }
    const char *const names[] = {"columns", "quantiles", "histogram", "top", "correlation"};
    for (int i = 0; status == MLC_OK && i < 5; i++) {
        t = NULL;
        status = mlc_profile_table(ctx, merged, names[i], NULL, &t, err);
        mlc_dataset_free(t);
    }
    if (status == MLC_OK) status = mlc_profile_format(merged, &text, err);
    if (status == MLC_OK) mlci_torture_answer(mlc_buffer_data(text), mlc_buffer_size(text));
    mlc_buffer_free(text);
    mlc_profile_free(merged);
    mlc_profile_free(p);
    mlc_dataset_free(d);
    return status;
}
MLCI_TORTURE_TEST(test_profile_when_memory_fails_leaks_nothing, use_everything, NULL)

static mlc_status go_beyond(mlc_context *ctx, void *arg, mlc_error *err)
{
    char text[4000] = "x,t\n";
    for (int i = 0; i < 60; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%d.5,word%d\n", i * i, i);
    mlc_dataset *d = parse(text, "types='t:text'");
    mlc_profile *p = NULL, *merged = NULL;
    mlc_status status = mlc_profile_create(ctx, d, "max_distinct=20", &p, err);
    if (status == MLC_OK) {
        status = mlc_profile_merge(ctx, (const mlc_profile *[]){p, p}, 2, "max_distinct=16",
                                   &merged, err);
    }
    mlc_profile_free(merged);
    mlc_profile_free(p);
    mlc_dataset_free(d);
    return status;
}
MLCI_TORTURE_TEST(test_profile_beyond_its_limit_when_memory_fails_leaks_nothing, go_beyond, NULL)

MLCI_CHECK_SUITE("profile", test_columns_by_hand, test_profile_without_rows_or_columns,
                 test_wrong_arguments_say_so, test_profile_when_memory_fails_leaks_nothing,
                 test_profile_beyond_its_limit_when_memory_fails_leaks_nothing)
