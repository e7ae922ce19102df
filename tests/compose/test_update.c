#include "check_suite.h"
#include "composing.h"
#include "context_impl.h"
#include "torture.h"

#define PIPELINE "pipeline(on(type:category, one_hot_encoder), "

static mlc_model *update(const mlc_model *model, const mlc_dataset *rows, const char *settings)
{
    mlc_model *out = NULL;
    mlc_error err = {0};
    const mlc_status status = mlc_model_update(NULL, model, rows, NULL, settings, &out, &err);
    ck_assert_msg(status == MLC_OK, "%s: %s", settings, err.message);
    ck_assert(mlc_model_is_fitted(out));
    return out;
}

/* The whole artifacts agree: recipes, state, golden rows. */
static void same_artifact(const mlc_model *a, const mlc_model *b)
{
    mlc_buffer *x = NULL, *y = NULL;
    ck_assert_int_eq(mlc_model_save_memory(NULL, a, NULL, &x, NULL), MLC_OK);
    ck_assert_int_eq(mlc_model_save_memory(NULL, b, NULL, &y, NULL), MLC_OK);
    ck_assert_int_eq(mlc_buffer_size(x), mlc_buffer_size(y));
    ck_assert(memcmp(mlc_buffer_data(x), mlc_buffer_data(y), (size_t)mlc_buffer_size(x)) == 0);
    mlc_buffer_free(x);
    mlc_buffer_free(y);
}

