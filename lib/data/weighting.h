/* What weightings share: the new column of role weight. */
#ifndef MLCI_WEIGHTING_H
#define MLCI_WEIGHTING_H

#include "context_impl.h"
#include "dataset_impl.h"

#define MLCI_WEIGHTING_NAME(struct_)                                                               \
    MLCI_STRING(struct_, name, "weight", "name of the new column", .since = "0.1")

/* The weights that the rows have so far, 1 where there is no column of role weight; *out is a
 * block. Missing, infinite and negative ones are MLC_ERROR_DATA. */
mlc_status mlci_weighting_so_far(mlc_context *call, const mlc_dataset *dataset, double **out,
                                 mlc_error *err);
/* The dataset with a column of these weights, a number a row; one of role weight that it had before
 * is ignored from now on. Equal rows of a view have equal weights. */
mlc_status mlci_weighting_add(mlc_context *call, const mlc_dataset *dataset, const char *name,
                              const double *weight, mlc_dataset **out, mlc_error *err);

#endif
