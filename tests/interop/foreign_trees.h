/* What the tests of foreign models share: models with made-up trees. */
#ifndef MLCI_TEST_FOREIGN_TREES_H
#define MLCI_TEST_FOREIGN_TREES_H

#include <math.h>
#include <string.h>

#include "check_suite.h"
#include "foreign_ensemble.h"
#include "parity.h"
#include "random.h"

static const mlci_import_settings foreign_settings = {.target = (char *)"target",
                                                      .parity_rows = 10000,
                                                      .max_bytes = 1 << 30,
                                                      .max_trees = 1000,
                                                      .max_nodes = 1000000,
                                                      .max_depth = 100,
                                                      .max_features = 1000,
                                                      .max_categories = 100000};

/* Which trees. */
typedef struct foreign_case {
    int32_t n_features, n_categories; /* the last ones */
    int32_t n_codes;                  /* of a category */
    int32_t n_trees, n_leaves, n_outputs;
    int32_t compare, is_float, xgboost_sets, zero_is_missing;
    uint32_t seed;
} foreign_case;

static uint32_t foreign_stream;
static int64_t foreign_at;

static inline double foreign_unit(void)
{
    return mlci_random_unit(11, MLCI_RANDOM_TEST, foreign_stream, (uint64_t)foreign_at++);
}

static inline int32_t foreign_below(int32_t n)
{
    return (int32_t)(foreign_unit() * n);
}

static inline int32_t foreign_set(mlci_foreign *m, int32_t n_codes)
{
    int32_t *members = NULL, set = 0, n = 0;
    uint8_t has[5000] = {0};
    const int32_t tries = 1 + foreign_below(n_codes < 40 ? n_codes : 40);
    for (int32_t i = 0; i < tries; i++)
        has[foreign_below(n_codes)] = 1;
    for (int32_t c = 0; c < n_codes; c++)
        n += has[c];
    ck_assert_int_eq(mlci_foreign_add_set(m, n, &members, &set, NULL), MLC_OK);
    for (int32_t c = 0; c < n_codes; c++)
        if (has[c]) *members++ = c;
    return set;
}

static inline double foreign_value(const foreign_case *c)
{
    const double x = foreign_below(8) == 0 ? 0 : foreign_unit() * 4 - 2;
    return c->is_float || c->compare == MLCI_COMPARE_FLOAT_BELOW ? (double)(float)x : x;
}

/* A leaf becomes a split of two new leaves until there are enough; children anywhere. */
static inline void foreign_tree(mlci_foreign *m, const foreign_case *c, int32_t output)
{
    mlci_foreign_node *nodes = NULL;
    const int32_t n = 2 * c->n_leaves - 1;
    ck_assert_int_eq(mlci_foreign_add_tree(m, output, n, &nodes, NULL), MLC_OK);
    int32_t leaves[2000] = {0}, n_leaves = 1;
    for (int32_t used = 1; used < n; used += 2) {
        const int32_t at = foreign_below(n_leaves), i = leaves[at];
        const int32_t j = foreign_below(c->n_features);
        nodes[i].feature = j;
        nodes[i].left = used + (used % 4 == 1);
        nodes[i].right = used + (used % 4 != 1);
        nodes[i].missing = foreign_below(2);
        nodes[i].cover = 1;
        if (j >= c->n_features - c->n_categories) {
            nodes[i].set = foreign_set(m, c->n_codes);
            if (!c->xgboost_sets) nodes[i].missing = MLCI_MISSING_RIGHT;
        } else {
            nodes[i].value = foreign_value(c);
            if (c->compare == MLCI_COMPARE_DOUBLE && !c->zero_is_missing && foreign_below(3) == 0)
                nodes[i].missing = MLCI_MISSING_IS_ZERO;
        }
        leaves[at] = used;
        leaves[n_leaves++] = used + 1;
    }
    for (int32_t k = 0; k < n_leaves; k++) {
        nodes[leaves[k]].value = foreign_value(c);
        nodes[leaves[k]].cover = 1;
    }
}

static inline void foreign_make(mlci_foreign *m, mlc_context *call,
                                const mlci_import_settings *settings, const foreign_case *c)
{
    foreign_stream = c->seed;
    foreign_at = 0;
    mlci_foreign_init(m, call, settings);
    m->library = "Test";
    m->component = "gradient_boosting_regressor";
    m->compare = c->compare;
    m->zero_is_missing = c->zero_is_missing;
    m->members_go_right = m->unseen_is_no_member = c->xgboost_sets;
    m->has_rule = m->rule.is_float = c->is_float;
    ck_assert_int_eq(mlci_foreign_set_inputs(m, c->n_features, NULL), MLC_OK);
    for (int32_t j = c->n_features - c->n_categories; j < c->n_features; j++)
        m->inputs[j].is_category = 1;
    ck_assert_int_eq(mlci_foreign_set_outputs(m, c->n_outputs, NULL), MLC_OK);
    for (int32_t k = 0; k < c->n_outputs; k++)
        m->start[k] = foreign_value(c);
    for (int32_t t = 0; t < c->n_trees; t++)
        foreign_tree(m, c, t % c->n_outputs);
    m->n_rounds = c->n_trees / c->n_outputs;
}

/* One tree of three leaves: x0 <= 1, then x1 <= 2. */
static inline mlci_foreign_node *foreign_small(mlci_foreign *m, mlc_context *call,
                                               const mlci_import_settings *settings)
{
    mlci_foreign_node *nodes = NULL;
    mlci_foreign_init(m, call, settings);
    m->library = "Test";
    m->component = "gradient_boosting_regressor";
    ck_assert_int_eq(mlci_foreign_set_inputs(m, 3, NULL), MLC_OK);
    m->inputs[2].is_category = 1;
    ck_assert_int_eq(mlci_foreign_set_outputs(m, 1, NULL), MLC_OK);
    ck_assert_int_eq(mlci_foreign_add_tree(m, 0, 5, &nodes, NULL), MLC_OK);
    nodes[0] =
        (mlci_foreign_node){.value = 1, .feature = 0, .left = 1, .right = 2, .set = -1, .line = -1};
    nodes[2] =
        (mlci_foreign_node){.value = 2, .feature = 1, .left = 3, .right = 4, .set = -1, .line = -1};
    nodes[1].value = 10;
    nodes[3].value = 20;
    nodes[4].value = 30;
    m->n_rounds = 1;
    return nodes;
}

#endif
