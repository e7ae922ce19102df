/* Shapley values of trees: opening, and blocks of rows.
 *
 * Path-dependent values (Lundberg et al., Nature Machine Intelligence 2, 2020) go tree by tree
 * through the quadrature of shap_kernels.h: the integral is that of Owen's multilinear extension
 * (Management Science 18, 1972), at nodes as in Quadrature-TreeSHAP (arXiv 2605.04497). Time is
 * splits x nodes a row and tree, where d / 2 nodes are exact for paths of d different features;
 * memory is a tree and a column of doubles a feature. A tree is laid out anew for each block of
 * rows, which costs less than a few rows and keeps large forests out of memory. Sums are in the
 * order of trees and of splits in a tree. */
#include "shap.h"

#include <string.h>

#include "shap_background.h"
#include "shap_walk.h"

typedef struct plan {
    mlc_context *call;
    mlci_root *root;
    int32_t isa, interactions;
    mlci_shap_trees trees;
    mlci_shap_features features;
    mlci_shap_background *background; /* NULL: path-dependent */
} plan;

/* ---- opening ------------------------------------------------------------------------------ */

void mlci_shap_close(void *memory)
{
    plan *const p = memory;
    if (p == NULL) return;
    mlci_shap_background_close(p->background);
    mlci_free(p->features.used);
    mlci_free(p->features.place);
    mlci_free(p);
}

static mlc_status find_used(plan *p, mlc_error *err)
{
    const mlci_shap_trees *const e = &p->trees;
    mlci_shap_features *const f = &p->features;
    f->used = mlci_alloc(p->root, e->n_features, sizeof *f->used);
    f->place = mlci_alloc(p->root, e->n_features, sizeof *f->place);
    if (f->used == NULL || f->place == NULL)
        return mlci_fail_memory(err, e->n_features, sizeof *f->used);
    for (int64_t i = 0; i < e->first_node[e->n_trees]; i++)
        if (e->nodes[i].left != 0) f->place[e->nodes[i].split & MLCI_NODE_FEATURE] = 1;
    for (int64_t j = 0; j < e->n_features; j++) {
        const int is_used = f->place[j];
        f->place[j] = is_used ? f->n_used : -1;
        if (is_used) f->used[f->n_used++] = j;
    }
    return MLC_OK;
}

/* The mean of a tree's output over the cover of its leaves. mean: room for its nodes. */
static double mean_of_tree(const mlci_shap_trees *e, int64_t tree, int32_t output, double *mean)
{
    const int64_t first = e->first_node[tree];
    const mlci_tree_node *const nodes = e->nodes + first;
    for (int64_t i = e->first_node[tree + 1] - first - 1; i >= 0; i--) {
        const int32_t left = nodes[i].left;
        if (left == 0) {
            mean[i] = e->leaf_value(e->state, tree, first + i, output);
        } else {
            const double share = mlci_shap_left_share(e, tree, &nodes[i]);
            mean[i] = mean[left + 1] + share * (mean[left] - mean[left + 1]);
        }
    }
    return mean[0];
}

static mlc_status add_means(const plan *p, double *base, mlc_error *err)
{
    const mlci_shap_trees *const e = &p->trees;
    int64_t most = 0;
    for (int64_t t = 0; t < e->n_trees; t++) {
        const int64_t n = e->first_node[t + 1] - e->first_node[t];
        most = n > most ? n : most;
    }
    double *const mean = mlci_alloc_raw(p->root, most, sizeof *mean);
    if (mean == NULL) return mlci_fail_memory(err, most, sizeof *mean);
    for (int32_t k = 0; k < e->n_outputs; k++)
        base[k] = e->start == NULL ? 0 : e->start[k];
    for (int64_t t = 0; t < e->n_trees; t++)
        for (int32_t k = mlci_shap_first_output(e, t); k < mlci_shap_end_output(e, t); k++)
            base[k] += mean_of_tree(e, t, k, mean);
    mlci_free(mean);
    return MLC_OK;
}

mlc_status mlci_shap_open(const mlci_explain *explain, const mlci_shap_trees *trees, double *base,
                          void **out, mlc_error *err)
{
    mlci_root *const root = mlci_context_root(explain->call);
    if (explain->background != NULL && explain->interactions)
        return mlci_fail(err, MLC_ERROR_UNSUPPORTED, "background",
                         "interactions of '%s' go by its training rows: leave the background out",
                         explain->name);
    plan *const p = mlci_alloc(root, 1, sizeof *p);
    if (p == NULL) return mlci_fail_memory(err, 1, sizeof *p);
    p->call = explain->call;
    p->root = root;
    p->isa = mlci_root_isa(root);
    p->interactions = explain->interactions;
    p->trees = *trees;
    mlc_status status = find_used(p, err);
    if (status == MLC_OK && explain->background == NULL) status = add_means(p, base, err);
    if (status == MLC_OK && explain->background != NULL)
        status =
            mlci_shap_background_open(explain, &p->trees, &p->features, base, &p->background, err);
    if (status != MLC_OK) {
        mlci_shap_close(p);
        return status;
    }
    *out = p;
    return MLC_OK;
}

