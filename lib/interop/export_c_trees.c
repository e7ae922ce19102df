/* A node has a value (a threshold, the first word of a set, what a leaf adds), a split (4 times the
 * feature, 2: categories, 1: missing values go left) and the distance to its left child, 0 in a
 * leaf. Right children come after left ones. Each array has the narrowest type that holds it. */
#include "export_c_trees.h"

/* How many words the sets of a feature have. */
static int64_t words_of(const mlci_category_bins *c, int64_t feature)
{
    const uint32_t most = mlci_category_bins_most(c, feature);
    return (most > (uint32_t)c->unseen_bin ? most : (uint32_t)c->unseen_bin) / 32 + 1;
}

static int64_t n_nodes_of(const mlci_node_view *t)
{
    return t->first_node[t->n_trees];
}

static int64_t feature_of(const mlci_tree_node *node)
{
    return node->split & MLCI_NODE_FEATURE;
}

static int is_set(const mlci_tree_node *node)
{
    return node->left != 0 && (node->split & MLCI_NODE_CATEGORY) != 0;
}

/* ---- nodes -------------------------------------------------------------------------------- */

static void put_values(mlci_c_source *c, const mlci_node_view *t)
{
    int64_t n_words = 0;
    mlci_c_open_array(c, "double", "value");
    for (int64_t i = 0; i < n_nodes_of(t); i++) {
        if (is_set(&t->nodes[i])) {
            mlci_c_real(c, (double)n_words);
            n_words += words_of(t->categories, feature_of(&t->nodes[i]));
        } else {
            mlci_c_real(c, t->nodes[i].value);
        }
    }
    mlci_c_close_array(c);
}

static void put_splits(mlci_c_source *c, const mlci_node_view *t)
{
    mlci_c_open_array(c, mlci_c_unsigned(4 * t->n_features), "split");
    for (int64_t i = 0; i < n_nodes_of(t); i++) {
        const mlci_tree_node *const node = &t->nodes[i];
        const int64_t flags = node->left == 0                               ? 0
                              : (node->split & MLCI_NODE_CATEGORY) != 0     ? 2
                              : (node->split & MLCI_NODE_MISSING_LEFT) != 0 ? 1
                                                                            : 0;
        mlci_c_integer(c, node->left == 0 ? 0 : 4 * feature_of(node) + flags);
    }
    mlci_c_close_array(c);
}

static void put_children(mlci_c_source *c, const mlci_node_view *t)
{
    int64_t most = 0;
    for (int pass = 0; pass < 2; pass++) {
        if (pass == 1) mlci_c_open_array(c, mlci_c_unsigned(most), "left");
        for (int64_t k = 0; k < t->n_trees; k++) {
            for (int64_t i = t->first_node[k]; i < t->first_node[k + 1]; i++) {
                const int64_t left = t->nodes[i].left;
                const int64_t distance = left == 0 ? 0 : left - (i - t->first_node[k]);
                most = distance > most ? distance : most;
                if (pass == 1) mlci_c_integer(c, distance);
            }
        }
    }
    mlci_c_close_array(c);
    mlci_c_open_array(c, "uint32_t", "root");
    for (int64_t k = 0; k < t->n_trees; k++)
        mlci_c_integer(c, t->first_node[k]);
    mlci_c_close_array(c);
}

/* ---- categories --------------------------------------------------------------------------- */

static void put_sets(mlci_c_source *c, const mlci_node_view *t)
{
    mlci_c_open_array(c, "uint32_t", "set");
    for (int64_t k = 0; k < t->n_trees; k++) {
        for (int64_t i = t->first_node[k]; i < t->first_node[k + 1]; i++) {
            if (!is_set(&t->nodes[i])) continue;
            const int64_t set = t->first_set[k] + (int64_t)t->nodes[i].value;
            for (int64_t w = 0; w < words_of(t->categories, feature_of(&t->nodes[i])); w++)
                mlci_c_integer(c, t->sets[set * MLCI_SET_WORDS + w]);
        }
    }
    mlci_c_close_array(c);
}

static void put_bins(mlci_c_source *c, const mlci_node_view *t)
{
    const mlci_category_bins *const bins = t->categories;
    const int64_t n_codes = bins->first_code[t->n_features];
    int64_t most = 0;
    for (int64_t i = 0; i < n_codes; i++)
        most = bins->bin_of_code[i] > most ? bins->bin_of_code[i] : most;
    mlci_c_open_array(c, mlci_c_unsigned(n_codes), "first_code");
    for (int64_t j = 0; j <= t->n_features; j++)
        mlci_c_integer(c, bins->first_code[j]);
    mlci_c_close_array(c);
    mlci_c_open_array(c, mlci_c_unsigned(most), "bin");
    for (int64_t i = 0; i < n_codes; i++)
        mlci_c_integer(c, bins->bin_of_code[i]);
    mlci_c_close_array(c);
    mlci_c_define(c, "UNSEEN_BIN", bins->unseen_bin);
}

/* ---- code --------------------------------------------------------------------------------- */

