/* Cuts of isolation trees.
 *
 * By one feature (Liu, Ting, Zhou 2008): a feature that varies in the node, and a threshold
 * uniform between its least and largest value there. Categories go to a random side each, those
 * that the node does not have too. Extended (Hariri, Carrasco Kind, Brunner 2019): a plane with
 * normal factors through a uniform point of the node's box; features are measured by their ranges
 * in the sample, so that units do not matter, and a missing value stands at the point.
 *
 * O(rows) a feature looked at. */
#include "isolation_cut.h"

#include <math.h>
#include <string.h>

#include "kernels.h"

#define MOST_REDRAWS 16 /* of planes that part nothing */

#define LANES 4 /* of a range: a comparison waits for the one before in its lane */

typedef struct lane {
    double low, high;
    int64_t n_missing;
} lane;

static inline double value_of(const mlci_isolation_tree *tree, int32_t member, int32_t feature)
{
    return tree->x[member * tree->n_features + feature];
}

static inline void note_value(lane *l, double v)
{
    l->n_missing += v != v;
    l->low = v < l->low ? v : l->low;
    l->high = v > l->high ? v : l->high;
}

int64_t mlci_isolation_range(const mlci_isolation_tree *tree, const int32_t *members, int64_t n,
                             int32_t feature, double *low, double *high)
{
    lane lanes[LANES];
    int64_t i = 0, n_missing = 0;
    for (int32_t l = 0; l < LANES; l++)
        lanes[l] = (lane){INFINITY, -INFINITY, 0};
    for (; i + LANES <= n; i += LANES)
        for (int32_t l = 0; l < LANES; l++)
            note_value(&lanes[l], value_of(tree, members[i + l], feature));
    for (; i < n; i++)
        note_value(&lanes[0], value_of(tree, members[i], feature));
    *low = INFINITY;
    *high = -INFINITY;
    for (int32_t l = 0; l < LANES; l++) {
        *low = lanes[l].low < *low ? lanes[l].low : *low;
        *high = lanes[l].high > *high ? lanes[l].high : *high;
        n_missing += lanes[l].n_missing;
    }
    return n_missing;
}

/* At least low and below high. */
static double uniform_between(mlci_cart_draws *draws, double low, double high)
{
    const double u = mlci_cart_draw_unit(draws), t = low * (1 - u) + high * u;
    return t >= low && t < high ? t : low;
}

/* Marsaglia's polar method (1964). */
static double draw_normal(mlci_cart_draws *draws)
{
    for (;;) {
        const double u = 2 * mlci_cart_draw_unit(draws) - 1, v = 2 * mlci_cart_draw_unit(draws) - 1;
        const double s = u * u + v * v;
        if (s > 0 && s < 1) return u * sqrt(-2 * mlci_ln(s) / s);
    }
}

/* The i-th of a random order of the tree's features; the others were drawn before. */
static int32_t draw_feature(const mlci_isolation_tree *tree, int32_t i, mlci_cart_draws *draws)
{
    const uint32_t left = (uint32_t)(tree->max_features - i);
    const uint32_t j = (uint32_t)i + mlci_cart_draw_below(draws, left);
    const int32_t feature = tree->features[j];
    tree->features[j] = tree->features[i];
    tree->features[i] = feature;
    return feature;
}

/* Parts members stably; returns how many go left. goes_left(tree, node, member) */
typedef int (*side_fn)(const mlci_isolation_tree *tree, const mlci_tree_node *node, int32_t member);

static inline int64_t part(const mlci_isolation_tree *tree, int32_t *members, int64_t n,
                           const mlci_tree_node *node, side_fn goes_left)
{
    int64_t n_left = 0, n_right = 0;
    for (int64_t i = 0; i < n; i++) {
        const int32_t member = members[i];
        const int left = goes_left(tree, node, member);
        members[n_left] = member;
        tree->parted[n_right] = member;
        n_left += left;
        n_right += !left;
    }
    memcpy(members + n_left, tree->parted, (size_t)n_right * sizeof *members);
    return n_left;
}

