/* Rows dealt to parts keep their order. */
#include "check_suite.h"
#include "row_deal.h"

START_TEST(test_rows_are_dealt_in_their_order_and_parts_are_neighbours)
{
    enum { N = 150000, PARTS = 5 };
    mlci_deal deal;
    int64_t next[PARTS], n = 0;
    static int64_t rows[N];
    ck_assert_int_eq(mlci_deal_open(NULL, N, PARTS, &deal, NULL), MLC_OK);
    for (int64_t i = 0; i < N; i++)
        deal.part[i] = i % 7 < PARTS ? (uint16_t)(i % 7) : MLCI_NO_PART;
    ck_assert_int_eq(deal.n_blocks, 3);
    for (int64_t b = 0; b < deal.n_blocks; b++)
        mlci_deal_count(&deal, b);
    mlci_deal_place(&deal);
    for (int64_t b = deal.n_blocks - 1; b >= 0; b--) {
        mlci_deal_next(&deal, b, next);
        for (int64_t i = b * MLCI_DEAL_ROWS; i < mlci_deal_block_end(&deal, b); i++)
            if (deal.part[i] != MLCI_NO_PART) rows[next[deal.part[i]]++] = i;
    }
    for (int64_t p = 0; p < PARTS; p++) {
        for (int64_t i = p; i < N; i += 7)
            ck_assert_int_eq(rows[n++], i);
        ck_assert_int_eq(deal.starts[p + 1], n);
    }
    mlci_deal_close(&deal);
}
END_TEST

START_TEST(test_parts_are_a_power_of_two_that_follows_the_rows)
{
    ck_assert_int_eq(mlci_deal_n_parts(0), 1);
    ck_assert_int_eq(mlci_deal_n_parts(MLCI_DEAL_ROWS), 1);
    ck_assert_int_eq(mlci_deal_n_parts(1000000), 64);
    ck_assert_int_le(mlci_deal_n_parts(INT64_MAX / 64), MLCI_DEAL_PARTS);
}
END_TEST

MLCI_CHECK_SUITE("row_deal", test_rows_are_dealt_in_their_order_and_parts_are_neighbours,
                 test_parts_are_a_power_of_two_that_follows_the_rows)
