/* Readers over a callback of the host: batches, roles, what ends them, and what is refused. */
#include "reader.h"

#include <string.h>

#include "check_suite.h"
#include "making.h"
#include "torture.h"

/* Yields batches of numbers 0, 1, 2 ..., `per_batch` at a time. */
typedef struct counter {
    int64_t next, n, per_batch;
    int32_t n_calls, n_released;
    int64_t fail_at, odd_at, nothing_at; /* calls, from 1; 0: never */
} counter;

static mlc_status count(void *user, mlc_dataset **out, mlc_error *err)
{
    counter *const c = user;
    int64_t values[8] = {0};
    const mlc_array array =
        making_integer(c->n_calls + 1 == c->odd_at ? "m" : "n", c->per_batch, values);
    if (++c->n_calls == c->fail_at) {
        strcpy(err->message, "the queue is closed");
        return -1;
    }
    if (c->n_calls == c->nothing_at) return MLC_OK;
    if (c->next >= c->n) return MLC_END;
    for (int64_t i = 0; i < c->per_batch; i++)
        values[i] = c->next++;
    return mlc_dataset_from_arrays(NULL, &array, 1, NULL, out, err);
}

static void released(void *user)
{
    ((counter *)user)->n_released++;
}

static mlc_reader *open_reader(counter *c, const char *roles)
{
    const mlc_source source = {sizeof source, c, count, released};
    mlc_reader *r = NULL;
    mlc_error err = {0};
    ck_assert_msg(mlc_reader_from_source(NULL, &source, roles, &r, &err) == MLC_OK, "%s",
                  err.message);
    return r;
}

START_TEST(test_reader_when_stepped_gives_batches_with_roles_and_then_the_end)
{
    counter c = {.n = 6, .per_batch = 2};
    mlc_reader *r = open_reader(&c, "target=n");
    for (int64_t k = 0; k < 3; k++) {
        mlc_dataset *batch = NULL;
        ck_assert_int_eq(mlc_reader_next(NULL, r, &batch, NULL), MLC_OK);
        ck_assert_str_eq(mlc_dataset_column_role(batch, 0), "target");
        ck_assert_double_eq(making_cell(batch, "n", 1), (double)(2 * k + 1));
        ck_assert_int_eq(mlc_reader_n_rows(r), 2 * k + 2);
        mlc_dataset_free(batch);
    }
    mlc_dataset *none = NULL;
    for (int k = 0; k < 2; k++)
        ck_assert_int_eq(mlc_reader_next(NULL, r, &none, NULL), MLC_END);
    ck_assert_int_eq(mlc_reader_collect(NULL, r, &none, NULL), MLC_END);
    ck_assert_ptr_null(none);
    ck_assert_int_eq(c.n_calls, 4);
    ck_assert_int_eq(c.n_released, 0);
    mlc_reader_close(r);
    mlc_reader_close(NULL);
    ck_assert_int_eq(c.n_released, 1);
}
END_TEST

START_TEST(test_reader_when_collected_gives_the_rows_that_are_left)
{
    counter c = {.n = 40, .per_batch = 2};
    mlc_reader *r = open_reader(&c, NULL);
    mlc_dataset *first = NULL, *rest = NULL;
    ck_assert_int_eq(mlc_reader_next(NULL, r, &first, NULL), MLC_OK);
    ck_assert_int_eq(mlc_reader_collect(NULL, r, &rest, NULL), MLC_OK);
    mlc_reader_close(r);
    ck_assert_int_eq(mlc_dataset_n_rows(rest), 38);
    for (int64_t i = 0; i < 38; i++)
        ck_assert_double_eq(making_cell(rest, "n", i), (double)(i + 2));
    mlc_dataset_free(first);
    mlc_dataset_free(rest);
}
END_TEST

/* Fails in the third batch, twice in the same way, and does not ask the source again. */
static void assert_third_fails(counter c, mlc_status status, const char *says)
{
    c.n = 20;
    c.per_batch = 2;
    mlc_reader *r = open_reader(&c, NULL);
    for (int k = 0; k < 2; k++) {
        mlc_dataset *batch = NULL;
        ck_assert_int_eq(mlc_reader_next(NULL, r, &batch, NULL), MLC_OK);
        mlc_dataset_free(batch);
    }
    mlc_dataset *out = NULL;
    making_assert_fails(mlc_reader_next(NULL, r, &out, err), status, says);
    making_assert_fails(mlc_reader_collect(NULL, r, &out, err), status, says);
    ck_assert_ptr_null(out);
    ck_assert_int_eq(c.n_calls, 3);
    mlc_reader_close(r);
}

