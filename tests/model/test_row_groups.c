#include "tree/row_groups.h"

#include "boosting.h"

START_TEST(test_groups_lie_by_key_and_within_by_index)
{
    /* Rows 2 .. 8 of some; the index turns their order round. */
    const uint64_t key[] = {5, 1, 5, 9, 1, 5, 0};
    const int64_t index[] = {0, 0, 70, 60, 50, 40, 30, 20, 10};
    const uint32_t expected[] = {8, 6, 3, 7, 4, 2, 5};
    const int64_t first[] = {0, 1, 3, 6, 7};
    mlci_row_groups *g = NULL;
    ck_assert_int_eq(mlci_row_groups_create(NULL, 2, 9, key, index, &g, NULL), MLC_OK);
    ck_assert_int_eq(g->n, 4);
    ck_assert_int_eq(g->n_rows, 7);
    ck_assert_int_eq(g->most_rows, 3);
    ck_assert_mem_eq(g->rows, expected, sizeof expected);
    ck_assert_mem_eq(g->first, first, sizeof first);
    mlci_row_groups_free(g);
    ck_assert_int_eq(mlci_row_groups_create(NULL, 2, 9, key, NULL, &g, NULL), MLC_OK);
    ck_assert_uint_eq(g->rows[1], 3);
    ck_assert_uint_eq(g->rows[2], 6);
    mlci_row_groups_free(g);
}
END_TEST

START_TEST(test_groups_of_no_rows_are_none)
{
    mlci_row_groups *g = NULL;
    ck_assert_int_eq(mlci_row_groups_create(NULL, 4, 4, NULL, NULL, &g, NULL), MLC_OK);
    ck_assert_int_eq(g->n, 0);
    ck_assert_int_eq(g->most_rows, 0);
    mlci_row_groups_free(g);
    mlci_row_groups_free(NULL);
}
END_TEST

MLCI_CHECK_SUITE("row_groups", test_groups_lie_by_key_and_within_by_index,
                 test_groups_of_no_rows_are_none)
