/* A tree of an XGBoost document: parallel arrays over nodes, of which some may be deleted ones that
 * no node leads to. */
#include <string.h>

#include "xgboost.h"

static const char *const integer_fields[MLCI_XGBOOST_N_INTEGERS] = {
    "left_children",    "right_children",      "split_indices",    "default_left", "split_type",
    "categories_nodes", "categories_segments", "categories_sizes", "categories"};

static const char *const float_fields[MLCI_XGBOOST_N_FLOATS] = {
    "split_conditions", "loss_changes", "sum_hessian", "base_weights", "leaf_weights"};

static mlc_status fail_tree(const mlci_xgboost *x, const char *field, const char *what,
                            mlc_error *err)
{
    return mlci_foreign_fail(x->model, err, field, "tree %lld: %s: %s", (long long)x->n_trees,
                             field, what);
}

static mlc_status fail_node(const mlci_xgboost *x, int64_t node, const char *field,
                            const char *what, mlc_error *err)
{
    return mlci_foreign_fail(x->model, err, field, "tree %lld, node %lld: %s: %s",
                             (long long)x->n_trees, (long long)node, field, what);
}

/* ---- reading ------------------------------------------------------------------------------ */

static mlc_status read_param(mlci_xgboost *x, mlc_error *err)
{
    mlci_document *const d = &x->document;
    int more = 0;
    MLCI_TRY(mlci_document_enter(d, "tree_param", MLCI_JSON_OBJECT, err));
    for (;;) {
        MLCI_TRY(mlci_document_key(d, &more, err));
        if (!more) return MLC_OK;
        if (mlci_document_is(d, "num_nodes"))
            MLCI_TRY(mlci_document_integer(d, "num_nodes", &x->tree.n_nodes, err));
        else if (mlci_document_is(d, "size_leaf_vector"))
            MLCI_TRY(mlci_document_integer(d, "size_leaf_vector", &x->tree.n_leaf_values, err));
        else
            MLCI_TRY(mlci_document_skip(d, err));
    }
}

static mlc_status read_field(mlci_xgboost *x, mlc_error *err)
{
    mlci_xgboost_tree *const t = &x->tree;
    mlci_document *const d = &x->document;
    if (mlci_document_is(d, "tree_param")) return read_param(x, err);
    for (int i = 0; i < MLCI_XGBOOST_N_INTEGERS; i++) {
        if (!mlci_document_is(d, integer_fields[i])) continue;
        t->has_integers[i] = 1;
        return mlci_document_integers(d, integer_fields[i], &t->integers[i], err);
    }
    for (int i = 0; i < MLCI_XGBOOST_N_FLOATS; i++) {
        if (!mlci_document_is(d, float_fields[i])) continue;
        t->has_floats[i] = 1;
        return mlci_document_floats(d, float_fields[i], &t->floats[i], err);
    }
    return mlci_document_skip(d, err);
}

static mlc_status read_fields(mlci_xgboost *x, mlc_error *err)
{
    mlci_xgboost_tree *const t = &x->tree;
    int more = 0;
    memset(t->has_integers, 0, sizeof t->has_integers);
    memset(t->has_floats, 0, sizeof t->has_floats);
    t->n_nodes = -1;
    t->n_leaf_values = 1;
    for (;;) {
        MLCI_TRY(mlci_document_key(&x->document, &more, err));
        if (!more) return MLC_OK;
        MLCI_TRY(read_field(x, err));
    }
}

/* ---- checks ------------------------------------------------------------------------------- */

static mlc_status check_length(const mlci_xgboost *x, const char *field, int has, int64_t n,
                               int is_needed, mlc_error *err)
{
    if (!has) return is_needed ? fail_tree(x, field, "it is missing", err) : MLC_OK;
    if (n == x->tree.integers[MLCI_XGBOOST_LEFT].n) return MLC_OK;
    return fail_tree(x, field, "it has not one element a node", err);
}

