#include "conformance.h"

#include <math.h>
#include <stdio.h>

/* A fixed pseudo-random number in [0, 1) for a cell. */
static double noise(int64_t row, int salt)
{
    uint64_t h = (uint64_t)row * UINT64_C(0x9E3779B97F4A7C15) + (uint64_t)salt * 0x2545F491;
    h ^= h >> 31;
    h *= UINT64_C(0xBF58476D1CE4E5B9);
    h ^= h >> 29;
    return (double)(h >> 11) * 0x1p-53;
}

static const char *const colors[] = {"blue", "green", "red", "violet"};

typedef struct columns {
    double *a, *b, *y, *upper, *w;
    int64_t *c, *q;
    const char **color, **label;
} columns;

static void fill_row(const rows_options *o, columns *m, int64_t i, int64_t row)
{
    const int64_t hue = (int64_t)(4 * noise(row, 3));
    m->a[i] = o->a_constant ? o->a_value : 10 * noise(row, 1);
    if ((!o->no_missing && noise(row, 5) < 0.1) || o->a_missing) m->a[i] = NAN;
    m->b[i] = noise(row, 2) - 0.5;
    m->c[i] = (int64_t)(7 * noise(row, 4));
    m->color[i] = o->color != NULL ? o->color : colors[hue];
    if (!o->no_missing && noise(row, 6) < 0.05) m->color[i] = NULL;
    m->y[i] = 3 * noise(row, 1) + 2 * (m->b[i] > 0) + (double)hue + 0.3 * noise(row, 7);
    const int k = o->n_classes > 2 ? o->n_classes : 2;
    static const char *const labels[] = {"no", "yes", "maybe"};
    const int label = o->one_class ? 0 : (int)(m->y[i] * k / 9) % k;
    m->label[i] = labels[label];
    if (o->weight != NULL) m->w[i] = o->weight[row];
    if (o->grouped) m->y[i] = (double)(int64_t)(m->y[i] / 2);
    if (o->bounds) m->y[i] = (double)(int64_t)(m->y[i] + 1);
    m->upper[i] = noise(row, 9) < 0.3 ? NAN : m->y[i];
    m->q[i] = (int64_t)(15 * noise(row, 8));
}

