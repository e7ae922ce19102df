#include "component.h"

#include "check_suite.h"
#include "composing.h"
#include "torture.h"

static const char big[] =
    "pipeline(on([age, 'in, come'], chain(simple_imputer(strategy=constant, fill_value='x y', "
    "name=fill), standard_scaler), remainder=drop), automatic, "
    "gradient_boosting_classifier(n_estimators=7, name=booster))";

static void round_trip(const char *recipe, const char *settings)
{
    mlc_model *model = composing_parse(recipe);
    mlc_buffer *first = NULL, *second = NULL;
    mlc_error err = {0};
    ck_assert_int_eq(mlc_model_format(model, settings, &first, &err), MLC_OK);
    mlc_model *again = composing_parse(mlc_buffer_data(first));
    ck_assert_int_eq(mlc_model_format(again, settings, &second, &err), MLC_OK);
    ck_assert_str_eq(mlc_buffer_data(first), mlc_buffer_data(second));
    mlc_buffer_free(second);
    ck_assert_int_eq(mlc_model_format(again, NULL, &second, &err), MLC_OK);
    composing_text(model, NULL, mlc_buffer_data(second));
    mlc_buffer_free(first);
    mlc_buffer_free(second);
    mlc_model_free(again);
    mlc_model_free(model);
}

START_TEST(test_recipe_survives_text_and_json_with_and_without_defaults)
{
    round_trip(big, NULL);
    round_trip(big, "format=json");
    round_trip(big, "defaults=true");
    round_trip(big, "format=json defaults=true");
    round_trip("kmeans", "defaults=true");
}
END_TEST

START_TEST(test_text_of_a_recipe_leaves_defaults_and_derived_names_out)
{
    mlc_model *model =
        composing_parse("pipeline( standard_scaler(with_mean = true),standard_scaler(with_std=no),"
                        "ridge(alpha=1e0, name=r) )");
    composing_text(model, NULL,
                   "pipeline(standard_scaler, standard_scaler(with_std=false), ridge(name=r))");
    mlc_model_free(model);
}
END_TEST

static mlc_model *with(const mlc_model *model, const char *settings)
{
    mlc_model *changed = NULL;
    mlc_error err = {0};
    ck_assert_msg(mlc_model_with(model, settings, &changed, &err) == MLC_OK, "%s", err.message);
    return changed;
}

START_TEST(test_with_by_path_changes_that_parameter_alone)
{
    mlc_model *model = composing_parse(big);
    mlc_model *changed = with(model, "on.chain.fill.strategy=median booster.learning_rate=0.5");
    mlc_model *short_path = with(model, "fill.strategy=median booster.learning_rate=0.5");
    mlc_buffer *text = NULL;
    ck_assert_int_eq(mlc_model_format(changed, NULL, &text, NULL), MLC_OK);
    ck_assert_ptr_nonnull(strstr(mlc_buffer_data(text), "strategy=median"));
    ck_assert_ptr_nonnull(strstr(mlc_buffer_data(text), "learning_rate=0.5"));
    composing_text(short_path, NULL, mlc_buffer_data(text));
    mlc_buffer_free(text);
    mlc_model_free(short_path);
    mlc_model_free(changed);
    mlc_model_free(model);
}
END_TEST

static void with_fails(const mlc_model *model, const char *settings, const char *says)
{
    mlc_model *changed = NULL;
    mlc_error err = {0};
    ck_assert_int_eq(mlc_model_with(model, settings, &changed, &err), MLC_ERROR_SETTING);
    ck_assert_ptr_null(changed);
    ck_assert_msg(strstr(err.message, says) != NULL, "%s", err.message);
}

START_TEST(test_with_of_a_wrong_path_or_value_says_what_would_be_right)
{
    mlc_model *model = composing_parse("pipeline(on(a, standard_scaler), on(b, standard_scaler), "
                                       "ridge)");
    with_fails(model, "alpha=2", "did you mean 'ridge.alpha'?");
    with_fails(model, "rigde.alpha=2", "no step 'rigde' in 'pipeline'");
    with_fails(model, "standard_scaler.with_mean=0", "no single step 'standard_scaler'");
    with_fails(model, "ridge.alpha=-2", "alpha = -2");
    with_fails(model, "ridge.alpa=2", "alpha");
    mlc_model_free(model);
}
END_TEST

