"""Made by bindings/gen/generate.py from docs/catalog.json: do not edit."""
from typing import Any, Optional, Union

from .._context import Context
from ..model import Model


class GradientBoostingRegressor(Model):
    """Gradient boosted trees on histograms, for numbers.

    Minimises the loss plus the penalties on leaves. Trees grow leaf by leaf on histograms of at
    most 255 bins, with gradients as integers (15 bits for splits by stochastic rounding, 31 for
    leaves), so results do not depend on threads, instruction set or order of sums. Leaves take
    Newton steps; those of absolute_error and quantile are exact weighted quantiles of the
    residuals. Several levels are a tree each in a round; the prediction is the middle one (the
    mean of two in the middle), output=interval gives the lowest and the highest as lower and
    upper, output=quantile all of them. They never cross: those of a row are sorted. Several
    targets are a tree each in a round, and the loss is their mean; with
    multi_strategy=multi_output_tree scores share their splits (Zhang and Jung 2021), which costs
    less and suits targets or levels that go together; monotonic_cst then bounds, and path_smooth
    smooths, each score by itself, and a split that puts one of them in the wrong order is not
    made. After Friedman 2001, Ke et al. 2017 (LightGBM), Shi et al. 2022 (quantised gradients).
    Cost: rows x features x log2(leaves) x trees of about 0.5 ns; memory 2 bytes a row and feature
    and about 40 bytes a row.  Missing values: each split learns their side where the node has
    some, else they go to the heavier child. Categories are split as sets; the 255 most frequent
    have bins, others and unseen ones count as missing.  Weights multiply the loss;
    min_samples_leaf and min_data_per_group are sums of weights. A row of weight 2 gives the trees
    of the row twice up to the random rounding of gradients. Constant columns are not used.
    Differs from HistGradientBoostingRegressor: early stopping only with validation rows or
    validation_fraction; bins from all rows, not a sample; sets of categories by LightGBM's rules.
    With an offset the score starts from the offset alone, and predictions leave it out. With
    boosting=dart (Vinayak and Gilad-Bachrach 2015, LightGBM's parameters) rounds change those
    before them: nothing stops early, and the first rounds of a model are not the model of as many
    rounds.  linear_tree (Shi, Li and Li 2019, LightGBM's parameters): leaves of the rounds after
    the first are ridge regressions on the numbers that the splits above them ask for, weighted by
    hessians; rows that miss one of them, or where the sum is not finite, get the constant of the
    leaf. Bounds and penalties of leaves (max_delta_step, l1_regularization, l2_regularization,
    path_smooth) hold for constants; lines go on outside of the range of training rows. Features
    that depend on others in a leaf are left out of it. Takes 8 bytes a row and number more; such
    models have no Shapley values.  Costs (cegb_, Peter et al. 2017, LightGBM's parameters): a
    split is worth its gain less cegb_tradeoff times what it costs, and is made where that is above
    0. What has been paid holds for the rounds, classes and targets that follow, in a model that
    goes on too, and for rows outside of a sample as for those in it. A level of
    grow_policy=oblivious pays for all of its leaves, a split of multi_strategy=multi_output_tree
    once for all scores; forced_splits pay but are made at any cost. cegb_penalty_feature_lazy
    takes a byte a row and feature.

    Parameters:

        loss: what is minimised; or the dotted name of a loss of the host with an identity or log
            link
            - squared_error: squared error; predicts means (also regression, l2, mse, rmse,
              reg:squarederror)
            - absolute_error: absolute error; predicts medians (also regression_l1, l1, mae,
              reg:absoluteerror)
            - huber: squared up to delta, absolute beyond; predicts means without outliers
            - quantile: pinball loss; predicts the quantiles of parameter quantile (also
              reg:quantileerror)
            - poisson: Poisson deviance with a log link; targets of at least 0 (also
              count:poisson)
            - gamma: gamma deviance with a log link; targets above 0 (also reg:gamma)
            - tweedie: Tweedie deviance with a log link; targets of at least 0 (also
              reg:tweedie)
            - cross_entropy: cross-entropy with a logit link; targets from 0 to 1 (also
              xentropy, reg:logistic)
            default 'squared_error'; or a dotted name of a component of the program; also called
            objective in recipes.
        quantile: level of loss=quantile, or several levels, ascending: a score each
            default 0.5; above 0 and below 1; also called alpha, quantile_alpha in recipes.
        multi_strategy: how the trees of a round share several scores
            - one_output_per_tree: a tree a score
            - multi_output_tree: the same splits for all, chosen by the sum of their gains, and
              values of their own
            default 'one_output_per_tree'.
        delta: residual from which loss=huber is linear, in units of the target
            default 0.9; above 0; also called huber_delta in recipes.
        poisson_max_delta_step: steps of loss=poisson are as short as if means were exp(this) times
            as large; 0: Newton's
            default 0.7; at least 0 and at most 100.
        tweedie_variance_power: power p of loss=tweedie: the variance grows with the mean to the p
            default 1.5; above 1 and below 2; also called variance_power in recipes.
        n_estimators: number of rounds, each of a tree a score
            default 100; at least 1 and at most 10000000; also called max_iter, n_iter,
            num_iterations, num_boost_round in recipes.
        learning_rate: factor on the values of leaves
            default 0.1; above 0; also called eta, shrinkage_rate in recipes.
        boosting: what a round learns from
            - gbdt: the rows as all rounds before it leave them (also gbrt, gbtree)
            - dart: as those leave them that were not dropped; no early stopping
            default 'gbdt'; also called boosting_type, boost, booster in recipes.
        drop_rate: boosting=dart: probability that a round drops one before it
            default 0.1; at least 0 and at most 1; also called rate_drop in recipes.
        max_drop: boosting=dart: most rounds dropped at once, 0 for no limit
            default 50; at least 0.
        skip_drop: boosting=dart: probability that a round drops none
            default 0.5; at least 0 and at most 1.
        uniform_drop: boosting=dart: all rounds are dropped alike, not in proportion to their
            weight
            default False.
        xgboost_dart_mode: boosting=dart: weights as in XGBoost, where the learning rate counts for
            dropped rounds
            default False.
        grow_policy: which leaf of a tree is split next
            - leaf_wise: the one of the largest gain
            - depth_wise: the nearest to the root, of those the largest gain
            - oblivious: all of a level by one condition, while twice as many leaves are
              allowed; categories one against the rest
            default 'leaf_wise'.
        max_leaf_nodes: most leaves of a tree
            default 31; at least 2 and at most 131072; also called num_leaves, max_leaves in
            recipes.
        max_depth: most splits from root to leaf
            default None; at least 1 and at most 131072; or None.
        min_samples_leaf: least sum of weights in a leaf
            default 20; at least 1; also called min_data_in_leaf, min_child_samples in recipes.
        min_hessian: least sum of hessians in a leaf
            default 0.001; at least 0; also called min_sum_hessian_in_leaf, min_child_weight in
            recipes.
        l2_regularization: L2 penalty on the values of leaves
            default 0; at least 0; also called lambda_l2, reg_lambda in recipes.
        l1_regularization: L1 penalty on the values of leaves
            default 0; at least 0; also called lambda_l1, reg_alpha in recipes.
        min_gain_to_split: least gain of a split
            default 0; at least 0; also called min_split_gain, min_split_loss in recipes.
        max_delta_step: largest value of a leaf before the learning rate, 0 for no limit
            default 0; at least 0.
        max_bins: most bins of a feature, next to the one for missing
            default 255; at least 2 and at most 255; also called max_bin in recipes.
        zero_as_missing: numbers that are 0 count as missing, also those that sparse vectors leave
            out
            default False.
        max_features: share of the features that a node looks at
            default 1; above 0 and at most 1; also called feature_fraction_bynode, colsample_bynode
            in recipes.
        feature_fraction: share of the features that a tree looks at
            default 1; above 0 and at most 1; also called colsample_bytree, sub_feature in recipes.
        sampling: how the rows are drawn that a tree is grown on
            - bagging: each row by itself with probability subsample (also uniform)
            - goss: those of large gradients, and some of the others for the rest
            - mvs: with probabilities in proportion to the size of gradients (also
              gradient_based)
            default 'bagging'; also called data_sample_strategy, sampling_method in recipes.
        subsample: share of the rows that a tree is grown on, for sampling=bagging and mvs
            default 1; above 0 and at most 1; also called bagging_fraction in recipes.
        subsample_freq: rounds that use the rows of one draw
            default 1; at least 1; also called bagging_freq in recipes.
        top_rate: share of the rows that are kept for their large gradients, for sampling=goss
            default 0.2; above 0 and below 1.
        other_rate: share of the rows that are drawn from the others, for sampling=goss
            default 0.1; above 0 and below 1.
        mvs_reg: weight of hessians in the size of a gradient, for sampling=mvs; none: the square
            of the mean step
            default None; at least 0; or None.
        monotonic_cst: constraints by feature: 1 where the prediction may only rise with it, -1
            where it may only fall, 0 where it is free; a list of name:number, as the model sees
            names, or of a number a feature
            default None; or None; also called monotone_constraints, monotonic_constraints,
            monotone_constraint in recipes.
        monotone_constraints_method: where the bounds of leaves come from that monotonic_cst needs
            - basic: the middle between the children of each constrained split
            - intermediate: the leaves across each constrained split as they are: looser, and
              slower
            default 'basic'; also called monotone_constraining_method, mc_method in recipes.
        interaction_cst: features that may stand on one path of a tree: pairwise, no_interactions,
            or a list of lists of names, where features in none are one more set
            default None; or None; also called interaction_constraints in recipes.
        path_smooth: sum of weights at which the value of a node is half its own and half its
            parent's; 0: all its own
            default 0; at least 0.
        extra_trees: try one drawn cut a node and feature instead of all: of those with enough on
            both sides
            default False; also called extra_tree in recipes.
        linear_tree: leaves of all rounds but the first are linear in the numbers that their paths
            split by
            default False; also called linear_trees in recipes.
        linear_lambda: linear_tree=true: L2 penalty on the coefficients of leaves, but for the
            intercept
            default 0; at least 0.
        feature_contri: factors of at least 0 on the gains of splits by a feature, 1 where none is
            given; a list of name:number, as the model sees names, or of a number a feature
            default None; or None; also called feature_contrib, fc, fp, feature_penalty in recipes.
        cegb_penalty_split: cost of a split, in gain: times the sum of weights of the rows that it
            parts
            default 0; at least 0.
        cegb_penalty_feature_coupled: costs of features, in gain: each is paid by the first split
            of the model by it; a list of name:number or of a number a feature, 0 where none is
            given
            default None; or None.
        cegb_penalty_feature_lazy: costs of features, in gain: each is paid by the first split by
            it that a row comes to, times the weight of the row; a list of name:number or of a
            number a feature
            default None; or None.
        cegb_tradeoff: factor on all costs: cegb_penalty_split, cegb_penalty_feature_coupled and
            cegb_penalty_feature_lazy
            default 1; at least 0.
        forced_splits: splits that every tree begins with, as JSON: {"feature": "age", "threshold":
            30, "left": {...}, "right": {...}}; a feature by name or number from 0, a category by
            its text; those that gain nothing are left out
            default None; or None.
        max_cat_to_onehot: most categories of a feature that are split one against the rest
            default 4; at least 0 and at most 255.
        max_cat_threshold: most categories of the set that a split names
            default 32; at least 1 and at most 255.
        cat_smooth: smoothing of the order of categories, and the least weight of one in a set
            default 10; at least 0.
        cat_l2: L2 penalty added in splits by sets of categories
            default 10; at least 0.
        min_data_per_group: least sum of weights of a group of categories in such a split
            default 100; at least 1.
        early_stopping: stop when the validation rows gain nothing any more
            - auto: when there are validation rows
            - true: always: validation rows are needed
            - false: never
            default 'auto'.
        early_stopping_metric: metrics to stop by, of the library or of the host, or loss: the
            first of them that has not improved stops, and its best round is kept; none: the loss
            default None; or None.
        first_metric_only: only the first metric of early_stopping_metric stops; the others are
            recorded
            default False.
        validation_fraction: share of the training rows to hold out when no validation rows are
            given
            default 0; at least 0 and below 1.
        n_iter_no_change: rounds without a better validation score before stopping
            default 10; at least 1; also called early_stopping_round, early_stopping_rounds in
            recipes.
        tol: least change of the validation score that counts
            default 1e-07; at least 0; also called early_stopping_min_delta in recipes.
        random_state: seed of all random draws
            default 0; also called seed in recipes.

    Tables once fitted: history, importance, trees, leaf_coefficients.

    The component 'gradient_boosting_regressor' of recipes, since 0.1.
    """

    _component = "gradient_boosting_regressor"

    def __init__(self, *, loss: str = 'squared_error', quantile: Any = 0.5,
                 multi_strategy: str = 'one_output_per_tree', delta: float = 0.9,
                 poisson_max_delta_step: float = 0.7, tweedie_variance_power: float = 1.5,
                 n_estimators: int = 100, learning_rate: float = 0.1, boosting: str = 'gbdt',
                 drop_rate: float = 0.1, max_drop: int = 50, skip_drop: float = 0.5,
                 uniform_drop: bool = False, xgboost_dart_mode: bool = False,
                 grow_policy: str = 'leaf_wise', max_leaf_nodes: int = 31,
                 max_depth: Optional[int] = None, min_samples_leaf: int = 20,
                 min_hessian: float = 0.001, l2_regularization: float = 0,
                 l1_regularization: float = 0, min_gain_to_split: float = 0,
                 max_delta_step: float = 0, max_bins: int = 255, zero_as_missing: bool = False,
                 max_features: float = 1, feature_fraction: float = 1, sampling: str = 'bagging',
                 subsample: float = 1, subsample_freq: int = 1, top_rate: float = 0.2,
                 other_rate: float = 0.1, mvs_reg: Optional[float] = None,
                 monotonic_cst: Any = None, monotone_constraints_method: str = 'basic',
                 interaction_cst: Any = None, path_smooth: float = 0, extra_trees: bool = False,
                 linear_tree: bool = False, linear_lambda: float = 0, feature_contri: Any = None,
                 cegb_penalty_split: float = 0, cegb_penalty_feature_coupled: Any = None,
                 cegb_penalty_feature_lazy: Any = None, cegb_tradeoff: float = 1,
                 forced_splits: Optional[str] = None, max_cat_to_onehot: int = 4,
                 max_cat_threshold: int = 32, cat_smooth: float = 10, cat_l2: float = 10,
                 min_data_per_group: int = 100, early_stopping: Union[bool, str] = 'auto',
                 early_stopping_metric: Any = None, first_metric_only: bool = False,
                 validation_fraction: float = 0, n_iter_no_change: int = 10, tol: float = 1e-07,
                 random_state: int = 0, context: Optional[Context] = None) -> None:
        self._init({"loss": loss, "quantile": quantile, "multi_strategy": multi_strategy,
                    "delta": delta, "poisson_max_delta_step": poisson_max_delta_step,
                    "tweedie_variance_power": tweedie_variance_power, "n_estimators": n_estimators,
                    "learning_rate": learning_rate, "boosting": boosting, "drop_rate": drop_rate,
                    "max_drop": max_drop, "skip_drop": skip_drop, "uniform_drop": uniform_drop,
                    "xgboost_dart_mode": xgboost_dart_mode, "grow_policy": grow_policy,
                    "max_leaf_nodes": max_leaf_nodes, "max_depth": max_depth,
                    "min_samples_leaf": min_samples_leaf, "min_hessian": min_hessian,
                    "l2_regularization": l2_regularization, "l1_regularization": l1_regularization,
                    "min_gain_to_split": min_gain_to_split, "max_delta_step": max_delta_step,
                    "max_bins": max_bins, "zero_as_missing": zero_as_missing,
                    "max_features": max_features, "feature_fraction": feature_fraction,
                    "sampling": sampling, "subsample": subsample, "subsample_freq": subsample_freq,
                    "top_rate": top_rate, "other_rate": other_rate, "mvs_reg": mvs_reg,
                    "monotonic_cst": monotonic_cst,
                    "monotone_constraints_method": monotone_constraints_method,
                    "interaction_cst": interaction_cst, "path_smooth": path_smooth,
                    "extra_trees": extra_trees, "linear_tree": linear_tree,
                    "linear_lambda": linear_lambda, "feature_contri": feature_contri,
                    "cegb_penalty_split": cegb_penalty_split,
                    "cegb_penalty_feature_coupled": cegb_penalty_feature_coupled,
                    "cegb_penalty_feature_lazy": cegb_penalty_feature_lazy,
                    "cegb_tradeoff": cegb_tradeoff, "forced_splits": forced_splits,
                    "max_cat_to_onehot": max_cat_to_onehot, "max_cat_threshold": max_cat_threshold,
                    "cat_smooth": cat_smooth, "cat_l2": cat_l2,
                    "min_data_per_group": min_data_per_group, "early_stopping": early_stopping,
                    "early_stopping_metric": early_stopping_metric,
                    "first_metric_only": first_metric_only,
                    "validation_fraction": validation_fraction,
                    "n_iter_no_change": n_iter_no_change, "tol": tol,
                    "random_state": random_state}, context)
