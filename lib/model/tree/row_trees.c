/* Laying out trees for single rows, and asking them.
 *
 * A tree of up to 32 leaves answers all its splits at once and compares the answers with the ways
 * to its leaves, whatever its shape; one of up to 64 leaves and 6 levels goes down a heap of such
 * answers, several trees at a time. Larger ones are walked by codes, 8 at a time; so are all where
 * a row has more codes than answers can be looked up from. */
#include "row_trees.h"

#include <string.h>

#define PATH_SPLITS 32
#define HEAP_SPLITS 64
#define MOST_WALKED_COLUMNS 65536

typedef struct maker {
    mlc_context *call;
    const mlci_scorer *scorer;
    const mlci_split_code *code;
    mlci_row_trees *trees;
} maker;

/* ---- which way for which tree --------------------------------------------------------------- */

static const mlci_tree_node *nodes_of(const maker *m, int64_t t)
{
    const mlci_ensemble *const e = m->scorer->ensemble;
    return e->nodes + e->first_node[m->scorer->trees[t].tree];
}

static int32_t depth_of(const mlci_tree_node *nodes, int32_t n_nodes)
{
    int32_t depth[MLCI_SCORE_PLACES] = {0}, deepest = 0;
    for (int32_t i = 0; i < n_nodes; i++) {
        if (depth[i] > deepest) deepest = depth[i];
        if (nodes[i].left != 0) depth[nodes[i].left] = depth[nodes[i].left + 1] = depth[i] + 1;
    }
    return deepest;
}

static int32_t kind_of(const maker *m, int64_t t)
{
    const int32_t n_splits = m->scorer->trees[t].n_splits;
    if (n_splits < 0 || m->trees->n_columns > MOST_WALKED_COLUMNS) return MLCI_ROW_BY_NUMBERS;
    if (m->trees->n_columns > MLCI_ROW_COLUMNS) return MLCI_ROW_BY_WALK;
    if (n_splits < MLCI_PATH_LEAVES) return MLCI_ROW_BY_PATH;
    if (depth_of(nodes_of(m, t), 2 * n_splits + 1) <= MLCI_HEAP_DEPTH) return MLCI_ROW_BY_HEAP;
    return MLCI_ROW_BY_WALK;
}

static int64_t *counter_of(mlci_row_trees *trees, int32_t kind)
{
    return kind == MLCI_ROW_BY_PATH ? &trees->n_paths : &trees->n_heaps;
}

