/* Builders: the order of sequence numbers from any number of threads, batches among rows, and what
 * is refused. */
#include <mlcore/builder.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "check_suite.h"
#include "making.h"
#include "torture.h"

#define N_THREADS 4
#define N_PUSHES 300

static mlc_builder *open_builder(const char *columns, const char *roles)
{
    mlc_builder *b = NULL;
    mlc_error err = {0};
    ck_assert_msg(mlc_builder_open(NULL, columns, roles, &b, &err) == MLC_OK, "%s", err.message);
    return b;
}

static mlc_dataset *finish(mlc_builder *b)
{
    mlc_dataset *d = NULL;
    mlc_error err = {0};
    ck_assert_msg(mlc_builder_finish(NULL, b, &d, &err) == MLC_OK, "%s", err.message);
    return d;
}

static void push_number(mlc_builder *b, int64_t sequence, int64_t n)
{
    const mlc_value row = {.kind = MLC_INTEGER, .integer = n};
    mlc_error err = {0};
    ck_assert_msg(mlc_builder_push_rows(b, sequence, &row, 1, &err) == MLC_OK, "%s", err.message);
}

static mlc_dataset *numbers(int64_t n, const int64_t *values)
{
    const mlc_array array = making_integer("n", n, values);
    return making_dataset(&array, 1, NULL);
}

static void assert_numbers(mlc_dataset *d, int64_t n, const int64_t *wanted)
{
    ck_assert_int_eq(mlc_dataset_n_rows(d), n);
    for (int64_t i = 0; i < n; i++)
        ck_assert_double_eq(making_cell(d, "n", i), (double)wanted[i]);
    mlc_dataset_free(d);
}

START_TEST(test_builder_when_pushes_come_out_of_order_sorts_them)
{
    mlc_builder *b = open_builder("n:int64", "target=n");
    mlc_dataset *two = numbers(2, (int64_t[]){50, 51});
    push_number(b, 7, 70);
    push_number(b, MLC_BUILDER_NEXT, 80);
    ck_assert_int_eq(mlc_builder_push(b, 5, two, NULL), MLC_OK);
    push_number(b, 0, 0);
    push_number(b, 6, 60);
    push_number(b, MLC_BUILDER_NEXT, 90);
    ck_assert_int_eq(mlc_builder_n_rows(b), 7);
    mlc_dataset *d = finish(b);
    ck_assert_str_eq(mlc_dataset_column_role(d, 0), "target");
    assert_numbers(d, 7, (int64_t[]){0, 50, 51, 60, 70, 80, 90});
    ck_assert_int_eq(mlc_builder_n_rows(b), 0);
    push_number(b, MLC_BUILDER_NEXT, 1); /* it goes on, from 0 */
    push_number(b, 1, 2);
    assert_numbers(finish(b), 2, (int64_t[]){1, 2});
    mlc_dataset_free(two);
    mlc_builder_close(b);
}
END_TEST

START_TEST(test_builder_when_only_datasets_come_widens_their_types)
{
    mlc_builder *b = open_builder(NULL, NULL);
    mlc_dataset *a = numbers(2, (int64_t[]){1, 2});
    const mlc_array array = making_real("n", 1, (double[]){0.5});
    mlc_dataset *half = making_dataset(&array, 1, "weight=n");
    ck_assert_int_eq(mlc_builder_push(b, 1, half, NULL), MLC_OK);
    ck_assert_int_eq(mlc_builder_push(b, 0, a, NULL), MLC_OK);
    mlc_dataset *d = finish(b);
    ck_assert_int_eq(mlc_dataset_column_type(d, 0), MLC_TYPE_FLOAT64);
    ck_assert_str_eq(mlc_dataset_column_role(d, 0), "feature"); /* of the lowest number */
    ck_assert_double_eq(making_cell(d, "n", 2), 0.5);
    mlc_dataset_free(d);
    mlc_dataset_free(a);
    mlc_dataset_free(half);
    mlc_builder_close(b);
}
END_TEST

