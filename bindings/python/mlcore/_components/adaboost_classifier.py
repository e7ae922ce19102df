"""Made by bindings/gen/generate.py from docs/catalog.json: do not edit."""
from typing import Optional

from .._context import Context
from ..model import Model


class AdaboostClassifier(Model):
    """Small decision trees, each grown for the rows that those before got wrong.

    SAMME (Zhu, Zou, Rosset, Hastie 2009), which for two classes is AdaBoost.M1 (Freund, Schapire
    1997): a tree with the share e of the weight wrong gets the weight learning_rate (ln((1 - e) /
    e) + ln(K - 1)), and what it got wrong is multiplied by exp of that. It minimises the
    exponential loss stage by stage. A perfect tree gets the weight 1 and ends the rounds. One with
    e of 1 - 1/K or more is left out and ends them; where it is the first, the fit fails. Weights
    that overflow end them too: set learning_rate lower. raw is what each class gets of the votes,
    of two classes the second less the first; probabilities are the softmax of that over K - 1. The
    table estimators has weight and error of each tree. Cost: n_estimators trees of rows x features
    x max_depth, after one sort of each column. Missing values, categories and equal splits are
    treated as by decision_tree_classifier. Weight 2 equals the row twice, to the rounding of sums.
    Constant columns are not used. Differences from AdaBoostClassifier: the learner is a decision
    tree, given by its parameters, with ties to the lowest feature; there is nothing random, and a
    row of a leaf counts by its weight.

    Parameters:

        n_estimators: most trees
            default 50; at least 1 and at most 1048576; also called num_trees, n_trees in recipes.
        learning_rate: factor of the weight of each tree
            default 1; above 0; also called eta, shrinkage in recipes.
        max_depth: most splits from root to leaf of a tree; none: 4096
            default 1; at least 1; or None.
        max_leaf_nodes: most leaves of a tree, grown best split first; none: no limit
            default None; at least 2 and at most 536870911; or None; also called max_leaves,
            num_leaves in recipes.
        min_weight_fraction_leaf: least share of the weight of all rows in a leaf
            default 0; at least 0 and at most 0.5.
        criterion: impurity that splits decrease
            - gini: Gini's impurity: 1 - sum of p_k^2
            - entropy: Shannon's entropy: - sum of p_k log2 p_k (also log_loss)
            default 'gini'.

    Tables once fitted: importance, estimators, trees.

    The component 'adaboost_classifier' of recipes, since 0.1.
    """

    _component = "adaboost_classifier"

    def __init__(self, *, n_estimators: int = 50, learning_rate: float = 1,
                 max_depth: Optional[int] = 1, max_leaf_nodes: Optional[int] = None,
                 min_weight_fraction_leaf: float = 0, criterion: str = 'gini',
                 context: Optional[Context] = None) -> None:
        self._init({"n_estimators": n_estimators, "learning_rate": learning_rate,
                    "max_depth": max_depth, "max_leaf_nodes": max_leaf_nodes,
                    "min_weight_fraction_leaf": min_weight_fraction_leaf,
                    "criterion": criterion}, context)
