/* Lloyd's iterations from given centres. */
#include "check_suite.h"
#include "cluster/lloyd.h"

static mlc_context local, *call;

static mlci_lloyd open_lloyd(const double *x, int64_t n, int64_t p, int64_t k)
{
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    mlci_lloyd l = {.call = call,
                    .kernels = mlci_kernels_of(MLCI_ISA_REFERENCE),
                    .x = x,
                    .n = n,
                    .p = p,
                    .k = k,
                    .max_iter = 100};
    ck_assert_int_eq(mlci_lloyd_open(&l, NULL), MLC_OK);
    return l;
}

static void close_lloyd(mlci_lloyd *l)
{
    mlci_lloyd_close(l);
    mlci_call_end(call);
}

START_TEST(test_run_moves_centres_to_the_means)
{
    const double x[] = {0, 1, 2, 10, 11, 15};
    double centres[] = {0, 1};
    mlci_lloyd l = open_lloyd(x, 6, 1, 2);
    ck_assert_int_eq(mlci_lloyd_run(&l, centres, NULL), MLC_OK);
    ck_assert_double_eq(centres[0], 1);
    ck_assert_double_eq(centres[1], 12);
    ck_assert_double_eq(l.inertia, 2 + 4 + 1 + 9);
    ck_assert_int_eq(l.converged, 1);
    for (int32_t i = 0; i < 6; i++)
        ck_assert_int_eq(l.label[i], i / 3);
    close_lloyd(&l);
}
END_TEST

START_TEST(test_run_gives_an_empty_cluster_the_farthest_row)
{
    /* No row is nearest to the centre at 1000; the row at 9 is farthest from its own. */
    const double x[] = {0, 1, 2, 9};
    double centres[] = {0, 1000};
    mlci_lloyd l = open_lloyd(x, 4, 1, 2);
    ck_assert_int_eq(mlci_lloyd_run(&l, centres, NULL), MLC_OK);
    ck_assert_double_eq(centres[0], 1);
    ck_assert_double_eq(centres[1], 9);
    close_lloyd(&l);
}
END_TEST

START_TEST(test_run_gives_an_empty_cluster_the_lowest_row_among_equally_far)
{
    /* -5 and 5 are equally far from 0; by row index the second one comes first. */
    const double x[] = {-5, 5, 0, 0};
    const int64_t row_index[] = {7, 3, 1, 2};
    double centres[] = {0, 1000};
    mlci_lloyd l = open_lloyd(x, 4, 1, 2);
    l.row_index = row_index;
    l.max_iter = 1;
    ck_assert_int_eq(mlci_lloyd_run(&l, centres, NULL), MLC_OK);
    ck_assert_double_eq(centres[1], 5);
    close_lloyd(&l);
}
END_TEST

START_TEST(test_run_leaves_a_cluster_empty_when_no_row_is_off_its_centre)
{
    const double x[] = {3, 3, 3};
    double centres[] = {3, 1000};
    mlci_lloyd l = open_lloyd(x, 3, 1, 2);
    ck_assert_int_eq(mlci_lloyd_run(&l, centres, NULL), MLC_OK);
    ck_assert_double_eq(centres[0], 3);
    ck_assert_double_eq(centres[1], 1000);
    ck_assert_double_eq(l.inertia, 0);
    close_lloyd(&l);
}
END_TEST

START_TEST(test_run_stops_when_centres_move_no_more_than_max_shift)
{
    const double x[] = {0, 1, 2, 10, 11, 15};
    double centres[] = {0, 1};
    mlci_lloyd l = open_lloyd(x, 6, 1, 2);
    l.max_shift = 1e6;
    ck_assert_int_eq(mlci_lloyd_run(&l, centres, NULL), MLC_OK);
    ck_assert_int_eq(l.n_history, 2); /* one iteration, then the final centres */
    ck_assert_double_gt(l.history[0].shift, 0);
    close_lloyd(&l);
}
END_TEST

START_TEST(test_run_over_infinite_distances_fails_with_advice)
{
    const double x[] = {-1e300, 1e300};
    double centres[] = {0};
    mlc_error err;
    mlci_lloyd l = open_lloyd(x, 2, 1, 1);
    ck_assert_int_eq(mlci_lloyd_run(&l, centres, &err), MLC_ERROR_NUMERIC);
    ck_assert_str_eq(err.message, "squared distances are not finite: values of the features are "
                                  "too large; scale them first");
    close_lloyd(&l);
}
END_TEST

MLCI_CHECK_SUITE("lloyd", test_run_moves_centres_to_the_means,
                 test_run_gives_an_empty_cluster_the_farthest_row,
                 test_run_gives_an_empty_cluster_the_lowest_row_among_equally_far,
                 test_run_leaves_a_cluster_empty_when_no_row_is_off_its_centre,
                 test_run_stops_when_centres_move_no_more_than_max_shift,
                 test_run_over_infinite_distances_fails_with_advice)
