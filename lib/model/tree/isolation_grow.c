/* Isolation trees (Liu, Ting, Zhou 2008): a sample of rows is cut at random until rows stand alone
 * or the depth is log2 of the sample; few cuts isolate what is odd. Trees are tasks, each a
 * function of its number. */
#include "isolation_grow.h"

#include <math.h>
#include <string.h>

#include "isolation_cut.h"
#include "isolation_sample.h"

#define WHOLE_TREE UINT32_MAX /* the node that a tree's own draws go by */
#define MOST_TERMS (INT64_C(1) << 27)
#define POLL_ROWS 65536 /* rows parted between two looks at the flag */

/* A node whose rows are known: a range of the sample. */
typedef struct task {
    int32_t node, depth;
    int64_t begin, n;
} task;

/* Memory of one thread. */
typedef struct grower {
    mlci_isolation_tree tree; /* without what is handed on */
    int64_t *rows;            /* rows of the matrix */
    int64_t *memory;          /* of the sampler */
    task *tasks;
} grower;

typedef struct work {
    mlc_context *call;
    mlci_root *root;
    const mlci_matrix *x;
    const mlci_isolation_rules *rules;
    const mlci_isolation *forest; /* categories */
    mlci_subsampler sampler;
    int32_t max_depth;
    grower *growers;
    mlci_isolation_tree *trees; /* what is handed on: nodes, sets, terms */
} work;

/* ---- trees -------------------------------------------------------------------------------- */

/* The sample, the tree's features first, and their ranges. */
static void start_tree(const work *w, const grower *g, mlci_isolation_tree *tree, uint32_t number)
{
    const int64_t p = tree->n_features, n = w->rules->sample_size;
    mlci_cart_draws draws = mlci_cart_draws_of(w->rules->seed, number, WHOLE_TREE);
    mlci_subsampler_draw(&w->sampler, number, n, g->memory, g->rows);
    for (int64_t i = 0; i < n; i++) {
        mlci_matrix_block(w->x, g->rows[i], 1, tree->x + i * p, p);
        tree->members[i] = (int32_t)i;
    }
    for (int64_t j = 0; j < p; j++)
        tree->features[j] = (int32_t)j;
    for (int32_t i = 0; i < tree->max_features && tree->max_features < p; i++) {
        const int64_t j = i + (int64_t)mlci_cart_draw_below(&draws, (uint32_t)(p - i));
        const int32_t feature = tree->features[j];
        tree->features[j] = tree->features[i];
        tree->features[i] = feature;
    }
    for (int32_t j = 0; j < p && tree->n_terms > 0; j++) {
        double low, high;
        mlci_isolation_range(tree, tree->members, n, j, &low, &high);
        tree->range[j] = low < high && isfinite(high - low) ? high - low : 0;
    }
}

static mlc_status grow_tree(const work *w, const grower *g, uint32_t number,
                            mlci_isolation_tree *tree, mlc_error *err)
{
    int32_t n_tasks = 1;
    int64_t n_parted = 0;
    start_tree(w, g, tree, number);
    g->tasks[0] = (task){.n = w->rules->sample_size};
    tree->n_nodes = 1;
    while (n_tasks > 0) {
        const task t = g->tasks[--n_tasks];
        mlci_tree_node *const node = &tree->nodes[t.node];
        mlci_cart_draws draws = mlci_cart_draws_of(w->rules->seed, number, (uint32_t)t.node);
        int64_t n_left = 0;
        if (t.n > 1 && t.depth < w->max_depth)
            n_left = mlci_isolation_cut(tree, t.begin, t.n, &draws, node);
        if (n_left == 0) {
            *node = (mlci_tree_node){t.depth + mlci_isolation_mean_path((double)t.n), 0, 0};
            continue;
        }
        node->left = tree->n_nodes;
        tree->n_nodes += 2;
        g->tasks[n_tasks++] = (task){node->left + 1, t.depth + 1, t.begin + n_left, t.n - n_left};
        g->tasks[n_tasks++] = (task){node->left, t.depth + 1, t.begin, n_left};
        n_parted += t.n;
        if (n_parted < POLL_ROWS) continue;
        MLCI_TRY(mlci_poll(w->call, err));
        n_parted = 0;
    }
    return mlci_poll(w->call, err);
}

/* What is handed on shrinks to what it holds. */
static mlc_status trim(mlci_root *root, mlci_isolation_tree *tree, mlc_error *err)
{
    const int64_t n_terms = tree->n_planes * tree->n_terms;
    mlci_tree_node *const nodes =
        mlci_realloc(root, tree->nodes, tree->n_nodes, sizeof *tree->nodes);
    if (nodes == NULL) return mlci_fail_memory(err, tree->n_nodes, sizeof *nodes);
    tree->nodes = nodes;
    if (tree->sets != NULL) {
        const int64_t bytes = MLCI_SET_WORDS * (int64_t)sizeof *tree->sets;
        uint32_t *const sets = mlci_realloc(root, tree->sets, tree->n_sets, bytes);
        if (sets == NULL) return mlci_fail_memory(err, tree->n_sets, bytes);
        tree->sets = sets;
    }
    if (tree->terms != NULL) {
        mlci_plane_term *const terms = mlci_realloc(root, tree->terms, n_terms, sizeof *terms);
        if (terms == NULL) return mlci_fail_memory(err, n_terms, sizeof *terms);
        tree->terms = terms;
    }
    return MLC_OK;
}

