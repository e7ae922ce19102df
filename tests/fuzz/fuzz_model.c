/* Models fitted to rows drawn from the input: whatever the rows, a fit ends with a status or with a
 * model that saves, loads and saves to the same bytes, and predicts the same bits before and after,
 * in a batch and row by row. */
#include <math.h>

#include "fuzz_bytes.h"
#include "fuzz_main.h"
#include "fuzz_people.h"

#define MAX_ROWS 24

static const char *const recipes[] = {
    "ridge(alpha=%d)",
    "pipeline(automatic, ridge(alpha=%d))",
    "logistic_regression(C=%d, max_iter=8)",
    "pipeline(automatic, logistic_regression(C=%d, max_iter=8))",
    "kmeans(n_clusters=%d, n_init=1, max_iter=5)",
    "pipeline(automatic, kmeans(n_clusters=%d, n_init=1, max_iter=5))",
    "support_vector_classifier(C=%d, probability=true, max_iter=200)",
    "pipeline(automatic, support_vector_regressor(C=%d, max_iter=200))",
    "one_class_svm(degree=%d, kernel=poly, max_iter=200)",
    "gradient_boosting_regressor(n_estimators=%d, max_leaf_nodes=4, min_samples_leaf=1)",
    "gradient_boosting_classifier(n_estimators=%d, max_leaf_nodes=4, min_samples_leaf=1)",
    "pipeline(on(type:category, ordinal_encoder(handle_unknown=use_encoded_value)), "
    "gradient_boosting_classifier(n_estimators=%d, min_samples_leaf=1))",
    "pipeline(chain(simple_imputer(strategy=most_frequent), on(type:number, standard_scaler), "
    "on(type:category, one_hot_encoder(handle_unknown=ignore))), ridge(alpha=%d))",
    "pipeline(on(type:number, simple_imputer(strategy=median, add_indicator=true)), "
    "on(type:category, one_hot_encoder), logistic_regression(C=%d, max_iter=3))",
};
#define N_RECIPES (sizeof recipes / sizeof recipes[0])

typedef struct drawn_rows {
    int64_t n;
    double a[MAX_ROWS], b[MAX_ROWS], w[MAX_ROWS], y[MAX_ROWS];
    int64_t k[MAX_ROWS];
    const char *c[MAX_ROWS], *t[MAX_ROWS];
} drawn_rows;

static double draw_number(fuzz_bytes *in)
{
    static const double odd[] = {NAN, INFINITY, -INFINITY, 1e308, -1e308, 5e-324, -0.0, 1e16};
    const uint8_t k = fuzz_u8(in);
    if (k >= 248) return odd[k - 248];
    if (k >= 240) return fuzz_real(in);
    return (double)k - 100;
}

static mlc_dataset *draw_rows(mlc_context *ctx, fuzz_bytes *in, drawn_rows *d)
{
    static const char *const words[] = {"x", "y", "z", "", "long word", NULL, "x", "y"};
    static const char *const roles[] = {
        "target=y",   "target=t", "target=y weight=w", "target=t weight=w positive=x",
        "ignore=y,t", "target=k", "target=c ignore=t", "ignore=a,k target=t"};
    const char *const role = roles[fuzz_below(in, 8)];
    d->n = (int64_t)fuzz_below(in, MAX_ROWS + 1);
    for (int64_t i = 0; i < d->n; i++) {
        d->a[i] = draw_number(in);
        d->b[i] = draw_number(in);
        d->y[i] = draw_number(in);
        const uint8_t bits = fuzz_u8(in);
        d->w[i] = bits % 5 - (bits == 255);
        d->k[i] = bits / 32;
        d->c[i] = words[bits & 7];
        d->t[i] = words[bits >> 3 & 7];
    }
    const mlc_array arrays[] = {
        making_real("a", d->n, d->a),     making_real("b", d->n, d->b),
        making_integer("k", d->n, d->k),  making_category("c", d->n, d->c),
        making_category("t", d->n, d->t), making_real("w", d->n, d->w),
        making_real("y", d->n, d->y),
    };
    mlc_dataset *rows = NULL;
    mlc_error err;
    const mlc_status status = mlc_dataset_from_arrays(ctx, arrays, 7, role, &rows, &err);
    fuzz_status(status, &err);
    return rows;
}

/* Predictions as bytes, so that two models compare; NULL where it cannot predict. */
static mlc_buffer *predict(mlc_context *ctx, const mlc_model *model, const mlc_dataset *rows)
{
    mlc_dataset *out = NULL;
    mlc_buffer *text = NULL;
    mlc_error err;
    const mlc_status status = mlc_model_predict(ctx, model, rows, NULL, &out, &err);
    fuzz_status(status, &err);
    if (status != MLC_OK) return NULL;
    FUZZ_CHECK(mlc_dataset_format(out, "format=json", &text, &err) == MLC_OK);
    mlc_dataset_free(out);
    return text;
}

