#include <pthread.h>

#include "check_suite.h"
#include "compose/composing.h"
#include "torture.h"

typedef struct serving {
    mlc_dataset *rows;
    mlc_model *model;
    mlc_predictor *predictor;
    mlc_value row[8];
    void *scratch;
} serving;

static void *zeroed(int64_t n)
{
    void *memory = aligned_alloc(64, (size_t)n);
    memset(memory, 0, (size_t)n);
    return memory;
}

static mlc_predictor *predictor_of(const mlc_model *model, const char *settings)
{
    mlc_predictor *p = NULL;
    mlc_error err = {0};
    ck_assert_msg(mlc_predictor_create(NULL, model, settings, &p, &err) == MLC_OK, "%s",
                  err.message);
    return p;
}

static serving serve(const char *recipe, const char *roles, const char *settings)
{
    serving s = {.rows = composing_rows(80, roles)};
    s.model = transforming_model(recipe, s.rows);
    s.predictor = predictor_of(s.model, settings);
    s.scratch = zeroed(mlc_predictor_scratch_bytes(s.predictor));
    return s;
}

static void stop(serving *s)
{
    free(s->scratch);
    mlc_predictor_free(s->predictor);
    mlc_model_free(s->model);
    mlc_dataset_free(s->rows);
}

static void set_row(serving *s, int64_t i)
{
    for (int32_t j = 0; j < mlc_predictor_n_inputs(s->predictor); j++) {
        s->row[j] = cell_value(
            s->rows, mlc_dataset_find(s->rows, mlc_predictor_input_name(s->predictor, j)), i);
    }
}

START_TEST(test_predictor_of_quantiles_gives_what_a_batch_gives)
{
    const char *const settings[] = {"output=interval", "output=quantile"};
    const char *const names[] = {"lower", "quantile[0.2]"};
    for (int k = 0; k < 2; k++) {
        double out[2];
        serving s = serve("gradient_boosting_regressor(loss=quantile, quantile=[0.2, 0.8])",
                          COMPOSING_NUMBERS, settings[k]);
        ck_assert_int_eq(mlc_predictor_n_outputs(s.predictor), 2);
        ck_assert_str_eq(mlc_predictor_output_name(s.predictor, 0), names[k]);
        mlc_dataset *batch = composing_predict(s.model, s.rows, "output=interval");
        for (int64_t i = 0; i < 80; i++) {
            set_row(&s, i);
            ck_assert_int_eq(mlc_predictor_run(s.predictor, s.row, s.scratch, out, NULL, NULL),
                             MLC_OK);
            ck_assert_double_eq(out[0], making_cell(batch, "lower", i));
            ck_assert_double_eq(out[1], making_cell(batch, "upper", i));
        }
        mlc_dataset_free(batch);
        stop(&s);
    }
}
END_TEST

START_TEST(test_predictor_names_its_inputs_outputs_and_labels)
{
    serving s = serve("pipeline(automatic, logistic_regression)", COMPOSING_CLASSES, NULL);
    ck_assert_int_eq(mlc_predictor_n_inputs(s.predictor), 4);
    ck_assert_str_eq(mlc_predictor_input_name(s.predictor, 2), "job");
    ck_assert_ptr_null(mlc_predictor_input_name(s.predictor, 4));
    ck_assert_ptr_null(mlc_predictor_input_name(s.predictor, -1));
    ck_assert_int_eq(mlc_predictor_n_outputs(s.predictor), 2);
    ck_assert_str_eq(mlc_predictor_output_name(s.predictor, 1), "probability[yes]");
    ck_assert_ptr_null(mlc_predictor_output_name(s.predictor, 2));
    ck_assert_str_eq(mlc_predictor_label(s.predictor, 0), "no");
    ck_assert_ptr_null(mlc_predictor_label(s.predictor, 2));
    ck_assert_int_eq(mlc_predictor_scratch_bytes(s.predictor) % 64, 0);
    int32_t i = -1;
    ck_assert_int_eq(mlc_predictor_input(s.predictor, "city", &i, NULL), MLC_OK);
    ck_assert_int_eq(i, 3);
    making_assert_fails(mlc_predictor_input(s.predictor, "citty", &i, err), MLC_ERROR_COLUMN,
                        "the model has no input 'citty'; did you mean 'city'?");
    ck_assert_int_eq(mlc_predictor_n_inputs(NULL), 0);
    ck_assert_int_eq(mlc_predictor_n_outputs(NULL), 0);
    ck_assert_int_eq(mlc_predictor_scratch_bytes(NULL), 0);
    stop(&s);
}
END_TEST