/* ---- by one feature ----------------------------------------------------------------------- */

/* Bins that the members have. */
static void note_bins(const mlci_isolation_tree *tree, const int32_t *members, int64_t n,
                      int32_t feature, uint32_t present[MLCI_SET_WORDS])
{
    memset(present, 0, MLCI_SET_WORDS * sizeof *present);
    for (int64_t i = 0; i < n; i++)
        mlci_set_add(present, mlci_category_bin(tree->categories, feature,
                                                value_of(tree, members[i], feature)));
}

/* Does a set have some of those that are present, but not all? */
static int parts_bins(const uint32_t *set, const uint32_t *present)
{
    uint32_t left = 0, right = 0;
    for (int32_t k = 0; k < MLCI_SET_WORDS; k++) {
        left |= present[k] & set[k];
        right |= present[k] & ~set[k];
    }
    return left != 0 && right != 0;
}

static int has_two(const uint32_t *present)
{
    int32_t n = 0;
    for (int32_t k = 0; k < MLCI_SET_WORDS; k++)
        n += __builtin_popcount(present[k]);
    return n >= 2;
}

static inline int set_has_category(const mlci_isolation_tree *tree, const mlci_tree_node *node,
                                   int32_t member)
{
    const int32_t j = (int32_t)(node->split & MLCI_NODE_FEATURE);
    return mlci_set_has(tree->sets + tree->n_sets * MLCI_SET_WORDS,
                        mlci_category_bin(tree->categories, j, value_of(tree, member, j))) != 0;
}

/* Draws until the set parts what is present: twice on average at most. */
static int64_t cut_category(mlci_isolation_tree *tree, int32_t *members, int64_t n, int32_t feature,
                            mlci_cart_draws *draws, mlci_tree_node *node)
{
    uint32_t present[MLCI_SET_WORDS];
    uint32_t *const set = tree->sets + tree->n_sets * MLCI_SET_WORDS;
    note_bins(tree, members, n, feature, present);
    if (!has_two(present)) return 0;
    do {
        for (int32_t k = 0; k < MLCI_SET_WORDS; k++)
            set[k] = mlci_cart_draw_word(draws);
    } while (!parts_bins(set, present));
    node->split = (uint32_t)feature | MLCI_NODE_CATEGORY;
    node->value = (double)tree->n_sets;
    const int64_t n_left = part(tree, members, n, node, set_has_category);
    /* Missing values that the node does not have go with more rows. */
    if (!mlci_set_has(present, 0)) {
        set[0] &= ~UINT32_C(1);
        if (2 * n_left > n) mlci_set_add(set, 0);
    }
    tree->n_sets++;
    return n_left;
}

static inline int is_at_most(const mlci_isolation_tree *tree, const mlci_tree_node *node,
                             int32_t member)
{
    return value_of(tree, member, (int32_t)(node->split & MLCI_NODE_FEATURE)) <= node->value;
}

static inline int is_at_most_or_missing(const mlci_isolation_tree *tree, const mlci_tree_node *node,
                                        int32_t member)
{
    return !(value_of(tree, member, (int32_t)(node->split & MLCI_NODE_FEATURE)) > node->value);
}

static int64_t cut_number(mlci_isolation_tree *tree, int32_t *members, int64_t n, int32_t feature,
                          mlci_cart_draws *draws, mlci_tree_node *node)
{
    double low, high;
    const int64_t n_missing = mlci_isolation_range(tree, members, n, feature, &low, &high);
    if (!(low < high)) return 0;
    node->split = (uint32_t)feature;
    node->value = uniform_between(draws, low, high);
    if (n_missing > 0 && mlci_cart_draw_below(draws, 2) == 1) node->split |= MLCI_NODE_MISSING_LEFT;
    const int64_t n_left = (node->split & MLCI_NODE_MISSING_LEFT) != 0
                               ? part(tree, members, n, node, is_at_most_or_missing)
                               : part(tree, members, n, node, is_at_most);
    if (n_missing == 0 && 2 * n_left > n) node->split |= MLCI_NODE_MISSING_LEFT;
    return n_left;
}

