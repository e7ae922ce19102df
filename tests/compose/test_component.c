#include "component.h"

#include "check_suite.h"
#include "composing.h"
#include "torture.h"

START_TEST(test_steps_with_the_same_id_are_numbered)
{
    mlc_dataset *rows = composing_rows(60, COMPOSING_NUMBERS);
    mlc_model *model = transforming_model(
        "pipeline(on(age, simple_imputer), on(income, standard_scaler), on(job, one_hot_encoder), "
        "on(city, one_hot_encoder), ridge)",
        rows);
    mlc_dataset *steps = composing_table(model, "steps");
    making_assert_text(steps, "step", 1, "pipeline.on");
    making_assert_text(steps, "step", 3, "pipeline.on_2");
    making_assert_text(steps, "step", 5, "pipeline.on_3");
    making_assert_text(steps, "step", 7, "pipeline.on_4");
    mlc_dataset_free(steps);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_step_name_given_twice_is_refused)
{
    composing_parse_fails("pipeline(standard_scaler(name=s), simple_imputer(name=s), ridge)",
                          MLC_ERROR_SETTING, "step name 's' is used twice in 'pipeline'");
}
END_TEST

START_TEST(test_numbered_name_steps_aside_for_a_given_one)
{
    mlc_model *model =
        composing_parse("pipeline(standard_scaler, simple_imputer(name=standard_scaler_2), "
                        "standard_scaler, ridge)");
    mlc_model *changed = NULL;
    mlc_error err;
    ck_assert_int_eq(mlc_model_with(model, "standard_scaler_3.with_mean=false", &changed, &err),
                     MLC_OK);
    composing_text(changed, NULL,
                   "pipeline(standard_scaler, simple_imputer(name=standard_scaler_2), "
                   "standard_scaler(with_mean=false), ridge)");
    mlc_model_free(changed);
    mlc_model_free(model);
}
END_TEST

START_TEST(test_parts_of_the_wrong_kind_or_number_are_refused)
{
    composing_parse_fails("pipeline(ridge, standard_scaler)", MLC_ERROR_COMPONENT,
                          "'ridge' is a model, not a transform");
    composing_parse_fails("pipeline()", MLC_ERROR_ARGUMENT, "'pipeline' has 0 steps");
    composing_parse_fails("pipeline(on(age), ridge)", MLC_ERROR_ARGUMENT, "'on' has 0 steps");
    composing_parse_fails("pipeline(on(a, standard_scaler, simple_imputer), ridge)",
                          MLC_ERROR_ARGUMENT, "'on' has 2 steps: it takes 1");
    composing_parse_fails("ridge(standard_scaler)", MLC_ERROR_SYNTAX,
                          "'ridge' takes parameters as name=value, not 'standard_scaler'");
}
END_TEST

START_TEST(test_columns_where_none_belong_or_none_where_they_do_are_refused)
{
    composing_parse_fails("pipeline(on(standard_scaler), ridge)", MLC_ERROR_ARGUMENT, "'on' has 0");
    composing_parse_fails(
        "{\"id\": \"pipeline\", \"steps\": [{\"id\": \"on\", \"steps\": [\"standard_scaler\"]}, "
        "\"ridge\"]}",
        MLC_ERROR_SYNTAX, "'on' needs 'columns'");
    composing_parse_fails("{\"id\": \"ridge\", \"columns\": \"age\"}", MLC_ERROR_SYNTAX,
                          "only 'on' has columns");
}
END_TEST

START_TEST(test_unknown_component_suggests_the_nearest)
{
    composing_parse_fails("pipeline(standard_scalar, ridge)", MLC_ERROR_COMPONENT,
                          "standard_scaler");
    composing_parse_fails("rigde", MLC_ERROR_COMPONENT, "ridge");
}
END_TEST

/* Compositions of handles have the bounds that recipes have. */
START_TEST(test_chain_of_chains_beyond_the_depth_of_recipes_is_refused)
{
    mlc_transform *top = NULL, *next = NULL;
    mlc_error err = {0};
    ck_assert_int_eq(mlc_transform_create(NULL, "standard_scaler", NULL, &top, &err), MLC_OK);
    int depth = 1;
    for (; depth < 100; depth++) {
        if (mlc_transform_chain(&top, 1, &next, &err) != MLC_OK) break;
        mlc_transform_free(top);
        top = next;
    }
    ck_assert_int_eq(depth, MLCI_RECIPE_MAX_DEPTH);
    ck_assert_int_eq(err.status, MLC_ERROR_LIMIT);
    ck_assert_ptr_nonnull(strstr(err.message, "nested more than 32 deep"));
    mlc_transform_free(top);
}
END_TEST

START_TEST(test_chain_that_doubles_is_refused_before_it_fills_memory)
{
    mlc_transform *top = NULL;
    mlc_error err = {0};
    ck_assert_int_eq(mlc_transform_create(NULL, "standard_scaler", NULL, &top, &err), MLC_OK);
    mlc_status status = MLC_OK;
    for (int i = 0; i < 30 && status == MLC_OK; i++) {
        mlc_transform *const twice[] = {top, top};
        mlc_transform *next = NULL;
        status = mlc_transform_chain(twice, 2, &next, &err);
        if (status != MLC_OK) break;
        mlc_transform_free(top);
        top = next;
    }
    ck_assert_int_eq(status, MLC_ERROR_LIMIT);
    ck_assert_ptr_nonnull(strstr(err.message, "more than 10000 steps"));
    mlc_transform_free(top);
}
END_TEST

static mlc_status parse(mlc_context *ctx, void *arg, mlc_error *err)
{
    mlc_model *model = NULL;
    const mlc_status status = mlc_model_parse(ctx, arg, &model, err);
    mlc_model_free(model);
    return status;
}

START_TEST(test_parse_when_memory_fails_leaks_nothing)
{
    static char recipe[] = "pipeline(on([age, job], simple_imputer(strategy=constant, "
                           "fill_value='x y')), chain(standard_scaler, standard_scaler), ridge)";
    mlci_torture(parse, recipe);
}
END_TEST

MLCI_CHECK_SUITE("component", test_steps_with_the_same_id_are_numbered,
                 test_step_name_given_twice_is_refused,
                 test_numbered_name_steps_aside_for_a_given_one,
                 test_parts_of_the_wrong_kind_or_number_are_refused,
                 test_columns_where_none_belong_or_none_where_they_do_are_refused,
                 test_unknown_component_suggests_the_nearest,
                 test_chain_of_chains_beyond_the_depth_of_recipes_is_refused,
                 test_chain_that_doubles_is_refused_before_it_fills_memory,
                 test_parse_when_memory_fails_leaks_nothing)