/* Each output of each kind of model: the bits of a batch. */
START_TEST(test_predictor_of_each_output_gives_the_bits_of_a_batch)
{
    static const struct {
        const char *recipe, *roles, *output, *column;
    } cases[] = {
        {"pipeline(automatic, logistic_regression)", COMPOSING_CLASSES, "probability",
         "probability"},
        {"pipeline(automatic, logistic_regression)", COMPOSING_CLASSES, "raw", "raw"},
        {"pipeline(automatic, ridge)", COMPOSING_NUMBERS, "prediction", "prediction"},
        {"pipeline(automatic, kmeans(n_clusters=3))", COMPOSING_NUMBERS, "class", "prediction"},
        {"gradient_boosting_classifier(n_estimators=3)", COMPOSING_CLASSES, "leaf", "leaf"},
        {"gradient_boosting_classifier(n_estimators=3)", COMPOSING_CLASSES, "raw", "raw"},
        {"gradient_boosting_regressor(n_estimators=3)", COMPOSING_NUMBERS, "value", "prediction"},
    };
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        char settings[60] = "output=";
        strcat(settings, cases[c].output);
        serving s = serve(cases[c].recipe, cases[c].roles, settings);
        mlc_dataset *batch = composing_predict(s.model, s.rows, settings);
        const int32_t n = mlc_predictor_n_outputs(s.predictor);
        double *all = malloc(80 * (size_t)n * sizeof *all), *one = malloc((size_t)n * sizeof *one);
        ck_assert_int_eq(mlc_dataset_copy_real(batch, cases[c].column, all, 80 * n, NULL), MLC_OK);
        for (int64_t i = 0; i < 80; i++) {
            set_row(&s, i);
            ck_assert_int_eq(mlc_predictor_run(s.predictor, s.row, s.scratch, one, NULL, NULL),
                             MLC_OK);
            ck_assert_msg(memcmp(one, all + i * n, (size_t)n * sizeof *one) == 0, "%s, %s, row %d",
                          cases[c].recipe, cases[c].output, (int)i);
        }
        free(one);
        free(all);
        mlc_dataset_free(batch);
        stop(&s);
    }
}
END_TEST

/* Directly and through transforms, whatever goes at a time; all bits and flags of single records.
 */
START_TEST(test_reals_any_number_at_a_time_then_the_bits_of_single_records)
{
    enum { N = 23 };
    static const char *const recipes[] = {"gradient_boosting_regressor(n_estimators=3)",
                                          "pipeline(simple_imputer, standard_scaler, ridge)"};
    static const char *const settings[] = {NULL, "rows=2", "rows=16", "rows=23", "rows=65536"};
    for (int c = 0; c < 2 * 5; c++) {
        serving s =
            serve(recipes[c % 2], "target=spent id=id ignore=buys,w,job,city", settings[c / 2]);
        const int32_t n_inputs = mlc_predictor_n_inputs(s.predictor);
        double reals[N * 4], out[N + 1], one;
        int64_t flags[N], flag;
        ck_assert_int_le(n_inputs, 4);
        for (int i = 0; i < N * n_inputs; i++)
            reals[i] = i % 7 == 3 ? (double)NAN : i % 11 == 0 ? 1e9 : 0.37 * i;
        for (int n = 0; n <= N; n++) {
            out[n] = 77;
            ck_assert_int_eq(mlc_predictor_run_reals(s.predictor, reals, n, s.scratch, out,
                                                     n % 2 ? flags : NULL, NULL),
                             MLC_OK);
            ck_assert_double_eq(out[n], 77);
            for (int i = 0; i < n; i++) {
                for (int32_t j = 0; j < n_inputs; j++)
                    s.row[j] = (mlc_value){.kind = MLC_REAL, .real = reals[i * n_inputs + j]};
                ck_assert_int_eq(
                    mlc_predictor_run(s.predictor, s.row, s.scratch, &one, &flag, NULL), MLC_OK);
                ck_assert_mem_eq(&out[i], &one, sizeof one);
                if (n % 2) ck_assert_int_eq(flags[i], flag);
            }
        }
        stop(&s);
    }
}
END_TEST

