#include "check_suite.h"
#include "composing.h"

static mlc_dataset *evaluate(const mlc_model *model, const mlc_dataset *rows, const char *settings)
{
    mlc_dataset *out = NULL;
    mlc_error err = {0};
    const mlc_status status = mlc_model_evaluate(NULL, model, rows, settings, &out, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    return out;
}

/* The row of a group in a result of one metric; -1: none. */
static int64_t row_of(const mlc_dataset *result, const char *group)
{
    for (int64_t i = 0; i < mlc_dataset_n_rows(result); i++) {
        const char *text = NULL;
        int64_t length = 0;
        ck_assert_int_eq(mlc_dataset_text(result, "group", i, &text, &length, NULL), MLC_OK);
        if (text == NULL ? group == NULL
                         : group != NULL && (int64_t)strlen(group) == length &&
                               memcmp(text, group, (size_t)length) == 0) {
            return i;
        }
    }
    return -1;
}

/* The value of a group is the value over its rows alone. */
START_TEST(test_evaluate_by_groups_gives_what_each_group_gives_alone)
{
    mlc_dataset *rows = composing_rows(120, "target=spent id=id ignore=buys weight=w");
    mlc_model *model = transforming_model("pipeline(automatic, ridge)", rows);
    mlc_dataset *all = evaluate(model, rows, "metrics=rmse by=city,job");
    int64_t lima[120], n = 0;
    for (int64_t i = 0; i < 120; i++) {
        const char *city = NULL, *job = NULL;
        int64_t n_city = 0, n_job = 0;
        ck_assert_int_eq(mlc_dataset_text(rows, "city", i, &city, &n_city, NULL), MLC_OK);
        ck_assert_int_eq(mlc_dataset_text(rows, "job", i, &job, &n_job, NULL), MLC_OK);
        if (city[0] == 'L' && job == NULL) lima[n++] = i;
    }
    ck_assert_int_gt(n, 1);
    mlc_dataset *some = making_rows(rows, n, lima);
    mlc_dataset *alone = evaluate(model, some, "metrics=rmse");
    const int64_t row = row_of(all, "city=Lima, job=missing");
    ck_assert_int_ge(row, 0);
    ck_assert_double_eq(making_cell(all, "value", row), making_cell(alone, "value", 0));
    ck_assert_double_eq(making_cell(all, "n", row), (double)n);
    ck_assert_double_eq(making_cell(all, "n", row_of(all, NULL)), 120);
    mlc_dataset_free(alone);
    mlc_dataset_free(some);
    mlc_dataset_free(all);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_evaluate_by_numbers_and_bools_reads_as_people_read_them)
{
    const double x[] = {1, 2, 3, 4}, half[] = {0.5, 2, 0.5, 2};
    const uint8_t on[] = {0x05}; /* a bit a row: 1, 0, 1, 0 */
    const mlc_array arrays[] = {making_real("x", 4, x), making_real("half", 4, half),
                                making_array("on", MLC_TYPE_BOOL, 4, on), making_real("y", 4, x)};
    mlc_dataset *rows = making_dataset(arrays, 4, "target=y");
    mlc_model *model = transforming_model("ridge", rows);
    mlc_dataset *out = evaluate(model, rows, "metrics=mae by=half,on");
    ck_assert_int_eq(mlc_dataset_n_rows(out), 3);
    making_assert_text(out, "group", 1, "half=0.5, on=true");
    making_assert_text(out, "group", 2, "half=2, on=false");
    mlc_dataset_free(out);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_evaluate_by_what_makes_no_groups_says_so)
{
    const double x[] = {1, 2, 3, 4}, v[] = {1, 2, 3, 4, 5, 6, 7, 8};
    const mlc_array arrays[] = {making_real("x", 4, x), making_matrix("v", 4, 2, v),
                                making_real("y", 4, x)};
    mlc_dataset *rows = making_dataset(arrays, 3, "target=y"), *out = NULL;
    mlc_model *model = transforming_model("ridge", rows);
    making_assert_fails(mlc_model_evaluate(NULL, model, rows, "by=v", &out, err), MLC_ERROR_COLUMN,
                        "that column is a vector");
    making_assert_fails(mlc_model_evaluate(NULL, model, rows, "by=z", &out, err), MLC_ERROR_COLUMN,
                        "no column 'z'");
    ck_assert_ptr_null(out);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

/* Longer than any buffer that somebody may have thought enough. */
START_TEST(test_evaluate_by_a_column_with_a_long_name_finds_it)
{
    char name[600], settings[700] = "metrics=mae by=";
    memset(name, 'n', sizeof name);
    name[599] = '\0';
    strcat(settings, name);
    const double x[] = {1, 2, 3, 4}, g[] = {1, 1, 2, 2};
    const mlc_array arrays[] = {making_real(name, 4, g), making_real("y", 4, x)};
    mlc_dataset *rows = making_dataset(arrays, 2, "target=y");
    mlc_model *model = transforming_model("ridge", rows);
    mlc_dataset *out = evaluate(model, rows, settings);
    ck_assert_int_eq(mlc_dataset_n_rows(out), 3);
    mlc_dataset_free(out);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_evaluate_leaves_rows_of_weight_0_out)
{
    const double x[] = {1, 2, 3, 4, 5}, y[] = {1, 2, 3, 4, 500}, w[] = {1, 1, 2, 1, 0};
    const mlc_array arrays[] = {making_real("x", 5, x), making_real("y", 5, y),
                                making_real("w", 5, w)};
    mlc_dataset *rows = making_dataset(arrays, 3, "target=y weight=w"), *four = NULL;
    ck_assert_int_eq(mlc_dataset_rows(NULL, rows, NULL, 0, 4, &four, NULL), MLC_OK);
    mlc_model *model = transforming_model("ridge", rows);
    mlc_dataset *all = evaluate(model, rows, NULL), *some = evaluate(model, four, NULL);
    for (int64_t i = 0; i < mlc_dataset_n_rows(all); i++) {
        ck_assert_double_eq(making_cell(all, "value", i), making_cell(some, "value", i));
        ck_assert_double_eq(making_cell(all, "n", i), 4);
    }
    mlc_dataset_free(some);
    mlc_dataset_free(all);
    mlc_model_free(model);
    mlc_dataset_free(four);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_evaluate_without_metrics_takes_those_usual_for_the_task)
{
    mlc_dataset *rows = composing_rows(80, COMPOSING_CLASSES);
    mlc_dataset *numbers = composing_rows(80, COMPOSING_NUMBERS);
    mlc_model *classes = transforming_model("pipeline(automatic, logistic_regression)", rows);
    mlc_model *ridge = transforming_model("pipeline(automatic, ridge)", numbers);
    mlc_model *clusters = transforming_model("pipeline(automatic, kmeans(n_clusters=2))", rows);
    mlc_dataset *of_classes = evaluate(classes, rows, NULL),
                *of_ridge = evaluate(ridge, numbers, NULL);
    mlc_dataset *of_clusters = evaluate(clusters, rows, NULL);
    making_assert_text(of_classes, "metric", 0, "roc_auc");
    making_assert_text(of_ridge, "metric", 0, "rmse");
    making_assert_text(of_ridge, "metric", 2, "r2");
    making_assert_text(of_clusters, "metric", 0, "silhouette");
    mlc_dataset_free(of_clusters);
    mlc_dataset_free(of_ridge);
    mlc_dataset_free(of_classes);
    mlc_model_free(clusters);
    mlc_model_free(ridge);
    mlc_model_free(classes);
    mlc_dataset_free(numbers);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_evaluate_with_a_metric_for_something_else_or_no_rows_says_so)
{
    mlc_dataset *rows = composing_rows(80, COMPOSING_NUMBERS), *none = making_rows(rows, 0, NULL);
    mlc_dataset *out = NULL;
    mlc_model *model = transforming_model("pipeline(automatic, ridge)", rows);
    making_assert_fails(mlc_model_evaluate(NULL, model, rows, "metrics=accuracy", &out, err),
                        MLC_ERROR_UNSUPPORTED, "metric 'accuracy' is for classes, not for numbers");
    making_assert_fails(mlc_model_evaluate(NULL, model, rows, "metrics=rsme", &out, err),
                        MLC_ERROR_COMPONENT, "rmse");
    making_assert_fails(mlc_model_evaluate(NULL, model, none, NULL, &out, err), MLC_ERROR_DATA,
                        "no rows");
    ck_assert_ptr_null(out);
    mlc_model_free(model);
    mlc_dataset_free(none);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_evaluate_of_several_targets_measures_each)
{
    const double x[] = {1, 2, 3, 5}, y[] = {3, 5, 7, 12}, z[] = {-1, -2, -4, -5};
    const mlc_array arrays[] = {making_real("x", 4, x), making_real("y", 4, y),
                                making_real("z", 4, z)};
    mlc_dataset *rows = making_dataset(arrays, 3, "target=y,z");
    mlc_model *model = transforming_model("ridge", rows);
    mlc_dataset *predicted = composing_predict(model, rows, NULL);
    mlc_dataset *out = evaluate(model, rows, "metrics=mae");
    double of_y = 0, of_z = 0;
    for (int64_t i = 0; i < 4; i++) {
        of_y += fabs(making_cell(predicted, "y.prediction", i) - y[i]) / 4;
        of_z += fabs(making_cell(predicted, "z.prediction", i) - z[i]) / 4;
    }
    ck_assert_int_eq(mlc_dataset_n_rows(out), 2);
    making_assert_text(out, "target", 0, "y");
    making_assert_text(out, "target", 1, "z");
    ck_assert_double_eq_tol(making_cell(out, "value", 0), of_y, 1e-12);
    ck_assert_double_eq_tol(making_cell(out, "value", 1), of_z, 1e-12);
    mlc_dataset_free(out);
    mlc_dataset_free(predicted);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

/* A metric that looks at the features sees those of the group. */
START_TEST(test_evaluate_of_clusters_by_groups_gives_what_each_group_gives_alone)
{
    mlc_dataset *rows = composing_rows(90, "ignore=id,job,buys,spent,w,city");
    mlc_model *model = transforming_model("pipeline(simple_imputer, kmeans(n_clusters=2))", rows);
    mlc_dataset *all = evaluate(model, rows, "metrics=silhouette by=city");
    int64_t oslo[90], n = 0;
    for (int64_t i = 0; i < 90; i++) {
        const char *city = NULL;
        int64_t length = 0;
        ck_assert_int_eq(mlc_dataset_text(rows, "city", i, &city, &length, NULL), MLC_OK);
        if (city[0] == 'O') oslo[n++] = i;
    }
    mlc_dataset *some = making_rows(rows, n, oslo);
    mlc_dataset *alone = evaluate(model, some, "metrics=silhouette");
    const int64_t row = row_of(all, "city=Oslo");
    ck_assert_int_ge(row, 0);
    ck_assert_double_eq(making_cell(all, "value", row), making_cell(alone, "value", 0));
    ck_assert_double_eq(making_cell(all, "n", row), (double)n);
    mlc_dataset_free(alone);
    mlc_dataset_free(some);
    mlc_dataset_free(all);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

/* Queries by city; the rows of a job are measured within them. */
START_TEST(test_evaluate_of_rankings_measures_each_query)
{
    mlc_dataset *rows = composing_rows(120, "target=w group=city id=id ignore=buys,spent");
    mlc_model *model = transforming_model(
        "pipeline(automatic, gradient_boosting_ranker(n_estimators=5, min_samples_leaf=5))", rows);
    mlc_dataset *usual = evaluate(model, rows, NULL);
    const char *const names[] = {"ndcg", "ndcg@5", "ndcg@10", "map"};
    ck_assert_int_eq(mlc_dataset_n_rows(usual), 4);
    for (int64_t i = 0; i < 4; i++) {
        making_assert_text(usual, "metric", i, names[i]);
        ck_assert_double_gt(making_cell(usual, "value", i), 0.5);
        ck_assert_double_le(making_cell(usual, "value", i), 1);
    }
    mlc_dataset *by = evaluate(model, rows, "metrics=ndcg@3 by=job");
    int64_t cooks[120], n = 0;
    for (int64_t i = 0; i < 120; i++) {
        const char *job = NULL;
        int64_t length = 0;
        ck_assert_int_eq(mlc_dataset_text(rows, "job", i, &job, &length, NULL), MLC_OK);
        if (job != NULL && length == 4) cooks[n++] = i;
    }
    mlc_dataset *some = making_rows(rows, n, cooks),
                *alone = evaluate(model, some, "metrics=ndcg@3");
    ck_assert_double_eq(making_cell(by, "value", row_of(by, "job=cook")),
                        making_cell(alone, "value", 0));
    mlc_dataset_free(alone);
    mlc_dataset_free(some);
    mlc_dataset_free(by);
    mlc_dataset_free(usual);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

#define N_TIMES 120

/* Rows that live longer by their number, of which every third is cut off, in two cities. */
static mlc_dataset *time_rows(const char *settings)
{
    static double age[N_TIMES], from[N_TIMES], to[N_TIMES], sign[N_TIMES];
    static const char *city[N_TIMES];
    for (int i = 0; i < N_TIMES; i++) {
        age[i] = i * 37 % N_TIMES;
        from[i] = 1 + floor(age[i] / 4) + i % 5;
        to[i] = i % 3 == 0 ? NAN : from[i];
        sign[i] = i % 3 == 0 ? -from[i] : from[i];
        city[i] = i % 2 == 0 ? "Oslo" : "Rome";
    }
    const mlc_array arrays[] = {making_real("age", N_TIMES, age),
                                making_real("from", N_TIMES, from), making_real("to", N_TIMES, to),
                                making_real("sign", N_TIMES, sign),
                                making_text("city", N_TIMES, city)};
    return making_dataset(arrays, 5, settings);
}

START_TEST(test_evaluate_of_times_takes_their_bounds_as_one_target)
{
    static const char *const models[] = {"gradient_boosting_survival(n_estimators=5)",
                                         "gradient_boosting_survival(n_estimators=5, loss=aft)"};
    mlc_dataset *rows = time_rows("target=from,to ignore=sign,city");
    mlc_dataset *signs = time_rows("target=sign ignore=from,to,city"), *out = NULL;
    for (int k = 0; k < 2; k++) {
        mlc_model *model = transforming_model(models[k], rows);
        mlc_dataset *usual = evaluate(model, rows, NULL);
        ck_assert_int_eq(mlc_dataset_n_rows(usual), 1);
        making_assert_text(usual, "metric", 0,
                           k == 0 ? "concordance_index(reverse=true)" : "concordance_index");
        ck_assert_double_gt(making_cell(usual, "value", 0), 0.8);
        mlc_dataset *by = evaluate(model, rows, "metrics=concordance_index by=city");
        const double least = making_cell(by, "value", row_of(by, "city=Oslo"));
        ck_assert(k == 0 ? least < 0.2 : least > 0.8);
        making_assert_fails(mlc_model_evaluate(NULL, model, rows, "metrics=rmse", &out, err),
                            MLC_ERROR_UNSUPPORTED,
                            "metric 'rmse' takes one target; these are the lower and upper bounds "
                            "of a time");
        mlc_dataset_free(by);
        mlc_dataset_free(usual);
        mlc_model_free(model);
    }
    /* One column with signs: the same model, the same order. */
    mlc_model *model = transforming_model(models[0], rows);
    mlc_model *by_sign = transforming_model(models[0], signs);
    mlc_dataset *a = evaluate(model, rows, NULL), *b = evaluate(by_sign, signs, NULL);
    making_assert_text(b, "metric", 0, "concordance_index(reverse=true, signed=true)");
    ck_assert_double_eq(making_cell(a, "value", 0), making_cell(b, "value", 0));
    mlc_dataset_free(a);
    mlc_dataset_free(b);
    mlc_model_free(by_sign);
    mlc_model_free(model);
    mlc_dataset_free(rows);
    mlc_dataset_free(signs);
}
END_TEST

START_TEST(test_evaluate_of_rankings_without_groups_says_so)
{
    mlc_dataset *rows = composing_rows(80, COMPOSING_NUMBERS), *out = NULL;
    mlc_model *model = transforming_model("pipeline(automatic, ridge)", rows);
    making_assert_fails(mlc_model_evaluate(NULL, model, rows, "metrics=ndcg", &out, err),
                        MLC_ERROR_ROLE,
                        "metric 'ndcg' is of rankings: give the column that says which rows are of "
                        "one query the role group");
    making_assert_fails(mlc_model_evaluate(NULL, model, rows, "metrics=rmse@5", &out, err),
                        MLC_ERROR_SETTING, "k: no such parameter of 'rmse@5'");
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

MLCI_CHECK_SUITE("evaluate", test_evaluate_by_groups_gives_what_each_group_gives_alone,
                 test_evaluate_by_numbers_and_bools_reads_as_people_read_them,
                 test_evaluate_by_what_makes_no_groups_says_so,
                 test_evaluate_by_a_column_with_a_long_name_finds_it,
                 test_evaluate_leaves_rows_of_weight_0_out,
                 test_evaluate_of_several_targets_measures_each,
                 test_evaluate_of_clusters_by_groups_gives_what_each_group_gives_alone,
                 test_evaluate_without_metrics_takes_those_usual_for_the_task,
                 test_evaluate_of_rankings_measures_each_query,
                 test_evaluate_of_times_takes_their_bounds_as_one_target,
                 test_evaluate_of_rankings_without_groups_says_so,
                 test_evaluate_with_a_metric_for_something_else_or_no_rows_says_so)
