/* Parameters of gradient boosting: their choices, and the rules across them. */
#include "boost.h"
#include "boost_loss.h"
#include "boost_sample.h"
#include "class_weight.h"
#include "feature_contri.h"
#include "feature_cost.h"
#include "loss.h"
#include "monotonic_cst.h"
#include "score_names.h"

const mlci_choice mlci_boost_stopping_choices[] = {
    {"auto", MLCI_STOPPING_AUTO, "when there are validation rows"},
    {"true", MLCI_STOPPING_ON, "always: validation rows are needed"},
    {"false", MLCI_STOPPING_OFF, "never"},
    {NULL, 0, NULL}};

const mlci_choice mlci_boost_boosting_choices[] = {
    {"gbdt", MLCI_BOOSTING_GBDT, "the rows as all rounds before it leave them"},
    {"dart", MLCI_BOOSTING_DART, "as those leave them that were not dropped; no early stopping"},
    /* Names of LightGBM and XGBoost. */
    {"gbrt", MLCI_BOOSTING_GBDT, NULL},
    {"gbtree", MLCI_BOOSTING_GBDT, NULL},
    {NULL, 0, NULL}};

const mlci_choice mlci_boost_grow_choices[] = {
    {"leaf_wise", MLCI_GROW_LEAF_WISE, "the one of the largest gain"},
    {"depth_wise", MLCI_GROW_DEPTH_WISE, "the nearest to the root, of those the largest gain"},
    {"oblivious", MLCI_GROW_OBLIVIOUS,
     "all of a level by one condition, while twice as many leaves are allowed; categories one "
     "against the rest"},
    {NULL, 0, NULL}};

const mlci_choice mlci_boost_strategy_choices[] = {
    {"one_output_per_tree", MLCI_STRATEGY_TREE_A_SCORE, "a tree a score"},
    {"multi_output_tree", MLCI_STRATEGY_TREE_OF_ALL,
     "the same splits for all, chosen by the sum of their gains, and values of their own"},
    {NULL, 0, NULL}};

const mlci_choice mlci_boost_monotone_choices[] = {
    {"basic", MLCI_MONOTONE_BASIC, "the middle between the children of each constrained split"},
    {"intermediate", MLCI_MONOTONE_INTERMEDIATE,
     "the leaves across each constrained split as they are: looser, and slower"},
    {NULL, 0, NULL}};

const mlci_choice mlci_boost_sampling_choices[] = {
    {"bagging", MLCI_SAMPLING_BAGGING, "each row by itself with probability subsample"},
    {"goss", MLCI_SAMPLING_GOSS, "those of large gradients, and some of the others for the rest"},
    {"mvs", MLCI_SAMPLING_MVS, "with probabilities in proportion to the size of gradients"},
    /* Names of XGBoost. */
    {"uniform", MLCI_SAMPLING_BAGGING, NULL},
    {"gradient_based", MLCI_SAMPLING_MVS, NULL},
    {NULL, 0, NULL}};

int32_t mlci_boost_hides_zeros(const void *params)
{
    return ((const mlci_boost_params *)params)->zero_as_missing;
}

static int has_quantile_leaves(const mlci_boost_params *p)
{
    return p->loss == MLCI_LOSS_ABSOLUTE || p->loss == MLCI_LOSS_QUANTILE;
}

static mlc_status check_growth(const mlci_boost_params *p, mlc_error *err)
{
    MLCI_TRY(mlci_interactions_check(p->interaction_cst, err));
    MLCI_TRY(mlci_feature_contri_check(p->feature_contri, err));
    MLCI_TRY(mlci_feature_costs_check(p, err));
    MLCI_TRY(mlci_forced_splits_check(p->forced_splits, err));
    if (p->forced_splits != NULL && p->grow_policy == MLCI_GROW_OBLIVIOUS)
        return mlci_fail(err, MLC_ERROR_SETTING, "forced_splits",
                         "forced_splits does not go with grow_policy = oblivious, which has one "
                         "split a level");
    if (!(p->path_smooth > 0) || !has_quantile_leaves(p)) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_SETTING, "path_smooth",
                     "path_smooth does not go with the losses absolute_error and quantile, whose "
                     "leaves are quantiles of their rows");
}

