#include "check_suite.h"
#include "composing.h"

START_TEST(test_pipeline_moves_validation_rows_past_its_transforms)
{
    mlc_dataset *rows = composing_rows(200, COMPOSING_CLASSES);
    mlc_dataset *train = NULL, *valid = NULL;
    ck_assert_int_eq(mlc_dataset_rows(NULL, rows, NULL, 0, 150, &train, NULL), MLC_OK);
    ck_assert_int_eq(mlc_dataset_rows(NULL, rows, NULL, 150, 50, &valid, NULL), MLC_OK);
    mlc_model *recipe = composing_parse("pipeline(one_hot_encoder(handle_unknown=ignore), "
                                        "gradient_boosting_classifier(n_estimators=8))");
    mlc_model *model = NULL;
    mlc_error err = {0};
    ck_assert_msg(mlc_model_fit(NULL, recipe, train, valid, &model, &err) == MLC_OK, "%s",
                  err.message);
    mlc_dataset *history = composing_table(model, "history");
    ck_assert_int_eq(mlc_dataset_n_rows(history), 8);
    ck_assert(isfinite(making_cell(history, "valid_loss", 7)));
    mlc_dataset_free(history);
    mlc_model_free(model);
    mlc_model_free(recipe);
    mlc_dataset_free(valid);
    mlc_dataset_free(train);
    mlc_dataset_free(rows);
}
END_TEST

/* By hand: transform, then fit and predict, gives the pipeline's bits. */
START_TEST(test_pipeline_predicts_what_its_parts_predict_one_by_one)
{
    mlc_dataset *rows = composing_rows(80, COMPOSING_NUMBERS);
    mlc_model *whole = transforming_model("pipeline(chain(simple_imputer, standard_scaler, "
                                          "one_hot_encoder), ridge)",
                                          rows);
    mlc_dataset *moved = transforming_both("chain(simple_imputer, standard_scaler, "
                                           "one_hot_encoder)",
                                           rows);
    mlc_model *ridge = transforming_model("ridge", moved);
    mlc_dataset *a = composing_predict(whole, rows, NULL);
    mlc_dataset *b = composing_predict(ridge, moved, NULL);
    for (int64_t i = 0; i < 80; i++) {
        ck_assert_double_eq(making_cell(a, "prediction", i), making_cell(b, "prediction", i));
    }
    mlc_dataset_free(a);
    mlc_dataset_free(b);
    mlc_model_free(ridge);
    mlc_dataset_free(moved);
    mlc_model_free(whole);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_pipeline_with_a_frozen_model_keeps_its_coefficients)
{
    mlc_dataset *rows = composing_rows(80, "target=spent id=id ignore=buys,w,job,city,age");
    mlc_dataset *some = making_rows(rows, 10, (int64_t[]){0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
    mlc_model *ridge = transforming_model("ridge", some), *recipe = NULL, *model = NULL;
    mlc_transform *same = NULL;
    mlc_error err = {0};
    ck_assert_int_eq(mlc_transform_parse(NULL, "simple_imputer", &same, &err), MLC_OK);
    ck_assert_int_eq(mlc_model_pipeline(same, ridge, &recipe, &err), MLC_OK);
    ck_assert_msg(mlc_model_fit(NULL, recipe, rows, NULL, &model, &err) == MLC_OK, "%s",
                  err.message);
    composing_same(ridge, model, rows);
    mlc_model_free(model);
    mlc_model_free(recipe);
    mlc_transform_free(same);
    mlc_model_free(ridge);
    mlc_dataset_free(some);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_pipeline_of_a_model_alone_is_that_model)
{
    mlc_dataset *rows = composing_rows(80, COMPOSING_CLASSES);
    mlc_model *a =
        transforming_model("pipeline(gradient_boosting_classifier(n_estimators=3))", rows);
    mlc_model *b = transforming_model("gradient_boosting_classifier(n_estimators=3)", rows);
    composing_same(a, b, rows);
    mlc_model_free(a);
    mlc_model_free(b);
    mlc_dataset_free(rows);
}
END_TEST

MLCI_CHECK_SUITE("compose_pipeline", test_pipeline_moves_validation_rows_past_its_transforms,
                 test_pipeline_predicts_what_its_parts_predict_one_by_one,
                 test_pipeline_with_a_frozen_model_keeps_its_coefficients,
                 test_pipeline_of_a_model_alone_is_that_model)
