/* Rows of a kernel matrix that come and go. */
#include "svm_case.h"

#include "svm/svm_rows.h"
#include "torture.h"

enum { N = 300, P = 3 };

static double x[N * P];
static const mlci_svm_kernel rbf = {.type = MLCI_SVM_RBF, .gamma = 0.4};

static void open_rows(mlci_svm_rows *rows, mlc_context *local, int64_t cache_rows)
{
    mlc_context *call;
    mlc_error err;
    for (int64_t i = 0; i < N * P; i++)
        x[i] = svm_number(i);
    ck_assert_int_eq(mlci_call_begin(NULL, local, MLCI_FIT, &call, &err), MLC_OK);
    ck_assert_int_eq(mlci_svm_rows_open(rows, call, &rbf, x, N, P,
                                        cache_rows * N * (int64_t)sizeof(double), 4, &err),
                     MLC_OK);
}

static void check_row(const mlci_svm_rows *rows, int64_t row)
{
    ck_assert_int_ge(rows->slot_of[row], 0);
    for (int64_t j = 0; j < N; j++) {
        const double slow = svm_slow_kernel(&rbf, P, x + row * P, x + j * P);
        ck_assert_double_eq_tol(mlci_svm_row(rows, row)[j], slow, 1e-15);
    }
}

START_TEST(test_wanted_rows_are_those_of_the_kernel_however_small_the_cache)
{
    static const int64_t sizes[] = {0, 5, 1000};
    for (int s = 0; s < 3; s++) {
        mlci_svm_rows rows;
        mlc_context local;
        open_rows(&rows, &local, sizes[s]);
        ck_assert_int_eq(rows.capacity, sizes[s] == 0 ? 4 : sizes[s] < N ? sizes[s] : N);
        for (int64_t round = 0; round < 40; round++) {
            const int64_t wanted[4] = {round % 7, 20 + round, (41 * round) % 150 + 100,
                                       299 - round % 3};
            ck_assert_int_eq(mlci_svm_rows_want(&rows, wanted, 4, NULL), MLC_OK);
            for (int64_t i = 0; i < 4; i++)
                check_row(&rows, wanted[i]);
        }
        mlci_svm_rows_close(&rows);
        mlci_call_end(&local);
    }
}
END_TEST

START_TEST(test_row_wanted_longest_ago_leaves_first)
{
    mlci_svm_rows rows;
    mlc_context local;
    open_rows(&rows, &local, 4);
    const int64_t first[] = {0, 1}, second[] = {2, 3}, again[] = {0}, third[] = {4};
    ck_assert_int_eq(mlci_svm_rows_want(&rows, first, 2, NULL), MLC_OK);
    ck_assert_int_eq(mlci_svm_rows_want(&rows, second, 2, NULL), MLC_OK);
    ck_assert_int_eq(mlci_svm_rows_want(&rows, again, 1, NULL), MLC_OK);
    ck_assert_int_eq(mlci_svm_rows_want(&rows, third, 1, NULL), MLC_OK);
    ck_assert_int_eq(rows.slot_of[1], -1); /* 0 was wanted later, 2 and 3 too */
    ck_assert(rows.slot_of[0] >= 0 && rows.slot_of[2] >= 0 && rows.slot_of[4] >= 0);
    mlci_svm_rows_close(&rows);
    mlci_call_end(&local);
}
END_TEST

START_TEST(test_values_that_are_not_finite_are_refused)
{
    mlci_svm_rows rows;
    mlc_context local, *call;
    mlc_error err;
    const double huge[] = {1e200, -1e200, 1};
    const mlci_svm_kernel linear = {.type = MLCI_SVM_LINEAR};
    const int64_t wanted[] = {0};
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, &err), MLC_OK);
    ck_assert_int_eq(mlci_svm_rows_open(&rows, call, &linear, huge, 3, 1, 1000, 2, &err), MLC_OK);
    ck_assert_int_eq(mlci_svm_rows_want(&rows, wanted, 1, &err), MLC_ERROR_NUMERIC);
    ck_assert_ptr_nonnull(strstr(err.message, "scale them first"));
    mlci_svm_rows_close(&rows);
    mlci_call_end(&local);
}
END_TEST

static mlc_status open_and_want(mlc_context *ctx, void *arg, mlc_error *err)
{
    mlci_svm_rows rows = {0};
    mlc_context local, *call;
    const int64_t wanted[] = {3, 5};
    mlc_status status = mlci_call_begin(ctx, &local, MLCI_FIT, &call, err);
    if (status != MLC_OK) return status;
    call->n_threads = 1;
    status = mlci_svm_rows_open(&rows, call, &rbf, x, N, P, 10000, 4, err);
    if (status == MLC_OK) {
        status = mlci_svm_rows_want(&rows, wanted, 2, err);
        mlci_svm_rows_close(&rows);
    }
    mlci_call_end(call);
    return status;
}

MLCI_TORTURE_TEST(test_rows_when_memory_fails_leak_nothing, open_and_want, NULL)

MLCI_CHECK_SUITE("svm_rows", test_wanted_rows_are_those_of_the_kernel_however_small_the_cache,
                 test_row_wanted_longest_ago_leaves_first,
                 test_values_that_are_not_finite_are_refused,
                 test_rows_when_memory_fails_leak_nothing)
