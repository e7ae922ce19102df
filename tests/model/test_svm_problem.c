/* Problems of more variables than a working set has: the optimality conditions, looked at from the
 * variables alone, and the same bits for any number of threads and any cache that holds all. */
#include "svm_case.h"

#include "svm/svm_problem.h"
#include "torture.h"

enum { N = 1300, P = 3 };

typedef struct case_of {
    double x[N * P], bound[2 * N], linear[2 * N], alpha[2 * N], coefficient[N];
    int8_t sign[2 * N];
    mlci_svm_problem problem;
    mlci_svm_solution solution;
    mlc_context *ctx, local;
} case_of;

static const mlci_svm_kernel rbf = {.type = MLCI_SVM_RBF, .gamma = 0.7};

static double target_of(const double *x)
{
    return sin(3 * x[0]) + x[1] * x[2];
}

/* Classes of C 1 and weights; with two variables a row numbers of epsilon 0.1. */
static void open_case(case_of *c, int32_t is_regression, int32_t by_sign, int32_t n_threads)
{
    const mlc_host host = {.size = sizeof host, .n_threads = n_threads};
    mlc_context *call;
    ck_assert_int_eq(mlc_context_create(&host, &c->ctx, NULL), MLC_OK);
    ck_assert_int_eq(mlci_call_begin(c->ctx, &c->local, MLCI_FIT, &call, NULL), MLC_OK);
    for (int64_t i = 0; i < N * P; i++)
        c->x[i] = svm_number(i);
    for (int64_t t = 0; t < 2 * N; t++) {
        const double target = target_of(c->x + t % N * P);
        c->bound[t] = 1 + 0.5 * (double)(t % N % 2);
        c->alpha[t] = 0;
        c->sign[t] = is_regression ? (t < N ? 1 : -1) : target > 0.2 * svm_number(7 * t) ? 1 : -1;
        c->linear[t] = !is_regression ? -1 : t < N ? 0.1 - target : 0.1 + target;
    }
    c->solution = (mlci_svm_solution){.coefficient = c->coefficient};
    c->problem = (mlci_svm_problem){.call = call,
                                    .kernel = rbf,
                                    .x = c->x,
                                    .n_rows = N,
                                    .n_features = P,
                                    .n = is_regression ? 2 * N : N,
                                    .sign = c->sign,
                                    .bound = c->bound,
                                    .linear = c->linear,
                                    .alpha = c->alpha,
                                    .by_sign = by_sign,
                                    .tol = 1e-4,
                                    .max_steps = 10000000,
                                    .cache_bytes = 100 << 20};
}

static void close_case(case_of *c)
{
    mlci_call_end(&c->local);
    mlc_context_close(c->ctx);
}

static void solve(case_of *c)
{
    mlc_error err;
    const mlc_status status = mlci_svm_solve(&c->problem, &c->solution, &err);
    ck_assert_msg(status == MLC_OK, "%s", status == MLC_OK ? "" : err.message);
}

/* The gap and the value of the dual from the variables, with the kernel by its formula. */
static double look_at(const case_of *c, double *objective)
{
    double low = INFINITY, high = -INFINITY, sum = 0;
    *objective = 0;
    for (int64_t i = 0; i < N; i++) {
        double decision = 0;
        for (int64_t j = 0; j < N; j++) {
            if (c->coefficient[j] == 0) continue;
            decision += c->coefficient[j] * svm_slow_kernel(&rbf, P, c->x + i * P, c->x + j * P);
        }
        *objective += c->coefficient[i] * decision / 2;
        sum += c->coefficient[i];
        for (int64_t t = i; t < c->problem.n; t += N) {
            const double score = decision + c->sign[t] * c->linear[t], a = c->alpha[t];
            *objective += a * c->linear[t];
            ck_assert(a >= 0 && a <= c->bound[t]);
            if ((c->sign[t] > 0 ? a < c->bound[t] : a > 0) && score < low) low = score;
            if ((c->sign[t] > 0 ? a > 0 : a < c->bound[t]) && score > high) high = score;
        }
    }
    ck_assert_double_eq_tol(sum, 0, 1e-10);
    ck_assert(c->solution.offset >= low - 1e-3 && c->solution.offset <= high + 1e-3);
    return high - low;
}

static void check_conditions(int which)
{
    static case_of c;
    double objective;
    open_case(&c, which, 0, 2);
    solve(&c);
    const double gap = look_at(&c, &objective);
    ck_assert_int_eq(c.solution.converged, 1);
    ck_assert_double_lt(gap, 1e-4);
    ck_assert_double_eq_tol(gap, c.solution.gap, 1e-10);
    ck_assert_double_eq_tol(objective, c.solution.objective, 1e-9 * fabs(objective));
    close_case(&c);
}

START_TEST(test_classes_and_numbers_meet_the_optimality_conditions)
{
    for (int i = 0; i < 2; i++)
        check_conditions(i);
}
END_TEST

