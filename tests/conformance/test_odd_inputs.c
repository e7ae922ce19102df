/* Odd inputs give a result with finite numbers or a clear error: never a crash, a hang or
 * nonsense. The same matrix for every component. */
#include "conformance.h"

#include <math.h>

typedef struct odd_case {
    const char *what;
    rows_options rows;
} odd_case;

static const odd_case cases[] = {
    {"no rows", {.n_rows = 0}},
    {"one row", {.n_rows = 1}},
    {"two rows", {.n_rows = 2}},
    {"fewer rows than features", {.n_rows = 3, .no_missing = 1}},
    {"a constant column", {.n_rows = 80, .a_constant = 1, .a_value = 4}},
    {"a column that is missing everywhere", {.n_rows = 80, .a_missing = 1}},
    {"one class", {.n_rows = 80, .one_class = 1}},
    {"infinite values", {.n_rows = 80, .a_constant = 1, .a_value = INFINITY}},
    {"minus infinite values", {.n_rows = 80, .a_constant = 1, .a_value = -INFINITY}},
    {"huge values", {.n_rows = 80, .a_constant = 1, .a_value = 1e308}},
    {"tiny values", {.n_rows = 80, .a_constant = 1, .a_value = 5e-324}},
    {"one category", {.n_rows = 80, .color = "red"}},
};
#define N_CASES ((int)(sizeof cases / sizeof cases[0]))

static void assert_clear(const mlci_descriptor *d, const char *what, mlc_status status,
                         const mlc_error *err)
{
    ck_assert_msg(status == MLC_ERROR_DATA || status == MLC_ERROR_COLUMN ||
                      status == MLC_ERROR_NUMERIC || status == MLC_ERROR_SETTING,
                  "%s: %s: status %d: %s", d->name, what, (int)status, err->message);
    ck_assert_msg(strlen(err->message) > 10, "%s: %s: no message", d->name, what);
    ck_assert_int_eq(err->status, status);
}

static void assert_finite(const mlci_descriptor *d, const char *what, const mlc_model *model,
                          const mlc_dataset *rows)
{
    int64_t n = 0;
    double *values = conformance_predict(NULL, model, rows, &n);
    for (int64_t i = 0; i < n; i++) {
        ck_assert_msg(isfinite(values[i]), "%s: %s: prediction %lld is %g", d->name, what,
                      (long long)i, values[i]);
    }
    free(values);
}

START_TEST(test_fit_when_rows_are_odd_then_result_or_clear_error)
{
    for (int k = 0; k < N_CASES; k++) {
        rows_options o = cases[k].rows;
        mlc_model *recipe = conformance_model(NULL, COMPONENT, &o), *model = NULL;
        OR_RETURN(recipe);
        mlc_dataset *rows = conformance_rows(&o);
        mlc_error err = {0};
        const mlc_status status = mlc_model_fit(NULL, recipe, rows, NULL, &model, &err);
        if (status == MLC_OK) {
            assert_finite(COMPONENT, cases[k].what, model, rows);
            mlc_model_free(model);
        } else {
            ck_assert_msg(model == NULL, "%s: %s: out was written", COMPONENT->name, cases[k].what);
            assert_clear(COMPONENT, cases[k].what, status, &err);
        }
        mlc_dataset_free(rows);
        mlc_model_free(recipe);
    }
}
END_TEST

/* Rows that training has not seen the like of; unseen categories and values beyond the range are
 * ordinary in production. */
