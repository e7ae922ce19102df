/* L-BFGS on functions with known minima. */
#include <math.h>
#include <string.h>

#include "check_suite.h"
#include "linear/lbfgs.h"

static mlc_context local, *call;

static void open_call(void)
{
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
}

/* Rosenbrock's function: minimum 0 at (1, 1). */
static mlc_status rosenbrock(void *arg, const double *x, double *value, double *gradient,
                             mlc_error *err)
{
    const double a = 1 - x[0], b = x[1] - x[0] * x[0];
    ++*(int64_t *)arg;
    *value = a * a + 100 * b * b;
    gradient[0] = -2 * a - 400 * x[0] * b;
    gradient[1] = 200 * b;
    return MLC_OK;
}

START_TEST(test_run_on_rosenbrock_finds_the_minimum)
{
    double x[] = {-1.2, 1};
    int64_t n_evaluations = 0;
    open_call();
    mlci_lbfgs l = {.call = call,
                    .n = 2,
                    .max_iter = 200,
                    .tol = 1e-9,
                    .evaluate = rosenbrock,
                    .arg = &n_evaluations};
    ck_assert_int_eq(mlci_lbfgs_run(&l, x, NULL), MLC_OK);
    ck_assert_int_eq(l.converged, 1);
    ck_assert_double_le(l.gradient_size, 1e-9);
    ck_assert_double_eq_tol(x[0], 1, 1e-8);
    ck_assert_double_eq_tol(x[1], 1, 1e-8);
    ck_assert_int_le(n_evaluations, 120);
    mlci_call_end(call);
}
END_TEST

START_TEST(test_run_with_few_iterations_stops_and_says_so)
{
    double x[] = {-1.2, 1};
    int64_t n_evaluations = 0;
    open_call();
    mlci_lbfgs l = {.call = call,
                    .n = 2,
                    .max_iter = 3,
                    .tol = 1e-9,
                    .evaluate = rosenbrock,
                    .arg = &n_evaluations};
    ck_assert_int_eq(mlci_lbfgs_run(&l, x, NULL), MLC_OK);
    ck_assert_int_eq(l.converged, 0);
    ck_assert_int_eq(l.n_iter, 3);
    ck_assert_double_lt(l.value, 24.2); /* the value at the start */
    mlci_call_end(call);
}
END_TEST

#define N_QUADRATIC 50

typedef struct quadratic {
    int64_t n_told;
    double last_value;
} quadratic;

/* sum of i^2 (x_i - i)^2 / 2, i from 1: condition 2500, minimum at x_i = i. */
static mlc_status evaluate_quadratic(void *arg, const double *x, double *value, double *gradient,
                                     mlc_error *err)
{
    *value = 0;
    for (int64_t i = 0; i < N_QUADRATIC; i++) {
        const double k = (double)(i + 1), curvature = k * k;
        gradient[i] = curvature * (x[i] - k);
        *value += 0.5 * gradient[i] * (x[i] - k);
    }
    return MLC_OK;
}

static mlc_status listen(void *arg, int64_t iteration, double value, double size, mlc_error *err)
{
    quadratic *const q = arg;
    ck_assert_int_eq(iteration, q->n_told);
    if (iteration > 0) ck_assert_double_le(value, q->last_value);
    q->last_value = value;
    q->n_told++;
    return MLC_OK;
}

START_TEST(test_run_on_quadratic_falls_at_each_iteration)
{
    double x[N_QUADRATIC] = {0};
    quadratic q = {0};
    open_call();
    mlci_lbfgs l = {.call = call,
                    .n = N_QUADRATIC,
                    .max_iter = 5000,
                    .tol = 1e-6,
                    .evaluate = evaluate_quadratic,
                    .iterated = listen,
                    .arg = &q};
    ck_assert_int_eq(mlci_lbfgs_run(&l, x, NULL), MLC_OK);
    ck_assert_int_eq(l.converged, 1);
    ck_assert_int_eq(q.n_told, l.n_iter + 1);
    for (int64_t i = 0; i < N_QUADRATIC; i++)
        ck_assert_double_eq_tol(x[i], (double)(i + 1), 1e-5);
    mlci_call_end(call);
}
END_TEST

