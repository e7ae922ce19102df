/* Laying out the trees of an ensemble for prediction: which bits answer its splits, trees by
 * breadth. O(nodes). */
#include <string.h>

#include "row_trees.h"

#define HIGHS 17 /* tests code >= 16 h of a column, the first and last of them constant */
#define LOWS 16  /* tests code % 16 >= j */

/* Where the answers of a column are; 0 where nobody asks. */
typedef struct column_bits {
    uint32_t high; /* the pair for h = 0; the next one is h = 1 */
    uint32_t low[LOWS];
    uint32_t known;
} column_bits;

typedef struct maker {
    mlc_context *call;
    mlci_scorer *scorer;
    const mlci_ensemble *ensemble;
    int64_t n_coded; /* trees */
    int64_t *coded;
    int64_t n_nodes;             /* of those trees */
    int64_t n_splits, n_leaves;  /* of those trees; leaves of each up to a multiple of 8 */
    mlci_split_code *split_code; /* n_nodes */
    column_bits *bits;           /* of each column */
    uint8_t *is_wide;            /* of each feature; NULL: none is */
} maker;

static int64_t nodes_of(const mlci_ensemble *e, int64_t tree)
{
    return e->first_node[tree + 1] - e->first_node[tree];
}

/* ---- which trees -------------------------------------------------------------------------- */

/* Marks the features whose bins are more than a byte's. */
static mlc_status find_wide(maker *m, mlc_error *err)
{
    const mlci_ensemble *const e = m->ensemble;
    for (int64_t j = 0; j < e->n_features && e->categories.first_code[e->n_features] > 0; j++) {
        if (mlci_category_bins_most(&e->categories, j) <= UINT8_MAX) continue;
        if (m->is_wide == NULL) m->is_wide = mlci_alloc(m->scorer->root, e->n_features, 1);
        if (m->is_wide == NULL) return mlci_fail_memory(err, e->n_features, 1);
        m->is_wide[j] = 1;
    }
    return mlci_poll(m->call, err);
}

static int has_wide_set(const maker *m, int64_t tree)
{
    const mlci_ensemble *const e = m->ensemble;
    for (int64_t i = e->first_node[tree]; m->is_wide != NULL && i < e->first_node[tree + 1]; i++)
        if (e->nodes[i].left != 0 && m->is_wide[e->nodes[i].split & MLCI_NODE_FEATURE]) return 1;
    return 0;
}

/* The trees output by output, and how much there is of each thing. */
static mlc_status list_trees(maker *m, mlc_error *err)
{
    const mlci_ensemble *const e = m->ensemble;
    mlci_scorer *const s = m->scorer;
    int64_t n = 0;
    s->trees = mlci_alloc(s->root, e->n_trees, sizeof *s->trees);
    m->coded = mlci_alloc(s->root, e->n_trees, sizeof *m->coded);
    if (s->trees == NULL || m->coded == NULL)
        return mlci_fail_memory(err, e->n_trees, sizeof *s->trees);
    for (int32_t k = 0; k < e->n_outputs; k++) {
        for (int64_t t = k; t < e->n_trees; t += e->n_outputs) {
            mlci_scored_tree *const tree = &s->trees[n++];
            const int64_t n_leaves = (nodes_of(e, t) + 1) / 2;
            *tree = (mlci_scored_tree){.tree = t, .n_splits = -1};
            if (n_leaves > MLCI_SCORE_LEAVES || has_wide_set(m, t)) continue;
            *tree = (mlci_scored_tree){.tree = t,
                                       .n_splits = (int32_t)n_leaves - 1,
                                       .first_split = m->n_splits,
                                       .first_leaf = m->n_leaves,
                                       .first_code = m->n_nodes};
            m->coded[m->n_coded++] = t;
            m->n_nodes += nodes_of(e, t);
            m->n_splits += n_leaves - 1;
            m->n_leaves += (n_leaves + 7) / 8 * 8;
        }
    }
    return MLC_OK;
}

