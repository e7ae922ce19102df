/* Grows one decision tree with exact splits (CART: Breiman, Friedman, Olshen, Stone 1984). */
#ifndef MLCI_CART_GROW_H
#define MLCI_CART_GROW_H

#include "cart_columns.h"
#include "cart_rows.h"
#include "cart_score.h"
#include "cart_tree.h"

#define MLCI_CART_MOST_DEPTH 4096 /* what a load accepts unless told otherwise */

typedef struct mlci_cart_rules {
    int32_t criterion;        /* MLCI_CRITERION_ */
    int32_t is_random;        /* one drawn threshold a feature, as extremely randomised trees */
    int64_t max_depth;        /* 1 to MLCI_CART_MOST_DEPTH */
    int64_t max_leaf_nodes;   /* best leaf first; 0: no limit, depth first */
    int64_t max_features;     /* looked at in a node, 1 to all */
    double min_samples_split; /* sums of weights */
    double min_samples_leaf;
    double min_weight_fraction_leaf;
    double min_impurity_decrease;
    double ccp_alpha;
    int32_t keep_impurity;
    uint64_t seed;
    const int8_t *signs; /* monotone constraints by feature; NULL: none. Not with absolute_error */
} mlci_cart_rules;

/* What all trees share. */
typedef struct mlci_cart_data {
    const mlci_cart_columns *columns;
    const mlci_cart_rows *rows;
    const mlci_cart_rules *rules;
    mlci_cart_criterion criterion;
    double *w_ln_w;
} mlci_cart_data;

/* Sums that a criterion takes. */
int32_t mlci_cart_sums_of(int32_t criterion, int32_t n_classes);
/* most_weight: the largest sum of pairs of a tree. */
mlc_status mlci_cart_data_init(const mlci_cart_columns *columns, const mlci_cart_rows *rows,
                               const mlci_cart_rules *rules, int64_t most_weight,
                               mlci_cart_data *data, mlc_error *err);
void mlci_cart_data_clear(mlci_cart_data *data);

/* The rows of a tree. */
typedef struct mlci_cart_bag {
    int64_t n;
    uint32_t *rows;              /* ascending; parted while the tree grows */
    const mlci_cart_pair *pairs; /* by place, of all rows */
    double pair_unit;            /* what a weight of 1 is in them */
} mlci_cart_bag;

typedef struct mlci_cart_grower mlci_cart_grower;

/* For trees of up to n_rows rows; a lone tree's large nodes are searched by n_threads. */
mlc_status mlci_cart_grower_create(mlc_context *call, const mlci_cart_data *data, int64_t n_rows,
                                   int32_t n_threads, mlci_cart_grower **out, mlc_error *err);
void mlci_cart_grower_free(mlci_cart_grower *grower);
/* number: of the tree, which random draws go by. */
mlc_status mlci_cart_grow(mlc_context *call, mlci_cart_grower *grower, const mlci_cart_bag *bag,
                          uint32_t number, mlci_cart_tree **out, mlc_error *err);

#endif
