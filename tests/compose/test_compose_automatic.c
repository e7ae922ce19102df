#include "check_suite.h"
#include "composing.h"

/* The chain that automatic chose before a model, as text; "" when it chose none. */
static void chooses(const char *model, const char *roles, const char *wanted)
{
    mlc_dataset *rows = composing_rows(80, roles);
    char recipe[200] = "pipeline(automatic, ";
    strcat(strcat(recipe, model), ")");
    mlc_model *fitted = transforming_model(recipe, rows);
    mlc_dataset *steps = composing_table(fitted, "steps");
    making_assert_text(steps, "step", 1, "pipeline.automatic");
    if (wanted[0] == '\0') {
        ck_assert_int_eq(mlc_dataset_n_rows(steps), 3);
    } else {
        making_assert_text(steps, "recipe", 2, wanted);
    }
    mlc_dataset_free(steps);
    mlc_model_free(fitted);
    mlc_dataset_free(rows);
}

START_TEST(test_automatic_prepares_what_each_model_needs)
{
    const char *const all =
        "chain(on(type:number, chain(simple_imputer(strategy=median), standard_scaler)), "
        "on(type:category, one_hot_encoder(handle_unknown=ignore)))";
    chooses("ridge", COMPOSING_NUMBERS, all);
    chooses("logistic_regression", COMPOSING_CLASSES, all);
    chooses("kmeans(n_clusters=2)", COMPOSING_CLASSES, all);
    chooses("gradient_boosting_classifier(n_estimators=2)", COMPOSING_CLASSES, "");
    chooses("gradient_boosting_regressor(n_estimators=2)", COMPOSING_NUMBERS, "");
}
END_TEST

static void take_log(void *user, int32_t level, const char *message)
{
    char *last = user;
    if (level == MLC_LOG_WARNING) strcpy(last, message);
}

START_TEST(test_automatic_leaves_free_text_out_and_says_so_in_the_log)
{
    const char *const notes[] = {"one", "two", "three", "four"};
    const double x[] = {1, 2, 3, 4}, y[] = {1, 2, 3, 5};
    const mlc_array arrays[] = {making_text("note", 4, notes), making_real("x", 4, x),
                                making_real("y", 4, y)};
    mlc_dataset *rows = making_dataset(arrays, 3, "target=y");
    char last[300] = "";
    const mlc_host host = {.size = sizeof host, .user = last, .log = take_log};
    mlc_context *ctx = NULL;
    mlc_model *recipe = NULL, *model = NULL;
    ck_assert_int_eq(mlc_context_create(&host, &ctx, NULL), MLC_OK);
    ck_assert_int_eq(mlc_model_parse(ctx, "pipeline(automatic, ridge)", &recipe, NULL), MLC_OK);
    ck_assert_int_eq(mlc_model_fit(ctx, recipe, rows, NULL, &model, NULL), MLC_OK);
    ck_assert_str_eq(last, "automatic: column 'note' is free text and is left out");
    compare_predictor("without the text", model, rows);
    mlc_model_free(model);
    mlc_model_free(recipe);
    mlc_context_close(ctx);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_automatic_without_a_model_prepares_for_a_linear_one)
{
    mlc_dataset *rows = composing_rows(80, COMPOSING_CLASSES);
    mlc_dataset *out = transforming_both("automatic", rows);
    ck_assert_int_eq(mlc_dataset_column_type(out, mlc_dataset_find(out, "job")), MLC_TYPE_VECTOR);
    double sum = 0;
    for (int64_t i = 0; i < 80; i++)
        sum += making_cell(out, "age", i);
    ck_assert(fabs(sum) < 1e-12 * 80);
    mlc_dataset_free(out);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_automatic_refitted_on_other_columns_chooses_anew)
{
    mlc_dataset *rows = composing_rows(80, COMPOSING_NUMBERS), *numbers = NULL;
    mlc_model *model = transforming_model("pipeline(automatic, ridge)", rows), *again = NULL;
    ck_assert_int_eq(mlc_dataset_with_roles(NULL, rows, "ignore=job,city", &numbers, NULL), MLC_OK);
    ck_assert_int_eq(mlc_model_fit(NULL, model, numbers, NULL, &again, NULL), MLC_OK);
    mlc_dataset *steps = composing_table(again, "steps");
    making_assert_text(
        steps, "recipe", 2,
        "chain(on(type:number, chain(simple_imputer(strategy=median), standard_scaler)))");
    mlc_dataset_free(steps);
    mlc_model_free(again);
    mlc_model_free(model);
    mlc_dataset_free(numbers);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_automatic_lets_unseen_categories_and_new_gaps_pass)
{
    mlc_dataset *rows = composing_rows(80, COMPOSING_NUMBERS);
    mlc_model *model = transforming_model("pipeline(automatic, ridge)", rows);
    const double age[] = {30}, income[] = {NAN};
    const char *const job[] = {"astronaut"}, *const city[] = {NULL};
    const mlc_array arrays[] = {making_real("age", 1, age), making_real("income", 1, income),
                                making_category("job", 1, job), making_category("city", 1, city)};
    mlc_dataset *odd = making_dataset(arrays, 4, NULL);
    mlc_dataset *out = composing_predict(model, odd, "output=flags");
    ck_assert(isfinite(making_cell(out, "prediction", 0)));
    ck_assert_double_eq(making_cell(out, "flags", 0), MLC_FLAG_MISSING | MLC_FLAG_UNSEEN);
    mlc_dataset_free(out);
    mlc_dataset_free(odd);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

MLCI_CHECK_SUITE("compose_automatic", test_automatic_prepares_what_each_model_needs,
                 test_automatic_leaves_free_text_out_and_says_so_in_the_log,
                 test_automatic_without_a_model_prepares_for_a_linear_one,
                 test_automatic_refitted_on_other_columns_chooses_anew,
                 test_automatic_lets_unseen_categories_and_new_gaps_pass)