mlc_dataset *conformance_rows(const rows_options *o)
{
    const int64_t n = o->n_rows;
    const size_t room = (size_t)(n > 0 ? n : 1);
    columns m = {malloc(room * 8), malloc(room * 8), malloc(room * 8),
                 malloc(room * 8), malloc(room * 8), malloc(room * 8),
                 malloc(room * 8), malloc(room * 8), malloc(room * 8)};
    for (int64_t i = 0; i < n; i++)
        fill_row(o, &m, i, o->order != NULL ? o->order[i] : i);
    const int64_t size = sizeof(mlc_array);
    mlc_array arrays[] = {
        {.size = size,
         .name = "a",
         .type = MLC_TYPE_FLOAT64,
         .data = m.a,
         .n_rows = n,
         .n_columns = 1},
        {.size = size,
         .name = "b",
         .type = MLC_TYPE_FLOAT64,
         .data = m.b,
         .n_rows = n,
         .n_columns = 1},
        {.size = size,
         .name = "c",
         .type = MLC_TYPE_INT64,
         .data = m.c,
         .n_rows = n,
         .n_columns = 1},
        {.size = size,
         .name = "color",
         .type = MLC_TYPE_TEXT,
         .data = m.color,
         .n_rows = n,
         .n_columns = 1},
        o->regression ? (mlc_array){.size = size,
                                    .name = "y",
                                    .role = "target",
                                    .type = MLC_TYPE_FLOAT64,
                                    .data = m.y,
                                    .n_rows = n,
                                    .n_columns = 1}
                      : (mlc_array){.size = size,
                                    .name = "y",
                                    .role = "target",
                                    .type = MLC_TYPE_TEXT,
                                    .data = m.label,
                                    .n_rows = n,
                                    .n_columns = 1},
        {.size = size},
        {.size = size},
        {.size = size},
    };
    int32_t n_arrays = 5;
    if (o->grouped) {
        arrays[n_arrays++] = (mlc_array){.size = size,
                                         .name = "q",
                                         .role = "group",
                                         .type = MLC_TYPE_INT64,
                                         .data = m.q,
                                         .n_rows = n,
                                         .n_columns = 1};
    }
    if (o->bounds) {
        arrays[n_arrays++] = (mlc_array){.size = size,
                                         .name = "y_upper",
                                         .role = "target",
                                         .type = MLC_TYPE_FLOAT64,
                                         .data = m.upper,
                                         .n_rows = n,
                                         .n_columns = 1};
    }
    if (o->weight != NULL) {
        arrays[n_arrays++] = (mlc_array){.size = size,
                                         .name = "w",
                                         .role = "weight",
                                         .type = MLC_TYPE_FLOAT64,
                                         .data = m.w,
                                         .n_rows = n,
                                         .n_columns = 1};
    }
    mlc_error err;
    mlc_dataset *text = NULL, *out = NULL;
    const mlc_status status = mlc_dataset_from_arrays(NULL, arrays, n_arrays, NULL, &text, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    out = text;
    free(m.a);
    free(m.b);
    free(m.y);
    free(m.upper);
    free(m.w);
    free(m.c);
    free(m.q);
    free(m.color);
    free(m.label);
    return out;
}

/* ---- models -----------------------------------------------------------------------------------
 */

static int has_param(const mlci_descriptor *d, const char *name)
{
    for (const mlci_param *p = d->params; p != NULL && p->name != NULL; p++) {
        if (strcmp(p->name, name) == 0) return 1;
    }
    return 0;
}

/* Fewer trees and restarts: the promises do not depend on how many. */
static void quick_settings(const mlci_descriptor *d, char *out, size_t n)
{
    out[0] = '\0';
    if (has_param(d, "n_estimators")) strncat(out, "n_estimators=4,", n - strlen(out) - 1);
    if (has_param(d, "min_samples_leaf")) strncat(out, "min_samples_leaf=5,", n - strlen(out) - 1);
    if (has_param(d, "n_clusters")) strncat(out, "n_clusters=3,", n - strlen(out) - 1);
    const size_t length = strlen(out);
    if (length > 0) out[length - 1] = '\0';
}

static void model_recipe(const mlci_descriptor *d, char *out, size_t n)
{
    char settings[128];
    quick_settings(d, settings, sizeof settings);
    if (strcmp(d->name, "resampled") == 0) {
        snprintf(out, n, "pipeline(automatic, %s(logistic_regression))", d->name);
    } else if (d->capabilities & MLCI_IS_COMPOSITION) {
        snprintf(out, n, "%s(automatic, ridge)", d->name);
    } else {
        snprintf(out, n, "pipeline(automatic, %s(%s))", d->name, settings);
    }
}

static void transform_recipe(const mlci_descriptor *d, char *out, size_t n)
{
    const char *const model = "gradient_boosting_regressor(n_estimators=2,min_samples_leaf=5)";
    if (strcmp(d->name, "chain") == 0) {
        snprintf(out, n, "pipeline(chain(simple_imputer, standard_scaler), %s)", model);
    } else if (strcmp(d->name, "on") == 0) {
        snprintf(out, n, "pipeline(on([a, b], simple_imputer), on(c, standard_scaler), %s)", model);
    } else if (d->capabilities & MLCI_IS_COMPOSITION) {
        snprintf(out, n, "pipeline(%s, ridge)", d->name);
    } else {
        const int32_t takes = ((const mlci_transform_descriptor *)d)->takes;
        const char *const chosen = takes & MLCI_TAKES_NUMBER ? "[a, b, c]" : "color";
        snprintf(out, n, "pipeline(on(%s, %s), %s)", chosen, d->name, model);
    }
}

mlc_model *conformance_model(mlc_context *ctx, const mlci_descriptor *d, rows_options *options)
{
    char recipe[512];
    if (d->kind == MLCI_KIND_MODEL) {
        model_recipe(d, recipe, sizeof recipe);
        options->regression = (d->capabilities & MLCI_CAN_CLASSIFY) == 0;
        options->grouped = (d->capabilities & MLCI_NEEDS_GROUP) != 0;
        options->bounds = (d->capabilities & MLCI_TAKES_BOUNDS) != 0;
    } else if (d->kind == MLCI_KIND_TRANSFORM) {
        transform_recipe(d, recipe, sizeof recipe);
        options->regression = 1;
    } else {
        return NULL;
    }
    mlc_model *model = NULL;
    mlc_error err;
    const mlc_status status = mlc_model_parse(ctx, recipe, &model, &err);
    ck_assert_msg(status == MLC_OK, "%s: %s", recipe, err.message);
    return model;
}

mlc_model *conformance_fit(mlc_context *ctx, const mlci_descriptor *d, const mlc_model *recipe,
                           const mlc_dataset *train)
{
    mlc_model *fitted = NULL;
    mlc_error err;
    const mlc_status status = mlc_model_fit(ctx, recipe, train, NULL, &fitted, &err);
    ck_assert_msg(status == MLC_OK, "%s: %s", d->name, err.message);
    return fitted;
}

mlc_buffer *conformance_bytes(const mlc_model *model)
{
    mlc_buffer *bytes = NULL;
    mlc_error err;
    const mlc_status status = mlc_model_save_memory(NULL, model, NULL, &bytes, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    return bytes;
}

double *conformance_predict(mlc_context *ctx, const mlc_model *model, const mlc_dataset *rows,
                            int64_t *n)
{
    mlc_dataset *out = NULL;
    mlc_error err;
    const mlc_status status = mlc_model_predict(ctx, model, rows, NULL, &out, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    const int64_t n_rows = mlc_dataset_n_rows(out);
    int64_t width = 0;
    for (int32_t j = 0; j < mlc_dataset_n_columns(out); j++) {
        width += mlc_dataset_column_width(out, j);
    }
    double *values = malloc((size_t)(n_rows * width + 1) * sizeof *values);
    int64_t at = 0;
    for (int32_t j = 0; j < mlc_dataset_n_columns(out); j++) {
        const int32_t type = mlc_dataset_column_type(out, j);
        const int64_t size = n_rows * mlc_dataset_column_width(out, j);
        if (type == MLC_TYPE_TEXT || type == MLC_TYPE_CATEGORY) {
            for (int64_t i = 0; i < n_rows; i++) {
                const char *text = NULL;
                int64_t length = 0;
                ck_assert_int_eq(
                    mlc_dataset_text(out, mlc_dataset_column_name(out, j), i, &text, &length, &err),
                    MLC_OK);
                double hash = 0;
                for (int64_t k = 0; k < length; k++)
                    hash = hash * 31 + text[k];
                values[at + i] = hash;
            }
        } else {
            ck_assert_int_eq(mlc_dataset_copy_real(out, mlc_dataset_column_name(out, j),
                                                   values + at, size, &err),
                             MLC_OK);
        }
        at += size;
    }
    mlc_dataset_free(out);
    *n = at;
    return values;
}

mlc_context *conformance_context(int32_t n_threads, const char *isa)
{
    const mlc_host host = {.size = sizeof host, .n_threads = n_threads, .isa = isa};
    mlc_context *ctx = NULL;
    mlc_error err;
    const mlc_status status = mlc_context_create(&host, &ctx, &err);
    if (status == MLC_ERROR_UNSUPPORTED) return NULL; /* this processor lacks it */
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    /* Asked for, not just allowed: predicting takes one thread unless told otherwise. */
    mlc_context_set_threads(ctx, n_threads);
    return ctx;
}

void conformance_add(Suite *suite, const TTest *const *tests, size_t n)
{
    const char *const only = getenv("MLC_COMPONENT");
    int first = 0, n_components = 0;
    while (mlci_registry_table[n_components] != NULL)
        n_components++;
    if (only != NULL) {
        while (first < n_components && strcmp(mlci_registry_table[first]->name, only) != 0)
            first++;
        if (first == n_components) {
            fprintf(stderr, "MLC_COMPONENT=%s: there is no such component\n", only);
            exit(EXIT_FAILURE);
        }
        n_components = first + 1;
    }
    TCase *const tcase = check_suite_case(suite, "components", 300);
    for (size_t i = 0; i < n; i++)
        tcase_add_loop_test(tcase, tests[i], first, n_components);
}
