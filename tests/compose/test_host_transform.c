#include "check_suite.h"
#include "composing.h"
#include "context_impl.h"
#include "torture.h"

/* Adds the mean of the training values: one double of state. */
static mlc_status fit_mean(void *user, int64_t n, const double *values, const double *weight,
                           double *state, mlc_error *err)
{
    (void)user;
    (void)err;
    double sum = 0, total = 0;
    for (int64_t i = 0; i < n; i++) {
        if (isnan(values[i])) continue;
        sum += weight[i] * values[i];
        total += weight[i];
    }
    state[0] = sum / total;
    return MLC_OK;
}

static mlc_status add_mean(void *user, const double *state, int64_t n, const double *values,
                           double *out, mlc_error *err)
{
    const int *fails = user;
    if (fails != NULL && *fails) {
        strcpy(err->message, "the price list is closed");
        return MLC_ERROR_IO;
    }
    for (int64_t i = 0; i < n; i++)
        out[i] = values[i] + state[0];
    return MLC_OK;
}

static mlc_context *with_transform(const char *name, int32_t version, int *fails)
{
    mlc_context *ctx = NULL;
    mlc_error err = {0};
    ck_assert_int_eq(mlc_context_create(NULL, &ctx, &err), MLC_OK);
    const mlc_transform_hooks hooks = {.size = sizeof hooks,
                                       .state_version = version,
                                       .n_state = 1,
                                       .user = fails,
                                       .fit = fit_mean,
                                       .apply = add_mean};
    if (name != NULL) {
        ck_assert_msg(mlc_context_add_transform(ctx, name, &hooks, &err) == MLC_OK, "%s",
                      err.message);
    }
    return ctx;
}

