/* Forests in an artifact.
 *
 * Loading believes nothing: counts are bounded by the bytes that are left before memory is taken,
 * nodes (node_store.h), shares and leaves are checked once here, so that prediction need not. */
#include <math.h>

#include "forest.h"
#include "node_store.h"

void mlci_forest_save(const void *params, const void *state, mlci_writer *w)
{
    const mlci_forest *const f = state;
    const int64_t n_nodes = f->first_node[f->n_trees], n_sets = f->first_set[f->n_trees];
    mlci_write_int64(w, f->n_features);
    mlci_write_int32(w, f->n_classes);
    mlci_category_bins_write(w, f->n_features, &f->categories);
    mlci_write_int64s(w, f->first_node, f->n_trees + 1);
    mlci_write_int64s(w, f->first_set, f->n_trees + 1);
    mlci_write_nodes(w, f->nodes, n_nodes);
    mlci_write_sets(w, f->sets, n_sets);
    mlci_write_int64s(w, f->first_share, f->n_trees + 1);
    mlci_write_reals(w, f->shares, f->first_share[f->n_trees] * f->n_classes);
    mlci_write_reals(w, f->cover, n_nodes);
    mlci_write_reals(w, f->impurity, f->impurity == NULL ? 0 : n_nodes);
    mlci_write_reals(w, f->importance, f->n_features);
    mlci_write_real(w, f->oob_score);
    mlci_write_reals(w, f->oob, f->n_oob * mlci_forest_width(f));
}

static const char *leaf_fault(const mlci_forest *f, int64_t tree, double value)
{
    if (f->n_classes == 0) return isfinite(value) ? NULL : "its value is not finite";
    if (f->n_classes < 3)
        return value >= 0 && value <= 1 ? NULL : "its share is not within 0 and 1";
    const int64_t n = f->n_classes + f->first_share[tree + 1] - f->first_share[tree];
    return value >= 0 && value < (double)n && value == (double)(int64_t)value
               ? NULL
               : "its shares are not there";
}

static const char *node_fault(const void *owner, int64_t tree, int64_t i)
{
    const mlci_forest *const f = owner;
    if (!(f->cover[i] >= 0)) return "its cover is negative";
    if (f->impurity != NULL && !(f->impurity[i] >= 0)) return "its impurity is negative";
    return f->nodes[i].left == 0 ? leaf_fault(f, tree, f->nodes[i].value) : NULL;
}

/* Shares of a leaf lie within 0 and 1. */
static void read_shares(mlci_forest *f, mlci_reader *r)
{
    int64_t n = 0;
    f->first_share = mlci_read_int64s(r, f->n_trees + 1, NULL);
    mlci_check_offsets(r, f->first_share, f->n_trees, r->length, 0, "the shares are damaged");
    f->shares = mlci_read_reals(r, -1, &n);
    if (r->status == MLC_OK && n != f->first_share[f->n_trees] * f->n_classes)
        mlci_reader_refuse(r, "the number of shares is not that of the leaves");
    for (int64_t i = 0; i < n && r->status == MLC_OK; i++)
        if (!(f->shares[i] >= 0 && f->shares[i] <= 1))
            mlci_reader_refuse(r, "a share is not within 0 and 1");
}

static void read_measures(mlci_forest *f, mlci_reader *r)
{
    int64_t n = 0;
    const mlci_node_view view = mlci_forest_view(f);
    f->cover = mlci_read_reals(r, f->first_node[f->n_trees], NULL);
    f->impurity = mlci_read_reals(r, -1, &n);
    if (r->status == MLC_OK && n != 0 && n != f->first_node[f->n_trees])
        mlci_reader_refuse(r, "the number of impurities is not that of the nodes");
    if (r->status == MLC_OK && n == 0) {
        mlci_free(f->impurity);
        f->impurity = NULL;
    }
    mlci_check_nodes(r, &view, node_fault, f);
    f->importance = mlci_read_reals(r, f->n_features, NULL);
    f->oob_score = mlci_read_real(r);
    f->oob = mlci_read_reals(r, -1, &n);
    if (r->status == MLC_OK && n % mlci_forest_width(f) != 0)
        mlci_reader_refuse(r, "the out-of-bag predictions are damaged");
    f->n_oob = n / mlci_forest_width(f);
}

static void read_forest(mlci_forest *f, mlci_reader *r, int64_t n_features, int64_t n_classes)
{
    int64_t n = 0, n_sets = 0;
    f->n_features = mlci_read_count(r, "n_features", n_features, n_features);
    f->n_classes = mlci_read_int32(r);
    if (r->status == MLC_OK && (n_features > MLCI_MOST_TREE_FEATURES || f->n_classes != n_classes))
        mlci_reader_refuse(r, "the number of features or classes is not what it can be");
    mlci_category_bins_read(r, f->n_features, &f->categories);
    f->first_node = mlci_read_int64s(r, -1, &n);
    if (r->status == MLC_OK && n < 2) mlci_reader_refuse(r, "there is no tree");
    f->n_trees = n - 1;
    mlci_reader_limit(r, "trees", f->n_trees, "max_trees", r->limits->max_trees);
    mlci_check_offsets(r, f->first_node, f->n_trees, r->length, 1, "the nodes are damaged");
    if (r->status == MLC_OK)
        mlci_reader_limit(r, "nodes", f->first_node[f->n_trees], "max_nodes", r->limits->max_nodes);
    f->first_set = mlci_read_int64s(r, n, &n_sets);
    mlci_check_offsets(r, f->first_set, f->n_trees, r->length, 0, "the category sets are damaged");
    if (r->status != MLC_OK) return;
    f->nodes = mlci_read_nodes(r, f->first_node[f->n_trees]);
    f->sets = mlci_read_sets(r, f->first_set[f->n_trees]);
    if (r->status == MLC_OK) read_shares(f, r);
    if (r->status == MLC_OK) read_measures(f, r);
}

mlc_status mlci_forest_load(mlc_context *call, const void *params, mlci_reader *r,
                            int64_t n_features, int64_t n_classes, void **state, mlc_error *err)
{
    mlci_root *const root = mlci_context_root(call);
    mlci_forest *const f = mlci_alloc(root, 1, sizeof *f);
    if (f == NULL) return mlci_fail_memory(err, 1, sizeof *f);
    f->root = mlci_root_ref(root);
    read_forest(f, r, n_features, n_classes);
    if (r->status != MLC_OK) {
        mlci_forest_free(f);
        if (err != NULL) *err = r->error;
        return r->status;
    }
    *state = f;
    return MLC_OK;
}
