/* Datasets to Arrow and back: views, streams of batches, settings, failing memory. */
#include <mlcore/arrow.h>
#include <stdlib.h>

#include "arrow_rows.h"
#include "check_suite.h"
#include "torture.h"

static mlc_dataset *rows(void)
{
    mlc_dataset *d = NULL;
    ck_assert_int_eq(arrow_rows(NULL, &d, NULL), MLC_OK);
    return d;
}

static mlc_dataset *round_trip(const mlc_dataset *d, const char *settings)
{
    struct ArrowArrayStream stream;
    mlc_dataset *again = NULL;
    mlc_error err = {0};
    ck_assert_int_eq(mlc_dataset_arrow_stream(NULL, d, settings, &stream, NULL), MLC_OK);
    ck_assert_msg(mlc_dataset_from_arrow_stream(NULL, &stream, "text=text", &again, &err) == MLC_OK,
                  "%s", err.message);
    return again;
}

START_TEST(test_round_trip_when_in_batches_of_any_size_is_the_identity)
{
    mlc_dataset *d = rows();
    static const char *const sizes[] = {NULL,           "batch_rows=1",  "batch_rows=3",
                                        "batch_rows=8", "batch_rows=10", "batch_rows=11"};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        mlc_dataset *again = round_trip(d, sizes[i]);
        arrow_assert_same(d, again);
        ck_assert_str_eq(again->classes, "h,g");
        ck_assert_str_eq(again->positive, "g");
        mlc_dataset_free(again);
    }
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_round_trip_of_views_is_the_identity)
{
    mlc_dataset *d = rows(), *view = NULL;
    for (int64_t first = 0; first < ARROW_ROWS; first++) {
        const int64_t n = ARROW_ROWS - first;
        ck_assert_int_eq(mlc_dataset_rows(NULL, d, NULL, first, n, &view, NULL), MLC_OK);
        mlc_dataset *again = round_trip(view, first % 2 ? "batch_rows=2" : NULL);
        arrow_assert_same(view, again);
        mlc_dataset_free(again);
        mlc_dataset_free(view);
    }
    view = making_rows(d, 4, (int64_t[]){7, 1, 1, 0});
    mlc_dataset *again = round_trip(view, "batch_rows=3");
    arrow_assert_same(view, again);
    mlc_dataset_free(again);
    mlc_dataset_free(view);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_stream_when_asked_by_hand_ends_and_outlives_its_batches)
{
    mlc_dataset *d = rows();
    struct ArrowArrayStream stream;
    struct ArrowSchema schema;
    struct ArrowArray array[3];
    ck_assert_int_eq(mlc_dataset_arrow_stream(NULL, d, "batch_rows=6", &stream, NULL), MLC_OK);
    mlc_dataset_free(d);
    ck_assert_int_eq(stream.get_schema(&stream, &schema), 0);
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(stream.get_next(&stream, &array[i]), 0);
    ck_assert_ptr_null(stream.get_last_error(&stream));
    stream.release(&stream);
    ck_assert_ptr_null(stream.release);
    ck_assert_ptr_null(array[2].release);
    ck_assert_int_eq(array[0].length + array[1].length, ARROW_ROWS);
    ck_assert_int_eq(
        ((const int64_t *)array[1].children[1]->buffers[1])[array[1].children[1]->offset], -7);
    for (int i = 0; i < 2; i++)
        array[i].release(&array[i]);
    ck_assert_str_eq(schema.children[5]->format, "U");
    schema.release(&schema);
}
END_TEST

START_TEST(test_export_when_arguments_are_wrong_is_refused)
{
    mlc_dataset *d = rows();
    struct ArrowSchema schema;
    struct ArrowArray array;
    struct ArrowArrayStream stream;
    making_assert_fails(mlc_dataset_arrow_schema(NULL, NULL, NULL, &schema, err),
                        MLC_ERROR_ARGUMENT, "dataset is NULL");
    making_assert_fails(mlc_dataset_arrow_array(NULL, d, NULL, NULL, err), MLC_ERROR_ARGUMENT,
                        "out is NULL");
    making_assert_fails(mlc_dataset_arrow_array(NULL, d, "rows=1", &array, err), MLC_ERROR_SETTING,
                        "rows");
    making_assert_fails(mlc_dataset_arrow_stream(NULL, d, "batch_row=1", &stream, err),
                        MLC_ERROR_SETTING, "did you mean 'batch_rows'?");
    making_assert_fails(mlc_dataset_arrow_stream(NULL, d, "batch_rows=-1", &stream, err),
                        MLC_ERROR_SETTING, "batch_rows = -1");
    mlc_dataset_free(d);
}
END_TEST

static mlc_status there_and_back(mlc_context *ctx, void *arg, mlc_error *err)
{
    mlc_dataset *d = NULL, *view = NULL, *again = NULL;
    struct ArrowArrayStream stream = {.release = NULL};
    (void)arg;
    mlc_status status = arrow_rows(ctx, &d, err);
    if (status == MLC_OK)
        status = mlc_dataset_rows(ctx, d, (const int64_t[]){7, 1, 1, 0}, 0, 4, &view, err);
    if (status == MLC_OK)
        status = mlc_dataset_arrow_stream(ctx, view, "batch_rows=3", &stream, err);
    if (status == MLC_OK) status = mlc_dataset_from_arrow_stream(ctx, &stream, NULL, &again, err);
    if (status == MLC_ERROR_CALLBACK)
        status = err->status = MLC_ERROR_NO_MEMORY; /* the exporter's */
    if (stream.release != NULL) stream.release(&stream);
    mlc_dataset_free(d);
    mlc_dataset_free(view);
    mlc_dataset_free(again);
    return status;
}
MLCI_TORTURE_TEST(test_round_trip_when_memory_fails_leaks_nothing, there_and_back, NULL)

MLCI_CHECK_SUITE("arrow_export", test_round_trip_when_in_batches_of_any_size_is_the_identity,
                 test_round_trip_of_views_is_the_identity,
                 test_stream_when_asked_by_hand_ends_and_outlives_its_batches,
                 test_export_when_arguments_are_wrong_is_refused,
                 test_round_trip_when_memory_fails_leaks_nothing)
