/* Isolation forests: memory and scores.
 *
 * Trees of up to MLCI_SCORE_LEAVES leaves, as samples of 256 give, are scored as boosted trees are
 * (scorer.h). Larger ones are walked, eight rows at a time or eight trees of a lone row. Path
 * lengths add in the order of the trees, hence a row has the same bits in any block. A plane's sum
 * is in the order of its terms. */
#include "isolation.h"

#include "kernels.h"
#include "matrix.h"
#include "node_walk.h"

#define EULER 0.57721566490153286061
#define LN_2 0.69314718055994530942
#define LANES MLCI_WALK_LANES

double mlci_isolation_mean_path(double n)
{
    if (n <= 1) return 0;
    if (n <= 2) return 1;
    return 2 * (mlci_ln(n - 1) + EULER) - 2 * (n - 1) / n;
}

/* ---- memory ------------------------------------------------------------------------------- */

/* Codes that are MLCI_MAX_BINS apart share a bin: sets of categories are drawn by bins. */
static mlc_status set_categories(mlci_isolation *f, const mlci_features *features, mlc_error *err)
{
    mlci_category_bins *const c = &f->categories;
    MLCI_TRY(mlci_category_bins_open(f->root, f->n_features, c, err));
    for (int32_t i = 0; features != NULL && i < features->n_inputs; i++)
        if (features->inputs[i].dictionary != NULL)
            c->first_code[features->inputs[i].first + 1] = features->inputs[i].dictionary->n;
    MLCI_TRY(mlci_category_bins_place(f->root, f->n_features, c, err));
    for (int64_t j = 0; j < f->n_features; j++)
        for (int64_t i = c->first_code[j]; i < c->first_code[j + 1]; i++)
            c->bin_of_code[i] = (uint16_t)(1 + (i - c->first_code[j]) % MLCI_MAX_BINS);
    return MLC_OK;
}

mlc_status mlci_isolation_create(mlci_root *root, int64_t n_features, const mlci_features *features,
                                 mlci_isolation **out, mlc_error *err)
{
    mlci_isolation *const f = mlci_alloc(root, 1, sizeof *f);
    if (f == NULL) return mlci_fail_memory(err, 1, sizeof *f);
    f->root = mlci_root_ref(root);
    f->n_features = n_features;
    const mlc_status status = set_categories(f, features, err);
    if (status != MLC_OK) {
        mlci_isolation_free(f);
        return status;
    }
    *out = f;
    return MLC_OK;
}

void mlci_isolation_free(void *state)
{
    mlci_isolation *const f = state;
    if (f == NULL) return;
    mlci_root *const root = f->root;
    mlci_scorer_free(f->scorer);
    void *const blocks[] = {f->first_node, f->nodes, f->first_set, f->sets, f->terms};
    mlci_category_bins_free(&f->categories);
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++)
        mlci_free(blocks[i]);
    mlci_free(f);
    mlci_root_unref(root);
}

mlc_status mlci_isolation_finish(mlc_context *call, mlci_isolation *f, mlc_error *err)
{
    for (int64_t t = 0; t < f->n_trees; t++)
        if ((f->first_node[t + 1] - f->first_node[t] + 1) / 2 > MLCI_SCORE_LEAVES) return MLC_OK;
    if (f->n_terms > 0) return MLC_OK;
    f->ensemble = (mlci_ensemble){.root = f->root,
                                  .n_features = f->n_features,
                                  .n_outputs = 1,
                                  .start = &f->start,
                                  .n_trees = f->n_trees,
                                  .first_node = f->first_node,
                                  .nodes = f->nodes,
                                  .first_set = f->first_set,
                                  .sets = f->sets,
                                  .categories = f->categories};
    return mlci_scorer_create(call, &f->ensemble, &f->scorer, err);
}

/* ---- scores ------------------------------------------------------------------------------- */

/* The leaf of a row in a tree of planes. */
static int64_t walk_planes(const mlci_isolation *f, int64_t tree, const double *x)
{
    const mlci_tree_node *const nodes = f->nodes + f->first_node[tree];
    int32_t i = 0;
    while (nodes[i].left != 0) {
        const mlci_plane_term *const terms = f->terms + (int64_t)nodes[i].split * f->n_terms;
        i = nodes[i].left + !(mlci_plane_side(terms, f->n_terms, x) <= 0);
    }
    return f->first_node[tree] + i;
}

