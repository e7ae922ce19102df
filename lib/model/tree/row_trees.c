/* Laying out trees for single rows, and asking them.
 *
 * A tree of up to 32 leaves answers all its splits at once and compares the answers with the ways
 * to its leaves, whatever its shape. A larger one goes down a heap of such answers of its first six
 * levels, which is where most ways end; the others are walked by codes from there, those of many
 * trees together. Where a row has more codes than answers can be looked up from, or there are too
 * many categories for their answers to be kept, trees are walked from their roots. */
#include "row_trees.h"

#include <string.h>

#define PATH_SPLITS 32
#define HEAP_SPLITS 64
#define PART_TREES 64 /* that a task lays out: an even number */
#define RUN_PARTS (MLCI_ROW_CHUNK / PART_TREES)
#define MOST_WALKED_NODES (INT32_MAX - MLCI_SCORE_PLACES)
#define MOST_SET_WORDS (1 << 22) /* 32 MB of answers to bins */

typedef struct maker {
    mlc_context *call;
    const mlci_scorer *scorer;
    const mlci_split_code *code;
    mlci_row_trees *trees;
    int64_t n_bins;
} maker;

/* ---- which way for which tree --------------------------------------------------------------- */

static const mlci_tree_node *nodes_of(const maker *m, int64_t t)
{
    const mlci_ensemble *const e = m->scorer->ensemble;
    return e->nodes + e->first_node[m->scorer->trees[t].tree];
}

static int32_t n_nodes_of(const maker *m, int64_t t)
{
    return 2 * m->scorer->trees[t].n_splits + 1;
}

/* Numbers those below a node, and itself, from n on: depth first and siblings side by side, so that
 * a way is in few lines of memory. */
static int32_t number_subtree(const mlci_tree_node *nodes, int32_t top, int32_t n, int32_t *number)
{
    int32_t open[MLCI_SCORE_PLACES], n_open = nodes[top].left != 0; /* inner ones */
    open[0] = top;
    number[top] = n++;
    while (n_open > 0) {
        const int32_t left = nodes[open[--n_open]].left;
        number[left] = n++;
        number[left + 1] = n++;
        open[n_open] = left + 1;
        n_open += nodes[left + 1].left != 0;
        open[n_open] = left;
        n_open += nodes[left].left != 0;
    }
    return n;
}

/* Nodes of a tree that are walked below a heap: inner ones of the first level, all of further ones.
 */
static mlc_status count_walked(void *arg, int64_t t, int32_t slot, mlc_error *err)
{
    const maker *const m = arg;
    const mlci_tree_node *const nodes = nodes_of(m, t);
    int32_t n = 0, depth[MLCI_SCORE_PLACES];
    if (m->scorer->trees[t].n_splits < MLCI_PATH_LEAVES) return MLC_OK;
    depth[0] = 0;
    for (int32_t i = 0; i < n_nodes_of(m, t); i++) {
        const int32_t left = nodes[i].left;
        n += depth[i] + (left != 0) > MLCI_HEAP_DEPTH;
        if (left != 0) depth[left] = depth[left + 1] = depth[i] + 1;
    }
    m->trees->first_node[t] = n;
    return MLC_OK;
}

/* Numbers the nodes that are walked, -1 for others. */
static void number_walked(const maker *m, int64_t t, int32_t kind, int32_t *number)
{
    const mlci_tree_node *const nodes = nodes_of(m, t);
    int32_t n = 0, depth[MLCI_SCORE_PLACES] = {0};
    if (kind == MLCI_ROW_BY_WALK) {
        (void)number_subtree(nodes, 0, 0, number);
        return;
    }
    for (int32_t i = 0; i < n_nodes_of(m, t); i++) {
        const int32_t left = nodes[i].left;
        if (depth[i] <= MLCI_HEAP_DEPTH) number[i] = -1;
        if (left == 0) continue;
        if (depth[i] == MLCI_HEAP_DEPTH) n = number_subtree(nodes, i, n, number);
        depth[left] = depth[left + 1] = depth[i] + 1;
    }
}

