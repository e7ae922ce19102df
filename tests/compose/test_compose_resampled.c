/* Models on resampled rows: which rows they see, what becomes of their answers. Against scikit-
 * learn and imbalanced-learn in tests/python/test_resampled.py. */
#include <mlcore/sampling.h>
#include <stdio.h>

#include "check_suite.h"
#include "composing.h"
#include "record.h"
#include "torture.h"

#define WEIGHTED "target=buys id=id weight=w ignore=spent"
#define BOOSTED "gradient_boosting_classifier(n_estimators=4)"
#define UNDER "resampler='random_under random_state=3'"

static mlc_dataset *resample(const mlc_dataset *rows, const char *settings)
{
    mlc_dataset *out = NULL;
    mlc_error err = {0};
    const mlc_status status = mlc_dataset_resample(NULL, rows, settings, &out, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    return out;
}

/* The weight of the rows of class `buys`. */
static double weigh(const mlc_dataset *rows, const char *buys, int with_weights)
{
    double sum = 0;
    for (int64_t i = 0; i < mlc_dataset_n_rows(rows); i++) {
        const char *text = NULL;
        int64_t length = 0;
        ck_assert_int_eq(mlc_dataset_text(rows, "buys", i, &text, &length, NULL), MLC_OK);
        if (length == (int64_t)strlen(buys) && memcmp(text, buys, (size_t)length) == 0)
            sum += with_weights ? making_cell(rows, "w", i) : 1;
    }
    return sum;
}

START_TEST(test_resampled_keeps_the_weight_of_each_class_before_and_after)
{
    static const char *const roles[] = {COMPOSING_CLASSES, WEIGHTED};
    for (int with_weights = 0; with_weights < 2; with_weights++) {
        mlc_dataset *rows = composing_rows(120, roles[with_weights]);
        mlc_dataset *seen = resample(rows, "random_under random_state=3");
        mlc_model *model = transforming_model("resampled(" BOOSTED ", " UNDER ")", rows);
        mlc_dataset *shares = composing_table(model, "class_shares");
        static const char *const classes[] = {"no", "yes"};
        for (int k = 0; k < 2; k++) {
            making_assert_text(shares, "class", k, classes[k]);
            ck_assert_double_eq(making_cell(shares, "before", k),
                                weigh(rows, classes[k], with_weights));
            ck_assert_double_eq(making_cell(shares, "after", k),
                                weigh(seen, classes[k], with_weights));
        }
        mlc_dataset_free(shares);
        mlc_model_free(model);
        mlc_dataset_free(seen);
        mlc_dataset_free(rows);
    }
}
END_TEST

/* The formula by hand over a model that was fitted on the rows that the resampler gives. */
START_TEST(test_resampled_answers_by_the_formula_over_the_model_of_resampled_rows)
{
    mlc_dataset *rows = composing_rows(150, WEIGHTED);
    mlc_dataset *seen = resample(rows, "random_under random_state=3");
    mlc_model *model = transforming_model("resampled(" BOOSTED ", " UNDER ")", rows);
    mlc_model *inner = transforming_model(BOOSTED, seen);
    mlc_dataset *p = composing_predict(model, rows, "output=probability,class,raw");
    mlc_dataset *q = composing_predict(inner, rows, "output=probability,raw");
    const double no = weigh(rows, "no", 1) / weigh(seen, "no", 1);
    const double yes = weigh(rows, "yes", 1) / weigh(seen, "yes", 1);
    for (int64_t i = 0; i < 150; i++) {
        const double a = making_cell(q, "probability[no]", i) * no;
        const double b = making_cell(q, "probability[yes]", i) * yes;
        ck_assert(fabs(making_cell(p, "probability[yes]", i) - b / (a + b)) < 1e-15);
        ck_assert(fabs(making_cell(p, "raw", i) - making_cell(q, "raw", i) - log(yes / no)) <
                  1e-14);
        making_assert_text(p, "prediction", i, b > a ? "yes" : "no");
    }
    mlc_dataset_free(q);
    mlc_dataset_free(p);
    mlc_model_free(inner);
    mlc_model_free(model);
    mlc_dataset_free(seen);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_resampled_without_correction_is_the_model_of_resampled_rows)
{
    mlc_dataset *rows = composing_rows(150, COMPOSING_CLASSES);
    mlc_dataset *seen = resample(rows, "random_under random_state=3");
    mlc_model *model =
        transforming_model("resampled(" BOOSTED ", " UNDER ", correct_prior=false)", rows);
    mlc_model *inner = transforming_model(BOOSTED, seen);
    composing_same(model, inner, rows);
    mlc_model_free(inner);
    mlc_model_free(model);
    mlc_dataset_free(seen);
    mlc_dataset_free(rows);
}
END_TEST

/* Rows are resampled after the transforms, which see all of them. */
START_TEST(test_resampled_in_a_pipeline_leaves_its_transforms_alone)
{
    mlc_dataset *rows = composing_rows(150, COMPOSING_CLASSES);
    mlc_model *model = transforming_model(
        "pipeline(on(type:number, chain(simple_imputer, "
        "standard_scaler)), on(type:category, one_hot_encoder(sparse_output=false)), "
        "resampled(logistic_regression, "
        "resampler='smote k_neighbors=2'))",
        rows);
    mlc_model *plain = transforming_model(
        "pipeline(on(type:number, chain(simple_imputer, "
        "standard_scaler)), on(type:category, one_hot_encoder(sparse_output=false)), "
        "logistic_regression)",
        rows);
    mlc_dataset *a = composing_table(model, "standard_scaler.statistics");
    mlc_dataset *b = composing_table(plain, "standard_scaler.statistics");
    ck_assert_double_eq(making_cell(a, "mean", 0), making_cell(b, "mean", 0));
    ck_assert_double_eq(making_cell(a, "scale", 1), making_cell(b, "scale", 1));
    mlc_dataset_free(b);
    mlc_dataset_free(a);
    mlc_model_free(plain);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_resampled_serves_and_reloads_the_same_bits)
{
    mlc_dataset *rows = composing_rows(120, COMPOSING_CLASSES);
    transforming_serves("resampled(" BOOSTED ", " UNDER ")", rows);
    transforming_serves("resampled(resampled(" BOOSTED "), " UNDER ")", rows);
    transforming_serves("pipeline(on(type:number, simple_imputer), resampled(pipeline(automatic, "
                        "logistic_regression), resampler=smote_nc))",
                        rows);
    transforming_serves("resampled(pipeline(automatic, logistic_regression), "
                        "resampler=random_over, correct_prior=false)",
                        rows);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_resampled_recipe_is_written_as_it_is_read)
{
    static const char *const text =
        "pipeline(automatic, resampled(logistic_regression(C=2.0, name=lr), "
        "resampler='smote k_neighbors=3', correct_prior=false))";
    mlc_model *model = composing_parse(text), *changed = NULL;
    mlc_error failure = {0};
    mlc_buffer *written = NULL;
    ck_assert_int_eq(mlc_model_format(model, NULL, &written, NULL), MLC_OK);
    mlc_model *again = composing_parse(mlc_buffer_data(written));
    composing_text(again, NULL, mlc_buffer_data(written));
    ck_assert_int_eq(
        mlc_model_with(model, "resampled.resampler=random_over lr.C=3", &changed, &failure),
        MLC_OK);
    making_assert_fails(mlc_model_with(model, "resampled.resampler='smote k=3'", &again, err),
                        MLC_ERROR_SETTING, "resampler = 'smote k=3': k: no such parameter");
    mlc_model_free(changed);
    mlc_model_free(again);
    mlc_model_free(model);
    mlc_buffer_free(written);
}
END_TEST

START_TEST(test_resampled_recipe_without_sense_says_what_would_be_right)
{
    composing_parse_fails("resampled(ridge)", MLC_ERROR_ARGUMENT,
                          "'resampled' takes a model that gives probabilities of classes; 'ridge' "
                          "does not");
    composing_parse_fails("resampled(pipeline(automatic, kmeans))", MLC_ERROR_ARGUMENT, "'kmeans'");
    composing_parse_fails("resampled(standard_scaler, ridge)", MLC_ERROR_ARGUMENT, "takes 1");
    composing_parse_fails("resampled", MLC_ERROR_ARGUMENT, "has 0 steps");
    composing_parse_fails("resampled(logistic_regression, resampler=smoke)", MLC_ERROR_COMPONENT,
                          "resampler = 'smoke': no resampler 'smoke'; did you mean 'smote'?");
    composing_parse_fails("resampled(logistic_regression, resampler='smote k_neighbors=0')",
                          MLC_ERROR_SETTING, "resampler = 'smote k_neighbors=0': k_neighbors = 0");
    composing_parse_fails("resampled(logistic_regression, resampler=k_fold)", MLC_ERROR_COMPONENT,
                          "'k_fold' is a splitter, not a resampler");
    composing_parse_fails("resampled(logistic_regression, resampler='')", MLC_ERROR_COMPONENT,
                          "as in `smote k_neighbors=5`");
}
END_TEST

/* A model that is fitted already did not see the rows that it would be corrected for. */
START_TEST(test_resampled_takes_no_fitted_model)
{
    mlc_dataset *rows = composing_rows(80, COMPOSING_CLASSES);
    mlc_model *model = transforming_model(BOOSTED, rows);
    const mlci_descriptor *resampled = NULL;
    mlci_component *out = NULL;
    mlci_component *const parts[] = {model->component};
    ck_assert_int_eq(mlci_registry_get(MLCI_KIND_MODEL, "resampled", &resampled, NULL), MLC_OK);
    making_assert_fails(mlci_component_compose(NULL, resampled, NULL, NULL, parts, 1, &out, err),
                        MLC_ERROR_ARGUMENT, "was fitted already");
    ck_assert_ptr_null(out);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

static void fit_fails(const char *recipe, const mlc_dataset *rows, mlc_status wanted,
                      const char *says)
{
    mlc_model *parsed = composing_parse(recipe), *out = NULL;
    making_assert_fails(mlc_model_fit(NULL, parsed, rows, NULL, &out, err), wanted, says);
    ck_assert_ptr_null(out);
    mlc_model_free(parsed);
}

START_TEST(test_resampled_rows_without_a_class_are_refused)
{
    mlc_dataset *rows = composing_rows(80, COMPOSING_CLASSES);
    mlc_dataset *listed = composing_rows(80, COMPOSING_CLASSES " classes=no,perhaps,yes");
    fit_fails("resampled(" BOOSTED ", resampler='random_under sampling_strategy=\\'yes:0\\'')",
              rows, MLC_ERROR_DATA, "class 'yes' has no rows after resampling");
    fit_fails("resampled(" BOOSTED ")", listed, MLC_ERROR_DATA,
              "class 'perhaps' has no rows before resampling");
    fit_fails("resampled(" BOOSTED ", resampler=smote)", rows, MLC_ERROR_COLUMN, "smote_nc");
    mlc_dataset_free(listed);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_resampled_model_is_cut_but_does_not_go_on)
{
    mlc_dataset *rows = composing_rows(120, COMPOSING_CLASSES);
    mlc_model *model = transforming_model("resampled(" BOOSTED ", " UNDER ")", rows), *out = NULL;
    mlc_model *fewer = transforming_model(
        "resampled(gradient_boosting_classifier(n_estimators=2), " UNDER ")", rows);
    mlc_error failure = {0};
    making_assert_fails(mlc_model_update(NULL, model, rows, NULL, "n_rounds=2", &out, err),
                        MLC_ERROR_UNSUPPORTED, "'resampled' goes by what it learned");
    ck_assert_msg(mlc_model_update(NULL, model, NULL, NULL, "method=truncate n_rounds=2", &out,
                                   &failure) == MLC_OK,
                  "%s", failure.message);
    composing_same(out, fewer, rows);
    mlc_model_free(out);
    mlc_model_free(fewer);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_resampled_model_has_the_move_of_its_scores_in_the_base)
{
    mlc_dataset *rows = composing_rows(120, COMPOSING_CLASSES), *out = NULL;
    mlc_model *model = transforming_model("resampled(" BOOSTED ", " UNDER ")", rows);
    mlc_model *forest =
        transforming_model("resampled(random_forest_classifier(n_estimators=2))", rows);
    mlc_error failure = {0};
    ck_assert_msg(mlc_model_explain(NULL, model, rows, NULL, NULL, &out, &failure) == MLC_OK, "%s",
                  failure.message);
    mlc_dataset *raw = composing_predict(model, rows, "output=raw");
    static const char *const features[] = {"age", "income", "job", "city"};
    for (int64_t i = 0; i < 120; i++) {
        double sum = making_cell(out, "base", i);
        for (int j = 0; j < 4; j++) {
            char name[64];
            snprintf(name, sizeof name, "contribution[%s]", features[j]);
            sum += making_cell(out, name, i);
        }
        ck_assert(fabs(sum - making_cell(raw, "raw", i)) < 1e-12);
    }
    mlc_dataset_free(raw);
    mlc_dataset_free(out);
    out = NULL;
    making_assert_fails(mlc_model_explain(NULL, forest, rows, NULL, NULL, &out, err),
                        MLC_ERROR_UNSUPPORTED, "no Shapley values; method=permutation");
    mlc_model_free(forest);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

/* ---- memory ------------------------------------------------------------------------------- */

/* Parsed, fitted, cut, asked, saved, loaded and compiled. */
static mlc_status live(mlc_context *ctx, void *arg, mlc_error *err)
{
    mlc_model *recipe = NULL, *model = NULL, *cut = NULL, *loaded = NULL;
    mlc_buffer *bytes = NULL;
    mlc_dataset *out = NULL, *shares = NULL;
    mlc_predictor *predictor = NULL;
    mlc_status status = mlc_model_parse(ctx, "resampled(" BOOSTED ", " UNDER ")", &recipe, err);
    if (status == MLC_OK) status = mlc_model_fit(ctx, recipe, arg, NULL, &model, err);
    if (status == MLC_OK)
        status = mlc_model_update(ctx, model, NULL, NULL, "method=truncate n_rounds=2", &cut, err);
    if (status == MLC_OK) status = mlc_model_predict(ctx, cut, arg, "output=raw", &out, err);
    if (status == MLC_OK) status = mlc_model_save_memory(ctx, cut, NULL, &bytes, err);
    if (status == MLC_OK)
        status = mlc_model_load_memory(ctx, mlc_buffer_data(bytes), mlc_buffer_size(bytes), NULL,
                                       &loaded, err);
    if (status == MLC_OK) status = mlc_predictor_create(ctx, loaded, NULL, &predictor, err);
    if (status == MLC_OK) status = mlc_model_table(ctx, loaded, "class_shares", &shares, err);
    if (status == MLC_OK) mlci_torture_answer(mlc_buffer_data(bytes), mlc_buffer_size(bytes));
    mlc_dataset_free(shares);
    mlc_predictor_free(predictor);
    mlc_model_free(loaded);
    mlc_buffer_free(bytes);
    mlc_dataset_free(out);
    mlc_model_free(cut);
    mlc_model_free(model);
    mlc_model_free(recipe);
    return status;
}

START_TEST(test_resampled_when_memory_fails_leaks_nothing)
{
    mlc_dataset *rows = composing_rows(150, COMPOSING_CLASSES);
    mlci_torture(live, rows);
    mlc_dataset_free(rows);
}
END_TEST

MLCI_CHECK_SUITE("compose_resampled",
                 test_resampled_keeps_the_weight_of_each_class_before_and_after,
                 test_resampled_answers_by_the_formula_over_the_model_of_resampled_rows,
                 test_resampled_without_correction_is_the_model_of_resampled_rows,
                 test_resampled_in_a_pipeline_leaves_its_transforms_alone,
                 test_resampled_serves_and_reloads_the_same_bits,
                 test_resampled_recipe_is_written_as_it_is_read,
                 test_resampled_recipe_without_sense_says_what_would_be_right,
                 test_resampled_takes_no_fitted_model,
                 test_resampled_rows_without_a_class_are_refused,
                 test_resampled_model_is_cut_but_does_not_go_on,
                 test_resampled_model_has_the_move_of_its_scores_in_the_base,
                 test_resampled_when_memory_fails_leaks_nothing)
