/* Generators, samplers, resamplers and weightings: defaults run, the same rows for any number of
 * threads, any order of failures of memory, a cancel at every check, odd datasets. */
#include "conformance.h"

#include "context_impl.h"
#include "torture.h"

#define N_ROWS 60

/* Three columns of numbers and every role that a component may ask for; one class in four is
 * `yes`. */
typedef struct maker_rows {
    int64_t n;
    int one_class;
    double value; /* of column a, unless it is -1: made up */
    int a_missing;
} maker_rows;

static mlc_dataset *make_rows(const maker_rows *o)
{
    static double a[N_ROWS], b[N_ROWS], w[N_ROWS];
    static int64_t group[N_ROWS], key[N_ROWS], when[N_ROWS], fold[N_ROWS];
    static const char *y[N_ROWS];
    static uint8_t none[N_ROWS];
    for (int64_t i = 0; i < o->n; i++) {
        a[i] = o->value == -1 ? (double)(i * 37 % 101) / 7 : o->value;
        b[i] = (double)(i * i % 89);
        w[i] = 1 + (double)(i % 3);
        group[i] = i % 5;
        key[i] = i / 2;
        when[i] = i * 86400000000;
        fold[i] = i % 4 - 1;
        y[i] = i % 4 == 0 && !o->one_class ? "yes" : "no";
    }
    const mlc_array arrays[] = {{.size = sizeof(mlc_array),
                                 .name = "a",
                                 .type = MLC_TYPE_FLOAT64,
                                 .data = a,
                                 .valid = o->a_missing ? none : NULL,
                                 .n_rows = o->n,
                                 .n_columns = 1},
                                {.size = sizeof(mlc_array),
                                 .name = "b",
                                 .type = MLC_TYPE_FLOAT64,
                                 .data = b,
                                 .n_rows = o->n,
                                 .n_columns = 1},
                                {.size = sizeof(mlc_array),
                                 .name = "w",
                                 .role = "weight",
                                 .type = MLC_TYPE_FLOAT64,
                                 .data = w,
                                 .n_rows = o->n,
                                 .n_columns = 1},
                                {.size = sizeof(mlc_array),
                                 .name = "g",
                                 .role = "group",
                                 .type = MLC_TYPE_INT64,
                                 .data = group,
                                 .n_rows = o->n,
                                 .n_columns = 1},
                                {.size = sizeof(mlc_array),
                                 .name = "k",
                                 .role = "key",
                                 .type = MLC_TYPE_INT64,
                                 .data = key,
                                 .n_rows = o->n,
                                 .n_columns = 1},
                                {.size = sizeof(mlc_array),
                                 .name = "t",
                                 .role = "time",
                                 .type = MLC_TYPE_TIMESTAMP,
                                 .data = when,
                                 .n_rows = o->n,
                                 .n_columns = 1},
                                {.size = sizeof(mlc_array),
                                 .name = "f",
                                 .role = "fold",
                                 .type = MLC_TYPE_INT64,
                                 .data = fold,
                                 .n_rows = o->n,
                                 .n_columns = 1},
                                {.size = sizeof(mlc_array),
                                 .name = "y",
                                 .role = "target",
                                 .type = MLC_TYPE_CATEGORY,
                                 .data = y,
                                 .n_rows = o->n,
                                 .n_columns = 1}};
    mlc_dataset *rows = NULL;
    mlc_error err;
    const mlc_status status = mlc_dataset_from_arrays(NULL, arrays, 8, NULL, &rows, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    return rows;
}

static int is_maker(const mlci_descriptor *d)
{
    return d->kind >= MLCI_KIND_GENERATOR && d->kind <= MLCI_KIND_WEIGHTING;
}

static mlc_status make(mlc_context *ctx, const mlci_descriptor *d, const mlc_dataset *rows,
                       mlc_dataset **out, mlc_error *err)
{
    switch (d->kind) {
    case MLCI_KIND_GENERATOR:
        return mlc_dataset_generate(ctx, d->name, out, err);
    case MLCI_KIND_SAMPLER:
        return mlc_dataset_sample(ctx, rows, d->name, out, err);
    case MLCI_KIND_RESAMPLER:
        return mlc_dataset_resample(ctx, rows, d->name, out, err);
    default:
        return mlc_dataset_with_weights(ctx, rows, d->name, out, err);
    }
}

/* Every cell, exactly. */
static mlc_buffer *text_of(const mlc_dataset *d)
{
    mlc_buffer *text = NULL;
    ck_assert_int_eq(mlc_dataset_format(d, "format=json", &text, NULL), MLC_OK);
    return text;
}

START_TEST(test_make_when_defaults_then_the_same_rows_for_any_threads_and_isa)
{
    if (!is_maker(COMPONENT)) return;
    static const char *const isas[] = {NULL, "reference"};
    mlc_dataset *rows = make_rows(&(maker_rows){.n = N_ROWS, .value = -1});
    mlc_buffer *first = NULL;
    for (int k = 0; k < 8; k++) {
        static const int threads[] = {1, 2, 3, 7};
        mlc_context *ctx = conformance_context(threads[k % 4], isas[k / 4]);
        mlc_dataset *out = NULL;
        mlc_error err;
        const mlc_status status = make(ctx, COMPONENT, rows, &out, &err);
        ck_assert_msg(status == MLC_OK, "%s: %s", COMPONENT->name, err.message);
        mlc_buffer *text = text_of(out);
        if (first == NULL) {
            first = text;
        } else {
            ck_assert_msg(mlc_buffer_size(text) == mlc_buffer_size(first) &&
                              memcmp(mlc_buffer_data(text), mlc_buffer_data(first),
                                     (size_t)mlc_buffer_size(text)) == 0,
                          "%s: other rows with %d threads", COMPONENT->name, threads[k % 4]);
            mlc_buffer_free(text);
        }
        mlc_dataset_free(out);
        mlc_context_close(ctx);
    }
    mlc_buffer_free(first);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_make_of_odd_rows_gives_rows_or_a_clear_error)
{
    static const maker_rows odd[] = {{.n = 0},
                                     {.n = 1, .value = -1},
                                     {.n = 7, .value = 2},
                                     {.n = N_ROWS, .value = -1, .one_class = 1},
                                     {.n = N_ROWS, .value = 0},
                                     {.n = N_ROWS, .value = 1e308},
                                     {.n = N_ROWS, .value = 5e-324},
                                     {.n = N_ROWS, .value = -1, .a_missing = 1}};
    if (!is_maker(COMPONENT)) return;
    for (size_t k = 0; k < sizeof odd / sizeof *odd; k++) {
        mlc_dataset *rows = make_rows(&odd[k]), *out = NULL;
        mlc_error err = {0};
        const mlc_status status = make(NULL, COMPONENT, rows, &out, &err);
        ck_assert_msg(status == MLC_OK || (status < 0 && strlen(err.message) > 10 && out == NULL),
                      "%s: rows %d: status %d", COMPONENT->name, (int)k, (int)status);
        ck_assert_msg(status != MLC_ERROR_INTERNAL, "%s: %s", COMPONENT->name, err.message);
        mlc_dataset_free(out);
        mlc_dataset_free(rows);
    }
}
END_TEST

typedef struct fault_case {
    const mlci_descriptor *d;
    const mlc_dataset *rows;
} fault_case;

static mlc_status make_and_free(mlc_context *ctx, void *arg, mlc_error *err)
{
    const fault_case *const c = arg;
    mlc_dataset *out = NULL;
    mlc_buffer *text = NULL;
    mlc_status status = make(ctx, c->d, c->rows, &out, err);
    if (status != MLC_OK) ck_assert_ptr_null(out);
    if (status == MLC_OK) status = mlc_dataset_format(out, "format=json", &text, err);
    if (status == MLC_OK) mlci_torture_answer(mlc_buffer_data(text), mlc_buffer_size(text));
    mlc_buffer_free(text);
    mlc_dataset_free(out);
    return status;
}

START_TEST(test_make_when_memory_fails_anywhere_then_status_and_nothing_left)
{
    if (!is_maker(COMPONENT)) return;
    mlc_dataset *rows = make_rows(&(maker_rows){.n = N_ROWS, .value = -1});
    fault_case c = {COMPONENT, rows};
    mlci_torture(make_and_free, &c);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_make_when_cancelled_at_any_check_then_stops_and_works_again)
{
    if (!is_maker(COMPONENT)) return;
    mlc_dataset *rows = make_rows(&(maker_rows){.n = N_ROWS, .value = -1}), *out = NULL;
    mlc_error err;
    int64_t k = 1;
    for (;; k++) {
        mlc_context *ctx = conformance_context(2, NULL);
        mlci_root_set_cancel_after(mlci_context_root(ctx), k);
        const mlc_status status = make(ctx, COMPONENT, rows, &out, &err);
        mlc_context_close(ctx);
        if (status == MLC_OK) break;
        ck_assert_msg(status == MLC_ERROR_CANCELLED, "%s: %s", COMPONENT->name, err.message);
        ck_assert_ptr_null(out);
        ck_assert_int_lt(k, 10000);
    }
    ck_assert_msg(k > 1, "%s cannot be cancelled", COMPONENT->name);
    mlc_dataset_free(out);
    mlc_dataset_free(rows);
}
END_TEST

MLCI_CHECK_SUITE_BY(conformance_add, "makers",
                    test_make_when_defaults_then_the_same_rows_for_any_threads_and_isa,
                    test_make_of_odd_rows_gives_rows_or_a_clear_error,
                    test_make_when_memory_fails_anywhere_then_status_and_nothing_left,
                    test_make_when_cancelled_at_any_check_then_stops_and_works_again)
