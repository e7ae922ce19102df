/* Expected values: sums in long double. */
#include "tree/mean_loss.h"

#include "boosting.h"

#define N 20000

typedef struct mean_case {
    mlc_context *ctx;
    mlc_context local, *call;
    mlci_loss loss;
    mlci_loss_rows rows;
    double *y, *weight, *raw;
} mean_case;

static void open_case(mean_case *c, int32_t n_threads)
{
    memset(c, 0, sizeof *c);
    c->ctx = test_root(n_threads, NULL);
    ck_assert_int_eq(mlci_call_begin(c->ctx, &c->local, MLCI_FIT, &c->call, NULL), MLC_OK);
    c->y = calloc(3 * N, sizeof *c->y);
    c->weight = c->y + N;
    c->raw = c->y + 2 * N;
    for (int64_t i = 0; i < N; i++) {
        c->y[i] = test_unit(0, i);
        c->raw[i] = 2 * test_unit(1, i);
        c->weight[i] = 0.5 + test_unit(2, i);
    }
    c->loss = (mlci_loss){.kind = &mlci_loss_squared_error,
                          .n_outputs = 1,
                          .kernels = mlci_kernels_of(MLCI_ISA_REFERENCE)};
    c->rows = (mlci_loss_rows){N, N, c->y, c->weight, c->raw, NULL};
}

static void close_case(mean_case *c)
{
    mlci_call_end(c->call);
    mlc_context_close(c->ctx);
    free(c->y);
}

static double mean_of(mean_case *c, mlci_mean_loss *mean)
{
    double out;
    ck_assert_int_eq(mlci_mean_loss_compute(c->call, mean, &out, NULL), MLC_OK);
    return out;
}

static double expected(const mean_case *c, int64_t first, int64_t end)
{
    long double sum = 0, weight = 0;
    for (int64_t i = first; i < end; i++) {
        sum += (long double)c->weight[i] * (c->raw[i] - c->y[i]) * (c->raw[i] - c->y[i]);
        weight += c->weight[i];
    }
    return (double)(sum / weight);
}

START_TEST(test_mean_is_that_of_the_rows_whatever_came_before)
{
    mean_case c;
    mlci_mean_loss *mean = NULL, *fresh = NULL;
    open_case(&c, 2);
    ck_assert_int_eq(mlci_mean_loss_create(NULL, &c.loss, &c.rows, 100, N - 7, &mean, NULL),
                     MLC_OK);
    ck_assert_double_eq_tol(mean_of(&c, mean), expected(&c, 100, N - 7), 1e-13);
    for (int64_t i = 0; i < N; i++)
        c.raw[i] *= 1000; /* another scale */
    ck_assert_double_eq_tol(mean_of(&c, mean) / expected(&c, 100, N - 7), 1, 1e-13);
    for (int64_t i = 0; i < N; i++)
        c.raw[i] = c.y[i] + (c.raw[i] / 1000 - c.y[i]) / 1000;
    ck_assert_int_eq(mlci_mean_loss_create(NULL, &c.loss, &c.rows, 100, N - 7, &fresh, NULL),
                     MLC_OK);
    const double used = mean_of(&c, mean), unused = mean_of(&c, fresh);
    ck_assert_mem_eq(&used, &unused, sizeof used);
    mlci_mean_loss_free(mean);
    mlci_mean_loss_free(fresh);
    close_case(&c);
}
END_TEST

START_TEST(test_mean_of_no_rows_and_of_no_number_is_nan)
{
    mean_case c;
    mlci_mean_loss *mean = NULL, *none = NULL;
    open_case(&c, 1);
    ck_assert_int_eq(mlci_mean_loss_create(NULL, &c.loss, &c.rows, 0, N, &mean, NULL), MLC_OK);
    ck_assert_int_eq(mlci_mean_loss_create(NULL, &c.loss, &c.rows, N, N, &none, NULL), MLC_OK);
    ck_assert(isnan(mean_of(&c, none)));
    c.raw[N / 2] = INFINITY;
    ck_assert(isnan(mean_of(&c, mean)));
    c.raw[N / 2] = 0;
    ck_assert_double_eq_tol(mean_of(&c, mean), expected(&c, 0, N), 1e-13);
    mlci_mean_loss_free(mean);
    mlci_mean_loss_free(none);
    mlci_mean_loss_free(NULL);
    close_case(&c);
}
END_TEST

MLCI_CHECK_SUITE("mean_loss", test_mean_is_that_of_the_rows_whatever_came_before,
                 test_mean_of_no_rows_and_of_no_number_is_nan)
