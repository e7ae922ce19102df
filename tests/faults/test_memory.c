/* Each exported function that takes memory, by itself: each of its allocations fails, alone and
 * with all after it. It returns MLC_ERROR_NO_MEMORY with a message, `out` and every byte are as
 * before the call, and the next call with the same objects gives the right answer. Those that
 * need no memory work when there is none. tests/meta/tortured.py holds this file against the
 * list of exported functions. */
#include "check_main.h"
#include "scene.h"

typedef mlc_status (*scene_call)(mlc_context *ctx, const scene *s, void *out, mlc_error *err);

/* CALL(x, ...) is the call of mlc_x under test. */
#define CALL(name, ...)                                                                            \
    static mlc_status call_##name(mlc_context *ctx, const scene *s, void *out, mlc_error *err)     \
    {                                                                                              \
        return mlc_##name(__VA_ARGS__);                                                            \
    }

CALL(buffer_create, ctx, "four", 4, out, err)
CALL(catalog, ctx, out, err)
CALL(catalog_list, ctx, "model", out, err)
CALL(catalog_params, ctx, "ridge", out, err)
CALL(context_derive, ctx, out, err)
CALL(dataset_concat, ctx, (const mlc_dataset *const[]){s->rows, s->predictions}, 2,
     "columns=union", out, err)
CALL(dataset_conform, ctx, s->rows, SCENE_SCHEMA, "policy=missing", out, err)
CALL(dataset_describe, ctx, s->rows, out, err)
CALL(dataset_fold, s->rows, s->folds, 1, "train", out, err)
CALL(dataset_format, s->rows, NULL, out, err)
CALL(dataset_from_arrays, ctx, s->arrays, 8, "target=buys", out, err)
CALL(dataset_hints, ctx, s->rows, s->rows, NULL, out, err)
CALL(dataset_parse_csv, ctx, SCENE_CSV, (int64_t)strlen(SCENE_CSV), "on_error=collect", out, err)
CALL(dataset_parse_csv_like, ctx, SCENE_CSV, (int64_t)strlen(SCENE_CSV), s->read,
     "on_error=collect", out, err)
CALL(dataset_problems, s->rows, out, err)
CALL(dataset_read_csv, ctx, s->csv_path, "target=buys types='city:text'", out, err)
CALL(dataset_read_csv_like, ctx, s->csv_path, s->rows, "types='city:text'", out, err)
CALL(dataset_rows, ctx, s->rows, (const int64_t[]){3, 1, 2}, 0, 3, out, err)
CALL(dataset_select, ctx, s->rows, "age,income", out, err)
CALL(dataset_split, ctx, s->rows, "stratified_k_fold n_splits=2 shuffle=true", out, err)
CALL(dataset_validate, ctx, s->rows, SCENE_SCHEMA, s->profile, NULL, out, err)
CALL(dataset_with_roles, ctx, s->rows, "target=spent ignore=buys", out, err)
CALL(dataset_write_csv, s->rows, s->out_path, "delimiter=tab", err)
CALL(metric_create, ctx, "f1", "average=macro", out, err)
CALL(metric_evaluate, ctx, (const mlc_metric *const *)&s->metric, 1, s->rows, s->predictions,
     "city", out, err)
CALL(model_create, ctx, "ridge", "alpha=2", out, err)
CALL(model_evaluate, ctx, s->model, s->rows, "metrics=accuracy,roc_auc by=job", out, err)
CALL(model_explain, ctx, s->model, s->rows, NULL, "top=2", out, err)
CALL(model_export, ctx, s->model, s->out_path, "format=lightgbm", out, err)
CALL(model_export_memory, ctx, s->model, "format=c", out, err)
CALL(model_fit, ctx, s->recipe, s->rows, s->rows, out, err)
CALL(model_format, s->model, "format=json defaults=true", out, err)
CALL(model_import, ctx, s->foreign_path, NULL, "names='a,b,c' classes=no,yes", out, err)
CALL(model_import_memory, ctx, lightgbm_model, (int64_t)strlen(lightgbm_model), NULL, NULL, out,
     err)
CALL(model_load, ctx, s->model_path, NULL, out, err)
CALL(model_load_memory, ctx, mlc_buffer_data(s->artifact), mlc_buffer_size(s->artifact), NULL, out,
     err)
CALL(model_parse, ctx, SCENE_RECIPE, out, err)
CALL(model_pipeline, s->step, s->recipe, out, err)
CALL(model_predict, ctx, s->model, s->rows, "output=class,probability,raw,leaf,flags", out, err)
CALL(model_recipe, s->model, out, err)
CALL(model_save, s->model, s->out_path, "compress=true description=x", err)
CALL(model_save_memory, ctx, s->model, "compress=true description=x", out, err)
CALL(model_table, ctx, s->model, "importance", out, err)
CALL(model_update, ctx, s->model, s->rows, s->rows, "n_rounds=1", out, err)
CALL(model_validate, ctx, s->model_path, NULL, out, err)
CALL(model_validate_memory, ctx, mlc_buffer_data(s->artifact), mlc_buffer_size(s->artifact), NULL,
     out, err)
