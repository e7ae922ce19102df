/* Odd values, where test_odd_inputs.c has odd shapes: extremes of each type in features, targets
 * and weights, one class a row, as many categories as rows, columns that repeat each other. Every
 * component gives finite numbers or a clear error, in bounded time, for fitting and for predicting.
 *
 * MLC_LONG=1: a million categories instead of two thousand. */
#include <math.h>
#include <stdio.h>

#include "conformance.h"

typedef struct table {
    int64_t n;
    double *a, *b, *y, *w, *relevance;
    int64_t *c, *class_number, *query;
    const char **color, **label;
    char *texts; /* room of 24 bytes a row */
    int has_weight, has_class_numbers;
} table;

static double noise(int64_t i, int salt)
{
    uint64_t h = (uint64_t)i * UINT64_C(0x9E3779B97F4A7C15) + (uint64_t)salt * 0x632BE5AB;
    h ^= h >> 32;
    h *= UINT64_C(0xD6E8FEB86659FD93);
    h ^= h >> 32;
    return (double)(h >> 11) * 0x1p-53;
}

/* ---- what is odd -------------------------------------------------------------------------- */

typedef void (*twist)(table *t);

#define TWIST(name, statement)                                                                     \
    static void name(table *t)                                                                     \
    {                                                                                              \
        for (int64_t i = 0; i < t->n; i++) {                                                       \
            statement;                                                                             \
        }                                                                                          \
    }

TWIST(one_nan, t->a[i] = i == 5 ? NAN : t->a[i])
TWIST(one_infinity, t->a[i] = i == 5 ? INFINITY : t->a[i])
TWIST(both_infinities, t->a[i] = i == 5 ? INFINITY : i == 9 ? -INFINITY : t->a[i])
TWIST(both_huge, t->a[i] = i % 2 ? 1e308 : -1e308)
TWIST(one_huge, t->a[i] = i == 7 ? 1.7976931348623157e308 : t->a[i])
TWIST(subnormals, t->a[i] = (double)(i % 7) * 5e-324)
TWIST(tiny_and_huge, t->a[i] = i % 2 ? 1e-300 : 1e300)
TWIST(signed_zeros, t->a[i] = i % 2 ? -0.0 : 0.0)
TWIST(almost_constant, t->a[i] = 1e15 + (i == 3))
TWIST(integer_extremes, t->c[i] = i % 3 == 0 ? INT64_MAX : i % 3 == 1 ? INT64_MIN : 0)
TWIST(collinear, t->b[i] = 2 * t->a[i] - 1)
TWIST(all_equal,
      (t->a[i] = 1, t->b[i] = 2, t->c[i] = 3, t->color[i] = "red", t->y[i] = 4, t->label[i] = "no"))
TWIST(equal_rows_other_targets, (t->a[i] = 1, t->b[i] = 2, t->c[i] = 3, t->color[i] = "red"))
TWIST(no_texts, t->color[i] = NULL)
TWIST(empty_texts, t->color[i] = i % 2 ? "" : " ")
TWIST(odd_texts, t->color[i] = i % 3 == 0   ? "\xF0\x9F\x8D\x8E"
                               : i % 3 == 1 ? "a,b\"c'd\ne=f(g)"
                                            : "nan")
TWIST(a_category_a_row, (snprintf(t->texts + 24 * i, 24, "k%lld", (long long)(t->n - i)),
                         t->color[i] = t->texts + 24 * i))
TWIST(a_class_a_row,
      (snprintf(t->texts + 24 * i, 24, "k%lld", (long long)i), t->label[i] = t->texts + 24 * i))
TWIST(class_numbers, (t->has_class_numbers = 1, t->class_number[i] = i % 3 == 0   ? -5
                                                                     : i % 3 == 1 ? 7
                                                                                  : 4000000000LL))
TWIST(class_number_extremes,
      (t->has_class_numbers = 1, t->class_number[i] = i % 2 ? INT64_MIN : INT64_MAX))