/* Is node i of two trees the same, but for the value of a leaf? */
static int is_same_node(const mlci_ensemble *e, int64_t a, int64_t b, int64_t i)
{
    const mlci_tree_node *const p = &e->nodes[e->first_node[a] + i];
    const mlci_tree_node *const q = &e->nodes[e->first_node[b] + i];
    if (p->left != q->left || p->split != q->split) return 0;
    if (p->left == 0 || !(p->split & MLCI_NODE_CATEGORY))
        return p->left == 0 || p->value == q->value;
    return memcmp(e->sets + (e->first_set[a] + (int64_t)p->value) * MLCI_SET_WORDS,
                  e->sets + (e->first_set[b] + (int64_t)q->value) * MLCI_SET_WORDS,
                  MLCI_SET_WORDS * sizeof *e->sets) == 0;
}

/* As those of multi_strategy=multi_output_tree have; not for trees that are walked by numbers, nor
 * where a leaf has a line of each score. */
static int has_shared_splits(const maker *m)
{
    const mlci_ensemble *const e = m->ensemble;
    if (e->n_outputs == 1 || e->terms != NULL || m->is_wide != NULL) return 0;
    for (int64_t t = 0; t < e->n_trees; t++) {
        const int64_t first = t - t % e->n_outputs, n = nodes_of(e, first);
        if (nodes_of(e, t) != n || (n + 1) / 2 > MLCI_SCORE_LEAVES) return 0;
        for (int64_t i = 0; i < n && t != first; i++)
            if (!is_same_node(e, first, t, i)) return 0;
    }
    return 1;
}

/* ---- which tests -------------------------------------------------------------------------- */

/* Marks with 1 what a tree asks of each column; `high` gets the largest h. Trees in any order and
 * at once leave the same marks. */
