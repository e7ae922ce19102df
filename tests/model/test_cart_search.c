/* Splits by the search against all cuts, scored straight from the definition of the impurity. */
#include "forests.h"

/* Of the largest decrease: relative to the impurity of the node, whose sums have rounding. */
#define ROUNDING 1e-9

typedef struct brute {
    double decrease;
    double threshold; /* values up to it go left */
    int32_t missing_left;
} brute;

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The best cut of feature 0: missing values right first, thresholds ascending. */
static brute best_cut(const test_problem *p, int32_t criterion, double least_weight)
{
    double *const values = malloc((size_t)p->n_rows * sizeof *values);
    uint8_t *const left = malloc((size_t)p->n_rows);
    int64_t n = 0;
    brute best = {-1, 0, 0};
    for (int64_t i = 0; i < p->n_rows; i++)
        if (!isnan(p->x[i * p->n_features])) values[n++] = p->x[i * p->n_features];
    qsort(values, (size_t)n, sizeof *values, compare);
    for (int32_t missing_left = 0; missing_left < 2; missing_left++) {
        for (int64_t c = 0; c < n; c++) {
            if (c + 1 < n && values[c + 1] == values[c]) continue;
            for (int64_t i = 0; i < p->n_rows; i++) {
                const double x = p->x[i * p->n_features];
                left[i] = isnan(x) ? (uint8_t)missing_left : x <= values[c];
            }
            const double decrease = decrease_of(p, left, criterion, least_weight);
            if (decrease > best.decrease * (1 + 1e-12))
                best = (brute){decrease, values[c], missing_left};
        }
    }
    free(values);
    free(left);
    return best;
}

static void check_search(test_problem *p, int32_t criterion, double least_weight)
{
    test_node t;
    test_node_open(&t, p, criterion, least_weight);
    mlci_cart_split found = {.score = MLCI_CART_NO_SCORE, .feature = -1};
    const brute expected = best_cut(p, criterion, least_weight);
    ck_assert_int_eq(mlci_cart_search_number(&t.node.search, &t.scratch, 0, &found), 1);
    if (expected.decrease < 0) {
        ck_assert_int_eq(found.feature, -1);
    } else {
        uint8_t *const all = malloc((size_t)p->n_rows);
        memset(all, 1, (size_t)p->n_rows);
        const double tolerance = ROUNDING * impurity_of(p, all, criterion);
        const double decrease = mlci_cart_node_gain(&t.node, found.score);
        ck_assert_int_eq(found.feature, 0);
        ck_assert_double_eq_tol(decrease, expected.decrease, tolerance);
        /* The cut has that decrease too. */
        for (int64_t i = 0; i < p->n_rows; i++) {
            const double x = p->x[i * p->n_features];
            all[i] = isnan(x) ? (uint8_t)found.missing_left
                              : x <= t.columns->columns[0].values[found.rank];
        }
        ck_assert_double_eq_tol(decrease_of(p, all, criterion, least_weight), expected.decrease,
                                tolerance);
        free(all);
    }
    test_node_close(&t);
}

/* One feature of so many values, some of them missing. */
static test_problem problem(int64_t n, int32_t n_classes, int32_t n_values, double missing,
                            int weighted)
{
    test_problem p = {.n_rows = n, .n_features = 1, .n_classes = n_classes};
    p.x = calloc((size_t)n, sizeof *p.x);
    p.y = calloc((size_t)n, sizeof *p.y);
    if (weighted) p.weight = calloc((size_t)n, sizeof *p.weight);
    for (int64_t i = 0; i < n; i++) {
        const double u = test_unit(1, i + n);
        p.x[i] = n_values > 0 ? floor(u * n_values) : u;
        const double signal = sin(7 * u) + 0.8 * (u > 0.4) + test_unit(2, i);
        p.y[i] = n_classes > 0 ? floor(fmin(fmax(signal + 1, 0), 3.29) * n_classes / 3.3)
                               : floor(64 * (signal + 1.5)) / 64;
        if (test_unit(3, i) < missing) p.x[i] = NAN;
        if (weighted) p.weight[i] = 0.25 + 2 * test_unit(4, i);
    }
    return p;
}

static void check_problems(int32_t criterion, int32_t n_classes)
{
    const int64_t sizes[] = {3, 40, 129, 700};
    const int32_t values[] = {0, 5, 300};
    for (int s = 0; s < 4; s++)
        for (int v = 0; v < 3; v++)
            for (int variant = 0; variant < 6; variant++) {
                test_problem p =
                    problem(sizes[s], n_classes, values[v], variant % 2 ? 0.2 : 0, variant >= 4);
                /* Not all rows have one value, which is no case of this test. */
                p.x[0] = 0;
                p.x[1] = 1;
                check_search(&p, criterion, variant % 3 == 2 ? (double)sizes[s] / 5 : 0.1);
                test_problem_clear(&p);
            }
}