START_TEST(test_update_of_a_pipeline_makes_the_artifact_of_one_go)
{
    mlc_dataset *rows = composing_rows(200, "target=buys id=id weight=w ignore=spent");
    static const char *const recipes[][2] = {
        {"gradient_boosting_classifier(n_estimators=4, subsample=0.7)",
         "gradient_boosting_classifier(n_estimators=10, subsample=0.7)"},
        {PIPELINE "gradient_boosting_classifier(n_estimators=4, name=b))",
         PIPELINE "gradient_boosting_classifier(n_estimators=10, name=b))"},
        {"pipeline(pipeline(automatic, gradient_boosting_classifier(n_estimators=4)))",
         "pipeline(pipeline(automatic, gradient_boosting_classifier(n_estimators=10)))"}};
    for (int i = 0; i < 3; i++) {
        mlc_model *begun = transforming_model(recipes[i][0], rows);
        mlc_model *whole = transforming_model(recipes[i][1], rows);
        mlc_model *done = update(begun, rows, "n_rounds=6"), *cut = NULL;
        same_artifact(done, whole);
        cut = update(whole, NULL, "method=truncate n_rounds=4");
        same_artifact(cut, begun);
        mlc_model_free(cut);
        /* As many rounds as a fit makes. */
        cut = update(begun, rows, NULL);
        mlc_dataset *history =
            composing_table(cut, i == 1   ? "b.history"
                                 : i == 2 ? "gradient_boosting_classifier.history"
                                          : "history");
        ck_assert_int_eq(mlc_dataset_n_rows(history), 8);
        mlc_dataset_free(history);
        mlc_model_free(cut);
        mlc_model_free(done);
        mlc_model_free(whole);
        mlc_model_free(begun);
    }
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_predict_with_the_first_rounds_is_what_a_cut_model_predicts)
{
    mlc_dataset *rows = composing_rows(150, COMPOSING_NUMBERS), *out = NULL;
    mlc_model *model =
        transforming_model(PIPELINE "gradient_boosting_regressor(n_estimators=9))", rows);
    mlc_model *cut = update(model, NULL, "method=truncate n_rounds=3");
    mlc_dataset *first = composing_predict(model, rows, "n_rounds=3 output=raw,class,leaf");
    mlc_dataset *same = composing_predict(cut, rows, "output=raw,class,leaf");
    ck_assert_int_eq(mlc_dataset_column_width(first, mlc_dataset_find(first, "leaf")), 3);
    for (int64_t i = 0; i < 150; i++)
        ck_assert_double_eq(making_cell(first, "raw", i), making_cell(same, "raw", i));
    making_assert_fails(mlc_model_predict(NULL, model, rows, "n_rounds=10", &out, err),
                        MLC_ERROR_SETTING, "n_rounds = 10: the model has 9");
    making_assert_fails(mlc_model_predict(NULL, model, rows, "n_rounds=0", &out, err),
                        MLC_ERROR_SETTING, "n_rounds");
    mlc_dataset_free(same);
    mlc_dataset_free(first);
    mlc_model_free(cut);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_update_takes_parameters_for_what_comes)
{
    mlc_dataset *rows = composing_rows(150, COMPOSING_NUMBERS);
    mlc_model *model =
        transforming_model(PIPELINE "gradient_boosting_regressor(n_estimators=5))", rows);
    mlc_model *quick = update(model, rows, "n_rounds=5 parameters='learning_rate=0.9'");
    mlc_model *usual = update(model, rows, "n_rounds=5");
    mlc_buffer *recipe = NULL;
    ck_assert_int_eq(mlc_model_format(quick, NULL, &recipe, NULL), MLC_OK);
    ck_assert_ptr_nonnull(strstr(mlc_buffer_data(recipe), "learning_rate=0.9"));
    ck_assert_ptr_nonnull(strstr(mlc_buffer_data(recipe), "n_estimators=10"));
    mlc_dataset *a = composing_table(quick, "gradient_boosting_regressor.history");
    mlc_dataset *b = composing_table(usual, "gradient_boosting_regressor.history");
    ck_assert_double_eq(making_cell(a, "train_loss", 4), making_cell(b, "train_loss", 4));
    ck_assert_double_lt(making_cell(a, "train_loss", 9), making_cell(b, "train_loss", 9));
    mlc_dataset_free(a);
    mlc_dataset_free(b);
    mlc_buffer_free(recipe);
    mlc_model_free(usual);
    mlc_model_free(quick);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_update_on_categories_that_are_new_takes_them_as_missing)
{
    static const char *const first[] = {"a", "b", "a", "b", "a", "b", "a", "b", "a", "b"};
    static const char *const second[] = {"a", "zz", "b", "zz", "a", "zz", "b", "zz", "a", "b"};
    static const char *const third[] = {"a", NULL, "b", NULL, "a", NULL, "b", NULL, "a", "b"};
    static const double y[] = {1, 2, 1, 3, 1, 2, 5, 2, 1, 2};
    mlc_dataset *rows[3];
    for (int i = 0; i < 3; i++) {
        const mlc_array arrays[] = {making_category("c", 10,
                                                    i == 0   ? first
                                                    : i == 1 ? second
                                                             : third),
                                    making_real("y", 10, y)};
        rows[i] = making_dataset(arrays, 2, "target=y");
    }
    mlc_model *model = transforming_model(
        "gradient_boosting_regressor(min_samples_leaf=1, n_estimators=3)", rows[0]);
    mlc_model *a = update(model, rows[1], "n_rounds=4"), *b = update(model, rows[2], "n_rounds=4");
    same_artifact(a, b);
    mlc_model_free(a);
    mlc_model_free(b);
    a = update(model, rows[1], "method=refit");
    b = update(model, rows[2], "method=refit decay_rate=0.9");
    same_artifact(a, b);
    mlc_model_free(a);
    mlc_model_free(b);
    mlc_model_free(model);
    for (int i = 0; i < 3; i++)
        mlc_dataset_free(rows[i]);
}
END_TEST

