/* What is asked of groups of rows, and how it is worked out. */
#ifndef MLCI_AGGREGATE_H
#define MLCI_AGGREGATE_H

#include "dataset_impl.h"

typedef enum mlci_aggregate_kind {
    MLCI_COUNT_ROWS,
    MLCI_COUNT,
    MLCI_SUM,
    MLCI_MEAN,
    MLCI_STD,
    MLCI_VAR,
    MLCI_MIN,
    MLCI_MAX,
    MLCI_QUANTILE,
    MLCI_FIRST,
    MLCI_LAST,
    MLCI_N_DISTINCT,
    MLCI_ANY,
    MLCI_ALL
} mlci_aggregate_kind;

/* One column of the result. */
typedef struct mlci_aggregation {
    char *name;
    mlci_aggregate_kind kind;
    char *argument; /* an expression; NULL for rows */
    double quantile;
} mlci_aggregation;

typedef struct mlci_aggregate_plan {
    mlci_root *root;
    char *by; /* selectors, or NULL */
    int32_t sort;
    mlci_aggregation *items;
    int32_t n, capacity;
} mlci_aggregate_plan;

/* `by=a,b sort=true mean(x) n=count()`; grammar in mlcore/shape.h. */
mlc_status mlci_aggregate_parse(mlci_root *root, const char *text, mlci_aggregate_plan *out,
                                mlc_error *err);
void mlci_aggregate_clear(mlci_aggregate_plan *plan);

/* Results of one aggregation: values by group, of the kind that `type` tells. */
typedef struct mlci_aggregate_result {
    int32_t type;   /* MLC_TYPE_INT64, FLOAT64, BOOL; 0: values are rows of the argument, -1 none */
    void *values;   /* int64_t, double, or int64_t of 0 and 1 by group */
    uint8_t *valid; /* a byte a group */
} mlci_aggregate_result;

/* What the function gives for an argument of that type; MLC_ERROR_COLUMN when it takes none. */
mlc_status mlci_aggregate_type(const mlci_aggregation *item, int32_t type, int32_t *out,
                               mlc_error *err);
/* The function over groups low .. high, of which g has rows starts[g] .. starts[g + 1] of the
 * argument. Threads of the call share in what is done for many rows. */
mlc_status mlci_aggregate_groups(mlc_context *call, const mlci_aggregation *item,
                                 const mlci_column *argument, const int64_t *starts, int64_t low,
                                 int64_t high, mlci_aggregate_result *result, mlc_error *err);

#endif
