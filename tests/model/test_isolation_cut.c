#include "isolating.h"

#define ON_THE_PLANE 1e-12 /* which side rounding takes such rows to is open */

enum { DRAWS = 4000 };

/* Features are drawn alike, thresholds evenly over the range of their values in the node. */
START_TEST(test_cuts_by_one_feature_are_uniform)
{
    test_isolation t;
    double low[3] = {INFINITY, INFINITY, INFINITY}, high[3] = {0}, count[3] = {0}, mean[3] = {0};
    test_isolation_init(&t, 0, 0);
    for (int64_t i = 0; i < TEST_ROWS; i++)
        for (int j = 0; j < 3; j++) {
            low[j] = fmin(low[j], t.x[i * 3 + j]);
            high[j] = fmax(high[j], t.x[i * 3 + j]);
        }
    for (uint32_t k = 0; k < DRAWS; k++) {
        const int64_t n_left = test_isolation_cut(&t, k);
        const uint32_t j = t.node.split & MLCI_NODE_FEATURE;
        count[j]++;
        mean[j] += (t.node.value - low[j]) / (high[j] - low[j]);
        for (int64_t i = 0; i < TEST_ROWS; i++) {
            ck_assert_int_eq(t.x[t.members[i] * 3 + (int32_t)j] <= t.node.value, i < n_left);
            ck_assert(i == 0 || i == n_left || t.members[i - 1] < t.members[i]);
        }
        /* Missing values would go with more rows. */
        ck_assert_int_eq((t.node.split & MLCI_NODE_MISSING_LEFT) != 0, 2 * n_left > TEST_ROWS);
    }
    for (int j = 0; j < 3; j++) { /* within five standard deviations */
        ck_assert_double_eq_tol(count[j] / DRAWS, 1.0 / 3, 5 * sqrt(2.0 / 9 / DRAWS));
        ck_assert_double_eq_tol(mean[j] / count[j], 0.5, 5 * sqrt(1.0 / 12 / count[j]));
    }
}
END_TEST

START_TEST(test_feature_that_does_not_vary_is_never_cut)
{
    test_isolation t;
    test_isolation_init(&t, 0, 0);
    for (int64_t i = 0; i < TEST_ROWS; i++) {
        t.x[i * 3] = 5;
        t.x[i * 3 + 1] = NAN;
    }
    for (uint32_t k = 0; k < 50; k++) {
        ck_assert_int_gt(test_isolation_cut(&t, k), 0);
        ck_assert_uint_eq(t.node.split & MLCI_NODE_FEATURE, 2);
    }
    for (int64_t i = 0; i < TEST_ROWS; i++)
        t.x[i * 3 + 2] = -1;
    ck_assert_int_eq(test_isolation_cut(&t, 0), 0);
}
END_TEST

START_TEST(test_missing_values_of_a_node_take_a_random_side_together)
{
    test_isolation t;
    int n_missing_left = 0;
    test_isolation_init(&t, 0, 0);
    t.tree.max_features = 1;
    for (int64_t i = 0; i < 10; i++)
        t.x[i * 3] = NAN;
    for (uint32_t k = 0; k < 400; k++) {
        const int64_t n_left = test_isolation_cut(&t, k);
        const int left = (t.node.split & MLCI_NODE_MISSING_LEFT) != 0;
        n_missing_left += left;
        for (int64_t i = 0; i < TEST_ROWS; i++) {
            const double v = t.x[t.members[i] * 3];
            ck_assert_int_eq(isnan(v) ? left : v <= t.node.value, i < n_left);
        }
    }
    ck_assert_double_eq_tol(n_missing_left, 200, 5 * sqrt(100)); /* five standard deviations */
}
END_TEST

START_TEST(test_infinite_values_are_cut_off)
{
    test_isolation t;
    test_isolation_init(&t, 0, 0);
    t.tree.max_features = 1;
    t.x[0] = -INFINITY;
    t.x[3] = INFINITY;
    for (uint32_t k = 0; k < 20; k++) {
        const int64_t n_left = test_isolation_cut(&t, k);
        ck_assert(n_left > 0 && n_left < TEST_ROWS);
        ck_assert(!isnan(t.node.value));
    }
}
END_TEST

