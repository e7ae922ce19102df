/* Factors of class shares: the formula by hand, files that cannot be believed. */
#include "prior_shift.h"

#include <float.h>
#include <math.h>

#include "check_suite.h"
#include "torture.h"

static mlci_prior_shift *make_shift(int32_t n, const double *before, const double *after)
{
    mlci_prior_shift *s = NULL;
    mlc_error err = {0};
    ck_assert_msg(mlci_prior_shift_create(NULL, n, before, after, &s, &err) == MLC_OK, "%s",
                  err.message);
    return s;
}

/* 900 and 100 rows, of which 100 and 100 were kept: odds of 1 are odds of 1 to 9. */
START_TEST(test_prior_shift_of_under_sampled_rows_brings_odds_back)
{
    mlci_prior_shift *s = make_shift(2, (double[]){900, 100}, (double[]){100, 100});
    double p[] = {0.5, 0.5, 0, 1, 1, 0, 0.1, 0.9};
    mlci_prior_shift_probabilities(s, 4, p);
    const double wanted[] = {0.9, 0.1, 0, 1, 1, 0, 0.5, 0.5};
    for (int i = 0; i < 8; i++)
        ck_assert(fabs(p[i] - wanted[i]) < 1e-15);
    ck_assert(fabs(mlci_prior_shift_raw(s, 1, 0) - log(1.0 / 9)) < 1e-15);
    mlci_prior_shift_free(s);
}
END_TEST

/* Only ratios count, so weights of any unit give the same. */
START_TEST(test_prior_shift_of_three_classes_is_a_sum_over_all)
{
    const double before[] = {6, 3, 1}, after[] = {2, 2, 2}, p[] = {0.2, 0.3, 0.5};
    const double thousands[] = {6000, 3000, 1000};
    mlci_prior_shift *s = make_shift(3, before, after), *t = make_shift(3, thousands, after);
    double a[] = {0.2, 0.3, 0.5}, b[] = {0.2, 0.3, 0.5};
    const double sum = p[0] * 6 + p[1] * 3 + p[2] * 1;
    mlci_prior_shift_probabilities(s, 1, a);
    mlci_prior_shift_probabilities(t, 1, b);
    for (int k = 0; k < 3; k++) {
        ck_assert(fabs(a[k] - p[k] * before[k] / sum) < 1e-15);
        ck_assert(fabs(a[k] - b[k]) < 1e-15);
        ck_assert(fabs(mlci_prior_shift_raw(s, 3, k) - log(before[k] / 6)) < 1e-15);
        ck_assert(s->factor[k] > 0 && s->factor[k] <= 1);
    }
    mlci_prior_shift_free(t);
    mlci_prior_shift_free(s);
}
END_TEST

START_TEST(test_prior_shift_of_the_smallest_probabilities_stays_a_share)
{
    mlci_prior_shift *s = make_shift(2, (double[]){1e150, 1e-150}, (double[]){1, 1});
    double p[] = {DBL_MIN, 1};
    mlci_prior_shift_probabilities(s, 1, p);
    ck_assert(p[0] >= 0 && p[1] >= 0 && fabs(p[0] + p[1] - 1) < 1e-15);
    mlci_prior_shift_free(s);
}
END_TEST

START_TEST(test_prior_shift_of_weights_that_no_factor_can_hold_is_refused)
{
    static const double one[] = {1, 1};
    static const double bad[][2] = {{0, 1},          {-1, 1},          {NAN, 1},
                                    {INFINITY, 1},   {DBL_MAX, 1e-10}, {1e200, 1e-200},
                                    {1, DBL_MIN / 4}};
    for (int i = 0; i < 7; i++) {
        mlci_prior_shift *s = NULL;
        mlc_error err = {0};
        ck_assert_int_eq(mlci_prior_shift_create(NULL, 2, bad[i], one, &s, &err), MLC_ERROR_DATA);
        ck_assert_ptr_null(s);
        ck_assert_ptr_nonnull(strstr(err.message, "too far apart"));
        if (bad[i][0] == DBL_MAX || bad[i][1] < 1e-300) continue; /* as divisors they may do */
        ck_assert_int_eq(mlci_prior_shift_create(NULL, 2, one, bad[i], &s, &err), MLC_ERROR_DATA);
        ck_assert_ptr_null(s);
    }
}
END_TEST

