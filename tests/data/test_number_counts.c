/* Counts of numbers: exact up to the limit, the finest cells beyond, merged as if counted at once.
 */
#include "check_suite.h"

#include <math.h>
#include <string.h>

#include "number_counter.h"
#include "order.h"

static mlci_number_counts count(int64_t limit, const uint64_t *keys, int64_t n)
{
    mlc_context local, *call = NULL;
    mlci_number_counter counter;
    mlci_number_counts counts;
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_number_counter_open(&counter, NULL, limit, 1, n, NULL), MLC_OK);
    ck_assert_int_eq(mlci_number_counter_add(&counter, keys, n, NULL), MLC_OK);
    ck_assert_int_eq(mlci_number_counter_finish(call, &counter, &counts, NULL), MLC_OK);
    mlci_call_end(call);
    return counts;
}

static void assert_equal(const mlci_number_counts *a, const mlci_number_counts *b)
{
    ck_assert_int_eq(a->shift, b->shift);
    ck_assert_int_eq(a->n, b->n);
    ck_assert_mem_eq(a->cells, b->cells, (size_t)a->n * sizeof *a->cells);
    ck_assert_mem_eq(a->ends, b->ends, (size_t)a->n * sizeof *a->ends);
    ck_assert_int_eq(a->beyond == NULL, b->beyond == NULL);
    if (a->beyond != NULL) ck_assert_mem_eq(a->beyond, b->beyond, sizeof *a->beyond);
}

START_TEST(test_counts_of_few_values_are_their_own)
{
    uint64_t keys[600];
    for (int i = 0; i < 600; i++)
        keys[i] = mlci_order_of_integer(i % 6 - 3);
    mlci_number_counts c = count(16, keys, 600);
    ck_assert_int_eq(c.n, 6);
    ck_assert_int_eq(c.shift, 0);
    for (int i = 0; i < 6; i++) {
        ck_assert_int_eq(mlci_number_count(&c, i), 100);
        ck_assert_double_eq(mlci_number_value(&c, c.cells[i]), i - 3);
    }
    mlci_number_counts_clear(&c);
}
END_TEST

START_TEST(test_counts_beyond_the_limit_have_the_least_shift)
{
    uint64_t keys[1000];
    for (int i = 0; i < 1000; i++)
        keys[i] = mlci_order_of_integer(1024 + i); /* 1000 values: 125 of 8, 63 of 16 */
    mlci_number_counts c = count(100, keys, 1000);
    ck_assert_int_eq(c.shift, 4);
    ck_assert_int_eq(c.n, 63);
    ck_assert_int_eq(mlci_number_count(&c, 0), 16);
    ck_assert_int_eq(mlci_order_integer(mlci_number_cell_low(&c, 0)), 1024);
    ck_assert_int_eq(mlci_order_integer(mlci_number_cell_high(&c, c.n - 1)), 2023); /* kept */
    ck_assert_double_eq(mlci_long_mean(&c.beyond->sum, 1000), 1024 + 499.5);
    mlci_number_counts_clear(&c);
}
END_TEST

START_TEST(test_counts_merged_are_those_of_all)
{
    static uint64_t keys[200000];
    for (uint64_t i = 0; i < 200000; i++)
        keys[i] = i % 5 == 0 ? mlci_order_of_integer(7) : mlci_hash_bits(i * i) >> (i % 40);
    const int64_t limits[] = {2, 16, 5000, 100000, MLCI_COUNT_UNLIMITED};
    for (int k = 0; k < 5; k++) {
        const int64_t cut = 31 + 49000 * k;
        mlci_number_counts all = count(limits[k], keys, 200000);
        mlci_number_counts a = count(limits[k], keys, cut);
        mlci_number_counts b = count(limits[k], keys + cut, 200000 - cut), merged;
        ck_assert_int_eq(mlci_number_counts_merge(NULL, &b, &a, &merged, NULL), MLC_OK);
        assert_equal(&merged, &all);
        mlci_number_counts small = count(16, keys, 200000);
        if (limits[k] > 16) {
            ck_assert_int_eq(mlci_number_counts_limit(&merged, 16, NULL), MLC_OK);
            assert_equal(&merged, &small);
        }
        mlci_number_counts_clear(&small);
        mlci_number_counts_clear(&merged);
        mlci_number_counts_clear(&b);
        mlci_number_counts_clear(&a);
        mlci_number_counts_clear(&all);
    }
}
END_TEST

START_TEST(test_counts_of_nothing_merge_with_anything)
{
    const uint64_t keys[] = {5, 4, 5};
    mlci_number_counts none = count(16, keys, 0), some = count(16, keys, 3), merged;
    ck_assert_int_eq(none.n, 0);
    ck_assert_int_eq(mlci_number_counts_merge(NULL, &none, &some, &merged, NULL), MLC_OK);
    assert_equal(&merged, &some);
    mlci_number_counts_clear(&merged);
    mlci_number_counts_clear(&some);
    mlci_number_counts_clear(&none);
}
END_TEST

MLCI_CHECK_SUITE("number_counts", test_counts_of_few_values_are_their_own,
                 test_counts_beyond_the_limit_have_the_least_shift,
                 test_counts_merged_are_those_of_all, test_counts_of_nothing_merge_with_anything)
