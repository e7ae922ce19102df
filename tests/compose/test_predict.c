#include <stdio.h>

#include "check_suite.h"
#include "composing.h"

static mlc_dataset *people(int64_t n, const char *const *job, const double *age)
{
    static const double income[] = {500, 600, 700, 800};
    static const char *const city[] = {"Rome", "Oslo", "Lima", "Rome"};
    const mlc_array arrays[] = {making_real("age", n, age), making_real("income", n, income),
                                making_category("job", n, job), making_category("city", n, city)};
    return making_dataset(arrays, 4, NULL);
}

START_TEST(test_predict_of_a_classifier_gives_classes_as_texts_and_probabilities_by_name)
{
    mlc_dataset *rows = composing_rows(80, COMPOSING_CLASSES);
    mlc_model *model = transforming_model("pipeline(automatic, logistic_regression)", rows);
    mlc_dataset *out = composing_predict(model, rows, NULL);
    ck_assert_int_eq(mlc_dataset_n_columns(out), 3);
    ck_assert_str_eq(mlc_dataset_column_name(out, 0), "id"); /* ids pass through */
    ck_assert_double_eq(making_cell(out, "id", 5), 1005);
    ck_assert_int_eq(mlc_dataset_column_type(out, 1), MLC_TYPE_CATEGORY);
    for (int64_t i = 0; i < 80; i++) {
        const double yes = making_cell(out, "probability[yes]", i);
        ck_assert(fabs(yes + making_cell(out, "probability[no]", i) - 1) < 1e-15);
        making_assert_text(out, "prediction", i, yes > 0.5 ? "yes" : "no");
    }
    mlc_dataset_free(out);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_predict_gives_every_output_that_is_asked)
{
    mlc_dataset *rows = composing_rows(80, COMPOSING_CLASSES);
    mlc_model *model = transforming_model("gradient_boosting_classifier(n_estimators=3)", rows);
    mlc_dataset *out = composing_predict(model, rows, "output=flags,leaf,raw,probability,class");
    static const char *const names[] = {"id", "prediction", "probability", "raw", "leaf", "flags"};
    ck_assert_int_eq(mlc_dataset_n_columns(out), 6);
    for (int32_t i = 0; i < 6; i++)
        ck_assert_str_eq(mlc_dataset_column_name(out, i), names[i]);
    ck_assert_int_eq(mlc_dataset_column_width(out, 4), 3);
    const double raw = making_cell(out, "raw", 0), p = making_cell(out, "probability[yes]", 0);
    ck_assert(fabs(p - 1 / (1 + exp(-raw))) < 1e-15);
    mlc_dataset_free(out);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

/* With zeros as missing and with the zeros taken out before, alone and from a file. */
START_TEST(test_predict_with_zeros_as_missing_is_that_of_rows_without_zeros)
{
    double zeros[80], gaps[80], y[80], other[80];
    for (int i = 0; i < 80; i++) {
        zeros[i] = i % 3 == 0 ? (i % 2 == 0 ? 0.0 : -0.0) : (double)(i * 7 % 20) - 10.5;
        gaps[i] = zeros[i] == 0 ? NAN : zeros[i];
        other[i] = i % 5 + 1;
        y[i] = zeros[i] == 0 ? 9 : zeros[i] * other[i];
    }
    const mlc_array a[] = {making_real("x", 80, zeros), making_real("z", 80, other),
                           making_real("y", 80, y)};
    const mlc_array b[] = {making_real("x", 80, gaps), making_real("z", 80, other),
                           making_real("y", 80, y)};
    mlc_dataset *with_zeros = making_dataset(a, 3, "target=y");
    mlc_dataset *with_gaps = making_dataset(b, 3, "target=y");
    const char *const recipe = "gradient_boosting_regressor(n_estimators=9, min_samples_leaf=2";
    char text[200];
    snprintf(text, sizeof text, "%s, zero_as_missing=true)", recipe);
    mlc_model *hides = transforming_model(text, with_zeros);
    snprintf(text, sizeof text, "%s)", recipe);
    mlc_model *plain = transforming_model(text, with_gaps);
    mlc_model *loaded = transforming_reload(hides);
    mlc_dataset *expected = composing_predict(plain, with_gaps, NULL);
    mlc_dataset *found = composing_predict(hides, with_zeros, NULL);
    mlc_dataset *again = composing_predict(loaded, with_zeros, NULL);
    mlc_dataset *taken = composing_predict(plain, with_zeros, NULL);
    int differs = 0;
    for (int64_t i = 0; i < 80; i++) {
        const double value = making_cell(expected, "prediction", i);
        ck_assert_double_eq(making_cell(found, "prediction", i), value);
        ck_assert_double_eq(making_cell(again, "prediction", i), value);
        differs += making_cell(taken, "prediction", i) != value;
    }
    ck_assert_int_gt(differs, 0);
    mlc_dataset_free(taken);
    mlc_dataset_free(again);
    mlc_dataset_free(found);
    mlc_dataset_free(expected);
    mlc_model_free(loaded);
    mlc_model_free(plain);
    mlc_model_free(hides);
    transforming_serves("gradient_boosting_regressor(n_estimators=9, min_samples_leaf=2, "
                        "zero_as_missing=true)",
                        with_zeros);
    mlc_dataset_free(with_gaps);
    mlc_dataset_free(with_zeros);
}
END_TEST

START_TEST(test_predict_of_an_output_that_is_not_there_says_so)
{
    mlc_dataset *rows = composing_rows(80, COMPOSING_NUMBERS), *out = NULL;
    mlc_model *model = transforming_model("pipeline(automatic, ridge)", rows);
    making_assert_fails(mlc_model_predict(NULL, model, rows, "output=probability", &out, err),
                        MLC_ERROR_UNSUPPORTED, "'ridge' has no output 'probability'");
    making_assert_fails(mlc_model_predict(NULL, model, rows, "output=propability", &out, err),
                        MLC_ERROR_SETTING, "did you mean 'probability'?");
    ck_assert_ptr_null(out);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_predict_of_several_quantiles_gives_bounds_and_levels_by_name)
{
    mlc_dataset *rows = composing_rows(80, COMPOSING_NUMBERS), *out = NULL;
    mlc_model *model = transforming_model(
        "gradient_boosting_regressor(loss=quantile, quantile=[0.1, 0.5, 0.9], n_estimators=20)",
        rows);
    mlc_dataset *usual = composing_predict(model, rows, NULL);
    mlc_dataset *all = composing_predict(model, rows, "output=quantile,raw");
    ck_assert_int_eq(mlc_dataset_n_columns(usual), 4);
    for (int64_t i = 0; i < 80; i++) {
        const double low = making_cell(usual, "lower", i), high = making_cell(usual, "upper", i);
        ck_assert_double_eq(making_cell(all, "quantile[0.1]", i), low);
        ck_assert_double_eq(making_cell(all, "quantile[0.5]", i),
                            making_cell(usual, "prediction", i));
        ck_assert_double_eq(making_cell(all, "quantile[0.9]", i), high);
        ck_assert_double_le(low, making_cell(usual, "prediction", i));
        ck_assert_double_le(making_cell(usual, "prediction", i), high);
    }
    mlc_model *one = transforming_model("gradient_boosting_regressor(loss=quantile)", rows);
    making_assert_fails(mlc_model_predict(NULL, one, rows, "output=interval", &out, err),
                        MLC_ERROR_UNSUPPORTED,
                        "'gradient_boosting_regressor' has no output 'interval' with the "
                        "parameters that it was fitted with");
    mlc_dataset_free(usual);
    mlc_dataset_free(all);
    mlc_model_free(one);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_predict_flags_say_what_is_odd_about_each_row)
{
    mlc_dataset *rows = composing_rows(80, COMPOSING_NUMBERS);
    mlc_model *model = transforming_model("pipeline(automatic, ridge)", rows);
    mlc_dataset *odd = people(4, (const char *const[]){"cook", "diver", NULL, "nurse"},
                              (double[]){30, 30, NAN, 5000});
    mlc_dataset *out = composing_predict(model, odd, "output=flags");
    ck_assert_double_eq(making_cell(out, "flags", 0), 0);
    ck_assert_double_eq(making_cell(out, "flags", 1), MLC_FLAG_UNSEEN);
    ck_assert_double_eq(making_cell(out, "flags", 2), MLC_FLAG_MISSING);
    ck_assert_double_eq(making_cell(out, "flags", 3), MLC_FLAG_OUT_OF_RANGE);
    mlc_dataset_free(out);
    mlc_dataset_free(odd);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_predict_with_on_invalid_fail_names_the_first_bad_row)
{
    mlc_dataset *rows = composing_rows(80, COMPOSING_NUMBERS), *out = NULL;
    mlc_model *model = transforming_model("pipeline(automatic, ridge)", rows);
    mlc_dataset *odd =
        people(3, (const char *const[]){"cook", NULL, "diver"}, (double[]){30, 9000, 30});
    mlc_error err;
    ck_assert_int_eq(mlc_model_predict(NULL, model, odd, "on_invalid=fail", &out, &err),
                     MLC_ERROR_INVALID_VALUE);
    ck_assert_str_eq(err.message, "row 3 has a category that training did not see in column 'job' "
                                  "(on_invalid=fail; 'flag' predicts it all the same)");
    ck_assert_str_eq(err.name, "job");
    ck_assert_ptr_null(out);
    mlc_dataset_free(odd);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

/* The encoder tells unknown (-7) from missing (-9), so the policy shows. */
START_TEST(test_predict_with_on_invalid_missing_takes_unseen_categories_as_missing)
{
    mlc_dataset *rows = composing_rows(80, COMPOSING_NUMBERS);
    mlc_model *model = transforming_model(
        "pipeline(simple_imputer, ordinal_encoder(handle_unknown=use_encoded_value, "
        "unknown_value=-7, encoded_missing_value=-9), ridge)",
        rows);
    mlc_dataset *unseen = people(2, (const char *const[]){"diver", "cook"}, (double[]){30, 40});
    mlc_dataset *gone = people(2, (const char *const[]){NULL, "cook"}, (double[]){30, 40});
    mlc_dataset *flagged = composing_predict(model, unseen, NULL);
    mlc_dataset *missing = composing_predict(model, unseen, "on_invalid=missing output=flags");
    mlc_dataset *wanted = composing_predict(model, gone, NULL);
    ck_assert_double_ne(making_cell(flagged, "prediction", 0),
                        making_cell(wanted, "prediction", 0));
    ck_assert_double_eq(making_cell(missing, "prediction", 0),
                        making_cell(wanted, "prediction", 0));
    ck_assert_double_eq(making_cell(missing, "prediction", 1),
                        making_cell(wanted, "prediction", 1));
    ck_assert_double_eq(making_cell(missing, "flags", 0), MLC_FLAG_UNSEEN);
    mlc_dataset_free(wanted);
    mlc_dataset_free(missing);
    mlc_dataset_free(flagged);
    mlc_dataset_free(gone);
    mlc_dataset_free(unseen);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_predict_of_clusters_gives_whole_numbers)
{
    mlc_dataset *rows = composing_rows(80, COMPOSING_CLASSES);
    mlc_model *model = transforming_model("pipeline(automatic, kmeans(n_clusters=3))", rows);
    mlc_dataset *out = composing_predict(model, rows, NULL);
    ck_assert_int_eq(mlc_dataset_column_type(out, mlc_dataset_find(out, "prediction")),
                     MLC_TYPE_INT64);
    mlc_dataset_free(out);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_predict_of_no_rows_gives_no_rows)
{
    mlc_dataset *rows = composing_rows(80, COMPOSING_CLASSES), *none = making_rows(rows, 0, NULL);
    mlc_model *model = transforming_model("pipeline(automatic, logistic_regression)", rows);
    mlc_dataset *out = composing_predict(model, none, "on_invalid=missing");
    ck_assert_int_eq(mlc_dataset_n_rows(out), 0);
    ck_assert_int_eq(mlc_dataset_n_columns(out), 3);
    mlc_dataset_free(out);
    mlc_model_free(model);
    mlc_dataset_free(none);
    mlc_dataset_free(rows);
}
END_TEST

/* y and z are linear in x, and so is what ridge(alpha=0) says. */
START_TEST(test_predict_of_several_targets_gives_a_column_each)
{
    const double x[] = {1, 2, 3, 5}, y[] = {3, 5, 7, 11}, z[] = {-1, -2, -3, -5};
    const mlc_array arrays[] = {making_real("x", 4, x), making_real("y", 4, y),
                                making_real("z", 4, z)};
    mlc_dataset *rows = making_dataset(arrays, 3, "target=y,z");
    mlc_model *model = transforming_model("ridge(alpha=0)", rows);
    mlc_dataset *out = composing_predict(model, rows, NULL);
    ck_assert_int_eq(mlc_dataset_n_columns(out), 2);
    for (int64_t i = 0; i < 4; i++) {
        ck_assert_double_eq_tol(making_cell(out, "y.prediction", i), y[i], 1e-12);
        ck_assert_double_eq_tol(making_cell(out, "z.prediction", i), z[i], 1e-12);
    }
    mlc_dataset_free(out);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

/* Predictions of all rows, in one call and in calls of `step` rows. */
static void predict_all(const mlc_model *model, const mlc_dataset *rows, const char *output,
                        int64_t step, int32_t n_threads, double *out)
{
    char settings[40];
    (void)snprintf(settings, sizeof settings, "output=%s", output);
    const int64_t n = mlc_dataset_n_rows(rows);
    const mlc_host host = {.size = sizeof host, .n_threads = n_threads};
    mlc_context *ctx = NULL;
    ck_assert_int_eq(mlc_context_create(&host, &ctx, NULL), MLC_OK);
    for (int64_t first = 0; first < n; first += step) {
        const int64_t m = n - first < step ? n - first : step;
        mlc_dataset *some = NULL, *predicted = NULL;
        ck_assert_int_eq(mlc_dataset_rows(ctx, rows, NULL, first, m, &some, NULL), MLC_OK);
        ck_assert_int_eq(mlc_model_predict(ctx, model, some, settings, &predicted, NULL), MLC_OK);
        ck_assert_int_eq(mlc_dataset_copy_real(predicted, output, out + first, m, NULL), MLC_OK);
        mlc_dataset_free(some);
        mlc_dataset_free(predicted);
    }
    mlc_context_close(ctx);
}

/* Models of many nodes take long blocks of rows. */
START_TEST(test_predict_by_large_forests_gives_a_row_the_same_bits_among_any_others)
{
    enum { N = 20000 };
    static const char *const models[][2] = {
        {"random_forest_regressor(n_estimators=5)", "prediction"},
        {"extra_trees_regressor(n_estimators=5)", "prediction"},
        {"isolation_forest(n_estimators=40, max_samples=4096)", "raw"}};
    double *const x = malloc(5 * N * sizeof *x), *const y = x + N, *const z = y + N;
    double *const whole = z + N, *const again = whole + N;
    for (int64_t i = 0; i < N; i++) {
        x[i] = (double)(i * 7919 % 19997);
        y[i] = i % 11 == 0 ? NAN : (double)(i * 104729 % 15013);
        z[i] = sin(x[i]) + (double)(i % 3);
    }
    const mlc_array arrays[] = {making_real("x", N, x), making_real("y", N, y),
                                making_real("z", N, z)};
    mlc_dataset *rows = making_dataset(arrays, 3, "target=z");
    for (size_t k = 0; k < sizeof models / sizeof *models; k++) {
        mlc_model *model = transforming_model(models[k][0], rows);
        predict_all(model, rows, models[k][1], N, 1, whole);
        static const struct {
            int64_t step;
            int32_t n_threads;
        } ways[] = {{N, 3}, {4097, 2}, {97, 1}};
        for (size_t w = 0; w < sizeof ways / sizeof *ways; w++) {
            predict_all(model, rows, models[k][1], ways[w].step, ways[w].n_threads, again);
            ck_assert_msg(memcmp(whole, again, N * sizeof *again) == 0, "%s in steps of %d",
                          models[k][0], (int)ways[w].step);
        }
        mlc_model_free(model);
    }
    mlc_dataset_free(rows);
    free(x);
}
END_TEST

MLCI_CHECK_SUITE("predict",
                 test_predict_of_a_classifier_gives_classes_as_texts_and_probabilities_by_name,
                 test_predict_gives_every_output_that_is_asked,
                 test_predict_with_zeros_as_missing_is_that_of_rows_without_zeros,
                 test_predict_of_an_output_that_is_not_there_says_so,
                 test_predict_of_several_quantiles_gives_bounds_and_levels_by_name,
                 test_predict_flags_say_what_is_odd_about_each_row,
                 test_predict_with_on_invalid_fail_names_the_first_bad_row,
                 test_predict_with_on_invalid_missing_takes_unseen_categories_as_missing,
                 test_predict_of_clusters_gives_whole_numbers,
                 test_predict_of_no_rows_gives_no_rows,
                 test_predict_of_several_targets_gives_a_column_each,
                 test_predict_by_large_forests_gives_a_row_the_same_bits_among_any_others)
