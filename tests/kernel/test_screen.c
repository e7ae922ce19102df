#include "kernel_cases.h"

#define ROWS 11
#define MOST_COLUMNS 30

static float x[ROWS * MOST_COLUMNS], y[MLCI_FLOAT_TILE * MOST_COLUMNS];

static void fill(int64_t n_numbers, int64_t n_codes)
{
    const int64_t width = n_numbers + n_codes;
    for (int64_t i = 0; i < ROWS * width; i++)
        x[i] = i % width < n_numbers ? (float)case_real() : (float)(case_bits() % 3);
    for (int64_t i = 0; i < MLCI_FLOAT_TILE * width; i++)
        y[i] = i < MLCI_FLOAT_TILE * n_numbers ? (float)case_real() : (float)(case_bits() % 3);
}

static float apart(const mlci_float_tile *tile, int64_t i, int64_t j)
{
    const float *const row = x + i * (tile->n_numbers + tile->n_codes);
    float sum = 0;
    for (int64_t k = 0; k < tile->n_numbers; k++) {
        const float away = row[k] - y[k * MLCI_FLOAT_TILE + j];
        sum = fmaf(away, away, sum);
    }
    for (int64_t k = tile->n_numbers; k < tile->n_numbers + tile->n_codes; k++)
        sum += row[k] != y[k * MLCI_FLOAT_TILE + j] ? tile->mismatch : 0;
    return sum;
}

START_TEST(test_screen_then_a_bit_for_each_row_within_the_limit_on_every_table)
{
    for (int trial = 0; trial < 60; trial++) {
        const int64_t p = (int64_t)(case_bits() % 25), q = (int64_t)(case_bits() % 5);
        const mlci_float_tile tile = {p, q, y, 0.5F};
        float limit[ROWS];
        fill(p, q);
        for (int64_t i = 0; i < ROWS; i++) /* one of the distances, or one that none is within */
            limit[i] = i % 4 == 3 ? -1 : apart(&tile, i, (int64_t)(case_bits() % 64));
        for (int t = 0; t < case_n_tables; t++) {
            const int64_t n = 1 + trial % ROWS;
            uint64_t bits[ROWS];
            int64_t n_set = 0;
            memset(bits, 0xAB, sizeof bits);
            const int64_t found = case_tables[t]->screen(x, n, &tile, limit, bits);
            for (int64_t i = 0; i < n; i++) {
                for (int64_t j = 0; j < 64; j++) {
                    const int is_near = apart(&tile, i, j) <= limit[i];
                    ck_assert_int_eq(bits[i] >> j & 1, is_near);
                    n_set += is_near;
                }
            }
            ck_assert_int_eq(found, n_set);
            ck_assert(n == ROWS || bits[n] == UINT64_C(0xABABABABABABABAB));
        }
    }
}
END_TEST

START_TEST(test_screen_when_a_row_is_not_there_then_it_is_not_near)
{
    const mlci_float_tile tile = {1, 0, y, 0};
    const float limit = INFINITY;
    for (int t = 0; t < case_n_tables; t++) {
        uint64_t bits = 0;
        for (int64_t j = 0; j < 64; j++)
            y[j] = j < 40 ? 1 : NAN;
        ck_assert_int_eq(case_tables[t]->screen(x, 1, &tile, &limit, &bits), 40);
        ck_assert_uint_eq(bits, (UINT64_C(1) << 40) - 1);
    }
}
END_TEST

START_TEST(test_distance_of_two_rows_is_one_chain_on_every_table)
{
    double a[40], b[40];
    for (int64_t n = 0; n <= 40; n++) {
        double sum = 0;
        case_fill(a, 40, n % 4 == 3);
        case_fill(b, 40, 0);
        for (int64_t k = 0; k < n; k++)
            sum = fma(a[k] - b[k], a[k] - b[k], sum);
        for (int t = 0; t < case_n_tables; t++)
            ck_assert(case_same(case_tables[t]->distance(n, a, b), sum));
    }
}
END_TEST

MLCI_CHECK_SUITE_BY(case_add, "screen",
                    test_screen_then_a_bit_for_each_row_within_the_limit_on_every_table,
                    test_screen_when_a_row_is_not_there_then_it_is_not_near,
                    test_distance_of_two_rows_is_one_chain_on_every_table)