/* Rows are read where they are unless a block's answers go there. */
START_TEST(test_reals_whose_answers_go_over_them_then_the_same_answers)
{
    enum { N = 200 };
    static const char *const recipes[] = {"ridge", "gradient_boosting_regressor(n_estimators=3)"};
    for (int r = 0; r < 2; r++) {
        serving s = serve(recipes[r], "target=spent id=id ignore=buys,w,job,city,age", "rows=200");
        double reals[N], apart[N], over[2 * N];
        ck_assert_int_eq(mlc_predictor_n_inputs(s.predictor), 1);
        for (int i = 0; i < N; i++)
            reals[i] = 0.37 * i;
        ck_assert_int_eq(
            mlc_predictor_run_reals(s.predictor, reals, N, s.scratch, apart, NULL, NULL), MLC_OK);
        for (int at = 0; at <= N; at++) {
            memcpy(over, reals, sizeof reals);
            ck_assert_int_eq(
                mlc_predictor_run_reals(s.predictor, over, N, s.scratch, over + at, NULL, NULL),
                MLC_OK);
            ck_assert_mem_eq(over + at, apart, sizeof apart);
        }
        stop(&s);
    }
}
END_TEST

/* Where features are added up instead of being compared. */
START_TEST(test_reals_whose_missing_are_other_nans_then_the_same_answers)
{
    enum { N = 100 };
    static const char *const recipes[] = {
        "gradient_boosting_regressor(n_estimators=3, linear_tree=true)",
        "isolation_forest(n_estimators=5, extension_level=1)"};
    for (int r = 0; r < 2; r++) {
        serving s = serve(recipes[r], "target=spent id=id ignore=buys,w,job,city", "rows=100");
        const int32_t n = mlc_predictor_n_inputs(s.predictor);
        double reals[4 * N], usual[N], other[N];
        ck_assert_int_le(n, 4);
        for (int sign = 0; sign < 2; sign++) {
            for (int i = 0; i < N * n; i++)
                reals[i] = i % 3 == 1 ? copysign((double)NAN, sign ? -1 : 1) : 0.37 * i;
            ck_assert_int_eq(mlc_predictor_run_reals(s.predictor, reals, N, s.scratch,
                                                     sign ? other : usual, NULL, NULL),
                             MLC_OK);
        }
        ck_assert_mem_eq(usual, other, sizeof usual);
        for (int i = 0; i < N; i++)
            ck_assert(isfinite(usual[i]));
        stop(&s);
    }
}
END_TEST

START_TEST(test_reals_that_cannot_be_predicted_then_the_row_is_named)
{
    serving s = serve("ridge", "target=spent id=id ignore=buys,w,job,city,age", "rows=2");
    const double reals[] = {1, 2, NAN, 4};
    double out[4];
    ck_assert_int_eq(mlc_predictor_n_inputs(s.predictor), 1);
    ck_assert_int_eq(mlc_predictor_n_rows(s.predictor), 2);
    ck_assert_int_eq(mlc_predictor_n_rows(NULL), 0);
    making_assert_fails(
        mlc_predictor_run_reals(s.predictor, reals, 4, s.scratch, out, NULL, err), MLC_ERROR_DATA,
        "row 3 has a missing or infinite value, which 'ridge' cannot take: add simple_imputer");
    making_assert_fails(mlc_predictor_run_reals(s.predictor, reals, -1, s.scratch, out, NULL, err),
                        MLC_ERROR_ARGUMENT, "n_rows < 0");
    making_assert_fails(mlc_predictor_run_reals(s.predictor, NULL, 1, s.scratch, out, NULL, err),
                        MLC_ERROR_ARGUMENT, "rows or out is NULL");
    making_assert_fails(mlc_predictor_run_reals(s.predictor, reals, 1, NULL, out, NULL, err),
                        MLC_ERROR_ARGUMENT, "scratch must be aligned");
    ck_assert_int_eq(mlc_predictor_run_reals(s.predictor, reals, 2, s.scratch, out, NULL, NULL),
                     MLC_OK);
    stop(&s);
    s = serve("pipeline(automatic, ridge)", COMPOSING_NUMBERS, "on_invalid=fail");
    const double texts[] = {1, 2, 3, 4};
    making_assert_fails(mlc_predictor_run_reals(s.predictor, texts, 1, s.scratch, out, NULL, err),
                        MLC_ERROR_INVALID_VALUE, "row 1 has a value of the wrong kind in column '");
    stop(&s);
}
END_TEST

