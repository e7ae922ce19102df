/* The best split of several outputs against all that there are. */
#include "multi_case.h"

#define ROUNDING 1e-12 /* of sums of scores in another order, relative */

enum { N = 400, F = 4, K = 3 };

static double score(double g, double h, const mlci_multi_limits *m)
{
    const double size = fabs(g) - m->l1, t = size > 0 ? size : 0, a = h + m->l2;
    if (m->max_delta == 0 || t <= m->max_delta * a) return t * t / a;
    return 2 * t * m->max_delta - a * m->max_delta * m->max_delta;
}

/* What a set of codes on the left is worth; -1 where a child is too small. */
static double score_set(const multi_case *c, int32_t used, const uint32_t *set,
                        const mlci_multi_limits *m, double more_l2, int64_t least)
{
    uint32_t all[MLCI_SET_WORDS];
    mlci_multi_limits with = *m;
    double sum = 0, left_h = 0, all_h = 0;
    int64_t n_left = 0;
    memset(all, 0xFF, sizeof all);
    with.l2 += more_l2;
    for (int64_t i = 0; i < N; i++)
        n_left += mlci_set_has(set, mlci_binned_code(c->d.binned, used, i));
    if (n_left < least || N - n_left < least) return -1;
    for (int32_t k = 0; k < c->n_outputs; k++) {
        double g, h, total_g, total_h;
        multi_case_sum(c, used, set, k, &g, &h);
        multi_case_sum(c, used, all, k, &total_g, &total_h);
        sum += score(g, h, &with) + score(total_g - g, total_h - h, &with);
        left_h += h;
        all_h += total_h;
    }
    const double least_h = m->min_hessian * c->n_outputs;
    return left_h < least_h || all_h - left_h < least_h ? -1 : sum;
}

static void make_rows(double *x, double *y)
{
    for (int i = 0; i < N; i++) {
        x[i * F] = floor(40 * test_unit(1, i));
        x[i * F + 1] = i % 5 == 0 ? NAN : test_unit(2, i);
        x[i * F + 2] = i % 3 == 1; /* shares a bundle with the next */
        x[i * F + 3] = i % 3 == 2;
        y[i] = x[i * F] > 11 ? 1 : test_unit(3, i);
        y[N + i] = 100 * (i % 5 == 0 ? 1 : x[i * F + 1]) + test_unit(4, i);
        y[2 * N + i] = i % 3 == 1 ? -4 : test_unit(5, i);
    }
}

START_TEST(test_split_of_numbers_is_the_best_of_all)
{
    static const mlci_multi_limits limits[] = {
        {.min_hessian = 1e-3}, {.l2 = 3, .min_hessian = 40}, {.l1 = 4, .l2 = 1, .max_delta = 0.5}};
    static double x[N * F], y[N * K];
    make_rows(x, y);
    for (size_t m = 0; m < sizeof limits / sizeof limits[0]; m++) {
        for (int64_t least = 1; least < 150; least += 70) {
            multi_case c;
            mlci_tree_split best, found;
            double top = -1;
            multi_case_open(&c, x, y, N, F, K, &limits[m]);
            c.rules.min_weight = (double)least;
            const mlci_binned *const b = c.d.binned;
            for (int32_t u = 0; u < b->n_used; u++) {
                for (int32_t bin = 1; bin < b->places[u].n_codes; bin++) {
                    for (int missing_left = 1; missing_left >= 0; missing_left--) {
                        uint32_t set[MLCI_SET_WORDS] = {0};
                        if (missing_left) mlci_set_add(set, 0);
                        for (int32_t code = 1; code <= bin; code++)
                            mlci_set_add(set, (uint32_t)code);
                        const double s = score_set(&c, u, set, &limits[m], 0, least);
                        if (!(s > top * (1 + ROUNDING))) continue;
                        top = s;
                        best =
                            (mlci_tree_split){.used = u, .bin = bin, .missing_left = missing_left};
                    }
                }
            }
            c.search.is_exact = m == 1;
            found = mlci_split_none(&c.search);
            mlci_multi_find(&c.search, 0, b->n_bundles, &found);
            ck_assert_double_eq_tol(found.score / top, 1, ROUNDING);
            ck_assert_int_eq(found.used, best.used);
            ck_assert_int_eq(found.bin, best.bin);
            if (isnan(x[F + 1]) && found.used == 1)
                ck_assert_int_eq(found.missing_left, best.missing_left);
            multi_case_close(&c);
        }
    }
}
END_TEST

START_TEST(test_split_that_must_beat_a_score_then_none_where_it_does_not)
{
    static double x[N * F], y[N * K];
    const mlci_multi_limits limits = {.min_hessian = 1e-3};
    multi_case c;
    mlci_tree_split found;
    make_rows(x, y);
    multi_case_open(&c, x, y, N, F, K, &limits);
    found = mlci_split_none(&c.search);
    mlci_multi_find(&c.search, 0, c.d.binned->n_bundles, &found);
    const double top = found.score;
    c.search.least_score = top;
    found = mlci_split_none(&c.search);
    mlci_multi_find(&c.search, 0, c.d.binned->n_bundles, &found);
    ck_assert_int_eq(found.used, -1);
    c.search.least_score = mlci_multi_least_score(&c.search);
    ck_assert_double_gt(c.search.least_score, mlci_multi_own_score(&c.search));
    found = mlci_split_none(&c.search);
    mlci_multi_find(&c.search, 0, c.d.binned->n_bundles, &found);
    ck_assert_double_eq(found.score, top);
    multi_case_close(&c);
}
END_TEST

