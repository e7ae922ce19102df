/* The logistic loss against its formulas and its derivatives against differences. */
#include <math.h>
#include <string.h>

#include "check_suite.h"
#include "linear/logistic_loss.h"

#define N 4
#define STEP 1e-6 /* central differences are then good to about 1e-9 */

static const int32_t two_classes[N] = {0, 1, 1, 0}, three_classes[N] = {0, 2, 1, 2};
static const double no_class_weight[3] = {1, 1, 1}, weight[N] = {1, 2, 0.5, 3};

static mlci_logistic_problem make_problem(int64_t n_classes)
{
    return (mlci_logistic_problem){.kernels = mlci_kernels_of(MLCI_ISA_REFERENCE),
                                   .n_classes = n_classes,
                                   .n_outputs = n_classes == 2 ? 1 : n_classes,
                                   .class_of_row = n_classes == 2 ? two_classes : three_classes,
                                   .class_weight = no_class_weight,
                                   .weight = weight};
}

static double loss_of(const mlci_logistic_problem *problem, const double *raw, double *residual,
                      double *probability)
{
    double copy[N * 3], weights[N], work[N];
    memcpy(copy, raw, (size_t)(N * problem->n_outputs) * sizeof *copy);
    mlci_logistic_weights(problem, 0, N, weights);
    return mlci_logistic_loss(problem, 0, N, copy, weights, residual, probability, work);
}

START_TEST(test_loss_of_two_classes_follows_the_formula)
{
    const mlci_logistic_problem problem = make_problem(2);
    const double raw[] = {0.3, -1.2, 2, 0};
    double residual[N], expected = 0;
    const double got = loss_of(&problem, raw, residual, NULL);
    for (int i = 0; i < N; i++) {
        expected += weight[i] * (log1p(exp(raw[i])) - two_classes[i] * raw[i]);
    }
    ck_assert_double_eq_tol(got, expected, 1e-14);
}
END_TEST

START_TEST(test_loss_of_three_classes_follows_the_formula)
{
    const mlci_logistic_problem problem = make_problem(3);
    const double raw[] = {0.3, -1.2, 2, 0, 1, -1, 0.5, 0.25, 3, -2, 0.7, 0.1};
    double residual[N * 3], expected = 0;
    const double got = loss_of(&problem, raw, residual, NULL);
    for (int i = 0; i < N; i++) {
        const double *const row = raw + i * 3;
        expected +=
            weight[i] * (log(exp(row[0]) + exp(row[1]) + exp(row[2])) - row[three_classes[i]]);
    }
    ck_assert_double_eq_tol(got, expected, 1e-14);
}
END_TEST

START_TEST(test_residual_is_the_derivative_of_the_loss)
{
    for (int64_t n_classes = 2; n_classes <= 3; n_classes++) {
        const mlci_logistic_problem problem = make_problem(n_classes);
        double raw[] = {0.3, -1.2, 2, 0, 1, -1, 0.5, 0.25, 3, -2, 0.7, 0.1};
        double residual[N * 3], ignored[N * 3];
        loss_of(&problem, raw, residual, NULL);
        for (int64_t i = 0; i < N * problem.n_outputs; i++) {
            const double value = raw[i];
            raw[i] = value + STEP;
            const double above = loss_of(&problem, raw, ignored, NULL);
            raw[i] = value - STEP;
            const double below = loss_of(&problem, raw, ignored, NULL);
            raw[i] = value;
            ck_assert_double_eq_tol(residual[i], (above - below) / (2 * STEP), 1e-8);
        }
    }
}
END_TEST

START_TEST(test_curvature_is_the_derivative_of_the_residual)
{
    for (int64_t n_classes = 2; n_classes <= 3; n_classes++) {
        const mlci_logistic_problem problem = make_problem(n_classes);
        const int64_t m = problem.n_outputs;
        double raw[] = {0.3, -1.2, 2, 0, 1, -1, 0.5, 0.25, 3, -2, 0.7, 0.1};
        double residual[N * 3], probability[N * 3], above[N * 3], below[N * 3], h[N], weights[N];
        loss_of(&problem, raw, residual, probability);
        mlci_logistic_weights(&problem, 0, N, weights);
        for (int64_t k = 0; k < m; k++) {
            for (int64_t l = k; l < m; l++) {
                mlci_logistic_curvature(&problem, N, weights, probability, k, l, h);
                for (int64_t i = 0; i < N; i++) {
                    const double value = raw[i * m + l];
                    raw[i * m + l] = value + STEP;
                    loss_of(&problem, raw, above, NULL);
                    raw[i * m + l] = value - STEP;
                    loss_of(&problem, raw, below, NULL);
                    raw[i * m + l] = value;
                    ck_assert_double_eq_tol(
                        h[i], (above[i * m + k] - below[i * m + k]) / (2 * STEP), 1e-8);
                }
            }
        }
    }
}
END_TEST

START_TEST(test_residual_of_confident_rows_keeps_its_digits)
{
    const mlci_logistic_problem problem = make_problem(2);
    const double raw[] = {-600, 600, 50, -50};
    double residual[N];
    loss_of(&problem, raw, residual, NULL);
    ck_assert_double_eq_tol(residual[2] / (-0.5 * exp(-50)), 1, 1e-14);
    ck_assert_double_eq_tol(residual[3] / (3 * exp(-50)), 1, 1e-14);
    ck_assert_double_gt(residual[0], 0);
    ck_assert_double_lt(residual[1], 0);
}
END_TEST

START_TEST(test_loss_of_hopeless_rows_stays_finite)
{
    const mlci_logistic_problem problem = make_problem(3);
    const double raw[] = {-900, 0, 0, 0, 1000, 1, 0, -720, 5, 5000, 5000, 0};
    double residual[N * 3];
    const double two = 0.69314718055994531; /* log 2 */
    const double expected =
        1 * (900 + two) + 2 * 999 + 0.5 * (725 + 0.0067153484891179) + 3 * (5000 + two);
    ck_assert_double_eq_tol(loss_of(&problem, raw, residual, NULL), expected, 1e-11 * expected);
}
END_TEST

MLCI_CHECK_SUITE("logistic_loss", test_loss_of_two_classes_follows_the_formula,
                 test_loss_of_three_classes_follows_the_formula,
                 test_residual_is_the_derivative_of_the_loss,
                 test_curvature_is_the_derivative_of_the_residual,
                 test_residual_of_confident_rows_keeps_its_digits,
                 test_loss_of_hopeless_rows_stays_finite)
