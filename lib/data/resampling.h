/* What resamplers share: classes of the target, how many rows each is to have, and new rows. */
#ifndef MLCI_RESAMPLING_H
#define MLCI_RESAMPLING_H

#include "context_impl.h"
#include "dataset_impl.h"
#include "target.h"

typedef struct mlci_resampling {
    mlc_context *call;
    const mlc_dataset *dataset;
    mlci_classes *classes;
    int32_t *class_of_row;
    int64_t *first;  /* n + 1: where the rows of each class begin in `rows` */
    int64_t *rows;   /* rows by class, ascending in each */
    int64_t *wanted; /* rows that each class is to have */
} mlci_resampling;

static inline int64_t mlci_resampling_count(const mlci_resampling *r, int32_t c)
{
    return r->first[c + 1] - r->first[c];
}

/* strategy as sampling_strategy of sampling.h; over: classes grow, else they shrink. */
mlc_status mlci_resampling_open(mlc_context *call, const mlc_dataset *dataset, const char *strategy,
                                int32_t over, mlci_resampling *out, mlc_error *err);
void mlci_resampling_clear(mlci_resampling *r);
/* How many rows the growing classes gain. */
int64_t mlci_resampling_n_new(const mlci_resampling *r);

#define MLCI_RESAMPLING_STRATEGY(struct_, doc_)                                                    \
    MLCI_STRING(struct_, sampling_strategy, "auto", doc_, .flags = MLCI_PARAM_LIST, .since = "0.1")
#define MLCI_RESAMPLING_OVER                                                                       \
    "classes that grow to the size of the largest: auto or not_majority, minority, not_minority "  \
    "or all; or the ratio of two classes afterwards; or rows by class, as in yes:500"
#define MLCI_RESAMPLING_UNDER                                                                      \
    "classes that shrink to the size of the smallest: auto or not_minority, majority, "            \
    "not_majority or all; or the ratio of two classes afterwards; or rows by class, as in no:500"
#define MLCI_RESAMPLING_SEED(struct_)                                                              \
    MLCI_INTEGER(struct_, random_state, 0, INT64_MIN + 1, INT64_MAX, "seed of what is drawn",      \
                 .since = "0.1")

#endif
