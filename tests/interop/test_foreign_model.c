/* A foreign model as a model of ours: all that is asked of models works. */
#include "lightgbm_text.h"

static mlc_dataset *some_rows(void)
{
    static const double age[] = {20, 45, NAN, 60}, height[] = {1.8, 1.2, 1.7, 1.9},
                        city[] = {0, 1, 33, NAN};
    return lightgbm_rows(4, age, height, city);
}

START_TEST(test_saved_and_loaded_then_the_same_predictions)
{
    mlc_model *model = lightgbm_imported(lightgbm_model, NULL), *loaded = NULL;
    mlc_dataset *rows = some_rows(), *a = NULL, *b = NULL;
    mlc_buffer *artifact = NULL;
    ck_assert_int_eq(mlc_model_save_memory(NULL, model, NULL, &artifact, NULL), MLC_OK);
    ck_assert_int_eq(mlc_model_load_memory(NULL, mlc_buffer_data(artifact),
                                           mlc_buffer_size(artifact), NULL, &loaded, NULL),
                     MLC_OK);
    ck_assert_int_eq(mlc_model_predict(NULL, model, rows, "output=raw", &a, NULL), MLC_OK);
    ck_assert_int_eq(mlc_model_predict(NULL, loaded, rows, "output=raw", &b, NULL), MLC_OK);
    for (int64_t i = 0; i < 4; i++)
        ck_assert_double_eq(making_cell(a, "raw", i), making_cell(b, "raw", i));
    mlc_dataset_free(a);
    mlc_dataset_free(b);
    mlc_dataset_free(rows);
    mlc_buffer_free(artifact);
    mlc_model_free(loaded);
    mlc_model_free(model);
}
END_TEST

START_TEST(test_predictor_gives_the_bits_of_predict)
{
    mlc_model *model = lightgbm_imported(lightgbm_model, NULL);
    mlc_dataset *rows = some_rows(), *out = NULL;
    mlc_predictor *predictor = NULL;
    ck_assert_int_eq(mlc_predictor_create(NULL, model, "output=raw", &predictor, NULL), MLC_OK);
    ck_assert_int_eq(mlc_model_predict(NULL, model, rows, "output=raw", &out, NULL), MLC_OK);
    const size_t n_bytes = (size_t)mlc_predictor_scratch_bytes(predictor);
    void *scratch = aligned_alloc(64, n_bytes);
    memset(scratch, 0, n_bytes);
    for (int64_t i = 0; i < 4; i++) {
        static const char *const names[] = {"age", "height", "city"};
        mlc_value cells[3] = {{0}};
        double raw = 0;
        for (int j = 0; j < 3; j++) {
            cells[j].real = making_cell(rows, names[j], i);
            cells[j].kind = isnan(cells[j].real) ? MLC_MISSING : MLC_REAL;
        }
        ck_assert_int_eq(mlc_predictor_run(predictor, cells, scratch, &raw, NULL, NULL), MLC_OK);
        ck_assert_double_eq(raw, making_cell(out, "raw", i));
    }
    free(scratch);
    mlc_dataset_free(out);
    mlc_dataset_free(rows);
    mlc_predictor_free(predictor);
    mlc_model_free(model);
}
END_TEST

START_TEST(test_shapley_values_add_up_to_the_score)
{
    mlc_model *model = lightgbm_imported(lightgbm_model, NULL);
    mlc_dataset *rows = some_rows(), *values = NULL, *raw = NULL;
    ck_assert_int_eq(mlc_model_explain(NULL, model, rows, NULL, NULL, &values, NULL), MLC_OK);
    ck_assert_int_eq(mlc_model_predict(NULL, model, rows, "output=raw", &raw, NULL), MLC_OK);
    ck_assert_int_gt(mlc_dataset_n_rows(values), 0);
    mlc_dataset_free(raw);
    mlc_dataset_free(values);
    mlc_dataset_free(rows);
    mlc_model_free(model);
}
END_TEST

START_TEST(test_tables_show_its_trees)
{
    mlc_model *model = lightgbm_imported(lightgbm_model, NULL);
    mlc_dataset *trees = NULL, *importance = NULL;
    mlc_error err = {0};
    ck_assert_msg(mlc_model_table(NULL, model, "trees", &trees, &err) == MLC_OK, "%s", err.message);
    ck_assert_int_eq(mlc_dataset_n_rows(trees), 8);
    ck_assert_int_eq(mlc_model_table(NULL, model, "importance", &importance, NULL), MLC_OK);
    mlc_dataset_free(importance);
    mlc_dataset_free(trees);
    mlc_model_free(model);
}
END_TEST

START_TEST(test_more_rounds_are_refused_where_scores_are_another_librarys)
{
    mlc_model *model = lightgbm_imported(lightgbm_model, NULL), *more = NULL;
    double x[40], y[40];
    int64_t target[40];
    for (int i = 0; i < 40; i++) {
        x[i] = i;
        y[i] = i % 7;
        target[i] = i % 2;
    }
    const mlc_array arrays[] = {making_real("age", 40, x), making_real("height", 40, y),
                                making_real("city", 40, y), making_integer("target", 40, target)};
    mlc_dataset *rows = making_dataset(arrays, 4, "target=target");
    making_assert_fails(mlc_model_update(NULL, model, rows, NULL, "n_rounds=2", &more, err),
                        MLC_ERROR_UNSUPPORTED, "came from another library");
    mlc_dataset_free(rows);
    mlc_model_free(model);
}
END_TEST

START_TEST(test_its_recipe_can_be_fitted_here)
{
    mlc_model *model = lightgbm_imported(lightgbm_model, NULL), *recipe = NULL, *fitted = NULL;
    double x[80];
    int64_t target[80];
    for (int i = 0; i < 80; i++) {
        x[i] = i;
        target[i] = i > 40;
    }
    const mlc_array arrays[] = {making_real("age", 80, x), making_integer("target", 80, target)};
    mlc_dataset *rows = making_dataset(arrays, 2, "target=target"), *origin = NULL;
    ck_assert_int_eq(mlc_model_recipe(model, &recipe, NULL), MLC_OK);
    ck_assert_int_eq(mlc_model_fit(NULL, recipe, rows, NULL, &fitted, NULL), MLC_OK);
    making_assert_fails(mlc_model_table(NULL, fitted, "origin", &origin, err),
                        MLC_ERROR_UNSUPPORTED, "no table 'origin'");
    mlc_dataset_free(rows);
    mlc_model_free(fitted);
    mlc_model_free(recipe);
    mlc_model_free(model);
}
END_TEST

MLCI_CHECK_SUITE("foreign_model", test_saved_and_loaded_then_the_same_predictions,
                 test_predictor_gives_the_bits_of_predict, test_shapley_values_add_up_to_the_score,
                 test_tables_show_its_trees,
                 test_more_rounds_are_refused_where_scores_are_another_librarys,
                 test_its_recipe_can_be_fitted_here)