static const char membership[] =
    "\n/* Is a category, given by its code, in the set that starts there? */\n"
    "static int @_has(uint32_t first, uint32_t feature, double x)\n"
    "{\n"
    "    const uint32_t place = @_first_code[feature];\n"
    "    const uint32_t n = (uint32_t)@_first_code[feature + 1] - place;\n"
    "    uint32_t bin = x != x ? 0 : $_UNSEEN_BIN;\n"
    "    if (x > -1 && x < (double)n) bin = @_bin[place + (uint32_t)x];\n"
    "    return (int)(@_set[first + bin / 32] >> (bin % 32) & 1);\n"
    "}\n";

static const char walk_start[] =
    "\n/* The node that a row ends in. */\n"
    "static uint32_t @_leaf(uint32_t tree, const double *x)\n"
    "{\n"
    "    uint32_t node = @_root[tree];\n"
    "    while (@_left[node] != 0) {\n"
    "        const uint32_t split = @_split[node];\n"
    "        const double v = @_number(x, split / 4);\n"
    "        int left = v != v ? (int)(split & 1) : v <= @_value[node];\n";

static const char walk_set[] =
    "        if ((split & 2) != 0)\n"
    "            left = @_has((uint32_t)@_value[node], split / 4, x[split / 4]);\n";

static const char walk_end[] = "        node += @_left[node] + (left ? 0u : 1u);\n"
                               "    }\n"
                               "    return node;\n"
                               "}\n";

/* How a number is read. */
static void put_number(mlci_c_source *c, const mlci_features *features)
{
    if (!features->zero_is_missing) {
        mlci_c_put(c, "\n#define @_number(x, j) ((x)[j])\n");
        return;
    }
    mlci_c_put(c, "\n/* Zeros are missing values. */\n"
                  "static double @_number(const double *x, uint32_t j)\n"
                  "{\n"
                  "    return x[j] >= -1.0000000180025095e-35 && x[j] <= 1.0000000180025095e-35 "
                  "? NAN : x[j];\n"
                  "}\n");
}

void mlci_c_put_trees(mlci_c_source *c, const mlci_node_view *t, const mlci_features *features)
{
    int has_sets = 0;
    for (int64_t i = 0; i < n_nodes_of(t) && !has_sets; i++)
        has_sets = is_set(&t->nodes[i]);
    mlci_c_put(c,
               "/* Nodes: a threshold, the first word of a set or what a leaf adds; 4 times the\n"
               " * feature, and 2: categories, 1: missing values go left; how far its left child "
               "is,\n"
               " * with the right one after it, 0: a leaf. */\n");
    put_values(c, t);
    put_splits(c, t);
    put_children(c, t);
    if (has_sets) {
        mlci_c_put(c, "\n/* Categories that go left, as bits; the bit of each code. */\n");
        put_sets(c, t);
        put_bins(c, t);
        mlci_c_put(c, membership);
    }
    put_number(c, features);
    mlci_c_put(c, walk_start);
    if (has_sets) mlci_c_put(c, walk_set);
    mlci_c_put(c, walk_end);
}

/* ---- leaves that are linear --------------------------------------------------------------- */

static const char line[] =
    "\n/* The value of a leaf: its line where it has one that is finite. */\n"
    "static double @_line(uint32_t leaf, const double *x)\n"
    "{\n"
    "    const uint32_t first = @_first_term[leaf], end = @_first_term[leaf + 1];\n"
    "    double value = @_intercept[leaf];\n"
    "    uint32_t i;\n"
    "    if (first == end) return @_value[leaf];\n"
    "    for (i = first; i < end; i++) {\n"
    "        const double term = @_factor[i] * @_number(x, @_term[i]);\n"
    "        value += term;\n"
    "    }\n"
    "    return value >= -DBL_MAX && value <= DBL_MAX ? value : @_value[leaf];\n"
    "}\n";

void mlci_c_put_lines(mlci_c_source *c, const mlci_leaf_terms *terms, int64_t n_nodes,
                      const mlci_features *features)
{
    mlci_c_put(c, "\n/* Leaves that are linear: where their terms start, and the terms. */\n");
    mlci_c_open_array(c, mlci_c_unsigned(terms->n_terms), "first_term");
    for (int64_t i = 0; i <= n_nodes; i++)
        mlci_c_integer(c, terms->first[i]);
    mlci_c_close_array(c);
    mlci_c_open_array(c, "double", "intercept");
    for (int64_t i = 0; i < n_nodes; i++)
        mlci_c_real(c, terms->intercept[i]);
    mlci_c_close_array(c);
    mlci_c_open_array(c, mlci_c_unsigned(features->n_features), "term");
    for (int64_t i = 0; i < terms->n_terms; i++)
        mlci_c_integer(c, terms->feature[i]);
    mlci_c_close_array(c);
    mlci_c_open_array(c, "double", "factor");
    for (int64_t i = 0; i < terms->n_terms; i++)
        mlci_c_real(c, terms->factor[i]);
    mlci_c_close_array(c);
    mlci_c_put(c, line);
}
