#include "tree/histogram.h"

#include "growing.h"

/* Sums over the rows, cell by cell, the plain way. */
static void check_sums(const test_data *d, const uint32_t *rows, int64_t n, const mlci_histogram *h)
{
    const mlci_binned *const b = d->binned;
    for (int32_t u = 0; u < b->n_used; u++) {
        int64_t sum_g[256] = {0}, sum_h[256] = {0};
        for (int64_t i = 0; i < n; i++) {
            const uint8_t code = mlci_binned_code(b, u, rows[i]);
            const uint32_t coarse = d->gradients->coarse[rows[i]];
            sum_g[code] += (int16_t)(coarse >> 16);
            sum_h[code] += coarse & 0xFFFF;
        }
        mlci_wide_cell total = {0, 0};
        for (int c = 0; c < 256; c++) {
            total.g += sum_g[c];
            total.h += sum_h[c];
        }
        mlci_feature_cells cells;
        mlci_histogram_feature(b, h, u, total, &cells);
        ck_assert_int_eq(cells.n_codes, b->rules[b->used[u]].n_bins + 1);
        for (int32_t c = 0; c < cells.n_codes; c++) {
            ck_assert_int_eq(mlci_cell_at(cells.cells, cells.is_wide, c).g, sum_g[c]);
            ck_assert_int_eq(mlci_cell_at(cells.cells, cells.is_wide, c).h, sum_h[c]);
        }
    }
}

/* The first n rows built, then half of them built and taken away. */
static void check_problem(const test_problem *p, int32_t n_threads, int32_t n_listed)
{
    const int64_t n = p->n_rows, n_features = p->n_features;
    test_data d;
    mlci_histogram_builder *builder = NULL;
    const int64_t half = n / 2 + n % 2;
    uint32_t *const odd = calloc((size_t)n, sizeof *odd);
    for (int64_t i = 0; i < n; i++)
        odd[i % 2 == 0 ? i / 2 : half + i / 2] = (uint32_t)i;
    test_data_open(&d, p->x, p->y, n, n_features, NULL, NULL, n_threads);
    ck_assert_int_eq(d.binned->n_bundles - d.binned->n_dense, n_listed);
    ck_assert_int_eq(mlci_histogram_builder_create(d.call, d.binned, 1, &builder, NULL), MLC_OK);
    builder->coarse = d.gradients->coarse;
    mlci_histogram *const all = mlci_histogram_take(builder, n);
    mlci_histogram *const part = mlci_histogram_take(builder, half);
    ck_assert_int_eq(mlci_histogram_build(d.call, builder, d.all, n, all, NULL), MLC_OK);
    ck_assert_int_eq(mlci_histogram_build(d.call, builder, odd, half, part, NULL), MLC_OK);
    ck_assert_int_eq(all->is_wide, n > MLCI_PACKED_ROWS);
    check_sums(&d, d.all, n, all);
    check_sums(&d, odd, half, part);
    mlci_histogram *const rest = mlci_histogram_take(builder, n - half);
    const int32_t n_all = d.binned->n_bundles, middle = n_all / 2;
    mlci_histogram_subtract(builder, all, part, 0, middle, rest);
    mlci_histogram_subtract(builder, all, part, middle, n_all, rest);
    ck_assert_int_eq(rest->is_wide, n - half > MLCI_PACKED_ROWS);
    check_sums(&d, odd + half, n - half, rest);
    if (n <= MLCI_PACKED_ROWS) {
        mlci_histogram_build_bundles(builder, d.all, n, 0, middle, rest);
        mlci_histogram_build_bundles(builder, d.all, n, middle, n_all, rest);
        check_sums(&d, d.all, n, rest);
    }
    ck_assert_int_eq(mlci_histogram_takes_rows(builder, all),
                     n <= MLCI_PACKED_ROWS && d.binned->n_dense == n_all);
    if (mlci_histogram_takes_rows(builder, all)) {
        mlci_histogram_subtract_rows(builder, odd, half, 0, middle, all);
        mlci_histogram_subtract_rows(builder, odd, half, middle, n_all, all);
        check_sums(&d, odd + half, n - half, all);
    }
    mlci_histogram_give(builder, all);
    mlci_histogram_give(builder, part);
    mlci_histogram_give(builder, rest);
    mlci_histogram_builder_free(builder);
    test_data_close(&d);
    free(odd);
}

static void check_size(int64_t n, int64_t n_features, int32_t n_threads)
{
    test_problem p = test_problem_make(n, n_features, 0);
    check_problem(&p, n_threads, 0);
    test_problem_clear(&p);
}

START_TEST(test_histogram_of_packed_size_equals_plain_sums)
{
    check_size(10, 3, 1);
    check_size(3001, 70, 1);
    check_size(20000, 5, 3);
}
END_TEST

START_TEST(test_histogram_of_wide_size_equals_plain_sums)
{
    check_size(70001, 5, 1);
    check_size(140001, 3, 3);
}
END_TEST

/* A number, a one-hot group with a missing value, three coins, a column of few codes. */
START_TEST(test_histogram_of_bundled_features_equals_plain_sums)
{
    for (int64_t n = 1000; n < 100000; n = 9 * n - 1) {
        test_problem p = test_problem_make(n, 12, 0);
        for (int64_t i = 0; i < n; i++) {
            double *const x = p.x + 12 * i;
            const int64_t hot = (int64_t)(7 * test_unit(50, i));
            for (int64_t j = 0; j < 7; j++)
                x[1 + j] = j == hot;
            if (hot == 2 && i % 5 == 0) x[3] = NAN;
            for (uint32_t j = 8; j < 11; j++)
                x[j] = test_unit(j, i) < 0.5;
            x[11] = floor(20 * test_unit(60, i));
        }
        check_problem(&p, 2, 0);
        test_problem_clear(&p);
    }
}
END_TEST

/* Column j of 15 is mostly one value, the others in rows at random, so that no two are exclusive;
 * but for columns 13 and 14. */
static double rare_value(int64_t j, int64_t i)
{
    const double u = test_unit(70 + (uint32_t)j, i), v = test_unit(90 + (uint32_t)j, i);
    if (j >= 13) return i % 50 == j;
    if (u > 0.05) return j % 4 == 3 ? NAN : (double)(j % 4);
    return j % 3 == 0 ? v : j % 3 == 1 ? floor(10 * v) : v < 0.5 ? NAN : INFINITY;
}

/* Packed and wide, first with dense bundles before, then without. */
START_TEST(test_histogram_of_listed_bundles_equals_plain_sums)
{
    for (int64_t n = 8192; n < 80000; n += 61000) {
        for (int64_t n_dense = 2; n_dense >= 0; n_dense -= 2) {
            const int64_t f = 15 + n_dense;
            test_problem p = test_problem_make(n, f, 0);
            for (int64_t i = 0; i < n; i++)
                for (int64_t j = 0; j < 15; j++)
                    p.x[i * f + n_dense + j] = rare_value(j, i);
            check_problem(&p, n_dense == 0 ? 1 : 3, n_dense == 0 ? 13 : 14);
            test_problem_clear(&p);
        }
    }
}
END_TEST

MLCI_CHECK_SUITE("histogram", test_histogram_of_packed_size_equals_plain_sums,
                 test_histogram_of_wide_size_equals_plain_sums,
                 test_histogram_of_bundled_features_equals_plain_sums,
                 test_histogram_of_listed_bundles_equals_plain_sums)