/* A class comes out as its index. */
START_TEST(test_predictor_of_classes_gives_indices_that_labels_name)
{
    serving s =
        serve("pipeline(automatic, logistic_regression)", COMPOSING_CLASSES, "output=class");
    mlc_dataset *batch = composing_predict(s.model, s.rows, NULL);
    for (int64_t i = 0; i < 80; i++) {
        double index = -1;
        set_row(&s, i);
        ck_assert_int_eq(mlc_predictor_run(s.predictor, s.row, s.scratch, &index, NULL, NULL),
                         MLC_OK);
        making_assert_text(batch, "prediction", i,
                           mlc_predictor_label(s.predictor, (int32_t)index));
    }
    mlc_dataset_free(batch);
    stop(&s);
}
END_TEST

START_TEST(test_predictor_flags_and_policies_are_those_of_a_batch)
{
    static const char *const jobs[] = {"cook", "diver", NULL, "nurse", "pilot"};
    static const double ages[] = {30, 30, NAN, 5000, 2}, incomes[] = {500, 600, 700, NAN, 1e9};
    static const char *const cities[] = {"Rome", "Oslo", "Lima", "Rome", NULL};
    static const char *const policies[] = {"on_invalid=flag", "on_invalid=missing"};
    const mlc_array arrays[] = {making_real("age", 5, ages), making_real("income", 5, incomes),
                                making_category("job", 5, jobs),
                                making_category("city", 5, cities)};
    for (int k = 0; k < 2; k++) {
        serving s = serve("pipeline(simple_imputer, ordinal_encoder(handle_unknown="
                          "use_encoded_value, unknown_value=-7, encoded_missing_value=-9), ridge)",
                          COMPOSING_NUMBERS, policies[k]);
        mlc_dataset_free(s.rows);
        s.rows = making_dataset(arrays, 4, NULL);
        char settings[60];
        strcat(strcpy(settings, policies[k]), " output=flags");
        mlc_dataset *batch = composing_predict(s.model, s.rows, settings);
        for (int64_t i = 0; i < 5; i++) {
            double value = NAN;
            int64_t flags = -1;
            set_row(&s, i);
            ck_assert_int_eq(mlc_predictor_run(s.predictor, s.row, s.scratch, &value, &flags, NULL),
                             MLC_OK);
            ck_assert_double_eq((double)flags, making_cell(batch, "flags", i));
            ck_assert_double_eq(value, making_cell(batch, "prediction", i));
        }
        mlc_dataset_free(batch);
        stop(&s);
    }
}
END_TEST

