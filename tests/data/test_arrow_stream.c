/* Streams of record batches: joined, in turn, failing, cancelled; each struct is released once. */
#include "arrow_import.h"

#include "arrow_making.h"
#include "check_suite.h"
#include "torture.h"

static const double reals[] = {1, 2, 3, 4, 5};
static const int8_t codes[] = {0, 1, 0, 1, 0};
static const int32_t offsets[] = {0, 1, 2};

/* Three batches of 2, 0 and 3 rows; the dictionaries are "ab" and "cb". */
typedef struct scene {
    arrow_field words[2], x[3], k[3], batch[3];
    const arrow_field *all[3];
    arrow_source source;
} scene;

static void make_scene(scene *s)
{
    static const int n_rows[] = {2, 0, 3}, first[] = {0, 2, 2};
    s->words[0] = arrow_texts("", 2, offsets, "ab");
    s->words[1] = arrow_texts("", 2, offsets, "cb");
    for (int i = 0; i < 3; i++) {
        s->x[i] = arrow_values("g", "x", n_rows[i], reals + first[i]);
        s->k[i] = arrow_values("c", "k", n_rows[i], codes + first[i]);
        s->k[i].dictionary = &s->words[i > 0];
        s->batch[i] = arrow_batch(&s->x[i], &s->k[i]);
        s->all[i] = &s->batch[i];
    }
    arrow_reset();
    s->source = (arrow_source){.type = &s->batch[0], .batches = s->all, .n = 3};
}

START_TEST(test_stream_when_of_several_batches_is_joined_by_texts)
{
    scene s;
    mlc_dataset *d = NULL;
    mlc_error err = {0};
    make_scene(&s);
    struct ArrowArrayStream stream = arrow_stream(&s.source);
    ck_assert_msg(mlc_dataset_from_arrow_stream(NULL, &stream, NULL, &d, &err) == MLC_OK, "%s",
                  err.message);
    static const char *const expected[] = {"a", "b", "c", "b", "c"};
    for (int i = 0; i < 5; i++) {
        ck_assert_double_eq(making_cell(d, "x", i), i + 1);
        making_assert_text(d, "k", i, expected[i]);
    }
    ck_assert_ptr_null(stream.release);
    ck_assert_int_eq(arrow_n_streams, 1);
    ck_assert_int_eq(arrow_n_schemas, 1);
    ck_assert_int_eq(arrow_n_arrays, 3);
    mlc_dataset_free(d);
    ck_assert_int_eq(arrow_n_arrays, 3);
}
END_TEST

START_TEST(test_stream_when_one_batch_has_rows_is_lent)
{
    scene s;
    mlc_dataset *d = NULL;
    make_scene(&s);
    s.all[0] = s.all[1];
    struct ArrowArrayStream stream = arrow_stream(&s.source);
    ck_assert_int_eq(mlc_dataset_from_arrow_stream(NULL, &stream, NULL, &d, NULL), MLC_OK);
    ck_assert_ptr_eq(d->fields[0].column->values, reals + 2);
    ck_assert_int_eq(arrow_n_arrays, 2);
    mlc_dataset_free(d);
    ck_assert_int_eq(arrow_n_arrays, 3);
}
END_TEST

START_TEST(test_stream_when_empty_has_columns_without_rows)
{
    scene s;
    mlc_dataset *d = NULL;
    make_scene(&s);
    s.source.n = 0;
    struct ArrowArrayStream stream = arrow_stream(&s.source);
    ck_assert_int_eq(mlc_dataset_from_arrow_stream(NULL, &stream, "target=k", &d, NULL), MLC_OK);
    ck_assert_int_eq(mlc_dataset_n_rows(d), 0);
    ck_assert_int_eq(mlc_dataset_column_type(d, 0), MLC_TYPE_FLOAT64);
    ck_assert_int_eq(mlc_dataset_column_type(d, 1), MLC_TYPE_CATEGORY);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_stream_when_it_fails_anywhere_tells_why_and_is_left_to_its_owner)
{
    for (int at = 1; at <= 5; at++) {
        scene s;
        mlc_dataset *d = NULL;
        make_scene(&s);
        s.source.fails_at = at;
        struct ArrowArrayStream stream = arrow_stream(&s.source);
        making_assert_fails(mlc_dataset_from_arrow_stream(NULL, &stream, NULL, &d, err),
                            MLC_ERROR_CALLBACK,
                            at == 1 ? "could not give its schema (error 5): the disk is gone"
                                    : "could not give its next batch (error 22): the disk is gone");
        ck_assert_ptr_null(d);
        ck_assert_int_eq(arrow_n_schemas, at > 1);
        ck_assert_int_eq(arrow_n_arrays, at > 1 ? at - 2 : 0);
        ck_assert_int_eq(arrow_n_streams, 0);
        stream.release(&stream);
    }
}
END_TEST

