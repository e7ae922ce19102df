/* Datasets into files: what goes by parts shows in progress, and not in the file. */
#include <mlcore/read.h>

#include "format_reading.h"
#include "making.h"

static mlc_dataset *many_rows(int64_t n)
{
    int64_t *const values = calloc((size_t)n, sizeof *values);
    ck_assert_ptr_nonnull(values);
    for (int64_t i = 0; i < n; i++)
        values[i] = i;
    const mlc_array array = making_integer("n", n, values);
    mlc_dataset *const d = making_dataset(&array, 1, NULL);
    free(values);
    return d;
}

typedef struct seen {
    int32_t n;
    int64_t done, total;
    int64_t stop_at;
} seen;

static mlc_status look(void *user, const char *stage, int64_t done, int64_t total,
                       const char *metric_name, double metric)
{
    seen *const s = user;
    (void)metric_name, (void)metric;
    ck_assert_str_eq(stage, "write");
    ck_assert_int_ge(done, s->done);
    s->done = done;
    s->total = total;
    s->n++;
    return s->stop_at > 0 && done >= s->stop_at ? -1 : MLC_OK;
}

START_TEST(test_dataset_write_of_many_rows_tells_how_far_it_is)
{
    const int64_t n = 600000;
    char path[128];
    mlc_context *ctx = NULL;
    mlc_dataset *const d = many_rows(n), *again = NULL;
    seen s = {0};
    path_of(path, "many.jsonl");
    ck_assert_int_eq(mlc_context_create(NULL, &ctx, NULL), MLC_OK);
    mlc_context_set_progress(ctx, look, &s);
    ck_assert_int_eq(mlc_dataset_write(ctx, d, path, NULL, NULL), MLC_OK);
    ck_assert_int_ge(s.n, 2);
    ck_assert_int_eq(s.done, n);
    ck_assert_int_eq(s.total, n);
    ck_assert_int_eq(mlc_dataset_read(NULL, path, NULL, &again, NULL), MLC_OK);
    assert_same(d, again);
    mlc_dataset_free(again);
    unlink(path);
    s = (seen){.stop_at = n};
    ck_assert_int_eq(mlc_dataset_write(ctx, d, path, NULL, NULL), MLC_ERROR_CANCELLED);
    ck_assert_int_ne(access(path, F_OK), 0);
    mlc_dataset_free(d);
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_dataset_write_of_no_rows_writes_the_columns)
{
    char path[128];
    mlc_dataset *const d = parse("a,b\n1,x\n", NULL), *const none = making_rows(d, 0, NULL);
    path_of(path, "none.csv");
    ck_assert_int_eq(mlc_dataset_write(NULL, none, path, NULL, NULL), MLC_OK);
    char *const text = text_of_file(path);
    ck_assert_str_eq(text, "a,b\n");
    free(text);
    ck_assert_int_eq(mlc_dataset_write(NULL, none, path, "format=jsonl", NULL), MLC_OK);
    char *const lines = text_of_file(path);
    ck_assert_str_eq(lines, "");
    free(lines);
    unlink(path);
    mlc_dataset_free(none);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_dataset_write_when_arguments_are_wrong_says_so)
{
    mlc_dataset *const d = parse("a\n1\n", NULL);
    making_assert_fails(mlc_dataset_write(NULL, NULL, "x.csv", NULL, err), MLC_ERROR_ARGUMENT,
                        "dataset and path must not be NULL");
    making_assert_fails(mlc_dataset_write(NULL, d, NULL, NULL, err), MLC_ERROR_ARGUMENT,
                        "dataset and path must not be NULL");
    making_assert_fails(mlc_dataset_write(NULL, d, "", "format=csv", err), MLC_ERROR_ARGUMENT,
                        "path is empty: it must name a file");
    mlc_dataset_free(d);
}
END_TEST

MLCI_CHECK_SUITE("dataset_write", test_dataset_write_of_many_rows_tells_how_far_it_is,
                 test_dataset_write_of_no_rows_writes_the_columns,
                 test_dataset_write_when_arguments_are_wrong_says_so)
