/* Models of anomalies measured against labels: by pairs of rows counted one by one. */
#include <stdio.h>

#include "check_suite.h"
#include "composing.h"

enum { N = 60, ODD = 6 };

typedef struct labelled {
    double x[N], z[N], weight[N];
    int64_t number[N];
    const char *text[N], *third[N];
} labelled;

/* The last rows lie outside; two of them among the others. */
static void fill(labelled *l, int64_t odd, int64_t other)
{
    for (int i = 0; i < N; i++) {
        const int is_odd = i >= N - ODD;
        l->x[i] = (double)(i * 37 % 23) + (is_odd && i < N - 2 ? 60 + i : 0);
        l->z[i] = (double)(i * 11 % 17);
        l->weight[i] = 1 + i % 3;
        l->number[i] = is_odd ? odd : other;
        l->text[i] = is_odd ? "fraud" : "plain"; /* the first of the two */
        l->third[i] = is_odd ? "a" : i % 2 ? "b" : "c";
    }
}

static mlc_dataset *make(const labelled *l, const char *roles)
{
    const mlc_array arrays[] = {
        making_real("x", N, l->x),        making_real("z", N, l->z),
        making_real("w", N, l->weight),   making_integer("y", N, l->number),
        making_category("t", N, l->text), making_category("u", N, l->third)};
    return making_dataset(arrays, 6, roles);
}

