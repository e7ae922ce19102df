/* Category splits against all sets of categories, scored from the definition of the impurity. */
#include "forests.h"

#define ROUNDING 1e-9
#define CATEGORIES 7

/* A node of rows with a category each, code 0 being missing: codes are set by hand, since a bare
 * matrix has numbers only. */
static void open_categories(test_node *t, test_problem *p, const int32_t *category,
                            int32_t criterion)
{
    test_node_open(t, p, criterion, 1);
    mlci_cart_column *const column = &t->columns->columns[0];
    column->is_category = 1;
    column->n_codes = CATEGORIES;
    for (int64_t i = 0; i < p->n_rows; i++)
        column->codes[i] = (uint8_t)category[i];
}

static void check_categories(int32_t criterion, int32_t n_classes, int is_exact)
{
    enum { N = 150 };
    double x[N], y[N];
    int32_t category[N];
    uint8_t left[N];
    test_problem p = {.n_rows = N, .n_features = 1, .x = x, .y = y, .n_classes = n_classes};
    for (int turn = 0; turn < 10; turn++) {
        for (int i = 0; i < N; i++) {
            const double u = test_unit(10 + (uint32_t)turn, i);
            category[i] = (int32_t)(CATEGORIES * test_unit(30 + (uint32_t)turn, i));
            x[i] = category[i];
            const double signal = 0.5 * sin(3.0 * category[i] + turn) + u;
            y[i] = n_classes > 0 ? floor(fmin(fmax(signal + 0.5, 0), 1.99) * n_classes / 2)
                                 : floor(32 * (signal + 1)) / 32;
        }
        double best = -1;
        for (uint32_t set = 1; set + 1 < 1u << CATEGORIES; set++) {
            for (int i = 0; i < N; i++)
                left[i] = set >> category[i] & 1;
            best = fmax(best, decrease_of(&p, left, criterion, 1));
        }
        test_node t;
        mlci_cart_split found = {.score = MLCI_CART_NO_SCORE, .feature = -1};
        open_categories(&t, &p, category, criterion);
        ck_assert_int_eq(mlci_cart_search_category(&t.node.search, &t.scratch, 0, &found), 1);
        ck_assert_int_eq(found.is_category, 1);
        for (int i = 0; i < N; i++)
            left[i] = (uint8_t)mlci_set_has(found.set, (uint32_t)category[i]);
        const double decrease = decrease_of(&p, left, criterion, 1);
        ck_assert_double_eq_tol(decrease, mlci_cart_node_gain(&t.node, found.score), ROUNDING * N);
        if (is_exact)
            ck_assert_double_eq_tol(decrease, best, ROUNDING * N);
        else
            ck_assert_double_ge(decrease, 0.9 * best);
        test_node_close(&t);
    }
}

START_TEST(test_categories_of_two_classes_are_parted_best)
{
    check_categories(MLCI_CRITERION_GINI, 2, 1);
    check_categories(MLCI_CRITERION_ENTROPY, 2, 1);
}
END_TEST

START_TEST(test_categories_of_numbers_are_parted_best)
{
    check_categories(MLCI_CRITERION_SQUARED, 0, 1);
    check_categories(MLCI_CRITERION_POISSON, 0, 1);
}
END_TEST

/* Orders by class shares and by means are no theorem here: within a tenth of the best. */
START_TEST(test_categories_of_several_classes_and_absolute_errors_are_parted_well)
{
    check_categories(MLCI_CRITERION_GINI, 4, 0);
    check_categories(MLCI_CRITERION_ABSOLUTE, 0, 0);
}
END_TEST

START_TEST(test_categories_that_are_all_the_same_are_constant)
{
    double x[10] = {0}, y[10] = {1};
    int32_t category[10] = {3, 3, 3, 3, 3, 3, 3, 3, 3, 3};
    test_problem p = {.n_rows = 10, .n_features = 1, .x = x, .y = y, .n_classes = 2};
    test_node t;
    mlci_cart_split found = {.score = MLCI_CART_NO_SCORE, .feature = -1};
    open_categories(&t, &p, category, MLCI_CRITERION_GINI);
    ck_assert_int_eq(mlci_cart_search_category(&t.node.search, &t.scratch, 0, &found), 0);
    test_node_close(&t);
}
END_TEST

MLCI_CHECK_SUITE("cart_category", test_categories_of_two_classes_are_parted_best,
                 test_categories_of_numbers_are_parted_best,
                 test_categories_of_several_classes_and_absolute_errors_are_parted_well,
                 test_categories_that_are_all_the_same_are_constant)