/* ---- files -------------------------------------------------------------------------------- */

/* What loading n_before and n_after reals as so many classes gives. */
static mlc_status load(int32_t n, int64_t n_before, const double *before, int64_t n_after,
                       const double *after, int64_t extra, mlci_prior_shift **out, mlc_error *err)
{
    mlci_writer w;
    mlci_reader r;
    mlci_writer_init(&w, NULL);
    mlci_write_reals(&w, before, n_before);
    mlci_write_reals(&w, after, n_after);
    for (int64_t i = 0; i < extra; i++)
        mlci_write_real(&w, 1);
    mlci_reader_init(&r, NULL, "state/resampled", w.data, w.length);
    const mlc_status status = mlci_prior_shift_load(&r, n, out, err);
    mlci_writer_clear(&w);
    return status;
}

START_TEST(test_prior_shift_survives_saving_to_the_bit)
{
    mlci_prior_shift *s = make_shift(3, (double[]){0.1, 7, 3}, (double[]){3, 3, 0.7}), *t = NULL;
    mlci_writer w;
    mlci_reader r;
    mlci_writer_init(&w, NULL);
    mlci_prior_shift_save(s, &w);
    mlci_reader_init(&r, NULL, "state/resampled", w.data, w.length);
    ck_assert_int_eq(mlci_prior_shift_load(&r, 3, &t, NULL), MLC_OK);
    ck_assert(memcmp(s->before, t->before, 12 * sizeof(double)) == 0); /* all four, in one block */
    mlci_writer_clear(&w);
    mlci_prior_shift_free(t);
    mlci_prior_shift_free(s);
}
END_TEST

START_TEST(test_prior_shift_of_a_file_with_other_numbers_is_refused)
{
    static const double good[] = {2, 1, 1};
    static const double bad[][2] = {{0, 1}, {-2, 1}, {NAN, 1}, {INFINITY, 1}, {1e300, 1e-300}};
    mlci_prior_shift *s = NULL;
    mlc_error err = {0};
    for (int i = 0; i < 5; i++) {
        ck_assert_int_eq(load(2, 2, bad[i], 2, good, 0, &s, &err), MLC_ERROR_FORMAT);
        ck_assert_ptr_nonnull(strstr(err.message, "not positive, or too far apart"));
        ck_assert_str_eq(err.name, "state/resampled");
        ck_assert_int_eq(load(2, 2, good, 2, bad[i], 0, &s, &err), MLC_ERROR_FORMAT);
    }
    ck_assert_int_eq(load(2, 3, good, 2, good, 0, &s, &err), MLC_ERROR_FORMAT);
    ck_assert_int_eq(load(2, 2, good, 1, good, 0, &s, &err), MLC_ERROR_FORMAT);
    ck_assert_int_eq(load(3, 2, good, 2, good, 0, &s, &err), MLC_ERROR_FORMAT);
    ck_assert_int_eq(load(2, 2, good, 2, good, 1, &s, &err), MLC_ERROR_FORMAT);
    ck_assert_ptr_null(s);
    ck_assert_int_eq(load(3, 3, good, 3, good, 0, &s, &err), MLC_OK);
    mlci_prior_shift_free(s);
}
END_TEST

MLCI_CHECK_SUITE("prior_shift", test_prior_shift_of_under_sampled_rows_brings_odds_back,
                 test_prior_shift_of_three_classes_is_a_sum_over_all,
                 test_prior_shift_of_the_smallest_probabilities_stays_a_share,
                 test_prior_shift_of_weights_that_no_factor_can_hold_is_refused,
                 test_prior_shift_survives_saving_to_the_bit,
                 test_prior_shift_of_a_file_with_other_numbers_is_refused)