START_TEST(test_reader_when_the_source_fails_keeps_its_message)
{
    assert_third_fails((counter){.fail_at = 3}, MLC_ERROR_CALLBACK,
                       "the source of the host failed: the queue is closed");
    assert_third_fails((counter){.nothing_at = 3}, MLC_ERROR_CALLBACK, "it yielded no dataset");
    assert_third_fails((counter){.odd_at = 3}, MLC_ERROR_COLUMN,
                       "batch 3: column 1 is 'm', and 'n' in the first batch");
}
END_TEST

START_TEST(test_reader_when_roles_name_no_column_says_so)
{
    counter c = {.n = 2, .per_batch = 2};
    mlc_reader *r = open_reader(&c, "target=y");
    mlc_dataset *out = NULL;
    making_assert_fails(mlc_reader_next(NULL, r, &out, err), MLC_ERROR_COLUMN, "'y'");
    mlc_reader_close(r);
}
END_TEST

START_TEST(test_reader_when_cancelled_stops)
{
    counter c = {.n = 20, .per_batch = 2};
    mlc_reader *r = open_reader(&c, NULL);
    mlc_context *ctx = NULL;
    mlc_dataset *out = NULL;
    ck_assert_int_eq(mlc_context_create(NULL, &ctx, NULL), MLC_OK);
    mlc_context_cancel(ctx);
    ck_assert_int_eq(mlc_reader_collect(ctx, r, &out, NULL), MLC_ERROR_CANCELLED);
    mlc_reader_close(r);
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_reader_when_arguments_are_wrong_says_so)
{
    counter c = {0};
    mlc_source source = {sizeof source, &c, NULL, released};
    mlc_reader *r = NULL;
    mlc_dataset *out = NULL;
    making_assert_fails(mlc_reader_from_source(NULL, &source, NULL, &r, err), MLC_ERROR_ARGUMENT,
                        "source.next is NULL");
    source.size = 3;
    making_assert_fails(mlc_reader_from_source(NULL, &source, NULL, &r, err), MLC_ERROR_ARGUMENT,
                        "mlc_source");
    making_assert_fails(mlc_reader_from_source(NULL, NULL, NULL, &r, err), MLC_ERROR_ARGUMENT,
                        "source is NULL");
    making_assert_fails(mlc_reader_next(NULL, NULL, &out, err), MLC_ERROR_ARGUMENT, "reader");
    ck_assert_ptr_null(r);
    ck_assert_int_eq(c.n_released, 0);
    ck_assert_int_eq(mlc_reader_n_rows(NULL), 0);
}
END_TEST

static mlc_status read_all(mlc_context *ctx, void *arg, mlc_error *err)
{
    counter c = {.n = 40, .per_batch = 2};
    const mlc_source source = {sizeof source, &c, count, released};
    mlc_reader *r = NULL;
    mlc_dataset *out = NULL;
    mlc_status status = mlc_reader_from_source(ctx, &source, "target=n", &r, err);
    ck_assert_int_eq(c.n_released, 0);
    if (status == MLC_OK) status = mlc_reader_collect(ctx, r, &out, err);
    if (status == MLC_OK) mlci_torture_answer(out->fields[0].column->values, 320);
    mlc_reader_close(r);
    mlc_dataset_free(out);
    return status;
}
MLCI_TORTURE_TEST(test_reader_when_memory_fails_leaks_nothing, read_all, NULL)

MLCI_CHECK_SUITE("reader", test_reader_when_stepped_gives_batches_with_roles_and_then_the_end,
                 test_reader_when_collected_gives_the_rows_that_are_left,
                 test_reader_when_the_source_fails_keeps_its_message,
                 test_reader_when_roles_name_no_column_says_so, test_reader_when_cancelled_stops,
                 test_reader_when_arguments_are_wrong_says_so,
                 test_reader_when_memory_fails_leaks_nothing)
