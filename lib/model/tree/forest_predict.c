/* Prediction of forests: the mean of the trees' leaves.
 *
 * Eight walks go side by side (node_walk.h): eight rows of a tree, or eight trees of a lone row.
 * Sums are in the order of the trees, hence a row has the same bits in any block. */
#include <string.h>

#include "forest.h"
#include "node_walk.h"

#define LANES MLCI_WALK_LANES

void mlci_forest_walk(const mlci_forest *f, int64_t tree, const double *x, const int32_t *rows,
                      int64_t n, int64_t *leaf)
{
    const mlci_node_view view = mlci_forest_view(f);
    mlci_walks w;
    for (int64_t i = 0; i < n; i += LANES) {
        for (int32_t l = 0; l < LANES; l++) {
            const int64_t row = i + l < n ? i + l : n - 1;
            mlci_walk_enter(&view, tree, l, &w);
            w.x[l] = x + (rows == NULL ? row : rows[row]) * f->n_features;
        }
        mlci_walk(&view, &w);
        for (int32_t l = 0; l < LANES && i + l < n; l++)
            leaf[i + l] = f->first_node[tree] + w.at[l];
    }
}

/* The leaves of LANES trees from first on, for one row. */
static void walk_trees(const mlci_forest *f, int64_t first, const double *x, int64_t leaf[LANES])
{
    const mlci_node_view view = mlci_forest_view(f);
    mlci_walks w;
    for (int32_t l = 0; l < LANES; l++) {
        mlci_walk_enter(&view, first + l < f->n_trees ? first + l : f->n_trees - 1, l, &w);
        w.x[l] = x;
    }
    mlci_walk(&view, &w);
    for (int32_t l = 0; l < LANES && first + l < f->n_trees; l++)
        leaf[l] = f->first_node[first + l] + w.at[l];
}

/* The leaf of each tree for each row: take(tree, row, leaf) in the order of trees for any row. */
typedef void (*leaf_fn)(const mlci_forest *f, int64_t tree, int64_t row, int64_t leaf, double *out);

static void add_sums(const mlci_forest *f, int64_t tree, int64_t row, int64_t leaf, double *out)
{
    mlci_forest_add_leaf(f, tree, leaf, out + row * mlci_forest_width(f));
}

static void note_leaf(const mlci_forest *f, int64_t tree, int64_t row, int64_t leaf, double *out)
{
    out[row * f->n_trees + tree] = (double)(leaf - f->first_node[tree]);
}

static inline void each_leaf(const mlci_forest *f, const double *x, int64_t n, leaf_fn take,
                             double *out)
{
    int64_t leaf[MLCI_LONG_BLOCK_ROWS];
    for (int64_t i = 0; i < n && n < LANES; i++) {
        for (int64_t t = 0; t < f->n_trees; t += LANES) {
            walk_trees(f, t, x + i * f->n_features, leaf);
            for (int64_t l = 0; l < LANES && t + l < f->n_trees; l++)
                take(f, t + l, i, leaf[l], out);
        }
    }
    for (int64_t t = 0; t < f->n_trees && n >= LANES; t++) {
        mlci_forest_walk(f, t, x, NULL, n, leaf);
        for (int64_t i = 0; i < n; i++)
            take(f, t, i, leaf[i], out);
    }
}

int64_t mlci_forest_n_outputs(const void *params, const void *state, int32_t output)
{
    const mlci_forest *const f = state;
    switch (output) {
    case MLCI_OUTPUT_PREDICTION:
        return 1;
    case MLCI_OUTPUT_PROBABILITY:
        return f->n_classes;
    case MLCI_OUTPUT_LEAF:
        return f->n_trees;
    default:
        return 0;
    }
}

int64_t mlci_forest_scratch_size(const void *params, const void *state, int64_t n_rows)
{
    return n_rows * mlci_forest_width(state);
}

int32_t mlci_forest_has_long_blocks(const void *params, const void *state)
{
    const mlci_forest *const f = state;
    (void)params;
    return f->first_node[f->n_trees] > MLCI_NEAR_NODES;
}

/* The class of the largest share, the lowest among equals. */
static double class_of(const mlci_forest *f, const double *sums, double n_trees)
{
    int32_t best = 0;
    if (f->n_classes < 3) return sums[0] / n_trees > 0.5 ? 1 : 0;
    for (int32_t k = 1; k < f->n_classes; k++)
        if (sums[k] > sums[best]) best = k;
    return best;
}

void mlci_forest_finish(const mlci_forest *f, int32_t output, const double *sums, double n_trees,
                        double *out)
{
    if (output == MLCI_OUTPUT_PREDICTION) {
        out[0] = f->n_classes == 0 ? sums[0] / n_trees : class_of(f, sums, n_trees);
        return;
    }
    for (int32_t k = 0; k < f->n_classes; k++)
        out[k] = sums[f->n_classes < 3 ? 0 : k] / n_trees;
    if (f->n_classes < 3) out[0] = 1 - out[0];
}

void mlci_forest_predict(const mlci_model_predict *p)
{
    const mlci_forest *const f = p->state;
    const int32_t width = mlci_forest_width(f);
    const int64_t n_outputs = mlci_forest_n_outputs(NULL, f, p->output);
    if (p->output == MLCI_OUTPUT_LEAF) {
        each_leaf(f, p->x, p->n_rows, note_leaf, p->out);
        return;
    }
    memset(p->scratch, 0, (size_t)(p->n_rows * width) * sizeof *p->scratch);
    each_leaf(f, p->x, p->n_rows, add_sums, p->scratch);
    for (int64_t i = 0; i < p->n_rows; i++)
        mlci_forest_finish(f, p->output, p->scratch + i * width, (double)f->n_trees,
                           p->out + i * n_outputs);
}
