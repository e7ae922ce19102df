/* Tables of boosted trees: history, importance, nodes. */
#include <math.h>
#include <string.h>

#include "ensemble.h"
#include "text.h"

const char *const mlci_ensemble_tables[] = {"history", "importance", "trees", NULL};

static mlc_status history_table(mlci_root *root, const mlci_ensemble *e, mlci_table *table,
                                mlc_error *err)
{
    int64_t *const iteration = mlci_alloc(root, e->n_rounds, sizeof *iteration);
    if (iteration == NULL) return mlci_fail_memory(err, e->n_rounds, sizeof *iteration);
    for (int64_t i = 0; i < e->n_rounds; i++)
        iteration[i] = i + 1;
    mlci_table_integers(table, "iteration", e->n_rounds, iteration);
    mlci_table_reals(table, "train_loss", e->n_rounds, e->train_loss);
    mlci_table_reals(table, "valid_loss", e->n_rounds, e->valid_loss);
    mlci_free(iteration);
    return MLC_OK;
}

/* The name of each feature: "age", "pixels[3]", or "7" where there are no names. */
static void free_names(char **names, int64_t n)
{
    for (int64_t j = 0; names != NULL && j < n; j++)
        mlci_free(names[j]);
    mlci_free(names);
}

static mlc_status make_names(mlci_root *root, const mlci_ensemble *e, const mlci_features *features,
                             char ***out, mlc_error *err)
{
    char **const names = mlci_alloc(root, e->n_features, sizeof *names);
    if (names == NULL) return mlci_fail_memory(err, e->n_features, sizeof *names);
    for (int64_t j = 0; j < e->n_features; j++) {
        mlci_text text = mlci_text_init(root);
        if (features != NULL)
            mlci_features_name(features, j, &text);
        else
            mlci_text_append_integer(&text, j);
        const mlc_status status = mlci_text_take(&text, &names[j], err);
        mlci_text_clear(&text);
        if (status == MLC_OK) continue;
        free_names(names, e->n_features);
        return status;
    }
    *out = names;
    return MLC_OK;
}

static mlc_status importance_table(mlci_root *root, const mlci_ensemble *e,
                                   const mlci_features *features, mlci_table *table, mlc_error *err)
{
    const int64_t n = e->n_features;
    char **names = NULL;
    double *const gain = mlci_alloc(root, n, sizeof *gain);
    double *const cover = mlci_alloc(root, n, sizeof *cover);
    int64_t *const splits = mlci_alloc(root, n, sizeof *splits);
    mlc_status status = gain == NULL || cover == NULL || splits == NULL
                            ? mlci_fail_memory(err, n, sizeof *gain)
                            : make_names(root, e, features, &names, err);
    if (status != MLC_OK) goto done;
    for (int64_t i = 0; i < e->first_node[e->n_trees]; i++) {
        if (e->nodes[i].left == 0) continue;
        const int64_t j = e->nodes[i].split & MLCI_NODE_FEATURE;
        gain[j] += e->gain[i];
        cover[j] += e->cover[i];
        splits[j]++;
    }
    mlci_table_texts(table, "feature", n, (const char *const *)names);
    mlci_table_reals(table, "gain", n, gain);
    mlci_table_integers(table, "splits", n, splits);
    mlci_table_reals(table, "cover", n, cover);
done:
    free_names(names, n);
    mlci_free(gain);
    mlci_free(cover);
    mlci_free(splits);
    return status;
}

/* Columns of the table of nodes. */
typedef struct node_rows {
    int64_t *tree, *node, *left, *right;
    double *threshold, *value, *gain, *cover;
    const char **feature, **missing;
    char **categories; /* that go left: "Husband, Wife" */
} node_rows;

/* The dictionary of a feature; NULL where there are no names. */
static const mlci_dictionary *dictionary_of(const mlci_features *f, int64_t j)
{
    for (int32_t i = 0; f != NULL && i < f->n_inputs; i++)
        if (f->inputs[i].first == j && f->inputs[i].dictionary != NULL)
            return f->inputs[i].dictionary;
    return NULL;
}

static void append_category(const mlci_dictionary *dictionary, int64_t code, mlci_text *text)
{
    int64_t length = 0;
    if (text->length > 0) mlci_text_append_text(text, ", ");
    if (dictionary == NULL || code >= dictionary->n) {
        mlci_text_append_integer(text, code);
        return;
    }
    const char *const name = mlci_dictionary_text(dictionary, (int32_t)code, &length);
    mlci_text_append(text, name, length);
}

static mlc_status list_categories(const mlci_ensemble *e, int64_t tree, const mlci_tree_node *node,
                                  const mlci_features *features, char **out, mlc_error *err)
{
    const int64_t j = node->split & MLCI_NODE_FEATURE;
    const uint32_t *const set =
        e->sets + (e->first_set[tree] + (int64_t)node->value) * MLCI_SET_WORDS;
    const mlci_dictionary *const dictionary = dictionary_of(features, j);
    mlci_text text = mlci_text_init(e->root);
    for (int64_t c = e->first_code[j]; c < e->first_code[j + 1]; c++)
        if (e->bin_of_code[c] != 0 && mlci_set_has(set, e->bin_of_code[c]))
            append_category(dictionary, c - e->first_code[j], &text);
    if (text.length == 0 && !text.failed) return MLC_OK; /* missing values alone */
    const mlc_status status = mlci_text_take(&text, out, err);
    mlci_text_clear(&text);
    return status;
}