/* Arrays that have an element a node. */
static mlc_status check_lengths(const mlci_xgboost *x, mlc_error *err)
{
    const mlci_xgboost_tree *const t = &x->tree;
    const int64_t n = t->integers[MLCI_XGBOOST_LEFT].n;
    for (int i = 0; i <= MLCI_XGBOOST_SPLIT_TYPE; i++)
        MLCI_TRY(check_length(x, integer_fields[i], t->has_integers[i], t->integers[i].n,
                              i < MLCI_XGBOOST_SPLIT_TYPE, err));
    for (int i = 0; i <= MLCI_XGBOOST_COVER; i++)
        MLCI_TRY(check_length(x, float_fields[i], t->has_floats[i], t->floats[i].n,
                              i == MLCI_XGBOOST_CONDITION, err));
    if (n < 1 || n > INT32_MAX) return fail_tree(x, "left_children", "it has no nodes", err);
    if (t->n_nodes >= 0 && t->n_nodes != n)
        return fail_tree(x, "num_nodes", "it is not the number of nodes", err);
    return MLC_OK;
}

/* Leaves of several values have them in an array of their own. */
static mlc_status check_leaf_values(mlci_xgboost *x, mlc_error *err)
{
    mlci_xgboost_tree *const t = &x->tree;
    const int own = t->has_floats[MLCI_XGBOOST_LEAF_WEIGHTS];
    const int64_t n = t->integers[MLCI_XGBOOST_LEFT].n;
    if (t->n_leaf_values < 1) t->n_leaf_values = 1; /* 0 to release 2 */
    if (x->n_trees > 0 && t->n_leaf_values != x->n_leaf_values)
        return fail_tree(x, "size_leaf_vector", "it is not that of the trees before", err);
    x->n_leaf_values = t->n_leaf_values;
    if (t->n_leaf_values == 1) return MLC_OK;
    if (t->n_leaf_values > MLCI_MAX_LOADED_CLASSES)
        return fail_tree(x, "size_leaf_vector", "it is larger than 32768", err);
    const mlci_floats *const values =
        &t->floats[own ? MLCI_XGBOOST_LEAF_WEIGHTS : MLCI_XGBOOST_BASE_WEIGHTS];
    const char *const field = own ? "leaf_weights" : "base_weights";
    if (!own && !t->has_floats[MLCI_XGBOOST_BASE_WEIGHTS])
        return fail_tree(x, field, "it is missing", err);
    if (values->n % t->n_leaf_values != 0 || (!own && values->n / t->n_leaf_values != n))
        return fail_tree(x, field, "it has not size_leaf_vector values a leaf", err);
    return MLC_OK;
}

static mlc_status make_room(mlci_xgboost *x, mlc_error *err)
{
    mlci_xgboost_tree *const t = &x->tree;
    const int64_t n = t->integers[MLCI_XGBOOST_LEFT].n;
    if (n > t->capacity) {
        mlci_root *const root = x->model->root;
        mlci_free(t->queue);
        mlci_free(t->set_of_node);
        mlci_free(t->seen);
        t->capacity = 0;
        t->queue = mlci_alloc_raw(root, n, sizeof *t->queue);
        t->set_of_node = mlci_alloc_raw(root, n, sizeof *t->set_of_node);
        t->seen = mlci_alloc_raw(root, n, 1);
        if (t->queue == NULL || t->set_of_node == NULL || t->seen == NULL)
            return mlci_fail_memory(err, n, 9);
        t->capacity = n;
    }
    memset(t->seen, 0, (size_t)n);
    for (int64_t i = 0; i < n; i++)
        t->set_of_node[i] = -1;
    return MLC_OK;
}

/* Set k belongs to node categories_nodes[k]; the sets lie one after another. */
static mlc_status place_sets(mlci_xgboost *x, mlc_error *err)
{
    mlci_xgboost_tree *const t = &x->tree;
    const mlci_integers *const nodes = &t->integers[MLCI_XGBOOST_SET_NODES];
    const mlci_integers *const starts = &t->integers[MLCI_XGBOOST_SET_STARTS];
    const mlci_integers *const sizes = &t->integers[MLCI_XGBOOST_SET_SIZES];
    const mlci_integers *const categories = &t->integers[MLCI_XGBOOST_CATEGORIES];
    int64_t end = 0;
    if (!t->has_integers[MLCI_XGBOOST_SET_NODES]) return MLC_OK;
    if (!t->has_integers[MLCI_XGBOOST_SET_STARTS] || starts->n != nodes->n ||
        !t->has_integers[MLCI_XGBOOST_SET_SIZES] || sizes->n != nodes->n ||
        !t->has_integers[MLCI_XGBOOST_CATEGORIES])
        return fail_tree(x, "categories_nodes", "it does not fit the other arrays of categories",
                         err);
    for (int64_t k = 0; k < nodes->n; k++) {
        const int64_t node = nodes->at[k], first = starts->at[k], size = sizes->at[k];
        if (node < 0 || node >= t->integers[MLCI_XGBOOST_LEFT].n || t->set_of_node[node] >= 0)
            return fail_tree(x, "categories_nodes", "a node is not in the tree, or there twice",
                             err);
        if (first < end || first > categories->n || size < 0 || size > categories->n - first)
            return fail_node(x, node, "categories_segments",
                             "its categories are not in the array, one node's after another's",
                             err);
        end = first + size;
        t->set_of_node[node] = (int32_t)k;
    }
    return MLC_OK;
}

