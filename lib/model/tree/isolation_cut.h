/* Random cuts of the rows of a node of an isolation tree. */
#ifndef MLCI_ISOLATION_CUT_H
#define MLCI_ISOLATION_CUT_H

#include "cart_draws.h"
#include "isolation.h"

/* A tree while it grows, on a sample of rows. */
typedef struct mlci_isolation_tree {
    int64_t n_features;
    int32_t max_features, n_terms; /* features that the tree may look at, features of a plane */
    const mlci_category_bins *categories;
    double *x;         /* the sample, row by row */
    int32_t *members;  /* rows of the sample, by node */
    int32_t *parted;   /* room for as many */
    int32_t *features; /* a permutation; the tree looks at the first max_features */
    double *range;     /* planes: of each feature in the sample; 0 where it does not vary */
    int32_t n_nodes;
    mlci_tree_node *nodes;
    int64_t n_sets;
    uint32_t *sets;
    int64_t n_planes;
    mlci_plane_term *terms; /* room for one plane more */
} mlci_isolation_tree;

/* Least and largest value of a feature among n members, NaN left out; returns how many are NaN. */
int64_t mlci_isolation_range(const mlci_isolation_tree *tree, const int32_t *members, int64_t n,
                             int32_t feature, double *low, double *high);
/* Draws a cut that parts the n members from begin on and writes its split and value into node;
 * those that go left come first then, in their order. Returns how many those are; 0: no cut parts
 * them. */
int64_t mlci_isolation_cut(mlci_isolation_tree *tree, int64_t begin, int64_t n,
                           mlci_cart_draws *draws, mlci_tree_node *node);

#endif
