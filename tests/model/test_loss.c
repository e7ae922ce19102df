/* Expected values: closed forms, and central differences of the loss itself. */
#include "tree/loss.h"

#include "boosting.h"

#define N 7

static mlci_loss loss_of(int32_t kind, int32_t link)
{
    return (mlci_loss){.kind = kind,
                       .n_outputs = link == MLCI_LINK_SOFTMAX ? 3 : 1,
                       .link = link,
                       .quantile = 0.8,
                       .kernels = mlci_kernels_of(MLCI_ISA_REFERENCE)};
}

/* The gradient of the loss is its slope, times `factor` for losses that are twice the objective. */
static void check_slope(const mlci_loss *loss, const double *y, double factor)
{
    const double weight[N] = {1, 2, 0.5, 1, 3, 1, 1};
    double raw[3 * N], log_sum[N], g[N], h[N];
    const double step = 1e-5;
    mlci_loss_rows rows = {N, N, y, weight, raw, log_sum};
    for (int32_t k = 0; k < loss->n_outputs; k++) {
        for (int i = 0; i < 3 * N; i++)
            raw[i] = sin(3.0 * i) * 1.5;
        mlci_loss_log_sum(loss, &rows, 0, loss->n_outputs > 1 ? N : 0);
        mlci_loss_gradients(loss, &rows, k, 0, N, g, h);
        for (int i = 0; i < N; i++) {
            double side[2];
            for (int s = 0; s < 2; s++) {
                const double kept = raw[k * N + i];
                raw[k * N + i] += s == 0 ? -step : step;
                mlci_loss_log_sum(loss, &rows, 0, loss->n_outputs > 1 ? N : 0);
                mlci_loss_values(loss, &rows, i, 1, &side[s]);
                raw[k * N + i] = kept;
            }
            ck_assert_double_eq_tol(g[i], factor * (side[1] - side[0]) / (2 * step), 1e-8);
        }
    }
}

START_TEST(test_loss_gradients_are_the_slope_of_the_loss)
{
    const double numbers[N] = {0.1, -2, 3, 0.5, 1, 0, 7}, counts[N] = {0, 1, 2, 0.5, 9, 3, 1};
    const double positive[N] = {0.1, 2, 3, 0.5, 1, 4, 7}, classes[N] = {0, 1, 1, 0, 1, 0, 0};
    const double three[N] = {0, 1, 2, 2, 1, 0, 0};
    const mlci_loss logistic = loss_of(MLCI_LOSS_LOG, MLCI_LINK_LOGIT);
    const mlci_loss softmax = loss_of(MLCI_LOSS_LOG, MLCI_LINK_SOFTMAX);
    const mlci_loss squared = loss_of(MLCI_LOSS_SQUARED, MLCI_LINK_IDENTITY);
    const mlci_loss absolute = loss_of(MLCI_LOSS_ABSOLUTE, MLCI_LINK_IDENTITY);
    const mlci_loss quantile = loss_of(MLCI_LOSS_QUANTILE, MLCI_LINK_IDENTITY);
    const mlci_loss poisson = loss_of(MLCI_LOSS_POISSON, MLCI_LINK_LOG);
    const mlci_loss gamma_loss = loss_of(MLCI_LOSS_GAMMA, MLCI_LINK_LOG);
    check_slope(&logistic, classes, 1);
    check_slope(&softmax, three, 1);
    check_slope(&squared, numbers, 0.5);
    check_slope(&absolute, numbers, 1);
    check_slope(&quantile, numbers, 1);
    check_slope(&poisson, counts, 0.5);
    check_slope(&gamma_loss, positive, 0.5);
}
END_TEST

START_TEST(test_loss_hessians_have_their_closed_forms)
{
    const double y[] = {1, 2}, zero[] = {0, 1}, weight[] = {1, 3};
    double g[2], h[2];
    mlci_loss_rows rows = {2, 2, y, weight, zero, NULL};
    const mlci_loss logistic = loss_of(MLCI_LOSS_LOG, MLCI_LINK_LOGIT);
    mlci_loss_gradients(&logistic, &rows, 0, 0, 2, g, h);
    const double p = 0.7310585786300049; /* 1 / (1 + exp(-1)) */
    ck_assert_double_eq(h[0], 0.25);
    ck_assert_double_eq_tol(h[1], 3 * p * (1 - p), 1e-15);
    const mlci_loss poisson = loss_of(MLCI_LOSS_POISSON, MLCI_LINK_LOG);
    mlci_loss_gradients(&poisson, &rows, 0, 0, 2, g, h);
    ck_assert_double_eq_tol(h[1], 3 * 2.718281828459045, 1e-14);
    const mlci_loss gamma_loss = loss_of(MLCI_LOSS_GAMMA, MLCI_LINK_LOG);
    mlci_loss_gradients(&gamma_loss, &rows, 0, 0, 2, g, h);
    ck_assert_double_eq_tol(h[1], 3 * 2 / 2.718281828459045, 1e-15);
}
END_TEST