CALL(model_with, s->recipe, "gradient_boosting_classifier.n_estimators=3", out, err)
CALL(params_open, ctx, out, err)
CALL(params_set_integer, s->params, "n_estimators", 17, err)
CALL(params_set_real, s->params, "learning_rate", 0.1, err)
CALL(params_set_text, s->params, "loss", "it's\n", err)
CALL(predictor_create, ctx, s->model, "output=raw", out, err)
CALL(profile_create, ctx, s->rows, "correlation=true", out, err)
CALL(profile_format, s->profile, out, err)
CALL(profile_merge, ctx, (const mlc_profile *[]){s->profile, s->profile}, 2, NULL, out, err)
CALL(profile_parse, ctx, mlc_buffer_data(s->profile_text), mlc_buffer_size(s->profile_text), out,
     err)
CALL(profile_schema, ctx, s->profile, NULL, out, err)
CALL(profile_table, ctx, s->profile, "top", NULL, out, err)
CALL(transform_apply, ctx, s->fitted_step, s->numbers, out, err)
CALL(transform_chain, (mlc_transform *const[]){s->step, s->step}, 2, out, err)
CALL(transform_create, ctx, "simple_imputer", "strategy=median", out, err)
CALL(transform_fit, ctx, s->step, s->numbers, out, err)
CALL(transform_format, s->fitted_step, "format=json", out, err)
CALL(transform_on, "age,income", s->step, NULL, out, err)
CALL(transform_parse, ctx, "on([age], chain(simple_imputer, standard_scaler))", out, err)
CALL(transform_table, ctx, s->fitted_step, "standard_scaler.statistics", out, err)

typedef enum {
    BUFFER,
    DATASET,
    MODEL,
    TRANSFORM,
    METRIC,
    PREDICTOR,
    PROFILE,
    PARAMS,
    CONTEXT,
    PARAMS_TEXT,
    FILE_WRITTEN
} result_kind;

#define OF(name, kind)                                                                             \
    {                                                                                              \
#name, call_##name, kind                                                                   \
    }

static const struct memory_case {
    const char *name;
    scene_call call;
    result_kind kind;
} cases[] = {
    OF(buffer_create, BUFFER),
    OF(catalog, BUFFER),
    OF(catalog_list, DATASET),
    OF(catalog_params, DATASET),
    OF(context_derive, CONTEXT),
    OF(dataset_concat, DATASET),
    OF(dataset_conform, DATASET),
    OF(dataset_describe, DATASET),
    OF(dataset_fold, DATASET),
    OF(dataset_format, BUFFER),
    OF(dataset_from_arrays, DATASET),
    OF(dataset_hints, DATASET),
    OF(dataset_parse_csv, DATASET),
    OF(dataset_parse_csv_like, DATASET),
    OF(dataset_problems, DATASET),
    OF(dataset_read_csv, DATASET),
    OF(dataset_read_csv_like, DATASET),
    OF(dataset_rows, DATASET),
    OF(dataset_select, DATASET),
    OF(dataset_split, DATASET),
    OF(dataset_validate, DATASET),
    OF(dataset_with_roles, DATASET),
    OF(dataset_write_csv, FILE_WRITTEN),
    OF(metric_create, METRIC),
    OF(metric_evaluate, DATASET),
    OF(model_create, MODEL),
    OF(model_evaluate, DATASET),
    OF(model_explain, DATASET),
    OF(model_export, DATASET),
    OF(model_export_memory, BUFFER),
    OF(model_fit, MODEL),
    OF(model_format, BUFFER),
    OF(model_import, MODEL),
    OF(model_import_memory, MODEL),
    OF(model_load, MODEL),
    OF(model_load_memory, MODEL),
    OF(model_parse, MODEL),
    OF(model_pipeline, MODEL),
    OF(model_predict, DATASET),
    OF(model_recipe, MODEL),
    OF(model_save, FILE_WRITTEN),
    OF(model_save_memory, BUFFER),
    OF(model_table, DATASET),
    OF(model_update, MODEL),
    OF(model_validate, DATASET),
    OF(model_validate_memory, DATASET),
    OF(model_with, MODEL),
    OF(params_open, PARAMS),
    OF(params_set_integer, PARAMS_TEXT),
    OF(params_set_real, PARAMS_TEXT),
    OF(params_set_text, PARAMS_TEXT),
    OF(predictor_create, PREDICTOR),
    OF(profile_create, PROFILE),
    OF(profile_format, BUFFER),
    OF(profile_merge, PROFILE),
    OF(profile_parse, PROFILE),
    OF(profile_schema, BUFFER),
    OF(profile_table, DATASET),
    OF(transform_apply, DATASET),
    OF(transform_chain, TRANSFORM),
    OF(transform_create, TRANSFORM),
    OF(transform_fit, TRANSFORM),
    OF(transform_format, BUFFER),
    OF(transform_on, TRANSFORM),
    OF(transform_parse, TRANSFORM),
    OF(transform_table, DATASET),
};
#define N_CASES ((int)(sizeof cases / sizeof cases[0]))