/* May answers to one more tree be looked up? */
static int fits_lookup(const maker *m)
{
    const mlci_row_trees *const trees = m->trees;
    const int64_t n_words = (trees->n_paths + 2) / 2 + trees->n_heaps + 1;
    return m->scorer->codes->n_columns <= MLCI_ROW_COLUMNS &&
           (m->n_bins == 0 || n_words <= MOST_SET_WORDS / m->n_bins);
}

static int32_t kind_of(const maker *m, int64_t t)
{
    const int32_t n_splits = m->scorer->trees[t].n_splits;
    const int64_t n_codes = m->scorer->codes->n_columns + m->scorer->codes->n_sets;
    if (n_splits < 0) return MLCI_ROW_BY_NUMBERS;
    if (n_splits < MLCI_PATH_LEAVES && fits_lookup(m)) return MLCI_ROW_BY_PATH;
    if (n_codes > MLCI_WALKED_COLUMNS || m->trees->n_nodes > MOST_WALKED_NODES)
        return MLCI_ROW_BY_NUMBERS;
    return fits_lookup(m) ? MLCI_ROW_BY_HEAP : MLCI_ROW_BY_WALK;
}

/* Takes one more tree in, of which first_node has how many nodes are walked below a heap; its
 * number among those of its kind. */
static int64_t count_tree(maker *m, int64_t t, int32_t kind)
{
    mlci_row_trees *const trees = m->trees;
    const int64_t n_below = trees->first_node[t];
    trees->first_node[t] = trees->n_nodes;
    if (kind == MLCI_ROW_BY_HEAP) trees->n_nodes += n_below;
    if (kind == MLCI_ROW_BY_WALK) trees->n_nodes += n_nodes_of(m, t);
    if (kind == MLCI_ROW_BY_HEAP) return trees->n_heaps++;
    return kind == MLCI_ROW_BY_PATH ? trees->n_paths++ : 0;
}

/* One run after another; a new one where the output changes. Two paths share a word of sets: runs
 * begin with a whole one, so that tasks do not share any. */
static mlc_status list_runs(maker *m, mlc_error *err)
{
    mlci_row_trees *const trees = m->trees;
    const mlci_ensemble *const e = m->scorer->ensemble;
    trees->runs = mlci_alloc(m->scorer->root, e->n_trees, sizeof *trees->runs);
    trees->first_node = mlci_alloc(m->scorer->root, e->n_trees, sizeof *trees->first_node);
    if (trees->runs == NULL || trees->first_node == NULL)
        return mlci_fail_memory(err, e->n_trees, sizeof *trees->runs);
    MLCI_TRY(mlci_parallel_for(m->call, e->n_trees, count_walked, m, err));
    for (int64_t t = 0; t < e->n_trees; t++) {
        const int32_t kind = kind_of(m, t);
        mlci_row_run *const last = trees->n_runs == 0 ? NULL : &trees->runs[trees->n_runs - 1];
        const int is_next = last != NULL && last->kind == kind && last->n < MLCI_ROW_CHUNK &&
                            t % (e->n_trees / e->n_outputs) != 0;
        if (!is_next) trees->n_paths += trees->n_paths % 2;
        const int64_t at = count_tree(m, t, kind);
        if (is_next)
            last->n++;
        else
            trees->runs[trees->n_runs++] = (mlci_row_run){t, 1, kind, at};
        MLCI_TRY(mlci_poll(m->call, err));
    }
    return MLC_OK;
}

/* ---- a tree each way ------------------------------------------------------------------------ */

/* The number of each leaf node. */
static void number_leaves(const maker *m, int64_t t, uint8_t *number)
{
    const mlci_scored_tree *const tree = &m->scorer->trees[t];
    for (int32_t j = 0; j <= tree->n_splits; j++)
        number[m->scorer->leaf_nodes[tree->first_leaf + j]] = (uint8_t)j;
}