/* The model reads the record itself: no step, no text. */
START_TEST(test_predictor_of_numbers_alone_is_that_of_a_batch)
{
    static const double ages[] = {30, 31, NAN, 5000, 2}, incomes[] = {500, 600, 700, NAN, 1e9};
    const mlc_array arrays[] = {making_real("age", 5, ages), making_real("income", 5, incomes)};
    serving s = serve("gradient_boosting_regressor(n_estimators=30, min_samples_leaf=1)",
                      "target=spent id=id ignore=buys,w,job,city", NULL);
    mlc_dataset_free(s.rows);
    s.rows = making_dataset(arrays, 2, NULL);
    mlc_dataset *batch = composing_predict(s.model, s.rows, "output=prediction,flags");
    for (int64_t i = 0; i < 5; i++) {
        double value = NAN;
        int64_t flags = -1;
        set_row(&s, i);
        ck_assert_int_eq(mlc_predictor_run(s.predictor, s.row, s.scratch, &value, &flags, NULL),
                         MLC_OK);
        ck_assert_double_eq((double)flags, making_cell(batch, "flags", i));
        ck_assert_double_eq(value, making_cell(batch, "prediction", i));
        if (i > 1) continue;
        /* The same as an integer; then a text, which counts as missing. */
        double other = NAN;
        s.row[0] = (mlc_value){.kind = MLC_INTEGER, .integer = (int64_t)ages[i]};
        ck_assert_int_eq(mlc_predictor_run(s.predictor, s.row, s.scratch, &other, NULL, NULL),
                         MLC_OK);
        ck_assert_double_eq(other, value);
        s.row[0] = (mlc_value){.kind = MLC_TEXT, .text = "30", .length = 2};
        ck_assert_int_eq(mlc_predictor_run(s.predictor, s.row, s.scratch, &value, &flags, NULL),
                         MLC_OK);
        ck_assert_int_ne(flags & MLC_FLAG_WRONG_KIND, 0);
        s.row[0] = (mlc_value){.kind = MLC_MISSING};
        ck_assert_int_eq(mlc_predictor_run(s.predictor, s.row, s.scratch, &other, NULL, NULL),
                         MLC_OK);
        ck_assert_double_eq(other, value);
    }
    mlc_dataset_free(batch);
    stop(&s);
}
END_TEST

START_TEST(test_predictor_with_on_invalid_fail_refuses_unseen_and_wrong_kinds)
{
    serving s = serve("pipeline(automatic, ridge)", COMPOSING_NUMBERS, "on_invalid=fail");
    double value = NAN;
    set_row(&s, 0);
    ck_assert_int_eq(mlc_predictor_run(s.predictor, s.row, s.scratch, &value, NULL, NULL), MLC_OK);
    s.row[2] = (mlc_value){.kind = MLC_TEXT, .text = "diver", .length = 5};
    mlc_error why;
    ck_assert_int_eq(mlc_predictor_run(s.predictor, s.row, s.scratch, &value, NULL, &why),
                     MLC_ERROR_INVALID_VALUE);
    ck_assert_ptr_nonnull(strstr(why.message, "a category that training did not see in column "
                                              "'job'"));
    ck_assert_str_eq(why.name, "job");
    s.row[2] = (mlc_value){.kind = MLC_REAL, .real = 3};
    making_assert_fails(mlc_predictor_run(s.predictor, s.row, s.scratch, &value, NULL, err),
                        MLC_ERROR_INVALID_VALUE, "a value of the wrong kind in column 'job'");
    s.row[2] = (mlc_value){.kind = MLC_MISSING}; /* missing is no reason to refuse */
    ck_assert_int_eq(mlc_predictor_run(s.predictor, s.row, s.scratch, &value, NULL, NULL), MLC_OK);
    stop(&s);
}
END_TEST

START_TEST(test_predictor_refuses_scratch_that_is_not_its_own_or_unaligned)
{
    serving s = serve("pipeline(automatic, ridge)", COMPOSING_NUMBERS, NULL);
    mlc_predictor *other = predictor_of(s.model, NULL);
    double value = NAN;
    set_row(&s, 0);
    ck_assert_int_eq(mlc_predictor_run(s.predictor, s.row, s.scratch, &value, NULL, NULL), MLC_OK);
    making_assert_fails(mlc_predictor_run(other, s.row, s.scratch, &value, NULL, err),
                        MLC_ERROR_ARGUMENT, "this scratch was used with another predictor");
    making_assert_fails(
        mlc_predictor_run(s.predictor, s.row, (char *)s.scratch + 8, &value, NULL, err),
        MLC_ERROR_ARGUMENT, "aligned to 64 bytes");
    making_assert_fails(mlc_predictor_run(s.predictor, s.row, NULL, &value, NULL, err),
                        MLC_ERROR_ARGUMENT, "aligned to 64 bytes");
    making_assert_fails(mlc_predictor_run(s.predictor, NULL, s.scratch, &value, NULL, err),
                        MLC_ERROR_ARGUMENT, "NULL");
    ck_assert_int_eq(mlc_predictor_run(s.predictor, s.row, s.scratch, &value, NULL, NULL), MLC_OK);
    mlc_predictor_free(other);
    stop(&s);
}
END_TEST

