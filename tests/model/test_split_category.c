#include "tree/tree_split.h"

#include "boosting.h"

/* Sums of eight codes; the best set by brute force over all of them. */
static double best_of_all_sets(const mlci_code_sums *s, double g, double h, double l2)
{
    double top = 0;
    for (uint32_t set = 1; set + 1 < 256; set++) {
        double gl = 0, hl = 0;
        for (int c = 0; c < 8; c++) {
            if (!(set >> c & 1)) continue;
            gl += s->g[c];
            hl += s->h[c];
        }
        top = fmax(top, gl * gl / (hl + l2) + (g - gl) * (g - gl) / (h - hl + l2));
    }
    return top;
}

static mlci_split_search search_of(const mlci_split_rules *rules, const mlci_code_sums *s)
{
    mlci_split_search search = {.rules = rules, .least_score = 0};
    for (int32_t c = 0; c < s->n_codes; c++) {
        search.g += (int64_t)s->g[c];
        search.h += (int64_t)s->h[c];
        search.weight += (int64_t)s->weight[c];
    }
    return search;
}

START_TEST(test_category_split_finds_the_best_of_all_sets)
{
    const mlci_split_rules rules = {.max_delta = INFINITY,
                                    .min_hessian = 0.5,
                                    .min_weight = 1,
                                    .max_cat_to_onehot = 4,
                                    .max_cat_threshold = 32};
    for (int64_t trial = 0; trial < 50; trial++) {
        mlci_code_sums s = {.n_codes = 8};
        for (int64_t c = 0; c < 8; c++) {
            s.h[c] = floor(1 + 100 * test_unit(0, 8 * trial + c));
            s.g[c] = floor(200 * test_unit(1, 8 * trial + c) - 100);
            s.weight[c] = s.h[c];
        }
        const mlci_split_search search = search_of(&rules, &s);
        mlci_tree_split best = {.used = -1};
        mlci_split_find_category(&search, &s, 3, &best);
        ck_assert_int_eq(best.used, 3);
        ck_assert_double_eq_tol(best.score,
                                best_of_all_sets(&s, (double)search.g, (double)search.h, 0), 1e-9);
        int64_t g = 0;
        for (uint32_t c = 0; c < 8; c++)
            if (mlci_set_has(best.set, c)) g += (int64_t)s.g[c];
        ck_assert_int_eq(g, best.left_g);
    }
}
END_TEST

START_TEST(test_category_split_of_few_categories_is_one_against_the_rest)
{
    const mlci_split_rules rules = {.max_delta = INFINITY,
                                    .min_hessian = 0.5,
                                    .min_weight = 1,
                                    .max_cat_to_onehot = 4,
                                    .max_cat_threshold = 32};
    /* Codes 1 and 2 against 3 and 4 would be best; one alone is what is allowed. */
    const mlci_code_sums s = {.n_codes = 5,
                              .g = {0, 9, 10, -9, -9},
                              .h = {0, 10, 10, 10, 10},
                              .weight = {0, 10, 10, 10, 10}};
    const mlci_split_search search = search_of(&rules, &s);
    mlci_tree_split best = {.used = -1};
    mlci_split_find_category(&search, &s, 0, &best);
    ck_assert_uint_eq(best.set[0], 1u << 2);
    ck_assert_int_eq(best.left_g, 10);
}
END_TEST

START_TEST(test_category_split_keeps_light_categories_out_of_the_set)
{
    const mlci_split_rules rules = {.max_delta = INFINITY,
                                    .min_hessian = 0.5,
                                    .min_weight = 1,
                                    .max_cat_to_onehot = 0,
                                    .max_cat_threshold = 32,
                                    .cat_smooth_weight = 5,
                                    .min_group_weight = 8};
    const mlci_code_sums s = {.n_codes = 5,
                              .g = {0, 90, 8, -9, -9},
                              .h = {0, 2, 10, 10, 10},
                              .weight = {0, 2, 10, 10, 10}};
    const mlci_split_search search = search_of(&rules, &s);
    mlci_tree_split best = {.used = -1};
    mlci_split_find_category(&search, &s, 0, &best);
    ck_assert_int_eq(best.used, 0);
    ck_assert(!mlci_set_has(best.set, 1));
}
END_TEST

MLCI_CHECK_SUITE("split_category", test_category_split_finds_the_best_of_all_sets,
                 test_category_split_of_few_categories_is_one_against_the_rest,
                 test_category_split_keeps_light_categories_out_of_the_set)
