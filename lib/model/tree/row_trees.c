/* Laying out trees for single rows, and asking them.
 *
 * A tree of up to 32 leaves answers all its splits at once and compares the answers with the ways
 * to its leaves, whatever its shape. A larger one goes down a heap of such answers of its first
 * five levels, which is where most ways end; the others are walked by codes from there, those of
 * many trees together. Where a row has more codes than answers can be looked up from, or there are
 * too many categories for their answers to be kept, trees are walked from their roots. */
#include "row_trees.h"

#include <string.h>

#include "path_layout.h"

#define SPLITS MLCI_ROW_SPLITS
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
    const int64_t n_words = (trees->n_paths + 2) / 2 + (trees->n_heaps + 2) / 2;
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

/* Two trees share a word of answers: runs begin with a whole one, so that tasks do not share any.
 */
static void begin_run(mlci_row_trees *trees)
{
    trees->n_paths += trees->n_paths % 2;
    trees->n_heaps += trees->n_heaps % 2;
}

/* One run after another; a new one where the output changes. */
static mlc_status list_runs(maker *m, mlc_error *err)
{
    mlci_row_trees *const trees = m->trees;
    const mlci_ensemble *const e = m->scorer->ensemble;
    const int64_t n_rounds = e->n_trees / e->n_outputs;
    trees->runs = mlci_alloc(m->scorer->root, e->n_trees, sizeof *trees->runs);
    trees->first_node = mlci_alloc(m->scorer->root, e->n_trees, sizeof *trees->first_node);
    trees->first_leaf = mlci_alloc(m->scorer->root, e->n_trees, sizeof *trees->first_leaf);
    if (trees->runs == NULL || trees->first_node == NULL || trees->first_leaf == NULL)
        return mlci_fail_memory(err, e->n_trees, sizeof *trees->runs);
    MLCI_TRY(mlci_parallel_for(m->call, e->n_trees, count_walked, m, err));
    for (int64_t t = 0; t < e->n_trees; t++) {
        const int32_t kind = kind_of(m, t);
        trees->first_leaf[t] = m->scorer->trees[t].first_leaf;
        mlci_row_run *const last = trees->n_runs == 0 ? NULL : &trees->runs[trees->n_runs - 1];
        const int is_next =
            last != NULL && last->kind == kind && last->n < MLCI_ROW_CHUNK && t % n_rounds != 0;
        if (!is_next) begin_run(trees);
        const int64_t at = count_tree(m, t, kind);
        if (is_next)
            last->n++;
        else
            trees->runs[trees->n_runs++] = (mlci_row_run){
                .first = t, .n = 1, .kind = kind, .output = (int32_t)(t / n_rounds), .at = at};
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

/* Column and rank of a split that is walked, with the sets of categories as columns after those of
 * numbers. */
static mlci_code_node question_of(const maker *m, int64_t t, int32_t i)
{
    const mlci_split_code code = m->code[m->scorer->trees[t].first_code + i];
    const int64_t column = code.rank == 0 ? m->scorer->codes->n_columns + code.column : code.column;
    return (mlci_code_node){.column = (uint32_t)column % MLCI_WALKED_COLUMNS,
                            .rank = code.rank == 0 ? 1 : (uint8_t)(code.rank - code.missing_left),
                            .missing_left = code.rank != 0 && code.missing_left};
}

/* Answers to a split by categories are in the sets: its own sends nobody the second way. */
static void put_set(const maker *m, mlci_row_sets *sets, int64_t at, int32_t set, int right_first)
{
    const mlci_tree_codes *const codes = m->scorer->codes;
    mlci_set_test test = codes->sets[set];
    const int64_t f = test.column - codes->n_columns;
    for (int i = 0; right_first && i < 8; i++)
        test.set[i] = ~test.set[i];
    mlci_row_sets_put(sets, at, &test, m->trees->first_bin[f], m->trees->first_bin[f + 1]);
}

/* Words of the splits of so many trees, and one more. */
static int64_t split_words(int64_t n_trees)
{
    return (n_trees + 2) / 2;
}

/* Split `at` of n_trees trees. */
static void put_question(const maker *m, int64_t t, int32_t i, mlci_row_questions *splits,
                         int64_t n_trees, int64_t at, int right_first)
{
    const mlci_split_code code = m->code[m->scorer->trees[t].first_code + i];
    if (code.rank == 0) {
        put_set(m, &splits->sets, at, code.column, right_first);
        return;
    }
    const uint32_t bit = (uint32_t)1 << at % SPLITS;
    splits->bytes[at] = (uint8_t)code.column;
    splits->bytes[64 * split_words(n_trees) + at] = (uint8_t)(code.rank - 1);
    if (!code.missing_left) splits->missing_left[at / SPLITS] &= ~bit;
    if (right_first) splits->right_first[at / SPLITS] |= bit;
}

static void lay_out_path(const maker *m, int64_t t, int64_t at, const uint8_t *number)
{
    mlci_row_trees *const trees = m->trees;
    const double *const values = m->scorer->values + m->scorer->trees[t].first_leaf;
    mlci_path_layout layout;
    mlci_path_layout_make(nodes_of(m, t), n_nodes_of(m, t), &layout);
    for (int32_t p = 0; p < layout.n_places; p++)
        put_question(m, t, layout.splits[p], &trees->path_splits, trees->n_paths, SPLITS * at + p,
                     layout.right_first >> p & 1);
    memcpy(trees->path_first + MLCI_PATH_LEAVES * at, layout.first, sizeof layout.first);
    trees->path_windows[at] = layout.window;
    for (int32_t j = 0; at % 2 != 0 && j < MLCI_PATH_LEAVES; j++)
        trees->path_windows[at].from[j] += SPLITS; /* the upper half of the word */
    for (int32_t j = 0; j < layout.n_leaves; j++) {
        const uint8_t leaf = number[layout.leaves[j]];
        trees->path_numbers[MLCI_PATH_LEAVES * at + j] = leaf;
        trees->path_leaves[at].value[j] = values[leaf];
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

/* What is at place j. */
static void put_leaf(const maker *m, int64_t t, int64_t at, int32_t j, uint8_t leaf)
{
    m->trees->heap_cells[SPLITS * at + j].value =
        m->scorer->values[m->scorer->trees[t].first_leaf + leaf];
    m->trees->heap_leaves[SPLITS * at + j] = leaf;
}

static void put_walk(const maker *m, int64_t t, int64_t at, int32_t j, int32_t number)
{
    m->trees->heap_cells[SPLITS * at + j].node = (uint64_t)(m->trees->first_node[t] + number);
    m->trees->heap_walked[at] |= (uint32_t)1 << j;
}

/* Where a leaf of the heap's own levels is found: splits below it go left. */
static int32_t place_of_leaf(int32_t place)
{
    while (place < SPLITS)
        place *= 2;
    return place - SPLITS;
}

static void lay_out_heap(const maker *m, int64_t t, int64_t at, const uint8_t *leaf,
                         const int32_t *number)
{
    const mlci_tree_node *const nodes = nodes_of(m, t);
    int32_t place[MLCI_SCORE_PLACES] = {1};
    for (int32_t i = 0; i < n_nodes_of(m, t); i++) {
        const int32_t left = nodes[i].left, here = place[i];
        if (here != 0 && left == 0) put_leaf(m, t, at, place_of_leaf(here), leaf[i]);
        if (here >= SPLITS && left != 0) put_walk(m, t, at, here - SPLITS, number[i]);
        if (left == 0) continue;
        /* Below the heap there are no places. */
        const int is_split = here != 0 && here < SPLITS;
        place[left] = is_split ? 2 * here : 0;
        place[left + 1] = is_split ? 2 * here + 1 : 0;
        if (is_split)
            put_question(m, t, i, &m->trees->heap_splits, m->trees->n_heaps, SPLITS * at + here, 0);
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

/* Without a question, nobody goes right: no code of a value is 0, and missing values go left. */
static mlc_status open_questions(const maker *m, int64_t n_trees, mlci_row_questions *splits,
                                 mlc_error *err)
{
    const int64_t n_words = split_words(n_trees);
    splits->bytes = mlci_alloc(m->scorer->root, n_words, 2 * 64);
    splits->missing_left =
        mlci_alloc_raw(m->scorer->root, 2 * n_words, sizeof *splits->missing_left);
    splits->right_first = mlci_alloc(m->scorer->root, 2 * n_words, sizeof *splits->right_first);
    if (splits->bytes == NULL || splits->missing_left == NULL || splits->right_first == NULL)
        return mlci_fail_memory(err, n_words, 2 * 64);
    memset(splits->missing_left, 0xFF, (size_t)(2 * n_words) * sizeof *splits->missing_left);
    return mlci_row_sets_open(m->scorer->root, (n_trees + 1) / 2, m->n_bins, &splits->sets, err);
}

static void close_questions(mlci_row_questions *splits)
{
    mlci_free(splits->bytes);
    mlci_free(splits->missing_left);
    mlci_free(splits->right_first);
    mlci_row_sets_close(&splits->sets);
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
    const int64_t n_path_leaves = MLCI_PATH_LEAVES * trees->n_paths;
    const int64_t n_places = SPLITS * trees->n_heaps;
    MLCI_TRY(open_questions(m, trees->n_paths, &trees->path_splits, err));
    MLCI_TRY(open_questions(m, trees->n_heaps, &trees->heap_splits, err));
    if (trees->n_nodes > 0)
        MLCI_TRY(mlci_set_answers_create(root, m->scorer->codes, trees->first_bin, &trees->answers,
                                         err));
    trees->path_first = mlci_alloc(root, n_path_leaves, sizeof *trees->path_first);
    trees->path_windows = mlci_alloc(root, trees->n_paths, sizeof *trees->path_windows);
    trees->path_leaves = mlci_alloc(root, trees->n_paths, sizeof *trees->path_leaves);
    trees->path_numbers = mlci_alloc(root, n_path_leaves, 1);
    trees->heap_cells = mlci_alloc(root, n_places, sizeof *trees->heap_cells);
    trees->heap_walked = mlci_alloc(root, trees->n_heaps, sizeof *trees->heap_walked);
    trees->heap_leaves = mlci_alloc(root, n_places, 1);
    trees->nodes = mlci_alloc(root, trees->n_nodes, sizeof *trees->nodes);
    if (trees->path_first == NULL || trees->path_windows == NULL || trees->path_leaves == NULL ||
        trees->path_numbers == NULL || trees->heap_cells == NULL || trees->heap_walked == NULL ||
        trees->heap_leaves == NULL || trees->nodes == NULL)
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
    m->trees->bins_at = codes->n_columns + codes->n_sets + MLCI_ROW_LANES;
    m->trees->n_code_bytes = m->trees->bins_at + codes->n_categories;
    return MLC_OK;
}

static mlci_row_splits splits_of(const maker *m, const mlci_row_questions *splits, int64_t n_trees)
{
    return (mlci_row_splits){.n_columns = (int32_t)m->scorer->codes->n_columns,
                             .column = splits->bytes,
                             .bound = splits->bytes + 64 * split_words(n_trees),
                             .missing_left = splits->missing_left,
                             .right_first = splits->right_first};
}

static void point_to_arrays(const maker *m)
{
    mlci_row_trees *const trees = m->trees;
    trees->paths = (mlci_path_trees){.splits = splits_of(m, &trees->path_splits, trees->n_paths),
                                     .first = trees->path_first,
                                     .windows = trees->path_windows,
                                     .leaves = trees->path_leaves,
                                     .numbers = trees->path_numbers};
    trees->heaps = (mlci_heap_trees){.splits = splits_of(m, &trees->heap_splits, trees->n_heaps),
                                     .walked = trees->heap_walked,
                                     .cells = trees->heap_cells};
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
    point_to_arrays(&m);
    *out = trees;
    return MLC_OK;
}

void mlci_row_trees_free(mlci_row_trees *trees)
{
    if (trees == NULL) return;
    mlci_free(trees->runs);
    mlci_free(trees->first_bin);
    mlci_free(trees->first_node);
    mlci_free(trees->first_leaf);
    close_questions(&trees->path_splits);
    close_questions(&trees->heap_splits);
    mlci_free(trees->answers);
    mlci_free(trees->path_first);
    mlci_free(trees->path_windows);
    mlci_free(trees->path_leaves);
    mlci_free(trees->path_numbers);
    mlci_free(trees->heap_cells);
    mlci_free(trees->heap_walked);
    mlci_free(trees->heap_leaves);
    mlci_free(trees->nodes);
    mlci_free(trees);
}

/* Measured with AVX-512, in tenths of nanoseconds: bits a split and its leaf 18, and 30 a tree; a
 * path 20, a heap 20 and a tenth a split for what is walked below it, a walk 100 and more for
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
                   : kind == MLCI_ROW_BY_HEAP ? 20 + n_splits / 10
                                              : 80 + n_splits / 2;
        }
    }
    const int64_t n_rows = by_bits / row;
    return n_rows < 2 ? 2 : n_rows > 64 ? 64 : n_rows;
}

/* ---- a row ---------------------------------------------------------------------------------- */

__attribute__((noinline)) static void code_with_categories(const mlci_scorer *s,
                                                           const mlci_score_kernels *kernels,
                                                           const double *x, uint8_t *codes)
{
    const mlci_row_trees *const trees = s->rows;
    uint8_t *const bins = codes + trees->bins_at;
    mlci_tree_codes_bins(s->codes, s->ensemble, x, bins);
    if (trees->answers != NULL)
        mlci_set_answers_copy(s->codes, trees->first_bin, trees->answers, bins,
                              codes + s->codes->n_columns);
    kernels->code_row(&s->codes->numbers, x, codes);
}

void mlci_row_trees_code(const mlci_scorer *s, const mlci_score_kernels *kernels, const double *x,
                         uint8_t *codes, mlci_coded_row *row)
{
    row->codes = codes;
    row->also = NULL;
    if (s->codes->n_categories > 0)
        code_with_categories(s, kernels, x, codes);
    else
        kernels->code_row(&s->codes->numbers, x, codes);
}

/* A row with the splits of a run's trees where its categories send it the second way. */
typedef struct row_with_sets {
    mlci_coded_row row;
    uint64_t second[MLCI_ROW_CHUNK / 2 + 2 * MLCI_SET_LINE];
} row_with_sets;

static const mlci_coded_row *add_sets(const mlci_scorer *s, const mlci_row_run *run,
                                      const mlci_row_sets *sets, const mlci_coded_row *row,
                                      row_with_sets *memory)
{
    if (sets->words == NULL) return row;
    memory->row = *row;
    memory->row.also =
        mlci_row_sets_find(sets, s->rows->first_bin, row->codes + s->rows->bins_at,
                           s->codes->n_categories, run->at / 2, (run->n + 1) / 2, memory->second);
    return &memory->row;
}

static void find_paths(const mlci_scorer *s, const mlci_score_kernels *kernels,
                       const mlci_row_run *run, const mlci_coded_row *coded, uint8_t *leaf)
{
    row_with_sets memory;
    const mlci_coded_row *const row = add_sets(s, run, &s->rows->path_splits.sets, coded, &memory);
    kernels->find_paths(&s->rows->paths, run->at, run->n, row, leaf);
}

static double add_paths(const mlci_scorer *s, const mlci_score_kernels *kernels,
                        const mlci_row_run *run, const mlci_coded_row *row, double sum)
{
    return s->sums_floats ? kernels->add_float_paths(&s->rows->paths, run->at, run->n, row, sum)
                          : kernels->add_paths(&s->rows->paths, run->at, run->n, row, sum);
}

__attribute__((noinline)) static double add_paths_with_sets(const mlci_scorer *s,
                                                            const mlci_score_kernels *kernels,
                                                            const mlci_row_run *run,
                                                            const mlci_coded_row *coded, double sum)
{
    row_with_sets memory;
    return add_paths(s, kernels, run, add_sets(s, run, &s->rows->path_splits.sets, coded, &memory),
                     sum);
}

double mlci_row_trees_add(const mlci_scorer *s, const mlci_score_kernels *kernels,
                          const mlci_row_run *run, const mlci_coded_row *coded, double sum)
{
    return s->rows->path_splits.sets.words == NULL
               ? add_paths(s, kernels, run, coded, sum)
               : add_paths_with_sets(s, kernels, run, coded, sum);
}

/* What is walked of a run: nodes, which of the run's trees they belong to, and their ends. */
typedef struct walks {
    int64_t n;
    uint32_t at[MLCI_ROW_CHUNK];
    uint32_t slot[MLCI_ROW_CHUNK];
    uint32_t end[MLCI_ROW_CHUNK];
} walks;

static void walk(const mlci_scorer *s, const mlci_score_kernels *kernels, const uint8_t *codes,
                 walks *w)
{
    kernels->walk(s->rows->nodes, codes, s->codes->n_columns + s->codes->n_sets, w->n, w->at,
                  w->slot, w->end);
}

static void walk_from_heaps(const mlci_scorer *s, const mlci_score_kernels *kernels,
                            const mlci_row_run *run, const mlci_coded_row *coded, uint8_t *place,
                            double *value, walks *w)
{
    row_with_sets memory;
    const mlci_heap_trees *const heaps = &s->rows->heaps;
    const mlci_coded_row *const row = add_sets(s, run, &s->rows->heap_splits.sets, coded, &memory);
    kernels->find_heaps(heaps, run->at, run->n, row, place);
    w->n = kernels->take_places(heaps, run->at, run->n, place, value, w->at, w->slot);
    walk(s, kernels, coded->codes, w);
}

static void walk_from_roots(const mlci_scorer *s, const mlci_score_kernels *kernels,
                            const mlci_row_run *run, const mlci_coded_row *coded, walks *w)
{
    for (w->n = 0; w->n < run->n; w->n++) {
        w->at[w->n] = (uint32_t)s->rows->first_node[run->first + w->n];
        w->slot[w->n] = (uint32_t)w->n;
    }
    walk(s, kernels, coded->codes, w);
}

void mlci_row_trees_leaves(const mlci_scorer *s, const mlci_score_kernels *kernels,
                           const mlci_row_run *run, const mlci_coded_row *coded,
                           uint8_t leaf[MLCI_ROW_CHUNK])
{
    walks w;
    w.n = 0;
    if (run->kind == MLCI_ROW_BY_PATH) find_paths(s, kernels, run, coded, leaf);
    if (run->kind == MLCI_ROW_BY_WALK) walk_from_roots(s, kernels, run, coded, &w);
    if (run->kind == MLCI_ROW_BY_HEAP) {
        uint8_t place[MLCI_ROW_CHUNK];
        double value[MLCI_ROW_CHUNK];
        walk_from_heaps(s, kernels, run, coded, place, value, &w);
        for (int32_t i = 0; i < run->n; i++)
            leaf[i] = s->rows->heap_leaves[SPLITS * (run->at + i) + place[i]];
    }
    for (int64_t i = 0; i < w.n; i++)
        leaf[w.end[i] >> 8] = (uint8_t)w.end[i];
}

void mlci_row_trees_values(const mlci_scorer *s, const mlci_score_kernels *kernels,
                           const mlci_row_run *run, const mlci_coded_row *coded,
                           double value[MLCI_ROW_CHUNK])
{
    const int64_t *const first_leaf = s->rows->first_leaf + run->first;
    uint8_t leaf[MLCI_ROW_CHUNK];
    if (run->kind != MLCI_ROW_BY_HEAP) {
        mlci_row_trees_leaves(s, kernels, run, coded, leaf);
        for (int32_t i = 0; i < run->n; i++)
            value[i] = s->values[first_leaf[i] + leaf[i]];
        return;
    }
    walks w;
    walk_from_heaps(s, kernels, run, coded, leaf, value, &w);
    for (int64_t i = 0; i < w.n; i++)
        value[w.end[i] >> 8] = s->values[first_leaf[w.end[i] >> 8] + (uint8_t)w.end[i]];
}
