/* Against all distances, one by one. */
#include "neighbors.h"

#include <math.h>
#include <stdlib.h>

#include "check_suite.h"
#include "random.h"

#define N 1100 /* more than two tiles */
#define P 3
#define K 4

static double distance(const mlci_neighbor_rows *r, int64_t i, int64_t j)
{
    double sum = 0;
    for (int64_t k = 0; k < r->n_numbers; k++) {
        const double off = r->numbers[i * r->n_numbers + k] - r->numbers[j * r->n_numbers + k];
        sum = fma(off, off, sum);
    }
    for (int64_t c = 0; c < r->n_codes; c++)
        sum += r->codes[c * r->n + i] != r->codes[c * r->n + j] ? r->mismatch : 0;
    return sum;
}

/* Rows before j in the order of (distance from i, row), i itself left out. */
static int64_t rank(const mlci_neighbor_rows *r, int64_t i, int64_t j)
{
    const double d = distance(r, i, j);
    int64_t before = 0;
    for (int64_t m = 0; m < r->n; m++) {
        const double other = distance(r, i, m);
        before += m != i && m != j && (other < d || (other == d && m < j));
    }
    return before;
}

/* With that many threads on that instruction set; every `step` rows. */
static void assert_nearest_on(const mlci_neighbor_rows *r, const char *isa, int32_t n_threads,
                              int64_t step)
{
    int64_t *const out = calloc((size_t)r->n * K, sizeof *out);
    const mlc_host host = {.size = sizeof host, .isa = isa, .n_threads = n_threads};
    mlc_context *ctx = NULL, local, *call = NULL;
    ck_assert_int_eq(mlc_context_create(&host, &ctx, NULL), MLC_OK);
    ck_assert_int_eq(mlci_call_begin(ctx, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_neighbors_of_rows(call, r, K, out, NULL), MLC_OK);
    mlci_call_end(call);
    mlc_context_close(ctx);
    for (int64_t i = 0; i < r->n; i += step) {
        for (int64_t m = 0; m < K; m++) {
            ck_assert_int_ne(out[i * K + m], i);
            ck_assert_int_eq(rank(r, i, out[i * K + m]), m);
        }
    }
    free(out);
}

static void assert_nearest(const mlci_neighbor_rows *r)
{
    assert_nearest_on(r, NULL, 0, 13);
}

START_TEST(test_neighbours_are_the_nearest_with_ties_to_the_lowest_row)
{
    static double numbers[N * P];
    static int32_t codes[2 * N];
    for (uint64_t i = 0; i < N * P; i++) /* whole numbers: many ties */
        numbers[i] = (double)mlci_random_below(1, MLCI_RANDOM_TEST, 0, i, 12);
    for (uint64_t i = 0; i < 2 * N; i++)
        codes[i] = (int32_t)mlci_random_below(1, MLCI_RANDOM_TEST, 1, i, 4) - 1;
    assert_nearest(&(mlci_neighbor_rows){.n = N, .n_numbers = P, .numbers = numbers});
    assert_nearest(&(mlci_neighbor_rows){
        .n = N, .n_numbers = P, .numbers = numbers, .n_codes = 2, .codes = codes, .mismatch = 2.5});
}
END_TEST

/* A number of a column, all of it a function of row and column. */
static double draw(uint64_t row, uint64_t column, uint32_t stream)
{
    return mlci_random_unit(5, MLCI_RANDOM_TEST, stream, row * 64 + column);
}

START_TEST(test_neighbours_are_the_nearest_wherever_rows_lie)
{
    /* Clusters, far from 0, tiny and vast numbers, which floats do not hold, columns of different
     * spread, few and many columns. */
    static const struct {
        int64_t n, n_numbers;
        double offset, scale, last_scale;
        int64_t n_clusters;
    } cases[] = {{700, 2, 0, 1, 1, 1},        {700, 5, 0, 1, 1, 9},
                 {600, 17, 1e7, 1e-3, 1, 4},  {600, 20, 0, 1e-30, 1e-30, 1},
                 {600, 20, 0, 1e30, 1e30, 3}, {500, 40, 5, 1e-8, 1e8, 1},
                 {400, 64, -1e12, 1, 1, 1},   {300, 3, 0, 1e-160, 1, 2}};
    static const char *const sets[] = {"reference", NULL};
    static double numbers[700 * 64];
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        const int64_t n = cases[c].n, p = cases[c].n_numbers;
        for (int64_t i = 0; i < n; i++) {
            const uint64_t cluster = (uint64_t)(i % cases[c].n_clusters);
            for (int64_t k = 0; k < p; k++)
                numbers[i * p + k] =
                    cases[c].offset +
                    (k + 1 == p ? cases[c].last_scale : cases[c].scale) *
                        (draw((uint64_t)i, (uint64_t)k, 2) + 100 * draw(cluster, (uint64_t)k, 3));
        }
        const mlci_neighbor_rows rows = {.n = n, .n_numbers = p, .numbers = numbers};
        for (int k = 0; k < 4; k++)
            assert_nearest_on(&rows, sets[k % 2], 1 + k, 7);
    }
}
END_TEST

START_TEST(test_distances_beyond_all_numbers_still_give_neighbours)
{
    static const double numbers[] = {-1e200, 1e200, 1e200, 3e200};
    const mlci_neighbor_rows rows = {.n = 4, .n_numbers = 1, .numbers = numbers};
    int64_t out[8];
    mlc_context local, *call = NULL;
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_neighbors_of_rows(call, &rows, 2, out, NULL), MLC_OK);
    mlci_call_end(call);
    ck_assert_int_eq(out[2], 2); /* equal rows are at distance 0 */
    ck_assert_int_eq(out[4], 1);
    for (int i = 0; i < 8; i++)
        ck_assert(out[i] >= 0 && out[i] < 4 && out[i] != i / 2);
}
END_TEST

MLCI_CHECK_SUITE("neighbors", test_neighbours_are_the_nearest_with_ties_to_the_lowest_row,
                 test_distances_beyond_all_numbers_still_give_neighbours, MLCI_RESULTS,
                 test_neighbours_are_the_nearest_wherever_rows_lie)
