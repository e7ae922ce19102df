/* Steps on a small kernel, by the optimality conditions and in closed form. */
#include "svm_case.h"

#include "svm/svm_steps.h"

enum { N = 40, P = 2 };

typedef struct small {
    double kernel[N * N], bound[N], alpha[N], score[N], work[3 * N], x[N * P];
    int8_t sign[N];
    mlc_context local;
} small;

/* Two classes of overlapping points; the scores of alpha = 0 are -y. */
static mlci_svm_steps open_small(small *s, double c)
{
    mlc_context *call;
    const mlci_svm_kernel rbf = {.type = MLCI_SVM_RBF, .gamma = 0.8};
    ck_assert_int_eq(mlci_call_begin(NULL, &s->local, MLCI_FIT, &call, NULL), MLC_OK);
    for (int64_t i = 0; i < N; i++) {
        s->sign[i] = i % 2 ? 1 : -1;
        s->x[i * P] = svm_number(2 * i) + 0.4 * s->sign[i];
        s->x[i * P + 1] = svm_number(2 * i + 1);
        s->bound[i] = c * (1 + (double)(i % 3));
        s->alpha[i] = 0;
        s->score[i] = -s->sign[i];
    }
    for (int64_t i = 0; i < N * N; i++)
        s->kernel[i] = svm_slow_kernel(&rbf, P, s->x + i / N * P, s->x + i % N * P);
    return (mlci_svm_steps){.call = call,
                            .n = N,
                            .n_first = N,
                            .tol = 1e-9,
                            .max_steps = 1000000,
                            .kernel = s->kernel,
                            .sign = s->sign,
                            .bound = s->bound,
                            .alpha = s->alpha,
                            .score = s->score,
                            .work = s->work};
}

/* Within first .. last: how far the highest score with room below is over the lowest with room
 * above, from the variables alone. */
static double violation(const small *s, int64_t first, int64_t last)
{
    double low = INFINITY, high = -INFINITY;
    for (int64_t t = first; t < last; t++) {
        double score = -s->sign[t];
        for (int64_t u = 0; u < N; u++)
            score += s->sign[u] * s->alpha[u] * s->kernel[t * N + u];
        const int up = s->sign[t] > 0 ? s->alpha[t] < s->bound[t] : s->alpha[t] > 0;
        const int down = s->sign[t] > 0 ? s->alpha[t] > 0 : s->alpha[t] < s->bound[t];
        if (up && score < low) low = score;
        if (down && score > high) high = score;
    }
    return high - low;
}

START_TEST(test_steps_end_where_the_conditions_hold_and_bounds_are_exact)
{
    static small s;
    mlci_svm_steps steps = open_small(&s, 2);
    ck_assert_int_eq(mlci_svm_steps_run(&steps, NULL), MLC_OK);
    ck_assert_double_lt(violation(&s, 0, N), 2e-9);
    double sum = 0;
    int64_t n_at_bound = 0;
    for (int64_t t = 0; t < N; t++) {
        ck_assert(s.alpha[t] >= 0 && s.alpha[t] <= s.bound[t]);
        n_at_bound += s.alpha[t] == 0 || s.alpha[t] == s.bound[t];
        sum += s.sign[t] * s.alpha[t];
    }
    ck_assert_double_eq_tol(sum, 0, 1e-12);
    ck_assert_int_gt(n_at_bound, N / 4);
    ck_assert_int_gt(steps.n_steps, 10);
    mlci_call_end(&s.local);
}
END_TEST

