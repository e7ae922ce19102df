/* Expected values: closed forms, central differences of the losses themselves, and deviances of
 * scikit-learn 1.9.1 (sklearn.metrics.mean_tweedie_deviance) and LightGBM's formulas where said. */
#include "tree/loss.h"

#include "boosting.h"

#define N 7
/* Central differences with a step of 1e-5: its square times a third derivative of some ten. */
#define DIFFERENCE_TOLERANCE 1e-8
/* Newton steps end when they are below 1e-12 of 1 + |start|. */
#define START_TOLERANCE 4e-12

/* A loss with parameters that are not their defaults. */
static mlci_loss loss_of(int32_t kind, int32_t n_classes)
{
    mlci_loss loss = {.kind = mlci_loss_kind_of(kind, n_classes),
                      .n_outputs = n_classes > 2 ? n_classes : 1,
                      .delta = 0.7,
                      .damping = 1,
                      .power = 1.3,
                      .levels = {0.8},
                      .kernels = mlci_kernels_of(MLCI_ISA_REFERENCE)};
    loss.link = loss.kind->link;
    return loss;
}

/* The gradient of the loss is its slope, times `factor` for losses that are twice the objective. */
static void check_slope(const mlci_loss *loss, const double *y, double factor)
{
    const double weight[N] = {1, 2, 0.5, 1, 3, 1, 1};
    double raw[3 * N], work[N], g[N], h[N];
    const double step = 1e-5;
    mlci_loss_rows rows = {N, N, y, weight, raw, work};
    for (int32_t k = 0; k < loss->n_outputs; k++) {
        for (int i = 0; i < 3 * N; i++)
            raw[i] = sin(3.0 * i) * 1.5;
        mlci_loss_prepare(loss, &rows, 0, N);
        mlci_loss_gradients(loss, &rows, k, 0, N, g, h);
        for (int i = 0; i < N; i++) {
            double side[2];
            for (int s = 0; s < 2; s++) {
                const double kept = raw[k * N + i];
                raw[k * N + i] += s == 0 ? -step : step;
                mlci_loss_prepare(loss, &rows, 0, N);
                mlci_loss_values(loss, &rows, i, 1, &side[s]);
                raw[k * N + i] = kept;
            }
            const double slope = factor * (side[1] - side[0]) / (2 * step);
            ck_assert_msg(fabs(g[i] - slope) <= DIFFERENCE_TOLERANCE, "%s, row %d: %g and %g",
                          loss->kind->name, i, g[i], slope);
        }
    }
}

