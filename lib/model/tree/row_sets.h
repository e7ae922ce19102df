/* Splits by sets of categories, answered for single rows: a row's bin of a feature is looked up for
 * eight times 64 splits at once, instead of a set for each split. */
#ifndef MLCI_ROW_SETS_H
#define MLCI_ROW_SETS_H

#include "tree_codes.h"

#define MLCI_SET_LINE 8 /* words of 64 splits that lie side by side */

/* Which of many splits send a bin right, in the order of mlci_row_splits: word w has splits 64w to
 * 64w + 63. Eight words of all bins are together, so that a bin takes a line of memory of them. */
typedef struct mlci_row_sets {
    int64_t n_lines;
    int64_t n_bins;
    uint64_t *words; /* n_lines x n_bins x MLCI_SET_LINE */
} mlci_row_sets;

/* Bins of all features whose categories are split, those of a feature after another's; their
 * places, one a feature and the end, are written to first_bin unless that is NULL. */
int64_t mlci_row_sets_bins(const mlci_tree_codes *codes, const mlci_ensemble *ensemble,
                           int64_t *first_bin);
/* Without any answer; nothing is kept where there are no bins. */
mlc_status mlci_row_sets_open(mlci_root *root, int64_t n_words, int64_t n_bins, mlci_row_sets *out,
                              mlc_error *err);
void mlci_row_sets_close(mlci_row_sets *sets);
/* What a set says, at a place among the splits, to its feature's bins from first_bin to end_bin. */
void mlci_row_sets_put(mlci_row_sets *sets, int64_t place, const mlci_set_test *set,
                       int64_t first_bin, int64_t end_bin);
/* The answers to words first to first + n - 1, for a row that has one bin of each of n_features;
 * right has room for 2 MLCI_SET_LINE more. Returns where the first is. */
const uint64_t *mlci_row_sets_find(const mlci_row_sets *sets, const int64_t *first_bin,
                                   const uint8_t *bins, int32_t n_features, int64_t first,
                                   int64_t n, uint64_t *right);

/* For walks: what all sets of a feature say to a bin, a byte each, 1: goes left. */
mlc_status mlci_set_answers_create(mlci_root *root, const mlci_tree_codes *codes,
                                   const int64_t *first_bin, uint8_t **out, mlc_error *err);
/* The answers of all sets to a row. */
void mlci_set_answers_copy(const mlci_tree_codes *codes, const int64_t *first_bin,
                           const uint8_t *answers, const uint8_t *bins, uint8_t *out);

#endif
