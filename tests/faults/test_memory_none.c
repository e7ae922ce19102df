/* Functions that need no memory work when there is none. tests/meta/tortured.py holds this file
 * against the list of exported functions. */
#include "check_suite.h"
#include "scene.h"

/* Functions that need none, in one list that tests/meta/tortured.py reads. */
static void call_without_memory(const scene *s)
{
    mlc_error err = {0};
    double real[SCENE_ROWS];
    int64_t integers[SCENE_ROWS], length;
    int32_t codes[SCENE_ROWS], i = -1;
    const char *text = NULL;
    mlc_array array = {.size = sizeof array};
    ck_assert_ptr_nonnull(mlc_version(NULL, NULL, NULL));
    ck_assert_ptr_nonnull(mlc_build_info());
    ck_assert_str_eq(mlc_status_name(MLC_OK), "MLC_OK");
    ck_assert_ptr_nonnull(mlc_buffer_data(s->artifact));
    ck_assert_int_gt(mlc_buffer_size(s->artifact), 0);
    mlc_buffer_free(mlc_buffer_ref(s->artifact));
    mlc_context_set_threads(s->ctx, 1);
    mlc_context_set_deadline_ms(s->ctx, 0);
    mlc_context_set_progress(s->ctx, NULL, NULL);
    ck_assert_int_gt(mlc_context_memory_bytes(s->ctx), 0);
    ck_assert_int_eq(mlc_dataset_n_rows(s->rows), SCENE_ROWS);
    ck_assert_int_eq(mlc_dataset_n_columns(s->rows), 8);
    ck_assert_str_eq(mlc_dataset_column_name(s->rows, 1), "age");
    ck_assert_str_eq(mlc_dataset_column_role(s->rows, 6), "target");
    ck_assert_int_eq(mlc_dataset_column_type(s->rows, 1), MLC_TYPE_FLOAT64);
    ck_assert_int_eq(mlc_dataset_column_width(s->rows, 1), 1);
    ck_assert_ptr_null(mlc_dataset_component_name(s->rows, 1, 0));
    ck_assert_int_eq(mlc_dataset_find(s->rows, "age"), 1);
    ck_assert_ptr_nonnull(mlc_dataset_category(s->rows, "job", 0));
    scene_ok(mlc_dataset_real(s->rows, "income", 0, real, &err), &err);
    scene_ok(mlc_dataset_text(s->rows, "city", 0, &text, &length, &err), &err);
    scene_ok(mlc_dataset_column(s->rows, "income", &array, &err), &err);
    if (array.release != NULL) array.release(array.user);
    scene_ok(mlc_dataset_copy_real(s->rows, "income", real, SCENE_ROWS, &err), &err);
    scene_ok(mlc_dataset_copy_integer(s->rows, "id", integers, SCENE_ROWS, 0, NULL, &err), &err);
    scene_ok(mlc_dataset_copy_codes(s->rows, "job", codes, SCENE_ROWS, &err), &err);
    mlc_dataset_free(mlc_dataset_ref(s->rows));
    ck_assert_int_eq(mlc_builder_n_rows(s->builder), 0);
    ck_assert_int_eq(mlc_reader_n_rows(s->reader), 0);
    mlc_metric_free(mlc_metric_ref(s->metric));
    ck_assert_int_eq(mlc_model_is_fitted(s->model), 1);
    mlc_model_free(mlc_model_ref(s->model));
    ck_assert_ptr_nonnull(mlc_params_text(s->params));
    scene_ok(mlc_predictor_input(s->predictor, "age", &i, &err), &err);
    ck_assert_str_eq(mlc_predictor_input_name(s->predictor, i), "age");
    ck_assert_int_gt(mlc_predictor_n_outputs(s->predictor), 0);
    ck_assert_ptr_nonnull(mlc_predictor_output_name(s->predictor, 0));
    ck_assert_ptr_nonnull(mlc_predictor_label(s->predictor, 0));
    ck_assert_int_gt(mlc_predictor_n_inputs(s->predictor), 3);
    ck_assert_int_eq(mlc_profile_n_rows(s->profile), SCENE_ROWS);
    mlc_profile_free(mlc_profile_ref(s->profile));
    ck_assert_int_gt(mlc_predictor_scratch_bytes(s->predictor), 0);
    ck_assert_int_eq(mlc_predictor_n_rows(s->predictor), 1);
    answer_predictor(s->predictor, s->rows); /* mlc_predictor_run(), mlc_predictor_run_reals() */
    mlc_predictor_free(mlc_predictor_ref(s->predictor));
    ck_assert_int_eq(mlc_transform_is_fitted(s->fitted_step), 1);
    mlc_transform_free(mlc_transform_ref(s->step));
    mlc_context_cancel(s->ctx);
}

START_TEST(test_getters_when_there_is_no_memory_work)
{
    static scene s;
    mlci_test_allocator a = {.fail_at = 1, .from_then_on = 1};
    const mlc_host host = mlci_test_host(&a);
    mlc_context *ctx = NULL;
    ck_assert_int_eq(mlc_context_create(&host, &ctx, NULL), MLC_OK);
    scene_open(&s, ctx);
    a.armed = 1;
    call_without_memory(&s);
    a.armed = 0;
    ck_assert_int_eq(a.n_calls, 0);
    scene_close(&s);
    mlc_context_close(ctx);
    ck_assert_int_eq(a.live_bytes, 0);
}
END_TEST

MLCI_CHECK_SUITE("memory_none", test_getters_when_there_is_no_memory_work)
