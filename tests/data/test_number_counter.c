/* Counting numbers in any order, against a table that is as long as the numbers are large. */
#include "check_suite.h"

#include <string.h>

#include "number_counter.h"

enum { N = 300000, N_VALUES = 150000, CHUNK = 1000 };

static uint64_t keys[N];
static int64_t expected[N_VALUES];

static void assert_counted(int64_t limit, int64_t n)
{
    mlc_context local, *call = NULL;
    mlci_number_counter counter;
    mlci_number_counts counts;
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_number_counter_open(&counter, NULL, limit, 1, n, NULL), MLC_OK);
    for (int64_t i = 0; i < n; i += CHUNK)
        ck_assert_int_eq(mlci_number_counter_add(&counter, keys + i, CHUNK, NULL), MLC_OK);
    ck_assert_int_eq(mlci_number_counter_finish(call, &counter, &counts, NULL), MLC_OK);
    mlci_call_end(call);
    int64_t k = 0, total = 0;
    for (int64_t value = 0; value < N_VALUES; value++) {
        if (expected[value] == 0) continue;
        total += expected[value];
        ck_assert_int_eq(mlci_order_integer(counts.cells[k]), value);
        ck_assert_int_eq(mlci_number_count(&counts, k), expected[value]);
        ck_assert_int_eq(counts.ends[k++], total);
    }
    ck_assert_int_eq(counts.n, k);
    ck_assert_int_eq(total, n);
    ck_assert_int_eq(mlci_number_total(&counts), n);
    mlci_number_counts_clear(&counts);
}

/* Values below `n_values`, each multiplied by a number that has no divisor in common with it. */
static void fill(int64_t n, int64_t n_values)
{
    memset(expected, 0, sizeof expected);
    for (int64_t i = 0; i < n; i++) {
        const int64_t value = i * 7919 % n_values;
        keys[i] = mlci_order_of_integer(value);
        expected[value]++;
    }
}

START_TEST(test_number_counter_of_few_values_counts_them_in_the_table)
{
    fill(N, 1000);
    assert_counted(MLCI_COUNT_UNLIMITED, N);
    assert_counted(1000, N);
}
END_TEST

START_TEST(test_number_counter_of_many_values_adds_the_table_to_what_was_sorted)
{
    fill(N, N_VALUES); /* each of the first 65,536 is in the table, and again among the sorted */
    assert_counted(MLCI_COUNT_UNLIMITED, N);
    assert_counted(N_VALUES, N);
    fill(N_VALUES, N_VALUES); /* every cell has a place of its own: none is free in front */
    assert_counted(MLCI_COUNT_UNLIMITED, N_VALUES);
}
END_TEST

START_TEST(test_number_counter_when_the_last_value_is_the_first_past_the_table_counts_it)
{
    fill(66000, 65537);
    assert_counted(MLCI_COUNT_UNLIMITED, 66000);
}
END_TEST

START_TEST(test_number_counter_when_closed_halfway_leaves_nothing)
{
    mlci_number_counter counter;
    fill(N, N_VALUES);
    ck_assert_int_eq(mlci_number_counter_open(&counter, NULL, 1000000, 1, N, NULL), MLC_OK);
    ck_assert_int_eq(mlci_number_counter_add(&counter, keys, N, NULL), MLC_OK);
    ck_assert_ptr_nonnull(counter.keys);
    mlci_number_counter_close(&counter);
    ck_assert_ptr_null(counter.keys);
    ck_assert_ptr_null(counter.slots);
}
END_TEST

MLCI_CHECK_SUITE("number_counter", test_number_counter_of_few_values_counts_them_in_the_table,
                 test_number_counter_of_many_values_adds_the_table_to_what_was_sorted,
                 test_number_counter_when_the_last_value_is_the_first_past_the_table_counts_it,
                 test_number_counter_when_closed_halfway_leaves_nothing)