START_TEST(test_loss_starts_from_the_best_constant)
{
    const double y[] = {0, 1, 1, 2, 6}, weight[] = {1, 1, 2, 1, 1};
    const int64_t fixed[] = {1, 1, 2, 1, 1};
    const double two[] = {0, 1, 1, 0, 0}, three[] = {0, 1, 1, 2, 0};
    double start[3];
    mlci_loss_rows rows = {5, 5, y, weight, NULL, NULL};
    mlci_loss loss = loss_of(MLCI_LOSS_SQUARED, MLCI_LINK_IDENTITY);
    ck_assert_int_eq(mlci_loss_start(&loss, NULL, &rows, fixed, start, NULL), MLC_OK);
    ck_assert_double_eq_tol(start[0], 11.0 / 6, 1e-15);
    loss = loss_of(MLCI_LOSS_ABSOLUTE, MLCI_LINK_IDENTITY);
    ck_assert_int_eq(mlci_loss_start(&loss, NULL, &rows, fixed, start, NULL), MLC_OK);
    ck_assert_double_eq(start[0], 1);
    loss = loss_of(MLCI_LOSS_POISSON, MLCI_LINK_LOG);
    ck_assert_int_eq(mlci_loss_start(&loss, NULL, &rows, fixed, start, NULL), MLC_OK);
    ck_assert_double_eq_tol(start[0], log(11.0 / 6), 1e-15);
    loss = loss_of(MLCI_LOSS_LOG, MLCI_LINK_LOGIT);
    rows.y = two;
    ck_assert_int_eq(mlci_loss_start(&loss, NULL, &rows, fixed, start, NULL), MLC_OK);
    ck_assert_double_eq_tol(start[0], 0, 1e-15); /* 3 of 6 */
    loss = loss_of(MLCI_LOSS_LOG, MLCI_LINK_SOFTMAX);
    rows.y = three;
    ck_assert_int_eq(mlci_loss_start(&loss, NULL, &rows, fixed, start, NULL), MLC_OK);
    ck_assert_double_eq_tol(start[0], log(2.0 / 6), 1e-15);
    ck_assert_double_eq_tol(start[1], log(3.0 / 6), 1e-15);
    ck_assert_double_eq_tol(start[2], log(1.0 / 6), 1e-15);
}
END_TEST

START_TEST(test_loss_of_a_target_it_cannot_take_is_a_data_error)
{
    const double negative[] = {1, -0.5}, zero[] = {1, 0}, zeros[] = {0, 0}, odd[] = {1, INFINITY};
    mlc_error err;
    mlci_loss loss = loss_of(MLCI_LOSS_POISSON, MLCI_LINK_LOG);
    ck_assert_int_eq(mlci_loss_check(&loss, 2, negative, NULL, &err), MLC_ERROR_DATA);
    ck_assert_str_eq(err.message, "target of row 2 is -0.5: the loss needs numbers of at least 0");
    ck_assert_int_eq(mlci_loss_check(&loss, 2, zeros, NULL, &err), MLC_ERROR_DATA);
    ck_assert_int_eq(mlci_loss_check(&loss, 2, zero, NULL, NULL), MLC_OK);
    loss = loss_of(MLCI_LOSS_GAMMA, MLCI_LINK_LOG);
    ck_assert_int_eq(mlci_loss_check(&loss, 2, zero, NULL, &err), MLC_ERROR_DATA);
    loss = loss_of(MLCI_LOSS_SQUARED, MLCI_LINK_IDENTITY);
    ck_assert_int_eq(mlci_loss_check(&loss, 2, odd, NULL, &err), MLC_ERROR_DATA);
    ck_assert_str_eq(err.message, "target of row 2 is not finite");
}
END_TEST

MLCI_CHECK_MAIN("loss", test_loss_gradients_are_the_slope_of_the_loss,
                test_loss_hessians_have_their_closed_forms, test_loss_starts_from_the_best_constant,
                test_loss_of_a_target_it_cannot_take_is_a_data_error)