/* Column and rank of a split, with the sets of categories as columns after those of numbers. */
static mlci_code_node question_of(const maker *m, int64_t t, int32_t i)
{
    const mlci_split_code code = m->code[m->scorer->trees[t].first_code + i];
    const int64_t column = code.rank == 0 ? m->scorer->codes->n_columns + code.column : code.column;
    return (mlci_code_node){.column = (uint32_t)column % MLCI_WALKED_COLUMNS,
                            .rank = code.rank == 0 ? 1 : (uint8_t)(code.rank - code.missing_left),
                            .missing_left = code.rank != 0 && code.missing_left};
}

/* Answers to a split by categories are in the sets, and its question is one that all pass. */
static void put_set(const maker *m, mlci_row_sets *sets, int64_t at, int32_t set)
{
    const mlci_tree_codes *const codes = m->scorer->codes;
    const int64_t f = codes->sets[set].column - codes->n_columns;
    mlci_row_sets_put(sets, at, &codes->sets[set], m->trees->first_bin[f],
                      m->trees->first_bin[f + 1]);
}

/* n bytes each of columns, missing_left and ranks. */
static void put_question(const maker *m, int64_t t, int32_t i, uint8_t *bytes, int64_t n,
                         mlci_row_sets *sets, int64_t at)
{
    const mlci_split_code code = m->code[m->scorer->trees[t].first_code + i];
    const mlci_code_node question = question_of(m, t, i);
    if (code.rank == 0) {
        put_set(m, sets, at, code.column);
        return;
    }
    bytes[at] = (uint8_t)question.column;
    bytes[n + at] = (uint8_t)question.missing_left;
    bytes[2 * n + at] = (uint8_t)question.rank;
}

static int64_t path_bytes(const mlci_row_trees *trees)
{
    return PATH_SPLITS * (trees->n_paths + 1) + PATH_SPLITS * (trees->n_paths + 1) % 64;
}

static void lay_out_path(const maker *m, int64_t t, int64_t at, const uint8_t *number)
{
    const mlci_tree_node *const nodes = nodes_of(m, t);
    uint32_t *const bits = m->trees->path_bits + MLCI_PATH_LEAVES * at;
    uint32_t left_of[2 * MLCI_PATH_LEAVES] = {0};
    int32_t n = 0;
    for (int32_t i = 0; i < n_nodes_of(m, t); i++) {
        const int32_t left = nodes[i].left;
        if (left == 0) {
            bits[number[i]] = left_of[i];
            continue;
        }
        left_of[left] = left_of[i] | (uint32_t)1 << n;
        left_of[left + 1] = left_of[i];
        put_question(m, t, i, m->trees->path_bytes, path_bytes(m->trees), &m->trees->path_sets,
                     PATH_SPLITS * at + n++);
    }
}

static void lay_out_walk(const maker *m, int64_t t, const uint8_t *leaf, const int32_t *number)
{
    const mlci_tree_node *const nodes = nodes_of(m, t);
    mlci_code_node *const walked = m->trees->nodes + m->trees->first_node[t];
    for (int32_t i = 0; i < n_nodes_of(m, t); i++) {
        const int32_t left = nodes[i].left;
        if (number[i] < 0) continue;
        mlci_code_node node = {.rank = leaf[i]};
        if (left != 0) {
            node = question_of(m, t, i);
            node.below = (uint32_t)(number[left] - number[i]) % MLCI_SCORE_PLACES;
        }
        walked[number[i]] = node;
    }
}

/* Where a leaf of the heap's own levels is found: splits below it go left. */
static int32_t place_of_leaf(int32_t place)
{
    while (place < HEAP_SPLITS)
        place *= 2;
    return place - HEAP_SPLITS;
}

