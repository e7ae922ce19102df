/* Peers, on the same rows with 200 (digits: 60) rounds, learning rate 0.1, 31 leaves, categories
 * as such, no early stopping: scikit-learn 1.9.1 HistGradientBoostingClassifier and LightGBM
 * 4.7.0.
 *
 *   adult, first 32,561 rows train    AUC 0.92716 / 0.92638    log loss 0.27742 / 0.27863
 *   digits, every third row tests     accuracy 0.9533 / 0.9533 log loss 0.1666 / 0.1616 */
#include "real_data.h"

typedef struct scored {
    double score, target;
} scored;

static int compare(const void *a, const void *b)
{
    const scored *const p = a, *const q = b;
    return (p->score > q->score) - (p->score < q->score);
}

/* Mann-Whitney, ties count half. */
static double auc_of(const double *probability, const double *y, int64_t n)
{
    scored *const s = calloc((size_t)n, sizeof *s);
    double positive = 0, ranks = 0;
    for (int64_t i = 0; i < n; i++) {
        s[i] = (scored){probability[2 * i + 1], y[i]};
        positive += y[i];
    }
    qsort(s, (size_t)n, sizeof *s, compare);
    for (int64_t i = 0, end = 0; i < n; i = end) {
        double of_ties = 0;
        for (end = i; end < n && s[end].score == s[i].score; end++)
            of_ties += s[end].target;
        ranks += of_ties * (double)(i + 1 + end) / 2;
    }
    free(s);
    return (ranks - positive * (positive + 1) / 2) / (positive * ((double)n - positive));
}

static double log_loss_of(const double *probability, const double *y, int64_t n, int64_t k)
{
    double sum = 0;
    for (int64_t i = 0; i < n; i++)
        sum -= log(probability[i * k + (int64_t)y[i]]);
    return sum / (double)n;
}

START_TEST(test_classifier_on_adult_is_as_good_as_its_peers)
{
    test_real r;
    test_real_open(&r, "adult.csv.gz", "target=income null='?'");
    const int64_t n = mlc_dataset_n_rows(r.data);
    ck_assert_int_eq(n, 48842);
    uint8_t *const in_test = calloc((size_t)n, 1);
    memset(in_test + 32561, 1, (size_t)n - 32561);
    test_real_divide(&r, in_test, 1);
    double *const p = test_real_predict(&r, &mlci_model_gradient_boosting_classifier,
                                        "n_estimators=200", MLCI_OUTPUT_PROBABILITY);
    ck_assert_double_ge(auc_of(p, r.test.y->value, r.test.x->n_rows), 0.92716 - 0.001);
    ck_assert_double_le(log_loss_of(p, r.test.y->value, r.test.x->n_rows, 2), 0.27742 + 0.001);
    free(p);
    free(in_test);
    test_real_close(&r);
}
END_TEST

START_TEST(test_classifier_on_digits_is_as_good_as_its_peers)
{
    test_real r;
    test_real_open(&r, "digits_8x8.csv.gz", "target=digit types='digit:text'");
    const int64_t n = mlc_dataset_n_rows(r.data);
    uint8_t *const in_test = calloc((size_t)n, 1);
    for (int64_t i = 0; i < n; i += 3)
        in_test[i] = 1;
    test_real_divide(&r, in_test, 1);
    double *const p = test_real_predict(&r, &mlci_model_gradient_boosting_classifier,
                                        "n_estimators=60", MLCI_OUTPUT_PROBABILITY);
    double hits = 0;
    for (int64_t i = 0; i < r.test.x->n_rows; i++) {
        int best = 0;
        for (int k = 1; k < 10; k++)
            if (p[10 * i + k] > p[10 * i + best]) best = k;
        hits += best == (int)r.test.y->value[i];
    }
    ck_assert_double_ge(hits / (double)r.test.x->n_rows, 0.9533 - 0.01);
    ck_assert_double_le(log_loss_of(p, r.test.y->value, r.test.x->n_rows, 10), 0.1666 * 1.03);
    free(p);
    free(in_test);
    test_real_close(&r);
}
END_TEST

/* scikit-learn 1.9.1 OneVsRestClassifier(HistGradientBoostingClassifier(max_iter=60)) on the same
 * rows: log loss 0.16138. */