START_TEST(test_predictor_refuses_cells_of_no_kind)
{
    serving s = serve("pipeline(automatic, ridge)", COMPOSING_NUMBERS, NULL);
    double value = NAN;
    set_row(&s, 0);
    s.row[1].kind = 4;
    making_assert_fails(mlc_predictor_run(s.predictor, s.row, s.scratch, &value, NULL, err),
                        MLC_ERROR_ARGUMENT, "input 'income' is of kind 4");
    s.row[1] = (mlc_value){.kind = MLC_TEXT, .text = NULL, .length = 3};
    making_assert_fails(mlc_predictor_run(s.predictor, s.row, s.scratch, &value, NULL, err),
                        MLC_ERROR_ARGUMENT, "MLC_TEXT with a text");
    s.row[1] = (mlc_value){.kind = MLC_TEXT, .text = "x", .length = -1};
    making_assert_fails(mlc_predictor_run(s.predictor, s.row, s.scratch, &value, NULL, err),
                        MLC_ERROR_ARGUMENT, "MLC_TEXT with a text");
    ck_assert(isnan(value));
    stop(&s);
}
END_TEST

START_TEST(test_predictor_of_a_zeroed_row_predicts_all_missing)
{
    serving s = serve("pipeline(automatic, ridge)", COMPOSING_NUMBERS, NULL);
    double value = NAN;
    int64_t flags = 0;
    ck_assert_int_eq(mlc_predictor_run(s.predictor, s.row, s.scratch, &value, &flags, NULL),
                     MLC_OK);
    ck_assert(isfinite(value));
    ck_assert_int_eq(flags, MLC_FLAG_MISSING);
    stop(&s);
}
END_TEST

START_TEST(test_predictor_when_the_model_cannot_take_missing_says_what_to_add)
{
    serving s = serve("ridge", "target=spent ignore=id,age,job,city,buys,w", NULL);
    double value = NAN;
    making_assert_fails(mlc_predictor_run(s.predictor, s.row, s.scratch, &value, NULL, err),
                        MLC_ERROR_DATA, "add simple_imputer before it");
    stop(&s);
}
END_TEST

START_TEST(test_predictor_settings_that_make_no_sense_are_refused)
{
    serving s = serve("pipeline(automatic, ridge)", COMPOSING_NUMBERS, NULL);
    mlc_predictor *p = NULL;
    making_assert_fails(mlc_predictor_create(NULL, s.model, "output='class,raw'", &p, err),
                        MLC_ERROR_SETTING, "a predictor gives one of");
    making_assert_fails(mlc_predictor_create(NULL, s.model, "output=flags", &p, err),
                        MLC_ERROR_SETTING, "a predictor gives one of");
    making_assert_fails(mlc_predictor_create(NULL, s.model, "output=leaf", &p, err),
                        MLC_ERROR_UNSUPPORTED, "'ridge' has no output 'leaf'");
    making_assert_fails(mlc_predictor_create(NULL, NULL, NULL, &p, err), MLC_ERROR_ARGUMENT,
                        "model is NULL");
    ck_assert_ptr_null(p);
    stop(&s);
}
END_TEST

