/* Folds of which every row is in the test part of one, once a repeat. */
#ifndef MLCI_SPLIT_FOLDS_H
#define MLCI_SPLIT_FOLDS_H

#include "descriptor.h"

typedef struct mlci_folds_params {
    int64_t n_splits;
    int32_t shuffle;
    int64_t random_state;
    int64_t n_repeats;
} mlci_folds_params;

/* The fold of each row of a repeat, to fold_of; rows are dealt as order says, NULL: as they come.
 */
typedef void mlci_deal_folds(const mlci_split *split, void *user, const int64_t *order,
                             uint16_t *fold_of);

mlc_status mlci_split_folds_check(const void *params, mlc_error *err);
mlc_status mlci_split_folds_count(const mlci_split *split, int32_t *n, mlc_error *err);
/* The plan of a splitter whose parameters are mlci_folds_params: each repeat dealt once, by a
 * permutation of its own where rows are shuffled. */
mlc_status mlci_split_folds_plan(const mlci_split *split, mlci_deal_folds *deal, void *user,
                                 void **plan, mlc_error *err);
/* The fold of a splitter that has such a plan. */
mlc_status mlci_split_by_fold(const mlci_split *split, int32_t k, uint8_t *part, mlc_error *err);

#endif
