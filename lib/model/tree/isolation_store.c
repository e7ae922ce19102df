/* Isolation forests in an artifact, and their tables. Everything that a walk relies on is checked
 * here (node_store.h), planes too. */
#include <math.h>
#include <string.h>

#include "isolation.h"
#include "node_store.h"
#include "node_table.h"

void mlci_isolation_save(const void *params, const void *state, mlci_writer *w)
{
    const mlci_isolation *const f = state;
    const int64_t n_terms = f->n_planes * f->n_terms;
    mlci_write_int64(w, f->n_features);
    mlci_write_int32(w, f->n_terms);
    mlci_category_bins_write(w, f->n_features, &f->categories);
    mlci_write_int64s(w, f->first_node, f->n_trees + 1);
    mlci_write_int64s(w, f->first_set, f->n_trees + 1);
    mlci_write_nodes(w, f->nodes, f->first_node[f->n_trees]);
    mlci_write_sets(w, f->sets, f->first_set[f->n_trees]);
    mlci_write_int64(w, n_terms);
    for (int64_t i = 0; i < n_terms; i++) {
        mlci_write_real(w, f->terms[i].factor);
        mlci_write_real(w, f->terms[i].origin);
        mlci_write_int32(w, f->terms[i].feature);
    }
    mlci_write_real(w, f->mean_path);
    mlci_write_real(w, f->threshold);
}

/* Beyond what all trees are checked for. */
static const char *node_fault(const void *owner, int64_t tree, int64_t i)
{
    const mlci_isolation *const f = owner;
    const mlci_tree_node *const node = &f->nodes[i];
    if (node->left == 0)
        return node->value >= 0 && isfinite(node->value) ? NULL : "its path has no length";
    return f->n_terms > 0 && (node->split & ~MLCI_NODE_FEATURE) != 0
               ? "it splits by a plane in another way"
               : NULL;
}

static void read_planes(mlci_isolation *f, mlci_reader *r)
{
    const int64_t size = 2 * (int64_t)sizeof(double) + (int64_t)sizeof(int32_t);
    const int64_t n = mlci_read_count(r, "terms of planes", 0, (r->length - r->at) / size);
    if (r->status == MLC_OK && (f->n_terms == 0 ? n != 0 : n % f->n_terms != 0))
        mlci_reader_refuse(r, "the planes are damaged");
    if (r->status != MLC_OK) return;
    f->terms = mlci_alloc(f->root, n, sizeof *f->terms);
    if (f->terms == NULL) r->status = mlci_fail_memory(&r->error, n, sizeof *f->terms);
    for (int64_t i = 0; r->status == MLC_OK && i < n; i++) {
        mlci_plane_term *const term = &f->terms[i];
        term->factor = mlci_read_real(r);
        term->origin = mlci_read_real(r);
        term->feature = mlci_read_int32(r);
        if (term->feature < 0 || term->feature >= f->n_features || !isfinite(term->factor) ||
            !isfinite(term->origin))
            mlci_reader_refuse(r, "a plane is by a feature that there is not, or not finite");
    }
    f->n_planes = f->n_terms > 0 ? n / f->n_terms : 0;
}

/* Splits by planes look at one plane each, whatever its features are. */
static void check_trees(const mlci_isolation *f, mlci_reader *r)
{
    mlci_node_view view = mlci_isolation_view(f);
    mlci_category_bins none = {NULL, NULL, 0};
    if (r->status == MLC_OK && f->n_terms > 0) {
        r->status = mlci_category_bins_open(f->root, f->n_planes, &none, &r->error);
        view.n_features = f->n_planes;
        view.categories = &none;
    }
    mlci_check_nodes(r, &view, node_fault, f);
    mlci_category_bins_free(&none);
    int64_t n_splits = 0;
    for (int64_t i = 0; r->status == MLC_OK && f->n_terms > 0 && i < f->first_node[f->n_trees]; i++)
        n_splits += f->nodes[i].left != 0;
    if (r->status == MLC_OK && f->n_terms > 0 && n_splits != f->n_planes)
        mlci_reader_refuse(r, "there are not as many planes as splits");
}