/* The components of a vector are inputs, between those of other columns or alone. */
START_TEST(test_predictor_of_vectors_takes_their_components)
{
    static const char *const recipes[] = {"gradient_boosting_regressor(n_estimators=5)",
                                          "pipeline(standard_scaler, ridge)"};
    double v[60], y[30], w[30], reals[90], all[30], out = 0;
    mlc_value row[3] = {{.kind = MLC_REAL}, {.kind = MLC_REAL}, {.kind = MLC_REAL}};
    for (int i = 0; i < 30; i++) {
        v[2 * i] = i % 7;
        v[2 * i + 1] = -i;
        w[i] = i % 3;
        y[i] = 2 * v[2 * i] + v[2 * i + 1] / 3 + w[i];
    }
    const mlc_array arrays[] = {making_matrix("v", 30, 2, v), making_real("w", 30, w),
                                making_real("y", 30, y)};
    for (int k = 0; k < 4; k++) {
        const int alone = k % 2;
        mlc_dataset *rows = making_dataset(arrays, 3, alone ? "target=y ignore=w" : "target=y");
        mlc_model *model = transforming_model(recipes[k / 2], rows);
        mlc_dataset *batch = composing_predict(model, rows, NULL);
        mlc_predictor *p = predictor_of(model, "rows=7");
        void *const scratch = zeroed(mlc_predictor_scratch_bytes(p));
        const int n_inputs = alone ? 2 : 3;
        ck_assert_int_eq(mlc_predictor_n_inputs(p), n_inputs);
        ck_assert_str_eq(mlc_predictor_input_name(p, 0), "v0");
        ck_assert_str_eq(mlc_predictor_input_name(p, 1), "v1");
        for (int i = 0; i < 30; i++) {
            row[0].real = v[2 * i];
            row[1].real = v[2 * i + 1];
            row[2].real = w[i];
            ck_assert_int_eq(mlc_predictor_run(p, row, scratch, &out, NULL, NULL), MLC_OK);
            ck_assert_double_eq(out, making_cell(batch, "prediction", i));
            for (int j = 0; j < n_inputs; j++)
                reals[i * n_inputs + j] = row[j].real;
        }
        ck_assert_int_eq(mlc_predictor_run_reals(p, reals, 30, scratch, all, NULL, NULL), MLC_OK);
        for (int i = 0; i < 30; i++)
            ck_assert_double_eq(all[i], making_cell(batch, "prediction", i));
        free(scratch);
        mlc_predictor_free(p);
        mlc_dataset_free(batch);
        mlc_model_free(model);
        mlc_dataset_free(rows);
    }
}
END_TEST

/* Not one call of the allocator between the first record and the last. */
START_TEST(test_predictor_takes_no_memory_for_a_record)
{
    mlci_test_allocator memory = {0};
    const mlc_host host = mlci_test_host(&memory);
    mlc_context *ctx = NULL;
    mlc_model *recipe = NULL, *model = NULL;
    mlc_predictor *p = NULL;
    ck_assert_int_eq(mlc_context_create(&host, &ctx, NULL), MLC_OK);
    serving s = {.rows = composing_rows(80, COMPOSING_CLASSES)};
    ck_assert_int_eq(
        mlc_model_parse(ctx, "pipeline(automatic, logistic_regression)", &recipe, NULL), MLC_OK);
    ck_assert_int_eq(mlc_model_fit(ctx, recipe, s.rows, NULL, &model, NULL), MLC_OK);
    ck_assert_int_eq(mlc_predictor_create(ctx, model, "on_invalid=missing", &p, NULL), MLC_OK);
    s.predictor = p;
    s.scratch = zeroed(mlc_predictor_scratch_bytes(p));
    memory.armed = 1;
    for (int64_t i = 0; i < 80; i++) {
        double out[2];
        set_row(&s, i);
        s.row[3] = (mlc_value){.kind = MLC_TEXT, .text = "Kyoto", .length = 5};
        ck_assert_int_eq(mlc_predictor_run(p, s.row, s.scratch, out, NULL, NULL), MLC_OK);
    }
    memory.armed = 0;
    ck_assert_int_eq(memory.n_calls, 0);
    free(s.scratch);
    mlc_predictor_free(p);
    mlc_model_free(model);
    mlc_model_free(recipe);
    mlc_dataset_free(s.rows);
    mlc_context_close(ctx);
    ck_assert_int_eq(memory.live_bytes, 0);
}
END_TEST

START_TEST(test_predictor_keeps_its_model_and_ref_keeps_it)
{
    serving s = serve("pipeline(automatic, ridge)", COMPOSING_NUMBERS, NULL);
    mlc_predictor *same = mlc_predictor_ref(s.predictor);
    mlc_model_free(s.model);
    s.model = NULL;
    mlc_predictor_free(same);
    double value = NAN;
    set_row(&s, 3);
    ck_assert_int_eq(mlc_predictor_run(s.predictor, s.row, s.scratch, &value, NULL, NULL), MLC_OK);
    ck_assert(isfinite(value));
    mlc_predictor_free(NULL);
    stop(&s);
}
END_TEST