START_TEST(test_loss_gradients_are_the_slope_of_the_loss)
{
    const double numbers[N] = {0.1, -2, 3, 0.5, 1, 0, 7}, counts[N] = {0, 1, 2, 0.5, 9, 3, 1};
    const double positive[N] = {0.1, 2, 3, 0.5, 1, 4, 7}, classes[N] = {0, 1, 1, 0, 1, 0, 0};
    const double three[N] = {0, 1, 2, 2, 1, 0, 0}, shares[N] = {0, 0.1, 1, 0.5, 0.7, 0.01, 0.9};
    const struct {
        int32_t kind, n_classes;
        const double *y;
        double factor;
    } cases[] = {
        {MLCI_LOSS_LOG, 2, classes, 1},       {MLCI_LOSS_LOG, 3, three, 1},
        {MLCI_LOSS_ONE_VS_ALL, 3, three, 1},  {MLCI_LOSS_ONE_VS_ALL, 2, classes, 1},
        {MLCI_LOSS_SQUARED, 0, numbers, 0.5}, {MLCI_LOSS_ABSOLUTE, 0, numbers, 1},
        {MLCI_LOSS_HUBER, 0, numbers, 1},     {MLCI_LOSS_QUANTILE, 0, numbers, 1},
        {MLCI_LOSS_POISSON, 0, counts, 0.5},  {MLCI_LOSS_GAMMA, 0, positive, 0.5},
        {MLCI_LOSS_TWEEDIE, 0, counts, 0.5},  {MLCI_LOSS_CROSS_ENTROPY, 0, shares, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const mlci_loss loss = loss_of(cases[i].kind, cases[i].n_classes);
        check_slope(&loss, cases[i].y, cases[i].factor);
    }
    mlci_loss levels = loss_of(MLCI_LOSS_QUANTILE, 0);
    levels.n_outputs = 3;
    levels.levels[0] = 0.05;
    levels.levels[1] = 0.5;
    levels.levels[2] = 0.9;
    double y[N];
    for (int i = 0; i < N; i++)
        y[i] = numbers[i] / 3; /* the loss is the mean over the levels, the gradient each one's */
    check_slope(&levels, y, 3);
}
END_TEST

START_TEST(test_loss_hessians_are_the_slope_of_smooth_gradients)
{
    const int32_t kinds[] = {MLCI_LOSS_LOG,   MLCI_LOSS_CROSS_ENTROPY, MLCI_LOSS_POISSON,
                             MLCI_LOSS_GAMMA, MLCI_LOSS_TWEEDIE,       MLCI_LOSS_SQUARED};
    const double y[] = {1, 1, 1}, step = 1e-5;
    for (size_t c = 0; c < sizeof kinds / sizeof kinds[0]; c++) {
        const mlci_loss loss = loss_of(kinds[c], kinds[c] == MLCI_LOSS_LOG ? 2 : 0);
        const double raw[] = {0.4 - step, 0.4, 0.4 + step};
        double g[3], h[3];
        mlci_loss_rows rows = {3, 3, y, NULL, raw, NULL};
        mlci_loss_gradients(&loss, &rows, 0, 0, 3, g, h);
        ck_assert_double_eq_tol(h[1], (g[2] - g[0]) / (2 * step), DIFFERENCE_TOLERANCE);
    }
}
END_TEST

/* exp(1) and two products round once each; at 16.3 a unit in the last place is 3.6e-15. */
#define FEW_ULP 1e-14

START_TEST(test_loss_hessians_have_their_closed_forms)
{
    const double y[] = {1, 2}, zero[] = {0, 1}, weight[] = {1, 3};
    double g[2], h[2];
    mlci_loss_rows rows = {2, 2, y, weight, zero, NULL};
    const mlci_loss logistic = loss_of(MLCI_LOSS_LOG, 2);
    mlci_loss_gradients(&logistic, &rows, 0, 0, 2, g, h);
    const double p = 0.7310585786300049; /* 1 / (1 + exp(-1)) */
    ck_assert_double_eq(h[0], 0.25);
    ck_assert_double_eq_tol(h[1], 3 * p * (1 - p), 1e-15);
    mlci_loss poisson = loss_of(MLCI_LOSS_POISSON, 0);
    poisson.damping = 2;
    mlci_loss_gradients(&poisson, &rows, 0, 0, 2, g, h);
    ck_assert_double_eq_tol(h[1], 2 * 3 * 2.718281828459045, FEW_ULP);
    ck_assert_double_eq_tol(g[1], 3 * (2.718281828459045 - 2), FEW_ULP);
    const mlci_loss gamma_loss = loss_of(MLCI_LOSS_GAMMA, 0);
    mlci_loss_gradients(&gamma_loss, &rows, 0, 0, 2, g, h);
    ck_assert_double_eq_tol(h[1], 3 * 2 / 2.718281828459045, 1e-15);
    const mlci_loss huber = loss_of(MLCI_LOSS_HUBER, 0);
    mlci_loss_gradients(&huber, &rows, 0, 0, 2, g, h);
    ck_assert_double_eq(h[0], 1);
    ck_assert_double_eq(g[0], -0.7);
}
END_TEST

START_TEST(test_loss_values_are_those_of_others)
{
    /* mean_tweedie_deviance([0, 2], [1.5, 1.5], power=1.3) of one row each. */
    const double y[] = {0, 2, 3.5}, raw[] = {0.4054651081081644, 0.4054651081081644, 1};
    double value[3];
    mlci_loss_rows rows = {3, 3, y, NULL, raw, NULL};
    const mlci_loss tweedie = loss_of(MLCI_LOSS_TWEEDIE, 0);
    mlci_loss_values(&tweedie, &rows, 0, 3, value);
    ck_assert_double_eq_tol(value[0], 3.794860685552383, 1e-14);
    ck_assert_double_eq_tol(value[1], 0.12961971318388388, 1e-14);
    const mlci_loss huber = loss_of(MLCI_LOSS_HUBER, 0);
    mlci_loss_values(&huber, &rows, 0, 3, value);
    ck_assert_double_eq_tol(value[0], 0.5 * raw[0] * raw[0], 1e-15); /* within 0.7 */
    ck_assert_double_eq_tol(value[2], 0.7 * (2.5 - 0.35), 1e-15);
}
END_TEST

/* ---- first scores ------------------------------------------------------------------------- */

static void check_start(const mlci_loss *loss, const double *y, const double *expected)
{
    const double weight[] = {1, 1, 2, 1, 1};
    const int64_t fixed[] = {1, 1, 2, 1, 1};
    double start[3];
    mlci_loss_rows rows = {5, 5, y, weight, NULL, NULL};
    mlc_context local, *call = NULL;
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_loss_start(loss, call, &rows, fixed, start, NULL), MLC_OK);
    for (int32_t k = 0; k < loss->n_outputs; k++)
        ck_assert_double_eq_tol(start[k], expected[k], START_TOLERANCE);
    mlci_call_end(call);
}

