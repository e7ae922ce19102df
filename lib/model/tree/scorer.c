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
    int32_t has_missing; /* is a number of the block missing? */
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
    scratch a = {0};
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
    const int64_t few = n_few * s->rows->n_code_bytes;
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
                          int64_t n_rows, scratch *a)
{
    mlci_tree_codes_rows(s->codes, s->ensemble, kernels, x, n_rows, a->codes);
    for (int64_t c = 0; c < s->codes->n_columns && !a->has_missing; c++)
        a->has_missing = memchr(a->codes + c * MLCI_SCORE_ROWS, 0, (size_t)n_rows) != NULL;
    kernels->test_codes(s->tests, s->n_tests, a->codes, words_of(n_rows), a->bits);
    kernels->test_sets(s->codes->sets, s->codes->n_sets, a->codes, words_of(n_rows),
                       a->bits + s->n_tests);
}

static void find_leaves(const mlci_scorer *s, const mlci_score_kernels *kernels,
                        const mlci_scored_tree *tree, int64_t n_rows, const scratch *a)
{
    const mlci_bit_tree by_bits = {tree->n_splits, a->has_missing, s->splits + tree->first_split,
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

/* All trees of an output. What follows the first sum, which is a float then, are sums of floats. */
static void add_float_trees(const mlci_scorer *s, const mlci_score_kernels *kernels,
                            const mlci_scored_tree *trees, int64_t n_trees, int64_t n_rows,
                            const scratch *a)
{
    float sum[MLCI_SCORE_ROWS];
    find_leaves(s, kernels, &trees[0], n_rows, a);
    add_values(s, kernels, &trees[0], n_rows, a->leaf, a->sum);
    for (int64_t i = 0; i < n_rows; i++)
        sum[i] = (float)a->sum[i];
    for (int64_t t = 1; t < n_trees; t++) {
        find_leaves(s, kernels, &trees[t], n_rows, a);
        kernels->add_float_values(s->float_values + trees[t].first_leaf, trees[t].n_splits + 1,
                                  a->leaf, n_rows, sum);
    }
    for (int64_t i = 0; i < n_rows; i++)
        a->sum[i] = (double)sum[i];
}

/* Not inlined, so that few rows do not save registers for it. */
__attribute__((noinline)) static void score_block(const mlci_scorer *s,
                                                  const mlci_score_kernels *kernels,
                                                  const double *x, int64_t n_rows, double *memory,
                                                  double *raw)
{
    const int32_t n_outputs = s->ensemble->n_outputs;
    const int64_t n_trees = s->ensemble->n_trees / n_outputs;
    scratch a = scratch_of(s, memory);
    answer_splits(s, kernels, x, n_rows, &a);
    if (s->is_shared) {
        add_shared(s, kernels, n_rows, &a, raw);
        return;
    }
    for (int32_t k = 0; k < n_outputs; k++) {
        for (int64_t i = 0; i < n_rows; i++)
            a.sum[i] = s->ensemble->start[k];
        const mlci_scored_tree *const trees = s->trees + k * n_trees;
        if (s->float_values != NULL && n_trees > 0)
            add_float_trees(s, kernels, trees, n_trees, n_rows, &a);
        else
            for (int64_t t = 0; t < n_trees; t++)
                add_tree(s, kernels, &trees[t], x, n_rows, &a);
        for (int64_t i = 0; i < n_rows; i++)
            raw[i * n_outputs + k] = a.sum[i];
    }
}

static void block_leaves(const mlci_scorer *s, const mlci_score_kernels *kernels, const double *x,
                         int64_t n_rows, double *memory, double *leaf)
{
    const mlci_ensemble *const e = s->ensemble;
    scratch a = scratch_of(s, memory);
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

static double add_run(const mlci_scorer *s, const mlci_row_run *run, const double *x,
                      const uint8_t *leaf, double sum)
{
    const mlci_ensemble *const e = s->ensemble;
    const mlci_scored_tree *const trees = s->trees + run->first;
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

/* Values of runs that wait to be added to sums of their own. An addition waits for the one before
 * it, so that those of several sums side by side take as long as those of one. */
#define CHAINS 4
typedef struct chains {
    int32_t n, length;
    double *sum[CHAINS];
    double value[CHAINS][MLCI_ROW_CHUNK];
} chains;

/* Values in their order, as by add_value(). What follows the first sum, which is a float where it
 * is to be one, are sums of two floats. n is a constant. */
__attribute__((always_inline)) static inline void add_floats(const chains *c, int32_t n)
{
    float sum[CHAINS];
    for (int32_t k = 0; k < n; k++)
        sum[k] = (float)(*c->sum[k] + c->value[k][0]);
    for (int32_t i = 1; i < c->length; i++)
        for (int32_t k = 0; k < n; k++)
            sum[k] += (float)c->value[k][i];
    for (int32_t k = 0; k < n; k++)
        *c->sum[k] = (double)sum[k];
}

__attribute__((always_inline)) static inline void add_doubles(const chains *c, int32_t n)
{
    double sum[CHAINS];
    for (int32_t k = 0; k < n; k++)
        sum[k] = *c->sum[k];
    for (int32_t i = 0; i < c->length; i++)
        for (int32_t k = 0; k < n; k++)
            sum[k] += c->value[k][i];
    for (int32_t k = 0; k < n; k++)
        *c->sum[k] = sum[k];
}

__attribute__((always_inline)) static inline void add_chains(const mlci_scorer *s, const chains *c,
                                                             int32_t n)
{
    if (s->sums_floats)
        add_floats(c, n);
    else
        add_doubles(c, n);
}

static void add_waiting(const mlci_scorer *s, chains *c)
{
    if (c->n == 1) add_chains(s, c, 1);
    if (c->n == 2) add_chains(s, c, 2);
    if (c->n == 3) add_chains(s, c, 3);
    if (c->n == 4) add_chains(s, c, 4);
    c->n = 0;
}

/* Room for values that are to be added to a sum, those that wait for it being added before. */
static double *append_chain(const mlci_scorer *s, chains *c, int32_t length, double *sum)
{
    int fits = c->n < CHAINS && (c->n == 0 || c->length == length);
    for (int32_t k = 0; k < c->n; k++)
        fits &= c->sum[k] != sum;
    if (!fits) add_waiting(s, c);
    c->length = length;
    c->sum[c->n] = sum;
    return c->value[c->n++];
}

#define MOST_FEW 63 /* rows, as blocks begin with 64 at most */
typedef struct few_row {
    const double *x;
    mlci_coded_row coded;
    double *out; /* of what is asked for */
} few_row;

/* Where leaves have more to them than a value, or are those of all outputs. */
__attribute__((noinline)) static void add_leaves(const mlci_scorer *s,
                                                 const mlci_score_kernels *kernels,
                                                 const mlci_row_run *run, const few_row *row)
{
    const int by_numbers = run->kind == MLCI_ROW_BY_NUMBERS;
    double *const sum = &row->out[run->output];
    uint8_t leaf[MLCI_ROW_CHUNK];
    if (s->is_shared && !by_numbers && run->output > 0) return;
    if (!by_numbers) mlci_row_trees_leaves(s, kernels, run, &row->coded, leaf);
    if (s->is_shared && !by_numbers)
        add_shared_run(s, run, leaf, row->out);
    else
        *sum = add_run(s, run, row->x, leaf, *sum);
}

static void score_run(const mlci_scorer *s, const mlci_score_kernels *kernels,
                      const mlci_row_run *run, const few_row *row, chains *waiting)
{
    double *const sum = &row->out[run->output];
    const int has_values = s->sums_values && run->kind != MLCI_ROW_BY_NUMBERS;
    if (has_values && run->kind != MLCI_ROW_BY_PATH) {
        mlci_row_trees_values(s, kernels, run, &row->coded, append_chain(s, waiting, run->n, sum));
        return;
    }
    if (waiting->n > 0) add_waiting(s, waiting);
    if (has_values)
        *sum = mlci_row_trees_add(s, kernels, run, &row->coded, *sum);
    else
        add_leaves(s, kernels, run, row);
}

static void leaves_of_run(const mlci_scorer *s, const mlci_score_kernels *kernels,
                          const mlci_row_run *run, const few_row *row)
{
    uint8_t leaf[MLCI_ROW_CHUNK];
    if (run->kind != MLCI_ROW_BY_NUMBERS) mlci_row_trees_leaves(s, kernels, run, &row->coded, leaf);
    for (int32_t i = 0; i < run->n; i++)
        row->out[s->trees[run->first + i].tree] = (double)node_of_run(s, run, i, row->x, leaf);
}

/* Rows that go one by one, to be answered width doubles apart. */
static void code_few(const mlci_scorer *s, const mlci_score_kernels *kernels, const double *x,
                     int64_t n_rows, double *memory, double *out, int64_t width, few_row *rows)
{
    uint8_t *const codes = (uint8_t *)(void *)memory;
    for (int64_t i = 0; i < n_rows; i++) {
        const double *const row = x + i * s->ensemble->n_features;
        rows[i].x = row;
        mlci_row_trees_code(s, kernels, row, codes + i * s->rows->n_code_bytes, &rows[i].coded);
        rows[i].out = out + i * width;
    }
}

__attribute__((always_inline)) static inline void score_few(const mlci_scorer *s,
                                                            const mlci_score_kernels *kernels,
                                                            const double *x, int64_t n_rows,
                                                            double *memory, double *raw)
{
    const int32_t n_outputs = s->ensemble->n_outputs;
    few_row rows[MOST_FEW];
    chains waiting;
    waiting.n = 0;
    code_few(s, kernels, x, n_rows, memory, raw, n_outputs, rows);
    for (int64_t i = 0; i < n_rows; i++)
        for (int32_t k = 0; k < n_outputs; k++)
            rows[i].out[k] = s->ensemble->start[k];
    for (int64_t r = 0; r < s->rows->n_runs; r++)
        for (int64_t i = 0; i < n_rows; i++)
            score_run(s, kernels, &s->rows->runs[r], &rows[i], &waiting);
    if (waiting.n > 0) add_waiting(s, &waiting);
}

static void find_few(const mlci_scorer *s, const mlci_score_kernels *kernels, const double *x,
                     int64_t n_rows, double *memory, double *leaf)
{
    few_row rows[MOST_FEW];
    code_few(s, kernels, x, n_rows, memory, leaf, s->ensemble->n_trees, rows);
    for (int64_t r = 0; r < s->rows->n_runs; r++)
        for (int64_t i = 0; i < n_rows; i++)
            leaves_of_run(s, kernels, &s->rows->runs[r], &rows[i]);
}

/* ---- rows --------------------------------------------------------------------------------- */

void mlci_scorer_raw(const mlci_scorer *s, int32_t isa, const double *x, int64_t n_rows,
                     double *memory, double *raw)
{
    const mlci_score_kernels *const kernels = mlci_score_kernels_of(isa);
    if (n_rows == 1) /* without loops over rows */
        score_few(s, kernels, x, 1, memory, raw);
    else if (n_rows < s->least_block)
        score_few(s, kernels, x, n_rows, memory, raw);
    else
        score_block(s, kernels, x, n_rows, memory, raw);
}

void mlci_scorer_leaf(const mlci_scorer *s, int32_t isa, const double *x, int64_t n_rows,
                      double *memory, double *leaf)
{
    const mlci_score_kernels *const kernels = mlci_score_kernels_of(isa);
    if (n_rows >= s->least_block)
        block_leaves(s, kernels, x, n_rows, memory, leaf);
    else
        find_few(s, kernels, x, n_rows, memory, leaf);
}