TWIST(missing_label, t->label[i] = i == 4 ? NULL : t->label[i])
TWIST(rare_class, t->label[i] = i == 4 ? "yes" : "no")
TWIST(target_nan, t->y[i] = i == 4 ? NAN : t->y[i])
TWIST(target_infinite, t->y[i] = i == 4 ? INFINITY : t->y[i])
TWIST(target_huge, t->y[i] = i % 2 ? 1e308 : -1e308)
TWIST(target_one_huge, t->y[i] = i == 4 ? 1e200 : t->y[i])
TWIST(target_subnormal, t->y[i] = (double)(i % 5) * 5e-324)
TWIST(target_constant, t->y[i] = 7)
TWIST(weights_zero, (t->has_weight = 1, t->w[i] = 0))
TWIST(weights_one_left, (t->has_weight = 1, t->w[i] = i == 3))
TWIST(weight_negative, (t->has_weight = 1, t->w[i] = i == 3 ? -1 : 1))
TWIST(weight_nan, (t->has_weight = 1, t->w[i] = i == 3 ? NAN : 1))
TWIST(weight_infinite, (t->has_weight = 1, t->w[i] = i == 3 ? INFINITY : 1))
TWIST(weights_huge, (t->has_weight = 1, t->w[i] = 1e308))
TWIST(weights_tiny, (t->has_weight = 1, t->w[i] = 5e-324))
TWIST(weights_far_apart, (t->has_weight = 1, t->w[i] = i % 2 ? 1e-150 : 1e150))

static const struct {
    const char *what;
    twist apply;
} cases[] = {
    {"a NaN", one_nan},
    {"an infinity", one_infinity},
    {"both infinities", both_infinities},
    {"1e308 and -1e308", both_huge},
    {"the largest number", one_huge},
    {"subnormal numbers", subnormals},
    {"1e-300 and 1e300", tiny_and_huge},
    {"zeros of both signs", signed_zeros},
    {"a column that is constant but for its last bit", almost_constant},
    {"the extremes of integers", integer_extremes},
    {"a column twice", collinear},
    {"one row again and again", all_equal},
    {"one row with different targets", equal_rows_other_targets},
    {"texts that are all missing", no_texts},
    {"empty and blank texts", empty_texts},
    {"texts with odd characters", odd_texts},
    {"a category a row", a_category_a_row},
    {"a class a row", a_class_a_row},
    {"classes -5, 7 and 4000000000", class_numbers},
    {"classes that are the extremes of integers", class_number_extremes},
    {"a label that is missing", missing_label},
    {"a class with one row", rare_class},
    {"a target that is NaN", target_nan},
    {"a target that is infinite", target_infinite},
    {"targets 1e308 and -1e308", target_huge},
    {"a target 1e200", target_one_huge},
    {"subnormal targets", target_subnormal},
    {"targets that are all equal", target_constant},
    {"weights that are all 0", weights_zero},
    {"one weight that is not 0", weights_one_left},
    {"a negative weight", weight_negative},
    {"a weight that is NaN", weight_nan},
    {"a weight that is infinite", weight_infinite},
    {"weights of 1e308", weights_huge},
    {"subnormal weights", weights_tiny},
    {"weights of 1e-150 and 1e150", weights_far_apart},
};
#define N_CASES ((int)(sizeof cases / sizeof cases[0]))

/* ---- rows --------------------------------------------------------------------------------- */

static table open_table(int64_t n)
{
    static const char *const colors[] = {"blue", "green", "red"};
    const size_t room = (size_t)n + 1;
    table t = {.n = n};
    t.a = calloc(room, sizeof *t.a);
    t.b = calloc(room, sizeof *t.b);
    t.y = calloc(room, sizeof *t.y);
    t.w = calloc(room, sizeof *t.w);
    t.relevance = calloc(room, sizeof *t.relevance);
    t.c = calloc(room, sizeof *t.c);
    t.query = calloc(room, sizeof *t.query);
    t.class_number = calloc(room, sizeof *t.class_number);
    t.color = calloc(room, sizeof *t.color);
    t.label = calloc(room, sizeof *t.label);
    t.texts = calloc(room, 24);
    for (int64_t i = 0; i < n; i++) {
        t.a[i] = noise(i, 1);
        t.b[i] = noise(i, 2) - 0.5;
        t.c[i] = (int64_t)(7 * noise(i, 3));
        t.color[i] = colors[(int)(3 * noise(i, 4))];
        t.y[i] = t.a[i] + 2 * t.b[i] + noise(i, 5);
        t.label[i] = t.y[i] > 0.5 ? "yes" : "no";
        t.w[i] = 1;
        t.query[i] = i % 9;
    }
    return t;
}

static void close_table(table *t)
{
    free(t->a);
    free(t->b);
    free(t->y);
    free(t->w);
    free(t->relevance);
    free(t->c);
    free(t->query);
    free(t->class_number);
    free(t->color);
    free(t->label);
    free(t->texts);
}

static mlc_array column(const char *name, const char *role, int32_t type, const void *data,
                        int64_t n)
{
    return (mlc_array){.size = sizeof(mlc_array),
                       .name = name,
                       .role = role,
                       .type = type,
                       .data = data,
                       .n_rows = n,
                       .n_columns = 1};
}

