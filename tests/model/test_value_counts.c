#include "tree/value_counts.h"

#include "boosting.h"
#include "order_key.h"

START_TEST(test_value_counts_are_those_of_each_value_in_any_order)
{
    mlci_value_counts *const c = malloc(sizeof *c);
    uint64_t keys[MLCI_MOST_COUNTED];
    int64_t weights[MLCI_MOST_COUNTED], expected[MLCI_MOST_COUNTED] = {0};
    mlci_value_counts_clear(c);
    for (int64_t i = 0; i < 20000; i++) {
        const int64_t value = (int64_t)(MLCI_MOST_COUNTED * test_unit(0, i));
        expected[value] += i;
        ck_assert(mlci_value_counts_add(c, mlci_key_of_number((double)value * 0.25), i,
                                        MLCI_MOST_COUNTED));
    }
    const int64_t n = mlci_value_counts_list(c, keys, weights);
    ck_assert_int_eq(n, c->n);
    for (int64_t k = 0; k < n; k++) {
        const int64_t value = (int64_t)(mlci_number_of_key(keys[k]) / 0.25);
        ck_assert_int_eq(weights[k], expected[value]);
        expected[value] = 0;
    }
    for (int64_t value = 0; value < MLCI_MOST_COUNTED; value++)
        ck_assert_int_eq(expected[value], 0);
    free(c);
}
END_TEST

START_TEST(test_value_counts_take_no_value_too_many)
{
    mlci_value_counts *const c = malloc(sizeof *c);
    mlci_value_counts_clear(c);
    for (int i = 0; i < 10; i++)
        ck_assert(mlci_value_counts_add(c, mlci_key_of_number(i), 1, 10));
    ck_assert(!mlci_value_counts_add(c, mlci_key_of_number(10), 1, 10));
    ck_assert(mlci_value_counts_add(c, mlci_key_of_number(9), 1, 10));
    ck_assert_int_eq(c->n, 10);
    free(c);
}
END_TEST

MLCI_CHECK_SUITE("value_counts", test_value_counts_are_those_of_each_value_in_any_order,
                 test_value_counts_take_no_value_too_many)
