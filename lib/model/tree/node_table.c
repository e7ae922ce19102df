/* The nodes of trees, as columns of a table. */
#include "node_table.h"

#include <math.h>
#include <string.h>

#include "text.h"

/* Columns of the table of nodes. */
typedef struct node_rows {
    int64_t *tree, *node, *left, *right;
    double *threshold;
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

static mlc_status list_categories(const mlci_node_view *view, int64_t tree,
                                  const mlci_tree_node *node, const mlci_features *features,
                                  char **out, mlc_error *err)
{
    const int64_t j = node->split & MLCI_NODE_FEATURE;
    const uint32_t *const set =
        view->sets + (view->first_set[tree] + (int64_t)node->value) * MLCI_SET_WORDS;
    const mlci_dictionary *const dictionary = dictionary_of(features, j);
    mlci_text text = mlci_text_init(view->root);
    const mlci_category_bins *const known = view->categories;
    for (int64_t c = 0; c < mlci_n_codes(known, j); c++) {
        const uint32_t bin = known->bin_of_code[known->first_code[j] + c];
        if (bin != 0 && mlci_set_has(set, bin)) append_category(dictionary, c, &text);
    }
    if (text.length == 0 && !text.failed) return MLC_OK; /* missing values alone */
    const mlc_status status = mlci_text_take(&text, out, err);
    mlci_text_clear(&text);
    return status;
}

static int is_missing_left(const mlci_node_view *view, int64_t tree, const mlci_tree_node *node)
{
    if (!(node->split & MLCI_NODE_CATEGORY)) return (node->split & MLCI_NODE_MISSING_LEFT) != 0;
    return mlci_set_has(
        view->sets + (view->first_set[tree] + (int64_t)node->value) * MLCI_SET_WORDS, 0);
}

static mlc_status fill_node(const mlci_node_view *view, const mlci_features *features, int64_t tree,
                            int64_t i, char **names, const node_rows *rows, mlc_error *err)
{
    const mlci_tree_node *const node = &view->nodes[i];
    const int is_category = (node->split & MLCI_NODE_CATEGORY) != 0;
    rows->tree[i] = tree;
    rows->node[i] = i - view->first_node[tree];
    rows->threshold[i] = NAN;
    rows->left[i] = rows->right[i] = -1;
    if (node->left == 0) return MLC_OK;
    rows->left[i] = node->left;
    rows->right[i] = node->left + 1;
    rows->feature[i] = names[node->split & MLCI_NODE_FEATURE];
    rows->missing[i] = is_missing_left(view, tree, node) ? "left" : "right";
    if (is_category) return list_categories(view, tree, node, features, &rows->categories[i], err);
    rows->threshold[i] = node->value;
    return MLC_OK;
}

static void free_node_rows(node_rows *rows, int64_t n)
{
    void *const blocks[] = {rows->tree,      rows->node,    rows->left,   rows->right,
                            rows->threshold, rows->feature, rows->missing};
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++)
        mlci_free((void *)blocks[i]);
    mlci_free_feature_names(rows->categories, n);
}

static int make_node_rows(mlci_root *root, int64_t n, node_rows *rows)
{
    int64_t **const integers[] = {&rows->tree, &rows->node, &rows->left, &rows->right};
    int ok = 1;
    for (int i = 0; i < 4; i++) {
        *integers[i] = mlci_alloc(root, n, sizeof **integers[i]);
        ok &= *integers[i] != NULL;
    }
    rows->threshold = mlci_alloc(root, n, sizeof *rows->threshold);
    rows->feature = mlci_alloc(root, n, sizeof *rows->feature);
    rows->missing = mlci_alloc(root, n, sizeof *rows->missing);
    rows->categories = mlci_alloc(root, n, sizeof *rows->categories);
    return ok && rows->threshold != NULL && rows->feature != NULL && rows->missing != NULL &&
           rows->categories != NULL;
}

mlc_status mlci_node_table(const mlci_node_view *view, const mlci_features *features,
                           mlci_table *table, mlc_error *err)
{
    const int64_t n = view->first_node[view->n_trees];
    node_rows rows = {0};
    char **names = NULL;
    mlc_status status =
        make_node_rows(view->root, n, &rows)
            ? mlci_feature_names(view->root, view->n_features, features, &names, err)
            : mlci_fail_memory(err, n, sizeof(double));
    for (int64_t t = 0; t < view->n_trees && status == MLC_OK; t++)
        for (int64_t i = view->first_node[t]; i < view->first_node[t + 1] && status == MLC_OK; i++)
            status = fill_node(view, features, t, i, names, &rows, err);
    if (status == MLC_OK) {
        mlci_table_integers(table, "tree", n, rows.tree);
        mlci_table_integers(table, "node", n, rows.node);
        mlci_table_texts(table, "feature", n, rows.feature);
        mlci_table_reals(table, "threshold", n, rows.threshold);
        mlci_table_texts(table, "categories", n, (const char *const *)rows.categories);
        mlci_table_texts(table, "missing", n, rows.missing);
        mlci_table_integers(table, "left", n, rows.left);
        mlci_table_integers(table, "right", n, rows.right);
    }
    mlci_free_feature_names(names, view->n_features);
    free_node_rows(&rows, n);
    return status;
}