static mlc_status check_monotone(const mlci_boost_params *p, mlc_error *err)
{
    const int is_quantile = has_quantile_leaves(p);
    MLCI_TRY(mlci_monotonic_check(p->monotonic_cst, err));
    if (p->monotonic_cst == NULL || p->monotone_constraints_method == MLCI_MONOTONE_BASIC)
        return MLC_OK;
    if (p->grow_policy != MLCI_GROW_OBLIVIOUS && !is_quantile) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_SETTING, "monotone_constraints_method",
                     "monotone_constraints_method = intermediate does not go with %s: use basic",
                     is_quantile ? "the losses absolute_error and quantile"
                                 : "grow_policy = oblivious");
}

/* What is about one score does not go with trees of several. */
static mlc_status check_strategy(const mlci_boost_params *p, mlc_error *err)
{
    if (p->multi_strategy == MLCI_STRATEGY_TREE_A_SCORE) return MLC_OK;
    const int is_intermediate =
        p->monotonic_cst != NULL && p->monotone_constraints_method != MLCI_MONOTONE_BASIC;
    const char *const name = p->extra_trees             ? "extra_trees"
                             : p->forced_splits != NULL ? "forced_splits"
                             : is_intermediate
                                 ? "monotone_constraints_method = intermediate: use basic"
                                 : NULL;
    if (name == NULL) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_SETTING, "multi_strategy",
                     "multi_strategy = multi_output_tree does not go with %s", name);
}

static mlc_status check_linear(const mlci_boost_params *p, mlc_error *err)
{
    if (!p->linear_tree) return MLC_OK;
    if (has_quantile_leaves(p))
        return mlci_fail(err, MLC_ERROR_SETTING, "linear_tree",
                         "linear_tree does not go with the losses absolute_error and quantile, "
                         "which have no curvature to fit lines by: take huber, or constant leaves");
    if (p->monotonic_cst == NULL) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_SETTING, "linear_tree",
                     "linear_tree does not go with monotonic_cst: the slopes of leaves are free");
}

/* Rounds change those before them, so the best one is no more when it is known to be the best. */
static mlc_status check_dart(const mlci_boost_params *p, mlc_error *err)
{
    if (p->boosting != MLCI_BOOSTING_DART) return MLC_OK;
    const char *const name = p->early_stopping == MLCI_STOPPING_ON ? "early_stopping"
                             : p->early_stopping_metric != NULL    ? "early_stopping_metric"
                             : p->validation_fraction > 0          ? "validation_fraction"
                                                                   : NULL;
    if (name == NULL) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_SETTING, name,
                     "%s is set, but boosting = dart does not stop early: its rounds change those "
                     "before them",
                     name);
}

mlc_status mlci_boost_check(const void *params, mlc_error *err)
{
    const mlci_boost_params *const p = params;
    if (p->early_stopping == MLCI_STOPPING_OFF && p->early_stopping_metric != NULL)
        return mlci_fail(err, MLC_ERROR_SETTING, "early_stopping_metric",
                         "early_stopping_metric is set, but early_stopping = false");
    MLCI_TRY(mlci_score_names_count(p->early_stopping_metric, NULL, NULL, err));
    MLCI_TRY(mlci_class_weight_check(p->class_weight, err));
    MLCI_TRY(check_monotone(p, err));
    MLCI_TRY(check_dart(p, err));
    MLCI_TRY(check_strategy(p, err));
    MLCI_TRY(check_linear(p, err));
    MLCI_TRY(check_growth(p, err));
    MLCI_TRY(mlci_sampler_check(p, err));
    return mlci_boost_loss_check(p, err);
}
