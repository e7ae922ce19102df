/* Each function of model.h, transform.h, metric.h, predictor.h, params.h, catalog.h, context.h and
 * buffer.h that takes memory, by itself: each of its allocations fails, alone and
 * with all after it. It returns MLC_ERROR_NO_MEMORY with a message, `out` and every byte are as
 * before the call, and the next call with the same objects gives the right answer.
 * tests/meta/tortured.py holds this file against the list of exported functions. */
#include "memory_case.h"

CALL(buffer_create, ctx, "four", 4, out, err)
CALL(catalog, ctx, out, err)
CALL(catalog_list, ctx, "model", out, err)
CALL(catalog_params, ctx, "ridge", out, err)
CALL(context_derive, ctx, out, err)
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
CALL(transform_apply, ctx, s->fitted_step, s->numbers, out, err)
CALL(transform_chain, (mlc_transform *const[]){s->step, s->step}, 2, out, err)
CALL(transform_create, ctx, "simple_imputer", "strategy=median", out, err)
CALL(transform_fit, ctx, s->step, s->numbers, out, err)
CALL(transform_format, s->fitted_step, "format=json", out, err)
CALL(transform_on, "age,income", s->step, NULL, out, err)
CALL(transform_parse, ctx, "on([age], chain(simple_imputer, standard_scaler))", out, err)
CALL(transform_table, ctx, s->fitted_step, "standard_scaler.statistics", out, err)

static const memory_case cases[] = {
    OF(buffer_create, BUFFER),
    OF(catalog, BUFFER),
    OF(catalog_list, DATASET),
    OF(catalog_params, DATASET),
    OF(context_derive, CONTEXT),
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
    OF(transform_apply, DATASET),
    OF(transform_chain, TRANSFORM),
    OF(transform_create, TRANSFORM),
    OF(transform_fit, TRANSFORM),
    OF(transform_format, BUFFER),
    OF(transform_on, TRANSFORM),
    OF(transform_parse, TRANSFORM),
    OF(transform_table, DATASET),
};

START_TEST(test_function_when_memory_fails_changes_nothing_and_works_again)
{
    run_case(&cases[_i]);
}
END_TEST

static void fill_suite(Suite *suite)
{
    TCase *const tcase = check_suite_case(suite, "memory_model", 100);
    tcase_add_loop_test(tcase, test_function_when_memory_fails_changes_nothing_and_works_again, 0,
                        (int)(sizeof cases / sizeof cases[0]));
}

MLCI_CHECK_SUITE_OF("memory_model", fill_suite)
