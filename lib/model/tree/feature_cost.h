/* What splits cost by the features they ask for: the parameters cegb_. */
#ifndef MLCI_FEATURE_COST_H
#define MLCI_FEATURE_COST_H

#include "boost.h"

/* What the model has paid so far changes with each split: the grower tells. */
typedef struct mlci_feature_costs {
    mlci_root *root;
    int64_t n_features;
    double tradeoff;    /* factor on all of them */
    double split;       /* of a split, a weight of 1 that it parts */
    double weight_unit; /* what that is in fixed point */
    double *coupled;    /* by feature, of the first split of the model by it; NULL: none */
    double *lazy;       /* by feature, a weight of 1 of rows that no split by it has parted; NULL */
    uint8_t *is_used;   /* by feature: the first cost is paid */
    uint8_t **has_value; /* by feature: by row, whether the other one is; NULL where that is 0 */
} mlci_feature_costs;

/* The syntax, without features: MLC_ERROR_SETTING. */
mlc_status mlci_feature_costs_check(const mlci_boost_params *params, mlc_error *err);
/* Of n_rows training rows; *out is NULL where nothing costs. */
mlc_status mlci_feature_costs_create(mlci_root *root, const mlci_boost_params *params,
                                     const mlci_features *features, int64_t n_rows,
                                     double weight_unit, mlci_feature_costs **out, mlc_error *err);
void mlci_feature_costs_free(mlci_feature_costs *costs);

/* What a split of n rows by a feature costs now, but for what is paid once: in real units of gain.
 * weight: of the rows, whose weights are row_weight (NULL: all 1), in fixed point. */
double mlci_feature_cost_of_rows(const mlci_feature_costs *costs, int64_t feature,
                                 const uint32_t *rows, int64_t n, int64_t weight,
                                 const int64_t *row_weight);
/* What is paid once. */
double mlci_feature_cost_once(const mlci_feature_costs *costs, int64_t feature);
/* A node of n rows is split by a feature. */
void mlci_feature_costs_pay(mlci_feature_costs *costs, int64_t feature, const uint32_t *rows,
                            int64_t n);
/* The same for other rows and all splits of a tree on their way. costs may be NULL. */
mlc_status mlci_feature_costs_pay_tree(mlc_context *call, mlci_feature_costs *costs,
                                       const mlci_binned *binned, const mlci_tree *tree,
                                       const uint32_t *rows, int64_t n, mlc_error *err);
/* For all trees of a model that goes on, and those rows of x whose position (NULL: the same) is
 * below n_rows. costs may be NULL. */
mlc_status mlci_feature_costs_pay_model(mlc_context *call, mlci_feature_costs *costs,
                                        const mlci_ensemble *ensemble, const mlci_matrix *x,
                                        const int64_t *position, int64_t n_rows, mlc_error *err);

#endif
