/* A start is the constant of least loss: no neighbour has less. */
#include "tree/loss_start.h"

#include "boosting.h"
#include "torture.h"

#define N 1000

/* The sum of the loss at a constant. */
static double loss_at(const mlci_loss *loss, const mlci_loss_rows *rows, double constant)
{
    double raw[N], sum = 0;
    mlci_loss_rows at = *rows;
    for (int i = 0; i < N; i++)
        raw[i] = constant;
    at.raw = raw;
    for (int64_t i0 = 0; i0 < N; i0 += MLCI_LOSS_CHUNK) {
        double value[MLCI_LOSS_CHUNK];
        const int64_t n = N - i0 < MLCI_LOSS_CHUNK ? N - i0 : MLCI_LOSS_CHUNK;
        mlci_loss_values(loss, &at, i0, n, value);
        for (int64_t i = 0; i < n; i++)
            sum += value[i];
    }
    return sum;
}

START_TEST(test_start_is_lower_than_its_neighbours)
{
    const mlci_loss_kind *const kinds[] = {
        &mlci_loss_squared_error, &mlci_loss_absolute_error, &mlci_loss_huber,  &mlci_loss_quantile,
        &mlci_loss_poisson,       &mlci_loss_gamma,          &mlci_loss_tweedie};
    double y[N], weight[N];
    int64_t fixed[N];
    for (int i = 0; i < N; i++) {
        y[i] = exp(3 * test_unit(0, i));
        fixed[i] = 1 + i % 3;
        weight[i] = (double)fixed[i];
    }
    const mlci_loss_rows rows = {N, N, y, weight, NULL, NULL};
    mlc_context local, *call = NULL;
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        const mlci_loss loss = {.kind = kinds[k],
                                .n_outputs = 1,
                                .link = kinds[k]->link,
                                .delta = 2,
                                .power = 1.4,
                                .levels = {0.3},
                                .kernels = mlci_kernels_of(MLCI_ISA_REFERENCE)};
        double start;
        ck_assert_int_eq(mlci_loss_start(&loss, call, &rows, fixed, &start, NULL), MLC_OK);
        const double least = loss_at(&loss, &rows, start);
        ck_assert_double_le(least, loss_at(&loss, &rows, start + 1e-3));
        ck_assert_double_le(least, loss_at(&loss, &rows, start - 1e-3));
    }
    mlci_call_end(call);
}
END_TEST

START_TEST(test_start_has_the_same_bits_in_any_order_of_rows)
{
    double y[N], backwards[N];
    for (int i = 0; i < N; i++) {
        y[i] = exp(3 * test_unit(0, i));
        backwards[N - 1 - i] = y[i];
    }
    const mlci_loss loss = {.kind = &mlci_loss_huber,
                            .n_outputs = 1,
                            .delta = 2,
                            .kernels = mlci_kernels_of(MLCI_ISA_REFERENCE)};
    const mlci_loss_rows rows = {N, N, y, NULL, NULL, NULL};
    mlci_loss_rows turned = rows;
    mlc_context local, *call = NULL;
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    turned.y = backwards;
    double a, b;
    ck_assert_int_eq(mlci_loss_start(&loss, call, &rows, NULL, &a, NULL), MLC_OK);
    ck_assert_int_eq(mlci_loss_start(&loss, call, &turned, NULL, &b, NULL), MLC_OK);
    ck_assert_mem_eq(&a, &b, sizeof a);
    mlci_call_end(call);
}
END_TEST

START_TEST(test_start_of_a_class_without_rows_is_finite)
{
    const double y[] = {0, 0, 2};
    const mlci_loss_rows rows = {3, 3, y, NULL, NULL, NULL};
    ck_assert_double_eq(mlci_class_share(&rows, 1), MLCI_LEAST_SHARE);
    ck_assert_double_eq_tol(mlci_class_share(&rows, 0), 2.0 / 3, 1e-15);
}
END_TEST

static mlc_status start_huber(mlc_context *ctx, void *arg, mlc_error *err)
{
    const double y[] = {1, 2, 9};
    const int64_t fixed[] = {1, 2, 1};
    const mlci_loss loss = {.kind = &mlci_loss_huber,
                            .n_outputs = 1,
                            .delta = 2,
                            .kernels = mlci_kernels_of(MLCI_ISA_REFERENCE)};
    const mlci_loss_rows rows = {3, 3, y, NULL, NULL, NULL};
    mlc_context local, *call = NULL;
    double start;
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_FIT, &call, err));
    const mlc_status status = mlci_loss_start(&loss, call, &rows, fixed, &start, err);
    mlci_call_end(call);
    return status;
}

MLCI_TORTURE_TEST(test_start_when_memory_fails_leaks_nothing, start_huber, NULL)

MLCI_CHECK_SUITE("loss_start", test_start_is_lower_than_its_neighbours,
                 test_start_has_the_same_bits_in_any_order_of_rows,
                 test_start_of_a_class_without_rows_is_finite,
                 test_start_when_memory_fails_leaks_nothing)