static double measure(const mlc_model *model, const mlc_dataset *rows, const char *metric)
{
    mlc_dataset *out = NULL;
    mlc_error err = {0};
    char settings[100];
    snprintf(settings, sizeof settings, "metrics=%s", metric);
    const mlc_status status = mlc_model_evaluate(NULL, model, rows, settings, &out, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    const double value = making_cell(out, "value", 0);
    mlc_dataset_free(out);
    return value;
}

static void raw_of(const mlc_model *model, const mlc_dataset *rows, double *raw)
{
    mlc_dataset *out = composing_predict(model, rows, "output=raw");
    for (int i = 0; i < N; i++)
        raw[i] = making_cell(out, "raw", i);
    mlc_dataset_free(out);
}

/* The share of pairs of an odd and another row in which the odd one has the lower raw output. */
static double share_of_pairs(const labelled *l, const double *raw, int weighted)
{
    double all = 0, right = 0;
    for (int i = N - ODD; i < N; i++)
        for (int j = 0; j < N - ODD; j++) {
            const double w = weighted ? l->weight[i] * l->weight[j] : 1;
            all += w;
            right += w * (raw[i] < raw[j] ? 1 : raw[i] == raw[j] ? 0.5 : 0);
        }
    return right / all;
}

/* Mean over the odd rows of the share of odd rows among those at least as odd. */
static double precision_of(const double *raw)
{
    double sum = 0;
    for (int i = N - ODD; i < N; i++) {
        double n = 0, n_odd = 0;
        for (int j = 0; j < N; j++) {
            n += raw[j] <= raw[i];
            n_odd += raw[j] <= raw[i] && j >= N - ODD;
        }
        sum += n_odd / n;
    }
    return sum / ODD;
}

START_TEST(test_scores_of_anomalies_are_ranked_against_labels)
{
    static const char *const roles[] = {"target=y ignore=w,t,u", "target=y ignore=w,t,u",
                                        "target=t positive=fraud ignore=w,y,u",
                                        "target=y weight=w ignore=t,u"};
    static const int64_t odd[] = {-1, 1, 0, 1}, other[] = {1, 0, 0, 0};
    const double rounding = 1e-12; /* both sum some hundred shares, in different orders */
    for (int i = 0; i < 4; i++) {
        static labelled l;
        double raw[N];
        fill(&l, odd[i], other[i]);
        mlc_dataset *rows = make(&l, roles[i]);
        mlc_model *model = transforming_model("isolation_forest(n_estimators=30)", rows);
        raw_of(model, rows, raw);
        const double pairs = share_of_pairs(&l, raw, i == 3);
        ck_assert_double_gt(pairs, 0.6);
        ck_assert_double_lt(pairs, 1);
        ck_assert_double_eq_tol(measure(model, rows, "roc_auc"), pairs, rounding);
        if (i < 3)
            ck_assert_double_eq_tol(measure(model, rows, "average_precision"), precision_of(raw),
                                    rounding);
        mlc_model_free(model);
        mlc_dataset_free(rows);
    }
}
END_TEST

START_TEST(test_predictions_of_anomalies_count_as_classes_whatever_the_labels)
{
    static const int64_t odd[] = {-1, 1}, other[] = {1, 0};
    for (int i = 0; i < 2; i++) {
        static labelled l;
        double raw[N], right = 0, hits = 0, found = 0;
        fill(&l, odd[i], other[i]);
        mlc_dataset *rows = make(&l, "target=y ignore=w,t,u");
        mlc_model *model = transforming_model(
            "pipeline(isolation_forest(n_estimators=30, contamination=0.1))", rows);
        raw_of(model, rows, raw);
        for (int j = 0; j < N; j++) {
            right += (raw[j] < 0) == (j >= N - ODD);
            found += raw[j] < 0;
            hits += raw[j] < 0 && j >= N - ODD;
        }
        ck_assert_double_gt(hits, 0);
        ck_assert_double_lt(hits, found);
        ck_assert_double_eq(measure(model, rows, "accuracy"), right / N);
        ck_assert_double_eq(measure(model, rows, "precision"), hits / found);
        mlc_model_free(model);
        mlc_dataset_free(rows);
    }
}
END_TEST

static void check_refused(const mlc_model *model, const mlc_dataset *rows, const char *metric,
                          const char *message)
{
    mlc_dataset *out = NULL;
    mlc_error err = {0};
    char settings[100];
    snprintf(settings, sizeof settings, "metrics=%s", metric);
    ck_assert_int_eq(mlc_model_evaluate(NULL, model, rows, settings, &out, &err),
                     MLC_ERROR_UNSUPPORTED);
    ck_assert_str_eq(err.message, message);
}

START_TEST(test_metrics_that_need_more_than_an_order_are_refused)
{
    static labelled l;
    fill(&l, 1, 0);
    mlc_dataset *two = make(&l, "target=y ignore=w,t,u"),
                *three = make(&l, "target=u ignore=w,t,y");
    mlc_model *model = transforming_model("isolation_forest(n_estimators=5)", two);
    mlc_model *more = transforming_model("isolation_forest(n_estimators=5)", three);
    mlc_model *clusters = transforming_model("kmeans(n_clusters=2)", two);
    check_refused(model, two, "log_loss",
                  "metric 'log_loss' needs probabilities, which are not there: the model gives "
                  "scores, which rank rows as roc_auc and average_precision do");
    check_refused(more, three, "roc_auc",
                  "metric 'roc_auc' needs probabilities, which are not there");
    check_refused(clusters, two, "accuracy",
                  "metric 'accuracy' compares predictions with the target; those of this model are "
                  "numbers of clusters: take 'adjusted_rand_index'");
    ck_assert_double_le(measure(more, three, "adjusted_rand_index"), 1);
    mlc_model_free(clusters);
    mlc_model_free(more);
    mlc_model_free(model);
    mlc_dataset_free(three);
    mlc_dataset_free(two);
}
END_TEST

START_TEST(test_labels_of_two_classes_are_ranked_unless_metrics_are_named)
{
    static labelled l;
    mlc_dataset *out = NULL;
    const char *text = NULL;
    int64_t length = 0;
    fill(&l, 1, 0);
    mlc_dataset *rows = make(&l, "target=y ignore=w,t,u");
    mlc_model *model = transforming_model("isolation_forest(n_estimators=5)", rows);
    ck_assert_int_eq(mlc_model_evaluate(NULL, model, rows, NULL, &out, NULL), MLC_OK);
    ck_assert_int_eq(mlc_dataset_n_rows(out), 3);
    ck_assert_int_eq(mlc_dataset_text(out, "metric", 1, &text, &length, NULL), MLC_OK);
    ck_assert_int_eq(length, (int64_t)strlen("average_precision"));
    ck_assert_int_eq(memcmp(text, "average_precision", (size_t)length), 0);
    mlc_dataset_free(out);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

MLCI_CHECK_SUITE("anomaly_scores", test_scores_of_anomalies_are_ranked_against_labels,
                 test_predictions_of_anomalies_count_as_classes_whatever_the_labels,
                 test_metrics_that_need_more_than_an_order_are_refused,
                 test_labels_of_two_classes_are_ranked_unless_metrics_are_named)