START_TEST(test_loss_starts_from_the_best_constant)
{
    const double y[] = {0, 1, 1, 2, 6}, two[] = {0, 1, 1, 0, 0}, three[] = {0, 1, 1, 2, 0};
    const double shares[] = {0, 0.5, 0.25, 1, 0};
    mlci_loss loss = loss_of(MLCI_LOSS_SQUARED, 0);
    check_start(&loss, y, (double[]){11.0 / 6});
    loss = loss_of(MLCI_LOSS_ABSOLUTE, 0);
    check_start(&loss, y, (double[]){1});
    loss = loss_of(MLCI_LOSS_QUANTILE, 0);
    loss.n_outputs = 2;
    loss.levels[0] = 0.1;
    loss.levels[1] = 0.9;
    check_start(&loss, y, (double[]){0, 6});
    loss = loss_of(MLCI_LOSS_POISSON, 0);
    check_start(&loss, y, (double[]){log(11.0 / 6)});
    loss = loss_of(MLCI_LOSS_TWEEDIE, 0);
    check_start(&loss, y, (double[]){log(11.0 / 6)});
    loss = loss_of(MLCI_LOSS_CROSS_ENTROPY, 0);
    check_start(&loss, shares, (double[]){log(1.0 / 2)}); /* mean 2 / 6 */
    loss = loss_of(MLCI_LOSS_LOG, 2);
    check_start(&loss, two, (double[]){0}); /* 3 of 6 */
    loss = loss_of(MLCI_LOSS_LOG, 3);
    check_start(&loss, three, (double[]){log(2.0 / 6), log(3.0 / 6), log(1.0 / 6)});
    loss = loss_of(MLCI_LOSS_ONE_VS_ALL, 3);
    check_start(&loss, three, (double[]){log(2.0 / 4), log(3.0 / 3), log(1.0 / 5)});
    /* Huber with 0.7: -0.7 + 3 (c - 1) + ... = 0: (c - 1) 3 = -0.7 + 1.4, with 0, 2 and 6 beyond.
     */
    loss = loss_of(MLCI_LOSS_HUBER, 0);
    check_start(&loss, y, (double[]){1 + 0.7 / 3});
}
END_TEST