START_TEST(test_start_that_is_not_zero_counts)
{
    /* nu form of classes: both sums stay, and no linear term. */
    static case_of c;
    double sums[2] = {0, 0};
    open_case(&c, 0, 1, 1);
    int64_t n_given[2] = {0, 0};
    for (int64_t t = 0; t < N; t++) {
        c.linear[t] = 0;
        const int which = c.sign[t] > 0;
        if (n_given[which]++ < 100) c.alpha[t] = 0.5;
    }
    solve(&c);
    for (int64_t t = 0; t < N; t++)
        sums[c.sign[t] > 0] += c.alpha[t];
    ck_assert_double_eq_tol(sums[0], 50, 1e-10);
    ck_assert_double_eq_tol(sums[1], 50, 1e-10);
    for (int which = 0; which < 2; which++) {
        double low = INFINITY, high = -INFINITY;
        for (int64_t t = 0; t < N; t++) {
            if ((c.sign[t] > 0) != which) continue;
            double score = 0;
            for (int64_t j = 0; j < N; j++)
                score += c.coefficient[j] * svm_slow_kernel(&rbf, P, c.x + t * P, c.x + j * P);
            const int up = which ? c.alpha[t] < c.bound[t] : c.alpha[t] > 0;
            const int down = which ? c.alpha[t] > 0 : c.alpha[t] < c.bound[t];
            if (up && score < low) low = score;
            if (down && score > high) high = score;
        }
        ck_assert_double_lt(high - low, 1e-4);
    }
    ck_assert_double_gt(c.solution.scale, 0);
    close_case(&c);
}
END_TEST

START_TEST(test_solution_has_the_same_bits_for_any_threads)
{
    static case_of one, many;
    for (int32_t threads = 2; threads <= 5; threads += 3) {
        open_case(&one, 1, 0, 1);
        open_case(&many, 1, 0, threads);
        solve(&one);
        solve(&many);
        ck_assert_mem_eq(one.coefficient, many.coefficient, sizeof one.coefficient);
        ck_assert_mem_eq(&one.solution.offset, &many.solution.offset, sizeof(double));
        ck_assert_int_eq(one.solution.n_steps, many.solution.n_steps);
        close_case(&one);
        close_case(&many);
    }
}
END_TEST

START_TEST(test_small_cache_gives_the_same_optimum)
{
    static case_of c;
    double value, objective;
    open_case(&c, 0, 0, 1);
    solve(&c);
    objective = c.solution.objective;
    c.problem.cache_bytes = 1;
    memset(c.alpha, 0, sizeof c.alpha);
    solve(&c);
    ck_assert_double_lt(look_at(&c, &value), 1e-4);
    ck_assert_double_eq_tol(c.solution.objective, objective, 1e-5 * fabs(objective));
    close_case(&c);
}
END_TEST

START_TEST(test_most_steps_end_a_problem_that_is_not_solved)
{
    static case_of c;
    open_case(&c, 0, 0, 1);
    c.problem.max_steps = 5;
    solve(&c);
    ck_assert_int_eq(c.solution.n_steps, 5);
    ck_assert_int_eq(c.solution.converged, 0);
    ck_assert_double_gt(c.solution.gap, 1e-4);
    close_case(&c);
}
END_TEST

static mlc_status solve_small(mlc_context *ctx, void *arg, mlc_error *err)
{
    const double x[] = {0, 1, 2, 3, 4, 6}, bound[] = {1, 1, 1, 1, 1, 1};
    const double linear[] = {-1, -1, -1, -1, -1, -1};
    const int8_t sign[] = {1, -1, 1, -1, 1, -1};
    double alpha[6] = {0}, coefficient[6];
    mlc_context local, *call;
    mlci_svm_solution solution = {.coefficient = coefficient};
    mlc_status status = mlci_call_begin(ctx, &local, MLCI_FIT, &call, err);
    if (status != MLC_OK) return status;
    call->n_threads = 1;
    const mlci_svm_problem problem = {.call = call,
                                      .kernel = rbf,
                                      .x = x,
                                      .n_rows = 6,
                                      .n_features = 1,
                                      .n = 6,
                                      .sign = sign,
                                      .bound = bound,
                                      .linear = linear,
                                      .alpha = alpha,
                                      .tol = 1e-3,
                                      .max_steps = 1000,
                                      .cache_bytes = 1 << 20};
    status = mlci_svm_solve(&problem, &solution, err);
    mlci_call_end(call);
    return status;
}

MLCI_TORTURE_TEST(test_solve_when_memory_fails_leaks_nothing, solve_small, NULL)

MLCI_CHECK_SUITE("svm_problem", test_classes_and_numbers_meet_the_optimality_conditions,
                 test_start_that_is_not_zero_counts,
                 test_solution_has_the_same_bits_for_any_threads,
                 test_small_cache_gives_the_same_optimum,
                 test_most_steps_end_a_problem_that_is_not_solved,
                 test_solve_when_memory_fails_leaks_nothing)