static mlc_model *fit_in(mlc_context *ctx, const mlc_dataset *rows)
{
    mlc_model *recipe = NULL, *model = NULL;
    mlc_error err = {0};
    mlc_status status =
        mlc_model_parse(ctx,
                        "pipeline(on(income, acme.add_mean), on([age, income], simple_imputer), "
                        "on([age, income], standard_scaler, remainder=drop), ridge)",
                        &recipe, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    status = mlc_model_fit(ctx, recipe, rows, NULL, &model, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    mlc_model_free(recipe);
    return model;
}

START_TEST(test_host_transform_learns_and_applies_each_column_by_itself)
{
    mlc_context *ctx = with_transform("acme.add_mean", 1, NULL);
    const double a[] = {1, 3, NAN}, b[] = {10, 20, 30}, w[] = {3, 1, 1};
    const mlc_array arrays[] = {making_real("a", 3, a), making_real("b", 3, b),
                                making_real("w", 3, w)};
    mlc_dataset *rows = making_dataset(arrays, 3, "weight=w"), *out = NULL;
    mlc_transform *recipe = NULL, *fitted = NULL;
    mlc_error err = {0};
    ck_assert_int_eq(mlc_transform_create(ctx, "acme.add_mean", NULL, &recipe, &err), MLC_OK);
    ck_assert_int_eq(mlc_transform_fit(ctx, recipe, rows, &fitted, &err), MLC_OK);
    ck_assert_int_eq(mlc_transform_apply(ctx, fitted, rows, &out, &err), MLC_OK);
    ck_assert_double_eq(making_cell(out, "a", 0), 2.5); /* mean (3 + 3) / 4 = 1.5 */
    ck_assert(isnan(making_cell(out, "a", 2)));
    ck_assert_double_eq(making_cell(out, "b", 2), 30 + 16);
    mlc_dataset_free(out);
    mlc_transform_free(fitted);
    mlc_transform_free(recipe);
    mlc_dataset_free(rows);
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_host_transform_survives_save_load_and_serves_records)
{
    mlc_context *ctx = with_transform("acme.add_mean", 3, NULL);
    mlc_dataset *rows = composing_rows(60, COMPOSING_NUMBERS);
    mlc_model *model = fit_in(ctx, rows), *loaded = NULL;
    mlc_buffer *bytes = NULL;
    mlc_error err = {0};
    ck_assert_int_eq(mlc_model_save_memory(ctx, model, NULL, &bytes, &err), MLC_OK);
    ck_assert_msg(mlc_model_load_memory(ctx, mlc_buffer_data(bytes), mlc_buffer_size(bytes), NULL,
                                        &loaded, &err) == MLC_OK,
                  "%s", err.message);
    composing_same(model, loaded, rows);
    compare_predictor("loaded", loaded, rows);
    mlc_model_free(loaded);
    mlc_buffer_free(bytes);
    mlc_model_free(model);
    mlc_dataset_free(rows);
    mlc_context_close(ctx);
}
END_TEST

static void load_fails(mlc_context *ctx, const mlc_buffer *bytes, const char *says)
{
    mlc_model *loaded = NULL;
    making_assert_fails(mlc_model_load_memory(ctx, mlc_buffer_data(bytes), mlc_buffer_size(bytes),
                                              NULL, &loaded, err),
                        MLC_ERROR_COMPONENT, says);
    ck_assert_ptr_null(loaded);
}

START_TEST(test_host_transform_that_is_not_registered_is_named_with_its_version)
{
    mlc_context *ctx = with_transform("acme.add_mean", 3, NULL);
    mlc_context *other = with_transform("acme.other", 3, NULL);
    mlc_context *newer = with_transform("acme.add_mean", 4, NULL);
    mlc_dataset *rows = composing_rows(60, COMPOSING_NUMBERS);
    mlc_model *model = fit_in(ctx, rows);
    mlc_buffer *bytes = NULL;
    ck_assert_int_eq(mlc_model_save_memory(ctx, model, NULL, &bytes, NULL), MLC_OK);
    const char *const missing =
        "the model needs the host's transform 'acme.add_mean' with state version 3: register it "
        "in the context that loads it";
    load_fails(NULL, bytes, missing);
    load_fails(other, bytes, missing);
    load_fails(newer, bytes,
               "saved with state version 3 of the host's transform 'acme.add_mean'; version 4 is "
               "registered");
    mlc_buffer_free(bytes);
    mlc_model_free(model);
    mlc_dataset_free(rows);
    mlc_context_close(newer);
    mlc_context_close(other);
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_host_transform_that_fails_is_a_callback_error_with_its_message)
{
    int fails = 0;
    mlc_context *ctx = with_transform("acme.add_mean", 1, &fails);
    mlc_dataset *rows = composing_rows(60, COMPOSING_NUMBERS), *out = NULL;
    mlc_model *model = fit_in(ctx, rows);
    fails = 1;
    making_assert_fails(mlc_model_predict(ctx, model, rows, NULL, &out, err), MLC_ERROR_CALLBACK,
                        "transform 'acme.add_mean' failed: the price list is closed");
    ck_assert_ptr_null(out);
    mlc_model_free(model);
    mlc_dataset_free(rows);
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_host_transform_unknown_in_a_recipe_says_how_to_register_it)
{
    composing_parse_fails("pipeline(acme.add_mean, ridge)", MLC_ERROR_COMPONENT,
                          "no transform 'acme.add_mean': names with a dot belong to the host");
}
END_TEST

/* ---- the other host components, through the public API ------------------------------------- */

/* Twice the squared error: the same minimum as squared error. */
static mlc_status twice_squared(void *user, int64_t n, const double *target, const double *raw,
                                const double *weight, double *gradient, double *hessian,
                                mlc_error *err)
{
    (void)user;
    (void)err;
    for (int64_t i = 0; i < n; i++) {
        gradient[i] = 2 * weight[i] * (raw[i] - target[i]);
        hessian[i] = 2 * weight[i];
    }
    return MLC_OK;
}

START_TEST(test_host_objective_fits_and_its_model_loads_anywhere)
{
    mlc_context *ctx = NULL;
    mlc_error err = {0};
    const mlc_objective objective = {
        .size = sizeof objective, .link = "identity", .gradients = twice_squared};
    ck_assert_int_eq(mlc_context_create(NULL, &ctx, &err), MLC_OK);
    ck_assert_int_eq(mlc_context_add_objective(ctx, "acme.twice", &objective, &err), MLC_OK);
    mlc_dataset *rows = composing_rows(100, COMPOSING_NUMBERS), *out = NULL;
    mlc_model *recipe = NULL, *model = NULL, *loaded = NULL;
    mlc_buffer *bytes = NULL;
    ck_assert_msg(mlc_model_parse(ctx,
                                  "gradient_boosting_regressor(loss=acme.twice, "
                                  "n_estimators=20)",
                                  &recipe, &err) == MLC_OK,
                  "%s", err.message);
    ck_assert_msg(mlc_model_fit(ctx, recipe, rows, NULL, &model, &err) == MLC_OK, "%s",
                  err.message);
    ck_assert_int_eq(mlc_model_save_memory(ctx, model, NULL, &bytes, &err), MLC_OK);
    ck_assert_msg(mlc_model_load_memory(NULL, mlc_buffer_data(bytes), mlc_buffer_size(bytes), NULL,
                                        &loaded, &err) == MLC_OK,
                  "%s", err.message);
    composing_same(model, loaded, rows);
    ck_assert_int_eq(mlc_model_evaluate(NULL, loaded, rows, "metrics=r2", &out, &err), MLC_OK);
    ck_assert_double_gt(making_cell(out, "value", 0), 0.7); /* it learns something */
    mlc_dataset_free(out);
    mlc_model_free(loaded);
    mlc_buffer_free(bytes);
    mlc_model_free(model);
    mlc_model_free(recipe);
    mlc_dataset_free(rows);
    mlc_context_close(ctx);
}
END_TEST

static mlc_status whole_life(mlc_context *ctx, void *arg, mlc_error *err)
{
    const mlc_transform_hooks hooks = {
        .size = sizeof hooks, .state_version = 1, .n_state = 1, .fit = fit_mean, .apply = add_mean};
    mlc_model *recipe = NULL, *model = NULL, *loaded = NULL;
    mlc_buffer *bytes = NULL;
    mlc_status status = MLC_OK;
    if (mlci_root_transform(mlci_context_root(ctx), "acme.add_mean") == NULL) {
        status = mlc_context_add_transform(ctx, "acme.add_mean", &hooks, err);
    }
    if (status == MLC_OK) {
        status = mlc_model_parse(ctx,
                                 "pipeline(on([age, income], chain(acme.add_mean, "
                                 "simple_imputer), remainder=drop), ridge)",
                                 &recipe, err);
    }
    if (status == MLC_OK) status = mlc_model_fit(ctx, recipe, arg, NULL, &model, err);
    if (status == MLC_OK) status = mlc_model_save_memory(ctx, model, NULL, &bytes, err);
    if (status == MLC_OK) {
        status = mlc_model_load_memory(ctx, mlc_buffer_data(bytes), mlc_buffer_size(bytes), NULL,
                                       &loaded, err);
    }
    mlc_model_free(loaded);
    mlc_buffer_free(bytes);
    mlc_model_free(model);
    mlc_model_free(recipe);
    return status;
}

START_TEST(test_host_transform_when_memory_fails_leaks_nothing)
{
    mlc_dataset *rows = composing_rows(40, COMPOSING_NUMBERS);
    mlci_torture(whole_life, rows);
    mlc_dataset_free(rows);
}
END_TEST

MLCI_CHECK_SUITE("host_transform", test_host_transform_learns_and_applies_each_column_by_itself,
                 test_host_transform_survives_save_load_and_serves_records,
                 test_host_transform_that_is_not_registered_is_named_with_its_version,
                 test_host_transform_that_fails_is_a_callback_error_with_its_message,
                 test_host_transform_unknown_in_a_recipe_says_how_to_register_it,
                 test_host_objective_fits_and_its_model_loads_anywhere,
                 test_host_transform_when_memory_fails_leaks_nothing)