/* The same handle in two places: a path means one of them. */
START_TEST(test_with_on_a_part_that_stands_in_two_places_changes_one)
{
    mlc_transform *scaler = NULL, *on[2] = {NULL, NULL}, *chain = NULL;
    mlc_model *ridge = NULL, *model = NULL;
    mlc_error err = {0};
    ck_assert_int_eq(mlc_transform_create(NULL, "standard_scaler", NULL, &scaler, &err), MLC_OK);
    ck_assert_int_eq(mlc_transform_on("a", scaler, NULL, &on[0], &err), MLC_OK);
    ck_assert_int_eq(mlc_transform_on("b", scaler, NULL, &on[1], &err), MLC_OK);
    ck_assert_int_eq(mlc_transform_chain(on, 2, &chain, &err), MLC_OK);
    ck_assert_int_eq(mlc_model_create(NULL, "ridge", NULL, &ridge, &err), MLC_OK);
    ck_assert_int_eq(mlc_model_pipeline(chain, ridge, &model, &err), MLC_OK);
    mlc_model *changed = with(model, "chain.on_2.standard_scaler.with_mean=false");
    composing_text(changed, NULL,
                   "pipeline(chain(on(a, standard_scaler), "
                   "on(b, standard_scaler(with_mean=false))), ridge)");
    mlc_model_free(changed);
    mlc_model_free(model);
    mlc_model_free(ridge);
    mlc_transform_free(chain);
    mlc_transform_free(on[0]);
    mlc_transform_free(on[1]);
    mlc_transform_free(scaler);
}
END_TEST

START_TEST(test_with_on_steps_that_automatic_chose_is_refused)
{
    mlc_dataset *rows = composing_rows(60, COMPOSING_NUMBERS);
    mlc_model *model = transforming_model("pipeline(automatic, ridge)", rows);
    with_fails(model, "automatic.chain.on.chain.standard_scaler.with_mean=false",
               "no step 'chain' in 'automatic'");
    mlc_model *changed = with(model, "ridge.alpha=3");
    ck_assert_int_eq(mlc_model_is_fitted(changed), 0);
    composing_text(changed, NULL, "pipeline(automatic, ridge(alpha=3))");
    mlc_model_free(changed);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_with_keeps_frozen_parts_and_refuses_to_change_them)
{
    mlc_dataset *rows = composing_rows(60, COMPOSING_NUMBERS);
    mlc_transform *scaler = transforming_fit("on(income, standard_scaler)", rows);
    mlc_model *ridge = composing_parse("ridge"), *model = NULL;
    mlc_error err = {0};
    ck_assert_int_eq(mlc_model_pipeline(scaler, ridge, &model, &err), MLC_OK);
    with_fails(model, "on.remainder=drop", "fitted already and stays as it is");
    mlc_model *recipe = NULL;
    ck_assert_int_eq(mlc_model_recipe(model, &recipe, &err), MLC_OK);
    mlc_model *changed = with(recipe, "on.remainder=drop"); /* without state it may change */
    mlc_model_free(changed);
    mlc_model_free(recipe);
    mlc_model_free(model);
    mlc_model_free(ridge);
    mlc_transform_free(scaler);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_recipe_of_a_fitted_model_fits_again_to_the_same_model)
{
    mlc_dataset *rows = composing_rows(80, COMPOSING_CLASSES);
    mlc_model *model = transforming_model("pipeline(automatic, logistic_regression)", rows);
    mlc_model *recipe = NULL, *again = NULL, *refitted = NULL;
    mlc_error err = {0};
    ck_assert_int_eq(mlc_model_recipe(model, &recipe, &err), MLC_OK);
    ck_assert_int_eq(mlc_model_is_fitted(recipe), 0);
    ck_assert_int_eq(mlc_model_fit(NULL, recipe, rows, NULL, &again, &err), MLC_OK);
    ck_assert_int_eq(mlc_model_fit(NULL, model, rows, NULL, &refitted, &err), MLC_OK);
    composing_same(model, again, rows);
    composing_same(model, refitted, rows);
    mlc_model_free(refitted);
    mlc_model_free(again);
    mlc_model_free(recipe);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

static mlc_status change(mlc_context *ctx, void *arg, mlc_error *err)
{
    mlc_model *model = NULL, *changed = NULL, *recipe = NULL;
    mlc_buffer *text = NULL;
    mlc_status status = mlc_model_parse(ctx, arg, &model, err);
    if (status == MLC_OK) status = mlc_model_with(model, "fill.fill_value='z'", &changed, err);
    if (status == MLC_OK) status = mlc_model_recipe(changed, &recipe, err);
    if (status == MLC_OK) status = mlc_model_format(recipe, "format=json", &text, err);
    mlc_buffer_free(text);
    mlc_model_free(recipe);
    mlc_model_free(changed);
    mlc_model_free(model);
    return status;
}

START_TEST(test_with_when_memory_fails_leaks_nothing)
{
    mlci_torture(change, (void *)(uintptr_t)big);
}
END_TEST

MLCI_CHECK_SUITE("component_recipe", test_recipe_survives_text_and_json_with_and_without_defaults,
                 test_text_of_a_recipe_leaves_defaults_and_derived_names_out,
                 test_with_by_path_changes_that_parameter_alone,
                 test_with_of_a_wrong_path_or_value_says_what_would_be_right,
                 test_with_on_a_part_that_stands_in_two_places_changes_one,
                 test_with_on_steps_that_automatic_chose_is_refused,
                 test_with_keeps_frozen_parts_and_refuses_to_change_them,
                 test_recipe_of_a_fitted_model_fits_again_to_the_same_model,
                 test_with_when_memory_fails_leaks_nothing)
