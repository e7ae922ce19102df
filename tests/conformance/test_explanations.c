/* Every model that has Shapley values: they add to its raw scores, with background rows and
 * without; the same bits for any number of threads, on each instruction set and for a row alone;
 * failing memory and cancelling leave nothing behind. */
#include "conformance.h"

#include <math.h>

#include "context_impl.h"
#include "descriptor.h"
#include "torture.h"

/* The model with its rows; NULL where the component has no Shapley values. */
typedef struct explained {
    mlc_dataset *rows;
    mlc_model *model;
} explained;

static int open_explained(const mlci_descriptor *d, rows_options o, explained *out)
{
    if (d->kind != MLCI_KIND_MODEL || (d->capabilities & MLCI_IS_COMPOSITION) ||
        ((const mlci_model_descriptor *)d)->explainer == NULL)
        return 0;
    mlc_model *const recipe = conformance_model(NULL, d, &o);
    out->rows = conformance_rows(&o);
    out->model = conformance_fit(NULL, d, recipe, out->rows);
    mlc_model_free(recipe);
    return 1;
}

static void close_explained(explained *e)
{
    mlc_model_free(e->model);
    mlc_dataset_free(e->rows);
}

/* A vector column, or a number a row, as doubles. */
static double *column_values(const mlc_dataset *d, int32_t f, int64_t *width)
{
    const int64_t n = mlc_dataset_n_rows(d);
    *width = mlc_dataset_column_width(d, f);
    double *const values = malloc((size_t)(n * *width) * sizeof *values);
    ck_assert_int_eq(
        mlc_dataset_copy_real(d, mlc_dataset_column_name(d, f), values, n * *width, NULL), MLC_OK);
    return values;
}

/* What the contributions add to: the raw score; of models without, the probability of each class,
 * of the second of two, or the prediction. */
