#include "tree/tree_split.h"

#include "growing.h"

typedef struct split_case {
    test_data d;
    mlci_histogram_builder *builder;
    mlci_histogram *histogram;
    mlci_split_rules rules;
    mlci_split_search search;
} split_case;

/* All rows as one node, coarse units, least score so low that the best candidate shows. */
static void open_case(split_case *c, const double *x, const double *y, int64_t n, int64_t f)
{
    memset(c, 0, sizeof *c);
    test_data_open(&c->d, x, y, n, f, NULL, NULL, 1);
    ck_assert_int_eq(mlci_histogram_builder_create(c->d.call, c->d.binned, 1, &c->builder, NULL),
                     MLC_OK);
    c->builder->coarse = c->d.gradients->coarse;
    c->histogram = mlci_histogram_take(c->builder, n);
    ck_assert_int_eq(mlci_histogram_build(c->d.call, c->builder, c->d.all, n, c->histogram, NULL),
                     MLC_OK);
    c->rules = (mlci_split_rules){.max_delta = INFINITY,
                                  .min_hessian = 0.5,
                                  .min_weight = 1,
                                  .is_plain = 1,
                                  .max_cat_to_onehot = 4,
                                  .max_cat_threshold = 32};
    c->search = (mlci_split_search){.rules = &c->rules,
                                    .kernels = c->builder->kernels,
                                    .binned = c->d.binned,
                                    .histogram = c->histogram,
                                    .weight = n,
                                    .least_score = -1,
                                    .rows = c->d.all,
                                    .n_rows = n};
    for (int64_t i = 0; i < n; i++) {
        c->search.g += (int16_t)(c->d.gradients->coarse[i] >> 16);
        c->search.h += c->d.gradients->coarse[i] & 0xFFFF;
    }
}

static void close_case(split_case *c)
{
    mlci_histogram_give(c->builder, c->histogram);
    mlci_histogram_builder_free(c->builder);
    test_data_close(&c->d);
}

/* The best score by trying every (feature, cut, side of missing) on the rows. */
static double brute_force(const split_case *c, double l2, int64_t min_rows, mlci_tree_split *best)
{
    const mlci_binned *const b = c->d.binned;
    double top = -1;
    for (int32_t u = 0; u < b->n_used; u++) {
        for (int32_t bin = 1; bin <= b->rules[b->used[u]].n_bins; bin++) {
            for (int32_t missing_left = 1; missing_left >= 0; missing_left--) {
                double g[2] = {0, 0}, h[2] = {0, 0};
                int64_t n[2] = {0, 0}, n_missing = 0;
                for (int64_t i = 0; i < c->search.n_rows; i++) {
                    const uint8_t code = mlci_binned_code(b, u, i);
                    const int left = code == 0 ? missing_left : code <= bin;
                    g[left] += (int16_t)(c->d.gradients->coarse[i] >> 16);
                    h[left] += c->d.gradients->coarse[i] & 0xFFFF;
                    n[left]++;
                    n_missing += code == 0;
                }
                if (n[0] < min_rows || n[1] < min_rows) continue;
                if (missing_left && n_missing == 0) continue;
                const double score = g[0] * g[0] / (h[0] + l2) + g[1] * g[1] / (h[1] + l2);
                if (!(score > top * (1 + 1e-13))) continue;
                top = score;
                *best = (mlci_tree_split){.used = u, .bin = bin, .missing_left = missing_left};
            }
        }
    }
    return top;
}

START_TEST(test_split_found_is_the_best_of_all_candidates)
{
    for (int64_t n = 20; n <= 320; n += 50) {
        test_problem p = test_problem_make(n, 5, 0);
        mlci_tree_split found, expected = {0};
        split_case c;
        open_case(&c, p.x, p.y, n, 5);
        c.rules.min_weight = (double)(n / 10);
        c.rules.l2 = 3 * 32768;
        mlci_split_start(&c.search);
        found = mlci_split_none(&c.search);
        mlci_split_find(&c.search, 0, c.d.binned->n_bundles, &found);
        const double score = brute_force(&c, c.rules.l2, n / 10, &expected);
        ck_assert_double_eq_tol(found.score / score, 1, 1e-12);
        ck_assert_int_eq(found.used, expected.used);
        ck_assert_int_eq(found.bin, expected.bin);
        ck_assert_int_eq(found.missing_left, expected.missing_left);
        close_case(&c);
        test_problem_clear(&p);
    }
}
END_TEST

static mlci_tree_split find_with(split_case *c, double min_hessian)
{
    c->rules.min_hessian = min_hessian;
    mlci_split_start(&c->search);
    mlci_tree_split found = mlci_split_none(&c->search);
    mlci_split_find(&c->search, 0, c->d.binned->n_bundles, &found);
    return found;
}

