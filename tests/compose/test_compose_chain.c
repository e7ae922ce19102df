#include "check_suite.h"
#include "composing.h"
#include "torture.h"

/* Mean 3 after imputing, then centred: the steps are fitted on what those before made. */
START_TEST(test_chain_fits_each_step_on_what_those_before_it_made)
{
    const double x[] = {1, NAN, 5};
    const mlc_array array = making_real("x", 3, x);
    mlc_dataset *rows = making_dataset(&array, 1, NULL);
    mlc_dataset *out = transforming_both("chain(simple_imputer, standard_scaler)", rows);
    transforming_close(out, "x", 1, 0);
    transforming_close(out, "x", 2, sqrt(1.5));
    mlc_dataset_free(out);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_chain_with_a_fitted_step_leaves_it_as_it_is)
{
    const double x[] = {1, 2, 3}, z[] = {10, 20, 60};
    const mlc_array one = making_real("x", 3, x), other = making_real("x", 3, z);
    mlc_dataset *rows = making_dataset(&one, 1, NULL), *more = making_dataset(&other, 1, NULL);
    mlc_transform *fitted = transforming_fit("standard_scaler(with_std=false)", rows);
    mlc_transform *fresh = NULL, *chain = NULL, *whole = NULL;
    mlc_error err = {0};
    ck_assert_int_eq(mlc_transform_parse(NULL, "simple_imputer", &fresh, &err), MLC_OK);
    mlc_transform *const steps[] = {fresh, fitted};
    ck_assert_int_eq(mlc_transform_chain(steps, 2, &chain, &err), MLC_OK);
    ck_assert_int_eq(mlc_transform_is_fitted(chain), 0);
    ck_assert_int_eq(mlc_transform_fit(NULL, chain, more, &whole, &err), MLC_OK);
    mlc_dataset *out = transforming_apply(whole, more);
    ck_assert_double_eq(making_cell(out, "x", 0), 8); /* less the mean of rows, 2 */
    mlc_dataset_free(out);
    mlc_transform_free(whole);
    mlc_transform_free(chain);
    mlc_transform_free(fresh);
    mlc_transform_free(fitted);
    mlc_dataset_free(more);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_chain_of_nothing_is_refused)
{
    mlc_transform *out = NULL;
    mlc_transform *const none[] = {NULL};
    making_assert_fails(mlc_transform_chain(none, 0, &out, err), MLC_ERROR_ARGUMENT,
                        "n_steps = 0: a chain needs at least one step");
    making_assert_fails(mlc_transform_chain(none, 1, &out, err), MLC_ERROR_ARGUMENT,
                        "step 0 is NULL");
    ck_assert_ptr_null(out);
}
END_TEST

/* Both fitted, both with the derived name: neither may be changed, so somebody must name one. */
START_TEST(test_chain_of_two_fitted_steps_of_one_name_asks_for_a_name)
{
    const double x[] = {1, 2, 3};
    const mlc_array array = making_real("x", 3, x);
    mlc_dataset *rows = making_dataset(&array, 1, NULL);
    mlc_transform *a = transforming_fit("standard_scaler", rows);
    mlc_transform *b = transforming_fit("standard_scaler(name=b)", rows), *out = NULL;
    mlc_transform *const same[] = {a, a}, *const named[] = {a, b};
    making_assert_fails(mlc_transform_chain(same, 2, &out, err), MLC_ERROR_ARGUMENT, "name=");
    ck_assert_int_eq(mlc_transform_chain(named, 2, &out, NULL), MLC_OK);
    mlc_transform_free(out);
    mlc_transform_free(b);
    mlc_transform_free(a);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_chain_in_a_served_pipeline_gives_the_same_bits)
{
    mlc_dataset *rows = composing_rows(60, COMPOSING_NUMBERS);
    transforming_serves("pipeline(chain(simple_imputer, chain(standard_scaler, one_hot_encoder)), "
                        "ridge)",
                        rows);
    mlc_dataset_free(rows);
}
END_TEST

static mlc_status compose(mlc_context *ctx, void *arg, mlc_error *err)
{
    mlc_transform *a = NULL, *b = NULL, *chain = NULL, *on = NULL, *fitted = NULL;
    mlc_dataset *out = NULL;
    mlc_status status = mlc_transform_create(ctx, "simple_imputer", NULL, &a, err);
    if (status == MLC_OK) status = mlc_transform_create(ctx, "simple_imputer", NULL, &b, err);
    mlc_transform *const steps[] = {a, b};
    if (status == MLC_OK) status = mlc_transform_chain(steps, 2, &chain, err);
    if (status == MLC_OK) status = mlc_transform_on("age", chain, "remainder=drop", &on, err);
    if (status == MLC_OK) status = mlc_transform_fit(ctx, on, arg, &fitted, err);
    if (status == MLC_OK) status = mlc_transform_apply(ctx, fitted, arg, &out, err);
    mlc_dataset_free(out);
    mlc_transform_free(fitted);
    mlc_transform_free(on);
    mlc_transform_free(chain);
    mlc_transform_free(b);
    mlc_transform_free(a);
    return status;
}

START_TEST(test_chain_and_on_when_memory_fails_leak_nothing)
{
    mlc_dataset *rows = composing_rows(30, COMPOSING_NUMBERS);
    mlci_torture(compose, rows);
    mlc_dataset_free(rows);
}
END_TEST

MLCI_CHECK_SUITE("compose_chain", test_chain_fits_each_step_on_what_those_before_it_made,
                 test_chain_with_a_fitted_step_leaves_it_as_it_is, test_chain_of_nothing_is_refused,
                 test_chain_of_two_fitted_steps_of_one_name_asks_for_a_name,
                 test_chain_in_a_served_pipeline_gives_the_same_bits,
                 test_chain_and_on_when_memory_fails_leak_nothing)