/* Ordinary targets as relevances; odd ones as they are. */
static const double *relevances(const table *t)
{
    for (int64_t i = 0; i < t->n; i++)
        t->relevance[i] = fabs(t->y[i]) < 10 ? floor(fabs(2 * t->y[i])) : t->y[i];
    return t->relevance;
}

/* NULL with *status set when the dataset itself is refused, which is an answer as well. */
static mlc_dataset *dataset_of(const table *t, const rows_options *o, mlc_status *status,
                               mlc_error *err)
{
    const double *const y = o->grouped ? relevances(t) : t->y;
    const mlc_array target = o->regression ? column("y", "target", MLC_TYPE_FLOAT64, y, t->n)
                             : t->has_class_numbers
                                 ? column("y", "target", MLC_TYPE_INT64, t->class_number, t->n)
                                 : column("y", "target", MLC_TYPE_TEXT, t->label, t->n);
    mlc_array arrays[7] = {
        column("a", NULL, MLC_TYPE_FLOAT64, t->a, t->n),
        column("b", NULL, MLC_TYPE_FLOAT64, t->b, t->n),
        column("c", NULL, MLC_TYPE_INT64, t->c, t->n),
        column("color", NULL, MLC_TYPE_TEXT, t->color, t->n),
        target,
    };
    int32_t n = 5;
    if (o->grouped) arrays[n++] = column("q", "group", MLC_TYPE_INT64, t->query, t->n);
    if (t->has_weight) arrays[n++] = column("w", "weight", MLC_TYPE_FLOAT64, t->w, t->n);
    mlc_dataset *out = NULL;
    *status = mlc_dataset_from_arrays(NULL, arrays, n, NULL, &out, err);
    return out;
}

/* ---- answers ------------------------------------------------------------------------------ */

static void assert_clear(const char *name, const char *what, mlc_status status,
                         const mlc_error *err)
{
    ck_assert_msg(status == MLC_ERROR_DATA || status == MLC_ERROR_COLUMN ||
                      status == MLC_ERROR_NUMERIC || status == MLC_ERROR_SETTING ||
                      status == MLC_ERROR_ROLE || status == MLC_ERROR_LIMIT ||
                      status == MLC_ERROR_INVALID_VALUE,
                  "%s: %s: status %d: %s", name, what, (int)status, err->message);
    ck_assert_msg(strlen(err->message) > 10, "%s: %s: no message", name, what);
    ck_assert_int_eq(err->status, status);
}

static void assert_finite(const char *name, const char *what, const mlc_dataset *out)
{
    mlc_error err;
    const int64_t n = mlc_dataset_n_rows(out);
    for (int32_t j = 0; j < mlc_dataset_n_columns(out); j++) {
        if (mlc_dataset_column_type(out, j) == MLC_TYPE_TEXT) continue;
        const char *const column_name = mlc_dataset_column_name(out, j);
        const int64_t size = n * mlc_dataset_column_width(out, j);
        double *values = malloc((size_t)(size + 1) * sizeof *values);
        ck_assert_int_eq(mlc_dataset_copy_real(out, column_name, values, size, &err), MLC_OK);
        for (int64_t i = 0; i < size; i++) {
            ck_assert_msg(isfinite(values[i]), "%s: %s: %s of row %lld is %g", name, what,
                          column_name, (long long)(size > 0 ? i * n / size : 0), values[i]);
        }
        free(values);
    }
}

/* Predicts; what comes back is finite or a clear error. */
static void predict(const char *name, const char *what, const mlc_model *model,
                    const mlc_dataset *rows)
{
    mlc_dataset *out = NULL;
    mlc_error err = {0};
    const mlc_status status = mlc_model_predict(NULL, model, rows, NULL, &out, &err);
    if (status == MLC_OK) {
        ck_assert_int_eq(mlc_dataset_n_rows(out), mlc_dataset_n_rows(rows));
        assert_finite(name, what, out);
    } else {
        ck_assert_ptr_null(out);
        assert_clear(name, what, status, &err);
    }
    mlc_dataset_free(out);
}

/* Fits on the rows when they are good for a dataset at all, then predicts them. */
static void fit_and_predict(const char *name, const char *what, const mlc_model *recipe,
                            const table *t, const rows_options *o)
{
    mlc_status status = MLC_OK;
    mlc_error err = {0};
    mlc_model *model = NULL;
    mlc_dataset *rows = dataset_of(t, o, &status, &err);
    if (status == MLC_OK) status = mlc_model_fit(NULL, recipe, rows, NULL, &model, &err);
    if (status == MLC_OK) {
        predict(name, what, model, rows);
    } else {
        ck_assert_ptr_null(model);
        assert_clear(name, what, status, &err);
    }
    mlc_model_free(model);
    mlc_dataset_free(rows);
}

