/* Platt's sigmoid and the coupling of pairs, in closed form and by what they minimise. */
#include <math.h>

#include "check_suite.h"
#include "svm/svm_platt.h"

START_TEST(test_sigmoid_of_two_decisions_gives_the_shares_of_each)
{
    /* 4 rows of decision 1, of which 3 are of the first class, and 4 of -1, of which 1 is: with the
     * targets t = 5/6 and 1/6 the likelihood is highest where p(1) = (3 t + 1/6) / 4. */
    const double decision[] = {1, 1, 1, -1, 1, -1, -1, -1}, weight[] = {1, 1, 1, 1, 1, 1, 1, 1};
    double slope, shift;
    mlci_svm_platt(decision, weight, 8, 4, &slope, &shift);
    const double expected = (3 * 5.0 / 6 + 1.0 / 6) / 4;
    ck_assert_double_eq_tol(mlci_svm_sigmoid(1, slope, shift), expected, 1e-6);
    ck_assert_double_eq_tol(mlci_svm_sigmoid(-1, slope, shift), 1 - expected, 1e-6);
    ck_assert_double_lt(slope, 0);
}
END_TEST

START_TEST(test_weight_of_two_is_the_row_twice)
{
    const double decision[] = {2, 0.5, -0.3, 0.4, -1}, weight[] = {1, 2, 1, 1, 2};
    const double twice[] = {2, 0.5, 0.5, -0.3, 0.4, -1, -1}, ones[] = {1, 1, 1, 1, 1, 1, 1};
    double a[2], b[2];
    mlci_svm_platt(decision, weight, 5, 3, &a[0], &a[1]);
    mlci_svm_platt(twice, ones, 7, 4, &b[0], &b[1]);
    ck_assert_double_eq_tol(a[0], b[0], 1e-12);
    ck_assert_double_eq_tol(a[1], b[1], 1e-12);
}
END_TEST

START_TEST(test_sigmoid_of_separated_classes_is_finite)
{
    const double decision[] = {1e300, 1e300, -1e300, -1e300}, weight[] = {1, 1, 1, 1};
    double slope, shift;
    mlci_svm_platt(decision, weight, 4, 2, &slope, &shift);
    ck_assert(isfinite(slope) && isfinite(shift));
    ck_assert_double_eq(mlci_svm_sigmoid(1000, -1, 0), 1 - 1e-7);
    ck_assert_double_eq(mlci_svm_sigmoid(-1000, -1, 0), 1e-7);
}
END_TEST

START_TEST(test_coupling_of_consistent_pairs_gives_their_probabilities)
{
    /* r_ij = p_i / (p_i + p_j) */
    const double p[] = {0.5, 0.2, 0.25, 0.05};
    double pair[6], work[20], out[4], sum = 0;
    for (int i = 0, at = 0; i < 4; i++)
        for (int j = i + 1; j < 4; j++)
            pair[at++] = p[i] / (p[i] + p[j]);
    ck_assert_int_eq(mlci_svm_couple_work(4), 20);
    mlci_svm_couple(pair, 4, work, out);
    for (int i = 0; i < 4; i++) {
        ck_assert_double_eq_tol(out[i], p[i], 0.005); /* what the sweeps stop at, by a class */
        sum += out[i];
    }
    ck_assert_double_eq_tol(sum, 1, 1e-14);
}
END_TEST

MLCI_CHECK_SUITE("svm_platt", test_sigmoid_of_two_decisions_gives_the_shares_of_each,
                 test_weight_of_two_is_the_row_twice, test_sigmoid_of_separated_classes_is_finite,
                 test_coupling_of_consistent_pairs_gives_their_probabilities)