static double *explained_scores(const explained *e, int64_t *n_outputs)
{
    static const char *const outputs[] = {"output=raw", "output=probability", NULL};
    mlc_dataset *out = NULL;
    mlc_error err = {0};
    mlc_status status = MLC_ERROR_UNSUPPORTED;
    for (int k = 0; k < 3 && status == MLC_ERROR_UNSUPPORTED; k++)
        status = mlc_model_predict(NULL, e->model, e->rows, outputs[k], &out, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    const int32_t f = mlc_dataset_n_columns(out) - 1;
    const int is_pair = strcmp(mlc_dataset_column_name(out, f), "probability") == 0 &&
                        mlc_dataset_column_width(out, f) == 2;
    double *const scores = column_values(out, f, n_outputs);
    if (is_pair) {
        *n_outputs = 1;
        for (int64_t i = 0; i < mlc_dataset_n_rows(out); i++)
            scores[i] = scores[2 * i + 1];
    }
    mlc_dataset_free(out);
    return scores;
}

static void check_sums(const char *name, const explained *e, const mlc_dataset *found)
{
    /* Sums of a few hundred rounded terms, against the sizes of the terms. */
    const double rounding = 1e-12;
    int64_t n_outputs, one, width;
    double *const raw = explained_scores(e, &n_outputs);
    for (int64_t k = 0; k < n_outputs; k++) {
        const int32_t f = mlc_dataset_n_columns(found) - 2 * (int32_t)(n_outputs - k);
        double *const base = column_values(found, f, &one);
        double *const values = column_values(found, f + 1, &width);
        for (int64_t i = 0; i < mlc_dataset_n_rows(found); i++) {
            double sum = base[i], size = fabs(base[i]);
            for (int64_t j = 0; j < width; j++) {
                sum += values[i * width + j];
                size += fabs(values[i * width + j]);
            }
            ck_assert_msg(fabs(sum - raw[i * n_outputs + k]) <= rounding * size,
                          "%s: row %lld, output %lld: %.17g for %.17g", name, (long long)i,
                          (long long)k, sum, raw[i * n_outputs + k]);
        }
        free(base);
        free(values);
    }
    free(raw);
}

/* Scores of support vectors are explained by all coalitions. */
static int64_t rows_for(const mlci_descriptor *component, int64_t usual)
{
    const char *const name = component->name;
    const int is_svm =
        strncmp(name, "support_vector", 14) == 0 || strcmp(name, "one_class_svm") == 0;
    return is_svm ? usual / 7 : usual;
}

START_TEST(test_base_and_contributions_add_to_the_raw_score)
{
    static const char *const levels[] = {"level=raw", "level=encoded"};
    for (int k = 0; k < 8; k++) {
        const rows_options o = {.n_rows = rows_for(COMPONENT, 300), .n_classes = 2 + k / 4};
        explained e;
        mlc_dataset *found = NULL;
        mlc_error err = {0};
        if (!open_explained(COMPONENT, o, &e)) return;
        const mlc_dataset *const background = k % 2 ? e.rows : NULL;
        const mlc_status status =
            mlc_model_explain(NULL, e.model, e.rows, background, levels[k / 2 % 2], &found, &err);
        if (background != NULL || status != MLC_ERROR_ARGUMENT) {
            ck_assert_msg(status == MLC_OK, "%s: %s", COMPONENT->name, err.message);
            check_sums(COMPONENT->name, &e, found);
        } else {
            ck_assert_ptr_nonnull(strstr(err.message, "background"));
        }
        mlc_dataset_free(found);
        close_explained(&e);
    }
}
END_TEST

/* The last column of an explanation against the first 20 rows. */
static double *explain_in(mlc_context *ctx, const explained *e, const mlc_dataset *rows,
                          int64_t *width)
{
    mlc_dataset *background = NULL, *found = NULL;
    mlc_error err = {0};
    ck_assert_int_eq(mlc_dataset_rows(NULL, e->rows, NULL, 0, 20, &background, NULL), MLC_OK);
    const mlc_status status =
        mlc_model_explain(ctx, e->model, rows, background, NULL, &found, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    double *const values = column_values(found, mlc_dataset_n_columns(found) - 1, width);
    mlc_dataset_free(found);
    mlc_dataset_free(background);
    return values;
}

START_TEST(test_bits_do_not_depend_on_threads_instruction_set_or_other_rows)
{
    static const char *const isas[] = {"reference", "avx2", "avx512", NULL, NULL, NULL};
    static const int32_t threads[] = {1, 1, 1, 2, 3, 7};
    explained e;
    int64_t width = 0;
    const int64_t n_rows = rows_for(COMPONENT, 700);
    if (!open_explained(COMPONENT, (rows_options){.n_rows = n_rows, .n_classes = 3}, &e)) return;
    double *const expected = explain_in(NULL, &e, e.rows, &width);
    for (int t = 0; t < 6; t++) {
        mlc_context *const ctx = conformance_context(threads[t], isas[t]);
        if (ctx == NULL) continue;
        double *const found = explain_in(ctx, &e, e.rows, &width);
        ck_assert_msg(memcmp(found, expected, (size_t)(n_rows * width) * sizeof *found) == 0,
                      "%s: other bits with %d threads on %s", COMPONENT->name, threads[t],
                      isas[t] != NULL ? isas[t] : "the best");
        free(found);
        mlc_context_close(ctx);
    }
    for (int64_t i = 0; i < n_rows; i += 33) {
        mlc_dataset *row = NULL;
        ck_assert_int_eq(mlc_dataset_rows(NULL, e.rows, NULL, i, 1, &row, NULL), MLC_OK);
        double *const found = explain_in(NULL, &e, row, &width);
        ck_assert_msg(memcmp(found, expected + i * width, (size_t)width * sizeof *found) == 0,
                      "%s: row %lld alone has other bits", COMPONENT->name, (long long)i);
        free(found);
        mlc_dataset_free(row);
    }
    free(expected);
    close_explained(&e);
}
END_TEST

static mlc_status explain_again(mlc_context *ctx, void *arg, mlc_error *err)
{
    const explained *const e = arg;
    mlc_dataset *out = NULL;
    double value = 0;
    MLCI_TRY(mlc_model_explain(ctx, e->model, e->rows, e->rows, "top=1", &out, err));
    ck_assert_int_eq(mlc_dataset_real(out, "contribution", 0, &value, NULL), MLC_OK);
    mlci_torture_answer(&value, sizeof value);
    mlc_dataset_free(out);
    return MLC_OK;
}

START_TEST(test_explaining_when_memory_fails_leaks_nothing)
{
    explained e;
    if (!open_explained(COMPONENT, (rows_options){.n_rows = 30}, &e)) return;
    mlci_torture(explain_again, &e);
    close_explained(&e);
}
END_TEST

START_TEST(test_explaining_is_cancelled_at_any_check)
{
    explained e;
    if (!open_explained(COMPONENT, (rows_options){.n_rows = rows_for(COMPONENT, 300)}, &e)) return;
    mlc_context *ctx = conformance_context(1, NULL);
    const int64_t level = mlc_context_memory_bytes(ctx);
    mlc_status status = MLC_ERROR_CANCELLED;
    for (int64_t n = 1; status != MLC_OK; n += 1 + n / 8) {
        mlc_dataset *out = NULL;
        mlci_root_set_cancel_after(mlci_context_root(ctx), n);
        status = mlc_model_explain(ctx, e.model, e.rows, e.rows, NULL, &out, NULL);
        mlci_root_set_cancel_after(mlci_context_root(ctx), 0);
        mlc_dataset_free(out);
        ck_assert_msg(status == MLC_OK || status == MLC_ERROR_CANCELLED, "%s: status %d",
                      COMPONENT->name, (int)status);
        ck_assert_int_eq(mlc_context_memory_bytes(ctx), level);
    }
    mlc_context_close(ctx);
    close_explained(&e);
}
END_TEST

MLCI_CHECK_SUITE_BY(conformance_add, "explanations",
                    test_base_and_contributions_add_to_the_raw_score,
                    test_bits_do_not_depend_on_threads_instruction_set_or_other_rows,
                    test_explaining_when_memory_fails_leaks_nothing,
                    test_explaining_is_cancelled_at_any_check)
