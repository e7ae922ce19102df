/* Which outputs a model has, and answers that a composition changes. */
#include "check_suite.h"
#include "component.h"
#include "composing.h"
#include "record.h"

static void outputs_are(const char *recipe, const char *roles, int32_t wanted)
{
    mlc_dataset *rows = composing_rows(80, roles);
    mlc_model *model = transforming_model(recipe, rows);
    for (int32_t output = MLCI_OUTPUT_PREDICTION; output <= MLCI_OUTPUT_QUANTILE; output *= 2) {
        mlc_error err = {0};
        const int has = mlci_component_has_output(model->component, output);
        ck_assert_msg(has == ((wanted & output) != 0), "%s: %s", recipe, mlci_output_word(output));
        const mlc_status status = mlci_component_require_output(model->component, output, &err);
        ck_assert_int_eq(status, has ? MLC_OK : MLC_ERROR_UNSUPPORTED);
        if (has) ck_assert_int_gt(mlci_component_n_outputs(model->component, output), 0);
        if (!has) ck_assert_ptr_nonnull(strstr(err.message, mlci_output_word(output)));
    }
    mlc_model_free(model);
    mlc_dataset_free(rows);
}

#define CLASSES (MLCI_OUTPUT_PREDICTION | MLCI_OUTPUT_PROBABILITY)
#define BOOSTED "gradient_boosting_classifier(n_estimators=3)"

START_TEST(test_outputs_of_a_composition_are_those_that_its_step_after_the_model_leaves)
{
    outputs_are("pipeline(automatic, ridge)", COMPOSING_NUMBERS, MLCI_OUTPUT_PREDICTION);
    outputs_are("pipeline(automatic, " BOOSTED ")", COMPOSING_CLASSES,
                CLASSES | MLCI_OUTPUT_RAW | MLCI_OUTPUT_LEAF);
    outputs_are("pipeline(automatic, resampled(" BOOSTED "))", COMPOSING_CLASSES,
                CLASSES | MLCI_OUTPUT_RAW | MLCI_OUTPUT_LEAF);
    outputs_are("resampled(adaboost_classifier(n_estimators=3))", COMPOSING_CLASSES,
                CLASSES | MLCI_OUTPUT_LEAF);
    outputs_are("resampled(adaboost_classifier(n_estimators=3), correct_prior=false)",
                COMPOSING_CLASSES, CLASSES | MLCI_OUTPUT_RAW | MLCI_OUTPUT_LEAF);
    outputs_are("resampled(random_forest_classifier(n_estimators=3))", COMPOSING_CLASSES,
                CLASSES | MLCI_OUTPUT_LEAF);
}
END_TEST

START_TEST(test_outputs_that_a_composition_takes_away_are_refused_by_name)
{
    mlc_dataset *rows = composing_rows(80, COMPOSING_CLASSES), *out = NULL;
    mlc_model *model =
        transforming_model("pipeline(resampled(adaboost_classifier(n_estimators=3)))", rows);
    mlc_predictor *predictor = NULL;
    making_assert_fails(mlc_model_predict(NULL, model, rows, "output=raw", &out, err),
                        MLC_ERROR_UNSUPPORTED,
                        "'resampled' has no output 'raw': that of 'adaboost_classifier' is not");
    making_assert_fails(mlc_predictor_create(NULL, model, "output=raw", &predictor, err),
                        MLC_ERROR_UNSUPPORTED, "'resampled' has no output 'raw'");
    ck_assert_ptr_null(out);
    ck_assert_ptr_null(predictor);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

/* Leaf indices go through as they are, whatever becomes of probabilities. */
START_TEST(test_outputs_that_nothing_changes_are_those_of_the_model)
{
    mlc_dataset *rows = composing_rows(80, COMPOSING_CLASSES);
    mlc_model *a = transforming_model("resampled(" BOOSTED ")", rows);
    mlc_model *b = transforming_model("resampled(" BOOSTED ", correct_prior=false)", rows);
    mlc_dataset *of_a = composing_predict(a, rows, "output=leaf,probability");
    mlc_dataset *of_b = composing_predict(b, rows, "output=leaf,probability");
    int n_moved = 0;
    for (int64_t i = 0; i < 80; i++) {
        ck_assert_double_eq(making_cell(of_a, "leaf[0]", i), making_cell(of_b, "leaf[0]", i));
        n_moved +=
            making_cell(of_a, "probability[yes]", i) != making_cell(of_b, "probability[yes]", i);
    }
    ck_assert_int_eq(n_moved, 80);
    mlc_dataset_free(of_b);
    mlc_dataset_free(of_a);
    mlc_model_free(b);
    mlc_model_free(a);
    mlc_dataset_free(rows);
}
END_TEST

MLCI_CHECK_SUITE("finish",
                 test_outputs_of_a_composition_are_those_that_its_step_after_the_model_leaves,
                 test_outputs_that_a_composition_takes_away_are_refused_by_name,
                 test_outputs_that_nothing_changes_are_those_of_the_model)