/* One run after another; a new one where the output changes. */
static mlc_status list_runs(maker *m, mlc_error *err)
{
    mlci_row_trees *const trees = m->trees;
    const mlci_ensemble *const e = m->scorer->ensemble;
    trees->runs = mlci_alloc(m->scorer->root, e->n_trees, sizeof *trees->runs);
    trees->roots = mlci_alloc(m->scorer->root, e->n_trees, sizeof *trees->roots);
    if (trees->runs == NULL || trees->roots == NULL)
        return mlci_fail_memory(err, e->n_trees, sizeof *trees->runs);
    for (int64_t t = 0; t < e->n_trees; t++) {
        const int32_t kind = kind_of(m, t);
        const int32_t most = kind == MLCI_ROW_BY_WALK ? MLCI_WALKS : MLCI_ROW_CHUNK;
        mlci_row_run *const last = trees->n_runs == 0 ? NULL : &trees->runs[trees->n_runs - 1];
        if (last == NULL || last->kind != kind || last->n == most ||
            t % (e->n_trees / e->n_outputs) == 0) {
            trees->runs[trees->n_runs++] = (mlci_row_run){t, 1, kind, *counter_of(trees, kind)};
        } else {
            last->n++;
        }
        if (kind == MLCI_ROW_BY_WALK) {
            trees->roots[t] = trees->n_nodes;
            trees->n_nodes += 2 * m->scorer->trees[t].n_splits + 1;
        } else if (kind != MLCI_ROW_BY_NUMBERS) {
            (*counter_of(trees, kind))++;
        }
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
    if (code.rank == 0)
        return (mlci_code_node){.column = (uint16_t)(m->scorer->codes->n_columns + code.column),
                                .rank = 1};
    return (mlci_code_node){.column = (uint16_t)code.column,
                            .rank = (uint8_t)(code.rank - code.missing_left),
                            .missing_left = code.missing_left};
}

/* n bytes each of columns, missing_left and ranks. */
static void put_question(uint8_t *bytes, int64_t n, int64_t at, mlci_code_node question)
{
    bytes[at] = (uint8_t)question.column;
    bytes[n + at] = question.missing_left;
    bytes[2 * n + at] = question.rank;
}

static int64_t path_bytes(const mlci_row_trees *trees)
{
    return PATH_SPLITS * (trees->n_paths + 1) + PATH_SPLITS * (trees->n_paths + 1) % 64;
}

static void lay_out_path(const maker *m, int64_t t, int64_t at)
{
    const mlci_tree_node *const nodes = nodes_of(m, t);
    const int32_t n_nodes = 2 * m->scorer->trees[t].n_splits + 1;
    uint32_t *const asked = m->trees->path_bits + MLCI_PATH_LEAVES * at;
    uint32_t *const expected = asked + MLCI_PATH_LEAVES * m->trees->n_paths;
    uint32_t way[2 * MLCI_PATH_LEAVES] = {0}, right[2 * MLCI_PATH_LEAVES] = {0};
    uint8_t number[MLCI_SCORE_PLACES];
    int32_t n = 0;
    number_leaves(m, t, number);
    for (int j = 0; j < MLCI_PATH_LEAVES; j++)
        expected[j] = UINT32_MAX;
    for (int32_t i = 0; i < n_nodes; i++) {
        if (nodes[i].left == 0) {
            asked[number[i]] = way[i];
            expected[number[i]] = right[i];
            continue;
        }
        const int32_t left = nodes[i].left;
        way[left] = way[left + 1] = way[i] | (uint32_t)1 << n;
        right[left] = right[i];
        right[left + 1] = right[i] | (uint32_t)1 << n;
        put_question(m->trees->path_bytes, path_bytes(m->trees), PATH_SPLITS * at + n++,
                     question_of(m, t, i));
    }
}

static void lay_out_heap(const maker *m, int64_t t, int64_t at)
{
    const mlci_tree_node *const nodes = nodes_of(m, t);
    const int32_t n_nodes = 2 * m->scorer->trees[t].n_splits + 1;
    const int64_t size = HEAP_SPLITS * m->trees->n_heaps;
    int32_t place[MLCI_SCORE_PLACES] = {1};
    uint8_t number[MLCI_SCORE_PLACES];
    number_leaves(m, t, number);
    for (int32_t i = 0; i < n_nodes; i++) {
        if (nodes[i].left != 0) {
            place[nodes[i].left] = 2 * place[i];
            place[nodes[i].left + 1] = 2 * place[i] + 1;
            put_question(m->trees->heap_bytes, size, HEAP_SPLITS * at + place[i],
                         question_of(m, t, i));
            continue;
        }
        /* Splits below a leaf go left. */
        while (place[i] < HEAP_SPLITS)
            place[i] *= 2;
        m->trees->heap_bytes[3 * size + HEAP_SPLITS * at + place[i] - HEAP_SPLITS] = number[i];
    }
}

static void lay_out_walk(const maker *m, int64_t t)
{
    const mlci_tree_node *const nodes = nodes_of(m, t);
    const int64_t root = m->trees->roots[t];
    uint8_t number[MLCI_SCORE_PLACES];
    number_leaves(m, t, number);
    for (int32_t i = 0; i < 2 * m->scorer->trees[t].n_splits + 1; i++) {
        mlci_code_node *const node = &m->trees->nodes[root + i];
        if (nodes[i].left == 0) {
            *node = (mlci_code_node){.left = (uint32_t)(root + i), .missing_left = number[i]};
        } else {
            *node = question_of(m, t, i);
            node->left = (uint32_t)(root + nodes[i].left);
        }
    }
}

static mlc_status lay_out(maker *m, mlc_error *err)
{
    mlci_row_trees *const trees = m->trees;
    mlci_root *const root = m->scorer->root;
    trees->path_bytes = mlci_alloc(root, path_bytes(trees), 3);
    trees->path_bits =
        mlci_alloc(root, trees->n_paths, 2 * MLCI_PATH_LEAVES * sizeof *trees->path_bits);
    trees->heap_bytes = mlci_alloc(root, trees->n_heaps, 4 * HEAP_SPLITS);
    trees->nodes = mlci_alloc(root, trees->n_nodes, sizeof *trees->nodes);
    if (trees->path_bytes == NULL || trees->path_bits == NULL || trees->heap_bytes == NULL ||
        trees->nodes == NULL)
        return mlci_fail_memory(err, m->scorer->ensemble->n_trees, 1);
    for (int64_t r = 0; r < trees->n_runs; r++) {
        const mlci_row_run run = trees->runs[r];
        MLCI_TRY(mlci_poll(m->call, err));
        for (int32_t i = 0; i < run.n; i++) {
            if (run.kind == MLCI_ROW_BY_PATH) lay_out_path(m, run.first + i, run.at + i);
            if (run.kind == MLCI_ROW_BY_HEAP) lay_out_heap(m, run.first + i, run.at + i);
            if (run.kind == MLCI_ROW_BY_WALK) lay_out_walk(m, run.first + i);
        }
    }
    return MLC_OK;
}

/* ---- together ------------------------------------------------------------------------------- */

mlc_status mlci_row_trees_create(mlc_context *call, const mlci_scorer *scorer,
                                 const mlci_split_code *code, mlci_row_trees **out, mlc_error *err)
{
    mlci_row_trees *const trees = mlci_alloc(scorer->root, 1, sizeof *trees);
    if (trees == NULL) return mlci_fail_memory(err, 1, sizeof *trees);
    const int64_t n_columns = scorer->codes->n_columns + scorer->codes->n_sets;
    trees->n_columns = (int32_t)(n_columns < INT32_MAX ? n_columns : INT32_MAX);
    maker m = {call, scorer, code, trees};
    mlc_status status = list_runs(&m, err);
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
    mlci_free(trees->roots);
    mlci_free(trees->path_bytes);
    mlci_free(trees->path_bits);
    mlci_free(trees->heap_bytes);
    mlci_free(trees->nodes);
    mlci_free(trees);
}

/* Measured with AVX-512, in tenths of nanoseconds: bits a split and its leaf 18, and 30 a tree; a
 * path 20, a heap 24, a walk 100 and more for larger trees. */
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
                   : kind == MLCI_ROW_BY_HEAP ? 24
                                              : 80 + n_splits / 2;
        }
    }
    const int64_t n_rows = by_bits / row;
    return n_rows < 2 ? 2 : n_rows > 64 ? 64 : n_rows;
}

