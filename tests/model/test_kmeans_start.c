/* Where k-means starts: distributions of the draws. */
#include "check_suite.h"
#include "cluster/lloyd.h"

#define N_RESTARTS 4000
/* Four standard deviations of a share of one half in 4,000 draws. */
#define SHARE_TOLERANCE 0.032

static mlc_context local, *call;

static mlci_lloyd open_start(const double *x, const double *weight, int64_t n, int64_t k)
{
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    call->n_threads = 1;
    return (mlci_lloyd){.call = call,
                        .kernels = mlci_kernels_of(MLCI_ISA_REFERENCE),
                        .x = x,
                        .weight = weight,
                        .n = n,
                        .p = 1,
                        .k = k,
                        .seed = 12};
}

/* Share of restarts whose first centre is at `value`. */
static double share_of(const mlci_lloyd *l, double value,
                       mlc_status (*start)(const mlci_lloyd *l, uint32_t restart, double *centres,
                                           mlc_error *err))
{
    int64_t n = 0;
    double centres[4];
    for (uint32_t restart = 0; restart < N_RESTARTS; restart++) {
        ck_assert_int_eq(start(l, restart, centres, NULL), MLC_OK);
        n += centres[0] == value;
    }
    return (double)n / N_RESTARTS;
}

START_TEST(test_first_centre_is_drawn_by_weight)
{
    const double x[] = {1, 2, 3}, weight[] = {1, 2, 1};
    mlci_lloyd l = open_start(x, weight, 3, 1);
    ck_assert_double_eq_tol(share_of(&l, 2, mlci_kmeans_plus_plus), 0.5, SHARE_TOLERANCE);
    ck_assert_double_eq_tol(share_of(&l, 1, mlci_kmeans_plus_plus), 0.25, SHARE_TOLERANCE);
    ck_assert_double_eq_tol(share_of(&l, 2, mlci_kmeans_random), 0.5, SHARE_TOLERANCE);
    ck_assert_double_eq_tol(share_of(&l, 1, mlci_kmeans_random), 0.25, SHARE_TOLERANCE);
    mlci_call_end(call);
}
END_TEST

START_TEST(test_random_rows_are_different)
{
    const double x[] = {1, 2, 3, 4};
    mlci_lloyd l = open_start(x, NULL, 4, 4);
    for (uint32_t restart = 0; restart < 50; restart++) {
        double centres[4];
        ck_assert_int_eq(mlci_kmeans_random(&l, restart, centres, NULL), MLC_OK);
        ck_assert_double_eq(centres[0] + centres[1] + centres[2] + centres[3], 10);
        ck_assert_double_eq(centres[0] * centres[1] * centres[2] * centres[3], 24);
    }
    mlci_call_end(call);
}
END_TEST

START_TEST(test_plus_plus_finds_far_groups)
{
    /* Three tight groups: a row of a group that has a centre has a share below 1e-9. */
    const double x[] = {0, 1e-3, 2e-3, 1000, 1000.001, 1000.002, 5000, 5000.001, 5000.002};
    mlci_lloyd l = open_start(x, NULL, 9, 3);
    for (uint32_t restart = 0; restart < 50; restart++) {
        double centres[3];
        int32_t seen[3] = {0};
        ck_assert_int_eq(mlci_kmeans_plus_plus(&l, restart, centres, NULL), MLC_OK);
        for (int32_t c = 0; c < 3; c++) {
            seen[centres[c] < 500 ? 0 : centres[c] < 3000 ? 1 : 2]++;
        }
        for (int32_t c = 0; c < 3; c++)
            ck_assert_int_eq(seen[c], 1);
    }
    mlci_call_end(call);
}
END_TEST

MLCI_CHECK_SUITE("kmeans_start", test_first_centre_is_drawn_by_weight,
                 test_random_rows_are_different, test_plus_plus_finds_far_groups)
