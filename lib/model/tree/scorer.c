/* Prediction with an ensemble.
 *
 * Numbers become codes; the questions of all splits are answered from them for 64 rows a word; each
 * tree of at most 256 leaves then takes a few operations on the bits of 256 rows a split (the
 * kernels say how). One row costs as much as 64, so that few rows go one by one (row_trees.c).
 * Larger trees are walked by the numbers themselves.
 *
 * Scores are a chain of double additions a row: start, then the trees in their order, on every
 * path. Lanes by tree index would shorten the chain of a single row (0.1 us for 100 trees, partly
 * hidden), but the chain is what LightGBM adds, and XGBoost in float, so models from there
 * keep their bits; batches vectorise across rows, where the order costs nothing. */
#include "row_trees.h"

#include <string.h>

/* ---- scratch ------------------------------------------------------------------------------ */

typedef struct scratch {
    mlci_row_bits *bits;
    mlci_row_bits *places;
    double *sum; /* of an output; with shared splits of each */
    uint8_t *codes;
    uint8_t *leaf;
} scratch;

static int64_t bits_of(const mlci_scorer *s)
{
    return s->n_tests + s->codes->n_sets;
}

static int64_t n_sums(const mlci_scorer *s)
{
    return s->is_shared ? s->ensemble->n_outputs : 1;
}

static int64_t block_bytes(const mlci_scorer *s)
{
    int64_t n_columns = s->codes->n_columns + s->codes->n_categories;
    if (n_columns == 0) n_columns = 1; /* which constant tests look at, too */
    return (bits_of(s) + MLCI_SCORE_PLACES) * (int64_t)sizeof(mlci_row_bits) +
           MLCI_SCORE_ROWS * (n_sums(s) * (int64_t)sizeof(double) + n_columns + 1);
}

static scratch scratch_of(const mlci_scorer *s, double *memory)
{
    scratch a;
    a.bits = (mlci_row_bits *)(void *)memory;
    a.places = a.bits + bits_of(s);
    a.sum = (double *)(void *)(a.places + MLCI_SCORE_PLACES);
    a.leaf = (uint8_t *)(void *)(a.sum + n_sums(s) * MLCI_SCORE_ROWS);
    a.codes = a.leaf + MLCI_SCORE_ROWS;
    return a;
}

/* Blocks end with few rows, too. */
int64_t mlci_scorer_scratch_size(const mlci_scorer *s, int64_t n_rows)
{
    const int64_t n_few = n_rows < s->least_block ? n_rows : s->least_block - 1;
    const int64_t few = n_few * mlci_row_trees_code_bytes(s);
    const int64_t block = n_rows < s->least_block ? 0 : block_bytes(s);
    return ((few > block ? few : block) + 7) / 8;
}

/* ---- walking by numbers ------------------------------------------------------------------- */

static int category_goes_right(const mlci_ensemble *e, int64_t tree, const mlci_tree_node *node,
                               double x)
{
    const uint32_t j = node->split & MLCI_NODE_FEATURE;
    return !mlci_set_has(e->sets + (e->first_set[tree] + (int64_t)node->value) * MLCI_SET_WORDS,
                         mlci_category_bin(&e->categories, j, x));
}

/* A walk ends because children come after their parent. */
static int32_t walk_numbers(const mlci_ensemble *e, int64_t tree, const double *x)
{
    const mlci_tree_node *const nodes = e->nodes + e->first_node[tree];
    int32_t i = 0;
    while (nodes[i].left != 0) {
        const double v = x[nodes[i].split & MLCI_NODE_FEATURE];
        int right = !(v <= nodes[i].value);
        if (nodes[i].split & MLCI_NODE_CATEGORY)
            right = category_goes_right(e, tree, &nodes[i], v);
        else if (v != v)
            right = !(nodes[i].split & MLCI_NODE_MISSING_LEFT);
        i = nodes[i].left + right;
    }
    return i;
}

/* ---- a block of rows ---------------------------------------------------------------------- */

static int64_t words_of(int64_t n_rows)
{
    return (n_rows + 63) / 64;
}