/* A column of codes as categories. */
static void make_category(mlci_binned *b)
{
    b->rules[b->used[0]].is_category = 1;
}

START_TEST(test_split_of_few_categories_is_the_best_one_against_the_rest)
{
    static double x[N], y[N * K];
    const mlci_multi_limits limits = {.min_hessian = 1e-3, .l2 = 1};
    multi_case c;
    mlci_tree_split found;
    double top = -1;
    int32_t best = -1;
    for (int i = 0; i < N; i++) {
        x[i] = floor(4 * test_unit(1, i));
        for (int k = 0; k < K; k++)
            y[k * N + i] = (x[i] == 2) * (k - 1) + test_unit(2, k * N + i);
    }
    multi_case_open(&c, x, y, N, 1, K, &limits);
    make_category(c.d.binned);
    for (int32_t code = 1; code < c.d.binned->places[0].n_codes; code++) {
        uint32_t set[MLCI_SET_WORDS] = {0};
        mlci_set_add(set, (uint32_t)code);
        const double s = score_set(&c, 0, set, &limits, 0, 1);
        if (!(s > top)) continue;
        top = s;
        best = code;
    }
    found = mlci_split_none(&c.search);
    mlci_multi_find(&c.search, 0, 1, &found);
    ck_assert_int_eq(found.is_category, 1);
    ck_assert_double_eq_tol(found.score / top, 1, ROUNDING);
    ck_assert_uint_eq(found.set[0], 1u << best);
    multi_case_close(&c);
}
END_TEST

/* With one output the best set is a prefix of its order (Fisher 1958): the best of all. */
START_TEST(test_split_of_many_categories_by_one_output_is_the_best_of_all_sets)
{
    enum { CODES = 9 };
    static double x[N], y[N];
    const mlci_multi_limits limits = {.min_hessian = 1e-3};
    multi_case c;
    mlci_tree_split found;
    double top = -1;
    for (int i = 0; i < N; i++) {
        x[i] = floor(CODES * test_unit(1, i));
        y[i] = test_unit(7, (int64_t)x[i]) + 0.1 * test_unit(2, i);
    }
    multi_case_open(&c, x, y, N, 1, 1, &limits);
    make_category(c.d.binned);
    for (uint32_t set = 1; set < 1u << CODES; set++) {
        const uint32_t shifted[MLCI_SET_WORDS] = {set << 1};
        const double s = score_set(&c, 0, shifted, &limits, 0, 1);
        top = s > top ? s : top;
    }
    found = mlci_split_none(&c.search);
    mlci_multi_find(&c.search, 0, 1, &found);
    ck_assert_double_eq_tol(found.score / top, 1, ROUNDING);
    multi_case_close(&c);
}
END_TEST

START_TEST(test_split_of_many_categories_keeps_to_its_limits)
{
    enum { CODES = 30 };
    static double x[N], y[N * K];
    const mlci_multi_limits limits = {.min_hessian = 1e-3, .cat_l2 = 5, .cat_smooth = 2};
    multi_case c;
    mlci_tree_split found;
    for (int i = 0; i < N; i++) {
        x[i] = floor(CODES * test_unit(1, i) * test_unit(9, i));
        for (int k = 0; k < K; k++)
            y[k * N + i] = test_unit((uint32_t)(10 + k), (int64_t)x[i]) + 0.1 * test_unit(2, i);
    }
    multi_case_open(&c, x, y, N, 1, K, &limits);
    make_category(c.d.binned);
    c.rules.max_cat_threshold = 5;
    c.rules.cat_smooth_weight = 8;
    c.rules.min_group_weight = 25;
    for (int exact = 0; exact < 2; exact++) {
        int64_t weight[MLCI_BIN_CODES], left = 0;
        int32_t n = 0;
        c.search.is_exact = exact;
        found = mlci_split_none(&c.search);
        mlci_multi_find(&c.search, 0, 1, &found);
        mlci_split_weights(&c.search, 0, weight);
        for (int32_t code = 0; code < c.d.binned->places[0].n_codes; code++) {
            if (!mlci_set_has(found.set, (uint32_t)code)) continue;
            ck_assert_int_ge(weight[code], 8);
            left += weight[code];
            n++;
        }
        ck_assert_int_ge(n, 1);
        ck_assert_int_le(n, 5);
        ck_assert_int_ge(left, 25);
        ck_assert_int_ge(N - left, 25);
        ck_assert_double_eq_tol(found.score / score_set(&c, 0, found.set, &limits, 5, 1), 1,
                                ROUNDING);
    }
    multi_case_close(&c);
}
END_TEST

MLCI_CHECK_SUITE("multi_split", test_split_of_numbers_is_the_best_of_all,
                 test_split_that_must_beat_a_score_then_none_where_it_does_not,
                 test_split_of_few_categories_is_the_best_one_against_the_rest,
                 test_split_of_many_categories_by_one_output_is_the_best_of_all_sets,
                 test_split_of_many_categories_keeps_to_its_limits)