/* ---- threads -----------------------------------------------------------------------------------
 */

#define N_THREADS 4

typedef struct worker {
    const serving *shared;
    int64_t first;
    double out[20][2];
    int32_t n_failed;
} worker;

static void *work(void *arg)
{
    worker *w = arg;
    serving mine = *w->shared;
    mine.scratch = zeroed(mlc_predictor_scratch_bytes(mine.predictor));
    for (int round = 0; round < 20; round++) {
        for (int64_t i = 0; i < 20; i++) {
            set_row(&mine, w->first + i);
            w->n_failed += mlc_predictor_run(mine.predictor, mine.row, mine.scratch, w->out[i],
                                             NULL, NULL) != MLC_OK;
            mlc_predictor_free(mlc_predictor_ref(mine.predictor));
        }
    }
    free(mine.scratch);
    return NULL;
}

START_TEST(test_predictor_shared_by_threads_gives_each_its_own_rows)
{
    serving s = serve("pipeline(automatic, logistic_regression)", COMPOSING_CLASSES, NULL);
    mlc_dataset *batch = composing_predict(s.model, s.rows, NULL);
    static worker workers[N_THREADS];
    pthread_t threads[N_THREADS];
    for (int t = 0; t < N_THREADS; t++) {
        workers[t] = (worker){.shared = &s, .first = 20 * t};
        ck_assert_int_eq(pthread_create(&threads[t], NULL, work, &workers[t]), 0);
    }
    for (int t = 0; t < N_THREADS; t++)
        pthread_join(threads[t], NULL);
    for (int t = 0; t < N_THREADS; t++) {
        ck_assert_int_eq(workers[t].n_failed, 0);
        for (int64_t i = 0; i < 20; i++) {
            ck_assert_double_eq(workers[t].out[i][1],
                                making_cell(batch, "probability[yes]", 20 * t + i));
        }
    }
    mlc_dataset_free(batch);
    stop(&s);
}
END_TEST

static mlc_status make(mlc_context *ctx, void *arg, mlc_error *err)
{
    const serving *s = arg;
    mlc_predictor *p = NULL;
    const mlc_status status = mlc_predictor_create(ctx, s->model, "output=raw", &p, err);
    mlc_predictor_free(p);
    return status;
}

START_TEST(test_predictor_when_memory_fails_leaks_nothing)
{
    /* a model without steps: the names on the way of others are blocks of the model's root */
    serving s = serve("gradient_boosting_classifier(n_estimators=2)", COMPOSING_CLASSES, NULL);
    mlci_torture(make, &s);
    stop(&s);
}
END_TEST

MLCI_CHECK_SUITE("predictor", test_predictor_names_its_inputs_outputs_and_labels,
                 test_predictor_of_quantiles_gives_what_a_batch_gives,
                 test_predictor_of_each_output_gives_the_bits_of_a_batch,
                 test_predictor_of_classes_gives_indices_that_labels_name,
                 test_reals_any_number_at_a_time_then_the_bits_of_single_records,
                 test_reals_whose_answers_go_over_them_then_the_same_answers,
                 test_reals_whose_missing_are_other_nans_then_the_same_answers,
                 test_reals_that_cannot_be_predicted_then_the_row_is_named,
                 test_predictor_flags_and_policies_are_those_of_a_batch,
                 test_predictor_of_numbers_alone_is_that_of_a_batch,
                 test_predictor_with_on_invalid_fail_refuses_unseen_and_wrong_kinds,
                 test_predictor_refuses_scratch_that_is_not_its_own_or_unaligned,
                 test_predictor_refuses_cells_of_no_kind,
                 test_predictor_of_a_zeroed_row_predicts_all_missing,
                 test_predictor_when_the_model_cannot_take_missing_says_what_to_add,
                 test_predictor_settings_that_make_no_sense_are_refused,
                 test_predictor_of_vectors_takes_their_components,
                 test_predictor_takes_no_memory_for_a_record,
                 test_predictor_keeps_its_model_and_ref_keeps_it,
                 test_predictor_shared_by_threads_gives_each_its_own_rows,
                 test_predictor_when_memory_fails_leaks_nothing)
