/* What the paths of fitted trees look at. */
#include <stdio.h>

#include "boosting.h"

enum { N = 3000, F = 6 };

/* Features on the way to node i of tree t, as bits, and how many there are at most on a path. */
static void check_paths(const mlci_ensemble *e, int64_t most, const uint32_t *sets, int64_t n_sets)
{
    uint32_t *const path = calloc((size_t)e->first_node[e->n_trees] + 1, sizeof *path);
    int64_t widest = 0;
    for (int64_t t = 0; t < e->n_trees; t++) {
        const int64_t first = e->first_node[t], n = e->first_node[t + 1] - first;
        for (int64_t i = 0; i < n; i++) {
            const mlci_tree_node *const node = &e->nodes[first + i];
            const uint32_t bits = path[first + i];
            int held = sets == NULL;
            for (int64_t s = 0; s < n_sets; s++)
                held |= (bits & ~sets[s]) == 0;
            ck_assert_msg(held, "a path of features 0x%x", (unsigned)bits);
            if (__builtin_popcount(bits) > widest) widest = __builtin_popcount(bits);
            if (node->left == 0) continue;
            path[first + node->left] = path[first + node->left + 1] =
                bits | (uint32_t)1 << (node->split & MLCI_NODE_FEATURE);
        }
    }
    ck_assert_int_eq(widest, most);
    free(path);
}

static void check_model(const char *settings, int64_t most, const uint32_t *sets, int64_t n_sets)
{
    test_problem p = test_problem_make(N, F, 0);
    mlc_context *const ctx = test_root(1, NULL);
    char text[200];
    test_fit t;
    for (int64_t i = 0; i < N; i++)
        p.y[i] += p.x[i * F + 3] * p.x[i * F + 4] - p.x[i * F + 5] * p.x[i * F];
    snprintf(text, sizeof text, "n_estimators=30 %s", settings);
    test_fit_run(&t, ctx, &p, text);
    ck_assert_msg(t.status == MLC_OK, "%s", t.error.message);
    check_paths(t.state, most, sets, n_sets);
    test_fit_clear(&t);
    mlc_context_close(ctx);
    test_problem_clear(&p);
}

START_TEST(test_paths_keep_to_interaction_constraints)
{
    const uint32_t sets[] = {0x3, 0xe, 0x30};
    check_model("", 6, NULL, 0);
    check_model("interaction_cst=[[x0,x1],[x1,x2,x3]]", 3, sets, 3);
    check_model("interaction_cst=[[x0,x1],[x1,x2,x3]] grow_policy=oblivious max_depth=4", 3, sets,
                3);
    check_model("interaction_cst=[[x0,x1],[x1,x2,x3]] max_features=0.5 grow_policy=depth_wise", 3,
                sets, 3);
    check_model("interaction_cst=pairwise", 2, NULL, 0);
    check_model("interaction_cst=no_interactions", 1, NULL, 0);
}
END_TEST

START_TEST(test_trees_look_at_a_share_of_the_features)
{
    test_problem p = test_problem_make(N, F, 0);
    mlc_context *const ctx = test_root(1, NULL);
    test_fit t;
    uint32_t all = 0;
    test_fit_run(&t, ctx, &p, "n_estimators=20 feature_fraction=0.5 max_features=0.7");
    ck_assert_int_eq(t.status, MLC_OK);
    for (int64_t tree = 0; tree < t.state->n_trees; tree++) {
        uint32_t bits = 0;
        for (int64_t i = t.state->first_node[tree]; i < t.state->first_node[tree + 1]; i++)
            if (t.state->nodes[i].left != 0)
                bits |= (uint32_t)1 << (t.state->nodes[i].split & MLCI_NODE_FEATURE);
        ck_assert_int_le(__builtin_popcount(bits), F / 2);
        all |= bits;
    }
    ck_assert_uint_eq(all, (1u << F) - 1);
    test_fit_clear(&t);
    mlc_context_close(ctx);
    test_problem_clear(&p);
}
END_TEST

MLCI_CHECK_SUITE("feature_choice", test_trees_look_at_a_share_of_the_features,
                 test_paths_keep_to_interaction_constraints)