/* The bound is met by what is equal to it, on either side of the cut. */
START_TEST(test_split_whose_smaller_side_has_just_enough_is_found)
{
    int n_left = 0;
    for (int64_t n = 24; n <= 120; n += 8) {
        test_problem p = test_problem_make(n, 3, 0);
        split_case c;
        for (int64_t i = 0; i < 3 * n && n % 16 == 0; i++)
            p.x[i] = -p.x[i];
        open_case(&c, p.x, p.y, n, 3);
        const mlci_tree_split best = find_with(&c, 0.5);
        const int64_t right_h = c.search.h - best.left_h;
        const int64_t smaller = best.left_h < right_h ? best.left_h : right_h;
        ck_assert_int_ge(best.used, 0);
        const mlci_tree_split same = find_with(&c, (double)smaller);
        ck_assert_int_eq(same.used, best.used);
        ck_assert_int_eq(same.bin, best.bin);
        const mlci_tree_split other = find_with(&c, (double)smaller + 0.5);
        ck_assert(other.used != best.used || other.bin != best.bin);
        n_left += smaller == best.left_h;
        close_case(&c);
        test_problem_clear(&p);
    }
    ck_assert_int_gt(n_left, 0);
    ck_assert_int_lt(n_left, 13);
}
END_TEST

START_TEST(test_split_of_equal_columns_takes_the_first)
{
    const double x[] = {5, 1, 1, 6, 2, 2, 7, 3, 3, 8, 4, 4}, y[] = {0, 0, 9, 9};
    mlci_tree_split found;
    split_case c;
    open_case(&c, x, y, 4, 3);
    mlci_split_start(&c.search);
    found = mlci_split_none(&c.search);
    mlci_split_find(&c.search, 0, 3, &found);
    ck_assert_int_eq(found.used, 0);
    ck_assert_int_eq(found.bin, 2);
    found = mlci_split_none(&c.search);
    mlci_split_find(&c.search, 1, 3, &found);
    ck_assert_int_eq(found.used, 1);
    const uint8_t allowed[] = {0, 0, 1};
    c.search.allowed = allowed;
    found = mlci_split_none(&c.search);
    mlci_split_find(&c.search, 0, 3, &found);
    ck_assert_int_eq(found.used, 2);
    close_case(&c);
}
END_TEST

START_TEST(test_split_of_missing_against_values_is_found)
{
    const double x[] = {1, 2, NAN, 3, NAN, 4}, y[] = {0, 0, 5, 0, 5, 0};
    mlci_tree_split found;
    split_case c;
    open_case(&c, x, y, 6, 1);
    mlci_split_start(&c.search);
    found = mlci_split_none(&c.search);
    mlci_split_find(&c.search, 0, 1, &found);
    ck_assert_int_eq(found.bin, 4); /* every value left, missing right */
    ck_assert_int_eq(found.missing_left, 0);
    close_case(&c);
}
END_TEST

START_TEST(test_split_of_a_constant_target_or_too_few_rows_is_none)
{
    const double x[] = {1, 2, 3, 4}, same[] = {3, 3, 3, 3}, y[] = {0, 1, 2, 3};
    mlci_tree_split found;
    split_case c;
    open_case(&c, x, same, 4, 1);
    mlci_split_start(&c.search);
    found = mlci_split_none(&c.search);
    mlci_split_find(&c.search, 0, 1, &found);
    ck_assert_int_eq(found.used, -1);
    close_case(&c);
    open_case(&c, x, y, 4, 1);
    c.rules.min_weight = 3;
    mlci_split_start(&c.search);
    found = mlci_split_none(&c.search);
    mlci_split_find(&c.search, 0, 1, &found);
    ck_assert_int_eq(found.used, -1);
    close_case(&c);
}
END_TEST

START_TEST(test_split_score_with_l1_and_limit_has_its_closed_form)
{
    mlci_split_rules r = {.l1 = 2, .l2 = 1, .max_delta = INFINITY};
    ck_assert_double_eq(mlci_split_score(&r, -10, 3, 1), 8.0 * 8 / 4);
    ck_assert_double_eq(mlci_split_score(&r, 1.5, 3, 1), 0);
    r.max_delta = 0.5; /* leaf 0.5: 2 * 8 * 0.5 - 4 * 0.25 */
    ck_assert_double_eq(mlci_split_score(&r, 10, 3, 1), 7);
}
END_TEST

MLCI_CHECK_SUITE("tree_split", test_split_found_is_the_best_of_all_candidates,
                 test_split_whose_smaller_side_has_just_enough_is_found,
                 test_split_of_equal_columns_takes_the_first,
                 test_split_of_missing_against_values_is_found,
                 test_split_of_a_constant_target_or_too_few_rows_is_none,
                 test_split_score_with_l1_and_limit_has_its_closed_form)
