/* Absolute deviations against sums over all rows and all candidate medians. */
#include "forests.h"

#define FIXED_POINT 1e-12 /* targets are multiples of 2^-40 of the largest deviation */
#define ROUNDING 1e-9

static void check_cuts(int64_t n, int weighted, double missing, double least_weight)
{
    test_problem p = {.n_rows = n, .n_features = 1};
    p.x = calloc((size_t)n, sizeof *p.x);
    p.y = calloc((size_t)n, sizeof *p.y);
    if (weighted) p.weight = calloc((size_t)n, sizeof *p.weight);
    uint8_t *const left = calloc((size_t)n, 1);
    for (int64_t i = 0; i < n; i++) {
        p.x[i] = i < 2 ? (double)i : floor(20 * test_unit(1, i));
        p.y[i] = floor(10 * test_unit(2, i)) + (p.x[i] > 8) * 3;
        if (i >= 2 && test_unit(3, i) < missing) p.x[i] = NAN;
        if (weighted) p.weight[i] = 1 + floor(4 * test_unit(4, i));
    }
    double best = -1;
    for (int32_t missing_left = 0; missing_left < 2; missing_left++)
        for (int32_t cut = 0; cut < 20; cut++) {
            for (int64_t i = 0; i < n; i++)
                left[i] = isnan(p.x[i]) ? (uint8_t)missing_left : p.x[i] <= cut;
            best = fmax(best, decrease_of(&p, left, MLCI_CRITERION_ABSOLUTE, least_weight));
        }
    test_node t;
    mlci_cart_split found = {.score = MLCI_CART_NO_SCORE, .feature = -1};
    test_node_open(&t, &p, MLCI_CRITERION_ABSOLUTE, least_weight);
    mlci_cart_search_number(&t.node.search, &t.scratch, 0, &found);
    if (best < 0)
        ck_assert_int_eq(found.feature, -1);
    else
        ck_assert_double_eq_tol(mlci_cart_node_gain(&t.node, found.score), best,
                                ROUNDING * (double)n * 13);
    test_node_close(&t);
    test_problem_clear(&p);
    free(left);
}

START_TEST(test_median_cuts_are_the_best)
{
    const int64_t sizes[] = {2, 3, 17, 64, 200};
    for (int s = 0; s < 5; s++)
        for (int weighted = 0; weighted < 2; weighted++) {
            check_cuts(sizes[s], weighted, 0, 0.1);
            check_cuts(sizes[s], weighted, 0.3, 0.1);
            check_cuts(sizes[s], weighted, 0.3, (double)sizes[s] / 4);
        }
}
END_TEST

/* 1, 2, 4, 10 with weights 1, 1, 1, 2: half of the weight is at 4, the deviation 3 + 2 + 0 + 12. */
START_TEST(test_deviation_and_median_of_weights)
{
    double x[4] = {0, 1, 2, 3}, y[4] = {10, 1, 4, 2}, weight[4] = {2, 1, 1, 1};
    test_problem p = {.n_rows = 4, .n_features = 1, .x = x, .y = y, .weight = weight};
    test_node t;
    test_node_open(&t, &p, MLCI_CRITERION_ABSOLUTE, 1);
    ck_assert_double_eq_tol(mlci_cart_node_impurity(&t.node), 17.0 / 5, FIXED_POINT);
    ck_assert_double_eq_tol(mlci_cart_node_mean(&t.node), 4, FIXED_POINT);
    test_node_close(&t);
    weight[0] = 1; /* half of the weight is at 2, half from 4 on */
    test_node_open(&t, &p, MLCI_CRITERION_ABSOLUTE, 1);
    ck_assert_double_eq_tol(mlci_cart_node_mean(&t.node), 3, FIXED_POINT);
    test_node_close(&t);
}
END_TEST

MLCI_CHECK_SUITE("cart_absolute", test_median_cuts_are_the_best,
                 test_deviation_and_median_of_weights)