static void read_trees(mlci_isolation *f, mlci_reader *r)
{
    int64_t n = 0;
    f->first_node = mlci_read_int64s(r, -1, &n);
    if (r->status == MLC_OK && n < 2) mlci_reader_refuse(r, "there is no tree");
    f->n_trees = n - 1;
    mlci_reader_limit(r, "trees", f->n_trees, "max_trees", r->limits->max_trees);
    mlci_check_offsets(r, f->first_node, f->n_trees, r->length, 1, "the nodes are damaged");
    if (r->status == MLC_OK)
        mlci_reader_limit(r, "nodes", f->first_node[f->n_trees], "max_nodes", r->limits->max_nodes);
    f->first_set = mlci_read_int64s(r, n, NULL);
    mlci_check_offsets(r, f->first_set, f->n_trees, r->length, 0, "the category sets are damaged");
    if (r->status != MLC_OK) return;
    f->nodes = mlci_read_nodes(r, f->first_node[f->n_trees]);
    f->sets = mlci_read_sets(r, f->first_set[f->n_trees]);
    read_planes(f, r);
    check_trees(f, r);
}

static void read_forest(mlci_isolation *f, mlci_reader *r, int64_t n_features)
{
    f->n_features = mlci_read_count(r, "n_features", n_features, n_features);
    f->n_terms = mlci_read_int32(r);
    if (r->status == MLC_OK &&
        (n_features > MLCI_MOST_TREE_FEATURES || f->n_terms < 0 || f->n_terms > n_features))
        mlci_reader_refuse(r, "the number of features, or of those of a plane, cannot be");
    mlci_category_bins_read(r, f->n_features, &f->categories);
    if (r->status == MLC_OK) read_trees(f, r);
    f->mean_path = mlci_read_real(r);
    f->threshold = mlci_read_real(r);
    if (r->status == MLC_OK &&
        !(f->mean_path >= 0 && isfinite(f->mean_path) && f->threshold >= 0 && f->threshold <= 1))
        mlci_reader_refuse(r, "the mean path or the threshold is not what it can be");
}

mlc_status mlci_isolation_load(mlc_context *call, const void *params, mlci_reader *r,
                               int64_t n_features, int64_t n_classes, void **state, mlc_error *err)
{
    mlci_root *const root = mlci_context_root(call);
    mlci_isolation *const f = mlci_alloc(root, 1, sizeof *f);
    if (f == NULL) return mlci_fail_memory(err, 1, sizeof *f);
    f->root = mlci_root_ref(root);
    read_forest(f, r, n_features);
    mlc_status status = r->status;
    if (status != MLC_OK && err != NULL) *err = r->error;
    if (status == MLC_OK) status = mlci_isolation_finish(call, f, err);
    if (status != MLC_OK) {
        mlci_isolation_free(f);
        return status;
    }
    *state = f;
    return MLC_OK;
}

/* ---- tables ------------------------------------------------------------------------------- */

const char *const mlci_isolation_tables[] = {"threshold", "trees", NULL};

/* A line a node; planes have no feature of their own. */
static mlc_status trees_table(const mlci_isolation *f, const mlci_features *features,
                              mlci_table *table, mlc_error *err)
{
    const int64_t n = f->first_node[f->n_trees];
    const mlci_node_view view = mlci_isolation_view(f);
    double *const path = mlci_alloc(table->root, n, sizeof *path);
    if (path == NULL) return mlci_fail_memory(err, n, sizeof *path);
    for (int64_t i = 0; i < n; i++)
        path[i] = f->nodes[i].left == 0 ? f->nodes[i].value : NAN;
    const mlc_status status = mlci_node_table(&view, features, table, err);
    if (status == MLC_OK) mlci_table_reals(table, "path", n, path);
    mlci_free(path);
    return status;
}

/* Columns of the table of planes. */
typedef struct plane_rows {
    int64_t *tree, *node, *left;
    double *factor, *origin;
    const char **feature;
} plane_rows;

