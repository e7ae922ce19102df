/* Tables of results. */
#include "dataset_impl.h"

#include <string.h>

#include "check_suite.h"
#include "making.h"
#include "torture.h"

START_TEST(test_table_when_finished_is_a_dataset_of_its_columns)
{
    mlci_table t;
    mlc_dataset *d = NULL;
    const char *const names[] = {"a", NULL};
    mlci_table_init(&t, NULL);
    mlci_table_texts(&t, "name", 2, names);
    mlci_table_integers(&t, "n", 2, (int64_t[]){3, INT64_MAX});
    mlci_table_reals(&t, "value", 2, (double[]){0.5, 1});
    ck_assert_int_eq(mlci_table_finish(&t, &d, NULL), MLC_OK);
    ck_assert_int_eq(t.n_fields, 0);
    making_assert_text(d, "name", 0, "a");
    making_assert_text(d, "name", 1, NULL);
    ck_assert_int_eq(mlc_dataset_column_type(d, 1), MLC_TYPE_INT64);
    ck_assert_int_eq(((const int64_t *)d->fields[1].column->values)[1], INT64_MAX);
    ck_assert_double_eq(making_cell(d, "value", 0), 0.5);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_table_when_columns_do_not_fit_fails_at_the_end)
{
    mlci_table t;
    mlc_dataset *d = NULL;
    mlci_table_init(&t, NULL);
    mlci_table_reals(&t, "a", 1, (double[]){1});
    mlci_table_reals(&t, "b", 2, (double[]){1, 2});
    making_assert_fails(mlci_table_finish(&t, &d, err), MLC_ERROR_ARGUMENT, "column 'b' has 2");
    mlci_table_init(&t, NULL);
    for (int i = 0; i < 33; i++)
        mlci_table_reals(&t, "a", 1, (double[]){1});
    making_assert_fails(mlci_table_finish(&t, &d, err), MLC_ERROR_INTERNAL, "more than 32");
    ck_assert_ptr_null(d);
}
END_TEST

static mlc_status build(mlc_context *ctx, void *arg, mlc_error *err)
{
    mlci_table t;
    mlc_dataset *d = NULL;
    const char *const names[] = {"a", NULL};
    mlci_table_init(&t, mlci_context_root(ctx));
    mlci_table_texts(&t, "name", 2, names);
    mlci_table_reals(&t, "value", 2, (double[]){0.5, 1});
    mlci_table_integers(&t, "n", 2, (int64_t[]){1, 2});
    const mlc_status status = mlci_table_finish(&t, &d, err);
    if (status == MLC_OK) mlc_dataset_free(d);
    return status;
}
MLCI_TORTURE_TEST(test_table_when_memory_fails_leaks_nothing, build, NULL)

MLCI_CHECK_SUITE("table", test_table_when_finished_is_a_dataset_of_its_columns,
                 test_table_when_columns_do_not_fit_fails_at_the_end,
                 test_table_when_memory_fails_leaks_nothing)
