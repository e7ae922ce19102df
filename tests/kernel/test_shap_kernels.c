/* The kernel of Shapley values: closed forms, and the same bits from each table. That the values
 * are those of the definition is tested where trees are laid out (model/test_shap.c). */
#include "tree_kernels.h"

#include "kernel_cases.h"

static const mlci_tree_kernels *table(int t)
{
    return mlci_tree_kernels_of(case_tables[t]->isa);
}

enum { ROWS = 3 * MLCI_SHAP_ROWS, LEVELS = 6, NODES = 5, FEATURES = 4, PAIRS = 6 };

START_TEST(test_one_split_then_its_step_from_the_mean)
{
    const mlci_shap_split split = {
        .threshold = 0.5, .share = 0.25, .value = {10, 2}, .above = -1, .is_greater = 0};
    const int64_t step = MLCI_SHAP_END | MLCI_SHAP_YES_LEAF | MLCI_SHAP_NO_LEAF;
    const double factors[] = {0.5 + 0.25 * 0.5, 0.25 * 0.5}, weight = 1;
    const mlci_shap_tree tree = {.n_nodes = 1,
                                 .n_levels = 1,
                                 .n_steps = 1,
                                 .steps = &step,
                                 .splits = &split,
                                 .factors = factors,
                                 .weights = &weight};
    const double x[MLCI_SHAP_ROWS] = {0, 0.5, 1, -INFINITY, INFINITY, NAN, 0.25, 7};
    for (int t = 0; t < case_n_tables; t++) {
        _Alignas(64) double memory[256];
        double values[MLCI_SHAP_ROWS] = {0};
        const mlci_shap_rows rows = {
            .n_rows = MLCI_SHAP_ROWS, .x = x, .values = values, .memory = memory};
        ck_assert_int_le(mlci_shap_memory(1, 1), 256);
        table(t)->shap_tree(&tree, &rows);
        /* The mean is 0.25 * 2 + 0.75 * 10 = 8. */
        for (int i = 0; i < MLCI_SHAP_ROWS; i++)
            ck_assert_double_eq(values[i], x[i] <= 0.5 ? 2 - 8 : 10 - 8);
    }
}
END_TEST

/* A chain of splits whose yes is a leaf, but for the last one, and whose features come back. */
typedef struct chain {
    mlci_shap_split splits[LEVELS];
    mlci_shap_other others[LEVELS * LEVELS];
    int64_t steps[2 * LEVELS];
    double factors[LEVELS * 5 * NODES], weights[NODES], gone[NODES];
    mlci_shap_tree tree;
} chain;

static void make_chain(chain *c)
{
    int64_t n_steps = 0, n_others = 0;
    for (int i = 0; i < LEVELS; i++) {
        const int again = i >= FEATURES;
        c->splits[i] = (mlci_shap_split){.threshold = case_unit(),
                                         .share = case_unit(),
                                         .value = {case_real(), case_real()},
                                         .column = i % FEATURES,
                                         .feature = i % FEATURES,
                                         .depth = i,
                                         .above = again ? i - FEATURES : -1,
                                         .side = 0,
                                         .is_greater = i % 2,
                                         .factors = (int64_t)i * 5 * NODES,
                                         .first_other = n_others};
        for (int k = i < FEATURES ? 0 : i - FEATURES + 1; k < i; k++) {
            c->others[n_others].depth = k;
            c->others[n_others++].pair = (k + i) % PAIRS;
        }
        c->splits[i].n_others = n_others - c->splits[i].first_other;
        if (i < LEVELS - 1)
            c->steps[n_steps++] =
                (int64_t)i << MLCI_SHAP_STEP_BITS | MLCI_SHAP_NO | (again ? MLCI_SHAP_AGAIN : 0);
    }
    for (int i = LEVELS - 1; i >= 0; i--)
        c->steps[n_steps++] = (int64_t)i << MLCI_SHAP_STEP_BITS | MLCI_SHAP_END |
                              MLCI_SHAP_YES_LEAF | (i == LEVELS - 1 ? MLCI_SHAP_NO_LEAF : 0) |
                              (i >= FEATURES ? MLCI_SHAP_AGAIN : 0);
    for (int i = 0; i < LEVELS * 5 * NODES; i++)
        c->factors[i] = case_unit();
    for (int q = 0; q < NODES; q++) {
        c->weights[q] = case_unit();
        c->gone[q] = -1 - case_unit();
    }
    c->tree = (mlci_shap_tree){.n_nodes = NODES,
                               .n_levels = LEVELS,
                               .n_steps = n_steps,
                               .steps = c->steps,
                               .splits = c->splits,
                               .factors = c->factors,
                               .others = c->others,
                               .weights = c->weights,
                               .gone = c->gone};
}

START_TEST(test_each_table_gives_the_same_bits)
{
    static double x[FEATURES * ROWS], values[3][FEATURES * ROWS], pairs[3][PAIRS * ROWS];
    _Alignas(64) static double memory[MLCI_SHAP_ROWS * ((LEVELS + 1) * (4 * NODES + 1) + NODES)];
    for (int trial = 0; trial < 50; trial++) {
        chain c;
        make_chain(&c);
        for (int i = 0; i < FEATURES * ROWS; i++)
            x[i] = case_bits() % 10 == 0 ? case_odd() : case_unit();
        for (int t = 0; t < case_n_tables; t++) {
            memset(values[t], 0, sizeof values[t]);
            memset(pairs[t], 0, sizeof pairs[t]);
            const mlci_shap_rows rows = {.n_rows = ROWS,
                                         .x = x,
                                         .values = values[t],
                                         .pairs = trial % 2 ? pairs[t] : NULL,
                                         .memory = memory};
            table(t)->shap_tree(&c.tree, &rows);
            ck_assert_mem_eq(values[t], values[0], sizeof values[t]);
            ck_assert_mem_eq(pairs[t], pairs[0], sizeof pairs[t]);
        }
    }
}
END_TEST

START_TEST(test_values_are_the_same_with_and_without_interactions)
{
    static double x[FEATURES * ROWS], values[2][FEATURES * ROWS], pairs[PAIRS * ROWS];
    _Alignas(64) static double memory[MLCI_SHAP_ROWS * ((LEVELS + 1) * (4 * NODES + 1) + NODES)];
    chain c;
    make_chain(&c);
    for (int i = 0; i < FEATURES * ROWS; i++)
        x[i] = case_unit();
    for (int k = 0; k < 2; k++) {
        const mlci_shap_rows rows = {.n_rows = ROWS,
                                     .x = x,
                                     .values = values[k],
                                     .pairs = k ? pairs : NULL,
                                     .memory = memory};
        table(0)->shap_tree(&c.tree, &rows);
    }
    ck_assert_mem_eq(values[0], values[1], sizeof values[0]);
}
END_TEST

MLCI_CHECK_SUITE_BY(case_add, "shap_kernels", test_one_split_then_its_step_from_the_mean,
                    test_each_table_gives_the_same_bits,
                    test_values_are_the_same_with_and_without_interactions)
