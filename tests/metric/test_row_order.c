/* Expected values: the order of doubles, and a comparison of neighbours. */
#include "row_order.h"

#include <math.h>

#include "check_main.h"
#include "random.h"

START_TEST(test_row_key_orders_as_the_values_do)
{
    const double ascending[] = {-INFINITY, -1e300, -2, -1, -5e-324, 0, 5e-324, 0.5, 1, 1e300,
                                INFINITY, NAN};
    for (int32_t i = 0; i + 1 < 12; i++) {
        ck_assert(mlci_row_key_of(ascending[i]) < mlci_row_key_of(ascending[i + 1]));
    }
    ck_assert(mlci_row_key_of(-0.0) == mlci_row_key_of(0.0));
    ck_assert(mlci_row_key_of(-NAN) == mlci_row_key_of(NAN));
}
END_TEST

/* n values, one of so many, by position. */
static void check_sort(int64_t n, uint64_t n_values)
{
    mlci_row_key *keys = calloc((size_t)n + 1, sizeof *keys);
    mlci_row_key *spare = calloc((size_t)n + 1, sizeof *spare);
    double *value = calloc((size_t)n + 1, sizeof *value);
    for (int64_t i = 0; i < n; i++) {
        const uint64_t draw = mlci_random_below(1, MLCI_RANDOM_TEST, 0, (uint64_t)i, n_values);
        value[i] = ((double)draw - (double)(n_values / 2)) * 0.37;
        keys[i] = (mlci_row_key){.key = mlci_row_key_of(value[i]), .row = i};
    }
    mlci_row_keys_sort(keys, spare, n);
    int64_t rows = 0;
    for (int64_t i = 0; i < n; i++) rows += keys[i].row;
    ck_assert_int_eq(rows, n * (n - 1) / 2);
    for (int64_t i = 0; i + 1 < n; i++) {
        const double a = value[keys[i].row];
        const double b = value[keys[i + 1].row];
        ck_assert(a < b || (a == b && keys[i].row < keys[i + 1].row));
    }
    free(keys);
    free(spare);
    free(value);
}

START_TEST(test_row_keys_sort_is_ascending_and_stable)
{
    check_sort(0, 5);
    check_sort(1, 5);
    check_sort(2, 5);
    check_sort(1000, 1);
    check_sort(1000, 7);
    check_sort(1001, UINT64_C(1) << 40);
}
END_TEST

START_TEST(test_row_keys_sort_orders_by_every_byte)
{
    mlci_row_key keys[8];
    mlci_row_key spare[8];
    for (int32_t i = 0; i < 8; i++) {
        keys[i] = (mlci_row_key){.key = UINT64_C(1) << (8 * (7 - i)), .row = i};
    }
    mlci_row_keys_sort(keys, spare, 8);
    for (int32_t i = 0; i < 8; i++) ck_assert_int_eq(keys[i].row, 7 - i);
    mlci_row_key three[] = {{2, 0}, {1, 1}, {0, 2}}; /* one pass: the result is in spare first */
    mlci_row_keys_sort(three, spare, 3);
    for (int32_t i = 0; i < 3; i++) ck_assert_int_eq(three[i].row, 2 - i);
}
END_TEST

MLCI_CHECK_MAIN("row_order", test_row_key_orders_as_the_values_do,
                test_row_keys_sort_is_ascending_and_stable,
                test_row_keys_sort_orders_by_every_byte)
