/* Codes: how a finished ensemble sees rows when it predicts (score_kernels.h says what a code is).
 *
 * Thresholds are those of the model's splits, not the bins of training: a feature has as many
 * columns as its distinct thresholds need, 254 each, so models from elsewhere fit as well. A split
 * of a number is a rank in one column; a split of categories is one of the distinct sets. */
#ifndef MLCI_TREE_CODES_H
#define MLCI_TREE_CODES_H

#include "ensemble.h"
#include "score_kernels.h"

/* Which question a split asks. */
typedef struct mlci_split_code {
    int32_t column; /* of a number; the index of a set */
    uint8_t rank;   /* a number goes left when its code is at least that, 2 to 255; a set: 0 */
    uint8_t missing_left;
} mlci_split_code;

/* A feature whose categories are split; its sets are next to each other. */
typedef struct mlci_category_column {
    int64_t feature;
    int32_t first_set, n_sets;
} mlci_category_column;

typedef struct mlci_tree_codes {
    mlci_root *root;
    int64_t n_columns; /* of numbers */
    mlci_code_column *columns;
    double *tables;
    mlci_code_columns numbers; /* these as kernels get them */
    int32_t n_categories;      /* columns of bins, after those of numbers */
    mlci_category_column *categories;
    int32_t n_sets;
    mlci_set_test *sets;
} mlci_tree_codes;

/* The codes of the splits of some trees. splits has a place for each node of those trees, tree by
 * tree; places of leaves are left as they are. */
mlc_status mlci_tree_codes_create(mlc_context *call, const mlci_ensemble *ensemble,
                                  const int64_t *trees, int64_t n_trees, mlci_split_code *splits,
                                  mlci_tree_codes **out, mlc_error *err);
void mlci_tree_codes_free(mlci_tree_codes *codes);

/* n <= MLCI_SCORE_ROWS rows of numbers: codes of columns, then bins of categories,
 * MLCI_SCORE_ROWS apart; 0 after the last row up to a multiple of 64. */
void mlci_tree_codes_rows(const mlci_tree_codes *codes, const mlci_ensemble *ensemble,
                          const mlci_score_kernels *kernels, const double *x, int64_t n,
                          uint8_t *out);
/* The bins of categories of one row, whose codes of columns are the kernel's. */
void mlci_tree_codes_bins(const mlci_tree_codes *codes, const mlci_ensemble *ensemble,
                          const double *x, uint8_t *bins);

#endif
