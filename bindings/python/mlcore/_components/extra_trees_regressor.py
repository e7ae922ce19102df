"""Made by bindings/gen/generate.py from docs/catalog.json: do not edit."""
from typing import Any, Optional

from .._context import Context
from ..model import Model


class ExtraTreesRegressor(Model):
    """Extremely randomised trees, for numbers.

    A node looks at max_features of the features, drawn anew, and cuts each once, at a threshold
    drawn uniformly between the least and the largest of its values there; the best of these cuts
    is taken. Missing values go to a random side, categories are parted at random. Predicts the
    mean of the trees. After Geurts, Ernst, Wehenkel 2006.  Cost: trees x rows x max_features x
    depth of about 3 ns; memory 5 bytes a row and feature, about 100 bytes a row and thread, and 24
    bytes a node, of which a tree has about as many as a tree has rows.  Missing values that a node
    did not see go to its heavier child, so do categories. The tables oob and oob_score have lines
    with oob_score=true, which needs bootstrap=true.  Weights multiply the counts, with bootstrap
    they drive the draws, as in random_forest_regressor. min_samples_split and min_samples_leaf are
    sums of weights or counts of draws.  Differs from ExtraTreesRegressor: random numbers; there is
    no warm_start, as a model never changes: more trees with the same random_state begin with the
    same ones; and as decision_tree_regressor.

    Parameters:

        criterion: impurity that splits decrease
            - squared_error: variance; leaves are means (also friedman_mse)
            - absolute_error: mean absolute deviation; leaves are medians
            - poisson: half Poisson deviance; targets of at least 0
            default 'squared_error'.
        max_features: features a node looks at: sqrt, log2, a whole number, a share, or none for
            all
            default None; or None.
        n_estimators: number of trees
            default 100; at least 1 and at most 1048576; also called num_trees, n_trees in recipes.
        bootstrap: grow each tree on rows drawn with replacement; else on all rows
            default False.
        max_samples: draws a tree: a whole number, or a share of the rows; none: as many as there
            are rows
            default None; or None.
        oob_score: predict the training rows by the trees that did not draw them: tables oob,
            oob_score
            default False.
        max_depth: most splits from root to leaf; none: 4096
            default None; at least 1; or None.
        max_leaf_nodes: most leaves of a tree, grown best split first; none: no limit
            default None; at least 2 and at most 536870911; or None; also called max_leaves,
            num_leaves in recipes.
        min_samples_split: least sum of weights of a node that is split
            default 2; at least 2.
        min_samples_leaf: least sum of weights in a leaf
            default 1; at least 1; also called min_data_in_leaf, min_child_samples in recipes.
        min_weight_fraction_leaf: least share of the weight of all rows in a leaf
            default 0; at least 0 and at most 0.5.
        min_impurity_decrease: least decrease of impurity by a split, weighted by the node's share
            of the rows
            default 0; at least 0.
        ccp_alpha: cost of a leaf in cost-complexity pruning, in units of impurity
            default 0; at least 0.
        monotonic_cst: constraints by feature: 1 where the prediction may only rise with it, -1
            where it may only fall, 0 where it is free; a list of name:number, as the model sees
            names, or of a number a feature
            default None; or None; also called monotone_constraints, monotonic_constraints,
            monotone_constraint in recipes.
        random_state: seed of all random draws
            default 0; also called seed in recipes.

    Tables once fitted: importance, trees, oob, oob_score.

    The component 'extra_trees_regressor' of recipes, since 0.1.
    """

    _component = "extra_trees_regressor"

    def __init__(self, *, criterion: str = 'squared_error', max_features: Optional[str] = None,
                 n_estimators: int = 100, bootstrap: bool = False,
                 max_samples: Optional[str] = None, oob_score: bool = False,
                 max_depth: Optional[int] = None, max_leaf_nodes: Optional[int] = None,
                 min_samples_split: int = 2, min_samples_leaf: int = 1,
                 min_weight_fraction_leaf: float = 0, min_impurity_decrease: float = 0,
                 ccp_alpha: float = 0, monotonic_cst: Any = None, random_state: int = 0,
                 context: Optional[Context] = None) -> None:
        self._init({"criterion": criterion, "max_features": max_features,
                    "n_estimators": n_estimators, "bootstrap": bootstrap,
                    "max_samples": max_samples, "oob_score": oob_score, "max_depth": max_depth,
                    "max_leaf_nodes": max_leaf_nodes, "min_samples_split": min_samples_split,
                    "min_samples_leaf": min_samples_leaf,
                    "min_weight_fraction_leaf": min_weight_fraction_leaf,
                    "min_impurity_decrease": min_impurity_decrease, "ccp_alpha": ccp_alpha,
                    "monotonic_cst": monotonic_cst, "random_state": random_state}, context)
