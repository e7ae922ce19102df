/* Numbers of distinct values by sketch: within four standard errors of what was put in. */
#include "check_suite.h"

#include <math.h>
#include <string.h>

#include "distinct_sketch.h"

#define FOUR_ERRORS (4 * 1.04 / 64)

START_TEST(test_count_is_near_for_few_and_many)
{
    for (int64_t n = 1; n <= 3000000; n = 7 * n + 3) {
        mlci_distinct_sketch sketch = {{0}};
        for (int64_t i = 0; i < n; i++)
            mlci_sketch_add(&sketch, mlci_hash_bits((uint64_t)i + 1));
        ck_assert_double_le(fabs((double)mlci_sketch_count(&sketch) / (double)n - 1), FOUR_ERRORS);
    }
}
END_TEST

START_TEST(test_count_of_nothing_is_zero_and_of_any_bytes_is_defined)
{
    mlci_distinct_sketch sketch = {{0}};
    ck_assert_int_eq(mlci_sketch_count(&sketch), 0);
    memset(sketch.registers, MLCI_SKETCH_MAX, sizeof sketch.registers);
    ck_assert_int_eq(mlci_sketch_count(&sketch), INT64_MAX);
}
END_TEST

START_TEST(test_merge_is_the_sketch_of_all)
{
    mlci_distinct_sketch a = {{0}}, b = {{0}}, all = {{0}};
    for (uint64_t i = 0; i < 20000; i++) {
        mlci_sketch_add(&all, mlci_hash_bits(i));
        if (i < 12000) mlci_sketch_add(&a, mlci_hash_bits(i));
        if (i >= 8000) mlci_sketch_add(&b, mlci_hash_bits(i));
    }
    mlci_sketch_merge(&a, &b);
    ck_assert_mem_eq(a.registers, all.registers, sizeof a.registers);
}
END_TEST

MLCI_CHECK_SUITE("distinct_sketch", test_count_is_near_for_few_and_many,
                 test_count_of_nothing_is_zero_and_of_any_bytes_is_defined,
                 test_merge_is_the_sketch_of_all)