/* ---- nodes -------------------------------------------------------------------------------- */

static mlc_status add_set(mlci_xgboost *x, int64_t node, int32_t *set, mlc_error *err)
{
    const mlci_xgboost_tree *const t = &x->tree;
    const int32_t k = t->set_of_node[node];
    if (k < 0) return fail_node(x, node, "categories_nodes", "it does not have this node", err);
    const int64_t n = t->integers[MLCI_XGBOOST_SET_SIZES].at[k];
    const int64_t *const from =
        t->integers[MLCI_XGBOOST_CATEGORIES].at + t->integers[MLCI_XGBOOST_SET_STARTS].at[k];
    int32_t *members = NULL;
    if (x->model->n_sets > 0 &&
        n > x->model->settings->max_nodes - x->model->first_member[x->model->n_sets])
        return mlci_foreign_refuse(x->model, err, MLC_ERROR_LIMIT, "max_nodes",
                                   "its splits have more categories than max_nodes = %lld of the "
                                   "import settings",
                                   (long long)x->model->settings->max_nodes);
    MLCI_TRY(mlci_foreign_add_set(x->model, n, &members, set, err));
    for (int64_t i = 0; i < n; i++) {
        if (from[i] < 0 || from[i] > INT32_MAX)
            return fail_node(x, node, "categories", "it has a category that is no code", err);
        members[i] = (int32_t)from[i];
    }
    return MLC_OK;
}

/* A child, or one that the tree does not have, which is found out when the tree is walked. */
static int32_t child_of(int64_t child)
{
    return child >= 0 && child <= INT32_MAX ? (int32_t)child : -1;
}

static mlc_status fill_split(mlci_xgboost *x, int64_t i, mlci_foreign_node *node, mlc_error *err)
{
    const mlci_xgboost_tree *const t = &x->tree;
    const int64_t feature = t->integers[MLCI_XGBOOST_FEATURE].at[i];
    const int64_t type =
        t->has_integers[MLCI_XGBOOST_SPLIT_TYPE] ? t->integers[MLCI_XGBOOST_SPLIT_TYPE].at[i] : 0;
    if (feature < 0 || feature > INT32_MAX)
        return fail_node(x, i, "split_indices", "it splits by a feature that there is not", err);
    if (type != 0 && type != 1)
        return fail_node(x, i, "split_type", "it is neither 0, numbers, nor 1, categories", err);
    node->feature = (int32_t)feature;
    node->left = child_of(t->integers[MLCI_XGBOOST_LEFT].at[i]);
    node->right = child_of(t->integers[MLCI_XGBOOST_RIGHT].at[i]);
    node->missing =
        t->integers[MLCI_XGBOOST_DEFAULT_LEFT].at[i] != 0 ? MLCI_MISSING_LEFT : MLCI_MISSING_RIGHT;
    node->value = (double)t->floats[MLCI_XGBOOST_CONDITION].at[i];
    node->gain = t->has_floats[MLCI_XGBOOST_GAIN] ? (double)t->floats[MLCI_XGBOOST_GAIN].at[i] : 0;
    return type == 1 ? add_set(x, i, &node->set, err) : MLC_OK;
}