static void answer_splits(const mlci_scorer *s, const mlci_score_kernels *kernels, const double *x,
                          int64_t n_rows, const scratch *a)
{
    mlci_tree_codes_rows(s->codes, s->ensemble, kernels, x, n_rows, a->codes);
    kernels->test_codes(s->tests, s->n_tests, a->codes, words_of(n_rows), a->bits);
    kernels->test_sets(s->codes->sets, s->codes->n_sets, a->codes, words_of(n_rows),
                       a->bits + s->n_tests);
}

static void find_leaves(const mlci_scorer *s, const mlci_score_kernels *kernels,
                        const mlci_scored_tree *tree, int64_t n_rows, const scratch *a)
{
    const mlci_bit_tree by_bits = {tree->n_splits, s->splits + tree->first_split,
                                   s->leaf_places + tree->first_leaf};
    kernels->find_leaves(&by_bits, a->bits, words_of(n_rows), a->places, a->leaf);
}

/* The node that row i of the block ends in, its leaves being found where the tree is by bits. */
static int32_t node_of_row(const mlci_scorer *s, const mlci_scored_tree *tree, const double *x,
                           int64_t i, const scratch *a)
{
    const mlci_ensemble *const e = s->ensemble;
    return tree->n_splits < 0 ? walk_numbers(e, tree->tree, x + i * e->n_features)
                              : s->leaf_nodes[tree->first_leaf + a->leaf[i]];
}

static int is_float(const mlci_scorer *s)
{
    return s->ensemble->rule != NULL && s->ensemble->rule->is_float;
}

/* The sum of two floats is exact enough in double that rounding it gives their float sum. */
static double add_value(const mlci_scorer *s, double sum, double value)
{
    return is_float(s) ? (double)(float)(sum + value) : sum + value;
}

static void add_values(const mlci_scorer *s, const mlci_score_kernels *kernels,
                       const mlci_scored_tree *tree, int64_t n, const uint8_t *leaf, double *sum)
{
    const double *const values = s->values + tree->first_leaf;
    if (is_float(s))
        kernels->add_floats(values, tree->n_splits + 1, leaf, n, sum);
    else
        kernels->add_values(values, tree->n_splits + 1, leaf, n, sum);
}

static void add_tree(const mlci_scorer *s, const mlci_score_kernels *kernels,
                     const mlci_scored_tree *tree, const double *x, int64_t n_rows,
                     const scratch *a)
{
    const mlci_ensemble *const e = s->ensemble;
    const int64_t first = e->first_node[tree->tree];
    if (tree->n_splits >= 0) find_leaves(s, kernels, tree, n_rows, a);
    if (tree->n_splits >= 0 && e->terms == NULL) {
        add_values(s, kernels, tree, n_rows, a->leaf, a->sum);
        return;
    }
    for (int64_t i = 0; i < n_rows; i++)
        a->sum[i] = add_value(s, a->sum[i],
                              mlci_ensemble_leaf_value(e, first + node_of_row(s, tree, x, i, a),
                                                       x + i * e->n_features));
}

/* The leaves of a round once, for all outputs. */
static void add_shared(const mlci_scorer *s, const mlci_score_kernels *kernels, int64_t n_rows,
                       const scratch *a, double *raw)
{
    const int32_t n_outputs = s->ensemble->n_outputs;
    const int64_t n_trees = s->ensemble->n_trees / n_outputs;
    for (int32_t k = 0; k < n_outputs; k++)
        for (int64_t i = 0; i < n_rows; i++)
            a->sum[k * MLCI_SCORE_ROWS + i] = s->ensemble->start[k];
    for (int64_t t = 0; t < n_trees; t++) {
        find_leaves(s, kernels, &s->trees[t], n_rows, a);
        for (int32_t k = 0; k < n_outputs; k++)
            add_values(s, kernels, &s->trees[k * n_trees + t], n_rows, a->leaf,
                       a->sum + k * MLCI_SCORE_ROWS);
    }
    for (int32_t k = 0; k < n_outputs; k++)
        for (int64_t i = 0; i < n_rows; i++)
            raw[i * n_outputs + k] = a->sum[k * MLCI_SCORE_ROWS + i];
}

