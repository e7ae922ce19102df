/* Cancelled at every check, and every allocation failing once: a status, nothing left behind, and
 * the handles as good as before. */
#include "conformance.h"

#include "context_impl.h"
#include "torture.h"

typedef struct fault_case {
    const mlci_descriptor *d;
    const mlc_dataset *rows;
    rows_options options;
} fault_case;

/* Makes, fits, predicts, saves, loads. */
static mlc_status whole_life(mlc_context *ctx, void *arg, mlc_error *err)
{
    const fault_case *c = arg;
    rows_options unused = {0};
    char recipe[512];
    mlc_buffer *text = NULL, *bytes = NULL;
    mlc_model *plain = conformance_model(NULL, c->d, &unused), *model = NULL, *fitted = NULL;
    mlc_model *loaded = NULL;
    mlc_dataset *out = NULL;
    mlc_error unseen;
    ck_assert_int_eq(mlc_model_format(plain, NULL, &text, &unseen), MLC_OK);
    ck_assert_int_lt(mlc_buffer_size(text), (int64_t)sizeof recipe);
    memcpy(recipe, mlc_buffer_data(text), (size_t)mlc_buffer_size(text) + 1);
    mlc_buffer_free(text);
    mlc_model_free(plain);
    mlc_status status = mlc_model_parse(ctx, recipe, &model, err);
    if (status == MLC_OK) status = mlc_model_fit(ctx, model, c->rows, NULL, &fitted, err);
    if (status == MLC_OK) status = mlc_model_predict(ctx, fitted, c->rows, NULL, &out, err);
    if (status == MLC_OK) status = mlc_model_save_memory(ctx, fitted, NULL, &bytes, err);
    if (status == MLC_OK) {
        status = mlc_model_load_memory(ctx, mlc_buffer_data(bytes), mlc_buffer_size(bytes), NULL,
                                       &loaded, err);
    }
    mlc_model_free(loaded);
    mlc_buffer_free(bytes);
    mlc_dataset_free(out);
    mlc_model_free(fitted);
    mlc_model_free(model);
    return status;
}

START_TEST(test_life_when_memory_fails_anywhere_then_status_and_nothing_left)
{
    fault_case c = {.d = COMPONENT, .options = {.n_rows = 60}};
    mlc_model *recipe = conformance_model(NULL, COMPONENT, &c.options);
    OR_RETURN(recipe);
    mlc_model_free(recipe);
    mlc_dataset *rows = conformance_rows(&c.options);
    c.rows = rows;
    mlci_torture(whole_life, &c);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_fit_when_cancelled_at_any_check_then_status_and_recipe_still_good)
{
    rows_options o = {.n_rows = 300};
    mlc_model *recipe = conformance_model(NULL, COMPONENT, &o);
    OR_RETURN(recipe);
    mlc_dataset *rows = conformance_rows(&o);
    mlc_error err;
    int64_t k = 1;
    for (;; k = k < 50 ? k + 1 : k + k / 8) {
        mlc_context *ctx = conformance_context(2, NULL);
        mlci_root_set_cancel_after(mlci_context_root(ctx), k);
        mlc_model *model = NULL;
        const mlc_status status = mlc_model_fit(ctx, recipe, rows, NULL, &model, &err);
        mlc_context_close(ctx);
        if (status == MLC_OK) {
            mlc_model_free(model);
            break;
        }
        ck_assert_msg(status == MLC_ERROR_CANCELLED, "%s: check %lld: status %d: %s",
                      COMPONENT->name, (long long)k, (int)status, err.message);
        ck_assert_ptr_null(model);
        ck_assert_msg(k < 100000, "%s: does not end", COMPONENT->name);
    }
    ck_assert_msg(k > 1, "%s: fits without a single check", COMPONENT->name);
    mlc_model *model = conformance_fit(NULL, COMPONENT, recipe, rows);
    mlc_model_free(model);
    mlc_dataset_free(rows);
    mlc_model_free(recipe);
}
END_TEST

MLCI_CHECK_SUITE_BY(conformance_add, "faults",
                    test_life_when_memory_fails_anywhere_then_status_and_nothing_left,
                    test_fit_when_cancelled_at_any_check_then_status_and_recipe_still_good)
