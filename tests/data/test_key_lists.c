/* Rows by group, for few numbers and for many, whichever of them occur. */
#include "key_lists.h"

#include <string.h>

#include "check_suite.h"

enum { N = 200000 };
static uint32_t number[N];
static int64_t firsts[N];

/* Rows of a group are neighbours, ascending; groups ascend by number; each row is there. */
static void check_lists(int64_t n, int64_t n_numbers, int64_t n_groups, int32_t n_threads)
{
    mlc_context local, *call = NULL;
    mlci_key_lists lists;
    const mlci_key_numbers numbers = {.n_rows = n, .n_numbers = n_numbers, .number = number};
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    call->n_threads = n_threads;
    ck_assert_int_eq(mlci_key_lists_open(call, &numbers, &lists, NULL), MLC_OK);
    for (int64_t g = 0; g < lists.n_groups; g++)
        firsts[g] = mlci_key_lists_first(&lists, g);
    ck_assert_int_eq(mlci_key_lists_rows(call, &lists, NULL), MLC_OK);
    ck_assert_int_eq(lists.n_groups, n_groups);
    ck_assert_int_eq(n_groups > 0 ? lists.starts[0] : 0, 0);
    ck_assert_int_eq(lists.starts[n_groups], n);
    int64_t n_wrong = 0; /* an assertion a row would take seconds */
    for (int64_t g = 0; g < n_groups; g++) {
        const uint32_t own = number[lists.rows[lists.starts[g]]];
        n_wrong += lists.starts[g] >= lists.starts[g + 1];
        n_wrong += lists.rows[lists.starts[g]] != firsts[g];
        for (int64_t k = lists.starts[g]; k < lists.starts[g + 1]; k++) {
            n_wrong += number[lists.rows[k]] != own;
            n_wrong += k > lists.starts[g] && lists.rows[k - 1] >= lists.rows[k];
        }
        n_wrong += g > 0 && number[lists.rows[lists.starts[g] - 1]] >= own;
    }
    ck_assert_int_eq(n_wrong, 0);
    mlci_key_lists_close(&lists);
    mlci_call_end(call);
}

START_TEST(test_lists_have_the_rows_of_each_group_in_order)
{
    for (int32_t threads = 1; threads <= 3; threads += 2) {
        const uint32_t few[] = {0, 1, 3, 0, 1, 0};
        memcpy(number, few, sizeof few);
        check_lists(6, 8, 3, threads);
        for (int64_t i = 0; i < N; i++)
            number[i] = (uint32_t)(i * 7 % 17);
        check_lists(N, 17, 17, threads);
        check_lists(N, 100000, 17, threads);
        for (int64_t i = 0; i < N; i++)
            number[i] = (uint32_t)(i * 7919 % 50021);
        check_lists(N, 50021, 50021, threads);
        check_lists(1000, 50021, 1000, threads);
        for (int64_t i = 0; i < N; i++)
            number[i] *= 15;
        check_lists(N, 4 * N, 50021, threads);
        check_lists(0, 0, 0, threads);
    }
}
END_TEST

MLCI_CHECK_SUITE("key_lists", test_lists_have_the_rows_of_each_group_in_order)
