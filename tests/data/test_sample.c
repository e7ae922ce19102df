#include "sample.h"

#include "check_suite.h"
#include "param.h"
#include "random.h"

static uint64_t few_values(const void *arg, int64_t row)
{
    return mlci_random_below(3, MLCI_RANDOM_TEST, 0, (uint64_t)row, *(const uint64_t *)arg);
}

/* By definition: row i is taken when fewer than n pairs (key, row) are below its own. */
static void assert_smallest(const uint64_t *keys, int64_t n_rows, int64_t n, const int64_t *rows)
{
    int64_t m = 0;
    for (int64_t i = 0; i < n_rows; i++) {
        int64_t below = 0;
        for (int64_t j = 0; j < n_rows; j++)
            below += keys[j] < keys[i] || (keys[j] == keys[i] && j < i);
        if (below < n) ck_assert_int_eq(rows[m++], i);
    }
    ck_assert_int_eq(m, n);
}

START_TEST(test_smallest_keys_are_taken_with_ties_to_the_first_row)
{
    static const uint64_t n_values[] = {1, 3, 1000, UINT64_MAX};
    mlc_context local, *call = NULL;
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    for (int v = 0; v < 4; v++) {
        for (int64_t n = 0; n <= 700; n += 35) {
            uint64_t keys[700];
            int64_t *rows = NULL;
            ck_assert_int_eq(mlci_sample_keys(call, 700, few_values, &n_values[v], keys, NULL),
                             MLC_OK);
            ck_assert_int_eq(mlci_sample_smallest(call, keys, 700, n, &rows, NULL), MLC_OK);
            assert_smallest(keys, 700, n, rows);
            mlci_free(rows);
        }
    }
    mlci_call_end(call);
}
END_TEST

/* None below any bound. */
static uint64_t high_values(const void *arg, int64_t row)
{
    return UINT64_MAX - few_values(arg, row);
}

START_TEST(test_few_of_many_are_the_smallest_keys_in_order)
{
    static const uint64_t n_values[] = {1, 3, 1000, UINT64_MAX};
    static const mlci_sample_key_fn functions[] = {few_values, high_values};
    enum { N_ROWS = 40000 };
    mlc_context local, *call = NULL;
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    for (int v = 0; v < 8; v++) {
        const mlci_sample_key_fn key = functions[v / 4];
        uint64_t *const keys = mlci_alloc_raw(call->root, N_ROWS, (int64_t)sizeof *keys);
        ck_assert_int_eq(mlci_sample_keys(call, N_ROWS, key, &n_values[v % 4], keys, NULL), MLC_OK);
        for (int64_t n = 0; n <= N_ROWS; n = 7 * n + 3) {
            mlci_order_key *few = NULL;
            int64_t *rows = NULL;
            ck_assert_int_eq(mlci_sample_few(call, N_ROWS, n, key, &n_values[v % 4], &few, NULL),
                             MLC_OK);
            ck_assert_int_eq(mlci_sample_smallest(call, keys, N_ROWS, n, &rows, NULL), MLC_OK);
            for (int64_t i = 0; i < n; i++) {
                ck_assert(few[i].key == keys[few[i].row]);
                ck_assert(i == 0 || few[i - 1].key < few[i].key ||
                          (few[i - 1].key == few[i].key && few[i - 1].row < few[i].row));
            }
            mlci_order_key *const sorted = few;
            for (int64_t i = 0; i < n; i++)
                sorted[i].key = (uint64_t)sorted[i].row;
            ck_assert_int_eq(mlci_order_sort(call, sorted, sorted + n, n, NULL), MLC_OK);
            for (int64_t i = 0; i < n; i++)
                ck_assert_int_eq(sorted[i].row, rows[i]);
            mlci_free(rows);
            mlci_free(few);
        }
        mlci_free(keys);
    }
    mlci_call_end(call);
}
END_TEST

START_TEST(test_sizes_are_numbers_or_shares)
{
    int64_t n = -1;
    mlc_error err;
    ck_assert_int_eq(mlci_sample_size(MLCI_NONE_INTEGER, MLCI_NONE_REAL, 5, 0, &n, NULL), MLC_OK);
    ck_assert_int_eq(n, 1);
    ck_assert_int_eq(mlci_sample_size(MLCI_NONE_INTEGER, 0.5, 5, 0, &n, NULL), MLC_OK);
    ck_assert_int_eq(n, 3);
    ck_assert_int_eq(mlci_sample_size(7, MLCI_NONE_REAL, 5, 1, &n, NULL), MLC_OK);
    ck_assert_int_eq(n, 7);
    ck_assert_int_eq(mlci_sample_size(7, MLCI_NONE_REAL, 5, 0, &n, &err), MLC_ERROR_DATA);
    ck_assert_str_eq(err.message, "7 rows are wanted of 5: take fewer");
    ck_assert_int_eq(mlci_sample_size(1, MLCI_NONE_REAL, 0, 1, &n, NULL), MLC_ERROR_DATA);
    ck_assert_int_eq(mlci_sample_size(MLCI_NONE_INTEGER, 1e300, 5, 1, &n, NULL), MLC_ERROR_SETTING);
    ck_assert_int_eq(mlci_sample_check(1, 0.5, &err), MLC_ERROR_SETTING);
    ck_assert_str_eq(err.message, "n and share are both given: give one");
}
END_TEST

MLCI_CHECK_SUITE("sample", test_few_of_many_are_the_smallest_keys_in_order,
                 test_smallest_keys_are_taken_with_ties_to_the_first_row,
                 test_sizes_are_numbers_or_shares)
