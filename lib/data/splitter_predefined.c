/* Predefined: the folds are in the data. Each distinct value of the column of role fold is the test
 * part once, in ascending order; rows where it is missing or -1 are always trained on. O(n) a
 * fold. */
#include "descriptor.h"
#include "strata.h"

#define MOST_FOLDS 10000

static mlc_status n_folds(const mlci_split *split, int32_t *n, mlc_error *err)
{
    if (split->fold == NULL) {
        return mlci_fail(err, MLC_ERROR_ROLE, NULL,
                         "predefined needs folds: give one column the role fold");
    }
    *n = mlci_strata_count(split->fold, split->n_rows);
    if (*n < 1) {
        return mlci_fail(err, MLC_ERROR_DATA, NULL,
                         "the column of role fold has no fold: all rows are missing or -1");
    }
    if (*n > MOST_FOLDS) {
        return mlci_fail(err, MLC_ERROR_LIMIT, NULL,
                         "the column of role fold has %d distinct values: at most %d folds",
                         (int)*n, MOST_FOLDS);
    }
    return MLC_OK;
}

static mlc_status fold(const mlci_split *split, int32_t k, uint8_t *part, mlc_error *err)
{
    (void)err;
    for (int64_t i = 0; i < split->n_rows; i++)
        part[i] = split->fold[i] == k ? MLCI_PART_TEST : MLCI_PART_TRAIN;
    return MLC_OK;
}

const mlci_splitter_descriptor mlci_splitter_predefined = {
    .base = {.kind = MLCI_KIND_SPLITTER,
             .capabilities = MLCI_SPLITS_BY_FOLD,
             .name = "predefined",
             .summary = "the folds that a column of role fold gives",
             .details = "As scikit-learn's PredefinedSplit: each distinct value of the column of "
                        "role fold, in ascending order, is the test part of one fold, and all "
                        "other rows are trained on. Rows where it is missing or -1 are never in a "
                        "test part. O(n) a fold.",
             .since = "0.1"},
    .n_folds = n_folds,
    .fold = fold};