/* Value k of a leaf. */
static mlc_status fill_leaf(const mlci_xgboost *x, int64_t i, int64_t k, mlci_foreign_node *node,
                            mlc_error *err)
{
    const mlci_xgboost_tree *const t = &x->tree;
    const mlci_floats *const own = &t->floats[MLCI_XGBOOST_LEAF_WEIGHTS];
    const int64_t n = t->n_leaf_values;
    if (n == 1) {
        node->value = (double)t->floats[MLCI_XGBOOST_CONDITION].at[i];
    } else if (!t->has_floats[MLCI_XGBOOST_LEAF_WEIGHTS]) {
        node->value = (double)t->floats[MLCI_XGBOOST_BASE_WEIGHTS].at[i * n + k];
    } else {
        const int64_t leaf = t->integers[MLCI_XGBOOST_RIGHT].at[i];
        if (leaf < 0 || leaf >= own->n / n)
            return fail_node(x, i, "leaf_weights", "it does not have this leaf", err);
        node->value = (double)own->at[leaf * n + k];
    }
    return MLC_OK;
}

/* Nodes that can be reached; children that are not in the tree, or there twice, are left to the
 * walk that makes an ensemble. */
static int64_t find_nodes(mlci_xgboost_tree *t)
{
    const int64_t n = t->integers[MLCI_XGBOOST_LEFT].n;
    int64_t reached = 1;
    t->queue[0] = 0;
    t->seen[0] = 1;
    for (int64_t i = 0; i < reached; i++) {
        const int32_t node = t->queue[i];
        const int64_t children[] = {t->integers[MLCI_XGBOOST_LEFT].at[node],
                                    t->integers[MLCI_XGBOOST_RIGHT].at[node]};
        if (children[0] == -1) continue;
        for (int k = 0; k < 2; k++) {
            if (children[k] < 0 || children[k] >= n || t->seen[children[k]]) continue;
            t->seen[children[k]] = 1;
            t->queue[reached++] = (int32_t)children[k];
        }
    }
    return reached;
}

/* Each leaf has values of its own, so that the tree is not larger than what the file has. */
static mlc_status check_leaves(const mlci_xgboost *x, int64_t n_reached, mlc_error *err)
{
    const mlci_xgboost_tree *const t = &x->tree;
    if (t->n_leaf_values == 1 || !t->has_floats[MLCI_XGBOOST_LEAF_WEIGHTS] ||
        t->floats[MLCI_XGBOOST_LEAF_WEIGHTS].n / t->n_leaf_values >= (n_reached + 1) / 2)
        return MLC_OK;
    return fail_tree(x, "leaf_weights", "it has fewer leaves than the tree", err);
}

static mlc_status add_tree(mlci_xgboost *x, int64_t n_reached, int64_t k, mlc_error *err)
{
    const mlci_xgboost_tree *const t = &x->tree;
    mlci_foreign_node *nodes = NULL;
    MLCI_TRY(
        mlci_foreign_add_tree(x->model, (int32_t)k, t->integers[MLCI_XGBOOST_LEFT].n, &nodes, err));
    for (int64_t j = 0; j < n_reached; j++) {
        const int64_t i = t->queue[j];
        if (t->has_floats[MLCI_XGBOOST_COVER])
            nodes[i].cover = (double)t->floats[MLCI_XGBOOST_COVER].at[i];
        if (t->integers[MLCI_XGBOOST_LEFT].at[i] == -1)
            MLCI_TRY(fill_leaf(x, i, k, &nodes[i], err));
        else
            MLCI_TRY(fill_split(x, i, &nodes[i], err));
    }
    return MLC_OK;
}

mlc_status mlci_xgboost_read_tree(mlci_xgboost *x, mlc_error *err)
{
    MLCI_TRY(read_fields(x, err));
    MLCI_TRY(check_lengths(x, err));
    MLCI_TRY(check_leaf_values(x, err));
    MLCI_TRY(make_room(x, err));
    MLCI_TRY(place_sets(x, err));
    const int64_t n_reached = find_nodes(&x->tree);
    MLCI_TRY(check_leaves(x, n_reached, err));
    for (int64_t k = 0; k < x->n_leaf_values; k++)
        MLCI_TRY(add_tree(x, n_reached, k, err));
    x->n_trees++;
    return MLC_OK;
}

void mlci_xgboost_tree_clear(mlci_xgboost_tree *t)
{
    for (int i = 0; i < MLCI_XGBOOST_N_INTEGERS; i++)
        mlci_free(t->integers[i].at);
    for (int i = 0; i < MLCI_XGBOOST_N_FLOATS; i++)
        mlci_free(t->floats[i].at);
    mlci_free(t->queue);
    mlci_free(t->set_of_node);
    mlci_free(t->seen);
}
