/* Gradient boosting: rounds of trees, sampling, early stopping; parameters of both models. */
#ifndef MLCI_BOOST_H
#define MLCI_BOOST_H

#include "grow.h"

enum { MLCI_SAMPLING_BAGGING = 0, MLCI_SAMPLING_GOSS, MLCI_SAMPLING_MVS };
enum { MLCI_BOOSTING_GBDT = 0, MLCI_BOOSTING_DART };
enum { MLCI_STRATEGY_TREE_A_SCORE = 0, MLCI_STRATEGY_TREE_OF_ALL };
enum { MLCI_STOPPING_AUTO = 0, MLCI_STOPPING_ON, MLCI_STOPPING_OFF };

/* boost_rows.h has the parameters that both models share. */
typedef struct mlci_boost_params {
    int32_t loss;    /* MLCI_LOSS_ */
    char *host_loss; /* dotted name; NULL: loss */
    char *quantile;  /* regressor: list of levels */
    double delta;    /* huber */
    double poisson_max_delta_step, tweedie_variance_power;
    int32_t distribution; /* survival: MLCI_AFT_ */
    double scale;
    int64_t truncation_level; /* ranker */
    double sigmoid;
    int32_t norm;
    char *label_gain;
    int32_t multi_strategy; /* classifier, regressor: MLCI_STRATEGY_ */
    char *class_weight;     /* classifier: class_weight.h */
    int32_t boosting;       /* MLCI_BOOSTING_ */
    double drop_rate, skip_drop;
    int64_t max_drop;
    int32_t uniform_drop, xgboost_dart_mode;
    int64_t n_estimators;
    double learning_rate;
    int32_t grow_policy; /* MLCI_GROW_ */
    int64_t max_leaf_nodes, max_depth, min_samples_leaf;
    double min_hessian, l1_regularization, l2_regularization, min_gain_to_split, max_delta_step;
    int64_t max_bins;
    int32_t zero_as_missing;
    double max_features, feature_fraction;
    int32_t sampling; /* MLCI_SAMPLING_ */
    double subsample;
    int64_t subsample_freq;
    double pos_bagging_fraction, neg_bagging_fraction; /* classifier */
    int32_t bagging_by_query;                          /* ranker */
    double top_rate, other_rate, mvs_reg;
    char *monotonic_cst, *interaction_cst; /* monotonic_cst.h, interaction.h */
    int32_t monotone_constraints_method;   /* MLCI_MONOTONE_ */
    double path_smooth;
    int32_t extra_trees;
    char *feature_contri;                     /* feature_contri.h */
    double cegb_tradeoff, cegb_penalty_split; /* feature_cost.h */
    char *cegb_penalty_feature_coupled, *cegb_penalty_feature_lazy;
    char *forced_splits; /* forced_split.h */
    int64_t max_cat_to_onehot, max_cat_threshold, min_data_per_group;
    double cat_smooth, cat_l2;
    int32_t early_stopping;
    char *early_stopping_metric;
    int32_t first_metric_only;
    double validation_fraction;
    int64_t n_iter_no_change;
    double tol;
    int32_t linear_tree;
    double linear_lambda;
    int64_t random_state;
} mlci_boost_params;

/* Fits; *state is an mlci_ensemble. params: mlci_boost_params. */
mlc_status mlci_boost_fit(const mlci_model_fit *fit, void **state, mlc_error *err);
int32_t mlci_boost_hides_zeros(const void *params);
/* More rounds, fewer, or other values of leaves. */
extern const mlci_updater mlci_boost_updater;
/* Cross-field rules. */
mlc_status mlci_boost_check(const void *params, mlc_error *err);

extern const mlci_choice mlci_boost_stopping_choices[], mlci_boost_grow_choices[],
    mlci_boost_monotone_choices[], mlci_boost_sampling_choices[], mlci_boost_boosting_choices[],
    mlci_boost_strategy_choices[];

/* Row of the parameter tables of models with several scores. */
#define MLCI_MULTI_STRATEGY(params)                                                                \
    MLCI_CHOICE(params, multi_strategy, MLCI_STRATEGY_TREE_A_SCORE, mlci_boost_strategy_choices,   \
                "how the trees of a round share several scores", .since = "0.1")

#endif