START_TEST(test_classifier_one_against_all_is_as_good_as_its_peer)
{
    test_real r;
    test_real_open(&r, "digits_8x8.csv.gz", "target=digit types='digit:text'");
    const int64_t n = mlc_dataset_n_rows(r.data);
    uint8_t *const in_test = calloc((size_t)n, 1);
    for (int64_t i = 0; i < n; i += 3)
        in_test[i] = 1;
    test_real_divide(&r, in_test, 1);
    double *const p = test_real_predict(&r, &mlci_model_gradient_boosting_classifier,
                                        "n_estimators=60 loss=one_vs_all", MLCI_OUTPUT_PROBABILITY);
    ck_assert_double_le(log_loss_of(p, r.test.y->value, r.test.x->n_rows, 10), 0.16138 * 1.03);
    free(p);
    free(in_test);
    test_real_close(&r);
}
END_TEST

/* Weight 3 of a class is weight 3 of its rows: the same trees to the last bit. */
START_TEST(test_classifier_with_weights_of_classes_is_that_with_weights_of_rows)
{
    test_real r;
    mlc_error err;
    double *p[2];
    test_real_open(&r, "titanic.csv", "target=Survived ignore=Name,Ticket,Cabin,PassengerId");
    const int64_t n = mlc_dataset_n_rows(r.data);
    uint8_t *const in_test = calloc((size_t)n, 1);
    for (int64_t i = 0; i < n; i += 4)
        in_test[i] = 1;
    test_real_divide(&r, in_test, 1);
    p[0] = test_real_predict(&r, &mlci_model_gradient_boosting_classifier,
                             "n_estimators=20 class_weight=1:3", MLCI_OUTPUT_PROBABILITY);
    double *const weight = calloc((size_t)r.train.x->n_rows, sizeof *weight);
    for (int64_t i = 0; i < r.train.x->n_rows; i++)
        weight[i] = r.train.y->value[i] > 0 ? 3 : 1;
    r.weight = weight;
    p[1] = test_real_predict(&r, &mlci_model_gradient_boosting_classifier, "n_estimators=20",
                             MLCI_OUTPUT_PROBABILITY);
    ck_assert_mem_eq(p[0], p[1], (size_t)(2 * r.test.x->n_rows) * sizeof *weight);
    mlci_boost_params params;
    ck_assert_int_eq(mlci_params_from_text(NULL, "m",
                                           mlci_model_gradient_boosting_classifier.base.params,
                                           mlci_boost_check, "class_weight=often", &params, &err),
                     MLC_ERROR_SETTING);
    free(p[0]);
    free(p[1]);
    free(weight);
    free(in_test);
    test_real_close(&r);
}
END_TEST

START_TEST(test_classifier_parameters_out_of_range_are_named)
{
    const char *const settings[] = {
        "n_estimators=0",   "learning_rate=0", "subsample=0",        "max_bins=256",
        "max_leaf_nodes=1", "n_estimatrs=5",   "loss=squared_error", "max_iter=5 n_estimators=6"};
    test_problem p = test_problem_make(50, 2, 2);
    mlc_context *const ctx = test_root(1, NULL);
    for (int k = 0; k < 8; k++) {
        test_fit t;
        test_fit_run(&t, ctx, &p, settings[k]);
        ck_assert_msg(t.status == MLC_ERROR_SETTING, "%s", settings[k]);
        test_fit_clear(&t);
    }
    mlc_context_close(ctx);
    test_problem_clear(&p);
}
END_TEST

START_TEST(test_classifier_with_a_loss_of_the_host_needs_two_classes_and_a_logit)
{
    const mlc_objective objective = {
        .size = sizeof objective, .link = "log", .gradients = (void *)(intptr_t)1};
    test_problem two = test_problem_make(50, 2, 2), three = test_problem_make(50, 2, 3);
    mlc_context *const ctx = test_root(1, NULL);
    test_fit t;
    ck_assert_int_eq(mlc_context_add_objective(ctx, "acme.log", &objective, NULL), MLC_OK);
    test_fit_run(&t, ctx, &two, "loss=acme.log");
    ck_assert_int_eq(t.status, MLC_ERROR_SETTING);
    test_fit_clear(&t);
    test_fit_run(&t, ctx, &three, "loss=acme.log");
    ck_assert_int_eq(t.status, MLC_ERROR_UNSUPPORTED);
    test_fit_clear(&t);
    mlc_context_close(ctx);
    test_problem_clear(&two);
    test_problem_clear(&three);
}
END_TEST

MLCI_CHECK_SUITE("model_gradient_boosting_classifier",
                 test_classifier_with_weights_of_classes_is_that_with_weights_of_rows,
                 test_classifier_parameters_out_of_range_are_named,
                 test_classifier_with_a_loss_of_the_host_needs_two_classes_and_a_logit,
                 MLCI_RESULTS, test_classifier_on_adult_is_as_good_as_its_peers,
                 test_classifier_on_digits_is_as_good_as_its_peers,
                 test_classifier_one_against_all_is_as_good_as_its_peer)