/* ---- rows --------------------------------------------------------------------------------- */

/* Columns of a block, and what the kernel works in. */
typedef struct block {
    const plan *plan;
    int64_t n_rows;   /* of the caller */
    int64_t n_padded; /* rows past the last are zero, and of no interest */
    double *x;        /* a column a used feature, then the category splits of one tree */
    int64_t n_x;      /* columns there is room for */
    double *values;   /* n_outputs x n_used columns */
    double *pairs;    /* n_outputs x n_pairs columns; NULL without interactions */
    double *memory;
    int64_t n_memory;
    mlci_shap_builder builder;
} block;

static int64_t n_pairs_of(const plan *p)
{
    const int64_t n = p->features.n_used;
    return n * (n - 1) / 2;
}

static void clear_block(block *b)
{
    mlci_shap_builder_clear(&b->builder);
    mlci_free(b->x);
    mlci_free(b->values);
    mlci_free(b->pairs);
    mlci_free(b->memory);
}

static mlc_status make_columns(mlci_root *root, int64_t n, int64_t n_rows, double **out,
                               mlc_error *err)
{
    *out = mlci_alloc(root, n, n_rows * (int64_t)sizeof **out);
    return *out == NULL ? mlci_fail_memory(err, n, n_rows * (int64_t)sizeof **out) : MLC_OK;
}

static mlc_status open_block(block *b, mlc_error *err)
{
    const plan *const p = b->plan;
    const mlci_shap_trees *const e = &p->trees;
    const mlci_shap_features *const f = &p->features;
    b->n_x = f->n_used;
    MLCI_TRY(make_columns(p->root, b->n_x, b->n_padded, &b->x, err));
    MLCI_TRY(
        make_columns(p->root, (int64_t)e->n_outputs * f->n_used, b->n_padded, &b->values, err));
    if (p->interactions)
        MLCI_TRY(make_columns(p->root, e->n_outputs * n_pairs_of(p), b->n_padded, &b->pairs, err));
    return mlci_shap_builder_open(p->root, e, f->place, f->n_used, p->interactions, &b->builder,
                                  err);
}

static void take_columns(block *b, const double *x)
{
    const mlci_shap_features *const f = &b->plan->features;
    const int64_t n_features = b->plan->trees.n_features;
    for (int32_t u = 0; u < f->n_used; u++)
        for (int64_t i = 0; i < b->n_rows; i++)
            b->x[u * b->n_padded + i] = x[i * n_features + f->used[u]];
}

/* The tests of the category splits of the tree that was built. */
static mlc_status test_categories(block *b, int64_t tree, const double *x, mlc_error *err)
{
    const mlci_shap_builder *const builder = &b->builder;
    const mlci_shap_trees *const e = &b->plan->trees;
    const int64_t n = b->plan->features.n_used + builder->n_categories;
    if (n > b->n_x) {
        double *const grown =
            mlci_realloc(b->plan->root, b->x, n, b->n_padded * (int64_t)sizeof *grown);
        if (grown == NULL) return mlci_fail_memory(err, n, b->n_padded * (int64_t)sizeof *grown);
        memset(grown + b->n_x * b->n_padded, 0,
               (size_t)((n - b->n_x) * b->n_padded) * sizeof *grown);
        b->x = grown;
        b->n_x = n;
    }
    for (int32_t c = 0; c < builder->n_categories; c++) {
        const mlci_shap_category *const category = &builder->categories[c];
        const mlci_tree_node *const node = &e->nodes[e->first_node[tree] + category->node];
        const uint32_t j = node->split & MLCI_NODE_FEATURE;
        double *const column = b->x + category->column * b->n_padded;
        for (int64_t i = 0; i < b->n_rows; i++)
            column[i] = mlci_shap_category_left(e, tree, node, x[i * e->n_features + j]);
    }
    return MLC_OK;
}

static mlc_status add_tree(block *b, int64_t tree, const double *x, mlc_error *err)
{
    const plan *const p = b->plan;
    const mlci_shap_tree *const walk = &b->builder.walk;
    MLCI_TRY(mlci_poll(p->call, err));
    MLCI_TRY(mlci_shap_build(&b->builder, tree, err));
    if (walk->n_steps == 0) return MLC_OK;
    MLCI_TRY(test_categories(b, tree, x, err));
    const int64_t n_memory = mlci_shap_memory(walk->n_levels, walk->n_nodes);
    if (n_memory > b->n_memory) {
        mlci_free(b->memory);
        b->memory = mlci_alloc_raw(p->root, n_memory, sizeof *b->memory);
        b->n_memory = b->memory == NULL ? 0 : n_memory;
        if (b->memory == NULL) return mlci_fail_memory(err, n_memory, sizeof *b->memory);
    }
    for (int32_t k = mlci_shap_first_output(&p->trees, tree);
         k < mlci_shap_end_output(&p->trees, tree); k++) {
        const mlci_shap_rows rows = {
            .n_rows = b->n_padded,
            .x = b->x,
            .values = b->values + (int64_t)k * p->features.n_used * b->n_padded,
            .pairs = b->pairs == NULL ? NULL : b->pairs + k * n_pairs_of(p) * b->n_padded,
            .memory = b->memory};
        mlci_shap_set_output(&b->builder, k);
        mlci_tree_kernels_of(p->isa)->shap_tree(walk, &rows);
    }
    return MLC_OK;
}