START_TEST(test_builder_when_columns_are_declared_they_stand_in_that_order)
{
    mlc_builder *b = open_builder("b:int64,a:int64", NULL);
    mlc_dataset *none = finish(b);
    ck_assert_int_eq(mlc_dataset_n_rows(none), 0);
    ck_assert_str_eq(mlc_dataset_column_name(none, 0), "b");
    const mlc_array arrays[] = {making_integer("a", 1, (int64_t[]){1}),
                                making_integer("b", 1, (int64_t[]){2})};
    mlc_dataset *rows = making_dataset(arrays, 2, NULL);
    ck_assert_int_eq(mlc_builder_push(b, 3, rows, NULL), MLC_OK);
    mlc_dataset *d = finish(b);
    ck_assert_str_eq(mlc_dataset_column_name(d, 0), "b");
    ck_assert_double_eq(making_cell(d, "a", 0), 1);
    mlc_dataset_free(none);
    mlc_dataset_free(rows);
    mlc_dataset_free(d);
    mlc_builder_close(b);
}
END_TEST

typedef struct worker {
    mlc_builder *builder;
    int64_t first;
} worker;

/* Every fourth number; some as datasets. */
static void *push_many(void *arg)
{
    const worker *const w = arg;
    for (int64_t k = N_PUSHES - 1; k >= 0; k--) {
        const int64_t n = k * N_THREADS + w->first;
        if (n % 5 != 0) {
            push_number(w->builder, n, n);
            continue;
        }
        mlc_dataset *rows = numbers(1, &n);
        ck_assert_int_eq(mlc_builder_push(w->builder, n, rows, NULL), MLC_OK);
        mlc_dataset_free(rows);
    }
    return NULL;
}

START_TEST(test_builder_when_threads_push_keeps_the_order_of_the_numbers)
{
    mlc_builder *b = open_builder("n:int64", NULL);
    pthread_t threads[N_THREADS];
    worker workers[N_THREADS];
    for (int64_t t = 0; t < N_THREADS; t++) {
        workers[t] = (worker){b, t};
        ck_assert_int_eq(pthread_create(&threads[t], NULL, push_many, &workers[t]), 0);
    }
    for (int t = 0; t < N_THREADS; t++)
        pthread_join(threads[t], NULL);
    mlc_dataset *d = finish(b);
    ck_assert_int_eq(mlc_dataset_n_rows(d), N_THREADS * N_PUSHES);
    for (int64_t i = 0; i < N_THREADS * N_PUSHES; i++)
        ck_assert_double_eq(making_cell(d, "n", i), (double)i);
    mlc_dataset_free(d);
    mlc_builder_close(b);
}
END_TEST

START_TEST(test_builder_when_something_is_wrong_says_so_and_changes_nothing)
{
    mlc_builder *b = open_builder("n:int64", NULL), *out = NULL, *any = open_builder(NULL, NULL);
    mlc_dataset *d = NULL, *one = numbers(1, (int64_t[]){1});
    const mlc_array arrays[] = {making_real("n", 1, (double[]){1}),
                                making_real("m", 1, (double[]){1})};
    mlc_dataset *reals = making_dataset(arrays, 1, NULL), *two = making_dataset(arrays, 2, NULL);
    mlc_dataset *other = making_dataset(arrays + 1, 1, NULL);
    const mlc_value cell = {.kind = MLC_TEXT, .length = 1, .text = "x"};
    making_assert_fails(mlc_builder_open(NULL, "n:int64", "target=m", &out, err), MLC_ERROR_COLUMN,
                        "'m'");
    making_assert_fails(mlc_builder_open(NULL, "", NULL, &out, err), MLC_ERROR_SETTING, "empty");
    making_assert_fails(mlc_builder_open(NULL, "n:int64,n:text", NULL, &out, err), MLC_ERROR_COLUMN,
                        "both named 'n'");
    making_assert_fails(mlc_builder_push_rows(b, 0, &cell, 1, err), MLC_ERROR_DATA, "column 'n'");
    making_assert_fails(mlc_builder_push_rows(b, -2, &cell, 1, err), MLC_ERROR_ARGUMENT,
                        "sequence = -2");
    making_assert_fails(mlc_builder_push_rows(b, 0, NULL, 1, err), MLC_ERROR_ARGUMENT, "values");
    making_assert_fails(mlc_builder_push_rows(b, 0, &cell, -1, err), MLC_ERROR_ARGUMENT, "n_rows");
    making_assert_fails(mlc_builder_push_rows(any, 0, &cell, 1, err), MLC_ERROR_ARGUMENT,
                        "opened without columns");
    making_assert_fails(mlc_builder_push(b, 0, reals, err), MLC_ERROR_COLUMN,
                        "column 'n' of the rows is float64: the builder was opened with int64");
    making_assert_fails(mlc_builder_push(b, 0, other, err), MLC_ERROR_COLUMN,
                        "the rows have no column 'n', which the builder was opened with");
    making_assert_fails(mlc_builder_finish(NULL, any, &d, err), MLC_ERROR_ARGUMENT,
                        "nothing was pushed");
    ck_assert_int_eq(mlc_builder_push(any, 0, reals, NULL), MLC_OK);
    making_assert_fails(mlc_builder_push(any, 1, two, err), MLC_ERROR_COLUMN,
                        "2 columns: 1 are expected");
    ck_assert_int_eq(mlc_builder_push(any, 0, one, NULL), MLC_OK);
    making_assert_fails(mlc_builder_finish(NULL, any, &d, err), MLC_ERROR_ARGUMENT,
                        "sequence 0 was pushed twice");
    ck_assert_int_eq(mlc_builder_n_rows(b), 0);
    ck_assert_int_eq(mlc_builder_n_rows(any), 2);
    ck_assert_ptr_null(out);
    ck_assert_ptr_null(d);
    mlc_dataset_free(one);
    mlc_dataset_free(two);
    mlc_dataset_free(reals);
    mlc_dataset_free(other);
    mlc_builder_close(any);
    mlc_builder_close(b);
    mlc_builder_close(NULL);
}
END_TEST