/* ---- a row ---------------------------------------------------------------------------------- */

static void walk(const mlci_row_trees *trees, const mlci_score_kernels *kernels,
                 const mlci_row_run *run, const uint8_t *codes, uint8_t *leaf)
{
    uint32_t at[MLCI_WALKS];
    for (int32_t i = 0; i < MLCI_WALKS; i++)
        at[i] = (uint32_t)trees->roots[run->first + (i < run->n ? i : 0)];
    kernels->walk(trees->nodes, codes, at);
    for (int32_t i = 0; i < run->n; i++)
        leaf[i] = trees->nodes[at[i]].missing_left;
}

void mlci_row_trees_leaves(const mlci_row_trees *trees, const mlci_score_kernels *kernels,
                           const mlci_row_run *run, const uint8_t *codes,
                           uint8_t leaf[MLCI_ROW_CHUNK])
{
    if (run->kind == MLCI_ROW_BY_PATH) {
        const int64_t n = path_bytes(trees);
        const mlci_path_trees paths = {.splits = {trees->n_columns, trees->path_bytes,
                                                  trees->path_bytes + n, trees->path_bytes + 2 * n},
                                       .asked = trees->path_bits,
                                       .expected =
                                           trees->path_bits + MLCI_PATH_LEAVES * trees->n_paths};
        kernels->find_paths(&paths, run->at, run->n, codes, leaf);
    } else if (run->kind == MLCI_ROW_BY_HEAP) {
        const int64_t n = HEAP_SPLITS * trees->n_heaps;
        const mlci_heap_trees heaps = {.splits = {trees->n_columns, trees->heap_bytes,
                                                  trees->heap_bytes + n, trees->heap_bytes + 2 * n},
                                       .leaf = trees->heap_bytes + 3 * n};
        kernels->find_heaps(&heaps, run->at, run->n, codes, leaf);
    } else {
        walk(trees, kernels, run, codes, leaf);
    }
}
