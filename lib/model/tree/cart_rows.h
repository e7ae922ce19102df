/* The rows that decision trees are grown on: their targets and weights as integers, so that sums
 * over rows are exact in any order.
 *
 * Rows are held in the order of their row indices: random draws go by place, and so do not depend
 * on the order in which rows arrive. */
#ifndef MLCI_CART_ROWS_H
#define MLCI_CART_ROWS_H

#include "descriptor.h"

/* What a row adds to sums. Numbers: w = its weight, g = weight times target. Classes: w, and g is
 * the class; of two classes under Gini's criterion g = w in class 1, else 0. */
typedef struct mlci_cart_pair {
    int64_t g, w;
} mlci_cart_pair;

/* How pairs are summed. */
enum { MLCI_CART_NUMBERS = 0, MLCI_CART_TWO_CLASSES, MLCI_CART_CLASSES };

typedef struct mlci_cart_row_rules {
    int32_t sums;             /* MLCI_CART_ */
    const char *class_weight; /* class_weight.h; NULL: all 1 */
    int32_t draw_by_weight;   /* weights drive draws of rows and are 1 in sums */
    int32_t from_zero;        /* numbers are not moved by a centre */
    int32_t rank_targets;     /* numbers: y_rank is wanted */
    int64_t most_weight;      /* rows of weight 1 that sums may have; 0: there are no draws */
} mlci_cart_row_rules;

typedef struct mlci_cart_rows {
    mlci_root *root;
    int64_t n_rows;
    int32_t n_classes;     /* 0: numbers */
    int64_t *order;        /* row of the matrix at each place; NULL: the same */
    int64_t *weight;       /* fixed-point, by place; NULL: all 1 */
    double unit;           /* what a weight of 1 is in `weight` */
    int32_t *class_;       /* by place; NULL: numbers */
    double *y;             /* numbers by place: (target - centre) / size, in [-1, 1] */
    uint32_t *y_rank;      /* where asked for: the place of y among all, by (y, place) */
    double centre, size;   /* size is a power of two */
    mlci_cart_pair *pairs; /* by place */
    double pair_unit;      /* what a weight of 1 is in pairs[].w */
    double g_unit;         /* numbers: what y = 1 of weight 1 is in pairs[].g */
} mlci_cart_rows;

/* The rows in ascending order of their indices, ties in the order they are in; NULL where that is
 * the order they are in, as it is for no indices (NULL). */
mlc_status mlci_order_rows(mlci_root *root, const int64_t *row_index, int64_t n, int64_t **order,
                           mlc_error *err);

mlc_status mlci_cart_rows_create(const mlci_model_fit *fit, const mlci_cart_row_rules *rules,
                                 mlci_cart_rows **out, mlc_error *err);
void mlci_cart_rows_free(mlci_cart_rows *rows);

#endif
