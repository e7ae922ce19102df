/* Random splits: where they are drawn, and that what they score is what they part. */
#include "forests.h"
#include "tree/cart_random.h"

START_TEST(test_drawn_thresholds_are_uniform_between_the_extremes)
{
    enum { N = 60, DRAWS = 4000 };
    double x[N], y[N];
    uint8_t left[N];
    test_problem p = {.n_rows = N, .n_features = 1, .x = x, .y = y, .n_classes = 2};
    for (int i = 0; i < N; i++) {
        x[i] = i < 30 ? 10 + i * i / 90.0 : 20 - i % 7; /* skewed within 10 to 20 */
        y[i] = i % 3 == 0;
    }
    test_node t;
    test_node_open(&t, &p, MLCI_CRITERION_GINI, 0.1);
    int below[4] = {0};
    for (uint32_t d = 0; d < DRAWS; d++) {
        mlci_cart_draws draws = mlci_cart_draws_of(5, 0, d);
        mlci_cart_split found = {.score = MLCI_CART_NO_SCORE, .feature = -1};
        ck_assert_int_eq(mlci_cart_draw_number(&t.node.search, &t.scratch, 0, &draws, &found), 1);
        ck_assert(found.is_drawn && found.threshold >= 10 && found.threshold < 20);
        below[(int)((found.threshold - 10) / 2.5)]++;
        ck_assert(t.columns->columns[0].values[found.rank] <= found.threshold);
        ck_assert(t.columns->columns[0].values[found.rank + 1] > found.threshold);
        if (d % 500 != 0) continue;
        for (int i = 0; i < N; i++)
            left[i] = x[i] <= found.threshold;
        ck_assert_double_eq_tol(mlci_cart_node_gain(&t.node, found.score),
                                decrease_of(&p, left, MLCI_CRITERION_GINI, 0.1), 1e-9);
    }
    /* Five standard deviations of a binomial count. */
    for (int q = 0; q < 4; q++)
        ck_assert_int_le(abs(below[q] - DRAWS / 4), 5 * (int)sqrt(DRAWS * 0.25 * 0.75));
    test_node_close(&t);
}
END_TEST

START_TEST(test_drawn_sides_of_missing_values_are_even)
{
    double x[40], y[40];
    test_problem p = {.n_rows = 40, .n_features = 1, .x = x, .y = y};
    for (int i = 0; i < 40; i++) {
        x[i] = i % 4 == 0 ? (double)NAN : (double)i;
        y[i] = i % 5;
    }
    const int32_t criteria[] = {MLCI_CRITERION_SQUARED, MLCI_CRITERION_ABSOLUTE};
    for (int k = 0; k < 2; k++) {
        test_node t;
        int n_left = 0;
        test_node_open(&t, &p, criteria[k], 0.1);
        for (uint32_t d = 0; d < 1000; d++) {
            uint8_t left[40];
            mlci_cart_draws draws = mlci_cart_draws_of(6, 1, d);
            mlci_cart_split found = {.score = MLCI_CART_NO_SCORE, .feature = -1};
            mlci_cart_draw_number(&t.node.search, &t.scratch, 0, &draws, &found);
            n_left += found.missing_left;
            for (int i = 0; i < 40; i++)
                left[i] = isnan(x[i]) ? (uint8_t)found.missing_left : x[i] <= found.threshold;
            ck_assert_double_eq_tol(mlci_cart_node_gain(&t.node, found.score),
                                    decrease_of(&p, left, criteria[k], 0.1), 1e-9);
        }
        ck_assert_int_le(abs(n_left - 500), 5 * 16); /* five standard deviations */
        test_node_close(&t);
    }
}
END_TEST

START_TEST(test_drawn_categories_are_neither_none_nor_all)
{
    double x[30], y[30];
    test_problem p = {.n_rows = 30, .n_features = 1, .x = x, .y = y, .n_classes = 3};
    for (int i = 0; i < 30; i++) {
        x[i] = i % 3;
        y[i] = i % 2 + (i > 20);
    }
    test_node t;
    int seen[8] = {0};
    test_node_open(&t, &p, MLCI_CRITERION_GINI, 0.1);
    t.columns->columns[0].is_category = 1;
    t.columns->columns[0].n_codes = 4;
    for (uint32_t d = 0; d < 600; d++) {
        mlci_cart_draws draws = mlci_cart_draws_of(7, 2, d);
        mlci_cart_split found = {.score = MLCI_CART_NO_SCORE, .feature = -1};
        ck_assert_int_eq(mlci_cart_draw_category(&t.node.search, &t.scratch, 0, &draws, &found), 1);
        seen[found.set[0] >> 1 & 7]++;
    }
    ck_assert(seen[0] == 0 && seen[7] == 0);
    for (int s = 1; s < 7; s++)
        ck_assert_int_le(abs(seen[s] - 100), 5 * 9); /* five standard deviations */
    test_node_close(&t);
}
END_TEST

START_TEST(test_drawn_splits_of_constant_features_are_none)
{
    double x[5] = {2, 2, 2, 2, 2}, y[5] = {0, 1, 0, 1, 1};
    test_problem p = {.n_rows = 5, .n_features = 1, .x = x, .y = y, .n_classes = 2};
    for (int missing = 0; missing < 2; missing++) {
        test_node t;
        mlci_cart_draws draws = mlci_cart_draws_of(1, 1, 1);
        mlci_cart_split found = {.score = MLCI_CART_NO_SCORE, .feature = -1};
        for (int i = 0; i < 5 && missing; i++)
            x[i] = NAN;
        test_node_open(&t, &p, MLCI_CRITERION_GINI, 0.1);
        ck_assert_int_eq(mlci_cart_draw_number(&t.node.search, &t.scratch, 0, &draws, &found), 0);
        ck_assert_int_eq(mlci_cart_draw_category(&t.node.search, &t.scratch, 0, &draws, &found), 0);
        test_node_close(&t);
    }
}
END_TEST

MLCI_CHECK_SUITE("cart_random", test_drawn_thresholds_are_uniform_between_the_extremes,
                 test_drawn_sides_of_missing_values_are_even,
                 test_drawn_categories_are_neither_none_nor_all,
                 test_drawn_splits_of_constant_features_are_none)
