/* Sums over rows: complete, and the same for any number of threads. */
#include <string.h>

#include "check_suite.h"
#include "error.h"
#include "row_sum.h"

#define N_ROWS 100003

/* sums[0]: rows; sums[1]: of 1 / (row + 1), whose last bits depend on the order. */
static mlc_status harmonic(void *arg, int64_t first, int64_t n, double *scratch, double *sums,
                           mlc_error *err)
{
    ck_assert_int_le(n, 64);
    for (int64_t i = 0; i < n; i++)
        scratch[i] = 1 / (double)(first + i + 1);
    for (int64_t i = 0; i < n; i++)
        sums[1] += scratch[i];
    sums[0] += (double)n;
    return MLC_OK;
}

static void sum_with(int32_t n_threads, double *out)
{
    mlc_context local, *call;
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    call->n_threads = n_threads;
    mlci_row_sum s;
    double *sums;
    ck_assert_int_eq(mlci_row_sum_open(&s, call, N_ROWS, 64, 2, 64, NULL), MLC_OK);
    for (int32_t repeat = 0; repeat < 2; repeat++) {
        ck_assert_int_eq(mlci_row_sum_run(&s, 2, harmonic, NULL, &sums, NULL), MLC_OK);
    }
    memcpy(out, sums, 2 * sizeof *out);
    mlci_row_sum_close(&s);
    mlci_call_end(call);
}

START_TEST(test_run_counts_each_row_once_whatever_the_threads)
{
    double expected[2], got[2];
    sum_with(1, expected);
    ck_assert_double_eq(expected[0], N_ROWS);
    ck_assert_double_eq_tol(expected[1], 12.090176129263442, 1e-12); /* H(100003), mpmath */
    for (int32_t threads = 2; threads <= 7; threads++) {
        sum_with(threads, got);
        ck_assert_mem_eq(got, expected, sizeof got);
    }
}
END_TEST

START_TEST(test_run_over_no_rows_gives_zero)
{
    mlc_context local, *call;
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    mlci_row_sum s;
    double *sums;
    ck_assert_int_eq(mlci_row_sum_open(&s, call, 0, 64, 2, 64, NULL), MLC_OK);
    ck_assert_int_eq(mlci_row_sum_run(&s, 2, harmonic, NULL, &sums, NULL), MLC_OK);
    ck_assert_double_eq(sums[0], 0);
    ck_assert_double_eq(sums[1], 0);
    mlci_row_sum_close(&s);
    mlci_call_end(call);
}
END_TEST

static mlc_status refuse_row(void *arg, int64_t first, int64_t n, double *scratch, double *sums,
                             mlc_error *err)
{
    if (first <= *(int64_t *)arg && *(int64_t *)arg < first + n) {
        return mlci_fail(err, MLC_ERROR_DATA, NULL, "row %lld", (long long)*(int64_t *)arg);
    }
    return MLC_OK;
}

START_TEST(test_run_hands_the_failure_of_a_block_on)
{
    mlc_context local, *call;
    mlc_error err;
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    mlci_row_sum s;
    double *sums;
    int64_t row = 777;
    ck_assert_int_eq(mlci_row_sum_open(&s, call, N_ROWS, 64, 2, 64, NULL), MLC_OK);
    ck_assert_int_eq(mlci_row_sum_run(&s, 2, refuse_row, &row, &sums, &err), MLC_ERROR_DATA);
    ck_assert_str_eq(err.message, "row 777");
    mlci_row_sum_close(&s);
    mlci_call_end(call);
}
END_TEST

START_TEST(test_block_shrinks_with_the_width_of_rows)
{
    ck_assert_int_eq(mlci_row_sum_block(1), 256);
    ck_assert_int_eq(mlci_row_sum_block(127), 256);
    ck_assert_int_eq(mlci_row_sum_block(500), 64);
    ck_assert_int_eq(mlci_row_sum_block(1000000), 32);
}
END_TEST

START_TEST(test_open_of_impossible_size_fails)
{
    mlc_context local, *call;
    mlci_row_sum s;
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_row_sum_open(&s, call, N_ROWS, 64, INT64_MAX / 2, 64, NULL),
                     MLC_ERROR_NO_MEMORY);
    mlci_call_end(call);
}
END_TEST

MLCI_CHECK_SUITE("row_sum", test_run_counts_each_row_once_whatever_the_threads,
                 test_run_over_no_rows_gives_zero, test_run_hands_the_failure_of_a_block_on,
                 test_block_shrinks_with_the_width_of_rows, test_open_of_impossible_size_fails)
