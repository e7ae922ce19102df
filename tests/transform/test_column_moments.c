#include "column_moments.h"

#include <math.h>

#include "check_suite.h"
#include "torture.h"

#define N 3000

static mlci_column *ramp(mlci_root *root)
{
    mlci_column *column = NULL;
    ck_assert_int_eq(mlci_column_create(root, MLC_TYPE_FLOAT64, N, 1, 1, &column, NULL), MLC_OK);
    double *x = mlci_column_data(column);
    for (int i = 0; i < N; i++)
        x[i] = i + 1;
    return column;
}

static mlci_moments moments_of(int32_t n_threads, const mlci_column *column, const double *weight)
{
    mlc_context *ctx = NULL, local, *call = NULL;
    const mlc_host host = {.size = sizeof host, .n_threads = n_threads};
    mlci_moments out;
    ck_assert_int_eq(mlc_context_create(&host, &ctx, NULL), MLC_OK);
    ck_assert_int_eq(mlci_call_begin(ctx, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_column_moments(call, column, weight, &out, NULL), MLC_OK);
    mlci_call_end(call);
    mlc_context_close(ctx);
    return out;
}

/* 1 .. n has mean (n + 1) / 2 and sum of squared deviations n (n^2 - 1) / 12. */
START_TEST(test_moments_of_a_ramp_have_the_closed_form)
{
    mlci_column *column = ramp(NULL);
    const mlci_moments m = moments_of(1, column, NULL);
    ck_assert_double_eq(m.mean, (N + 1) / 2.0);
    ck_assert(fabs(m.m2 / (N * ((double)N * N - 1) / 12) - 1) < 1e-14);
    ck_assert_int_eq(m.n_values, N);
    mlci_column_unref(column);
}
END_TEST

START_TEST(test_moments_have_the_same_bits_for_any_number_of_threads)
{
    mlci_column *column = ramp(NULL);
    const mlci_moments one = moments_of(1, column, NULL);
    for (int32_t n = 2; n <= 7; n++) {
        const mlci_moments some = moments_of(n, column, NULL);
        ck_assert(memcmp(&one.mean, &some.mean, sizeof one.mean) == 0);
        ck_assert(memcmp(&one.m2, &some.m2, sizeof one.m2) == 0);
    }
    mlci_column_unref(column);
}
END_TEST

START_TEST(test_moments_leave_missing_values_out)
{
    mlci_column *column = ramp(NULL);
    for (int i = 1; i < N; i++)
        mlci_column_set_missing(column, i);
    const mlci_moments m = moments_of(2, column, NULL);
    ck_assert_double_eq(m.mean, 1);
    ck_assert_double_eq(m.m2, 0);
    ck_assert_int_eq(m.n_values, 1);
    mlci_column_unref(column);
}
END_TEST

static mlc_status measure(mlc_context *ctx, void *arg, mlc_error *err)
{
    mlc_context local, *call = NULL;
    mlci_moments out;
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_PREDICT, &call, err));
    const mlc_status status = mlci_column_moments(call, arg, NULL, &out, err);
    mlci_call_end(call);
    return status;
}

START_TEST(test_moments_when_memory_fails_leak_nothing)
{
    mlci_column *column = ramp(NULL);
    mlci_torture(measure, column);
    mlci_column_unref(column);
}
END_TEST

MLCI_CHECK_SUITE("column_moments", test_moments_of_a_ramp_have_the_closed_form,
                 test_moments_have_the_same_bits_for_any_number_of_threads,
                 test_moments_leave_missing_values_out, test_moments_when_memory_fails_leak_nothing)