static int64_t cut_feature(mlci_isolation_tree *tree, int32_t *members, int64_t n,
                           mlci_cart_draws *draws, mlci_tree_node *node)
{
    int64_t n_left = 0;
    for (int32_t i = 0; i < tree->max_features && n_left == 0; i++) {
        const int32_t j = draw_feature(tree, i, draws);
        n_left = mlci_n_codes(tree->categories, j) > 0
                     ? cut_category(tree, members, n, j, draws, node)
                     : cut_number(tree, members, n, j, draws, node);
    }
    return n_left;
}

/* ---- by a plane --------------------------------------------------------------------------- */

static void draw_term(const mlci_isolation_tree *tree, int32_t feature, double low, double high,
                      mlci_cart_draws *draws, mlci_plane_term *term)
{
    const double range = tree->range[feature];
    const double factor = range > 0 ? draw_normal(draws) / range : 0;
    *term = (mlci_plane_term){isfinite(factor) ? factor : 0, 0, feature};
    if (low < high) term->origin = uniform_between(draws, low, high);
    if (low == high) term->origin = low;
    if (!isfinite(term->origin)) *term = (mlci_plane_term){0, 0, feature};
}

/* Features that vary in the node come first: a plane of others would part nothing. Those make up
 * the number, for rows to come. Returns how many vary. */
static int32_t draw_plane(mlci_isolation_tree *tree, const int32_t *members, int64_t n,
                          mlci_cart_draws *draws)
{
    mlci_plane_term *const terms = tree->terms + tree->n_planes * tree->n_terms;
    int32_t n_varying = 0, k = 0;
    double low, high;
    for (int32_t i = 0; i < tree->max_features && n_varying < tree->n_terms; i++) {
        const int32_t feature = draw_feature(tree, i, draws);
        mlci_isolation_range(tree, members, n, feature, &low, &high);
        if (low < high) draw_term(tree, feature, low, high, draws, &terms[n_varying++]);
    }
    k = n_varying;
    for (int32_t i = 0; i < tree->max_features && k < tree->n_terms; i++) {
        mlci_isolation_range(tree, members, n, tree->features[i], &low, &high);
        if (!(low < high)) draw_term(tree, tree->features[i], low, high, draws, &terms[k++]);
    }
    return n_varying;
}

static inline int is_below_plane(const mlci_isolation_tree *tree, const mlci_tree_node *node,
                                 int32_t member)
{
    const mlci_plane_term *const terms = tree->terms + (int64_t)node->split * tree->n_terms;
    return mlci_plane_side(terms, tree->n_terms, tree->x + member * tree->n_features) <= 0;
}

static int64_t cut_plane(mlci_isolation_tree *tree, int32_t *members, int64_t n,
                         mlci_cart_draws *draws, mlci_tree_node *node)
{
    *node = (mlci_tree_node){0, (uint32_t)tree->n_planes, 0};
    for (int32_t i = 0; i < MOST_REDRAWS; i++) {
        if (draw_plane(tree, members, n, draws) == 0) return 0;
        const int64_t n_left = part(tree, members, n, node, is_below_plane);
        if (n_left == 0 || n_left == n) continue;
        tree->n_planes++;
        return n_left;
    }
    return 0;
}

int64_t mlci_isolation_cut(mlci_isolation_tree *tree, int64_t begin, int64_t n,
                           mlci_cart_draws *draws, mlci_tree_node *node)
{
    int32_t *const members = tree->members + begin;
    return tree->n_terms > 0 ? cut_plane(tree, members, n, draws, node)
                             : cut_feature(tree, members, n, draws, node);
}