static void score_block(const mlci_scorer *s, const mlci_score_kernels *kernels, const double *x,
                        int64_t n_rows, double *memory, double *raw)
{
    const int32_t n_outputs = s->ensemble->n_outputs;
    const int64_t n_trees = s->ensemble->n_trees / n_outputs;
    const scratch a = scratch_of(s, memory);
    answer_splits(s, kernels, x, n_rows, &a);
    if (s->is_shared) {
        add_shared(s, kernels, n_rows, &a, raw);
        return;
    }
    for (int32_t k = 0; k < n_outputs; k++) {
        for (int64_t i = 0; i < n_rows; i++)
            a.sum[i] = s->ensemble->start[k];
        for (int64_t t = 0; t < n_trees; t++)
            add_tree(s, kernels, &s->trees[k * n_trees + t], x, n_rows, &a);
        for (int64_t i = 0; i < n_rows; i++)
            raw[i * n_outputs + k] = a.sum[i];
    }
}

static void block_leaves(const mlci_scorer *s, const mlci_score_kernels *kernels, const double *x,
                         int64_t n_rows, double *memory, double *leaf)
{
    const mlci_ensemble *const e = s->ensemble;
    const scratch a = scratch_of(s, memory);
    answer_splits(s, kernels, x, n_rows, &a);
    for (int64_t t = 0; t < e->n_trees; t++) {
        const mlci_scored_tree *const tree = &s->trees[t];
        if (tree->n_splits >= 0) find_leaves(s, kernels, tree, n_rows, &a);
        for (int64_t i = 0; i < n_rows; i++)
            leaf[i * e->n_trees + tree->tree] = (double)node_of_row(s, tree, x, i, &a);
    }
}

/* ---- few rows ----------------------------------------------------------------------------- */

/* The node that a row ends in, in tree i of a run, whose leaves are found unless it is by numbers.
 */
static int32_t node_of_run(const mlci_scorer *s, const mlci_row_run *run, int32_t i,
                           const double *x, const uint8_t *leaf)
{
    const mlci_scored_tree *const tree = &s->trees[run->first + i];
    return run->kind == MLCI_ROW_BY_NUMBERS ? walk_numbers(s->ensemble, tree->tree, x)
                                            : s->leaf_nodes[tree->first_leaf + leaf[i]];
}

/* Values of leaves one after the other, as by add_value(). What follows the first sum, which is a
 * float then, are sums of two floats. */
static double add_leaves(const mlci_scorer *s, const mlci_row_run *run, const uint8_t *leaf,
                         double sum)
{
    const mlci_scored_tree *const trees = s->trees + run->first;
    if (!s->sums_floats) {
        for (int32_t i = 0; i < run->n; i++)
            sum += s->values[trees[i].first_leaf + leaf[i]];
        return sum;
    }
    float float_sum = (float)add_value(s, sum, s->values[trees[0].first_leaf + leaf[0]]);
    for (int32_t i = 1; i < run->n; i++)
        float_sum += (float)s->values[trees[i].first_leaf + leaf[i]];
    return (double)float_sum;
}

static double add_run(const mlci_scorer *s, const mlci_row_run *run, const double *x,
                      const uint8_t *leaf, double sum)
{
    const mlci_ensemble *const e = s->ensemble;
    const mlci_scored_tree *const trees = s->trees + run->first;
    if (run->kind != MLCI_ROW_BY_NUMBERS && e->terms == NULL && is_float(s) == s->sums_floats)
        return add_leaves(s, run, leaf, sum);
    for (int32_t i = 0; i < run->n; i++)
        sum = add_value(s, sum,
                        mlci_ensemble_leaf_value(
                            e, e->first_node[trees[i].tree] + node_of_run(s, run, i, x, leaf), x));
    return sum;
}