/* Digests the result and gives it back. */
static uint64_t take(result_kind kind, const scene *s, void *out)
{
    mlci_torture_answers = MLCI_TORTURE_FNV;
    switch (kind) {
    case BUFFER:
        answer_buffer(out), mlc_buffer_free(out);
        break;
    case DATASET:
        answer_dataset(out), mlc_dataset_free(out);
        break;
    case MODEL:
        answer_model(out), mlc_model_free(out);
        break;
    case TRANSFORM:
        answer_transform(out, s->numbers), mlc_transform_free(out);
        break;
    case METRIC:
        mlc_metric_free(out);
        break;
    case PREDICTOR:
        answer_predictor(out, s->rows), mlc_predictor_free(out);
        break;
    case PROFILE:
        answer_profile(out), mlc_profile_free(out);
        break;
    case PARAMS:
        mlc_params_close(out);
        break;
    case CONTEXT:
        mlc_context_close(out);
        break;
    case PARAMS_TEXT:
        mlci_torture_answer(mlc_params_text(s->params),
                            (int64_t)strlen(mlc_params_text(s->params)));
        break;
    case FILE_WRITTEN:
        answer_file(s->out_path);
        break;
    }
    return mlci_torture_answers;
}

typedef struct memory_run {
    const struct memory_case *c;
    scene s;
    mlci_test_allocator a;
    uint64_t answer;
} memory_run;

static uint64_t run_cleanly(memory_run *r)
{
    void *out = NULL;
    mlc_error err = {0};
    const mlc_status status = r->c->call(r->s.ctx, &r->s, &out, &err);
    ck_assert_msg(status == MLC_OK, "mlc_%s: status %d: %s", r->c->name, (int)status, err.message);
    return take(r->c->kind, &r->s, out);
}

static void fail_once(memory_run *r, int64_t k, int32_t from_then_on)
{
    static char untouched;
    void *out = &untouched;
    mlc_error err = {0};
    const int64_t level = r->a.live_bytes;
    r->a.n_calls = r->a.n_failed = 0;
    r->a.fail_at = k;
    r->a.from_then_on = from_then_on;
    r->a.armed = 1;
    const mlc_status status = r->c->call(r->s.ctx, &r->s, &out, &err);
    r->a.armed = 0;
    const char *name = r->c->name;
    ck_assert_msg(r->a.n_failed > 0, "mlc_%s: has no allocation %lld", name, (long long)k);
    ck_assert_msg(status == MLC_ERROR_NO_MEMORY, "mlc_%s, allocation %lld: status %d: %s", name,
                  (long long)k, (int)status, err.message);
    ck_assert_msg(err.status == status && err.message[0] != '\0', "mlc_%s says nothing", name);
    ck_assert_msg(out == &untouched, "mlc_%s, allocation %lld: wrote out", name, (long long)k);
    ck_assert_msg(r->a.live_bytes == level, "mlc_%s, allocation %lld%s: left %lld bytes", name,
                  (long long)k, from_then_on ? " and later" : "",
                  (long long)(r->a.live_bytes - level));
    ck_assert_msg(run_cleanly(r) == r->answer, "mlc_%s, allocation %lld: another answer after it",
                  name, (long long)k);
    ck_assert_int_eq(r->a.live_bytes, level);
}

START_TEST(test_function_when_memory_fails_changes_nothing_and_works_again)
{
    static memory_run r;
    r.c = &cases[_i];
    mlc_host host = mlci_test_host(&r.a);
    host.n_threads = 1; /* the same allocations in the same order on every run */
    mlc_context *ctx = NULL;
    ck_assert_int_eq(mlc_context_create(&host, &ctx, NULL), MLC_OK);
    scene_open(&r.s, ctx);
    r.answer = run_cleanly(&r);
    void *out = NULL;
    mlc_error err = {0};
    r.a.armed = 1;
    scene_ok(r.c->call(ctx, &r.s, &out, &err), &err);
    r.a.armed = 0;
    ck_assert(take(r.c->kind, &r.s, out) == r.answer);
    ck_assert_msg(r.a.n_calls > 0, "mlc_%s takes no memory: it belongs to those that need none",
                  r.c->name);
    char what[64];
    snprintf(what, sizeof what, "mlc_%s", r.c->name);
    const mlci_torture_points points = mlci_torture_choose(what, r.a.n_calls);
    for (int64_t i = 0; i < points.count; i++) {
        fail_once(&r, mlci_torture_at(&points, i), 0);
        fail_once(&r, mlci_torture_at(&points, i), 1);
    }
    scene_close(&r.s);
    mlc_context_close(ctx);
    ck_assert_int_eq(r.a.live_bytes, 0);
    ck_assert_int_eq(r.a.n_released, 1);
}
END_TEST

