#include "tree/gradient.h"

#include "boosting.h"

typedef struct gradient_case {
    mlc_context local, *call;
    mlci_loss loss;
    mlci_loss_rows rows;
    mlci_gradients *gradients;
} gradient_case;

/* Squared error of n rows with scores 0: g = -y, h = weight. */
static void open_case(gradient_case *c, const double *y, const double *weight, int64_t n)
{
    static const double zeros[100000];
    memset(c, 0, sizeof *c);
    c->loss = (mlci_loss){.kind = &mlci_loss_squared_error,
                          .n_outputs = 1,
                          .kernels = mlci_kernels_of(MLCI_ISA_REFERENCE)};
    c->rows = (mlci_loss_rows){n, n, y, weight, zeros, NULL};
    ck_assert_int_eq(mlci_call_begin(NULL, &c->local, MLCI_FIT, &c->call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_gradients_create(NULL, n, 1, &c->gradients, NULL), MLC_OK);
}

static void close_case(gradient_case *c)
{
    mlci_gradients_free(c->gradients);
    mlci_call_end(c->call);
}

static void round_case(gradient_case *c, uint64_t seed, uint32_t stream, const int64_t *index)
{
    const mlci_rounding rounding = {seed, stream, index};
    ck_assert_int_eq(mlci_gradients_compute(c->call, &c->loss, &c->rows, 0, c->gradients, NULL),
                     MLC_OK);
    ck_assert_int_eq(mlci_gradients_round(c->call, &rounding, c->gradients, NULL), MLC_OK);
}

START_TEST(test_gradients_have_the_next_power_of_two_as_scale_and_exact_fine_pairs)
{
    const double y[] = {-3, 1.5, 0.25, 0};
    gradient_case c;
    open_case(&c, y, NULL, 4);
    round_case(&c, 0, 0, NULL);
    ck_assert_double_eq(c.gradients->g_scale, 4);
    ck_assert_double_eq(c.gradients->h_scale, 1);
    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(c.gradients->fine[i].g, (int32_t)(-y[i] / 4 * (1 << 30)));
        ck_assert_int_eq(c.gradients->fine[i].h, 1 << 30);
        /* These are multiples of the coarse unit: no rounding. */
        ck_assert_int_eq((int32_t)c.gradients->coarse[i] >> 16, (int32_t)(-y[i] / 4 * (1 << 14)));
        ck_assert_int_eq(c.gradients->coarse[i] & 0xFFFF, 1 << 15);
    }
    close_case(&c);
}
END_TEST

START_TEST(test_gradients_are_rounded_without_bias)
{
    enum { N = 100000 };
    double *const y = calloc(N, sizeof *y);
    gradient_case c;
    for (int64_t i = 0; i < N; i++)
        y[i] = 1e-5; /* 0.16 of a coarse unit */
    y[0] = 1;
    open_case(&c, y, NULL, N);
    round_case(&c, 3, 5, NULL);
    int64_t sum = 0;
    for (int64_t i = 1; i < N; i++)
        sum += (int32_t)c.gradients->coarse[i] >> 16;
    const double mean = (double)sum / (N - 1) / (1 << 14);
    /* Standard error: 0.37 units / sqrt(N) = 7e-8; five of them. */
    ck_assert_double_eq_tol(mean, -1e-5, 3.6e-7);
    close_case(&c);
    free(y);
}
END_TEST

START_TEST(test_gradients_are_rounded_by_row_index_seed_and_stream_only)
{
    enum { N = 20000 };
    double *const y = calloc(N, sizeof *y);
    int64_t *const index = calloc(N, sizeof *index);
    uint32_t *const first = calloc(N, sizeof *first);
    gradient_case c;
    for (int64_t i = 0; i < N; i++)
        y[i] = test_unit(0, i);
    open_case(&c, y, NULL, N);
    round_case(&c, 1, 2, NULL);
    memcpy(first, c.gradients->coarse, N * sizeof *first);
    round_case(&c, 1, 3, NULL);
    ck_assert(memcmp(first, c.gradients->coarse, N * sizeof *first) != 0);
    round_case(&c, 2, 2, NULL);
    ck_assert(memcmp(first, c.gradients->coarse, N * sizeof *first) != 0);
    close_case(&c);
    for (int64_t i = 0; i < N; i++) { /* the same rows, backwards */
        index[i] = N - 1 - i;
        y[i] = test_unit(0, N - 1 - i);
    }
    open_case(&c, y, NULL, N);
    round_case(&c, 1, 2, index);
    for (int64_t i = 0; i < N; i++)
        ck_assert_uint_eq(c.gradients->coarse[i], first[N - 1 - i]);
    close_case(&c);
    free(y);
    free(index);
    free(first);
}
END_TEST

