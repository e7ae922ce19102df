/* The best split of a node by a feature, exactly: over all its distinct values in the node.
 *
 * Candidates are in a total order (score descending, feature ascending, missing values right before
 * left, threshold ascending), so it does not matter in which order features are tried. */
#ifndef MLCI_CART_SEARCH_H
#define MLCI_CART_SEARCH_H

#include "cart_absolute.h"
#include "cart_columns.h"
#include "cart_score.h"
#include "tree_split.h"

typedef struct mlci_cart_split {
    double score;    /* of cart_score.h; MLCI_CART_NO_SCORE: no split */
    int32_t feature; /* -1: none */
    int32_t is_category;
    uint32_t rank;                /* numbers: ranks up to it go left */
    int32_t missing_left;         /* numbers */
    int32_t is_drawn;             /* the threshold is given, not between two ranks */
    double threshold;             /* of a drawn split */
    uint32_t set[MLCI_SET_WORDS]; /* categories: codes that go left */
} mlci_cart_split;

/* Between which values of leaves must be. Values are means of a side: sums[0] / sums[1] of pairs,
 * or the share of the second of two classes. */
typedef struct mlci_cart_bounds {
    double low, high;
} mlci_cart_bounds;

/* A node. */
typedef struct mlci_cart_search {
    const mlci_cart_columns *columns;
    const mlci_cart_criterion *criterion;
    mlci_cart_total total;
    double low, high; /* of pairs: the least and the largest g of a weight of 1 */
    int64_t n;
    const uint32_t *rows;        /* ascending */
    const mlci_cart_pair *pairs; /* of those rows; g of classes is below total.n_sums */
    mlci_cart_targets targets;   /* absolute_error: of those rows */
    const int8_t *signs;         /* monotone constraints, by feature; NULL: none */
    mlci_cart_bounds bounds;     /* with constraints */
} mlci_cart_search;

/* Memory of one thread. */
typedef struct mlci_cart_scratch {
    uint32_t *ranks, *order, *index; /* a row each */
    uint64_t *sort;                  /* two a row */
    int64_t *cells;                  /* MLCI_BIN_CODES x sums */
    int64_t *running;                /* sums */
    mlci_cart_cuts cuts, corners;
    mlci_cart_medians medians; /* absolute_error */
} mlci_cart_scratch;

/* For nodes of up to n_rows rows and n_sums sums. */
mlc_status mlci_cart_scratch_init(mlci_root *root, int64_t n_rows, int32_t n_sums,
                                  int32_t with_medians, mlci_cart_scratch *scratch, mlc_error *err);
void mlci_cart_scratch_clear(mlci_cart_scratch *scratch);

/* Puts the best split by a feature into *best if it is better. Returns 0 when all rows of the node
 * have the same value. */
int mlci_cart_search_number(const mlci_cart_search *search, mlci_cart_scratch *scratch,
                            int32_t feature, mlci_cart_split *best);
int mlci_cart_search_category(const mlci_cart_search *search, mlci_cart_scratch *scratch,
                              int32_t feature, mlci_cart_split *best);

/* The better of two. */
void mlci_cart_split_take(const mlci_cart_split *found, mlci_cart_split *best);
/* Sums of pairs by code, MLCI_CART_ code by code in scratch->cells; their number is the column's
 * n_codes. */
void mlci_cart_add_cells(const mlci_cart_search *search, const mlci_cart_column *column,
                         int64_t *cells);
static inline void mlci_cart_add_pair(const mlci_cart_criterion *criterion,
                                      const mlci_cart_pair *pair, int64_t *sums)
{
    if (criterion->sums == MLCI_CART_CLASSES) {
        sums[pair->g] += pair->w;
    } else {
        sums[0] += pair->g;
        sums[1] += pair->w;
    }
}

#endif