static mlc_status grow_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const work *const w = arg;
    const grower *const g = &w->growers[slot];
    const int64_t n = w->rules->sample_size, p = w->x->n_features;
    const int64_t set_bytes = MLCI_SET_WORDS * (int64_t)sizeof(uint32_t);
    mlci_isolation_tree *const tree = &w->trees[block];
    *tree = g->tree;
    tree->nodes = mlci_alloc_raw(w->root, 2 * n, sizeof *tree->nodes);
    if (tree->nodes == NULL) return mlci_fail_memory(err, 2 * n, sizeof *tree->nodes);
    if (tree->n_terms > 0) {
        tree->terms = mlci_alloc(w->root, n * tree->n_terms, sizeof *tree->terms);
        if (tree->terms == NULL)
            return mlci_fail_memory(err, n * tree->n_terms, sizeof *tree->terms);
    }
    if (tree->categories->first_code[p] > 0) {
        tree->sets = mlci_alloc_raw(w->root, n, set_bytes);
        if (tree->sets == NULL) return mlci_fail_memory(err, n, set_bytes);
    }
    MLCI_TRY(grow_tree(w, g, (uint32_t)block, tree, err));
    return trim(w->root, tree, err);
}

/* ---- the forest --------------------------------------------------------------------------- */

static mlc_status count_trees(const work *w, mlci_isolation *f, mlc_error *err)
{
    f->n_trees = w->rules->n_trees;
    f->n_terms = w->rules->n_terms;
    f->first_node = mlci_alloc(w->root, f->n_trees + 1, sizeof *f->first_node);
    f->first_set = mlci_alloc(w->root, f->n_trees + 1, sizeof *f->first_set);
    if (f->first_node == NULL || f->first_set == NULL)
        return mlci_fail_memory(err, f->n_trees + 1, 2 * (int64_t)sizeof *f->first_node);
    for (int64_t t = 0; t < f->n_trees; t++) {
        f->first_node[t + 1] = f->first_node[t] + w->trees[t].n_nodes;
        f->first_set[t + 1] = f->first_set[t] + w->trees[t].n_sets;
        f->n_planes += w->trees[t].n_planes;
    }
    return MLC_OK;
}

static mlc_status gather_trees(const work *w, mlci_isolation *f, mlc_error *err)
{
    MLCI_TRY(count_trees(w, f, err));
    const int64_t n_terms = f->n_terms, n_nodes = f->first_node[f->n_trees];
    const int64_t set_bytes = MLCI_SET_WORDS * (int64_t)sizeof *f->sets;
    f->nodes = mlci_alloc_raw(w->root, n_nodes, sizeof *f->nodes);
    f->sets = mlci_alloc_raw(w->root, f->first_set[f->n_trees], set_bytes);
    f->terms = mlci_alloc_raw(w->root, f->n_planes * n_terms, sizeof *f->terms);
    if (f->nodes == NULL || f->sets == NULL || f->terms == NULL)
        return mlci_fail_memory(err, n_nodes, sizeof *f->nodes);
    for (int64_t t = 0, planes = 0; t < f->n_trees; planes += w->trees[t++].n_planes) {
        const mlci_isolation_tree *const tree = &w->trees[t];
        mlci_tree_node *const nodes = f->nodes + f->first_node[t];
        memcpy(nodes, tree->nodes, (size_t)tree->n_nodes * sizeof *nodes);
        for (int32_t i = 0; i < tree->n_nodes && n_terms > 0; i++)
            if (nodes[i].left != 0) nodes[i].split += (uint32_t)planes;
        if (tree->n_sets > 0)
            memcpy(f->sets + f->first_set[t] * MLCI_SET_WORDS, tree->sets,
                   (size_t)(tree->n_sets * set_bytes));
        if (tree->n_planes > 0)
            memcpy(f->terms + planes * n_terms, tree->terms,
                   (size_t)(tree->n_planes * n_terms) * sizeof *f->terms);
    }
    f->mean_path = mlci_isolation_mean_path((double)w->rules->sample_size);
    return MLC_OK;
}

