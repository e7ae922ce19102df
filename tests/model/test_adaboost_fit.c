/* Rounds: weights and errors of SAMME and R2 followed by their formulas over the saved trees, and
 * how rounds end. Beside scikit-learn in tests/python/test_adaboost.py. */
#include "boosted_votes.h"

#define ULP 1e-15             /* a few of 0.5 */
#define ROUNDING 1e-13        /* 200 weights, 12 rounds */
#define ROUNDING_OF_LOG 1e-11 /* log((1 - e) / e) of an error known to 1e-13 */

static vote_data data;

static void leaves_of(const model_case *c, int64_t t, double *value)
{
    const mlci_adaboost *const m = c->state;
    for (int64_t i = 0; i < c->n; i++) {
        int64_t leaf;
        mlci_forest_walk(m->forest, t, c->x + i * c->p, NULL, 1, &leaf);
        value[i] = m->forest->nodes[leaf].value;
    }
}

static double sum_of(const double *w)
{
    double sum = 0;
    for (int64_t i = 0; i < VOTE_ROWS; i++)
        sum += w[i];
    return sum;
}

START_TEST(test_weights_of_trees_of_classes_follow_their_errors)
{
    static double w[VOTE_ROWS], value[VOTE_ROWS];
    for (int32_t k = 2; k <= 3; k++) {
        vote_data_make(&data, k);
        model_case c = vote_case(&data, k, "n_estimators=12 learning_rate=0.7");
        c.weight = data.weight;
        model_case_fit(&c);
        const mlci_adaboost *const m = c.state;
        memcpy(w, data.weight, sizeof w);
        ck_assert_int_eq(m->forest->n_trees, 12);
        for (int64_t t = 0; t < 12; t++) {
            double error = 0, total = sum_of(w);
            leaves_of(&c, t, value);
            for (int64_t i = 0; i < VOTE_ROWS; i++)
                error += value[i] != data.class_[i] ? w[i] / total : 0;
            const double weight = 0.7 * (log((1 - error) / error) + log(k - 1));
            ck_assert_double_eq_tol(m->error[t], error, ROUNDING);
            ck_assert_double_eq_tol(m->weight[t], weight, ROUNDING_OF_LOG);
            for (int64_t i = 0; i < VOTE_ROWS; i++)
                w[i] *= value[i] != data.class_[i] ? exp(weight) : 1;
        }
        model_case_close(&c);
    }
}
END_TEST

START_TEST(test_weights_of_trees_of_numbers_follow_their_losses)
{
    static const char *const settings[] = {"loss=linear", "loss=square", "loss=exponential"};
    static double w[VOTE_ROWS], value[VOTE_ROWS], off[VOTE_ROWS];
    vote_data_make(&data, 2);
    for (int s = 0; s < 3; s++) {
        model_case c = vote_case(&data, 0, settings[s]);
        model_case_fit(&c);
        const mlci_adaboost *const m = c.state;
        for (int64_t i = 0; i < VOTE_ROWS; i++)
            w[i] = 1;
        for (int64_t t = 0; t < m->forest->n_trees && t < 10; t++) {
            double error = 0, most = 0, total = sum_of(w);
            leaves_of(&c, t, value);
            for (int64_t i = 0; i < VOTE_ROWS; i++)
                most = fmax(most, fabs(value[i] - data.y[i]));
            for (int64_t i = 0; i < VOTE_ROWS; i++) {
                const double share = fabs(value[i] - data.y[i]) / most;
                off[i] = s == 0 ? share : s == 1 ? share * share : 1 - exp(-share);
                error += off[i] * w[i] / total;
            }
            ck_assert_double_eq_tol(m->error[t], error, ROUNDING);
            ck_assert_double_eq_tol(m->weight[t], log((1 - error) / error), ROUNDING_OF_LOG);
            for (int64_t i = 0; i < VOTE_ROWS; i++)
                w[i] *= pow(error / (1 - error), 1 - off[i]);
        }
        model_case_close(&c);
    }
}
END_TEST