/* ---- a context, and what is registered in one before its first use --------------------------- */

START_TEST(test_context_create_when_memory_fails_changes_nothing)
{
    for (int64_t k = 1, n_failed = 1; n_failed > 0; k++) {
        mlci_test_allocator a = {.fail_at = k, .armed = 1};
        const mlc_host host = mlci_test_host(&a);
        char untouched;
        mlc_context *ctx = (mlc_context *)(void *)&untouched;
        mlc_error err = {0};
        const mlc_status status = mlc_context_create(&host, &ctx, &err);
        n_failed = a.n_failed;
        ck_assert(k > 1 || n_failed > 0);
        if (n_failed > 0) {
            ck_assert_int_eq(status, MLC_ERROR_NO_MEMORY);
            ck_assert_int_ne(err.message[0], '\0');
            ck_assert_ptr_eq(ctx, &untouched);
            ck_assert_int_eq(a.live_bytes, 0);
            a.fail_at = 0;
            ck_assert_int_eq(mlc_context_create(&host, &ctx, NULL), MLC_OK);
        }
        mlc_context_close(ctx);
        ck_assert_int_eq(a.live_bytes, 0);
    }
}
END_TEST

static mlc_status no_gradients(void *user, int64_t n_rows, const double *target, const double *raw,
                               const double *weight, double *gradient, double *hessian,
                               mlc_error *err)
{
    return MLC_OK;
}

static mlc_status no_score(void *user, int64_t n_rows, int32_t n_classes, const double *target,
                           const double *prediction, const double *probability,
                           const double *weight, double *score, mlc_error *err)
{
    return MLC_OK;
}

static mlc_status no_apply(void *user, const double *state, int64_t n_rows, const double *values,
                           double *out, mlc_error *err)
{
    return MLC_OK;
}

static mlc_status call_registration(mlc_context *ctx, int which, mlc_error *err)
{
    const mlc_objective objective = {
        .size = sizeof objective, .link = "logit", .gradients = no_gradients};
    const mlc_metric_hooks metric = {.size = sizeof metric, .score = no_score};
    const mlc_transform_hooks transform = {
        .size = sizeof transform, .state_version = 1, .apply = no_apply};
    if (which == 0) return mlc_context_add_objective(ctx, "a.b", &objective, err);
    if (which == 1) return mlc_context_add_metric(ctx, "a.b", &metric, err);
    return mlc_context_add_transform(ctx, "a.b", &transform, err);
}

START_TEST(test_registration_when_memory_fails_changes_nothing_and_works_again)
{
    mlci_test_allocator a = {0};
    const mlc_host host = mlci_test_host(&a);
    mlc_context *ctx = NULL;
    ck_assert_int_eq(mlc_context_create(&host, &ctx, NULL), MLC_OK);
    int64_t level = a.live_bytes;
    for (int64_t k = 1;; k++) {
        mlc_error err = {0};
        a.fail_at = k;
        a.n_calls = a.n_failed = 0;
        a.armed = 1;
        const mlc_status status = call_registration(ctx, _i, &err);
        a.armed = 0;
        if (a.n_failed == 0) {
            ck_assert_int_eq(status, MLC_OK);
            ck_assert_int_gt(k, 1);
            break;
        }
        ck_assert_int_eq(status, MLC_ERROR_NO_MEMORY);
        ck_assert_int_ne(err.message[0], '\0');
        ck_assert_int_eq(a.live_bytes, level);
    }
    ck_assert_int_eq(call_registration(ctx, _i, NULL), MLC_ERROR_ARGUMENT); /* there already */
    mlc_context_close(ctx);
    ck_assert_int_eq(a.live_bytes, 0);
}
END_TEST

/* ---- without memory ---------------------------------------------------------------------------
 */

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

int main(void)
{
    Suite *suite = suite_create("memory");
    TCase *tcase = tcase_create("memory");
    tcase_set_timeout(tcase, 100);
    tcase_add_loop_test(tcase, test_function_when_memory_fails_changes_nothing_and_works_again, 0,
                        N_CASES);
    tcase_add_test(tcase, test_context_create_when_memory_fails_changes_nothing);
    tcase_add_loop_test(tcase, test_registration_when_memory_fails_changes_nothing_and_works_again,
                        0, 3);
    tcase_add_test(tcase, test_getters_when_there_is_no_memory_work);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
