/* Expected values: losses and derivatives by mpmath, those that are cut by XGBoost
 * (survival_cases.py). */
#include "boosting.h"
#include "survival_cases.h"
#include "torture.h"
#include "tree/loss.h"

#define HESSIAN_TOLERANCE 1e-6 /* what is left of tails by two formulas, relative */

/* Rounding of log, exp and erfcx, of differences of numbers of some hundred. */
#define EXACT_TOLERANCE 1e-12
/* A narrow interval: its width squared, and rounding by its width. */
#define NARROW_TOLERANCE 1e-8
/* XGBoost's leaves are floats, and h is a difference of two. */
#define FLOAT_TOLERANCE 2e-5

#define N_EXACT ((int)(sizeof aft_exact / sizeof aft_exact[0]))
#define N_CUT ((int)(sizeof aft_cut / sizeof aft_cut[0]))
static const int32_t distributions[] = {MLCI_AFT_NORMAL, MLCI_AFT_LOGISTIC, MLCI_AFT_EXTREME};

static mlci_loss loss_of(int32_t distribution, double scale)
{
    return (mlci_loss){.kind = &mlci_loss_aft,
                       .n_outputs = 1,
                       .link = MLCI_LINK_LOG,
                       .kernels = mlci_kernels_of(MLCI_ISA_REFERENCE),
                       .distribution = distribution,
                       .scale = scale};
}

/* Loss, gradient and hessian of one row. */
static void look(const mlci_loss *loss, double lower, double upper, double score, double *value,
                 double *g, double *h)
{
    const mlci_loss_rows rows = {
        .n_rows = 1, .stride = 1, .y = &lower, .upper = &upper, .raw = &score};
    mlci_loss_gradients(loss, &rows, 0, 0, 1, g, h);
    mlci_loss_values(loss, &rows, 0, 1, value);
}

