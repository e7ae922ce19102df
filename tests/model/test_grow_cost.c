/* Trees whose splits cost, against growth that tries every cut of every feature in every leaf anew,
 * with the definitions of costs written out. */
#include <stdio.h>

#include "boosting.h"

enum { N = 400, F = 5, LEAVES = 8, ROUNDS = 6, LEAST = 10 };

static const double rate = 0.5, split_cost = 0.001;
static const double coupled[F] = {3, 0.5, 8, 0, 2}, lazy[F] = {0.02, 0, 0.005, 0.03, 0};

typedef struct plain_split {
    double gain, cut;
    int feature, leaf;
} plain_split;

typedef struct plain_growth {
    const test_problem *p;
    double g[N], raw[N];
    int leaf_of[N], depth[LEAVES], n_leaves, is_depth_wise;
    int is_used[F], has_value[F][N];
} plain_growth;

static double cost_of(const plain_growth *s, int leaf, int feature)
{
    double cost = s->is_used[feature] ? 0 : coupled[feature];
    for (int i = 0; i < N; i++)
        if (s->leaf_of[i] == leaf)
            cost += split_cost + (s->has_value[feature][i] ? 0 : lazy[feature]);
    return cost;
}

static void try_cut(const plain_growth *s, int leaf, int feature, double cut, plain_split *best)
{
    double g[2] = {0, 0}, n[2] = {0, 0};
    for (int i = 0; i < N; i++) {
        if (s->leaf_of[i] != leaf) continue;
        const int right = s->p->x[i * F + feature] > cut;
        g[right] += s->g[i];
        n[right]++;
    }
    if (n[0] < LEAST || n[1] < LEAST) return;
    const double gain = g[0] * g[0] / n[0] + g[1] * g[1] / n[1] -
                        (g[0] + g[1]) * (g[0] + g[1]) / (n[0] + n[1]) - cost_of(s, leaf, feature);
    const int is_nearer = s->is_depth_wise && s->depth[leaf] < s->depth[best->leaf];
    const int is_as_near = !s->is_depth_wise || s->depth[leaf] == s->depth[best->leaf];
    if (gain > 0 && (best->gain <= 0 || is_nearer || (is_as_near && gain > best->gain)))
        *best = (plain_split){gain, cut, feature, leaf};
}

static int split_best(plain_growth *s)
{
    plain_split best = {0};
    for (int leaf = 0; leaf < s->n_leaves; leaf++)
        for (int j = 0; j < F; j++)
            for (int i = 0; i < N; i++)
                if (s->leaf_of[i] == leaf) try_cut(s, leaf, j, s->p->x[i * F + j], &best);
    if (!(best.gain > 0)) return 0;
    s->is_used[best.feature] = 1;
    s->depth[best.leaf]++;
    s->depth[s->n_leaves] = s->depth[best.leaf];
    for (int i = 0; i < N; i++) {
        if (s->leaf_of[i] != best.leaf) continue;
        s->has_value[best.feature][i] = 1;
        if (s->p->x[i * F + best.feature] > best.cut) s->leaf_of[i] = s->n_leaves;
    }
    s->n_leaves++;
    return 1;
}

static void add_round(plain_growth *s)
{
    memset(s->leaf_of, 0, sizeof s->leaf_of);
    s->n_leaves = 1;
    s->depth[0] = 0;
    for (int i = 0; i < N; i++)
        s->g[i] = s->raw[i] - s->p->y[i];
    while (s->n_leaves < LEAVES && split_best(s))
        continue;
    for (int leaf = 0; leaf < s->n_leaves; leaf++) {
        double g = 0, n = 0;
        for (int i = 0; i < N; i++) {
            g += s->leaf_of[i] == leaf ? s->g[i] : 0;
            n += s->leaf_of[i] == leaf;
        }
        for (int i = 0; i < N; i++)
            if (s->leaf_of[i] == leaf) s->raw[i] -= rate * g / n;
    }
}

