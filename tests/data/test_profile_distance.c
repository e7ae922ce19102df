/* Distances of distributions by hand; tests/python/test_validate.py compares with SciPy. */
#include "csv_reading.h"

#include "profile_distance.h"

static mlci_distances between(const char *a_text, const char *b_text)
{
    mlc_dataset *a = parse(a_text, NULL), *b = parse(b_text, NULL);
    mlc_profile *p = NULL, *q = NULL;
    mlci_distances d = {-1, -1, -1};
    ck_assert_int_eq(mlc_profile_create(NULL, a, NULL, &p, NULL), MLC_OK);
    ck_assert_int_eq(mlc_profile_create(NULL, b, NULL, &q, NULL), MLC_OK);
    ck_assert_int_eq(mlci_profile_distances(&p->columns[0], &q->columns[0], &d, NULL), MLC_OK);
    mlc_profile_free(q);
    mlc_profile_free(p);
    mlc_dataset_free(b);
    mlc_dataset_free(a);
    return d;
}

START_TEST(test_distances_of_equal_columns_are_zero)
{
    const mlci_distances d = between("a\nx\ny\nx\n", "a\ny\nx\nx\n");
    ck_assert_double_eq(d.psi, 0);
    ck_assert_double_eq(d.js, 0);
    ck_assert_double_eq(d.l_infinity, 0);
}
END_TEST

START_TEST(test_distances_by_hand)
{
    const mlci_distances d = between("a\nx\nx\nx\ny\n", "a\nx\ny\n"); /* 3/4, 1/4; 1/2, 1/2 */
    ck_assert_double_eq_tol(d.psi, 0.25 * log(1.5) - 0.25 * log(0.5), 1e-15);
    ck_assert_double_eq(d.l_infinity, 0.25);
    const mlci_distances apart = between("a\n1\n1\n", "a\n2\n3\n");
    ck_assert_double_eq_tol(apart.js, 1, 1e-12);
    ck_assert_double_eq(apart.l_infinity, 1);
}
END_TEST

START_TEST(test_distances_to_nothing_are_unknown_and_of_other_kinds_refused)
{
    ck_assert(isnan(between("a,b\n,1\n", "a,b\n1,1\n").psi));
    mlc_dataset *a = parse("a,b\nx,1\n", NULL);
    mlc_profile *p = NULL;
    mlci_distances d;
    ck_assert_int_eq(mlc_profile_create(NULL, a, NULL, &p, NULL), MLC_OK);
    ck_assert_int_eq(mlci_profile_distances(&p->columns[0], &p->columns[1], &d, NULL),
                     MLC_ERROR_COLUMN);
    mlc_profile_free(p);
    mlc_dataset_free(a);
}
END_TEST

MLCI_CHECK_SUITE("profile_distance", test_distances_of_equal_columns_are_zero,
                 test_distances_by_hand,
                 test_distances_to_nothing_are_unknown_and_of_other_kinds_refused)