START_TEST(test_loss_with_a_log_link_needs_a_mean_above_zero)
{
    const double y[] = {0, 0}, raw[] = {0, 0};
    double start;
    mlc_error err;
    const mlci_loss_rows rows = {2, 2, y, NULL, raw, NULL};
    const int32_t kinds[] = {MLCI_LOSS_POISSON, MLCI_LOSS_TWEEDIE};
    for (int k = 0; k < 2; k++) {
        const mlci_loss loss = loss_of(kinds[k], 0);
        ck_assert_int_eq(mlci_loss_start(&loss, NULL, &rows, NULL, &start, &err), MLC_ERROR_DATA);
        ck_assert_str_eq(err.message, "every target is 0: a log link needs one above 0");
    }
}
END_TEST

/* ---- targets ------------------------------------------------------------------------------ */

START_TEST(test_loss_of_a_target_it_cannot_take_is_a_data_error)
{
    const struct {
        int32_t kind;
        double y;
        const char *message; /* NULL: taken */
    } cases[] = {
        {MLCI_LOSS_POISSON, -0.5,
         "target 'claims' is -0.5 in row 2: poisson needs numbers of at least 0"},
        {MLCI_LOSS_POISSON, 0, NULL},
        {MLCI_LOSS_TWEEDIE, -1,
         "target 'claims' is -1 in row 2: tweedie needs numbers of at least 0"},
        {MLCI_LOSS_GAMMA, 0, "target 'claims' is 0 in row 2: gamma needs numbers above 0"},
        {MLCI_LOSS_CROSS_ENTROPY, 1.5,
         "target 'claims' is 1.5 in row 2: cross_entropy needs numbers from 0 to 1"},
        {MLCI_LOSS_CROSS_ENTROPY, 1, NULL},
        {MLCI_LOSS_SQUARED, INFINITY, "target 'claims' is inf in row 2: it must be finite"},
        {MLCI_LOSS_HUBER, -3, NULL},
    };
    char name[] = "claims";
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double values[] = {1, cases[i].y};
        const mlci_target y = {.name = name, .n_rows = 2, .value = values, .n_outputs = 1};
        const mlci_loss loss = loss_of(cases[i].kind, 0);
        mlc_error err;
        const mlc_status status = mlci_loss_check(&loss, &y, "row", &err);
        ck_assert_int_eq(status, cases[i].message == NULL ? MLC_OK : MLC_ERROR_DATA);
        if (cases[i].message == NULL) continue;
        ck_assert_str_eq(err.message, cases[i].message);
        ck_assert_str_eq(err.name, name);
    }
}
END_TEST

/* Multiples of 1/4, so that means of two are exact. */
START_TEST(test_loss_of_several_targets_is_their_mean)
{
    const double y[] = {1, -2, 3, 4, 0.5, -6}, raw[] = {0, -1.5, 3, 2, 2, 1}, weight[] = {1, 2, 4};
    const double expected[] = {(1.0 + 4) / 2, 2 * (0.25 + 2.25) / 2, 4 * 49.0 / 2};
    mlci_loss loss = loss_of(MLCI_LOSS_SQUARED, 0);
    mlci_loss_rows rows = {3, 3, y, weight, raw, NULL};
    double value[3];
    loss.n_outputs = loss.n_targets = 2;
    mlci_loss_values(&loss, &rows, 0, 3, value);
    for (int i = 0; i < 3; i++)
        ck_assert_double_eq(value[i], expected[i]);
}
END_TEST

MLCI_CHECK_SUITE("loss", test_loss_gradients_are_the_slope_of_the_loss,
                 test_loss_hessians_are_the_slope_of_smooth_gradients,
                 test_loss_hessians_have_their_closed_forms, test_loss_values_are_those_of_others,
                 test_loss_starts_from_the_best_constant,
                 test_loss_with_a_log_link_needs_a_mean_above_zero,
                 test_loss_of_a_target_it_cannot_take_is_a_data_error,
                 test_loss_of_several_targets_is_their_mean)