static double cut(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

static void check_near(double found, double expected, double tolerance, int row)
{
    ck_assert_msg(fabs(found - expected) <= tolerance * (1 + fabs(expected)),
                  "row %d: %.17g, wanted %.17g", row, found, expected);
}

START_TEST(test_aft_has_the_exact_losses_and_derivatives)
{
    for (int i = 0; i < N_EXACT; i++) {
        const double *const c = aft_exact[i];
        const mlci_loss loss = loss_of(distributions[(int)c[0]], AFT_SCALE);
        const double width = c[2] - c[1];
        const double tolerance =
            width > 0 && width < 1e-3 * c[2] ? NARROW_TOLERANCE : EXACT_TOLERANCE;
        double value, g, h;
        look(&loss, c[1], c[2], AFT_SCORE, &value, &g, &h);
        check_near(value, c[3], tolerance, i);
        check_near(g, cut(c[4], -15, 15), tolerance, i);
        check_near(h, cut(c[5], 1e-16, 15), tolerance, i);
        /* Small losses and hessians have their own digits, where they do not come from 1 - x. */
        if (c[5] > 1e-15) ck_assert_double_eq_tol(h / cut(c[5], 1e-16, 15), 1, HESSIAN_TOLERANCE);
    }
}
END_TEST

START_TEST(test_aft_is_cut_where_xgboost_cuts)
{
    for (int i = 0; i < N_CUT; i++) {
        const double *const c = aft_cut[i];
        const mlci_loss loss = loss_of(distributions[(int)c[0]], AFT_SCALE);
        double value, g, h;
        look(&loss, c[1], c[2], c[3], &value, &g, &h);
        check_near(g, c[4], FLOAT_TOLERANCE, i);
        check_near(h, c[5], FLOAT_TOLERANCE, i);
    }
}
END_TEST

START_TEST(test_aft_gradients_are_slopes_and_hessians_slopes_of_those)
{
    static const double bounds[][2] = {{2, 2}, {2, INFINITY}, {0, 3}, {1, 4}, {0.5, 0.6}};
    const double step = 1e-5; /* its square times a third derivative of some ten */
    for (int d = 0; d < 3; d++) {
        const mlci_loss loss = loss_of(distributions[d], 1.3);
        for (int i = 0; i < 5; i++) {
            for (double s = -1; s < 2; s += 0.37) {
                double value[3], g[3], h[3];
                for (int k = 0; k < 3; k++)
                    look(&loss, bounds[i][0], bounds[i][1], s + (k - 1) * step, &value[k], &g[k],
                         &h[k]);
                check_near(g[1], (value[2] - value[0]) / (2 * step), 1e-8, i);
                check_near(h[1], (g[2] - g[0]) / (2 * step), 1e-8, i);
            }
        }
    }
}
END_TEST

START_TEST(test_aft_of_far_scores_and_times_is_finite_and_cut)
{
    static const double bounds[][2] = {{1e-300, 1e-300}, {1e300, 1e300},  {1e300, INFINITY},
                                       {0, 1e-300},      {5e-324, 1e308}, {1, 1.0000000000000002},
                                       {0, INFINITY}};
    static const double scores[] = {-1e308, -1e4, -700, -1, 0, 3, 700, 1e4, 1e308};
    static const double scales[] = {1e-300, 1e-3, 1, 50, 1e300};
    for (int d = 0; d < 3; d++)
        for (int k = 0; k < 5; k++)
            for (int i = 0; i < 7; i++)
                for (int j = 0; j < 9; j++) {
                    const mlci_loss loss = loss_of(distributions[d], scales[k]);
                    double value, g, h;
                    look(&loss, bounds[i][0], bounds[i][1], scores[j], &value, &g, &h);
                    ck_assert_msg(fabs(g) <= 15 && h >= 1e-16 && h <= 15 && !isnan(value),
                                  "%d %g [%g, %g] %g: %g %g %g", d, scales[k], bounds[i][0],
                                  bounds[i][1], scores[j], value, g, h);
                }
}
END_TEST

START_TEST(test_aft_starts_from_the_best_constant)
{
    enum { N = 40 };
    static const double scales[] = {1e-4, 0.7, 20};
    double lower[N], upper[N], weight[N], at[N], value[N];
    mlc_context local, *call = NULL;
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    for (int i = 0; i < N; i++) {
        lower[i] = i % 7 == 0 ? 0 : exp(3 * test_unit(1, i));
        upper[i] = i % 3 == 0 && i % 7 != 0 ? INFINITY : lower[i] + i % 4 + (i % 7 == 0);
        weight[i] = 1 + i % 3;
    }
    const mlci_loss_rows rows = {
        .n_rows = N, .stride = N, .y = lower, .upper = upper, .weight = weight, .raw = at};
    for (int d = 0; d < 3; d++) {
        for (int k = 0; k < 3; k++) {
            const mlci_loss loss = loss_of(distributions[d], scales[k]);
            double start, slope[2];
            ck_assert_int_eq(mlci_loss_start(&loss, call, &rows, NULL, &start, NULL), MLC_OK);
            for (int side = 0; side < 2; side++) {
                double g[N], h[N];
                for (int i = 0; i < N; i++)
                    at[i] = start + (2 * side - 1) * 1e-9;
                mlci_loss_gradients(&loss, &rows, 0, 0, N, g, h);
                mlci_loss_values(&loss, &rows, 0, N, value);
                slope[side] = 0;
                for (int i = 0; i < N; i++)
                    slope[side] += g[i];
            }
            /* Where gradients are cut, their sum may be flat, but for the tails. */
            ck_assert_msg(slope[0] <= 1e-4 && slope[1] >= -1e-4, "%d %g: %g %g", d, scales[k],
                          slope[0], slope[1]);
        }
    }
    mlci_call_end(call);
}
END_TEST

START_TEST(test_aft_of_targets_it_cannot_take_says_why)
{
    static const struct {
        int32_t n_bounds;
        double lower, upper;
        const char *message; /* NULL: taken */
    } cases[] = {
        {2, 1, 3, NULL},
        {2, 0, 3, NULL},
        {2, 3, INFINITY, NULL},
        {1, 3, 0, NULL},
        {2, -1, 3,
         "target 'y' is -1 in row 2: aft needs times above 0, and lower bounds of at least 0"},
        {2, 0, 0,
         "target 'y' is 0 in row 2: aft needs times above 0, and lower bounds of at least 0"},
        {2, 3, 2.5,
         "targets 'y' and 'y_upper' are 3 and 2.5 in row 2: the first is the lower bound of a "
         "time, the second the upper one"},
        {1, 0, 0, "target 'y' is 0 in row 2: aft needs times above 0"},
        {1, -4, 0, "target 'y' is -4 in row 2: aft needs times above 0"}};
    const mlci_loss loss = loss_of(MLCI_AFT_NORMAL, 1);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double y[] = {1, cases[i].n_bounds == 1 ? cases[i].lower : 1, cases[i].lower,
                      cases[i].upper};
        test_problem p = {.n_rows = 2, .n_bounds = cases[i].n_bounds, .y = y};
        mlci_classes classes;
        const mlci_target target = test_target(&p, &classes);
        mlc_error err;
        const mlc_status status = mlci_loss_check(&loss, &target, "row", &err);
        ck_assert_int_eq(status, cases[i].message == NULL ? MLC_OK : MLC_ERROR_DATA);
        if (status != MLC_OK) ck_assert_str_eq(err.message, cases[i].message);
    }
    double cut_off[] = {1, INFINITY, 2, INFINITY}, early[] = {0, 3, 0, 1};
    test_problem p = {.n_rows = 2, .n_bounds = 2, .y = cut_off};
    mlci_classes classes;
    mlc_error err;
    mlci_target target = test_target(&p, &classes);
    ck_assert_int_eq(mlci_loss_check(&loss, &target, "row", &err), MLC_ERROR_DATA);
    ck_assert_str_eq(err.message,
                     "no row has an upper bound of its time: the best time is infinite");
    target.value = early;
    ck_assert_int_eq(mlci_loss_check(&loss, &target, "row", &err), MLC_ERROR_DATA);
    ck_assert_str_eq(err.message, "no row has a lower bound of its time: the best time is 0");
}
END_TEST

static mlc_status start_aft(mlc_context *ctx, void *arg, mlc_error *err)
{
    const double lower[] = {1, 2, 9}, upper[] = {1, 5, INFINITY};
    const mlci_loss loss = loss_of(MLCI_AFT_LOGISTIC, 1);
    const mlci_loss_rows rows = {.n_rows = 3, .stride = 3, .y = lower, .upper = upper};
    mlc_context local, *call = NULL;
    double start;
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_FIT, &call, err));
    const mlc_status status = mlci_loss_start(&loss, call, &rows, NULL, &start, err);
    mlci_call_end(call);
    return status;
}

MLCI_TORTURE_TEST(test_aft_when_memory_fails_leaks_nothing, start_aft, NULL)

MLCI_CHECK_SUITE("loss_aft", test_aft_has_the_exact_losses_and_derivatives,
                 test_aft_is_cut_where_xgboost_cuts,
                 test_aft_gradients_are_slopes_and_hessians_slopes_of_those,
                 test_aft_of_far_scores_and_times_is_finite_and_cut,
                 test_aft_starts_from_the_best_constant,
                 test_aft_of_targets_it_cannot_take_says_why,
                 test_aft_when_memory_fails_leaks_nothing)
