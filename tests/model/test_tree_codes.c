/* Codes answer the questions of splits: `code >= rank` for `x <= threshold`, a set's own answer. */
#include "random_trees.h"
#include "torture.h"

typedef struct coded {
    random_trees trees;
    mlci_ensemble *ensemble;
    mlc_context local, *call;
    int64_t *list; /* every second tree */
    int64_t n_list;
    mlci_split_code *splits;
    mlci_tree_codes *codes;
} coded;

static void code_trees_by(coded *c, random_trees trees, mlc_context *ctx)
{
    memset(c, 0, sizeof *c);
    c->trees = trees;
    c->ensemble = random_ensemble(&trees);
    c->list = calloc((size_t)trees.n_trees + 1, sizeof *c->list);
    c->splits = calloc((size_t)c->ensemble->first_node[trees.n_trees] + 1, sizeof *c->splits);
    for (int64_t t = 0; t < trees.n_trees; t += 2)
        c->list[c->n_list++] = t;
    ck_assert_int_eq(mlci_call_begin(ctx, &c->local, MLCI_FIT, &c->call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_tree_codes_create(c->call, c->ensemble, c->list, c->n_list, c->splits,
                                            &c->codes, NULL),
                     MLC_OK);
}

static void code_trees(coded *c, random_trees trees)
{
    code_trees_by(c, trees, NULL);
}

static void coded_clear(coded *c)
{
    mlci_tree_codes_free(c->codes);
    mlci_ensemble_free(c->ensemble);
    mlci_call_end(c->call);
    free(c->list);
    free(c->splits);
}

/* Does the row go left at that split? */
static int goes_left(const coded *c, int64_t tree, int64_t node, const double *x)
{
    /* A walk of one step: the tree that starts there. */
    const mlci_ensemble *const e = c->ensemble;
    const mlci_tree_node *const split = &e->nodes[e->first_node[tree] + node];
    const uint32_t j = split->split & MLCI_NODE_FEATURE;
    if ((split->split & MLCI_NODE_CATEGORY) == 0)
        return isnan(x[j]) ? (split->split & MLCI_NODE_MISSING_LEFT) != 0 : x[j] <= split->value;
    const int known = x[j] >= 0 && x[j] < RANDOM_CODES;
    const mlci_category_bins *const bins = &e->categories;
    const uint32_t bin = known ? bins->bin_of_code[bins->first_code[j] + (int64_t)x[j]] : 0;
    return mlci_set_has(e->sets + (e->first_set[tree] + (int64_t)split->value) * MLCI_SET_WORDS,
                        bin);
}

/* Codes and bins of the row, as single rows have them. */
static void check_row(const coded *c, const double *x, const uint8_t *codes, const uint8_t *bins)
{
    const mlci_ensemble *const e = c->ensemble;
    int64_t at = 0;
    for (int64_t i = 0; i < c->n_list; i++) {
        const int64_t t = c->list[i];
        for (int64_t k = 0; k < e->first_node[t + 1] - e->first_node[t]; k++, at++) {
            const mlci_split_code s = c->splits[at];
            if (e->nodes[e->first_node[t] + k].left == 0) continue;
            if (s.rank == 0) {
                const mlci_set_test *const set = &c->codes->sets[s.column];
                ck_assert_int_eq(mlci_set_has(set->set, bins[set->column - c->codes->n_columns]),
                                 goes_left(c, t, k, x));
                continue;
            }
            const int is_missing_left = codes[s.column] == 0 && s.missing_left;
            ck_assert_int_eq(is_missing_left || codes[s.column] >= s.rank, goes_left(c, t, k, x));
        }
    }
}

static void check_codes(random_trees trees)
{
    coded c;
    code_trees(&c, trees);
    const mlci_tree_codes *const codes = c.codes;
    const int64_t n_columns = codes->n_columns + codes->n_categories;
    double *const x = random_rows(&trees, c.ensemble, 70);
    uint8_t *const block = calloc((size_t)n_columns + 1, MLCI_SCORE_ROWS);
    uint8_t *const row = calloc((size_t)n_columns + 1, 1);
    uint8_t *const bins = row + codes->n_columns;
    for (int32_t isa = MLCI_ISA_REFERENCE; isa <= mlci_root_isa(NULL); isa++) {
        const mlci_score_kernels *const kernels = mlci_score_kernels_of(isa);
        memset(block, 0xAA, (size_t)n_columns * MLCI_SCORE_ROWS);
        mlci_tree_codes_rows(codes, c.ensemble, kernels, x, 70, block);
        for (int64_t i = 0; i < 70; i++) {
            kernels->code_row(&codes->numbers, x + i * trees.n_features, row);
            mlci_tree_codes_bins(codes, c.ensemble, x + i * trees.n_features, bins);
            check_row(&c, x + i * trees.n_features, row, bins);
            for (int64_t k = 0; k < n_columns; k++)
                ck_assert_int_eq(block[k * MLCI_SCORE_ROWS + i], row[k]);
        }
        for (int64_t k = 0; k < n_columns; k++)
            for (int64_t i = 70; i < MLCI_SCORE_ROWS; i++)
                ck_assert_int_eq(block[k * MLCI_SCORE_ROWS + i], i < 128 ? 0 : 0xAA);
    }
    free(row);
    free(block);
    free(x);
    coded_clear(&c);
}

START_TEST(test_codes_answer_every_split)
{
    static const int32_t n_thresholds[] = {1, 6, 7, 8, 61, 62, 63, 64, 252, 253, 254, 300, 900, 0};
    for (int k = 0; k < 14; k++)
        check_codes((random_trees){.n_features = 3,
                                   .n_categories = 1,
                                   .n_outputs = 1,
                                   .n_trees = 12,
                                   .n_leaves = 300,
                                   .n_thresholds = n_thresholds[k]});
}
END_TEST

/* Threads find the thresholds each in its own order. */
START_TEST(test_codes_are_the_same_by_any_number_of_threads)
{
    static const int32_t threads[] = {1, 2, 3, 7};
    const random_trees trees = {.n_features = 3,
                                .n_categories = 1,
                                .n_outputs = 1,
                                .n_trees = 150,
                                .n_leaves = 200,
                                .n_thresholds = 700};
    coded first;
    random_state = 1;
    code_trees(&first, trees);
    const mlci_ensemble *const e = first.ensemble;
    for (int k = 0; k < 4; k++) {
        coded c;
        mlc_context *ctx = NULL;
        ck_assert_int_eq(mlc_context_create(NULL, &ctx, NULL), MLC_OK);
        mlc_context_set_threads(ctx, threads[k]);
        random_state = 1;
        code_trees_by(&c, trees, ctx);
        ck_assert_int_eq(c.codes->n_columns, first.codes->n_columns);
        ck_assert_int_eq(c.codes->n_sets, first.codes->n_sets);
        for (int64_t i = 0, at = 0; i < c.n_list; i++) {
            for (int64_t n = e->first_node[c.list[i]]; n < e->first_node[c.list[i] + 1]; n++, at++)
                ck_assert(e->nodes[n].left == 0 ||
                          (c.splits[at].column == first.splits[at].column &&
                           c.splits[at].rank == first.splits[at].rank &&
                           c.splits[at].missing_left == first.splits[at].missing_left));
        }
        coded_clear(&c);
        mlc_context_close(ctx);
    }
    coded_clear(&first);
}
END_TEST

START_TEST(test_codes_of_no_trees_are_none)
{
    check_codes((random_trees){.n_features = 3, .n_categories = 1, .n_outputs = 1});
}
END_TEST

START_TEST(test_columns_have_254_thresholds_and_few_levels_come_first)
{
    coded c;
    code_trees(&c, (random_trees){.n_features = 2, .n_outputs = 1, .n_trees = 21, .n_leaves = 900});
    int64_t n_distinct = 0;
    for (int32_t column = 0; column < c.codes->n_columns; column++) {
        int64_t highest = 1;
        for (int64_t i = 0; i < 11 * 1799; i++)
            if (c.splits[i].rank != 0 && c.splits[i].column == column && c.splits[i].rank > highest)
                highest = c.splits[i].rank;
        n_distinct += highest - 1;
        /* The infinite threshold besides. */
        ck_assert_int_ge(column, highest <= 8 ? 0 : c.codes->numbers.end[highest <= 64 ? 0 : 1]);
        ck_assert_int_lt(column, c.codes->numbers.end[highest <= 8 ? 0 : highest <= 64 ? 1 : 2]);
    }
    /* 11 trees of 899 splits of two features, hardly a threshold twice. */
    ck_assert_int_gt(n_distinct, 9600);
    ck_assert_int_le(c.codes->n_columns, n_distinct / 254 + 2);
    coded_clear(&c);
}
END_TEST

START_TEST(test_equal_sets_of_a_feature_are_one)
{
    coded c;
    code_trees(
        &c, (random_trees){
                .n_features = 2, .n_categories = 2, .n_outputs = 1, .n_trees = 40, .n_leaves = 30});
    for (int32_t a = 0; a < c.codes->n_sets; a++)
        for (int32_t b = 0; b < a; b++)
            ck_assert(c.codes->sets[a].column != c.codes->sets[b].column ||
                      memcmp(c.codes->sets[a].set, c.codes->sets[b].set,
                             sizeof c.codes->sets[a].set) != 0);
    ck_assert_int_lt(c.codes->n_sets, 20 * 29 - 100);
    coded_clear(&c);
}
END_TEST

MLCI_CHECK_SUITE("tree_codes", test_codes_answer_every_split,
                 test_codes_are_the_same_by_any_number_of_threads, test_codes_of_no_trees_are_none,
                 test_columns_have_254_thresholds_and_few_levels_come_first,
                 test_equal_sets_of_a_feature_are_one)