START_TEST(test_pairs_of_one_sign_keep_the_sum_of_each_sign)
{
    static small s, sorted;
    mlci_svm_steps steps = open_small(&s, 1);
    for (int64_t i = 0; i < N; i++) { /* those of sign 1 first */
        const int64_t from = i < N / 2 ? 2 * i + 1 : 2 * (i - N / 2);
        sorted.sign[i] = s.sign[from];
        sorted.bound[i] = 1;
        sorted.alpha[i] = i % (N / 2) < 6;
        memcpy(sorted.x + i * P, s.x + from * P, P * sizeof(double));
    }
    const mlci_svm_kernel rbf = {.type = MLCI_SVM_RBF, .gamma = 0.8};
    for (int64_t i = 0; i < N * N; i++)
        sorted.kernel[i] = svm_slow_kernel(&rbf, P, sorted.x + i / N * P, sorted.x + i % N * P);
    for (int64_t t = 0; t < N; t++) {
        sorted.score[t] = -sorted.sign[t];
        for (int64_t u = 0; u < N; u++)
            sorted.score[t] += sorted.sign[u] * sorted.alpha[u] * sorted.kernel[t * N + u];
    }
    steps.kernel = sorted.kernel;
    steps.sign = sorted.sign;
    steps.bound = sorted.bound;
    steps.alpha = sorted.alpha;
    steps.score = sorted.score;
    steps.n_first = N / 2;
    ck_assert_int_eq(mlci_svm_steps_run(&steps, NULL), MLC_OK);
    double sums[2] = {0, 0};
    for (int64_t t = 0; t < N; t++)
        sums[t >= N / 2] += sorted.alpha[t];
    ck_assert_double_eq_tol(sums[0], 6, 1e-12);
    ck_assert_double_eq_tol(sums[1], 6, 1e-12);
    ck_assert_double_lt(violation(&sorted, 0, N / 2), 2e-9);
    ck_assert_double_lt(violation(&sorted, N / 2, N), 2e-9);
    mlci_call_end(&s.local);
}
END_TEST

START_TEST(test_two_points_have_the_closed_form)
{
    /* x = -1, 1 with a linear kernel: w = 1, so a = 1 / 2 each, in one step. */
    static small s;
    mlci_svm_steps steps = open_small(&s, 10);
    const double kernel[] = {1, -1, -1, 1};
    steps.n = steps.n_first = 2;
    steps.kernel = kernel;
    ck_assert_int_eq(mlci_svm_steps_run(&steps, NULL), MLC_OK);
    ck_assert_double_eq(s.alpha[0], 0.5);
    ck_assert_double_eq(s.alpha[1], 0.5);
    ck_assert_int_eq(steps.n_steps, 1);
    mlci_call_end(&s.local);
}
END_TEST

START_TEST(test_equal_variables_move_in_the_order_of_their_places)
{
    static small s;
    mlci_svm_steps steps = open_small(&s, 1);
    for (int64_t i = 0; i < N * N; i++)
        s.kernel[i] = s.sign[i / N] * s.sign[i % N]; /* x = y: all of a class are one point */
    steps.max_steps = 1;
    ck_assert_int_eq(mlci_svm_steps_run(&steps, NULL), MLC_OK);
    for (int64_t t = 0; t < N; t++)
        ck_assert_double_eq(s.alpha[t], t < 2 ? 0.5 : 0);
    mlci_call_end(&s.local);
}
END_TEST

START_TEST(test_steps_stop_where_nothing_moves)
{
    /* Scores so large that a step is lost in rounding. */
    static small s;
    mlci_svm_steps steps = open_small(&s, 1e18);
    const double kernel[] = {1e300, 0, 0, 1e300};
    steps.n = steps.n_first = 2;
    steps.kernel = kernel;
    s.alpha[0] = s.alpha[1] = 1e17;
    ck_assert_int_eq(mlci_svm_steps_run(&steps, NULL), MLC_OK);
    ck_assert_int_le(steps.n_steps, 1);
    mlci_call_end(&s.local);
}
END_TEST

MLCI_CHECK_SUITE("svm_steps", test_steps_end_where_the_conditions_hold_and_bounds_are_exact,
                 test_pairs_of_one_sign_keep_the_sum_of_each_sign,
                 test_two_points_have_the_closed_form,
                 test_equal_variables_move_in_the_order_of_their_places,
                 test_steps_stop_where_nothing_moves)
