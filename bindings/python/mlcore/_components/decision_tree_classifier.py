"""Made by bindings/gen/generate.py from docs/catalog.json: do not edit."""
from typing import Any, Optional

from .._context import Context
from ..model import Model


class DecisionTreeClassifier(Model):
    """A decision tree with exact splits, for classes.

    Splits nodes by the feature and threshold that decrease the impurity most, until leaves are
    pure or a limit says no; predicts the shares of the classes in a leaf. After Breiman, Friedman,
    Olshen, Stone 1984 (CART). Thresholds are all values' midpoints: large nodes are searched by
    histograms, and sorted only where bounds leave room for a better cut.  Among equal splits the
    lowest feature wins, then missing values on the right, then the lowest threshold. Class weights
    and sums are integers, so results do not depend on threads, instruction set or order of rows.
    Cost: rows x features x depth of about 2 ns; memory 5 bytes a row and feature and about 100
    bytes a row.  Missing values: each split learns their side where the node has some, else they
    go to the heavier child. Categories are split as sets: for two classes the best one, for more
    the best among orders by the shares of the 8 heaviest classes. The 255 heaviest categories
    count; others and unseen ones are as missing ones, and a category that a node did not have goes
    to its heavier child.  Weights multiply the counts; min_samples_split and min_samples_leaf are
    sums of weights. A row of weight 2 gives the tree of the row twice. Constant columns are not
    used.  Constraints (monotonic_cst): a cut whose sides' means are in the wrong order is left
    out; the middle of the means bounds all leaves below, on either side. For numbers without
    absolute_error, and two classes.  Differs from DecisionTreeClassifier: ties do not depend on
    random_state; features are not rounded to float32, and values closer than 1e-7 are told apart;
    min_samples_split and min_samples_leaf are no shares, which min_weight_fraction_leaf takes; at
    most 4096 splits from root to leaf.

    Parameters:

        criterion: impurity that splits decrease
            - gini: Gini's impurity: 1 - sum of p_k^2
            - entropy: Shannon's entropy: - sum of p_k log2 p_k (also log_loss)
            default 'gini'.
        splitter: how thresholds are chosen
            - best: the best threshold of each feature
            - random: one random threshold a feature, the best of those
            default 'best'.
        max_features: features a node looks at: sqrt, log2, a whole number, a share, or none for
            all
            default None; or None.
        class_weight: weights by class, times those of rows: balanced gives each class the same
            total; or a list of class:weight, where classes left out weigh 1
            default None; or None.
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

    Tables once fitted: importance, trees.

    The component 'decision_tree_classifier' of recipes, since 0.1.
    """

    _component = "decision_tree_classifier"

    def __init__(self, *, criterion: str = 'gini', splitter: str = 'best',
                 max_features: Optional[str] = None, class_weight: Any = None,
                 max_depth: Optional[int] = None, max_leaf_nodes: Optional[int] = None,
                 min_samples_split: int = 2, min_samples_leaf: int = 1,
                 min_weight_fraction_leaf: float = 0, min_impurity_decrease: float = 0,
                 ccp_alpha: float = 0, monotonic_cst: Any = None, random_state: int = 0,
                 context: Optional[Context] = None) -> None:
        self._init({"criterion": criterion, "splitter": splitter, "max_features": max_features,
                    "class_weight": class_weight, "max_depth": max_depth,
                    "max_leaf_nodes": max_leaf_nodes, "min_samples_split": min_samples_split,
                    "min_samples_leaf": min_samples_leaf,
                    "min_weight_fraction_leaf": min_weight_fraction_leaf,
                    "min_impurity_decrease": min_impurity_decrease, "ccp_alpha": ccp_alpha,
                    "monotonic_cst": monotonic_cst, "random_state": random_state}, context)
