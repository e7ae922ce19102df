/* Expected: what sorting all keys gives, and the equation that a scale solves. */
#include "tree/row_select.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "check_suite.h"
#include "context_impl.h"
#include "order_key.h"
#include "random.h"

enum { N = 3000 };

static mlc_context *call, local;

static void open_call(void)
{
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
}

static void close_call(void)
{
    mlci_call_end(call);
}

static uint64_t bits(uint32_t stream, int64_t i)
{
    return mlci_random_bits(3, MLCI_RANDOM_TEST, stream, (uint64_t)i);
}

static int descending(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x > y ? -1 : x < y;
}

/* Few distinct keys, many, and doubles. */
static void make_keys(int kind, uint64_t *keys)
{
    for (int64_t i = 0; i < N; i++) {
        const uint64_t random = bits((uint32_t)kind, i);
        keys[i] = kind == 0   ? random % 7
                  : kind == 1 ? random
                              : mlci_key_of_number((double)(random >> 40) * 1e-7 - 0.5);
    }
}

START_TEST(test_kth_key_is_that_of_a_sort)
{
    static uint64_t keys[N], sorted[N], scratch[N];
    open_call();
    for (int kind = 0; kind < 3; kind++) {
        make_keys(kind, keys);
        memcpy(sorted, keys, sizeof keys);
        qsort(sorted, N, sizeof *sorted, descending);
        for (int64_t k = 1; k <= N; k += k < 5 || k > N - 5 ? 1 : 239) {
            uint64_t kth;
            int64_t n_above, expected = 0;
            ck_assert_int_eq(mlci_select_kth(call, keys, N, k, scratch, &kth, &n_above, NULL),
                             MLC_OK);
            ck_assert(kth == sorted[k - 1]);
            for (int64_t i = 0; i < N; i++)
                expected += sorted[i] > kth;
            ck_assert_int_eq(n_above, expected);
        }
    }
    close_call();
}
END_TEST

START_TEST(test_largest_rows_are_the_same_in_any_order)
{
    static uint64_t keys[N], shuffled[N], scratch[2 * N];
    static int64_t index[N];
    static uint8_t chosen[N], again[N];
    open_call();
    make_keys(0, keys);
    for (int64_t i = 0; i < N; i++) {
        index[i] = i * 1237 % N;
        shuffled[i] = keys[index[i]];
    }
    for (int64_t k = 0; k <= N; k += 250) {
        int64_t n = 0, lowest_out[7];
        ck_assert_int_eq(mlci_select_largest(call, keys, NULL, N, k, scratch, chosen, NULL),
                         MLC_OK);
        ck_assert_int_eq(mlci_select_largest(call, shuffled, index, N, k, scratch, again, NULL),
                         MLC_OK);
        for (int v = 0; v < 7; v++)
            lowest_out[v] = N;
        for (int64_t i = 0; i < N; i++) {
            n += chosen[i];
            ck_assert_int_eq(again[i], chosen[index[i]]);
            if (!chosen[i] && i < lowest_out[keys[i]]) lowest_out[keys[i]] = i;
        }
        ck_assert_int_eq(n, k);
        /* Nothing chosen comes after something left out. */
        for (int64_t i = 0; i < N; i++) {
            if (!chosen[i]) continue;
            ck_assert_int_lt(i, lowest_out[keys[i]]);
            for (uint64_t v = keys[i] + 1; v < 7; v++)
                ck_assert_int_eq(lowest_out[v], N);
        }
    }
    close_call();
}
END_TEST

START_TEST(test_rows_of_one_index_are_chosen_as_they_come)
{
    const uint64_t keys[] = {5, 5, 5, 5};
    const int64_t index[] = {-3, 9, -3, -3};
    uint64_t scratch[8];
    uint8_t chosen[4];
    open_call();
    ck_assert_int_eq(mlci_select_largest(call, keys, index, 4, 2, scratch, chosen, NULL), MLC_OK);
    ck_assert(chosen[0] && !chosen[1] && chosen[2] && !chosen[3]);
    close_call();
}
END_TEST

static double expected_rows(const uint32_t *sizes, int64_t n, double scale)
{
    double sum = 0;
    for (int64_t i = 0; i < n; i++)
        sum += fmin(1, (double)sizes[i] / scale);
    return sum;
}

START_TEST(test_scale_makes_the_expected_number_of_rows_the_target)
{
    static uint32_t sizes[N];
    open_call();
    for (int kind = 0; kind < 4; kind++) {
        for (int64_t i = 0; i < N; i++) {
            const double u = (double)(bits(10, i) >> 11) * 0x1p-53;
            sizes[i] = kind == 0   ? 1 + (uint32_t)(u * 1e9)
                       : kind == 1 ? 1 + (uint32_t)(1e9 * pow(u, 40))
                       : kind == 2 ? 77
                                   : (uint32_t)(u * 5); /* a fifth are 0 */
        }
        for (double share = 0.01; share < 0.8; share += 0.07) {
            const double rounding = 1e-9; /* of a sum of 3,000 doubles */
            double scale = 0;
            ck_assert_int_eq(mlci_select_scale(call, sizes, N, share * N, &scale, NULL), MLC_OK);
            ck_assert_double_eq_tol(expected_rows(sizes, N, scale), share * N, rounding * N);
        }
    }
    close_call();
}
END_TEST

START_TEST(test_scale_of_too_few_rows_is_none)
{
    const uint32_t sizes[] = {0, 0, 9, 0}, none[] = {0, 0};
    double scale = 1;
    open_call();
    ck_assert_int_eq(mlci_select_scale(call, sizes, 4, 2.5, &scale, NULL), MLC_OK);
    ck_assert_double_eq(scale, 0);
    ck_assert_int_eq(mlci_select_scale(call, none, 2, 1, &scale, NULL), MLC_OK);
    ck_assert_double_eq(scale, 0);
    close_call();
}
END_TEST

MLCI_CHECK_SUITE("row_select", test_kth_key_is_that_of_a_sort,
                 test_largest_rows_are_the_same_in_any_order,
                 test_rows_of_one_index_are_chosen_as_they_come,
                 test_scale_makes_the_expected_number_of_rows_the_target,
                 test_scale_of_too_few_rows_is_none)
