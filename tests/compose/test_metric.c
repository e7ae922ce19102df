#include "check_suite.h"
#include "composing.h"
#include "torture.h"

static mlc_metric *metric_of(mlc_context *ctx, const char *name)
{
    mlc_metric *metric = NULL;
    mlc_error err = {0};
    ck_assert_msg(mlc_metric_create(ctx, name, NULL, &metric, &err) == MLC_OK, "%s", err.message);
    return metric;
}

static mlc_dataset *numbers(const char *name, int64_t n, const double *values, const char *roles)
{
    const mlc_array array = making_real(name, n, values);
    return making_dataset(&array, 1, roles);
}

/* mean |error| = (1 + 0 + 2) / 3 */
START_TEST(test_metric_without_a_model_measures_numbers)
{
    mlc_metric *metrics[] = {metric_of(NULL, "mae"), metric_of(NULL, "rmse")};
    mlc_dataset *truth = numbers("y", 3, (double[]){1, 2, 3}, "target=y"), *out = NULL;
    mlc_dataset *predictions = numbers("prediction", 3, (double[]){2, 2, 1}, NULL);
    ck_assert_int_eq(mlc_metric_evaluate(NULL, (const mlc_metric *const *)metrics, 2, truth,
                                         predictions, NULL, &out, NULL),
                     MLC_OK);
    ck_assert_int_eq(mlc_dataset_n_rows(out), 2);
    making_assert_text(out, "metric", 0, "mae");
    making_assert_text(out, "target", 1, "y");
    ck_assert_double_eq(making_cell(out, "value", 0), 1);
    ck_assert(fabs(making_cell(out, "value", 1) - sqrt(5.0 / 3)) < 1e-15);
    ck_assert_double_eq(making_cell(out, "n", 0), 3);
    mlc_dataset_free(out);
    mlc_dataset_free(predictions);
    mlc_dataset_free(truth);
    mlc_metric_free(metrics[0]);
    mlc_metric_free(metrics[1]);
}
END_TEST