static plain_growth grow_plainly(const test_problem *p, int is_depth_wise)
{
    plain_growth s = {.p = p, .is_depth_wise = is_depth_wise};
    double mean = 0;
    for (int i = 0; i < N; i++)
        mean += p->y[i] / N;
    for (int i = 0; i < N; i++)
        s.raw[i] = mean;
    for (int round = 0; round < ROUNDS; round++)
        add_round(&s);
    return s;
}

/* Few values, so that each is a bin. */
static test_problem make_rows(void)
{
    test_problem p = test_problem_make(N, F, 0);
    for (int i = 0; i < N; i++) {
        double *const x = p.x + i * F;
        for (int j = 0; j < F; j++)
            x[j] = floor(20 * test_unit((uint32_t)j, i));
        p.y[i] = x[0] / 10 + (x[1] > 12) + 0.3 * (x[2] > 5) * (x[3] > 9) + 0.4 * (x[4] > 3) +
                 test_unit(9, i);
    }
    return p;
}

START_TEST(test_trees_are_those_of_growth_that_tries_everything_anew)
{
    const double tolerance = 1e-6; /* rates are not powers of two, values sums of 30 bits */
    test_problem p = make_rows();
    for (int is_depth_wise = 0; is_depth_wise < 2; is_depth_wise++) {
        const plain_growth expected = grow_plainly(&p, is_depth_wise);
        char text[400];
        snprintf(text, sizeof text,
                 "n_estimators=6 learning_rate=0.5 max_leaf_nodes=8 min_samples_leaf=10 "
                 "cegb_penalty_split=0.0005 cegb_penalty_feature_coupled=[1.5,0.25,4,0,1] "
                 "cegb_penalty_feature_lazy=[0.01,0,0.0025,0.015,0] cegb_tradeoff=2 "
                 "grow_policy=%s",
                 is_depth_wise ? "depth_wise" : "leaf_wise");
        mlc_context *const ctx = test_root(2, NULL);
        test_fit t;
        test_fit_run(&t, ctx, &p, text);
        ck_assert_msg(t.status == MLC_OK, "%s", t.error.message);
        double *const raw = test_predict(&t, p.x, N, MLCI_OUTPUT_PREDICTION);
        for (int i = 0; i < N; i++)
            ck_assert_double_eq_tol(raw[i], expected.raw[i], tolerance);
        ck_assert(expected.is_used[0] && expected.is_used[1] && !expected.is_used[2]);
        free(raw);
        test_fit_clear(&t);
        mlc_context_close(ctx);
    }
    test_problem_clear(&p);
}
END_TEST

/* The left half falls from 8 to 0 by x1, the right half from 4 to 0: it alone would not pay for x1,
 * and takes it when the left half has. */
START_TEST(test_a_leaf_comes_back_when_another_one_has_paid)
{
    enum { ROWS = 80 };
    double x[2 * ROWS], y[ROWS];
    test_problem p = {.n_rows = ROWS, .n_features = 2, .x = x, .y = y};
    for (int i = 0; i < ROWS; i++) {
        x[2 * i] = i < ROWS / 2;
        x[2 * i + 1] = i % 2;
        y[i] = i % 2 ? 0 : i < ROWS / 2 ? 8 : 4;
    }
    /* Gains by x1: 640 and 160. */
    static const char *const costs[] = {"159", "161", "639", "641"};
    static const int n_leaves[] = {4, 4, 4, 2};
    mlc_context *const ctx = test_root(1, NULL);
    for (int i = 0; i < 4; i++) {
        char text[200];
        test_fit t;
        snprintf(text, sizeof text,
                 "n_estimators=1 min_samples_leaf=5 cegb_penalty_feature_coupled=[x1:%s] "
                 "forced_splits='{\"feature\":0,\"threshold\":0.5}'",
                 costs[i]);
        test_fit_run(&t, ctx, &p, text);
        ck_assert_msg(t.status == MLC_OK, "%s", t.error.message);
        ck_assert_int_eq((t.state->first_node[1] + 1) / 2, n_leaves[i]);
        test_fit_clear(&t);
    }
    mlc_context_close(ctx);
}
END_TEST

MLCI_CHECK_SUITE("grow_cost", test_trees_are_those_of_growth_that_tries_everything_anew,
                 test_a_leaf_comes_back_when_another_one_has_paid)