START_TEST(test_run_with_the_exact_diagonal_needs_one_step)
{
    double x[N_QUADRATIC] = {0}, inverse[N_QUADRATIC];
    for (int64_t i = 0; i < N_QUADRATIC; i++)
        inverse[i] = 1 / pow((double)(i + 1), 2);
    open_call();
    mlci_lbfgs l = {.call = call,
                    .n = N_QUADRATIC,
                    .max_iter = 50,
                    .tol = 1e-6,
                    .evaluate = evaluate_quadratic,
                    .inverse_diagonal = inverse};
    ck_assert_int_eq(mlci_lbfgs_run(&l, x, NULL), MLC_OK);
    ck_assert_int_eq(l.n_iter, 1);
    mlci_call_end(call);
}
END_TEST

static mlc_status undefined(void *arg, const double *x, double *value, double *gradient,
                            mlc_error *err)
{
    *value = NAN;
    gradient[0] = 1;
    return MLC_OK;
}

START_TEST(test_run_on_undefined_value_fails)
{
    double x[] = {1};
    mlc_error err;
    open_call();
    mlci_lbfgs l = {.call = call, .n = 1, .max_iter = 50, .tol = 1e-6, .evaluate = undefined};
    ck_assert_int_eq(mlci_lbfgs_run(&l, x, &err), MLC_ERROR_NUMERIC);
    ck_assert_str_eq(err.message, "the objective is not finite after 0 iterations: the features "
                                  "are too large; scale them first");
    mlci_call_end(call);
}
END_TEST

/* x - log(1 + x), undefined left of -1: the line search must step back from there. */
static mlc_status half_line(void *arg, const double *x, double *value, double *gradient,
                            mlc_error *err)
{
    *value = x[0] > -1 ? x[0] - log1p(x[0]) : NAN; /* minimum 0 at 0 */
    gradient[0] = x[0] > -1 ? 1 - 1 / (1 + x[0]) : NAN;
    return MLC_OK;
}

START_TEST(test_run_steps_back_from_where_the_value_is_undefined)
{
    double x[] = {30};
    const double inverse[] = {100};
    open_call();
    mlci_lbfgs l = {.call = call,
                    .n = 1,
                    .max_iter = 100,
                    .tol = 1e-10,
                    .evaluate = half_line,
                    .inverse_diagonal = inverse};
    ck_assert_int_eq(mlci_lbfgs_run(&l, x, NULL), MLC_OK);
    ck_assert_int_eq(l.converged, 1);
    ck_assert_double_eq_tol(x[0], 0, 1e-9);
    mlci_call_end(call);
}
END_TEST

static mlc_status slide(void *arg, const double *x, double *value, double *gradient, mlc_error *err)
{
    *value = -x[0];
    gradient[0] = -1;
    return MLC_OK;
}

/* -x has no minimum, and no point where the curvature condition holds: each search must end, at a
 * point that is lower. */
START_TEST(test_run_down_a_line_takes_the_lowest_point_tried)
{
    double x[] = {1};
    open_call();
    mlci_lbfgs l = {.call = call, .n = 1, .max_iter = 2, .tol = 1e-9, .evaluate = slide};
    ck_assert_int_eq(mlci_lbfgs_run(&l, x, NULL), MLC_OK);
    ck_assert_int_eq(l.converged, 0);
    ck_assert_int_eq(l.n_iter, 2);
    ck_assert_double_lt(l.value, -1);
    ck_assert_double_eq(l.value, -x[0]);
    mlci_call_end(call);
}
END_TEST

MLCI_CHECK_SUITE("lbfgs", test_run_on_rosenbrock_finds_the_minimum,
                 test_run_with_few_iterations_stops_and_says_so,
                 test_run_on_quadratic_falls_at_each_iteration,
                 test_run_with_the_exact_diagonal_needs_one_step, test_run_on_undefined_value_fails,
                 test_run_steps_back_from_where_the_value_is_undefined,
                 test_run_down_a_line_takes_the_lowest_point_tried)
