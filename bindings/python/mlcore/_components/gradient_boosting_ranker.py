"""Made by bindings/gen/generate.py from docs/catalog.json: do not edit."""
from typing import Any, Optional, Union

from .._context import Context
from ..model import Model


class GradientBoostingRanker(Model):
    """Gradient boosted trees on histograms, for rankings within groups.

    Learns scores that put the rows of a group (the documents of a query) in the order of their
    target, the relevance. The column of role group says which rows belong together; they may lie
    anywhere. Minimises sums over pairs of rows of a group, of which one ranks within
    truncation_level, of weight x log(1 + exp(-sigmoid x difference of scores)): LambdaMART (Burges
    2010) by NDCG or mean average precision, or RankNet (Burges and others 2005). Weights and
    normalisation are LightGBM's. The loss in the history is 1 - NDCG at truncation_level, 1 - mean
    average precision, or the mean loss of pairs.  Trees, missing values and categories as
    gradient_boosting_regressor has them. Predictions are scores without a unit: compare them
    within a group only.  Cost: that of the trees, and a round rows x min(rows of a group,
    truncation_level) pairs of about 5 ns.  Weights multiply the gradients of rows; in means a
    group weighs the mean of its rows. Weight 2 of all rows of a group is the group twice. Constant
    columns are not used. validation_fraction holds whole groups out.  Differs from LightGBM: equal
    scores are ranked by the index of their rows, groups need not be contiguous, and gradients are
    not rounded to float32. scikit-learn has no ranker.

    Parameters:

        loss: what is minimised
            - lambdarank: pairs weighed by what swapping them does to NDCG (also ndcg,
              lambdamart, rank:ndcg)
            - map: pairs weighed by what swapping them does to mean average precision; rows
              with a target above 0 are relevant (also rank:map)
            - pairwise: pairs weighed alike (RankNet); any numbers as targets (also ranknet,
              rank:pairwise)
            default 'lambdarank'; also called objective in recipes.
        truncation_level: pairs count where one row at least is ranked as high as this
            default 30; at least 1; also called lambdarank_truncation_level,
            lambdarank_num_pair_per_sample in recipes.
        norm: scale gradients by query, and those of pairs by the distance of their scores
            default True; also called lambdarank_norm, lambdarank_normalization in recipes.
        label_gain: gain of each label from 0 for loss=lambdarank, which must not fall; none: 2 to
            the power of the label, minus 1, for labels up to 30
            default None; at least 0; or None.
        sigmoid: steepness of the loss of a pair
            default 1; above 0.
        bagging_by_query: subsample draws whole groups instead of rows
            default False.
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

    The component 'gradient_boosting_ranker' of recipes, since 0.1.
    """

    _component = "gradient_boosting_ranker"

    def __init__(self, *, loss: str = 'lambdarank', truncation_level: int = 30, norm: bool = True,
                 label_gain: Any = None, sigmoid: float = 1, bagging_by_query: bool = False,
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
        self._init({"loss": loss, "truncation_level": truncation_level, "norm": norm,
                    "label_gain": label_gain, "sigmoid": sigmoid,
                    "bagging_by_query": bagging_by_query, "n_estimators": n_estimators,
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