static int is_missing_left(const mlci_ensemble *e, int64_t tree, const mlci_tree_node *node)
{
    if (!(node->split & MLCI_NODE_CATEGORY)) return (node->split & MLCI_NODE_MISSING_LEFT) != 0;
    return mlci_set_has(e->sets + (e->first_set[tree] + (int64_t)node->value) * MLCI_SET_WORDS, 0);
}

static mlc_status fill_node(const mlci_ensemble *e, const mlci_features *features, int64_t tree,
                            int64_t i, char **names, const node_rows *rows, mlc_error *err)
{
    const mlci_tree_node *const node = &e->nodes[i];
    const int is_category = (node->split & MLCI_NODE_CATEGORY) != 0;
    rows->tree[i] = tree;
    rows->node[i] = i - e->first_node[tree];
    rows->gain[i] = e->gain[i];
    rows->cover[i] = e->cover[i];
    rows->threshold[i] = rows->value[i] = NAN;
    rows->left[i] = rows->right[i] = -1;
    if (node->left == 0) {
        rows->value[i] = node->value;
        return MLC_OK;
    }
    rows->left[i] = node->left;
    rows->right[i] = node->left + 1;
    rows->feature[i] = names[node->split & MLCI_NODE_FEATURE];
    rows->missing[i] = is_missing_left(e, tree, node) ? "left" : "right";
    if (is_category) return list_categories(e, tree, node, features, &rows->categories[i], err);
    rows->threshold[i] = node->value;
    return MLC_OK;
}

static void free_node_rows(node_rows *rows, int64_t n)
{
    void *const blocks[] = {rows->tree,  rows->node, rows->left,  rows->right,   rows->threshold,
                            rows->value, rows->gain, rows->cover, rows->feature, rows->missing};
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++)
        mlci_free(blocks[i]);
    free_names(rows->categories, n);
}

static int make_node_rows(mlci_root *root, int64_t n, node_rows *rows)
{
    int64_t **const integers[] = {&rows->tree, &rows->node, &rows->left, &rows->right};
    double **const reals[] = {&rows->threshold, &rows->value, &rows->gain, &rows->cover};
    int ok = 1;
    for (int i = 0; i < 4; i++) {
        *integers[i] = mlci_alloc(root, n, sizeof **integers[i]);
        *reals[i] = mlci_alloc(root, n, sizeof **reals[i]);
        ok &= *integers[i] != NULL && *reals[i] != NULL;
    }
    rows->feature = mlci_alloc(root, n, sizeof *rows->feature);
    rows->missing = mlci_alloc(root, n, sizeof *rows->missing);
    rows->categories = mlci_alloc(root, n, sizeof *rows->categories);
    return ok && rows->feature != NULL && rows->missing != NULL && rows->categories != NULL;
}

static mlc_status trees_table(mlci_root *root, const mlci_ensemble *e,
                              const mlci_features *features, mlci_table *table, mlc_error *err)
{
    const int64_t n = e->first_node[e->n_trees];
    node_rows rows = {0};
    char **names = NULL;
    mlc_status status = make_node_rows(root, n, &rows) ? make_names(root, e, features, &names, err)
                                                       : mlci_fail_memory(err, n, sizeof(double));
    for (int64_t t = 0; t < e->n_trees && status == MLC_OK; t++)
        for (int64_t i = e->first_node[t]; i < e->first_node[t + 1] && status == MLC_OK; i++)
            status = fill_node(e, features, t, i, names, &rows, err);
    if (status == MLC_OK) {
        mlci_table_integers(table, "tree", n, rows.tree);
        mlci_table_integers(table, "node", n, rows.node);
        mlci_table_texts(table, "feature", n, rows.feature);
        mlci_table_reals(table, "threshold", n, rows.threshold);
        mlci_table_texts(table, "categories", n, (const char *const *)rows.categories);
        mlci_table_texts(table, "missing", n, rows.missing);
        mlci_table_integers(table, "left", n, rows.left);
        mlci_table_integers(table, "right", n, rows.right);
        mlci_table_reals(table, "value", n, rows.value);
        mlci_table_reals(table, "gain", n, rows.gain);
        mlci_table_reals(table, "cover", n, rows.cover);
    }
    free_names(names, e->n_features);
    free_node_rows(&rows, n);
    return status;
}

mlc_status mlci_ensemble_table(mlc_context *call, const void *params, const void *state,
                               const char *name, const mlci_features *features,
                               const mlci_classes *classes, mlc_dataset **out, mlc_error *err)
{
    mlci_root *const root = mlci_context_root(call);
    const mlci_ensemble *const e = state;
    mlc_status status = MLC_OK;
    mlci_table table;
    mlci_table_init(&table, root);
    if (mlci_text_equal(name, (int64_t)strlen(name), "history"))
        status = history_table(root, e, &table, err);
    else if (mlci_text_equal(name, (int64_t)strlen(name), "importance"))
        status = importance_table(root, e, features, &table, err);
    else
        status = trees_table(root, e, features, &table, err);
    mlc_dataset *dataset = NULL;
    const mlc_status finished = mlci_table_finish(&table, &dataset, status == MLC_OK ? err : NULL);
    if (status == MLC_OK) status = finished;
    if (status != MLC_OK) {
        mlc_dataset_free(dataset);
        return status;
    }
    *out = dataset;
    return MLC_OK;
}
