#include "kernel_cases.h"

START_TEST(test_kernels_of_each_known_set_then_table_complete)
{
    for (int t = 0; t < case_n_tables; t++) {
        const void *slots[sizeof(mlci_kernels) / sizeof(void *)];
        memcpy(slots, case_tables[t], sizeof slots);
        for (size_t i = 1; i < sizeof slots / sizeof slots[0]; i++)
            ck_assert_ptr_nonnull(slots[i]);
    }
    ck_assert_int_eq(mlci_kernels_of(MLCI_ISA_REFERENCE)->isa, MLCI_ISA_REFERENCE);
}
END_TEST

START_TEST(test_moments_merge_of_two_parts_then_moments_of_the_whole)
{
    /* 1 2 3 4 and 10 20: mean 40 / 6, squares 530 - 1600 / 6. */
    const double first[] = {1, 2, 3, 4}, second[] = {10, 20};
    mlci_moments a, b, all;
    mlci_moments_clear(&all);
    case_tables[0]->moments(&(mlci_row_block){first, 4, 1, 1}, NULL, &a);
    case_tables[0]->moments(&(mlci_row_block){second, 2, 1, 1}, NULL, &b);
    mlci_moments_merge(&all, &a);
    mlci_moments_merge(&all, &b);
    ck_assert_int_eq(all.n_values, 6);
    ck_assert(case_same(all.weight, 6.0));
    ck_assert_double_eq_tol(all.mean, 40.0 / 6.0, 1e-15 * 10);
    ck_assert_double_eq_tol(all.m2, 530.0 - 1600.0 / 6.0, 1e-12);
    ck_assert(case_same(all.min, 1.0));
    ck_assert(case_same(all.max, 20.0));
}
END_TEST

START_TEST(test_moments_merge_of_nothing_then_unchanged)
{
    const double values[] = {3, 5};
    mlci_moments a, none, before;
    mlci_moments_clear(&none);
    case_tables[0]->moments(&(mlci_row_block){values, 2, 1, 1}, NULL, &a);
    before = a;
    mlci_moments_merge(&a, &none);
    ck_assert_int_eq(memcmp(&a, &before, sizeof a), 0);
    mlci_moments_merge(&none, &a);
    ck_assert_int_eq(memcmp(&none, &before, sizeof a), 0);
}
END_TEST

START_TEST(test_centres_packed_size_then_whole_panels)
{
    ck_assert_int_eq(mlci_centres_packed_size(0, 5), 0);
    ck_assert_int_eq(mlci_centres_packed_size(1, 5), 16 * 5);
    ck_assert_int_eq(mlci_centres_packed_size(16, 5), 16 * 5);
    ck_assert_int_eq(mlci_centres_packed_size(17, 5), 32 * 5);
}
END_TEST

MLCI_CHECK_SUITE_BY(case_add, "kernels", test_kernels_of_each_known_set_then_table_complete,
                    test_moments_merge_of_two_parts_then_moments_of_the_whole,
                    test_moments_merge_of_nothing_then_unchanged,
                    test_centres_packed_size_then_whole_panels)