static void lay_out_heap(const maker *m, int64_t t, int64_t at, const uint8_t *leaf,
                         const int32_t *number)
{
    const mlci_tree_node *const nodes = nodes_of(m, t);
    const int64_t size = HEAP_SPLITS * m->trees->n_heaps;
    uint16_t *const next = m->trees->heap_next + HEAP_SPLITS * at;
    int32_t place[MLCI_SCORE_PLACES] = {1};
    for (int32_t i = 0; i < n_nodes_of(m, t); i++) {
        const int32_t left = nodes[i].left, here = place[i];
        if (here != 0 && left == 0) next[place_of_leaf(here)] = leaf[i];
        if (here >= HEAP_SPLITS && left != 0)
            next[here - HEAP_SPLITS] = (uint16_t)(MLCI_SCORE_LEAVES + number[i]);
        if (left == 0) continue;
        /* Below the heap there are no places. */
        const int is_split = here != 0 && here < HEAP_SPLITS;
        place[left] = is_split ? 2 * here : 0;
        place[left + 1] = is_split ? 2 * here + 1 : 0;
        if (is_split)
            put_question(m, t, i, m->trees->heap_bytes, size, &m->trees->heap_sets,
                         HEAP_SPLITS * at + here);
    }
}

static void lay_out_tree(const maker *m, int64_t t, int32_t kind, int64_t at)
{
    int32_t number[MLCI_SCORE_PLACES];
    uint8_t leaf[MLCI_SCORE_PLACES] = {0};
    if (kind == MLCI_ROW_BY_NUMBERS) return;
    number_leaves(m, t, leaf);
    if (kind == MLCI_ROW_BY_PATH) {
        lay_out_path(m, t, at, leaf);
        return;
    }
    number_walked(m, t, kind, number);
    lay_out_walk(m, t, leaf, number);
    if (kind == MLCI_ROW_BY_HEAP) lay_out_heap(m, t, at, leaf, number);
}

static mlc_status open_sets(const maker *m, mlc_error *err)
{
    mlci_row_trees *const trees = m->trees;
    mlci_root *const root = m->scorer->root;
    MLCI_TRY(mlci_row_sets_open(root, (trees->n_paths + 1) / 2, m->n_bins, &trees->path_sets, err));
    MLCI_TRY(mlci_row_sets_open(root, trees->n_heaps, m->n_bins, &trees->heap_sets, err));
    if (trees->n_nodes == 0) return MLC_OK;
    return mlci_set_answers_create(root, m->scorer->codes, trees->first_bin, &trees->answers, err);
}

/* A part of a run: some trees in turn. */
static mlc_status lay_out_part(void *arg, int64_t part, int32_t slot, mlc_error *err)
{
    const maker *const m = arg;
    const mlci_row_run run = m->trees->runs[part / RUN_PARTS];
    const int32_t first = (int32_t)(part % RUN_PARTS) * PART_TREES;
    const int32_t end = run.n < first + PART_TREES ? run.n : first + PART_TREES;
    for (int32_t i = first; i < end; i++)
        lay_out_tree(m, run.first + i, run.kind, run.at + i);
    return MLC_OK;
}

static mlc_status lay_out(maker *m, mlc_error *err)
{
    mlci_row_trees *const trees = m->trees;
    mlci_root *const root = m->scorer->root;
    MLCI_TRY(open_sets(m, err));
    trees->path_bytes = mlci_alloc(root, path_bytes(trees), 3);
    trees->path_bits =
        mlci_alloc(root, trees->n_paths, MLCI_PATH_LEAVES * sizeof *trees->path_bits);
    trees->heap_bytes = mlci_alloc(root, trees->n_heaps, 3 * HEAP_SPLITS);
    trees->heap_next = mlci_alloc(root, trees->n_heaps, HEAP_SPLITS * sizeof *trees->heap_next);
    trees->nodes = mlci_alloc(root, trees->n_nodes, sizeof *trees->nodes);
    if (trees->path_bytes == NULL || trees->path_bits == NULL || trees->heap_bytes == NULL ||
        trees->heap_next == NULL || trees->nodes == NULL)
        return mlci_fail_memory(err, m->scorer->ensemble->n_trees, 1);
    return mlci_parallel_for(m->call, trees->n_runs * RUN_PARTS, lay_out_part, m, err);
}