START_TEST(test_update_refuses_what_makes_no_sense)
{
    mlc_dataset *rows = composing_rows(80, COMPOSING_CLASSES);
    mlc_dataset *numbers = composing_rows(80, COMPOSING_NUMBERS);
    mlc_model *model = transforming_model("gradient_boosting_classifier(n_estimators=3)", rows);
    mlc_model *ridge = transforming_model("pipeline(automatic, ridge)", numbers), *out = NULL;
    mlc_model *recipe = composing_parse("gradient_boosting_classifier");
    static const struct {
        const char *settings, *says;
    } wrong[] = {
        {"method=more", "method"},
        {"n_rounds=0", "n_rounds"},
        {"n_rounds=99999999", "n_estimators = 100000002"},
        {"n_rounds=9223372036854775807", "n_estimators"},
        {"decay_rate=0.5", "decay_rate is for method = refit; method is continue"},
        {"method=refit decay_rate=1.5", "decay_rate"},
        {"method=refit n_rounds=3", "method = refit keeps the rounds"},
        {"method=refit parameters='n_estimators=7'", "method = refit keeps the rounds"},
        {"parameters='learning_rat=7'", "learning_rate"},
        {"parameters='loss=one_vs_all subsample=2'", "subsample"},
        {"parameters='zero_as_missing=true'", "fitted with the other value"},
        {"parameters='a='", ""},
        {"rounds=3", "n_rounds"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        mlc_error err = {0};
        ck_assert_int_ne(mlc_model_update(NULL, model, rows, NULL, wrong[i].settings, &out, &err),
                         MLC_OK);
        ck_assert_msg(strstr(err.message, wrong[i].says) != NULL, "%s: %s", wrong[i].settings,
                      err.message);
    }
    making_assert_fails(mlc_model_update(NULL, model, NULL, NULL, NULL, &out, err),
                        MLC_ERROR_ARGUMENT, "train is NULL");
    making_assert_fails(mlc_model_update(NULL, NULL, rows, NULL, NULL, &out, err),
                        MLC_ERROR_ARGUMENT, "model is NULL");
    making_assert_fails(mlc_model_update(NULL, model, rows, NULL, NULL, NULL, err),
                        MLC_ERROR_ARGUMENT, "out is NULL");
    making_assert_fails(mlc_model_update(NULL, recipe, rows, NULL, NULL, &out, err),
                        MLC_ERROR_NOT_FITTED, "fit it first");
    making_assert_fails(
        mlc_model_update(NULL, model, rows, NULL, "method=truncate n_rounds=1", &out, err),
        MLC_ERROR_ARGUMENT, "takes no rows");
    making_assert_fails(mlc_model_update(NULL, model, NULL, NULL, "method=truncate", &out, err),
                        MLC_ERROR_SETTING, "needs n_rounds");
    making_assert_fails(mlc_model_update(NULL, model, NULL, NULL,
                                         "method=truncate n_rounds=1 parameters='tol=1'", &out,
                                         err),
                        MLC_ERROR_SETTING, "learns nothing");
    making_assert_fails(mlc_model_update(NULL, ridge, numbers, NULL, NULL, &out, err),
                        MLC_ERROR_UNSUPPORTED, "gradient_boosting_regressor");
    making_assert_fails(
        mlc_model_predict(NULL, ridge, numbers, "n_rounds=1", (mlc_dataset **)&out, err),
        MLC_ERROR_UNSUPPORTED, "'ridge' does not learn in rounds");
    ck_assert_ptr_null(out);
    mlc_model_free(recipe);
    mlc_model_free(ridge);
    mlc_model_free(model);
    mlc_dataset_free(numbers);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_update_on_a_class_that_is_new_names_it)
{
    static const char *const old[] = {"no", "yes", "no", "yes"};
    static const char *const now[] = {"no", "maybe", "no", "yes"};
    static const double x[] = {1, 2, 3, 4};
    const mlc_array a[] = {making_real("x", 4, x), making_category("y", 4, old)};
    const mlc_array b[] = {making_real("x", 4, x), making_category("y", 4, now)};
    mlc_dataset *rows = making_dataset(a, 2, "target=y"), *more = making_dataset(b, 2, "target=y");
    mlc_model *model = transforming_model("gradient_boosting_classifier(n_estimators=2)", rows);
    mlc_model *out = NULL;
    making_assert_fails(mlc_model_update(NULL, model, more, NULL, NULL, &out, err), MLC_ERROR_DATA,
                        "maybe");
    mlc_model_free(model);
    mlc_dataset_free(more);
    mlc_dataset_free(rows);
}
END_TEST

typedef struct again {
    const mlc_model *model;
    const mlc_dataset *rows;
} again;

static mlc_status update_again(mlc_context *ctx, void *arg, mlc_error *err)
{
    static const char *const settings[] = {"n_rounds=2", "method=refit",
                                           "method=truncate n_rounds=1"};
    const again *const a = arg;
    for (int k = 0; k < 3; k++) {
        mlc_model *made = NULL;
        mlc_dataset *out = NULL;
        MLCI_TRY(mlc_model_update(ctx, a->model, k == 2 ? NULL : a->rows, NULL, settings[k], &made,
                                  err));
        mlc_status status = mlc_model_predict(ctx, made, a->rows, "output=raw", &out, err);
        mlc_model_free(made);
        if (status != MLC_OK) return status;
        const double value = making_cell(out, "raw", 5);
        mlci_torture_answer(&value, sizeof value);
        mlc_dataset_free(out);
    }
    return MLC_OK;
}

/* Cancelled at its n-th look: nothing is left, and the next call works. */
START_TEST(test_update_can_be_cancelled_at_any_check)
{
    static const char *const settings[] = {"n_rounds=2", "method=refit",
                                           "method=truncate n_rounds=1"};
    mlc_dataset *rows = composing_rows(80, COMPOSING_NUMBERS);
    mlc_model *model = transforming_model(
        PIPELINE "gradient_boosting_regressor(n_estimators=3, boosting=dart, skip_drop=0))", rows);
    mlc_context *ctx = NULL;
    ck_assert_int_eq(mlc_context_create(NULL, &ctx, NULL), MLC_OK);
    mlc_context_set_threads(ctx, 1); /* the pool stays */
    for (int k = 0; k < 3; k++) {
        const int64_t level = mlc_context_memory_bytes(ctx);
        int64_t n = 1;
        for (; n < 10000; n++) {
            mlc_model *out = NULL;
            mlci_root_set_cancel_after(mlci_context_root(ctx), n);
            const mlc_status status =
                mlc_model_update(ctx, model, k == 2 ? NULL : rows, NULL, settings[k], &out, NULL);
            mlci_root_set_cancel_after(mlci_context_root(ctx), 0);
            mlc_model_free(out);
            ck_assert_int_eq(mlc_context_memory_bytes(ctx), level);
            if (status == MLC_OK) break;
            ck_assert_int_eq(status, MLC_ERROR_CANCELLED);
        }
        ck_assert_int_gt(n, k == 2 ? 0 : 10);
        ck_assert_int_lt(n, 10000);
    }
    mlc_context_close(ctx);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_update_when_memory_fails_leaks_nothing)
{
    again a;
    mlc_dataset *rows = composing_rows(80, COMPOSING_NUMBERS);
    mlc_model *model = transforming_model(
        PIPELINE "gradient_boosting_regressor(n_estimators=2, loss=absolute_error))", rows);
    a = (again){model, rows};
    mlci_torture(update_again, &a);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

MLCI_CHECK_SUITE("update", test_update_of_a_pipeline_makes_the_artifact_of_one_go,
                 test_predict_with_the_first_rounds_is_what_a_cut_model_predicts,
                 test_update_takes_parameters_for_what_comes,
                 test_update_on_categories_that_are_new_takes_them_as_missing,
                 test_update_refuses_what_makes_no_sense,
                 test_update_on_a_class_that_is_new_names_it,
                 test_update_can_be_cancelled_at_any_check,
                 test_update_when_memory_fails_leaks_nothing)
