/* Trees with several outputs: one set of splits, a value of each output in every leaf.
 *
 * A split is worth the sum of what it is worth by each output (Zhang and Jung 2021, "GBDT-MO";
 * XGBoost's multi_output_tree). Outputs lie side by side in lanes: coarse pairs by row, cells by
 * code, sums by leaf. Lanes beyond the last output hold zeros. */
#ifndef MLCI_MULTI_OUTPUT_H
#define MLCI_MULTI_OUTPUT_H

#include "histogram.h"

/* The value of a node by an output if it stays a leaf (before the learning rate), the bounds of the
 * values of leaves that come of it, and the value of its parent, of the root its own. */
typedef struct mlci_leaf_output {
    double value, low, high, anchor;
} mlci_leaf_output;

/* Rules by lane, in coarse units of the output. */
typedef struct mlci_multi_rules {
    int32_t n_outputs, n_lanes;
    double *l1, *l2, *max_delta, *cat_l2, *cat_smooth_h;
    double *gain_unit, *h_unit; /* what coarse scores and hessians are worth; 0: no output */
    double min_gain;
    double min_hessian; /* of a child: the sum over outputs */
} mlci_multi_rules;

/* What people give, for all outputs. */
typedef struct mlci_multi_limits {
    double l1, l2, max_delta; /* max_delta 0: none */
    double cat_l2, cat_smooth;
    double min_gain;
    double min_hessian; /* mean over outputs */
} mlci_multi_limits;

typedef struct mlci_multi {
    mlci_root *root;
    const mlci_gradients *const *outputs; /* rounded before each tree */
    mlci_multi_rules rules;
    uint32_t *coarse;               /* n_lanes a row */
    double *sums;                   /* by leaf: g of each lane, then h */
    mlci_leaf_output *leaf_outputs; /* by leaf and output; NULL: nothing moves leaves */
} mlci_multi;

mlc_status mlci_multi_create(mlci_root *root, const mlci_gradients *const *outputs,
                             int32_t n_outputs, int64_t max_leaves, mlci_multi **out,
                             mlc_error *err);
void mlci_multi_free(mlci_multi *multi);
/* Room for leaf_outputs; 0 when memory is short. */
int mlci_multi_open_outputs(mlci_multi *multi, int64_t max_leaves);
/* Before each tree: lays the outputs side by side, and takes the limits to their units. */
mlc_status mlci_multi_start(mlc_context *call, mlci_multi *multi, const mlci_multi_limits *limits,
                            mlc_error *err);

/* The sums of a leaf. */
static inline double *mlci_multi_sums(const mlci_multi *multi, int64_t leaf)
{
    return multi->sums + 2 * leaf * multi->rules.n_lanes;
}
/* The sums of the root: the cells of any one bundle. */
void mlci_multi_sum_root(const mlci_multi *multi, const mlci_binned *binned,
                         const mlci_histogram *histogram, double *sums);
/* Takes the codes of set from the sums of a leaf, whose histogram this is: they go to left. */
void mlci_multi_divide(const mlci_multi *multi, const mlci_binned *binned,
                       const mlci_histogram *histogram, int32_t used, const uint32_t *set,
                       double *left, double *sums);
/* Are there rows with a code of a used feature? */
int mlci_multi_has_code(const mlci_multi *multi, const mlci_binned *binned,
                        const mlci_histogram *histogram, int32_t used, const double *sums,
                        int32_t code);

/* Cells of one feature and MLCI_LANES outputs from `first` on. */
typedef struct mlci_lane_cells {
    int32_t is_wide, n_codes;
    const uint64_t *cells;
    int64_t stride;                                /* from code to code */
    uint64_t own[2 * MLCI_LANES * MLCI_BIN_CODES]; /* where it shares a bundle */
} mlci_lane_cells;

void mlci_multi_feature(const mlci_multi_rules *rules, const mlci_binned *binned,
                        const mlci_histogram *histogram, int32_t used, int32_t first,
                        const double *sums, mlci_lane_cells *out);

#endif
