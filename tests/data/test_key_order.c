/* Groups as they appear, for few and for many of them. */
#include "key_order.h"

#include "check_suite.h"

enum { N = 150000 };
static uint32_t number[N];
static int64_t order[N], firsts[N];

/* Against first rows in their order, found one by one. */
static void check_order(int64_t n, int64_t n_numbers, int32_t n_threads)
{
    static uint8_t is_seen[N];
    mlc_context local, *call = NULL;
    mlci_key_lists lists;
    const mlci_key_numbers numbers = {.n_rows = n, .n_numbers = n_numbers, .number = number};
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    call->n_threads = n_threads;
    ck_assert_int_eq(mlci_key_lists_open(call, &numbers, &lists, NULL), MLC_OK);
    ck_assert_int_eq(mlci_key_order(call, &lists, order, firsts, NULL), MLC_OK);
    for (int64_t i = 0; i < n_numbers; i++)
        is_seen[i] = 0;
    int64_t k = 0, n_wrong = 0;
    for (int64_t i = 0; i < n; i++) {
        if (is_seen[number[i]]) continue;
        is_seen[number[i]] = 1;
        n_wrong += firsts[k] != i;
        n_wrong += number[mlci_key_lists_first(&lists, order[k])] != number[i];
        k++;
    }
    ck_assert_int_eq(k, lists.n_groups);
    ck_assert_int_eq(n_wrong, 0);
    mlci_key_lists_close(&lists);
    mlci_call_end(call);
}

START_TEST(test_groups_are_in_the_order_of_their_first_rows)
{
    for (int32_t threads = 1; threads <= 3; threads += 2) {
        for (int64_t i = 0; i < N; i++)
            number[i] = (uint32_t)(i * 48271 % 99991);
        check_order(N, 99991, threads);
        check_order(64, 99991, threads);
        check_order(0, 0, threads);
        for (int64_t i = 0; i < N; i++)
            number[i] = (uint32_t)((i * i + 5) % 19);
        check_order(N, 19, threads);
    }
}
END_TEST

MLCI_CHECK_SUITE("key_order", test_groups_are_in_the_order_of_their_first_rows)