START_TEST(test_search_by_gini_of_two_classes_finds_the_best_cut)
{
    check_problems(MLCI_CRITERION_GINI, 2);
}
END_TEST

START_TEST(test_search_by_gini_of_several_classes_finds_the_best_cut)
{
    check_problems(MLCI_CRITERION_GINI, 3);
    check_problems(MLCI_CRITERION_GINI, 20);
}
END_TEST

START_TEST(test_search_by_entropy_finds_the_best_cut)
{
    check_problems(MLCI_CRITERION_ENTROPY, 2);
    check_problems(MLCI_CRITERION_ENTROPY, 5);
}
END_TEST

START_TEST(test_search_by_squared_error_finds_the_best_cut)
{
    check_problems(MLCI_CRITERION_SQUARED, 0);
}
END_TEST

START_TEST(test_search_by_poisson_deviance_finds_the_best_cut)
{
    check_problems(MLCI_CRITERION_POISSON, 0);
}
END_TEST

/* One value in the node, or none at all. */
START_TEST(test_search_of_a_constant_feature_says_so)
{
    for (int k = 0; k < 2; k++) {
        test_problem p = problem(300, 2, 0, 0, 0);
        test_node t;
        mlci_cart_split found = {.score = MLCI_CART_NO_SCORE, .feature = -1};
        for (int64_t i = 0; i < p.n_rows; i++)
            p.x[i] = k == 0 ? 7 : NAN;
        test_node_open(&t, &p, MLCI_CRITERION_GINI, 1);
        ck_assert_int_eq(mlci_cart_search_number(&t.node.search, &t.scratch, 0, &found), 0);
        ck_assert_int_eq(found.feature, -1);
        test_node_close(&t);
        test_problem_clear(&p);
    }
}
END_TEST

/* Two features that are copies, and a target that is symmetric in them. */
START_TEST(test_search_of_equal_cuts_takes_the_lowest_feature_and_threshold)
{
    double x[400], y[200];
    for (int i = 0; i < 200; i++) {
        x[2 * i] = x[2 * i + 1] = i;
        y[i] = i < 50 || i >= 150;
    }
    test_problem p = {.n_rows = 200, .n_features = 2, .x = x, .y = y, .n_classes = 2};
    for (int order = 0; order < 2; order++) {
        test_node t;
        mlci_cart_split found = {.score = MLCI_CART_NO_SCORE, .feature = -1};
        test_node_open(&t, &p, MLCI_CRITERION_GINI, 1);
        mlci_cart_search_number(&t.node.search, &t.scratch, order, &found);
        mlci_cart_search_number(&t.node.search, &t.scratch, 1 - order, &found);
        ck_assert_int_eq(found.feature, 0);
        ck_assert_uint_eq(found.rank, 49);
        test_node_close(&t);
    }
}
END_TEST

/* No cut decreases the impurity: each has the score of none, and the first is taken. */
START_TEST(test_search_of_cuts_that_decrease_nothing_takes_the_first)
{
    double x[4] = {0, 0, 1, 1}, y[4] = {1, -1, 1, -1};
    test_problem p = {.n_rows = 4, .n_features = 1, .x = x, .y = y};
    test_node t;
    mlci_cart_split found = {.score = MLCI_CART_NO_SCORE, .feature = -1};
    test_node_open(&t, &p, MLCI_CRITERION_SQUARED, 1);
    ck_assert_int_eq(mlci_cart_search_number(&t.node.search, &t.scratch, 0, &found), 1);
    ck_assert_int_eq(found.feature, 0);
    ck_assert_uint_eq(found.rank, 0);
    ck_assert_double_eq(mlci_cart_node_gain(&t.node, found.score), 0);
    test_node_close(&t);
}
END_TEST

MLCI_CHECK_SUITE("cart_search", test_search_by_gini_of_two_classes_finds_the_best_cut,
                 test_search_by_gini_of_several_classes_finds_the_best_cut,
                 test_search_by_entropy_finds_the_best_cut,
                 test_search_by_squared_error_finds_the_best_cut,
                 test_search_by_poisson_deviance_finds_the_best_cut,
                 test_search_of_a_constant_feature_says_so,
                 test_search_of_equal_cuts_takes_the_lowest_feature_and_threshold,
                 test_search_of_cuts_that_decrease_nothing_takes_the_first)
