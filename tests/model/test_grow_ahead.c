/* Expected: the tree of one thread, which splits each leaf in its turn, and scores that are the
 * values of its leaves. */
#include "growing.h"

/* Ten rows, too few for a leaf, seem to be many by their hessians. */
static void open_uneven(test_data *d, test_problem *p, int64_t n, int32_t n_threads)
{
    double *const weight = calloc((size_t)n, sizeof *weight);
    for (int64_t i = 0; i < n; i++)
        weight[i] = 1;
    for (int64_t i = 0; i < n; i += n / 10) {
        weight[i] = 300;
        p->x[4 * i] = 3;
        p->y[i] = 100;
    }
    test_data_open(d, p->x, p->y, n, 4, NULL, weight, n_threads);
    free(weight);
}

static mlci_tree *grow_uneven(int64_t n, int32_t policy, double share, int32_t n_threads)
{
    test_problem p = test_problem_make(n, 4, 0);
    mlci_grow_rules rules = test_rules();
    mlci_grower *grower = NULL;
    mlci_tree *t = NULL;
    test_data d;
    double *const raw = calloc((size_t)n, sizeof *raw);
    open_uneven(&d, &p, n, n_threads);
    const mlci_grow_data data = {d.binned, d.gradients, NULL, 1, p.y};
    rules.policy = policy;
    rules.feature_fraction = share;
    rules.min_samples_leaf = 20;
    ck_assert_int_eq(mlci_tree_create(NULL, 200, &t, NULL), MLC_OK);
    ck_assert_int_eq(mlci_grower_create(d.call, &data, &rules, &grower, NULL), MLC_OK);
    ck_assert_int_eq(mlci_grower_grow(d.call, grower, d.all, n, 0, t, NULL), MLC_OK);
    ck_assert_int_eq(mlci_grower_add_scores(d.call, grower, t, raw, NULL), MLC_OK);
    for (int64_t i = 0; i < n; i++)
        ck_assert_double_eq(raw[i], t->nodes[mlci_tree_leaf_by_codes(d.binned, t, i)].value);
    mlci_grower_free(grower);
    test_data_close(&d);
    test_problem_clear(&p);
    free(raw);
    return t;
}

START_TEST(test_tree_is_the_same_where_leaves_are_split_before_their_turn)
{
    const int32_t policies[] = {MLCI_GROW_LEAF_WISE, MLCI_GROW_DEPTH_WISE, MLCI_GROW_LEAF_WISE};
    const double shares[] = {1, 1, 0.75};
    for (int i = 0; i < 3; i++) {
        mlci_tree *const one = grow_uneven(200000, policies[i], shares[i], 1);
        for (int32_t threads = 2; threads <= 7; threads++) {
            mlci_tree *const t = grow_uneven(200000, policies[i], shares[i], threads);
            ck_assert_int_eq(t->n_nodes, one->n_nodes);
            ck_assert_mem_eq(t->nodes, one->nodes, (size_t)t->n_nodes * sizeof *t->nodes);
            ck_assert_mem_eq(t->gain, one->gain, (size_t)t->n_nodes * sizeof *t->gain);
            ck_assert_mem_eq(t->cover, one->cover, (size_t)t->n_nodes * sizeof *t->cover);
            mlci_tree_free(t);
        }
        mlci_tree_free(one);
    }
}
END_TEST

MLCI_CHECK_SUITE("grow_ahead", test_tree_is_the_same_where_leaves_are_split_before_their_turn)
