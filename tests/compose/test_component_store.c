#include "component.h"

#include "check_suite.h"
#include "composing.h"
#include "torture.h"

static void survives(const char *recipe, const char *roles)
{
    mlc_dataset *rows = composing_rows(80, roles);
    mlc_model *model = transforming_model(recipe, rows);
    mlc_model *loaded = transforming_reload(model);
    composing_same(model, loaded, rows);
    mlc_buffer *text = NULL;
    ck_assert_int_eq(mlc_model_format(model, "defaults=true", &text, NULL), MLC_OK);
    composing_text(loaded, "defaults=true", mlc_buffer_data(text));
    mlc_buffer_free(text);
    mlc_model_free(loaded);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}

START_TEST(test_compositions_survive_saving_and_loading)
{
    survives("pipeline(automatic, ridge)", COMPOSING_NUMBERS);
    survives("pipeline(on(type:number, chain(simple_imputer(name=fill), standard_scaler)), "
             "on(type:category, one_hot_encoder(name=dummies)), logistic_regression(name=lr))",
             COMPOSING_CLASSES);
    survives("pipeline(on(age, simple_imputer), on(income, simple_imputer), on([age, income], "
             "standard_scaler, remainder=drop), ridge)",
             COMPOSING_NUMBERS);
    survives("pipeline(chain(automatic), pipeline(standard_scaler, ridge))", COMPOSING_NUMBERS);
}
END_TEST

/* A frozen step stays frozen after a load: a refit leaves it as it was. */
START_TEST(test_frozen_step_is_still_frozen_after_a_load)
{
    mlc_dataset *rows = composing_rows(100, COMPOSING_NUMBERS);
    mlc_dataset *some = making_rows(rows, 5, (int64_t[]){0, 1, 2, 3, 4});
    mlc_transform *scaler = transforming_fit("chain(on(type:number, simple_imputer), "
                                             "on(income, standard_scaler), on(income, "
                                             "simple_imputer), on(income, standard_scaler), "
                                             "on([income, age], standard_scaler, "
                                             "remainder=drop))",
                                             some);
    mlc_model *ridge = composing_parse("ridge"), *recipe = NULL, *model = NULL, *again = NULL;
    mlc_error err = {0};
    ck_assert_int_eq(mlc_model_pipeline(scaler, ridge, &recipe, &err), MLC_OK);
    ck_assert_int_eq(mlc_model_fit(NULL, recipe, rows, NULL, &model, &err), MLC_OK);
    mlc_model *loaded = transforming_reload(model);
    ck_assert_int_eq(mlc_model_fit(NULL, loaded, rows, NULL, &again, &err), MLC_OK);
    composing_same(model, again, rows);
    mlc_dataset *before = composing_table(model, "on_5.statistics");
    mlc_dataset *after = composing_table(again, "on_5.statistics");
    ck_assert_double_eq(making_cell(before, "mean", 0), making_cell(after, "mean", 0));
    mlc_dataset_free(before);
    mlc_dataset_free(after);
    mlc_model_free(again);
    mlc_model_free(loaded);
    mlc_model_free(model);
    mlc_model_free(recipe);
    mlc_model_free(ridge);
    mlc_transform_free(scaler);
    mlc_dataset_free(some);
    mlc_dataset_free(rows);
}
END_TEST

typedef struct job {
    const void *bytes;
    int64_t n;
} job;

static mlc_status load(mlc_context *ctx, void *arg, mlc_error *err)
{
    const job *j = arg;
    mlc_model *model = NULL;
    const mlc_status status = mlc_model_load_memory(ctx, j->bytes, j->n, NULL, &model, err);
    mlc_model_free(model);
    return status;
}

START_TEST(test_load_when_memory_fails_leaks_nothing)
{
    mlc_dataset *rows = composing_rows(40, COMPOSING_NUMBERS);
    mlc_model *model = transforming_model("pipeline(automatic, ridge)", rows);
    mlc_buffer *bytes = NULL;
    ck_assert_int_eq(mlc_model_save_memory(NULL, model, "compress=true", &bytes, NULL), MLC_OK);
    job j = {mlc_buffer_data(bytes), mlc_buffer_size(bytes)};
    mlci_torture(load, &j);
    mlc_buffer_free(bytes);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

MLCI_CHECK_SUITE("component_store", test_compositions_survive_saving_and_loading,
                 test_frozen_step_is_still_frozen_after_a_load,
                 test_load_when_memory_fails_leaks_nothing)