/* A run of the first output, for all. */
static void add_shared_run(const mlci_scorer *s, const mlci_row_run *run, const uint8_t *leaf,
                           double *raw)
{
    const int64_t n_trees = s->ensemble->n_trees / s->ensemble->n_outputs;
    for (int32_t k = 0; k < s->ensemble->n_outputs; k++) {
        const mlci_scored_tree *const trees = s->trees + k * n_trees + run->first;
        for (int32_t i = 0; i < run->n; i++)
            raw[k] = add_value(s, raw[k], s->values[trees[i].first_leaf + leaf[i]]);
    }
}

static void score_run(const mlci_scorer *s, const mlci_score_kernels *kernels,
                      const mlci_row_run *run, const double *x, const uint8_t *codes, double *raw)
{
    const int64_t output = run->first / (s->ensemble->n_trees / s->ensemble->n_outputs);
    const int by_numbers = run->kind == MLCI_ROW_BY_NUMBERS;
    uint8_t leaf[MLCI_ROW_CHUNK];
    if (s->is_shared && !by_numbers && output > 0) return;
    if (!by_numbers) mlci_row_trees_leaves(s, kernels, run, codes, leaf);
    if (s->is_shared && !by_numbers)
        add_shared_run(s, run, leaf, raw);
    else
        raw[output] = add_run(s, run, x, leaf, raw[output]);
}

static void leaves_of_run(const mlci_scorer *s, const mlci_score_kernels *kernels,
                          const mlci_row_run *run, const double *x, const uint8_t *codes,
                          double *out)
{
    uint8_t leaf[MLCI_ROW_CHUNK];
    if (run->kind != MLCI_ROW_BY_NUMBERS) mlci_row_trees_leaves(s, kernels, run, codes, leaf);
    for (int32_t i = 0; i < run->n; i++)
        out[s->trees[run->first + i].tree] = (double)node_of_run(s, run, i, x, leaf);
}

/* What is done with each row and run, out being a row of what is asked for. */
typedef void run_visit(const mlci_scorer *s, const mlci_score_kernels *kernels,
                       const mlci_row_run *run, const double *x, const uint8_t *codes, double *out);

static void visit_runs(const mlci_scorer *s, const mlci_score_kernels *kernels, const double *x,
                       int64_t n_rows, double *memory, run_visit *visit, double *out, int64_t width)
{
    const int64_t n_features = s->ensemble->n_features, stride = mlci_row_trees_code_bytes(s);
    uint8_t *const codes = (uint8_t *)(void *)memory;
    for (int64_t i = 0; i < n_rows; i++)
        mlci_row_trees_code(s, kernels, x + i * n_features, codes + i * stride);
    for (int64_t r = 0; r < s->rows->n_runs; r++) {
        for (int64_t i = 0; i < n_rows; i++)
            visit(s, kernels, &s->rows->runs[r], x + i * n_features, codes + i * stride,
                  out + i * width);
    }
}

static void score_few(const mlci_scorer *s, const mlci_score_kernels *kernels, const double *x,
                      int64_t n_rows, double *memory, double *raw)
{
    const int32_t n_outputs = s->ensemble->n_outputs;
    for (int64_t i = 0; i < n_rows; i++)
        memcpy(raw + i * n_outputs, s->ensemble->start, (size_t)n_outputs * sizeof *raw);
    visit_runs(s, kernels, x, n_rows, memory, score_run, raw, n_outputs);
}

/* ---- rows --------------------------------------------------------------------------------- */

void mlci_scorer_raw(const mlci_scorer *s, int32_t isa, const double *x, int64_t n_rows,
                     double *memory, double *raw)
{
    const mlci_score_kernels *const kernels = mlci_score_kernels_of(isa);
    if (n_rows >= s->least_block)
        score_block(s, kernels, x, n_rows, memory, raw);
    else
        score_few(s, kernels, x, n_rows, memory, raw);
}

void mlci_scorer_leaf(const mlci_scorer *s, int32_t isa, const double *x, int64_t n_rows,
                      double *memory, double *leaf)
{
    const mlci_score_kernels *const kernels = mlci_score_kernels_of(isa);
    if (n_rows >= s->least_block)
        block_leaves(s, kernels, x, n_rows, memory, leaf);
    else
        visit_runs(s, kernels, x, n_rows, memory, leaves_of_run, leaf, s->ensemble->n_trees);
}
