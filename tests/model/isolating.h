/* What the tests of isolation forests share: a tree over plain arrays. */
#ifndef MLCI_TEST_ISOLATING_H
#define MLCI_TEST_ISOLATING_H

#include "model_case.h"
#include "random.h"
#include "tree/isolation_cut.h"

enum { TEST_ROWS = 60, TEST_FEATURES = 3 };

/* A tree that is to be cut: all rows in the root, the last feature a category of n_codes. */
typedef struct test_isolation {
    mlci_isolation_tree tree;
    double x[TEST_ROWS * TEST_FEATURES], range[TEST_FEATURES];
    int32_t members[TEST_ROWS], parted[TEST_ROWS], features[TEST_FEATURES];
    int64_t first_code[TEST_FEATURES + 1];
    uint16_t bin_of_code[300];
    mlci_category_bins categories;
    uint32_t sets[MLCI_SET_WORDS];
    mlci_plane_term terms[TEST_FEATURES];
    mlci_tree_node node;
} test_isolation;

static inline double test_uniform(uint32_t stream, int64_t i)
{
    return mlci_random_unit(3, MLCI_RANDOM_TEST, stream, (uint64_t)i);
}

static inline void test_isolation_init(test_isolation *t, int32_t n_terms, int32_t n_codes)
{
    *t = (test_isolation){0};
    for (int64_t i = 0; i < TEST_ROWS; i++) {
        t->members[i] = (int32_t)i;
        for (int64_t j = 0; j < TEST_FEATURES; j++)
            t->x[i * TEST_FEATURES + j] = test_uniform((uint32_t)j, i) * (double)(j + 1);
        if (n_codes > 0) t->x[i * TEST_FEATURES + 2] = (double)(i % n_codes);
    }
    for (int32_t j = 0; j < TEST_FEATURES; j++) {
        t->features[j] = j;
        t->range[j] = j + 1;
    }
    t->first_code[TEST_FEATURES] = n_codes;
    for (int32_t c = 0; c < n_codes; c++)
        t->bin_of_code[c] = (uint16_t)(1 + c % 255);
    t->categories = (mlci_category_bins){t->first_code, t->bin_of_code, 0};
    t->tree = (mlci_isolation_tree){.n_features = TEST_FEATURES,
                                    .max_features = TEST_FEATURES,
                                    .n_terms = n_terms,
                                    .categories = &t->categories,
                                    .x = t->x,
                                    .members = t->members,
                                    .parted = t->parted,
                                    .features = t->features,
                                    .range = t->range,
                                    .sets = t->sets,
                                    .terms = t->terms};
}

/* Cuts all rows of a fresh copy; the draws are those of a node. */
static inline int64_t test_isolation_cut(test_isolation *t, uint32_t node)
{
    mlci_cart_draws draws = mlci_cart_draws_of(9, 0, node);
    for (int32_t i = 0; i < TEST_ROWS; i++)
        t->members[i] = i;
    for (int32_t j = 0; j < TEST_FEATURES; j++)
        t->features[j] = j;
    t->tree.n_sets = t->tree.n_planes = 0;
    return mlci_isolation_cut(&t->tree, 0, TEST_ROWS, &draws, &t->node);
}

#endif