/* ---- together ------------------------------------------------------------------------------- */

static mlc_status list_bins(maker *m, mlc_error *err)
{
    const mlci_tree_codes *const codes = m->scorer->codes;
    m->trees->first_bin =
        mlci_alloc(m->scorer->root, codes->n_categories + 1, sizeof *m->trees->first_bin);
    if (m->trees->first_bin == NULL)
        return mlci_fail_memory(err, codes->n_categories, sizeof *m->trees->first_bin);
    m->n_bins = mlci_row_sets_bins(codes, m->scorer->ensemble, m->trees->first_bin);
    return MLC_OK;
}

mlc_status mlci_row_trees_create(mlc_context *call, const mlci_scorer *scorer,
                                 const mlci_split_code *code, mlci_row_trees **out, mlc_error *err)
{
    mlci_row_trees *const trees = mlci_alloc(scorer->root, 1, sizeof *trees);
    if (trees == NULL) return mlci_fail_memory(err, 1, sizeof *trees);
    maker m = {.call = call, .scorer = scorer, .code = code, .trees = trees};
    mlc_status status = list_bins(&m, err);
    if (status == MLC_OK) status = list_runs(&m, err);
    if (status == MLC_OK) status = lay_out(&m, err);
    if (status != MLC_OK) {
        mlci_row_trees_free(trees);
        return status;
    }
    *out = trees;
    return MLC_OK;
}

void mlci_row_trees_free(mlci_row_trees *trees)
{
    if (trees == NULL) return;
    mlci_free(trees->runs);
    mlci_free(trees->first_bin);
    mlci_free(trees->first_node);
    mlci_row_sets_close(&trees->path_sets);
    mlci_row_sets_close(&trees->heap_sets);
    mlci_free(trees->answers);
    mlci_free(trees->path_bytes);
    mlci_free(trees->path_bits);
    mlci_free(trees->heap_bytes);
    mlci_free(trees->heap_next);
    mlci_free(trees->nodes);
    mlci_free(trees);
}

/* Measured with AVX-512, in tenths of nanoseconds: bits a split and its leaf 18, and 30 a tree; a
 * path 20, a heap 35 and an eighth a split for what is walked below it, a walk 100 and more for
 * larger trees. */
int64_t mlci_row_trees_break_even(const mlci_scorer *s)
{
    const mlci_row_trees *const trees = s->rows;
    int64_t by_bits = 1000, row = 500;
    for (int64_t r = 0; r < trees->n_runs; r++) {
        for (int32_t i = 0; i < trees->runs[r].n; i++) {
            const int32_t kind = trees->runs[r].kind;
            const int64_t n_splits = s->trees[trees->runs[r].first + i].n_splits;
            if (n_splits < 0) continue;
            by_bits += 30 + 18 * n_splits;
            row += kind == MLCI_ROW_BY_PATH   ? 20
                   : kind == MLCI_ROW_BY_HEAP ? 35 + n_splits / 8
                                              : 80 + n_splits / 2;
        }
    }
    const int64_t n_rows = by_bits / row;
    return n_rows < 2 ? 2 : n_rows > 64 ? 64 : n_rows;
}

/* ---- a row ---------------------------------------------------------------------------------- */

static int64_t bins_at(const mlci_tree_codes *codes)
{
    return codes->n_columns + codes->n_sets + MLCI_ROW_LANES;
}

int64_t mlci_row_trees_code_bytes(const mlci_scorer *s)
{
    return bins_at(s->codes) + s->codes->n_categories;
}

void mlci_row_trees_code(const mlci_scorer *s, const mlci_score_kernels *kernels, const double *x,
                         uint8_t *codes)
{
    uint8_t *const bins = codes + bins_at(s->codes);
    mlci_tree_codes_row(s->codes, s->ensemble, kernels, x, codes, bins);
    if (s->rows->answers != NULL)
        mlci_set_answers_copy(s->codes, s->rows->first_bin, s->rows->answers, bins,
                              codes + s->codes->n_columns);
}