START_TEST(test_perfect_tree_ends_the_rounds_with_weight_one)
{
    for (int32_t k = 0; k <= 2; k += 2) {
        vote_data_make(&data, 2);
        for (int64_t i = 0; i < VOTE_ROWS; i++)
            data.y[i] = data.class_value[i] = data.class_[i] = data.x[i * VOTE_FEATURES] > 0.5;
        model_case c = vote_case(&data, k, NULL);
        model_case_fit(&c);
        const mlci_adaboost *const m = c.state;
        ck_assert_int_eq(m->forest->n_trees, 1);
        ck_assert_double_eq(m->weight[0], 1);
        ck_assert_double_eq(m->error[0], 0);
        model_case_close(&c);
    }
}
END_TEST

START_TEST(test_first_tree_no_better_than_chance_is_an_error)
{
    vote_data_make(&data, 2);
    for (int64_t i = 0; i < VOTE_ROWS; i++) {
        data.class_value[i] = data.class_[i] = (int32_t)(i % 2);
        for (int64_t j = 0; j < VOTE_FEATURES; j++)
            data.x[i * VOTE_FEATURES + j] = 1;
    }
    model_case c = vote_case(&data, 2, NULL);
    model_case_open(&c);
    ck_assert_int_eq(model_case_try(&c), MLC_ERROR_DATA);
    ck_assert_ptr_nonnull(strstr(c.err.message, "no better than chance"));
    ck_assert_ptr_null(c.state);
    model_case_close(&c);
}
END_TEST

/* As in scikit-learn: it stays, and predicts alone. */
START_TEST(test_first_tree_of_numbers_stays_however_bad)
{
    static double found[VOTE_ROWS];
    vote_data_make(&data, 2);
    for (int64_t i = 0; i < VOTE_ROWS; i++) {
        data.y[i] = (double)(i % 2);
        for (int64_t j = 0; j < VOTE_FEATURES; j++)
            data.x[i * VOTE_FEATURES + j] = 1;
    }
    model_case c = vote_case(&data, 0, NULL);
    model_case_fit(&c);
    const mlci_adaboost *const m = c.state;
    ck_assert_int_eq(m->forest->n_trees, 1);
    ck_assert_double_eq(m->weight[0], 0);
    model_case_predict(&c, MLCI_OUTPUT_PREDICTION, found);
    ck_assert_double_eq_tol(found[0], 0.5, ULP);
    model_case_close(&c);
}
END_TEST

START_TEST(test_weights_that_overflow_end_the_rounds)
{
    vote_data_make(&data, 2);
    model_case c = vote_case(&data, 2, "learning_rate=1e5");
    model_case_fit(&c);
    ck_assert_int_eq(((mlci_adaboost *)c.state)->forest->n_trees, 1);
    model_case_close(&c);
}
END_TEST

START_TEST(test_one_class_is_predicted)
{
    static double p[VOTE_ROWS], raw[VOTE_ROWS];
    vote_data_make(&data, 1);
    model_case c = vote_case(&data, 1, NULL);
    model_case_fit(&c);
    model_case_predict(&c, MLCI_OUTPUT_PROBABILITY, p);
    model_case_predict(&c, MLCI_OUTPUT_RAW, raw);
    for (int64_t i = 0; i < VOTE_ROWS; i++) {
        ck_assert_double_eq(p[i], 1);
        ck_assert_double_eq(raw[i], 0);
    }
    model_case_close(&c);
}
END_TEST

START_TEST(test_fit_is_the_same_everywhere)
{
    for (int32_t k = 0; k <= 3; k += 3) {
        vote_data_make(&data, k == 0 ? 2 : k);
        model_case c = vote_case(&data, k, "n_estimators=6 max_depth=3");
        c.weight = data.weight;
        model_case_same_everywhere(&c);
    }
}
END_TEST

MLCI_CHECK_SUITE("adaboost_fit", test_weights_of_trees_of_classes_follow_their_errors,
                 test_weights_of_trees_of_numbers_follow_their_losses,
                 test_perfect_tree_ends_the_rounds_with_weight_one,
                 test_first_tree_no_better_than_chance_is_an_error,
                 test_first_tree_of_numbers_stays_however_bad,
                 test_weights_that_overflow_end_the_rounds, test_one_class_is_predicted,
                 test_fit_is_the_same_everywhere)