static mlc_status mark_bits(void *arg, int64_t t, int32_t slot, mlc_error *err)
{
    const maker *const m = arg;
    const mlci_scored_tree *const tree = &m->scorer->trees[t];
    const mlci_tree_node *const nodes = m->ensemble->nodes + m->ensemble->first_node[tree->tree];
    for (int64_t i = 0; tree->n_splits >= 0 && i < nodes_of(m->ensemble, tree->tree); i++) {
        const mlci_split_code code = m->split_code[tree->first_code + i];
        if (nodes[i].left == 0 || code.rank == 0) continue;
        column_bits *const bits = &m->bits[code.column];
        uint32_t *const low = &bits->low[code.rank % 16];
        uint32_t high = __atomic_load_n(&bits->high, __ATOMIC_RELAXED);
        while (code.rank / 16u > high &&
               !__atomic_compare_exchange_n(&bits->high, &high, code.rank / 16u, 1,
                                            __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
        }
        if (!__atomic_load_n(low, __ATOMIC_RELAXED)) __atomic_store_n(low, 1, __ATOMIC_RELAXED);
        if (code.missing_left && !__atomic_load_n(&bits->known, __ATOMIC_RELAXED))
            __atomic_store_n(&bits->known, 1, __ATOMIC_RELAXED);
    }
    return MLC_OK;
}

/* The tests of a column; with tests NULL only their number. Test 0 is always so, test 1 never. */
static int64_t add_tests(column_bits *bits, int32_t column, int64_t n, mlci_code_test *tests)
{
    const mlci_code_test always = {0, 0, 0}, never = {0, 0, 1};
    const uint32_t highest = bits->high;
    if (tests == NULL) {
        for (int j = 1; j < LOWS; j++)
            n += bits->low[j];
        return n + bits->known + (highest > 0 ? highest + 2 : 0);
    }
    if (highest > 0) {
        bits->high = (uint32_t)n;
        tests[n++] = always;
        for (uint32_t h = 1; h <= highest; h++)
            tests[n++] = (mlci_code_test){column, 255, (uint8_t)(16 * h)};
        tests[n++] = highest + 1 < HIGHS - 1
                         ? (mlci_code_test){column, 255, (uint8_t)(16 * (highest + 1))}
                         : never;
    }
    bits->low[0] = 0;
    for (int j = 1; j < LOWS; j++) {
        if (bits->low[j] == 0) continue;
        bits->low[j] = (uint32_t)n;
        tests[n++] = (mlci_code_test){column, 15, (uint8_t)j};
    }
    if (bits->known == 0) return n;
    bits->known = (uint32_t)n;
    tests[n++] = (mlci_code_test){column, 255, 1};
    return n;
}

static mlc_status make_tests(maker *m, mlc_error *err)
{
    mlci_scorer *const s = m->scorer;
    const int64_t n_columns = s->codes->n_columns;
    m->bits = mlci_alloc(s->root, n_columns, sizeof *m->bits);
    if (m->bits == NULL) return mlci_fail_memory(err, n_columns, sizeof *m->bits);
    MLCI_TRY(mlci_parallel_for(m->call, m->ensemble->n_trees, mark_bits, m, err));
    s->n_tests = 2;
    for (int64_t c = 0; c < n_columns; c++)
        s->n_tests = add_tests(&m->bits[c], (int32_t)c, s->n_tests, NULL);
    s->tests = mlci_alloc(s->root, s->n_tests, sizeof *s->tests);
    if (s->tests == NULL) return mlci_fail_memory(err, s->n_tests, sizeof *s->tests);
    s->tests[1] = (mlci_code_test){0, 0, 1};
    int64_t n = 2;
    for (int64_t c = 0; c < n_columns; c++)
        n = add_tests(&m->bits[c], (int32_t)c, n, s->tests);
    return mlci_poll(m->call, err);
}

/* ---- trees -------------------------------------------------------------------------------- */

static mlci_bit_split bit_split(const maker *m, mlci_split_code code, uint32_t place)
{
    if (code.rank == 0)
        return (mlci_bit_split){0, (uint32_t)(m->scorer->n_tests + code.column), 0, place};
    const column_bits *const bits = &m->bits[code.column];
    return (mlci_bit_split){.high = bits->high + code.rank / 16u,
                            .low = bits->low[code.rank % 16],
                            .known = code.missing_left ? bits->known : 0,
                            .place = place};
}

/* The number of each leaf from left to right; of a node that of its first leaf. */
static void number_leaves(const mlci_tree_node *nodes, int64_t n_nodes, int32_t *number)
{
    int32_t n_below[MLCI_SCORE_PLACES];
    for (int64_t i = n_nodes - 1; i >= 0; i--) {
        const int32_t left = nodes[i].left;
        n_below[i] = left == 0 ? 1 : n_below[left] + n_below[left + 1];
    }
    number[0] = 0;
    for (int64_t i = 0; i < n_nodes; i++) {
        const int32_t left = nodes[i].left;
        if (left == 0) continue;
        number[left] = number[i];
        number[left + 1] = number[i] + n_below[left];
    }
}

/* One tree by breadth: `order` lists its nodes as they get their places. */
static void lay_out_coded(const maker *m, const mlci_scored_tree *tree)
{
    mlci_scorer *const s = m->scorer;
    const mlci_tree_node *const nodes = m->ensemble->nodes + m->ensemble->first_node[tree->tree];
    mlci_bit_split *split = s->splits + tree->first_split;
    int32_t order[MLCI_SCORE_PLACES] = {0}, number[MLCI_SCORE_PLACES], n = 1;
    number_leaves(nodes, nodes_of(m->ensemble, tree->tree), number);
    for (int32_t place = 0; place < n; place++) {
        const int32_t i = order[place];
        if (nodes[i].left == 0) {
            const int64_t leaf = tree->first_leaf + number[i];
            s->values[leaf] = nodes[i].value;
            s->leaf_nodes[leaf] = i;
            s->leaf_places[leaf] = (uint16_t)place;
            continue;
        }
        *split++ = bit_split(m, m->split_code[tree->first_code + i], (uint32_t)place);
        order[n++] = nodes[i].left;
        order[n++] = nodes[i].left + 1;
    }
    for (int64_t leaf = tree->first_leaf + tree->n_splits + 1; leaf % 8 != 0; leaf++) {
        s->values[leaf] = 0;
        s->leaf_nodes[leaf] = 0;
        s->leaf_places[leaf] = MLCI_NO_ROWS;
    }
}

static mlc_status lay_out_tree(void *arg, int64_t t, int32_t slot, mlc_error *err)
{
    const maker *const m = arg;
    if (m->scorer->trees[t].n_splits >= 0) lay_out_coded(m, &m->scorer->trees[t]);
    return MLC_OK;
}

static mlc_status lay_out_trees(maker *m, mlc_error *err)
{
    mlci_scorer *const s = m->scorer;
    s->splits = mlci_alloc_raw(s->root, m->n_splits, sizeof *s->splits);
    s->values = mlci_alloc_raw(s->root, m->n_leaves, sizeof *s->values);
    s->leaf_nodes = mlci_alloc_raw(s->root, m->n_leaves, sizeof *s->leaf_nodes);
    s->leaf_places = mlci_alloc_raw(s->root, m->n_leaves, sizeof *s->leaf_places);
    if (s->splits == NULL || s->values == NULL || s->leaf_nodes == NULL || s->leaf_places == NULL)
        return mlci_fail_memory(err, m->n_splits + m->n_leaves, sizeof *s->splits);
    return mlci_parallel_for(m->call, m->ensemble->n_trees, lay_out_tree, m, err);
}

/* Foreign trees of float sums have float leaves, unless somebody wrote the file by hand. */
static int are_floats(const double *values, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        if (values[i] != (double)(float)values[i]) return 0;
    return 1;
}

static mlc_status find_floats(maker *m, mlc_error *err)
{
    mlci_scorer *const s = m->scorer;
    const mlci_ensemble *const e = m->ensemble;
    const int is_float = e->rule != NULL && e->rule->is_float;
    s->sums_floats = is_float && are_floats(s->values, m->n_leaves);
    s->sums_values = !s->is_shared && e->terms == NULL && s->sums_floats == is_float;
    int by_bits = s->sums_floats && e->terms == NULL;
    for (int64_t t = 0; t < e->n_trees; t++)
        by_bits &= s->trees[t].n_splits >= 0;
    if (!by_bits) return MLC_OK;
    s->float_values = mlci_alloc_raw(s->root, m->n_leaves, sizeof *s->float_values);
    if (s->float_values == NULL) return mlci_fail_memory(err, m->n_leaves, 4);
    for (int64_t i = 0; i < m->n_leaves; i++)
        s->float_values[i] = (float)s->values[i];
    return MLC_OK;
}

/* ---- together ----------------------------------------------------------------------------- */

static mlc_status make(maker *m, mlc_error *err)
{
    MLCI_TRY(find_wide(m, err));
    MLCI_TRY(list_trees(m, err));
    m->scorer->is_shared = has_shared_splits(m);
    m->split_code = mlci_alloc_stream(m->scorer->root, m->n_nodes, sizeof *m->split_code);
    if (m->split_code == NULL) return mlci_fail_memory(err, m->n_nodes, sizeof *m->split_code);
    MLCI_TRY(mlci_tree_codes_create(m->call, m->ensemble, m->coded, m->n_coded, m->split_code,
                                    &m->scorer->codes, err));
    MLCI_TRY(make_tests(m, err));
    MLCI_TRY(lay_out_trees(m, err));
    MLCI_TRY(find_floats(m, err));
    MLCI_TRY(mlci_row_trees_create(m->call, m->scorer, m->split_code, &m->scorer->rows, err));
    m->scorer->least_block = mlci_row_trees_break_even(m->scorer);
    return MLC_OK;
}

mlc_status mlci_scorer_create(mlc_context *call, const mlci_ensemble *ensemble, mlci_scorer **out,
                              mlc_error *err)
{
    mlci_root *const root = mlci_context_root(call);
    mlci_scorer *const s = mlci_alloc(root, 1, sizeof *s);
    if (s == NULL) return mlci_fail_memory(err, 1, sizeof *s);
    s->root = root;
    s->ensemble = ensemble;
    maker m = {.call = call, .scorer = s, .ensemble = ensemble};
    const mlc_status status = make(&m, err);
    mlci_free(m.coded);
    mlci_free(m.split_code);
    mlci_free(m.bits);
    mlci_free(m.is_wide);
    if (status != MLC_OK) {
        mlci_scorer_free(s);
        return status;
    }
    *out = s;
    return MLC_OK;
}

void mlci_scorer_free(mlci_scorer *scorer)
{
    if (scorer == NULL) return;
    mlci_tree_codes_free(scorer->codes);
    mlci_free(scorer->tests);
    mlci_free(scorer->trees);
    mlci_free(scorer->splits);
    mlci_free(scorer->values);
    mlci_free(scorer->float_values);
    mlci_free(scorer->leaf_nodes);
    mlci_free(scorer->leaf_places);
    mlci_row_trees_free(scorer->rows);
    mlci_free(scorer);
}