/* The leaves of n rows in a tree. */
static void walk_rows(const mlci_isolation *f, int64_t tree, const double *x, int64_t n,
                      int64_t *leaf)
{
    const mlci_node_view view = mlci_isolation_view(f);
    mlci_walks w;
    for (int64_t i = 0; i < n && f->n_terms > 0; i++)
        leaf[i] = walk_planes(f, tree, x + i * f->n_features);
    for (int64_t i = 0; i < n && f->n_terms == 0; i += LANES) {
        for (int32_t l = 0; l < LANES; l++) {
            mlci_walk_enter(&view, tree, l, &w);
            w.x[l] = x + (i + l < n ? i + l : n - 1) * f->n_features;
        }
        mlci_walk(&view, &w);
        for (int32_t l = 0; l < LANES && i + l < n; l++)
            leaf[i + l] = f->first_node[tree] + w.at[l];
    }
}

/* The leaves of a row in LANES trees from first on. */
static void walk_trees(const mlci_isolation *f, int64_t first, const double *x, int64_t leaf[LANES])
{
    const mlci_node_view view = mlci_isolation_view(f);
    mlci_walks w;
    for (int32_t l = 0; l < LANES; l++) {
        mlci_walk_enter(&view, first + l < f->n_trees ? first + l : f->n_trees - 1, l, &w);
        w.x[l] = x;
    }
    mlci_walk(&view, &w);
    for (int32_t l = 0; l < LANES && first + l < f->n_trees; l++)
        leaf[l] = f->first_node[first + l] + w.at[l];
}

/* The sum of the paths of each row. */
static void add_paths(const mlci_isolation *f, const double *x, int64_t n, double *out)
{
    const int by_trees = n < LANES && f->n_terms == 0;
    int64_t leaf[MLCI_LONG_BLOCK_ROWS];
    for (int64_t i = 0; i < n; i++) {
        out[i] = 0;
        for (int64_t t = 0; t < f->n_trees && by_trees; t += LANES) {
            walk_trees(f, t, x + i * f->n_features, leaf);
            for (int64_t l = 0; l < LANES && t + l < f->n_trees; l++)
                out[i] += f->nodes[leaf[l]].value;
        }
    }
    for (int64_t t = 0; t < f->n_trees && !by_trees; t++) {
        walk_rows(f, t, x, n, leaf);
        for (int64_t i = 0; i < n; i++)
            out[i] += f->nodes[leaf[i]].value;
    }
}

void mlci_isolation_scores(const mlci_isolation *f, int32_t isa, const double *x, int64_t n,
                           double *scratch, double *out)
{
    if (f->scorer != NULL)
        mlci_scorer_raw(f->scorer, isa, x, n, scratch, out);
    else
        add_paths(f, x, n, out);
    /* Samples of one row have no paths: nothing is odd, nothing ordinary. */
    for (int64_t i = 0; i < n; i++) {
        const double path = f->mean_path > 0 ? out[i] / (double)f->n_trees / f->mean_path : 1;
        out[i] = mlci_exp(-LN_2 * path);
    }
}

int64_t mlci_isolation_n_outputs(const void *params, const void *state, int32_t output)
{
    return output == MLCI_OUTPUT_LEAF ? ((const mlci_isolation *)state)->n_trees : 1;
}

int64_t mlci_isolation_scratch_size(const void *params, const void *state, int64_t n_rows)
{
    const mlci_isolation *const f = state;
    return f->scorer == NULL ? 0 : mlci_scorer_scratch_size(f->scorer, n_rows);
}

int32_t mlci_isolation_has_long_blocks(const void *params, const void *state)
{
    const mlci_isolation *const f = state;
    (void)params;
    return f->scorer == NULL && f->first_node[f->n_trees] > MLCI_NEAR_NODES;
}

static void predict_leaves(const mlci_isolation *f, const mlci_model_predict *p)
{
    int64_t leaf[MLCI_LONG_BLOCK_ROWS];
    if (f->scorer != NULL) {
        mlci_scorer_leaf(f->scorer, p->isa, p->x, p->n_rows, p->scratch, p->out);
        return;
    }
    for (int64_t t = 0; t < f->n_trees; t++) {
        walk_rows(f, t, p->x, p->n_rows, leaf);
        for (int64_t i = 0; i < p->n_rows; i++)
            p->out[i * f->n_trees + t] = (double)(leaf[i] - f->first_node[t]);
    }
}

void mlci_isolation_predict(const mlci_model_predict *p)
{
    const mlci_isolation *const f = p->state;
    if (p->output == MLCI_OUTPUT_LEAF) {
        predict_leaves(f, p);
        return;
    }
    mlci_isolation_scores(f, p->isa, p->x, p->n_rows, p->scratch, p->out);
    for (int64_t i = 0; i < p->n_rows; i++) {
        const double decision = f->threshold - p->out[i];
        p->out[i] = p->output == MLCI_OUTPUT_RAW ? decision : decision < 0 ? -1 : 1;
    }
}
