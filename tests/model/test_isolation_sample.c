#include "tree/isolation_sample.h"

#include <math.h>
#include <stdlib.h>

#include "check_suite.h"
#include "random.h"

static mlci_subsampler open_sampler(int64_t n, const int64_t *row_index, const double *weight,
                                    int with_replacement)
{
    mlci_subsampler s = {.seed = 5, .with_replacement = with_replacement};
    ck_assert_int_eq(mlci_subsampler_init(NULL, n, row_index, weight, &s, NULL), MLC_OK);
    return s;
}

static void draw(const mlci_subsampler *s, uint32_t stream, int64_t n, int64_t *rows)
{
    int64_t *const memory = malloc((size_t)mlci_subsampler_memory(n) * sizeof *memory);
    mlci_subsampler_draw(s, stream, n, memory, rows);
    free(memory);
}

START_TEST(test_sample_without_replacement_has_each_row_once_and_equally_often)
{
    enum { N = 20, TAKEN = 5, DRAWS = 4000 };
    mlci_subsampler s = open_sampler(N, NULL, NULL, 0);
    int64_t rows[TAKEN], count[N] = {0};
    for (uint32_t t = 0; t < DRAWS; t++) {
        draw(&s, t, TAKEN, rows);
        for (int i = 0; i < TAKEN; i++) {
            ck_assert(i == 0 || rows[i - 1] < rows[i]);
            count[rows[i]]++;
        }
    }
    /* Within five standard deviations of draws * 5 / 20. */
    for (int i = 0; i < N; i++)
        ck_assert_double_eq_tol((double)count[i], DRAWS * 0.25, 5 * sqrt(DRAWS * 0.25 * 0.75));
    mlci_subsampler_clear(&s);
}
END_TEST

START_TEST(test_large_sample_is_sorted_and_distinct)
{
    enum { N = 40000, TAKEN = 30000 };
    mlci_subsampler s = open_sampler(N, NULL, NULL, 0);
    int64_t *const rows = malloc(TAKEN * sizeof *rows);
    draw(&s, 0, TAKEN, rows);
    for (int i = 1; i < TAKEN; i++)
        ck_assert_int_lt(rows[i - 1], rows[i]);
    ck_assert_int_ge(rows[0], 0);
    ck_assert_int_lt(rows[TAKEN - 1], N);
    free(rows);
    mlci_subsampler_clear(&s);
}
END_TEST

static int compare_numbers(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* By a search through all that was drawn before. */
static void draw_slowly(const mlci_subsampler *s, uint32_t stream, int64_t n, int64_t *rows)
{
    for (int64_t j = 0; j < n; j++) {
        const int64_t most = s->n_places - n + j;
        rows[j] = (int64_t)mlci_random_below(s->seed, MLCI_RANDOM_SUBSAMPLE, stream, (uint64_t)j,
                                             (uint64_t)most + 1);
        for (int64_t i = 0; i < j; i++) {
            if (rows[i] != rows[j]) continue;
            rows[j] = most;
            break;
        }
    }
    qsort(rows, (size_t)n, sizeof *rows, compare_numbers);
}

/* Few of many are remembered by a table, more by bits. */
START_TEST(test_samples_of_any_share_are_those_of_floyds_algorithm)
{
    static const int64_t sizes[][2] = {{1, 1},       {64, 64},     {65, 3},       {1000, 999},
                                       {1024, 8},    {1025, 8},    {100000, 2},   {100000, 700},
                                       {65536, 512}, {65537, 512}, {1 << 30, 600}};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        const int64_t n = sizes[k][1];
        const mlci_subsampler s = {.seed = 5, .n_rows = sizes[k][0], .n_places = sizes[k][0]};
        int64_t *const rows = malloc((size_t)(2 * n) * sizeof *rows);
        for (uint32_t stream = 0; stream < 3; stream++) {
            draw(&s, stream, n, rows);
            draw_slowly(&s, stream, n, rows + n);
            ck_assert_mem_eq(rows, rows + n, (size_t)n * sizeof *rows);
        }
        free(rows);
    }
}
END_TEST

START_TEST(test_whole_weights_count_rows)
{
    const double weight[] = {3, 1, 2};
    mlci_subsampler s = open_sampler(3, NULL, weight, 0);
    int64_t rows[6];
    ck_assert_int_eq(s.n_places, 6);
    draw(&s, 0, 6, rows);
    const int64_t expected[] = {0, 0, 0, 1, 2, 2};
    ck_assert_mem_eq(rows, expected, sizeof rows);
    mlci_subsampler_clear(&s);
}
END_TEST

START_TEST(test_other_weights_draw_with_replacement_by_weight)
{
    enum { TAKEN = 40000 };
    const double weight[] = {0.5, 2.5, 1};
    mlci_subsampler s = open_sampler(3, NULL, weight, 0);
    int64_t *const rows = malloc(TAKEN * sizeof *rows);
    double count[3] = {0};
    draw(&s, 0, TAKEN, rows);
    for (int i = 0; i < TAKEN; i++)
        count[rows[i]]++;
    for (int k = 0; k < 3; k++) {
        const double share = weight[k] / 4; /* within five standard deviations */
        ck_assert_double_eq_tol(count[k] / TAKEN, share, 5 * sqrt(share * (1 - share) / TAKEN));
    }
    free(rows);
    mlci_subsampler_clear(&s);
}
END_TEST

START_TEST(test_rows_in_another_order_give_the_same_sample)
{
    enum { N = 100, TAKEN = 17 };
    int64_t index[N], there[TAKEN], here[TAKEN];
    double weight[N], shuffled[N];
    for (int i = 0; i < N; i++) {
        index[i] = i * 37 % N;
        weight[i] = 1 + i % 3;
    }
    for (int i = 0; i < N; i++)
        shuffled[i] = weight[index[i]];
    mlci_subsampler a = open_sampler(N, NULL, weight, 0), b = open_sampler(N, index, shuffled, 0);
    for (uint32_t t = 0; t < 5; t++) {
        draw(&a, t, TAKEN, here);
        draw(&b, t, TAKEN, there);
        for (int i = 0; i < TAKEN; i++)
            ck_assert_int_eq(index[there[i]], here[i]);
    }
    mlci_subsampler_clear(&a);
    mlci_subsampler_clear(&b);
}
END_TEST

MLCI_CHECK_SUITE("isolation_sample",
                 test_sample_without_replacement_has_each_row_once_and_equally_often,
                 test_large_sample_is_sorted_and_distinct,
                 test_samples_of_any_share_are_those_of_floyds_algorithm,
                 test_whole_weights_count_rows, test_other_weights_draw_with_replacement_by_weight,
                 test_rows_in_another_order_give_the_same_sample)