/* Evaluating a model is evaluating its predictions. */
START_TEST(test_metric_of_predictions_is_that_of_the_model)
{
    mlc_dataset *rows = composing_rows(80, "target=buys id=id ignore=spent weight=w");
    mlc_model *model = transforming_model("pipeline(automatic, logistic_regression)", rows);
    mlc_dataset *predictions = composing_predict(model, rows, NULL), *a = NULL, *b = NULL;
    static const char *const names[] = {"roc_auc", "log_loss", "accuracy", "f1"};
    mlc_metric *metrics[4];
    for (int i = 0; i < 4; i++)
        metrics[i] = metric_of(NULL, names[i]);
    mlc_error err = {0};
    ck_assert_msg(mlc_metric_evaluate(NULL, (const mlc_metric *const *)metrics, 4, rows,
                                      predictions, "city", &a, &err) == MLC_OK,
                  "%s", err.message);
    ck_assert_int_eq(mlc_model_evaluate(NULL, model, rows,
                                        "metrics=roc_auc,log_loss,accuracy,f1 by=city", &b, &err),
                     MLC_OK);
    ck_assert_int_eq(mlc_dataset_n_rows(a), 16);
    for (int64_t i = 0; i < 16; i++) {
        ck_assert_double_eq(making_cell(a, "value", i), making_cell(b, "value", i));
    }
    making_assert_text(a, "group", 1, "city=Lima");
    mlc_dataset_free(a);
    mlc_dataset_free(b);
    for (int i = 0; i < 4; i++)
        mlc_metric_free(metrics[i]);
    mlc_dataset_free(predictions);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

/* Classes are those of the probability's components, whatever their order among the texts. */
START_TEST(test_metric_takes_the_order_of_classes_from_the_probability)
{
    const char *const y[] = {"b", "a", "b", "a"};
    const double p[] = {0.9, 0.1, 0.2, 0.8, 0.7, 0.3, 0.4, 0.6}; /* of b, of a */
    const mlc_array target = making_category("y", 4, y);
    mlc_array probability = making_matrix("probability", 4, 2, p);
    mlc_dataset *truth = making_dataset(&target, 1, "target=y");
    mlc_dataset *named = making_dataset(&probability, 1, NULL), *out = NULL;
    char *components[] = {(char[]){"b"}, (char[]){"a"}};
    ck_assert_int_eq(
        mlci_column_set_components(named->fields[0].column, (const char *const *)components, NULL),
        MLC_OK);
    mlc_metric *metric = metric_of(NULL, "log_loss");
    mlc_error err = {0};
    ck_assert_msg(mlc_metric_evaluate(NULL, (const mlc_metric *const *)&metric, 1, truth, named,
                                      NULL, &out, &err) == MLC_OK,
                  "%s", err.message);
    const double wanted = -(log(0.9) + log(0.8) + log(0.7) + log(0.6)) / 4;
    ck_assert(fabs(making_cell(out, "value", 0) - wanted) < 1e-15);
    mlc_dataset_free(out);
    mlc_metric_free(metric);
    mlc_dataset_free(named);
    mlc_dataset_free(truth);
}
END_TEST

static void fails(const char *name, const mlc_dataset *truth, const mlc_dataset *predictions,
                  mlc_status wanted, const char *says)
{
    mlc_metric *metric = metric_of(NULL, name);
    mlc_dataset *out = NULL;
    making_assert_fails(mlc_metric_evaluate(NULL, (const mlc_metric *const *)&metric, 1, truth,
                                            predictions, NULL, &out, err),
                        wanted, says);
    ck_assert_ptr_null(out);
    mlc_metric_free(metric);
}

START_TEST(test_metric_over_what_it_cannot_measure_says_why)
{
    const double y[] = {1, 0, 1};
    mlc_dataset *truth = numbers("y", 3, y, "target=y"), *bare = numbers("y", 3, y, NULL);
    mlc_dataset *right = numbers("prediction", 3, y, NULL);
    mlc_dataset *short_one = numbers("prediction", 2, y, NULL);
    mlc_dataset *wrong = numbers("predicted", 3, y, NULL);
    fails("mae", truth, short_one, MLC_ERROR_DATA, "3 rows of truth for 2 predictions");
    fails("mae", truth, wrong, MLC_ERROR_COLUMN, "neither 'prediction' nor 'probability'");
    fails("mae", bare, right, MLC_ERROR_ROLE, "target");
    fails("roc_auc", truth, right, MLC_ERROR_UNSUPPORTED, "needs probabilities");
    fails("silhouette", truth, right, MLC_ERROR_UNSUPPORTED, "works with a model only");
    mlc_dataset_free(wrong);
    mlc_dataset_free(short_one);
    mlc_dataset_free(right);
    mlc_dataset_free(bare);
    mlc_dataset_free(truth);
}
END_TEST

/* Several values a row do not fit into one. */
START_TEST(test_metric_of_a_vector_or_of_texts_where_numbers_belong_is_refused)
{
    const double v[] = {1, 2, 3, 4, 5, 6}, y[] = {1, 0, 1};
    const char *const texts[] = {"x", "y", "z"};
    const mlc_array matrix = making_matrix("prediction", 3, 2, v);
    const mlc_array words = making_text("prediction", 3, texts);
    mlc_dataset *truth = numbers("y", 3, y, "target=y");
    mlc_dataset *vector = making_dataset(&matrix, 1, NULL), *text = making_dataset(&words, 1, NULL);
    fails("mae", truth, vector, MLC_ERROR_COLUMN, "it must hold one number a row");
    fails("accuracy", truth, vector, MLC_ERROR_COLUMN, "it must hold one class a row");
    fails("mae", truth, text, MLC_ERROR_COLUMN, "column 'prediction' is text");
    fails("accuracy", truth, text, MLC_ERROR_DATA, "row 1 of 'prediction' is not one of the 2");
    mlc_dataset_free(text);
    mlc_dataset_free(vector);
    mlc_dataset_free(truth);
}
END_TEST

START_TEST(test_metric_leaves_rows_of_weight_0_out)
{
    const double y[] = {1, 2, 3}, w[] = {1, 3, 0}, p[] = {2, 2, 100};
    const mlc_array arrays[] = {making_real("y", 3, y), making_real("w", 3, w)};
    mlc_dataset *truth = making_dataset(arrays, 2, "target=y weight=w"), *out = NULL;
    mlc_dataset *predictions = numbers("prediction", 3, p, NULL);
    mlc_metric *metric = metric_of(NULL, "mae");
    ck_assert_int_eq(mlc_metric_evaluate(NULL, (const mlc_metric *const *)&metric, 1, truth,
                                         predictions, NULL, &out, NULL),
                     MLC_OK);
    ck_assert_double_eq(making_cell(out, "value", 0), 0.25);
    ck_assert_double_eq(making_cell(out, "n", 0), 2);
    mlc_dataset_free(out);
    mlc_metric_free(metric);
    mlc_dataset_free(predictions);
    mlc_dataset_free(truth);
}
END_TEST

START_TEST(test_metric_unknown_or_of_the_host_without_context_says_so)
{
    mlc_metric *metric = NULL;
    making_assert_fails(mlc_metric_create(NULL, "roc_acu", NULL, &metric, err), MLC_ERROR_COMPONENT,
                        "roc_auc");
    making_assert_fails(mlc_metric_create(NULL, "acme.profit", NULL, &metric, err),
                        MLC_ERROR_COMPONENT, "register it in the context first");
    making_assert_fails(mlc_metric_create(NULL, "mae", "power=2", &metric, err), MLC_ERROR_SETTING,
                        "power");
    ck_assert_ptr_null(metric);
}
END_TEST

static mlc_status profit(void *user, int64_t n, int32_t n_classes, const double *target,
                         const double *prediction, const double *probability, const double *weight,
                         double *score, mlc_error *err)
{
    (void)probability;
    if (user != NULL) {
        strcpy(err->message, "no prices today");
        return MLC_ERROR_IO;
    }
    ck_assert_int_eq(n_classes, 2);
    *score = 0;
    for (int64_t i = 0; i < n; i++) {
        if (prediction[i] == 1) *score += weight[i] * (target[i] == 1 ? 5 : -2);
    }
    return MLC_OK;
}

static mlc_context *with_profit(void *user)
{
    mlc_context *ctx = NULL;
    const mlc_metric_hooks hooks = {
        .size = sizeof hooks, .larger_is_better = 1, .user = user, .score = profit};
    ck_assert_int_eq(mlc_context_create(NULL, &ctx, NULL), MLC_OK);
    ck_assert_int_eq(mlc_context_add_metric(ctx, "acme.profit", &hooks, NULL), MLC_OK);
    return ctx;
}

START_TEST(test_metric_of_the_host_measures_predictions_and_models)
{
    mlc_context *ctx = with_profit(NULL);
    const char *const y[] = {"yes", "no", "yes"}, *const p[] = {"yes", "yes", "no"};
    const mlc_array target = making_category("y", 3, y),
                    guess = making_category("prediction", 3, p);
    mlc_dataset *truth = making_dataset(&target, 1, "target=y"), *out = NULL;
    mlc_dataset *predictions = making_dataset(&guess, 1, NULL);
    mlc_metric *own = metric_of(ctx, "acme.profit"), *accuracy = metric_of(ctx, "accuracy");
    const mlc_metric *const metrics[] = {own, accuracy};
    mlc_error said = {0};
    ck_assert_msg(mlc_metric_evaluate(ctx, metrics, 2, truth, predictions, NULL, &out, &said) ==
                      MLC_OK,
                  "%s", said.message);
    making_assert_text(out, "metric", 0, "acme.profit");
    ck_assert_double_eq(making_cell(out, "value", 0), 3);
    mlc_dataset_free(out);
    mlc_dataset *rows = composing_rows(80, COMPOSING_CLASSES);
    mlc_model *model = transforming_model("pipeline(automatic, logistic_regression)", rows);
    ck_assert_int_eq(mlc_model_evaluate(ctx, model, rows, "metrics=acme.profit", &out, &said),
                     MLC_OK);
    ck_assert_double_gt(making_cell(out, "value", 0), 0);
    mlc_dataset_free(out);
    out = NULL;
    making_assert_fails(mlc_model_evaluate(NULL, model, rows, "metrics=acme.profit", &out, err),
                        MLC_ERROR_COMPONENT, "register it");
    mlc_model_free(model);
    mlc_dataset_free(rows);
    mlc_metric_free(accuracy);
    mlc_metric_free(own);
    mlc_dataset_free(predictions);
    mlc_dataset_free(truth);
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_metric_of_the_host_that_fails_keeps_its_message)
{
    int any = 0;
    mlc_context *ctx = with_profit(&any);
    mlc_dataset *rows = composing_rows(80, COMPOSING_CLASSES), *out = NULL;
    mlc_model *model = transforming_model("pipeline(automatic, logistic_regression)", rows);
    making_assert_fails(mlc_model_evaluate(ctx, model, rows, "metrics=acme.profit", &out, err),
                        MLC_ERROR_CALLBACK, "metric 'acme.profit' failed: no prices today");
    mlc_model_free(model);
    mlc_dataset_free(rows);
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_metric_ref_keeps_it_alive)
{
    mlc_metric *metric = metric_of(NULL, "mae"), *same = mlc_metric_ref(metric);
    mlc_metric_free(metric);
    mlc_dataset *truth = numbers("y", 2, (double[]){1, 2}, "target=y"), *out = NULL;
    mlc_dataset *predictions = numbers("prediction", 2, (double[]){1, 2}, NULL);
    ck_assert_int_eq(mlc_metric_evaluate(NULL, (const mlc_metric *const *)&same, 1, truth,
                                         predictions, NULL, &out, NULL),
                     MLC_OK);
    mlc_dataset_free(out);
    mlc_metric_free(same);
    mlc_metric_free(NULL);
    mlc_dataset_free(predictions);
    mlc_dataset_free(truth);
}
END_TEST

typedef struct pair {
    mlc_dataset *truth, *predictions;
} pair;

static mlc_status evaluate(mlc_context *ctx, void *arg, mlc_error *err)
{
    const pair *p = arg;
    mlc_metric *metric = NULL;
    mlc_dataset *out = NULL;
    mlc_status status = mlc_metric_create(ctx, "confusion_matrix", NULL, &metric, err);
    if (status == MLC_OK) {
        status = mlc_metric_evaluate(ctx, (const mlc_metric *const *)&metric, 1, p->truth,
                                     p->predictions, "w", &out, err);
    }
    mlc_dataset_free(out);
    mlc_metric_free(metric);
    return status;
}

START_TEST(test_metric_when_memory_fails_leaks_nothing)
{
    const char *const y[] = {"yes", "no", "yes"}, *const g[] = {"yes", "yes", "no"};
    const double w[] = {1, 1, 2};
    const mlc_array target[] = {making_category("y", 3, y), making_real("w", 3, w)};
    const mlc_array guess = making_category("prediction", 3, g);
    pair p = {making_dataset(target, 2, "target=y weight=w"), making_dataset(&guess, 1, NULL)};
    mlci_torture(evaluate, &p);
    mlc_dataset_free(p.truth);
    mlc_dataset_free(p.predictions);
}
END_TEST

MLCI_CHECK_SUITE("metric", test_metric_without_a_model_measures_numbers,
                 test_metric_of_predictions_is_that_of_the_model,
                 test_metric_takes_the_order_of_classes_from_the_probability,
                 test_metric_over_what_it_cannot_measure_says_why,
                 test_metric_of_a_vector_or_of_texts_where_numbers_belong_is_refused,
                 test_metric_leaves_rows_of_weight_0_out,
                 test_metric_unknown_or_of_the_host_without_context_says_so,
                 test_metric_of_the_host_measures_predictions_and_models,
                 test_metric_of_the_host_that_fails_keeps_its_message,
                 test_metric_ref_keeps_it_alive, test_metric_when_memory_fails_leaks_nothing)
