#include "context_impl.h"
#include "explaining_models.h"
#include "random.h"
#include "torture.h"

#define LINEAR "pipeline(automatic, ridge)"

START_TEST(test_importance_has_a_line_for_each_column_and_metric)
{
    mlc_dataset *rows = composing_rows(150, COMPOSING_NUMBERS);
    mlc_model *model = transforming_model(LINEAR, rows);
    mlc_dataset *out = explain_rows_of(model, rows, "method=permutation metrics=rmse,r2");
    static const char *const columns[] = {"feature",    "metric", "target",  "class",
                                          "importance", "std",    "repeats", "baseline"};
    static const char *const features[] = {"age", "income", "job", "city"};
    ck_assert_int_eq(mlc_dataset_n_columns(out), 8);
    for (int32_t c = 0; c < 8; c++)
        ck_assert_str_eq(mlc_dataset_column_name(out, c), columns[c]);
    ck_assert_int_eq(mlc_dataset_n_rows(out), 8);
    for (int64_t i = 0; i < 8; i++) {
        making_assert_text(out, "feature", i, features[i / 2]);
        making_assert_text(out, "metric", i, i % 2 ? "r2" : "rmse");
        making_assert_text(out, "target", i, "spent");
        double sum = 0, squares = 0;
        for (int64_t r = 0; r < 5; r++)
            sum += explained(out, "repeats", i, r);
        const double mean = making_cell(out, "importance", i);
        ck_assert_double_eq_tol(mean, sum / 5, 1e-14);
        for (int64_t r = 0; r < 5; r++)
            squares += pow(explained(out, "repeats", i, r) - mean, 2);
        ck_assert_double_eq_tol(making_cell(out, "std", i), sqrt(squares / 5), 1e-14);
    }
    /* Income and age make the target; both an error that grows and an r2 that falls count up. */
    for (int64_t i = 0; i < 4; i++)
        ck_assert_double_gt(making_cell(out, "importance", i), 0.1);
    mlc_dataset_free(out);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

/* The same by hand: rows in the order of the permutation, measured. */
START_TEST(test_repeats_are_what_shuffling_does_to_the_metric)
{
    mlc_dataset *rows = composing_rows(150, COMPOSING_NUMBERS);
    mlc_model *model = transforming_model(LINEAR, rows);
    mlc_dataset *out =
        explain_rows_of(model, rows, "method=permutation metrics=rmse n_repeats=2 random_state=9");
    static composing_people people;
    int64_t order[150];
    uint64_t scratch[150];
    for (int64_t r = 0; r < 2; r++) {
        double income[150], error = 0, before = 0;
        composing_fill(&people, 150);
        mlci_random_permutation(9, MLCI_RANDOM_SHUFFLE_COLUMN, (uint32_t)r, 150, order, scratch);
        for (int64_t i = 0; i < 150; i++)
            income[i] = people.income[order[i]];
        const mlc_array arrays[] = {
            making_real("age", 150, people.age), making_real("income", 150, income),
            making_category("job", 150, people.job), making_category("city", 150, people.city)};
        mlc_dataset *shuffled = making_dataset(arrays, 4, NULL);
        mlc_dataset *after = composing_predict(model, shuffled, NULL);
        mlc_dataset *now = composing_predict(model, rows, NULL);
        for (int64_t i = 0; i < 150; i++) {
            error += pow(making_cell(after, "prediction", i) - people.spent[i], 2);
            before += pow(making_cell(now, "prediction", i) - people.spent[i], 2);
        }
        ck_assert_double_eq_tol(explained(out, "repeats", 1, r),
                                sqrt(error / 150) - sqrt(before / 150), 1e-12);
        ck_assert_double_eq_tol(making_cell(out, "baseline", 1), sqrt(before / 150), 1e-12);
        mlc_dataset_free(after);
        mlc_dataset_free(now);
        mlc_dataset_free(shuffled);
    }
    mlc_dataset_free(out);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_columns_that_the_model_does_not_use_matter_nothing)
{
    mlc_dataset *rows = composing_rows(100, COMPOSING_CLASSES);
    mlc_model *model = transforming_model(
        "pipeline(on([income], standard_scaler, remainder=drop), logistic_regression)", rows);
    mlc_dataset *out = explain_rows_of(model, rows, "method=permutation metrics=log_loss");
    ck_assert_int_eq(mlc_dataset_n_rows(out), 4);
    for (int64_t i = 0; i < 4; i++) {
        if (i == 1)
            ck_assert_double_gt(making_cell(out, "importance", i), 0);
        else
            ck_assert_double_eq(making_cell(out, "importance", i), 0);
    }
    mlc_dataset_free(out);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_columns_that_are_not_there_and_not_needed_matter_nothing)
{
    mlc_dataset *rows = composing_rows(100, COMPOSING_CLASSES), *few = NULL;
    mlc_model *model = transforming_model(
        "pipeline(on([income], standard_scaler, remainder=drop), logistic_regression)", rows);
    ck_assert_int_eq(mlc_dataset_select(NULL, rows, "income,buys", &few, NULL), MLC_OK);
    mlc_dataset *all = explain_rows_of(model, rows, "method=permutation metrics=log_loss");
    mlc_dataset *out = explain_rows_of(model, few, "method=permutation metrics=log_loss");
    ck_assert_int_eq(mlc_dataset_n_rows(out), 4);
    for (int64_t i = 0; i < 4; i++)
        ck_assert_double_eq(making_cell(out, "importance", i), making_cell(all, "importance", i));
    mlc_dataset_free(all);
    mlc_dataset_free(out);
    mlc_dataset_free(few);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_components_of_a_vector_are_shuffled_one_by_one)
{
    double x[300], y[100];
    for (int i = 0; i < 100; i++) {
        for (int j = 0; j < 3; j++)
            x[3 * i + j] = (i * (7 + 2 * j)) % 23;
        y[i] = x[3 * i + 1];
    }
    const mlc_array arrays[] = {making_matrix("x", 100, 3, x), making_real("y", 100, y)};
    mlc_dataset *rows = making_dataset(arrays, 2, "target=y");
    mlc_model *model = transforming_model("ridge(alpha=1e-9)", rows);
    mlc_dataset *out = explain_rows_of(model, rows, "method=permutation metrics=mae");
    ck_assert_int_eq(mlc_dataset_n_rows(out), 3);
    making_assert_text(out, "feature", 1, "x1");
    ck_assert_double_lt(fabs(making_cell(out, "importance", 0)), 1e-6);
    ck_assert_double_gt(making_cell(out, "importance", 1), 1);
    ck_assert_double_lt(fabs(making_cell(out, "importance", 2)), 1e-6);
    mlc_dataset_free(out);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_importance_is_the_same_for_any_number_of_threads)
{
    mlc_dataset *rows = composing_rows(200, COMPOSING_CLASSES), *expected = NULL;
    mlc_model *model = transforming_model("gradient_boosting_classifier(n_estimators=5)", rows);
    for (int32_t threads = 1; threads < 8; threads += 2) {
        mlc_context *ctx = NULL;
        mlc_dataset *out = NULL;
        const mlc_host host = {.size = sizeof host, .n_threads = threads};
        ck_assert_int_eq(mlc_context_create(&host, &ctx, NULL), MLC_OK);
        mlc_context_set_threads(ctx, threads);
        ck_assert_int_eq(mlc_model_explain(ctx, model, rows, NULL,
                                           "method=permutation n_repeats=3 seed=4", &out, NULL),
                         MLC_OK);
        for (int64_t i = 0; expected != NULL && i < mlc_dataset_n_rows(out); i++)
            ck_assert_double_eq(making_cell(out, "importance", i),
                                making_cell(expected, "importance", i));
        if (expected == NULL)
            expected = out;
        else
            mlc_dataset_free(out);
        mlc_context_close(ctx);
    }
    mlc_dataset_free(expected);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_rows_of_weight_0_are_absent)
{
    static composing_people p;
    composing_fill(&p, 100);
    for (int i = 0; i < 100; i++)
        p.weight[i] = i < 60;
    const mlc_array arrays[] = {making_real("income", 100, p.income),
                                making_real("w", 100, p.weight), making_real("y", 100, p.spent)};
    mlc_dataset *all = making_dataset(arrays, 3, "target=y weight=w"), *some = NULL;
    ck_assert_int_eq(mlc_dataset_rows(NULL, all, NULL, 0, 60, &some, NULL), MLC_OK);
    mlc_model *model = transforming_model("ridge", all);
    mlc_dataset *a = explain_rows_of(model, all, "method=permutation");
    mlc_dataset *b = explain_rows_of(model, some, "method=permutation");
    for (int64_t i = 0; i < mlc_dataset_n_rows(a); i++)
        ck_assert_double_eq(making_cell(a, "importance", i), making_cell(b, "importance", i));
    mlc_dataset_free(a);
    mlc_dataset_free(b);
    mlc_model_free(model);
    mlc_dataset_free(some);
    mlc_dataset_free(all);
}
END_TEST

START_TEST(test_rows_without_target_or_without_rows_say_so)
{
    mlc_dataset *rows = composing_rows(60, COMPOSING_CLASSES), *blind = NULL, *out = NULL;
    mlc_model *model = transforming_model("pipeline(automatic, logistic_regression)", rows);
    const int64_t none = 0;
    mlc_dataset *empty = making_rows(rows, 0, &none);
    ck_assert_int_eq(mlc_dataset_select(NULL, rows, "age,income,job,city", &blind, NULL), MLC_OK);
    making_assert_fails(
        mlc_model_explain(NULL, model, blind, NULL, "method=permutation", &out, err),
        MLC_ERROR_ROLE, "target");
    making_assert_fails(
        mlc_model_explain(NULL, model, empty, NULL, "method=permutation", &out, err),
        MLC_ERROR_DATA, "has no rows");
    mlc_dataset_free(empty);
    mlc_dataset_free(blind);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

static mlc_status score_constant(void *user, int64_t n, int32_t n_classes, const double *target,
                                 const double *prediction, const double *probability,
                                 const double *weight, double *score, mlc_error *err)
{
    double sum = 0;
    for (int64_t i = 0; i < n; i++)
        sum += weight[i] * fabs(target[i] - prediction[i]);
    *score = sum;
    return MLC_OK;
}

START_TEST(test_metrics_of_the_host_count_in_their_direction)
{
    for (int32_t larger = 0; larger < 2; larger++) {
        mlc_context *ctx = NULL;
        mlc_dataset *out = NULL;
        mlc_error err = {0};
        const mlc_metric_hooks hooks = {
            .size = sizeof hooks, .larger_is_better = larger, .score = score_constant};
        ck_assert_int_eq(mlc_context_create(NULL, &ctx, NULL), MLC_OK);
        ck_assert_int_eq(mlc_context_add_metric(ctx, "acme.loss", &hooks, NULL), MLC_OK);
        mlc_dataset *rows = composing_rows(100, COMPOSING_NUMBERS);
        mlc_model *model = transforming_model(LINEAR, rows);
        const mlc_status status = mlc_model_explain(
            ctx, model, rows, NULL, "method=permutation metrics=acme.loss,mae", &out, &err);
        ck_assert_msg(status == MLC_OK, "%s", err.message);
        making_assert_text(out, "metric", 2, "acme.loss");
        const double importance = making_cell(out, "importance", 2); /* of income */
        if (larger)
            ck_assert_double_lt(importance, 0);
        else
            ck_assert_double_gt(importance, 0);
        ck_assert_double_eq_tol(fabs(importance) / 100, making_cell(out, "importance", 3), 1e-10);
        mlc_dataset_free(out);
        mlc_model_free(model);
        mlc_dataset_free(rows);
        mlc_context_close(ctx);
    }
}
END_TEST

typedef struct shuffling {
    mlc_model *model;
    mlc_dataset *rows;
} shuffling;

static mlc_status shuffle_again(mlc_context *ctx, void *arg, mlc_error *err)
{
    const shuffling *const it = arg;
    mlc_dataset *out = NULL;
    MLCI_TRY(mlc_model_explain(ctx, it->model, it->rows, NULL,
                               "method=permutation metrics=mae n_repeats=2", &out, err));
    for (int64_t i = 0; i < mlc_dataset_n_rows(out); i++) {
        const double value = making_cell(out, "importance", i);
        mlci_torture_answer(&value, sizeof value);
    }
    mlc_dataset_free(out);
    return MLC_OK;
}

START_TEST(test_shuffling_when_memory_fails_leaks_nothing)
{
    static const double x[] = {1, 2, 3, 4, 5, 7, 8, 9}, z[] = {3, 1, 2, 5}, y[] = {1, 2, 3, 5};
    const mlc_array arrays[] = {making_matrix("x", 4, 2, x), making_real("z", 4, z),
                                making_real("y", 4, y)};
    shuffling it = {.rows = making_dataset(arrays, 3, "target=y")};
    it.model = transforming_model("ridge", it.rows);
    mlci_torture(shuffle_again, &it);
    mlc_model_free(it.model);
    mlc_dataset_free(it.rows);
}
END_TEST

MLCI_CHECK_SUITE("permutation", test_importance_has_a_line_for_each_column_and_metric,
                 test_repeats_are_what_shuffling_does_to_the_metric,
                 test_columns_that_the_model_does_not_use_matter_nothing,
                 test_columns_that_are_not_there_and_not_needed_matter_nothing,
                 test_components_of_a_vector_are_shuffled_one_by_one,
                 test_importance_is_the_same_for_any_number_of_threads,
                 test_rows_of_weight_0_are_absent, test_rows_without_target_or_without_rows_say_so,
                 test_metrics_of_the_host_count_in_their_direction,
                 test_shuffling_when_memory_fails_leaks_nothing)
