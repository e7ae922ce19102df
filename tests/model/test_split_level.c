#include "tree/split_level.h"

#include "growing.h"

enum { LEAVES = 3 };

/* Rows dealt to leaves, each with its histogram and totals. */
typedef struct level_case {
    test_data d;
    mlci_histogram_builder *builder;
    mlci_split_rules rules;
    mlci_histogram *histograms[LEAVES];
    uint32_t *rows[LEAVES];
    mlci_split_search leaves[LEAVES];
} level_case;

static void open_level(level_case *c, const test_problem *p, double min_weight)
{
    memset(c, 0, sizeof *c);
    test_data_open(&c->d, p->x, p->y, p->n_rows, p->n_features, NULL, NULL, 1);
    ck_assert_int_eq(mlci_histogram_builder_create(c->d.call, c->d.binned, 1, &c->builder, NULL),
                     MLC_OK);
    c->builder->coarse = c->d.gradients->coarse;
    c->rules = (mlci_split_rules){.max_delta = INFINITY,
                                  .l2 = 1000,
                                  .min_hessian = 0.5,
                                  .min_weight = min_weight,
                                  .is_plain = 1};
    for (int l = 0; l < LEAVES; l++) {
        mlci_split_search *const s = &c->leaves[l];
        c->rows[l] = calloc((size_t)p->n_rows, sizeof **c->rows);
        *s = (mlci_split_search){.rules = &c->rules,
                                 .kernels = c->builder->kernels,
                                 .binned = c->d.binned,
                                 .rows = c->rows[l]};
        for (int64_t i = 0; i < p->n_rows; i++) {
            /* The last leaf has no rows. */
            if ((int)(2 * test_unit(70, i)) != l) continue;
            c->rows[l][s->n_rows++] = (uint32_t)i;
            s->g += (int16_t)(c->d.gradients->coarse[i] >> 16);
            s->h += c->d.gradients->coarse[i] & 0xFFFF;
        }
        s->weight = s->n_rows;
        c->histograms[l] = mlci_histogram_take(c->builder, s->n_rows);
        s->histogram = c->histograms[l];
        ck_assert_int_eq(mlci_histogram_build(c->d.call, c->builder, c->rows[l], s->n_rows,
                                              c->histograms[l], NULL),
                         MLC_OK);
    }
}

static void close_level(level_case *c)
{
    for (int l = 0; l < LEAVES; l++) {
        mlci_histogram_give(c->builder, c->histograms[l]);
        free(c->rows[l]);
    }
    mlci_histogram_builder_free(c->builder);
    test_data_close(&c->d);
}

/* What a leaf adds for a cut, from its rows. */
static double score_of_rows(const level_case *c, int l, int32_t used, int32_t bin,
                            int32_t missing_left)
{
    const mlci_split_search *const s = &c->leaves[l];
    double g[2] = {0, 0}, h[2] = {0, 0}, n[2] = {0, 0};
    for (int64_t i = 0; i < s->n_rows; i++) {
        const uint32_t row = s->rows[i];
        const uint8_t code = mlci_binned_code(s->binned, used, row);
        const int left = code == 0 ? missing_left : code <= bin;
        g[left] += (int16_t)(c->d.gradients->coarse[row] >> 16);
        h[left] += c->d.gradients->coarse[row] & 0xFFFF;
        n[left]++;
    }
    if (s->n_rows == 0) return 0;
    const double l2 = c->rules.l2, all = (double)(s->g * s->g) / ((double)s->h + l2);
    if (n[0] < 1 || n[1] < 1 || n[0] < c->rules.min_weight || n[1] < c->rules.min_weight)
        return all;
    return g[0] * g[0] / (h[0] + l2) + g[1] * g[1] / (h[1] + l2);
}

START_TEST(test_level_split_is_the_best_sum_over_the_leaves)
{
    for (int turn = 0; turn < 3; turn++) {
        test_problem p = test_problem_make(200 + 70 * turn, 5, 0);
        mlci_tree_split found;
        level_case c;
        double top = -1, score = 0;
        open_level(&c, &p, 1 + 10 * turn);
        mlci_split_level_find(c.leaves, LEAVES, 0, c.d.binned->n_bundles, &found);
        for (int32_t u = 0; u < c.d.binned->n_used; u++) {
            for (int32_t bin = 1; bin < c.d.binned->places[u].n_codes; bin++) {
                for (int32_t side = 0; side < 2; side++) {
                    double sum = 0;
                    for (int l = 0; l < LEAVES; l++)
                        sum += score_of_rows(&c, l, u, bin, side);
                    top = sum > top ? sum : top;
                }
            }
        }
        for (int l = 0; l < LEAVES; l++)
            score += score_of_rows(&c, l, found.used, found.bin, found.missing_left);
        ck_assert_double_eq_tol(found.score / top, 1, 1e-12);
        ck_assert_double_eq_tol(score / top, 1, 1e-12);
        close_level(&c);
        test_problem_clear(&p);
    }
}
END_TEST

START_TEST(test_level_split_without_a_gain_is_none)
{
    test_problem p = test_problem_make(100, 3, 0);
    mlci_tree_split found;
    level_case c;
    open_level(&c, &p, 1);
    for (int l = 0; l < LEAVES; l++)
        c.leaves[l].least_score = 1e300;
    mlci_split_level_find(c.leaves, LEAVES, 0, c.d.binned->n_bundles, &found);
    ck_assert_int_eq(found.used, -1);
    close_level(&c);
    test_problem_clear(&p);
}
END_TEST

START_TEST(test_level_split_applied_has_the_sums_and_gain_of_the_leaf)
{
    test_problem p = test_problem_make(300, 4, 0);
    level_case c;
    open_level(&c, &p, 1);
    for (int l = 0; l < LEAVES; l++) {
        const mlci_split_search *const s = &c.leaves[l];
        mlci_tree_split split = {.used = 1, .bin = 4, .missing_left = 1};
        int64_t g = 0, h = 0;
        double gain;
        for (int64_t i = 0; i < s->n_rows; i++) {
            if (mlci_binned_code(s->binned, 1, s->rows[i]) > 4) continue;
            g += (int16_t)(c.d.gradients->coarse[s->rows[i]] >> 16);
            h += c.d.gradients->coarse[s->rows[i]] & 0xFFFF;
        }
        mlci_split_level_apply(s, &split, &gain);
        ck_assert_int_eq(split.left_g, g);
        ck_assert_int_eq(split.left_h, h);
        const double parent = (double)(s->g * s->g) / ((double)s->h + 1000);
        const double expected = l == LEAVES - 1 ? 0 : score_of_rows(&c, l, 1, 4, 1) - parent;
        ck_assert_double_eq_tol(gain, fmax(0, expected), 1e-9 * parent + 1e-9);
    }
    close_level(&c);
    test_problem_clear(&p);
}
END_TEST

MLCI_CHECK_SUITE("split_level", test_level_split_is_the_best_sum_over_the_leaves,
                 test_level_split_without_a_gain_is_none,
                 test_level_split_applied_has_the_sums_and_gain_of_the_leaf)