START_TEST(test_fit_when_values_are_odd_then_finite_or_clear_error)
{
    for (int k = 0; k < N_CASES; k++) {
        rows_options o = {0};
        mlc_model *recipe = conformance_model(NULL, COMPONENT, &o);
        OR_RETURN(recipe);
        table t = open_table(60);
        cases[k].apply(&t);
        fit_and_predict(COMPONENT->name, cases[k].what, recipe, &t, &o);
        close_table(&t);
        mlc_model_free(recipe);
    }
}
END_TEST

START_TEST(test_predict_when_values_are_odd_then_finite_or_clear_error)
{
    rows_options o = {0};
    mlc_model *recipe = conformance_model(NULL, COMPONENT, &o), *model = NULL;
    OR_RETURN(recipe);
    mlc_status status = MLC_OK;
    mlc_error err = {0};
    table usual = open_table(120);
    mlc_dataset *train = dataset_of(&usual, &o, &status, &err);
    ck_assert_int_eq(mlc_model_fit(NULL, recipe, train, NULL, &model, &err), MLC_OK);
    for (int k = 0; k < N_CASES; k++) {
        table t = open_table(60);
        cases[k].apply(&t);
        mlc_dataset *rows = dataset_of(&t, &o, &status, &err);
        if (rows != NULL) predict(COMPONENT->name, cases[k].what, model, rows);
        mlc_dataset_free(rows);
        close_table(&t);
    }
    close_table(&usual);
    mlc_dataset_free(train);
    mlc_model_free(model);
    mlc_model_free(recipe);
}
END_TEST

/* As many categories as rows: what is quadratic in them shows as a hang, and what needs more
 * memory than the limit says so. */
START_TEST(test_fit_when_there_are_many_categories_then_ends)
{
    const char *const is_long = getenv("MLC_LONG");
    rows_options o = {0};
    mlc_model *recipe = conformance_model(NULL, COMPONENT, &o);
    OR_RETURN(recipe);
    const mlc_host host = {.size = sizeof host, .memory_limit_bytes = INT64_C(2) << 30};
    mlc_context *ctx = NULL;
    mlc_model *model = NULL;
    mlc_status status = MLC_OK;
    mlc_error err = {0};
    ck_assert_int_eq(mlc_context_create(&host, &ctx, &err), MLC_OK);
    table t = open_table(is_long != NULL ? 1000000 : 2000);
    a_category_a_row(&t);
    mlc_dataset *rows = dataset_of(&t, &o, &status, &err);
    ck_assert_ptr_nonnull(rows);
    status = mlc_model_fit(ctx, recipe, rows, NULL, &model, &err);
    if (status == MLC_OK) predict(COMPONENT->name, "many categories", model, rows);
    if (status != MLC_OK && status != MLC_ERROR_NO_MEMORY) {
        assert_clear(COMPONENT->name, "many categories", status, &err);
    }
    mlc_model_free(model);
    mlc_dataset_free(rows);
    mlc_context_close(ctx);
    close_table(&t);
    mlc_model_free(recipe);
}
END_TEST

START_TEST(test_fit_when_there_is_no_feature_then_named)
{
    rows_options o = {0};
    mlc_model *recipe = conformance_model(NULL, COMPONENT, &o), *model = NULL;
    OR_RETURN(recipe);
    mlc_status status = MLC_OK;
    mlc_error err = {0};
    mlc_dataset *bare = NULL;
    table t = open_table(60);
    mlc_dataset *rows = dataset_of(&t, &o, &status, &err);
    ck_assert_int_eq(mlc_dataset_select(NULL, rows, o.grouped ? "y,q" : "y", &bare, &err), MLC_OK);
    status = mlc_model_fit(NULL, recipe, bare, NULL, &model, &err);
    ck_assert_msg(status != MLC_OK, "%s: fits without a feature", COMPONENT->name);
    assert_clear(COMPONENT->name, "no features", status, &err);
    mlc_dataset_free(bare);
    mlc_dataset_free(rows);
    close_table(&t);
    mlc_model_free(recipe);
}
END_TEST

MLCI_CHECK_SUITE_BY(conformance_add, "odd_values",
                    test_fit_when_values_are_odd_then_finite_or_clear_error,
                    test_predict_when_values_are_odd_then_finite_or_clear_error,
                    test_fit_when_there_are_many_categories_then_ends,
                    test_fit_when_there_is_no_feature_then_named)
