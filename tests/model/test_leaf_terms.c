#include "tree/leaf_terms.h"

#include <string.h>

#include "check_suite.h"

/* Nodes: a split, a leaf of two terms, a constant one. */
static mlci_leaf_terms *make(void)
{
    static const int32_t feature[] = {0, 2};
    static const double factor[] = {0.5, -3};
    mlci_leaf_terms *terms = NULL;
    ck_assert_int_eq(mlci_leaf_terms_create(NULL, &terms, NULL), MLC_OK);
    ck_assert_int_eq(mlci_leaf_terms_resize(terms, 1, NULL), MLC_OK);
    ck_assert_int_eq(mlci_leaf_terms_add(terms, 10, 2, feature, factor, NULL), MLC_OK);
    ck_assert_int_eq(mlci_leaf_terms_add(terms, 0, 0, NULL, NULL, NULL), MLC_OK);
    return terms;
}

START_TEST(test_value_is_intercept_and_terms_or_the_constant)
{
    mlci_leaf_terms *const terms = make();
    const double rows[][3] = {{4, NAN, 1},          {NAN, 0, 1},        {4, 0, INFINITY},
                              {INFINITY, 0, 1e300}, {1e308, 0, -1e308}, {-0.0, 0, 0}};
    const double expected[] = {9, 77, 77, 77, 77, 10};
    for (int i = 0; i < 6; i++) {
        ck_assert_double_eq(mlci_leaf_value(terms, 1, 77, rows[i]), expected[i]);
        ck_assert_double_eq(mlci_leaf_value(terms, 2, 77, rows[i]), 77);
    }
    mlci_leaf_terms_free(terms);
}
END_TEST

/* Each product and sum is rounded to a float, the numbers of the row first. */
START_TEST(test_value_in_floats_rounds_at_each_step)
{
    mlci_leaf_terms *terms = NULL;
    const int32_t feature[] = {0, 1};
    const double factor[] = {(double)0.1F, (double)0.3F}, x[] = {0.7, -1e9};
    const double missing[] = {NAN, 0}, large[] = {0, 1e300};
    ck_assert_int_eq(mlci_leaf_terms_create(NULL, &terms, NULL), MLC_OK);
    ck_assert_int_eq(mlci_leaf_terms_add(terms, 0.5, 2, feature, factor, NULL), MLC_OK);
    ck_assert_int_eq(mlci_leaf_terms_add(terms, 0, 0, NULL, NULL, NULL), MLC_OK);
    const volatile float first = 0.1F * 0.7F, second = 0.3F * -1e9F, sum = 0.5F + first;
    ck_assert(mlci_leaf_value_float(terms, 0, 77, x) == (double)(sum + second));
    ck_assert(mlci_leaf_value_float(terms, 0, 77, missing) == 77);
    ck_assert(mlci_leaf_value_float(terms, 0, 77, large) == 77);
    ck_assert(mlci_leaf_value_float(terms, 1, 77, x) == 77);
    mlci_leaf_terms_free(terms);
}
END_TEST

START_TEST(test_terms_are_appended_scaled_and_cut)
{
    mlci_leaf_terms *const terms = make(), *const more = make();
    ck_assert_int_eq(mlci_leaf_terms_append(terms, NULL, 2, NULL), MLC_OK);
    for (int i = 0; i < 100; i++)
        ck_assert_int_eq(mlci_leaf_terms_append(terms, more, 3, NULL), MLC_OK);
    ck_assert_int_eq(terms->n_nodes, 305);
    ck_assert_int_eq(terms->n_terms, 202);
    mlci_leaf_terms_scale(terms, 5, 8, 2);
    const double x[] = {4, 0, 1};
    ck_assert_double_eq(mlci_leaf_value(terms, 1, 0, x), 9);
    ck_assert_double_eq(mlci_leaf_value(terms, 4, 3, x), 3);
    ck_assert_double_eq(mlci_leaf_value(terms, 6, 0, x), 18);
    ck_assert_double_eq(mlci_leaf_value(terms, 303, 0, x), 9);
    ck_assert_int_eq(mlci_leaf_terms_resize(terms, 6, NULL), MLC_OK);
    ck_assert_int_eq(terms->n_terms, 2);
    ck_assert_int_eq(mlci_leaf_terms_append(terms, more, 2, NULL), MLC_OK);
    ck_assert_double_eq(mlci_leaf_value(terms, 7, 0, x), 9);
    mlci_leaf_terms_free(terms);
    mlci_leaf_terms_free(more);
}
END_TEST

MLCI_CHECK_SUITE("leaf_terms", test_value_is_intercept_and_terms_or_the_constant,
                 test_value_in_floats_rounds_at_each_step, test_terms_are_appended_scaled_and_cut)