START_TEST(test_categories_take_random_sides)
{
    test_isolation t;
    int left_of[4] = {0};
    test_isolation_init(&t, 0, 4);
    t.tree.max_features = 1;
    for (uint32_t k = 0; k < 2000; k++) {
        mlci_cart_draws draws = mlci_cart_draws_of(9, 0, k);
        for (int32_t i = 0; i < TEST_ROWS; i++)
            t.members[i] = i;
        t.features[0] = 2;
        t.tree.n_sets = 0;
        const int64_t n_left = mlci_isolation_cut(&t.tree, 0, TEST_ROWS, &draws, &t.node);
        ck_assert(n_left > 0 && n_left < TEST_ROWS);
        ck_assert_uint_eq(t.node.split, 2 | MLCI_NODE_CATEGORY);
        ck_assert_int_eq(t.tree.n_sets, 1);
        for (int64_t i = 0; i < TEST_ROWS; i++)
            ck_assert_int_eq(mlci_set_has(t.sets, 1 + (uint32_t)t.x[t.members[i] * 3 + 2]) != 0,
                             i < n_left);
        for (uint32_t c = 0; c < 4; c++)
            left_of[c] += mlci_set_has(t.sets, 1 + c) != 0;
        ck_assert_int_eq(mlci_set_has(t.sets, 0) != 0, 2 * n_left > TEST_ROWS);
    }
    for (int c = 0; c < 4; c++)
        ck_assert_double_eq_tol(left_of[c], 1000, 5 * sqrt(500)); /* five standard deviations */
}
END_TEST

START_TEST(test_one_category_is_not_cut)
{
    test_isolation t;
    test_isolation_init(&t, 0, 1);
    for (int64_t i = 0; i < TEST_ROWS; i++)
        t.x[i * 3] = t.x[i * 3 + 1] = 0;
    ck_assert_int_eq(test_isolation_cut(&t, 0), 0);
    t.x[3 * 7 + 2] = NAN; /* missing is a category of its own */
    const int64_t n_left = test_isolation_cut(&t, 0);
    ck_assert(n_left == 1 || n_left == TEST_ROWS - 1);
}
END_TEST

/* Factors times ranges are normal; the plane goes through the box of the node. */
START_TEST(test_planes_are_normal_through_the_box)
{
    test_isolation t;
    double sum = 0, squares = 0, n = 0;
    test_isolation_init(&t, 3, 0);
    for (uint32_t k = 0; k < DRAWS; k++) {
        const int64_t n_left = test_isolation_cut(&t, k);
        if (n_left == 0) continue; /* no plane in 16 parted them */
        ck_assert_int_eq(t.tree.n_planes, 1);
        for (int i = 0; i < 3; i++) {
            const double factor = t.terms[i].factor * (t.terms[i].feature + 1);
            ck_assert(t.terms[i].origin > 0 && t.terms[i].origin < t.terms[i].feature + 1);
            sum += factor;
            squares += factor * factor;
            n++;
        }
        for (int64_t i = 0; i < TEST_ROWS; i++) {
            double side = 0;
            for (int j = 0; j < 3; j++)
                side += t.terms[j].factor *
                        (t.x[t.members[i] * 3 + t.terms[j].feature] - t.terms[j].origin);
            ck_assert(fabs(side) < ON_THE_PLANE || (side <= 0) == (i < n_left));
        }
    }
    ck_assert_double_gt(n, DRAWS);
    /* Planes that part nothing are drawn anew, which favours directions but no lengths. Within five
     * standard deviations of a mean and of a variance. */
    ck_assert_double_eq_tol(sum / n, 0, 5 / sqrt(n));
    ck_assert_double_eq_tol(squares / n, 1, 5 * sqrt(2 / n));
}
END_TEST

START_TEST(test_missing_value_adds_nothing_to_a_plane)
{
    const mlci_plane_term terms[] = {{2, 1, 0}, {-3, 5, 1}};
    const double there[] = {4, 5}, missing[] = {4, NAN};
    ck_assert_double_eq(mlci_plane_side(terms, 2, there), 6);
    ck_assert_double_eq(mlci_plane_side(terms, 2, missing), 6);
}
END_TEST

MLCI_CHECK_SUITE("isolation_cut", test_cuts_by_one_feature_are_uniform,
                 test_feature_that_does_not_vary_is_never_cut,
                 test_missing_values_of_a_node_take_a_random_side_together,
                 test_infinite_values_are_cut_off, test_categories_take_random_sides,
                 test_one_category_is_not_cut, test_planes_are_normal_through_the_box,
                 test_missing_value_adds_nothing_to_a_plane)