/* Which of n words of splits go right by their sets, if any; `right` may be used for them. */
static const uint64_t *ask_sets(const mlci_scorer *s, const mlci_row_sets *sets,
                                const uint8_t *codes, int64_t first, int64_t n, uint64_t *right)
{
    if (sets->words == NULL) return NULL;
    return mlci_row_sets_find(sets, s->rows->first_bin, codes + bins_at(s->codes),
                              s->codes->n_categories, first, n, right);
}

/* What is walked of a run: nodes, and which of the run's trees they belong to. */
typedef struct walks {
    int64_t n;
    uint32_t at[MLCI_ROW_CHUNK];
    uint32_t slot[MLCI_ROW_CHUNK];
} walks;

static void walk_from_heaps(const mlci_scorer *s, const mlci_score_kernels *kernels,
                            const mlci_row_run *run, const uint8_t *codes, walks *w, uint8_t *leaf)
{
    const mlci_row_trees *const trees = s->rows;
    const int64_t n = HEAP_SPLITS * trees->n_heaps;
    const mlci_heap_trees heaps = {.splits = {(int32_t)s->codes->n_columns, trees->heap_bytes,
                                              trees->heap_bytes + n, trees->heap_bytes + 2 * n},
                                   .next = trees->heap_next};
    uint64_t right[MLCI_ROW_CHUNK + 2 * MLCI_SET_LINE];
    uint16_t next[MLCI_ROW_CHUNK];
    kernels->find_heaps(&heaps, run->at, run->n, codes,
                        ask_sets(s, &trees->heap_sets, codes, run->at, run->n, right), next);
    for (int32_t i = 0; i < run->n; i++) {
        leaf[i] = (uint8_t)next[i];
        w->slot[w->n] = (uint32_t)i;
        w->at[w->n] = (uint32_t)trees->first_node[run->first + i] + next[i] - MLCI_SCORE_LEAVES;
        w->n += next[i] >= MLCI_SCORE_LEAVES;
    }
}

static void find_paths(const mlci_scorer *s, const mlci_score_kernels *kernels,
                       const mlci_row_run *run, const uint8_t *codes, uint8_t *leaf)
{
    const mlci_row_trees *const trees = s->rows;
    const int64_t n = path_bytes(trees), pairs = (run->at + run->n + 1) / 2 - run->at / 2;
    const mlci_path_trees paths = {.splits = {(int32_t)s->codes->n_columns, trees->path_bytes,
                                              trees->path_bytes + n, trees->path_bytes + 2 * n},
                                   .left = trees->path_bits};
    uint64_t right[MLCI_ROW_CHUNK + 2 * MLCI_SET_LINE];
    kernels->find_paths(&paths, run->at, run->n, codes,
                        ask_sets(s, &trees->path_sets, codes, run->at / 2, pairs, right), leaf);
}

void mlci_row_trees_leaves(const mlci_scorer *s, const mlci_score_kernels *kernels,
                           const mlci_row_run *run, const uint8_t *codes,
                           uint8_t leaf[MLCI_ROW_CHUNK])
{
    walks w;
    w.n = 0;
    if (run->kind == MLCI_ROW_BY_PATH) find_paths(s, kernels, run, codes, leaf);
    if (run->kind == MLCI_ROW_BY_HEAP) walk_from_heaps(s, kernels, run, codes, &w, leaf);
    for (; run->kind == MLCI_ROW_BY_WALK && w.n < run->n; w.n++) {
        w.at[w.n] = (uint32_t)s->rows->first_node[run->first + w.n];
        w.slot[w.n] = (uint32_t)w.n;
    }
    kernels->walk(s->rows->nodes, codes, s->codes->n_columns + s->codes->n_sets, w.n, w.at, w.slot,
                  leaf);
}
