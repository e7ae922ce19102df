/* Shapley values of products and powers: the definition over all coalitions, sums that are what the
 * game gives, and the same bits from each table. */
#include "share_kernels.h"

#include "kernel_cases.h"
#include "quadrature.h"
#include "shapley.h"

enum { LANES = 2 * MLCI_SHARE_LANES, FEATURES = 9, MOST = 7, DEGREES = 12, NODES = 8 };

/* Shares of a few hundred terms, as a part of the largest term. */
#define ROUNDING 1e-13

/* Features 1 .. n of the columns are apart. */
typedef struct games {
    double nodes[NODES], rest[NODES], weights[NODES];
    double whole[LANES], with[FEATURES * LANES], without[FEATURES * LANES];
    double steps[FEATURES], spread[NODES * DEGREES], factors[DEGREES];
    int32_t feature[FEATURES];
    double shares[FEATURES * LANES];
} games;

static _Alignas(64) double memory[DEGREES * MLCI_SHARE_LANES * (FEATURES + 4)];

static void make_games(games *g, int n, int n_nodes, int degree)
{
    *g = (games){0};
    mlci_gauss_legendre(n_nodes, g->nodes, g->rest, g->weights);
    for (int i = 0; i < LANES; i++)
        g->whole[i] = case_unit();
    for (int i = 0; i < FEATURES * LANES; i++) {
        g->with[i] = case_bits() % 8 == 0 ? 0 : case_unit();
        g->without[i] = case_bits() % 8 == 0 ? 0 : case_unit();
    }
    for (int k = 0; k < n; k++) {
        g->feature[k] = k + 1;
        g->steps[k] = case_unit() - 0.5;
    }
    for (int r = 0; r < degree; r++) {
        g->factors[r] = test_factorial(degree) / test_factorial(degree - r);
        for (int q = 0; q < n_nodes; q++)
            g->spread[q * degree + r] =
                (g->nodes[q] * pow(g->rest[q], r) + g->rest[q] * pow(-g->nodes[q], r)) /
                test_factorial(r);
    }
}

static mlci_share_game game_of(games *g, int n, int n_nodes)
{
    return (mlci_share_game){.n_lanes = LANES,
                             .n_apart = n,
                             .feature = g->feature,
                             .n_nodes = n_nodes,
                             .nodes = g->nodes,
                             .weights = g->weights,
                             .weight = 0.75,
                             .shares = g->shares,
                             .memory = memory};
}

static void share_product(const mlci_kernels *kernels, games *g, int n, int n_nodes)
{
    const mlci_product_game product = {
        .game = game_of(g, n, n_nodes), .whole = g->whole, .with = g->with, .without = g->without};
    kernels->product_shares(&product);
}

static void share_power(const mlci_kernels *kernels, games *g, int n, int n_nodes, int degree)
{
    const mlci_power_game power = {.game = game_of(g, n, n_nodes),
                                   .degree = degree,
                                   .start = g->whole,
                                   .points = g->with,
                                   .steps = g->steps,
                                   .spread = g->spread,
                                   .factors = g->factors};
    kernels->power_shares(&power);
}

static void assert_shares(const games *g, int n, int lane, const double *v)
{
    double expected[MOST] = {0}, size = 0;
    test_shapley(v, n, 0.75, expected);
    for (int s = 0; s < 1 << n; s++)
        size = fmax(size, fabs(v[s]));
    for (int k = 0; k < n; k++)
        ck_assert_double_le(fabs(g->shares[(k + 1) * LANES + lane] - expected[k]), ROUNDING * size);
    ck_assert_double_eq(g->shares[lane], 0);
    ck_assert_double_eq(g->shares[(n + 1) * LANES + lane], 0);
}

START_TEST(test_shares_of_products_are_those_of_the_definition)
{
    for (int n = 1; n <= MOST; n++) {
        games g;
        double v[1 << MOST];
        make_games(&g, n, (n + 1) / 2, 0);
        share_product(case_tables[case_n_tables - 1], &g, n, (n + 1) / 2);
        for (int lane = 0; lane < LANES; lane++) {
            for (int s = 0; s < 1 << n; s++) {
                v[s] = g.whole[lane];
                for (int k = 0; k < n; k++)
                    v[s] *= (s >> k & 1 ? g.with : g.without)[(k + 1) * LANES + lane];
            }
            assert_shares(&g, n, lane, v);
        }
    }
}
END_TEST

START_TEST(test_shares_of_powers_are_those_of_the_definition)
{
    for (int n = 1; n <= MOST; n++) {
        for (int degree = 0; degree < DEGREES; degree++) {
            const int n_nodes = ((n < degree ? n : degree) + 1) / 2;
            games g;
            double v[1 << MOST];
            make_games(&g, n, n_nodes, degree);
            share_power(case_tables[case_n_tables - 1], &g, n, n_nodes, degree);
            for (int lane = 0; lane < LANES; lane++) {
                for (int s = 0; s < 1 << n; s++) {
                    double sum = g.whole[lane];
                    for (int k = 0; k < n; k++)
                        sum += s >> k & 1 ? g.steps[k] * g.with[(k + 1) * LANES + lane] : 0;
                    v[s] = pow(sum, degree);
                }
                assert_shares(&g, n, lane, v);
            }
        }
    }
}
END_TEST

START_TEST(test_factors_too_small_for_a_number_leave_the_others_their_shares)
{
    games g;
    make_games(&g, 3, 2, 0);
    for (int lane = 0; lane < LANES; lane++) {
        g.with[LANES + lane] = 1e-300;
        g.without[LANES + lane] = 1;
        g.with[2 * LANES + lane] = g.without[2 * LANES + lane] = 1e-200;
        g.with[3 * LANES + lane] = 1;
        g.without[3 * LANES + lane] = 0;
    }
    share_product(case_tables[0], &g, 3, 2);
    for (int lane = 0; lane < LANES; lane++) {
        /* v = 1e-200 of feature 3 alone: half a share for it, half taken by feature 1. */
        const double half = 0.75 * g.whole[lane] * 1e-200 / 2;
        ck_assert_double_eq_tol(g.shares[LANES + lane] / half, -1, ROUNDING);
        ck_assert_double_eq(g.shares[2 * LANES + lane], 0);
        ck_assert_double_eq_tol(g.shares[3 * LANES + lane] / half, 1, ROUNDING);
    }
}
END_TEST

START_TEST(test_each_table_gives_the_same_bits)
{
    for (int n = 1; n <= MOST; n++) {
        games g, all[3];
        make_games(&g, n, 5, DEGREES);
        for (int t = 0; t < case_n_tables; t++) {
            all[t] = g;
            share_product(case_tables[t], &all[t], n, 5);
            share_power(case_tables[t], &all[t], n, 5, DEGREES);
            case_assert_same(FEATURES * LANES, all[t].shares, all[0].shares);
        }
    }
}
END_TEST

MLCI_CHECK_SUITE_BY(case_add, "share_kernels", test_shares_of_products_are_those_of_the_definition,
                    test_shares_of_powers_are_those_of_the_definition,
                    test_factors_too_small_for_a_number_leave_the_others_their_shares,
                    test_each_table_gives_the_same_bits)