static void give_values(const block *b, double *out)
{
    const mlci_shap_features *const f = &b->plan->features;
    const int64_t n_features = b->plan->trees.n_features;
    const int32_t n_outputs = b->plan->trees.n_outputs;
    memset(out, 0, (size_t)(b->n_rows * n_outputs * n_features) * sizeof *out);
    for (int64_t i = 0; i < b->n_rows; i++)
        for (int32_t k = 0; k < n_outputs; k++)
            for (int32_t u = 0; u < f->n_used; u++)
                out[(i * n_outputs + k) * n_features + f->used[u]] =
                    b->values[((int64_t)k * f->n_used + u) * b->n_padded + i];
}

/* One matrix: half of what two features add together belongs to either; the rest of a feature's
 * value is its own. */
static void give_matrix(const block *b, int64_t row, int32_t output, double *out)
{
    const mlci_shap_features *const f = &b->plan->features;
    const int64_t n = b->plan->trees.n_features, stride = b->n_padded;
    const double *const values = b->values + (int64_t)output * f->n_used * stride + row;
    const double *const pairs = b->pairs + output * n_pairs_of(b->plan) * stride + row;
    memset(out, 0, (size_t)(n * n) * sizeof *out);
    for (int32_t u = 0; u < f->n_used; u++) {
        double own = values[u * stride];
        for (int32_t v = 0; v < f->n_used; v++) {
            if (v == u) continue;
            const double half = 0.5 * pairs[mlci_shap_pair(u, v) * stride];
            out[f->used[u] * n + f->used[v]] = half;
            own -= half;
        }
        out[f->used[u] * n + f->used[u]] = own;
    }
}

static void give_matrices(const block *b, double *out)
{
    const int64_t n = b->plan->trees.n_features;
    const int32_t n_outputs = b->plan->trees.n_outputs;
    for (int64_t i = 0; i < b->n_rows; i++)
        for (int32_t k = 0; k < n_outputs; k++)
            give_matrix(b, i, k, out + (i * n_outputs + k) * n * n);
}

mlc_status mlci_shap_explain(const void *opened, const double *x, int64_t n_rows, double *out,
                             mlc_error *err)
{
    const plan *const p = opened;
    if (p->background != NULL) return mlci_shap_background_rows(p->background, x, n_rows, out, err);
    block b = {.plan = p, .n_rows = n_rows};
    b.n_padded = (n_rows + MLCI_SHAP_ROWS - 1) / MLCI_SHAP_ROWS * MLCI_SHAP_ROWS;
    mlc_status status = open_block(&b, err);
    if (status == MLC_OK) take_columns(&b, x);
    for (int64_t t = 0; t < p->trees.n_trees && status == MLC_OK; t++)
        status = add_tree(&b, t, x, err);
    if (status == MLC_OK && p->interactions)
        give_matrices(&b, out);
    else if (status == MLC_OK)
        give_values(&b, out);
    clear_block(&b);
    return status;
}

/* ---- boosted trees ------------------------------------------------------------------------ */

static int64_t count_outputs(const void *params, const void *state)
{
    (void)params;
    return ((const mlci_ensemble *)state)->n_outputs;
}

static double leaf_value(const void *state, int64_t tree, int64_t node, int32_t output)
{
    (void)tree;
    (void)output;
    return ((const mlci_ensemble *)state)->nodes[node].value;
}

static mlc_status open_ensemble(const mlci_explain *explain, double *base, void **out,
                                mlc_error *err)
{
    const mlci_ensemble *const e = explain->state;
    if (e->terms != NULL)
        return mlci_fail(err, MLC_ERROR_UNSUPPORTED, "linear_tree",
                         "'%s' has linear leaves (linear_tree = true): Shapley values of trees are "
                         "for constant ones",
                         explain->name);
    const mlci_shap_trees trees = {.n_features = e->n_features,
                                   .n_trees = e->n_trees,
                                   .n_outputs = e->n_outputs,
                                   .first_node = e->first_node,
                                   .nodes = e->nodes,
                                   .cover = e->cover,
                                   .first_set = e->first_set,
                                   .sets = e->sets,
                                   .categories = &e->categories,
                                   .start = e->start,
                                   .state = e,
                                   .leaf_value = leaf_value};
    return mlci_shap_open(explain, &trees, base, out, err);
}

const mlci_explainer mlci_ensemble_explainer = {
    .n_outputs = count_outputs,
    .open = open_ensemble,
    .rows = mlci_shap_explain,
    .close = mlci_shap_close,
};
