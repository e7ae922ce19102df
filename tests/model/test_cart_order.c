#include "tree/cart_order.h"

#include "boosting.h"

START_TEST(test_order_of_any_number_of_ranks_is_ascending_and_stable)
{
    enum { MOST = 3000 };
    static uint32_t ranks[MOST], order[MOST];
    static uint64_t scratch[2 * MOST];
    const int64_t sizes[] = {1, 2, 128, 129, 500, MOST};
    const uint32_t ranges[] = {1, 3, 200, 70000, UINT32_MAX};
    const mlci_tree_kernels *const kernels = mlci_tree_kernels_of(mlci_root_isa(NULL));
    for (int s = 0; s < 6; s++)
        for (int r = 0; r < 5; r++) {
            for (int64_t i = 0; i < sizes[s]; i++)
                ranks[i] =
                    (uint32_t)(mlci_random_bits(1, MLCI_RANDOM_TEST, 2, (uint64_t)i) % ranges[r]);
            mlci_cart_order(kernels, sizes[s], ranks, order, scratch);
            for (int64_t i = 1; i < sizes[s]; i++)
                ck_assert(ranks[order[i - 1]] < ranks[order[i]] ||
                          (ranks[order[i - 1]] == ranks[order[i]] && order[i - 1] < order[i]));
        }
}
END_TEST

MLCI_CHECK_SUITE("cart_order", test_order_of_any_number_of_ranks_is_ascending_and_stable)
