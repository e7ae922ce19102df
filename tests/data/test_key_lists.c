/* Rows by group, for few groups and for many. */
#include <string.h>

#include "check_main.h"
#include "row_keys.h"

enum { N = 200000 };
static int64_t number[N];

/* Rows of a group are neighbours, ascending; all rows that have one are there. */
static void check_lists(int64_t n, int64_t n_groups, int64_t n_listed, int32_t n_threads)
{
    mlc_context local, *call = NULL;
    int64_t *starts = NULL, *rows = NULL;
    const mlci_key_groups groups = {.n_rows = n, .n_groups = n_groups, .number = number};
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    call->n_threads = n_threads;
    ck_assert_int_eq(mlci_key_groups_list(call, &groups, &starts, &rows, NULL), MLC_OK);
    ck_assert_int_eq(starts[0], 0);
    ck_assert_int_eq(starts[n_groups], n_listed);
    for (int64_t g = 0; g < n_groups; g++) {
        for (int64_t k = starts[g]; k < starts[g + 1]; k++) {
            ck_assert_int_eq(number[rows[k]], g);
            if (k > starts[g]) ck_assert_int_lt(rows[k - 1], rows[k]);
        }
    }
    mlci_free(starts);
    mlci_free(rows);
    mlci_call_end(call);
}

START_TEST(test_lists_have_the_rows_of_each_group_in_order)
{
    for (int32_t threads = 1; threads <= 3; threads += 2) {
        const int64_t few[] = {0, 1, -1, 0, 1, 0};
        memcpy(number, few, sizeof few);
        check_lists(6, 8, 5, threads);
        for (int64_t i = 0; i < N; i++)
            number[i] = i * 7 % 17;
        check_lists(N, 17, N, threads);
        for (int64_t i = 0; i < N; i++)
            number[i] = i * 7919 % 50021 - 1;
        check_lists(N, 50020, N - 4, threads);
        check_lists(0, 0, 0, threads);
    }
}
END_TEST

MLCI_CHECK_MAIN("key_lists", test_lists_have_the_rows_of_each_group_in_order)