/* What is called back when an array is let go of. */
typedef struct lender {
    mlc_builder *builder;
    mlc_dataset *more;
    int32_t n_released;
} lender;

static void push_more(void *user)
{
    lender *const l = user;
    l->n_released++;
    ck_assert_int_eq(mlc_builder_push(l->builder, MLC_BUILDER_NEXT, l->more, NULL), MLC_OK);
}

START_TEST(test_builder_when_finished_releases_arrays_without_its_lock)
{
    static const int64_t lent[] = {1, 2};
    mlc_builder *b = open_builder(NULL, NULL);
    lender l = {.builder = b, .more = numbers(1, (int64_t[]){3})};
    mlc_array array = making_integer("n", 2, lent);
    array.release = push_more;
    array.user = &l;
    mlc_dataset *borrowed = making_dataset(&array, 1, NULL);
    ck_assert_int_eq(mlc_builder_push(b, 0, borrowed, NULL), MLC_OK);
    ck_assert_int_eq(mlc_builder_push(b, 1, l.more, NULL), MLC_OK);
    mlc_dataset_free(borrowed);
    ck_assert_int_eq(l.n_released, 0);
    assert_numbers(finish(b), 3, (int64_t[]){1, 2, 3});
    ck_assert_int_eq(l.n_released, 1);
    ck_assert_int_eq(mlc_builder_n_rows(b), 1); /* what the release has pushed */
    mlc_dataset_free(l.more);
    mlc_builder_close(b);
}
END_TEST

static mlc_status build(mlc_context *ctx, void *arg, mlc_error *err)
{
    mlc_builder *b = NULL;
    mlc_dataset *d = NULL, *two = numbers(2, (int64_t[]){50, 51});
    const mlc_value row = {.kind = MLC_INTEGER, .integer = 4};
    mlc_status status = mlc_builder_open(ctx, "n:int64", "target=n", &b, err);
    for (int64_t k = 3; status == MLC_OK && k >= 0; k--)
        status = mlc_builder_push_rows(b, 2 * k, &row, 1, err);
    if (status == MLC_OK) status = mlc_builder_push(b, 3, two, err);
    if (status == MLC_OK) status = mlc_builder_finish(ctx, b, &d, err);
    if (status == MLC_OK) mlci_torture_answer(d->fields[0].column->values, 48);
    mlc_dataset_free(two);
    mlc_dataset_free(d);
    mlc_builder_close(b);
    return status;
}
MLCI_TORTURE_TEST(test_builder_when_memory_fails_leaks_nothing, build, NULL)

MLCI_CHECK_SUITE("builder", test_builder_when_pushes_come_out_of_order_sorts_them,
                 test_builder_when_only_datasets_come_widens_their_types,
                 test_builder_when_columns_are_declared_they_stand_in_that_order,
                 test_builder_when_threads_push_keeps_the_order_of_the_numbers,
                 test_builder_when_something_is_wrong_says_so_and_changes_nothing,
                 test_builder_when_finished_releases_arrays_without_its_lock,
                 test_builder_when_memory_fails_leaks_nothing)
