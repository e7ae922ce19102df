"""Made by bindings/gen/generate.py from docs/catalog.json: do not edit."""
from typing import Optional

from .._context import Context
from ..model import Model


class AdaboostRegressor(Model):
    """Small decision trees, each grown for the rows that those before predicted badly.

    AdaBoost.R2 (Drucker 1997): losses L in [0, 1] are those of errors as shares of the largest; a
    tree with mean loss e gets the weight learning_rate ln((1 - e) / e), and the weight of a row is
    multiplied by (e / (1 - e))^(learning_rate (1 - L)). The prediction is the weighted median of
    the trees' ones. A perfect tree gets the weight 1 and ends the rounds. One with e of 0.5 or
    more ends them and is left out, unless it is the first, which then predicts alone. The table
    estimators has weight and error of each tree. Cost: n_estimators trees of rows x features x
    max_depth, after one sort of each column; a prediction sorts n_estimators numbers. Missing
    values, categories and equal splits are treated as by decision_tree_regressor. Weight 2 equals
    the row twice, to the rounding of sums. Constant columns are not used. Differences from
    AdaBoostRegressor: trees are grown on the rows by their weights instead of on a sample drawn by
    them, so nothing is random; the learner is a decision tree, given by its parameters.

    Parameters:

        loss: what an error counts when rows and trees are weighted
            - linear: the error, as a share of the largest
            - square: its square
            - exponential: 1 less exp of minus it
            default 'linear'.
        n_estimators: most trees
            default 50; at least 1 and at most 1048576; also called num_trees, n_trees in recipes.
        learning_rate: factor of the weight of each tree
            default 1; above 0; also called eta, shrinkage in recipes.
        max_depth: most splits from root to leaf of a tree; none: 4096
            default 3; at least 1; or None.
        max_leaf_nodes: most leaves of a tree, grown best split first; none: no limit
            default None; at least 2 and at most 536870911; or None; also called max_leaves,
            num_leaves in recipes.
        min_weight_fraction_leaf: least share of the weight of all rows in a leaf
            default 0; at least 0 and at most 0.5.
        criterion: impurity that splits decrease
            - squared_error: variance; leaves are means (also friedman_mse)
            - absolute_error: mean absolute deviation; leaves are medians
            - poisson: half Poisson deviance; targets of at least 0
            default 'squared_error'.

    Tables once fitted: importance, estimators, trees.

    The component 'adaboost_regressor' of recipes, since 0.1.
    """

    _component = "adaboost_regressor"

    def __init__(self, *, loss: str = 'linear', n_estimators: int = 50, learning_rate: float = 1,
                 max_depth: Optional[int] = 3, max_leaf_nodes: Optional[int] = None,
                 min_weight_fraction_leaf: float = 0, criterion: str = 'squared_error',
                 context: Optional[Context] = None) -> None:
        self._init({"loss": loss, "n_estimators": n_estimators, "learning_rate": learning_rate,
                    "max_depth": max_depth, "max_leaf_nodes": max_leaf_nodes,
                    "min_weight_fraction_leaf": min_weight_fraction_leaf,
                    "criterion": criterion}, context)