START_TEST(test_predict_when_rows_are_odd_then_result_or_clear_error)
{
    rows_options o = {.n_rows = 120};
    mlc_model *recipe = conformance_model(NULL, COMPONENT, &o);
    OR_RETURN(recipe);
    mlc_dataset *train = conformance_rows(&o);
    mlc_model *model = conformance_fit(NULL, COMPONENT, recipe, train);
    for (int k = 0; k < N_CASES; k++) {
        rows_options odd = cases[k].rows;
        odd.regression = o.regression;
        odd.grouped = o.grouped;
        mlc_dataset *rows = conformance_rows(&odd), *out = NULL;
        mlc_error err = {0};
        const mlc_status status = mlc_model_predict(NULL, model, rows, NULL, &out, &err);
        if (status == MLC_OK) {
            ck_assert_int_eq(mlc_dataset_n_rows(out), odd.n_rows);
            mlc_dataset_free(out);
        } else {
            assert_clear(COMPONENT, cases[k].what, status, &err);
        }
        mlc_dataset_free(rows);
    }
    mlc_model_free(model);
    mlc_dataset_free(train);
    mlc_model_free(recipe);
}
END_TEST

START_TEST(test_predict_when_category_is_unseen_then_result_or_named_error)
{
    rows_options o = {.n_rows = 120}, unseen = {.n_rows = 5, .color = "ultraviolet"};
    mlc_model *recipe = conformance_model(NULL, COMPONENT, &o);
    OR_RETURN(recipe);
    unseen.regression = o.regression;
    unseen.grouped = o.grouped;
    mlc_dataset *train = conformance_rows(&o), *rows = conformance_rows(&unseen), *out = NULL;
    mlc_model *model = conformance_fit(NULL, COMPONENT, recipe, train);
    mlc_error err = {0};
    const mlc_status status = mlc_model_predict(NULL, model, rows, "output=flags", &out, &err);
    if (status == MLC_OK) {
        double flags = 0;
        ck_assert_int_eq(mlc_dataset_real(out, "flags", 0, &flags, &err), MLC_OK);
        ck_assert_msg(((int)flags & MLC_FLAG_UNSEEN) != 0, "%s: not flagged", COMPONENT->name);
    } else {
        ck_assert_int_eq(status, MLC_ERROR_INVALID_VALUE);
        ck_assert_ptr_nonnull(strstr(err.message, "ultraviolet"));
    }
    mlc_dataset_free(out);
    mlc_model_free(model);
    mlc_dataset_free(rows);
    mlc_dataset_free(train);
    mlc_model_free(recipe);
}
END_TEST

START_TEST(test_predict_when_column_is_missing_then_named)
{
    rows_options o = {.n_rows = 120};
    mlc_model *recipe = conformance_model(NULL, COMPONENT, &o);
    OR_RETURN(recipe);
    mlc_dataset *train = conformance_rows(&o), *less = NULL, *out = NULL;
    mlc_model *model = conformance_fit(NULL, COMPONENT, recipe, train);
    mlc_error err = {0};
    ck_assert_int_eq(
        mlc_dataset_select(NULL, train, o.grouped ? "a,c,color,y,q" : "a,c,color,y", &less, &err),
        MLC_OK);
    ck_assert_int_eq(mlc_model_predict(NULL, model, less, NULL, &out, &err), MLC_ERROR_COLUMN);
    ck_assert_str_eq(err.name, "b");
    ck_assert_ptr_null(out);
    mlc_dataset_free(less);
    mlc_model_free(model);
    mlc_dataset_free(train);
    mlc_model_free(recipe);
}
END_TEST

START_TEST(test_predict_when_not_fitted_then_said)
{
    rows_options o = {.n_rows = 20};
    mlc_model *recipe = conformance_model(NULL, COMPONENT, &o);
    OR_RETURN(recipe);
    mlc_dataset *rows = conformance_rows(&o), *out = NULL;
    mlc_error err = {0};
    ck_assert_int_eq(mlc_model_predict(NULL, recipe, rows, NULL, &out, &err), MLC_ERROR_NOT_FITTED);
    mlc_dataset_free(rows);
    mlc_model_free(recipe);
}
END_TEST

MLCI_CHECK_SUITE_BY(conformance_add, "odd_inputs",
                    test_fit_when_rows_are_odd_then_result_or_clear_error,
                    test_predict_when_rows_are_odd_then_result_or_clear_error,
                    test_predict_when_category_is_unseen_then_result_or_named_error,
                    test_predict_when_column_is_missing_then_named,
                    test_predict_when_not_fitted_then_said)
