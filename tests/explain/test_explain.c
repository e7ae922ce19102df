#include "context_impl.h"
#include "explaining_models.h"
#include "torture.h"

static mlc_dataset *rows;
static mlc_model *model;

static void open_people(void)
{
    rows = composing_rows(80, COMPOSING_CLASSES);
    model = transforming_model("gradient_boosting_classifier(n_estimators=3)", rows);
}

static void close_people(void)
{
    mlc_model_free(model);
    mlc_dataset_free(rows);
}

#define REFUSES(settings, status, says)                                                            \
    making_assert_fails(mlc_model_explain(NULL, model, rows, NULL, settings, &out, err), status,   \
                        says)

START_TEST(test_settings_that_do_not_fit_are_refused)
{
    mlc_dataset *out = NULL;
    open_people();
    REFUSES("method=shape", MLC_ERROR_SETTING, "did you mean 'shap'?");
    REFUSES("level=row", MLC_ERROR_SETTING, "did you mean 'raw'?");
    REFUSES("top=-1", MLC_ERROR_SETTING, "top = -1: must be from 0");
    REFUSES("metods=shap", MLC_ERROR_SETTING, "did you mean 'method'?");
    REFUSES("method=interactions top=3", MLC_ERROR_SETTING, "top = 3: is for method=shap");
    REFUSES("metrics=mae", MLC_ERROR_SETTING, "metrics = 'mae': is for method=permutation");
    REFUSES("method=permutation level=encoded", MLC_ERROR_SETTING, "shuffles raw columns");
    REFUSES("method=permutation n_repeats=0", MLC_ERROR_SETTING, "must be from 1 to 10000");
    REFUSES("method=permutation metrics=roc", MLC_ERROR_COMPONENT, "roc");
    ck_assert_ptr_null(out);
    close_people();
}
END_TEST

START_TEST(test_handles_that_are_not_there_are_refused)
{
    mlc_dataset *out = NULL;
    open_people();
    making_assert_fails(mlc_model_explain(NULL, NULL, rows, NULL, NULL, &out, err),
                        MLC_ERROR_ARGUMENT, "model");
    making_assert_fails(mlc_model_explain(NULL, model, NULL, NULL, NULL, &out, err),
                        MLC_ERROR_ARGUMENT, "rows");
    making_assert_fails(mlc_model_explain(NULL, model, rows, NULL, NULL, NULL, err),
                        MLC_ERROR_ARGUMENT, "out");
    making_assert_fails(mlc_model_explain(NULL, model, rows, rows, "method=permutation", &out, err),
                        MLC_ERROR_ARGUMENT, "takes no background");
    close_people();
}
END_TEST

START_TEST(test_an_unfitted_model_is_refused)
{
    mlc_dataset *out = NULL;
    mlc_model *recipe = NULL;
    open_people();
    ck_assert_int_eq(mlc_model_recipe(model, &recipe, NULL), MLC_OK);
    making_assert_fails(mlc_model_explain(NULL, recipe, rows, NULL, NULL, &out, err),
                        MLC_ERROR_NOT_FITTED, "fitted");
    mlc_model_free(recipe);
    close_people();
}
END_TEST

/* Cancelled at its n-th look: nothing is left, and the next call works. */
START_TEST(test_explaining_can_be_cancelled_at_any_check)
{
    static const char *const settings[] = {NULL, "method=interactions", "method=permutation"};
    mlc_context *ctx = NULL;
    open_people();
    ck_assert_int_eq(mlc_context_create(NULL, &ctx, NULL), MLC_OK);
    for (int k = 0; k < 3; k++) {
        const int64_t level = mlc_context_memory_bytes(ctx);
        int64_t n = 1;
        for (; n < 10000; n++) {
            mlc_dataset *out = NULL;
            mlci_root_set_cancel_after(mlci_context_root(ctx), n);
            const mlc_status status =
                mlc_model_explain(ctx, model, rows, NULL, settings[k], &out, NULL);
            mlci_root_set_cancel_after(mlci_context_root(ctx), 0);
            mlc_dataset_free(out);
            ck_assert_int_eq(mlc_context_memory_bytes(ctx), level);
            if (status == MLC_OK) break;
            ck_assert_int_eq(status, MLC_ERROR_CANCELLED);
        }
        ck_assert_int_gt(n, 2);
        ck_assert_int_lt(n, 10000);
    }
    mlc_context_close(ctx);
    close_people();
}
END_TEST

static mlc_status explain_again(mlc_context *ctx, void *arg, mlc_error *err)
{
    static const char *const settings[] = {NULL, "level=encoded", "top=2", "method=interactions"};
    for (int k = 0; k < 4; k++) {
        mlc_dataset *out = NULL;
        MLCI_TRY(mlc_model_explain(ctx, model, rows, NULL, settings[k], &out, err));
        const int32_t last = mlc_dataset_n_columns(out) - 1;
        const double value = explained(out, mlc_dataset_column_name(out, last), 3, 0);
        mlci_torture_answer(&value, sizeof value);
        mlc_dataset_free(out);
    }
    (void)arg;
    return MLC_OK;
}

START_TEST(test_explaining_when_memory_fails_leaks_nothing)
{
    rows = composing_rows(80, "target=city id=id ignore=spent,w,buys");
    model = transforming_model("pipeline(automatic, gradient_boosting_classifier(n_estimators=2))",
                               rows);
    mlci_torture(explain_again, NULL);
    close_people();
}
END_TEST

MLCI_CHECK_SUITE("explain", test_settings_that_do_not_fit_are_refused,
                 test_handles_that_are_not_there_are_refused, test_an_unfitted_model_is_refused,
                 test_explaining_can_be_cancelled_at_any_check,
                 test_explaining_when_memory_fails_leaks_nothing)