static int make_plane_rows(mlci_root *root, int64_t n, plane_rows *rows)
{
    rows->tree = mlci_alloc(root, n, sizeof *rows->tree);
    rows->node = mlci_alloc(root, n, sizeof *rows->node);
    rows->left = mlci_alloc(root, n, sizeof *rows->left);
    rows->factor = mlci_alloc(root, n, sizeof *rows->factor);
    rows->origin = mlci_alloc(root, n, sizeof *rows->origin);
    rows->feature = mlci_alloc(root, n, sizeof *rows->feature);
    return rows->tree != NULL && rows->node != NULL && rows->left != NULL && rows->factor != NULL &&
           rows->origin != NULL && rows->feature != NULL;
}

static void free_plane_rows(plane_rows *rows)
{
    mlci_free(rows->tree);
    mlci_free(rows->node);
    mlci_free(rows->left);
    mlci_free(rows->factor);
    mlci_free(rows->origin);
    mlci_free((void *)rows->feature);
}

static void fill_plane_rows(const mlci_isolation *f, char **names, const plane_rows *rows)
{
    int64_t at = 0;
    for (int64_t t = 0; t < f->n_trees; t++) {
        for (int64_t i = f->first_node[t]; i < f->first_node[t + 1]; i++) {
            for (int64_t k = 0; k < f->n_terms && f->nodes[i].left != 0; k++, at++) {
                const mlci_plane_term *const term =
                    &f->terms[(int64_t)f->nodes[i].split * f->n_terms + k];
                rows->tree[at] = t;
                rows->node[at] = i - f->first_node[t];
                rows->left[at] = f->nodes[i].left;
                rows->factor[at] = term->factor;
                rows->origin[at] = term->origin;
                rows->feature[at] = names[term->feature];
            }
        }
    }
}

/* A line a node and term of its plane. */
static mlc_status planes_table(const mlci_isolation *f, const mlci_features *features,
                               mlci_table *table, mlc_error *err)
{
    int64_t n = 0;
    char **names = NULL;
    plane_rows rows = {0};
    for (int64_t i = 0; i < f->first_node[f->n_trees]; i++)
        n += f->nodes[i].left != 0 ? f->n_terms : 0;
    const mlc_status status =
        make_plane_rows(table->root, n, &rows)
            ? mlci_feature_names(table->root, f->n_features, features, &names, err)
            : mlci_fail_memory(err, n, sizeof *rows.tree);
    if (status == MLC_OK) {
        fill_plane_rows(f, names, &rows);
        mlci_table_integers(table, "tree", n, rows.tree);
        mlci_table_integers(table, "node", n, rows.node);
        mlci_table_texts(table, "feature", n, rows.feature);
        mlci_table_reals(table, "factor", n, rows.factor);
        mlci_table_reals(table, "origin", n, rows.origin);
        mlci_table_integers(table, "left", n, rows.left);
    }
    mlci_free_feature_names(names, f->n_features);
    free_plane_rows(&rows);
    return status;
}

mlc_status mlci_isolation_table(mlc_context *call, const void *params, const void *state,
                                const char *name, const mlci_features *features,
                                const mlci_classes *classes, mlc_dataset **out, mlc_error *err)
{
    const mlci_isolation *const f = state;
    mlc_status status = MLC_OK;
    mlc_dataset *dataset = NULL;
    mlci_table table;
    mlci_table_init(&table, mlci_context_root(call));
    if (strcmp(name, "threshold") == 0)
        mlci_table_reals(&table, "threshold", 1, &f->threshold);
    else if (f->n_terms > 0)
        status = planes_table(f, features, &table, err);
    else
        status = trees_table(f, features, &table, err);
    const mlc_status finished = mlci_table_finish(&table, &dataset, status == MLC_OK ? err : NULL);
    if (status == MLC_OK) status = finished;
    if (status != MLC_OK) {
        mlc_dataset_free(dataset);
        return status;
    }
    *out = dataset;
    return MLC_OK;
}