static mlc_status make_grower(const work *w, grower *g, mlc_error *err)
{
    const int64_t n = w->rules->sample_size, p = w->x->n_features;
    g->tree = (mlci_isolation_tree){.n_features = p,
                                    .max_features = w->rules->max_features,
                                    .n_terms = w->rules->n_terms,
                                    .categories = &w->forest->categories};
    g->tree.x = mlci_alloc_raw(w->root, n, p * (int64_t)sizeof *g->tree.x);
    g->tree.members = mlci_alloc_raw(w->root, n, sizeof *g->tree.members);
    g->tree.parted = mlci_alloc_raw(w->root, n, sizeof *g->tree.parted);
    g->tree.features = mlci_alloc_raw(w->root, p, sizeof *g->tree.features);
    g->tree.range = mlci_alloc_raw(w->root, p, sizeof *g->tree.range);
    g->rows = mlci_alloc_raw(w->root, n, sizeof *g->rows);
    g->memory = mlci_alloc_raw(w->root, mlci_subsampler_memory(n), sizeof *g->memory);
    g->tasks = mlci_alloc_raw(w->root, w->max_depth + 2, sizeof *g->tasks);
    if (g->tree.x == NULL || g->tree.members == NULL || g->tree.parted == NULL ||
        g->tree.features == NULL || g->tree.range == NULL || g->rows == NULL || g->memory == NULL ||
        g->tasks == NULL)
        return mlci_fail_memory(err, n, p * (int64_t)sizeof *g->tree.x);
    return MLC_OK;
}

static void free_grower(grower *g)
{
    void *const blocks[] = {g->tree.x,     g->tree.members, g->tree.parted, g->tree.features,
                            g->tree.range, g->rows,         g->memory,      g->tasks};
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++)
        mlci_free(blocks[i]);
}

static mlc_status grow_trees(work *w, mlci_isolation *f, mlc_error *err)
{
    const int64_t n_trees = w->rules->n_trees;
    const int32_t n_slots = mlci_n_slots(w->call);
    w->growers = mlci_alloc(w->root, n_slots, sizeof *w->growers);
    w->trees = mlci_alloc(w->root, n_trees, sizeof *w->trees);
    mlc_status status = MLC_OK;
    if (w->growers == NULL || w->trees == NULL)
        status = mlci_fail_memory(err, n_trees, sizeof *w->trees);
    for (int32_t s = 0; s < n_slots && status == MLC_OK; s++)
        status = make_grower(w, &w->growers[s], err);
    if (status == MLC_OK) status = mlci_report(w->call, "trees", 0, n_trees, NULL, 0, err);
    if (status == MLC_OK) status = mlci_parallel_for(w->call, n_trees, grow_block, w, err);
    if (status == MLC_OK) status = gather_trees(w, f, err);
    for (int32_t s = 0; w->growers != NULL && s < n_slots; s++)
        free_grower(&w->growers[s]);
    for (int64_t t = 0; w->trees != NULL && t < n_trees; t++) {
        mlci_free(w->trees[t].nodes);
        mlci_free(w->trees[t].sets);
        mlci_free(w->trees[t].terms);
    }
    mlci_free(w->growers);
    mlci_free(w->trees);
    return status;
}

/* Planes are of numbers. */
static mlc_status check_planes(const mlci_matrix *x, const mlci_isolation_rules *rules,
                               mlc_error *err)
{
    if (rules->n_terms == 0) return MLC_OK;
    if (rules->n_terms > MOST_TERMS / rules->n_trees / rules->sample_size)
        return mlci_fail(err, MLC_ERROR_LIMIT, "extension_level",
                         "%lld trees of %lld rows with planes of %d features each: set "
                         "n_estimators, max_samples or extension_level lower",
                         (long long)rules->n_trees, (long long)rules->sample_size,
                         (int)rules->n_terms);
    for (int32_t i = 0; i < x->features->n_inputs; i++)
        if (x->features->inputs[i].dictionary != NULL)
            return mlci_fail(err, MLC_ERROR_COLUMN, x->features->inputs[i].name,
                             "column '%s' is text or category; isolation_forest with "
                             "extension_level above 0 needs numbers: add 'one_hot_encoder', or "
                             "set extension_level = 0",
                             x->features->inputs[i].name);
    return MLC_OK;
}

mlc_status mlci_isolation_grow(mlc_context *call, const mlci_matrix *x, const int64_t *row_index,
                               const double *weight, const mlci_isolation_rules *rules,
                               mlci_isolation **out, mlc_error *err)
{
    mlci_root *const root = mlci_context_root(call);
    mlci_isolation *f = NULL;
    work w = {.call = call, .root = root, .x = x, .rules = rules};
    w.sampler.seed = rules->seed;
    w.sampler.with_replacement = rules->bootstrap;
    while ((int64_t)1 << w.max_depth < rules->sample_size || w.max_depth == 0)
        w.max_depth++;
    MLCI_TRY(check_planes(x, rules, err));
    MLCI_TRY(mlci_isolation_create(root, x->n_features, x->features, &f, err));
    w.forest = f;
    mlc_status status = mlci_subsampler_init(root, x->n_rows, row_index, weight, &w.sampler, err);
    if (status == MLC_OK) status = grow_trees(&w, f, err);
    if (status == MLC_OK) status = mlci_isolation_finish(call, f, err);
    mlci_subsampler_clear(&w.sampler);
    if (status != MLC_OK) {
        mlci_isolation_free(f);
        return status;
    }
    *out = f;
    return MLC_OK;
}