START_TEST(test_stream_when_cancelled_stops_between_batches)
{
    scene s;
    mlc_context *ctx = NULL;
    mlc_dataset *d = NULL;
    make_scene(&s);
    ck_assert_int_eq(mlc_context_create(NULL, &ctx, NULL), MLC_OK);
    mlci_root_set_cancel_after(mlci_context_root(ctx), 3);
    struct ArrowArrayStream stream = arrow_stream(&s.source);
    making_assert_fails(mlc_dataset_from_arrow_stream(ctx, &stream, NULL, &d, err),
                        MLC_ERROR_CANCELLED, "");
    ck_assert_int_lt(s.source.at, 3);
    ck_assert_int_eq(arrow_n_arrays, s.source.at);
    stream.release(&stream);
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_stream_when_wrong_is_refused)
{
    scene s;
    mlc_dataset *d = NULL;
    make_scene(&s);
    struct ArrowArrayStream stream = arrow_stream(&s.source);
    making_assert_fails(mlc_dataset_from_arrow_stream(NULL, NULL, NULL, &d, err),
                        MLC_ERROR_ARGUMENT, "stream is NULL");
    stream.get_next = NULL;
    making_assert_fails(mlc_dataset_from_arrow_stream(NULL, &stream, NULL, &d, err),
                        MLC_ERROR_ARGUMENT, "without one of its functions");
    stream.release(&stream);
    making_assert_fails(mlc_dataset_from_arrow_stream(NULL, &stream, NULL, &d, err),
                        MLC_ERROR_ARGUMENT, "released already");
}
END_TEST

START_TEST(test_batches_when_read_in_turn_are_those_with_rows)
{
    scene s;
    mlc_context local, *call = NULL;
    mlci_batches batches;
    mlc_dataset *d = NULL;
    make_scene(&s);
    struct ArrowArrayStream stream = arrow_stream(&s.source);
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_arrow_open_batches(call, &stream, "target=k", &batches, NULL), MLC_OK);
    ck_assert_ptr_null(stream.release);
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(batches.next(batches.self, call, &d, NULL), MLC_OK);
        ck_assert_int_eq(mlc_dataset_n_rows(d), 2 + i);
        ck_assert_str_eq(mlc_dataset_column_role(d, 1), "target");
        mlc_dataset_free(d);
    }
    ck_assert_int_eq(batches.next(batches.self, call, &d, NULL), MLC_END);
    batches.close(batches.self);
    ck_assert_int_eq(arrow_n_streams, 1);
    ck_assert_int_eq(arrow_n_schemas, 1);
    ck_assert_int_eq(arrow_n_arrays, 3);
    mlci_call_end(call);
}
END_TEST

static mlc_status read_and_free(mlc_context *ctx, void *arg, mlc_error *err)
{
    scene s;
    mlc_dataset *d = NULL;
    make_scene(&s);
    s.source.n = *(const int *)arg;
    struct ArrowArrayStream stream = arrow_stream(&s.source);
    const mlc_status status = mlc_dataset_from_arrow_stream(ctx, &stream, NULL, &d, err);
    ck_assert_int_eq(stream.release == NULL, status == MLC_OK);
    mlc_dataset_free(d);
    ck_assert_int_eq(arrow_n_arrays, s.source.at);
    return status;
}

START_TEST(test_stream_when_memory_fails_releases_what_it_read)
{
    for (int n = 0; n < 4; n += 3)
        mlci_torture(read_and_free, &n);
}
END_TEST

static mlc_status read_batches(mlc_context *ctx, void *arg, mlc_error *err)
{
    scene s;
    mlc_context local, *call = NULL;
    mlci_batches batches;
    mlc_dataset *d = NULL;
    make_scene(&s);
    struct ArrowArrayStream stream = arrow_stream(&s.source);
    (void)arg;
    mlc_status status = mlci_call_begin(ctx, &local, MLCI_FIT, &call, err);
    if (status != MLC_OK) return status;
    status = mlci_arrow_open_batches(call, &stream, "text=category", &batches, err);
    if (status != MLC_OK) {
        ck_assert_ptr_nonnull(stream.release);
        mlci_call_end(call);
        return status;
    }
    while (status == MLC_OK) {
        status = batches.next(batches.self, call, &d, err);
        if (status == MLC_OK) mlc_dataset_free(d);
    }
    batches.close(batches.self);
    mlci_call_end(call);
    return status == MLC_END ? MLC_OK : status;
}
MLCI_TORTURE_TEST(test_batches_when_memory_fails_leak_nothing, read_batches, NULL)

MLCI_CHECK_SUITE("arrow_stream", test_stream_when_of_several_batches_is_joined_by_texts,
                 test_stream_when_one_batch_has_rows_is_lent,
                 test_stream_when_empty_has_columns_without_rows,
                 test_stream_when_it_fails_anywhere_tells_why_and_is_left_to_its_owner,
                 test_stream_when_cancelled_stops_between_batches,
                 test_stream_when_wrong_is_refused,
                 test_batches_when_read_in_turn_are_those_with_rows,
                 test_stream_when_memory_fails_releases_what_it_read,
                 test_batches_when_memory_fails_leak_nothing)