static void same_buffers(const mlc_buffer *a, const mlc_buffer *b)
{
    FUZZ_CHECK((a == NULL) == (b == NULL));
    if (a == NULL) return;
    FUZZ_CHECK(mlc_buffer_size(a) == mlc_buffer_size(b));
    FUZZ_CHECK(memcmp(mlc_buffer_data(a), mlc_buffer_data(b), (size_t)mlc_buffer_size(a)) == 0);
}

static void round_trip(mlc_context *ctx, const mlc_model *model, const mlc_dataset *rows)
{
    mlc_buffer *first = NULL, *second = NULL;
    mlc_model *loaded = NULL;
    mlc_error err;
    FUZZ_CHECK(mlc_model_save_memory(ctx, model, NULL, &first, &err) == MLC_OK);
    const mlc_status status = mlc_model_load_memory(ctx, mlc_buffer_data(first),
                                                    mlc_buffer_size(first), NULL, &loaded, &err);
    if (status != MLC_OK) fprintf(stderr, "%s\n", err.message);
    FUZZ_CHECK(status == MLC_OK);
    FUZZ_CHECK(mlc_model_save_memory(ctx, loaded, NULL, &second, &err) == MLC_OK);
    same_buffers(first, second);
    mlc_buffer *before = predict(ctx, model, rows), *after = predict(ctx, loaded, rows);
    same_buffers(before, after);
    mlc_buffer_free(before);
    mlc_buffer_free(after);
    mlc_buffer_free(first);
    mlc_buffer_free(second);
    mlc_model_free(loaded);
}

/* Each row as a view of one row: the same bits as in the batch. */
static void one_by_one(mlc_context *ctx, const mlc_model *model, const mlc_dataset *rows)
{
    mlc_dataset *batch = NULL;
    mlc_error err;
    if (mlc_model_predict(ctx, model, rows, NULL, &batch, &err) != MLC_OK) return;
    const int probability = mlc_dataset_find(batch, "probability") >= 0;
    const char *column = probability ? "probability" : "prediction";
    const int64_t width = mlc_dataset_column_width(batch, mlc_dataset_find(batch, column));
    const int64_t n = mlc_dataset_n_rows(rows);
    double *all = malloc((size_t)(n * width + 1) * sizeof *all);
    double *one = malloc((size_t)width * sizeof *one);
    FUZZ_CHECK(mlc_dataset_copy_real(batch, column, all, n * width, &err) == MLC_OK);
    for (int64_t i = 0; i < n; i++) {
        mlc_dataset *view = NULL, *out = NULL;
        FUZZ_CHECK(mlc_dataset_rows(ctx, rows, NULL, i, 1, &view, &err) == MLC_OK);
        FUZZ_CHECK(mlc_model_predict(ctx, model, view, NULL, &out, &err) == MLC_OK);
        FUZZ_CHECK(mlc_dataset_copy_real(out, column, one, width, &err) == MLC_OK);
        for (int64_t k = 0; k < width; k++) {
            const double a = all[i * width + k];
            FUZZ_CHECK((a != a && one[k] != one[k]) || memcmp(&a, &one[k], sizeof a) == 0);
        }
        mlc_dataset_free(out);
        mlc_dataset_free(view);
    }
    free(all);
    free(one);
    mlc_dataset_free(batch);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_bytes in = fuzz_bytes_of(data, size);
    fuzz_host host = {0};
    mlc_context *ctx = fuzz_open(&host, 1);
    char recipe[512];
    drawn_rows drawn = {0};
    mlc_model *parsed = NULL, *model = NULL;
    mlc_error err;
    const char *form = recipes[fuzz_below(&in, N_RECIPES)];
    snprintf(recipe, sizeof recipe, form, 1 + (int)fuzz_below(&in, 4));
    mlc_status status = mlc_model_parse(ctx, recipe, &parsed, &err);
    if (status != MLC_OK) fprintf(stderr, "%s: %s\n", recipe, err.message);
    FUZZ_CHECK(status == MLC_OK);
    mlc_dataset *rows = draw_rows(ctx, &in, &drawn);
    if (rows != NULL) {
        status = mlc_model_fit(ctx, parsed, rows, NULL, &model, &err);
        fuzz_status(status, &err);
        if (status == MLC_OK) {
            round_trip(ctx, model, rows);
            one_by_one(ctx, model, rows);
        }
    }
    mlc_model_free(model);
    mlc_model_free(parsed);
    mlc_dataset_free(rows);
    fuzz_close(&host);
    return 0;
}