START_TEST(test_gradients_of_light_rows_keep_one_unit_of_hessian)
{
    const double y[] = {1, 1}, weight[] = {1, 1e-30};
    gradient_case c;
    open_case(&c, y, weight, 2);
    round_case(&c, 0, 0, NULL);
    ck_assert_uint_eq(c.gradients->coarse[1] & 0xFFFF, 1);
    close_case(&c);
}
END_TEST

START_TEST(test_gradients_beyond_range_are_a_numeric_error)
{
    const double y[] = {1, 1e305};
    mlc_error err;
    gradient_case c;
    open_case(&c, y, NULL, 2);
    ck_assert_int_eq(mlci_gradients_compute(c.call, &c.loss, &c.rows, 0, c.gradients, &err),
                     MLC_ERROR_NUMERIC);
    ck_assert_ptr_nonnull(strstr(err.message, "beyond 1e300"));
    close_case(&c);
}
END_TEST

START_TEST(test_cell_adds_both_halves_at_once)
{
    uint64_t cell = 0;
    int64_t g = 0, h = 0;
    for (int32_t i = 0; i < 65536; i++) {
        const int32_t one_g = i % 3 == 0 ? -16384 : i % 5, one_h = i % 7 == 0 ? 32768 : 1;
        cell += mlci_cell_of_coarse((uint32_t)one_g << 16 | (uint32_t)one_h);
        g += one_g;
        h += one_h;
    }
    ck_assert_int_eq(mlci_cell_g(cell), g);
    ck_assert_int_eq(mlci_cell_h(cell), h);
}
END_TEST

/* 3 blocks, the last of part of a chunk. */
START_TEST(test_gradients_in_the_place_of_reals_are_those_beside_them)
{
    enum { N = 17001 };
    double *const y = calloc(N, sizeof *y), *const weight = calloc(N, sizeof *weight);
    for (int64_t i = 0; i < N; i++) {
        y[i] = test_unit(1, i) - 0.4;
        weight[i] = test_unit(2, i);
    }
    gradient_case kept, other;
    open_case(&kept, y, weight, N);
    open_case(&other, y, weight, N);
    mlci_gradients_free(other.gradients);
    ck_assert_int_eq(mlci_gradients_create(NULL, N, 0, &other.gradients, NULL), MLC_OK);
    ck_assert_ptr_eq(other.gradients->fine, other.gradients->g);
    for (uint32_t stream = 0; stream < 2; stream++) {
        round_case(&kept, 4, stream, NULL);
        round_case(&other, 4, stream, NULL);
        ck_assert_mem_eq(kept.gradients->fine, other.gradients->fine,
                         N * sizeof *kept.gradients->fine);
        ck_assert_mem_eq(kept.gradients->coarse, other.gradients->coarse,
                         N * sizeof *kept.gradients->coarse);
    }
    close_case(&kept);
    close_case(&other);
    free(y);
    free(weight);
}
END_TEST

MLCI_CHECK_SUITE("gradient",
                 test_gradients_have_the_next_power_of_two_as_scale_and_exact_fine_pairs,
                 test_gradients_are_rounded_without_bias,
                 test_gradients_are_rounded_by_row_index_seed_and_stream_only,
                 test_gradients_of_light_rows_keep_one_unit_of_hessian,
                 test_gradients_beyond_range_are_a_numeric_error,
                 test_gradients_in_the_place_of_reals_are_those_beside_them,
                 test_cell_adds_both_halves_at_once)
