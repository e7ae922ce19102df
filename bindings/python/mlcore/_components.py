"""Made by bindings/gen/generate.py from docs/catalog.json: do not edit.

One class a component, with the parameters, defaults and ranges that the library has.
"""
from math import inf
from typing import Any, Optional, Union

from ._context import Context
from .model import Model
from .transform import Transform

_ = (Any, Optional, Union, inf)  # not each catalog needs each of them


class Automatic(Transform):
    """The preprocessing that the next model needs, decided from the data.

    Asks the model that follows what it can take. Numbers get the median for missing values unless
    the model takes them missing, and are scaled when the model wants that; categories are one-hot
    encoded (unseen ones give all zeros) unless the model takes them as they are; free text is left
    out with a warning in the log. The steps it chose are in the table 'steps' of the fitted model.

    The component 'automatic' of recipes, since 0.1.
    """

    _component = "automatic"

    def __init__(self, *, context: Optional[Context] = None) -> None:
        self._init({}, context)


class OneHotEncoder(Transform):
    """Categories to vectors of zeros and a one.

    Each column becomes a vector with a component for each value of the training rows, ordered by
    value, named after it. Missing is a category of its own where training had it. min_frequency
    and max_categories join rare ones (by weight; of equals the lower value) into a last component
    'infrequent'. A bare encoder takes texts and categories; numbers are encoded when on() names
    them. As scikit-learn's OneHotEncoder, but one vector a column instead of loose columns.

    Parameters:

        handle_unknown: what a value that was not in the training rows becomes
            - error: such a row is an error
            - ignore: all components are zero
            - infrequent_if_exist: the rare group, or zeros where there is none
            default 'error'.
        drop: which level is left out, for models without regularisation
            - none: every level has a component
            - first: the first level has none
            - if_binary: the first of exactly two levels has none
            default 'none'.
        sparse_output: make sparse vectors
            default True.
        min_frequency: rows (or share of them, below 1) that a category needs, else it is rare
            default None; above 0; or None.
        max_categories: most levels, the group of the rare ones included
            default None; at least 1; or None.

    Tables once fitted: categories.

    The component 'one_hot_encoder' of recipes, since 0.1.
    """

    _component = "one_hot_encoder"

    def __init__(self, *, handle_unknown: str = 'error', drop: Optional[str] = 'none',
                 sparse_output: bool = True, min_frequency: Optional[float] = None,
                 max_categories: Optional[int] = None, context: Optional[Context] = None) -> None:
        self._init({"handle_unknown": handle_unknown, "drop": drop, "sparse_output": sparse_output,
                    "min_frequency": min_frequency, "max_categories": max_categories}, context)


class OrdinalEncoder(Transform):
    """Categories to numbers in ascending order.

    Each value becomes its index among the values of the training rows in ascending order; missing
    stays missing unless encoded_missing_value says otherwise. min_frequency and max_categories
    join rare values into the last index. As scikit-learn's OrdinalEncoder, whose unknown_value has
    no default.

    Parameters:

        handle_unknown: what a value that was not in the training rows becomes
            - error: such a row is an error
            - use_encoded_value: unknown_value
            default 'error'.
        unknown_value: code of unknown values; none: missing
            default None; or None.
        encoded_missing_value: code of missing values; none: they stay missing
            default None; or None.
        min_frequency: rows (or share of them, below 1) that a category needs, else it is rare
            default None; above 0; or None.
        max_categories: most levels, the group of the rare ones included
            default None; at least 1; or None.

    Tables once fitted: categories.

    The component 'ordinal_encoder' of recipes, since 0.1.
    """

    _component = "ordinal_encoder"

    def __init__(self, *, handle_unknown: str = 'error', unknown_value: Optional[float] = None,
                 encoded_missing_value: Optional[float] = None,
                 min_frequency: Optional[float] = None, max_categories: Optional[int] = None,
                 context: Optional[Context] = None) -> None:
        self._init({"handle_unknown": handle_unknown, "unknown_value": unknown_value,
                    "encoded_missing_value": encoded_missing_value, "min_frequency": min_frequency,
                    "max_categories": max_categories}, context)


class SimpleImputer(Transform):
    """A mean, median, most frequent or constant value for missing ones.

    The statistic of each column's training rows takes the place of its missing values and NaN.
    Weights count as repeated rows. A column without any value is left out unless
    keep_empty_features (then 0). A bare imputer takes numbers; texts and categories, with
    most_frequent or constant, when on() names them. As scikit-learn's SimpleImputer.

    Parameters:

        strategy: what takes the place of missing values
            - mean: the mean
            - median: the median
            - most_frequent: the most frequent value, the smallest of equals
            - constant: fill_value
            default 'mean'.
        fill_value: value of strategy=constant; none: 0 for numbers, missing_value for texts
            default None; or None.
        add_indicator: add a column of 0 and 1 for each column with missing values
            default False.
        keep_empty_features: keep columns in which every training row was missing
            default False.

    Tables once fitted: statistics.

    The component 'simple_imputer' of recipes, since 0.1.
    """

    _component = "simple_imputer"

    def __init__(self, *, strategy: str = 'mean', fill_value: Optional[str] = None,
                 add_indicator: bool = False, keep_empty_features: bool = False,
                 context: Optional[Context] = None) -> None:
        self._init({"strategy": strategy, "fill_value": fill_value, "add_indicator": add_indicator,
                    "keep_empty_features": keep_empty_features}, context)


class StandardScaler(Transform):
    """Numbers to mean 0 and standard deviation 1.

    Each column, or component of a vector, becomes (x - mean) / scale with the weighted mean and
    population standard deviation of the training rows, in one pass. Missing values are left out of
    the statistics and stay missing. A constant column gets scale 1. As scikit-learn's
    StandardScaler.

    Parameters:

        with_mean: subtract the mean of the training rows
            default True.
        with_std: divide by the standard deviation of the training rows
            default True.

    Tables once fitted: statistics.

    The component 'standard_scaler' of recipes, since 0.1.
    """

    _component = "standard_scaler"

    def __init__(self, *, with_mean: bool = True, with_std: bool = True,
                 context: Optional[Context] = None) -> None:
        self._init({"with_mean": with_mean, "with_std": with_std}, context)


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


class DecisionTreeRegressor(Model):
    """A decision tree with exact splits, for numbers.

    Splits nodes by the feature and threshold that decrease the impurity most, until all targets of
    a leaf are equal or a limit says no; predicts the mean of a leaf. After Breiman, Friedman,
    Olshen, Stone 1984 (CART). Thresholds are all values' midpoints: large nodes are searched by
    histograms, and sorted only where bounds leave room for a better cut.  Among equal splits the
    lowest feature wins, then missing values on the right, then the lowest threshold. Targets are
    integers of at least 2^-40 of the largest deviation (up to a million rows), so results do not
    depend on threads, instruction set or order of rows.  Cost: rows x features x depth of about 3
    ns; memory 5 bytes a row and feature and about 100 bytes a row.  Missing values: each split
    learns their side where the node has some, else they go to the heavier child. Categories are
    split as sets, the best one by squared error. The 255 heaviest categories count; others and
    unseen ones are as missing ones, and a category that a node did not have goes to its heavier
    child.  Weights multiply the squares; min_samples_split and min_samples_leaf are sums of
    weights. A row of weight 2 gives the tree of the row twice. Constant columns are not used.
    Constraints (monotonic_cst): a cut whose sides' means are in the wrong order is left out; the
    middle of the means bounds all leaves below, on either side. For numbers without
    absolute_error, and two classes.  Differs from DecisionTreeRegressor: ties do not depend on
    random_state; features are not rounded to float32, and values closer than 1e-7 are told apart;
    min_samples_split and min_samples_leaf are no shares, which min_weight_fraction_leaf takes; at
    most 4096 splits from root to leaf; friedman_mse, whose splits are those of squared_error, is
    only another name of it.

    Parameters:

        criterion: impurity that splits decrease
            - squared_error: variance; leaves are means (also friedman_mse)
            - absolute_error: mean absolute deviation; leaves are medians
            - poisson: half Poisson deviance; targets of at least 0
            default 'squared_error'.
        splitter: how thresholds are chosen
            - best: the best threshold of each feature
            - random: one random threshold a feature, the best of those
            default 'best'.
        max_features: features a node looks at: sqrt, log2, a whole number, a share, or none for
            all
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

    The component 'decision_tree_regressor' of recipes, since 0.1.
    """

    _component = "decision_tree_regressor"

    def __init__(self, *, criterion: str = 'squared_error', splitter: str = 'best',
                 max_features: Optional[str] = None, max_depth: Optional[int] = None,
                 max_leaf_nodes: Optional[int] = None, min_samples_split: int = 2,
                 min_samples_leaf: int = 1, min_weight_fraction_leaf: float = 0,
                 min_impurity_decrease: float = 0, ccp_alpha: float = 0, monotonic_cst: Any = None,
                 random_state: int = 0, context: Optional[Context] = None) -> None:
        self._init({"criterion": criterion, "splitter": splitter, "max_features": max_features,
                    "max_depth": max_depth, "max_leaf_nodes": max_leaf_nodes,
                    "min_samples_split": min_samples_split, "min_samples_leaf": min_samples_leaf,
                    "min_weight_fraction_leaf": min_weight_fraction_leaf,
                    "min_impurity_decrease": min_impurity_decrease, "ccp_alpha": ccp_alpha,
                    "monotonic_cst": monotonic_cst, "random_state": random_state}, context)


class ExtraTreesClassifier(Model):
    """Extremely randomised trees, for classes.

    A node looks at max_features of the features, drawn anew, and cuts each once, at a threshold
    drawn uniformly between the least and the largest of its values there; the best of these cuts
    is taken. Missing values go to a random side, categories are parted at random. Predicts the
    mean of the trees' shares of classes, not their votes. After Geurts, Ernst, Wehenkel 2006.
    Cost: trees x rows x max_features x depth of about 3 ns; memory 5 bytes a row and feature,
    about 100 bytes a row and thread, and 24 bytes a node, of which a tree has about as many as a
    tree has rows.  Missing values that a node did not see go to its heavier child, so do
    categories. The tables oob and oob_score have lines with oob_score=true, which needs
    bootstrap=true.  Weights multiply the counts, with bootstrap they drive the draws, as in
    random_forest_classifier. min_samples_split and min_samples_leaf are sums of weights or counts
    of draws.  Differs from ExtraTreesClassifier: random numbers; there is no warm_start, as a
    model never changes: more trees with the same random_state begin with the same ones; and as
    decision_tree_classifier.

    Parameters:

        criterion: impurity that splits decrease
            - gini: Gini's impurity: 1 - sum of p_k^2
            - entropy: Shannon's entropy: - sum of p_k log2 p_k (also log_loss)
            default 'gini'.
        max_features: features a node looks at: sqrt, log2, a whole number, a share, or none for
            all
            default 'sqrt'; or None.
        class_weight: weights by class, times those of rows: balanced gives each class the same
            total, balanced_subsample in each bootstrap sample; or a list of class:weight
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

    The component 'extra_trees_classifier' of recipes, since 0.1.
    """

    _component = "extra_trees_classifier"

    def __init__(self, *, criterion: str = 'gini', max_features: Optional[str] = 'sqrt',
                 class_weight: Any = None, n_estimators: int = 100, bootstrap: bool = False,
                 max_samples: Optional[str] = None, oob_score: bool = False,
                 max_depth: Optional[int] = None, max_leaf_nodes: Optional[int] = None,
                 min_samples_split: int = 2, min_samples_leaf: int = 1,
                 min_weight_fraction_leaf: float = 0, min_impurity_decrease: float = 0,
                 ccp_alpha: float = 0, monotonic_cst: Any = None, random_state: int = 0,
                 context: Optional[Context] = None) -> None:
        self._init({"criterion": criterion, "max_features": max_features,
                    "class_weight": class_weight, "n_estimators": n_estimators,
                    "bootstrap": bootstrap, "max_samples": max_samples, "oob_score": oob_score,
                    "max_depth": max_depth, "max_leaf_nodes": max_leaf_nodes,
                    "min_samples_split": min_samples_split, "min_samples_leaf": min_samples_leaf,
                    "min_weight_fraction_leaf": min_weight_fraction_leaf,
                    "min_impurity_decrease": min_impurity_decrease, "ccp_alpha": ccp_alpha,
                    "monotonic_cst": monotonic_cst, "random_state": random_state}, context)


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


class GradientBoostingClassifier(Model):
    """Gradient boosted trees on histograms, for classes.

    Minimises the logistic loss (two classes) or the multinomial one (a tree a class and round)
    plus the penalties on leaves; with loss=one_vs_all a logistic loss a class, whose probabilities
    are scaled to add up to 1. With multi_strategy=multi_output_tree the classes share their splits
    (Zhang and Jung 2021): one tree a round, with a value a class in each leaf. Trees grow leaf by
    leaf on histograms of at most 255 bins, with gradients as integers (15 bits for splits by
    stochastic rounding, 31 for leaves), so results do not depend on threads, instruction set or
    order of sums. After Friedman 2001, Ke et al. 2017 (LightGBM), Shi et al. 2022 (quantised
    gradients).  Cost: rows x features x log2(leaves) x trees of about 0.5 ns; memory 2 bytes a row
    and feature and about 40 bytes a row.  Missing values: each split learns their side where the
    node has some, else they go to the heavier child. Categories are split as sets; the 255 most
    frequent have bins, others and unseen ones count as missing.  Weights multiply the loss, those
    of classes also that of validation rows; min_samples_leaf and min_data_per_group are sums of
    weights. A row of weight 2 gives the trees of the row twice up to the random rounding of
    gradients. Constant columns are not used.  Differs from HistGradientBoostingClassifier: early
    stopping only with validation rows or validation_fraction; bins from all rows, not a sample;
    sets of categories by LightGBM's rules. With an offset the score starts from the offset alone,
    and predictions leave it out. With boosting=dart (Vinayak and Gilad-Bachrach 2015, LightGBM's
    parameters) rounds change those before them: nothing stops early, and the first rounds of a
    model are not the model of as many rounds.

    Parameters:

        loss: what is minimised; or the dotted name of a loss of the host with a logit link
            - log_loss: logistic for two classes, softmax for more (also binary, multiclass,
              softmax, multinomial, binary:logistic, multi:softprob, multi:softmax)
            - one_vs_all: a logistic loss a class, each against the rest (also multiclassova,
              ova, ovr)
            default 'log_loss'; or a dotted name of a component of the program; also called
            objective in recipes.
        multi_strategy: how the trees of a round share several scores
            - one_output_per_tree: a tree a score
            - multi_output_tree: the same splits for all, chosen by the sum of their gains, and
              values of their own
            default 'one_output_per_tree'.
        class_weight: weights by class, times those of rows: balanced gives each class the same
            total; or a list of class:weight, where classes left out weigh 1
            default None; or None.
        pos_bagging_fraction: share of the rows of the last of two classes that a tree is grown on
            default 1; above 0 and at most 1; also called pos_subsample, pos_bagging in recipes.
        neg_bagging_fraction: share of the rows of the first of two classes that a tree is grown on
            default 1; above 0 and at most 1; also called neg_subsample, neg_bagging in recipes.
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

    The component 'gradient_boosting_classifier' of recipes, since 0.1.
    """

    _component = "gradient_boosting_classifier"

    def __init__(self, *, loss: str = 'log_loss', multi_strategy: str = 'one_output_per_tree',
                 class_weight: Any = None, pos_bagging_fraction: float = 1,
                 neg_bagging_fraction: float = 1, n_estimators: int = 100,
                 learning_rate: float = 0.1, boosting: str = 'gbdt', drop_rate: float = 0.1,
                 max_drop: int = 50, skip_drop: float = 0.5, uniform_drop: bool = False,
                 xgboost_dart_mode: bool = False, grow_policy: str = 'leaf_wise',
                 max_leaf_nodes: int = 31, max_depth: Optional[int] = None,
                 min_samples_leaf: int = 20, min_hessian: float = 0.001,
                 l2_regularization: float = 0, l1_regularization: float = 0,
                 min_gain_to_split: float = 0, max_delta_step: float = 0, max_bins: int = 255,
                 zero_as_missing: bool = False, max_features: float = 1,
                 feature_fraction: float = 1, sampling: str = 'bagging', subsample: float = 1,
                 subsample_freq: int = 1, top_rate: float = 0.2, other_rate: float = 0.1,
                 mvs_reg: Optional[float] = None, monotonic_cst: Any = None,
                 monotone_constraints_method: str = 'basic', interaction_cst: Any = None,
                 path_smooth: float = 0, extra_trees: bool = False, linear_tree: bool = False,
                 linear_lambda: float = 0, feature_contri: Any = None,
                 forced_splits: Optional[str] = None, max_cat_to_onehot: int = 4,
                 max_cat_threshold: int = 32, cat_smooth: float = 10, cat_l2: float = 10,
                 min_data_per_group: int = 100, early_stopping: Union[bool, str] = 'auto',
                 early_stopping_metric: Any = None, first_metric_only: bool = False,
                 validation_fraction: float = 0, n_iter_no_change: int = 10, tol: float = 1e-07,
                 random_state: int = 0, context: Optional[Context] = None) -> None:
        self._init({"loss": loss, "multi_strategy": multi_strategy, "class_weight": class_weight,
                    "pos_bagging_fraction": pos_bagging_fraction,
                    "neg_bagging_fraction": neg_bagging_fraction, "n_estimators": n_estimators,
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
                    "forced_splits": forced_splits, "max_cat_to_onehot": max_cat_to_onehot,
                    "max_cat_threshold": max_cat_threshold, "cat_smooth": cat_smooth,
                    "cat_l2": cat_l2, "min_data_per_group": min_data_per_group,
                    "early_stopping": early_stopping,
                    "early_stopping_metric": early_stopping_metric,
                    "first_metric_only": first_metric_only,
                    "validation_fraction": validation_fraction,
                    "n_iter_no_change": n_iter_no_change, "tol": tol,
                    "random_state": random_state}, context)


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
                    "forced_splits": forced_splits, "max_cat_to_onehot": max_cat_to_onehot,
                    "max_cat_threshold": max_cat_threshold, "cat_smooth": cat_smooth,
                    "cat_l2": cat_l2, "min_data_per_group": min_data_per_group,
                    "early_stopping": early_stopping,
                    "early_stopping_metric": early_stopping_metric,
                    "first_metric_only": first_metric_only,
                    "validation_fraction": validation_fraction,
                    "n_iter_no_change": n_iter_no_change, "tol": tol,
                    "random_state": random_state}, context)


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
    less and suits targets or levels that go together. After Friedman 2001, Ke et al. 2017
    (LightGBM), Shi et al. 2022 (quantised gradients).  Cost: rows x features x log2(leaves) x
    trees of about 0.5 ns; memory 2 bytes a row and feature and about 40 bytes a row.  Missing
    values: each split learns their side where the node has some, else they go to the heavier
    child. Categories are split as sets; the 255 most frequent have bins, others and unseen ones
    count as missing.  Weights multiply the loss; min_samples_leaf and min_data_per_group are sums
    of weights. A row of weight 2 gives the trees of the row twice up to the random rounding of
    gradients. Constant columns are not used.  Differs from HistGradientBoostingRegressor: early
    stopping only with validation rows or validation_fraction; bins from all rows, not a sample;
    sets of categories by LightGBM's rules. With an offset the score starts from the offset alone,
    and predictions leave it out. With boosting=dart (Vinayak and Gilad-Bachrach 2015, LightGBM's
    parameters) rounds change those before them: nothing stops early, and the first rounds of a
    model are not the model of as many rounds.  linear_tree (Shi, Li and Li 2019, LightGBM's
    parameters): leaves of the rounds after the first are ridge regressions on the numbers that the
    splits above them ask for, weighted by hessians; rows that miss one of them, or where the sum
    is not finite, get the constant of the leaf. Bounds and penalties of leaves (max_delta_step,
    l1_regularization, l2_regularization, path_smooth) hold for constants; lines go on outside of
    the range of training rows. Features that depend on others in a leaf are left out of it. Takes
    8 bytes a row and number more; such models have no Shapley values.

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
                 tweedie_variance_power: float = 1.5, n_estimators: int = 100,
                 learning_rate: float = 0.1, boosting: str = 'gbdt', drop_rate: float = 0.1,
                 max_drop: int = 50, skip_drop: float = 0.5, uniform_drop: bool = False,
                 xgboost_dart_mode: bool = False, grow_policy: str = 'leaf_wise',
                 max_leaf_nodes: int = 31, max_depth: Optional[int] = None,
                 min_samples_leaf: int = 20, min_hessian: float = 0.001,
                 l2_regularization: float = 0, l1_regularization: float = 0,
                 min_gain_to_split: float = 0, max_delta_step: float = 0, max_bins: int = 255,
                 zero_as_missing: bool = False, max_features: float = 1,
                 feature_fraction: float = 1, sampling: str = 'bagging', subsample: float = 1,
                 subsample_freq: int = 1, top_rate: float = 0.2, other_rate: float = 0.1,
                 mvs_reg: Optional[float] = None, monotonic_cst: Any = None,
                 monotone_constraints_method: str = 'basic', interaction_cst: Any = None,
                 path_smooth: float = 0, extra_trees: bool = False, linear_tree: bool = False,
                 linear_lambda: float = 0, feature_contri: Any = None,
                 forced_splits: Optional[str] = None, max_cat_to_onehot: int = 4,
                 max_cat_threshold: int = 32, cat_smooth: float = 10, cat_l2: float = 10,
                 min_data_per_group: int = 100, early_stopping: Union[bool, str] = 'auto',
                 early_stopping_metric: Any = None, first_metric_only: bool = False,
                 validation_fraction: float = 0, n_iter_no_change: int = 10, tol: float = 1e-07,
                 random_state: int = 0, context: Optional[Context] = None) -> None:
        self._init({"loss": loss, "quantile": quantile, "multi_strategy": multi_strategy,
                    "delta": delta, "tweedie_variance_power": tweedie_variance_power,
                    "n_estimators": n_estimators, "learning_rate": learning_rate,
                    "boosting": boosting, "drop_rate": drop_rate, "max_drop": max_drop,
                    "skip_drop": skip_drop, "uniform_drop": uniform_drop,
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
                    "forced_splits": forced_splits, "max_cat_to_onehot": max_cat_to_onehot,
                    "max_cat_threshold": max_cat_threshold, "cat_smooth": cat_smooth,
                    "cat_l2": cat_l2, "min_data_per_group": min_data_per_group,
                    "early_stopping": early_stopping,
                    "early_stopping_metric": early_stopping_metric,
                    "first_metric_only": first_metric_only,
                    "validation_fraction": validation_fraction,
                    "n_iter_no_change": n_iter_no_change, "tol": tol,
                    "random_state": random_state}, context)


class GradientBoostingSurvival(Model):
    """Gradient boosted trees on histograms, for times until an event.

    The target is two columns, the lower and then the upper bound of a time: the same number for an
    event that was seen; no upper bound (missing or infinite) where it had not come yet when the
    row was last seen (right-censored); lower bound 0 where it came before (left-censored); two
    numbers where it came between. One column alone means events; with loss=cox a negative number
    is a row that was last seen at that time, as XGBoost has it.  cox minimises the negative log of
    the partial likelihood (Cox 1972; Breslow's ties), of events and right-censored rows; its
    prediction is exp(score), the hazard relative to a row of score 0. aft minimises the negative
    log-likelihood of log(time) = score + scale x noise (Barnwal, Cho, Hocking 2022), of any
    bounds; its prediction is exp(score), a time, which for normal and logistic noise is the
    median. Gradients of aft are cut to [-15, 15], hessians to [1e-16, 15], as in XGBoost.  Trees,
    missing values and categories as gradient_boosting_regressor has them. Cost: that of the trees,
    and a round rows x some 60 ns, always on one thread (cox), or rows x some 200 to 350 ns (aft).
    Weights multiply the losses of rows and, with cox, count in the risk sets. Constant columns are
    not used.  Differs from XGBoost: weights count in risk sets, so that weight 2 is the row twice;
    events at the same time count for all rows of that time, where XGBoost gives a row those that
    stand before it; aft starts from the best constant. scikit-learn has no survival models.

    Parameters:

        loss: what is minimised
            - cox: negative log of Cox's partial likelihood, ties after Breslow; predicts
              hazard ratios (also survival:cox)
            - aft: accelerated failure time, also for intervals; predicts times (also
              survival:aft)
            default 'cox'; also called objective in recipes.
        distribution: distribution of the noise of log(time), for loss=aft
            - normal: times are log-normal
            - logistic: times are log-logistic
            - extreme: times are Weibull
            default 'normal'; also called aft_loss_distribution in recipes.
        scale: scale of that noise
            default 1; above 0; also called aft_loss_distribution_scale in recipes.
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

    The component 'gradient_boosting_survival' of recipes, since 0.1.
    """

    _component = "gradient_boosting_survival"

    def __init__(self, *, loss: str = 'cox', distribution: str = 'normal', scale: float = 1,
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
                 forced_splits: Optional[str] = None, max_cat_to_onehot: int = 4,
                 max_cat_threshold: int = 32, cat_smooth: float = 10, cat_l2: float = 10,
                 min_data_per_group: int = 100, early_stopping: Union[bool, str] = 'auto',
                 early_stopping_metric: Any = None, first_metric_only: bool = False,
                 validation_fraction: float = 0, n_iter_no_change: int = 10, tol: float = 1e-07,
                 random_state: int = 0, context: Optional[Context] = None) -> None:
        self._init({"loss": loss, "distribution": distribution, "scale": scale,
                    "n_estimators": n_estimators, "learning_rate": learning_rate,
                    "boosting": boosting, "drop_rate": drop_rate, "max_drop": max_drop,
                    "skip_drop": skip_drop, "uniform_drop": uniform_drop,
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
                    "forced_splits": forced_splits, "max_cat_to_onehot": max_cat_to_onehot,
                    "max_cat_threshold": max_cat_threshold, "cat_smooth": cat_smooth,
                    "cat_l2": cat_l2, "min_data_per_group": min_data_per_group,
                    "early_stopping": early_stopping,
                    "early_stopping_metric": early_stopping_metric,
                    "first_metric_only": first_metric_only,
                    "validation_fraction": validation_fraction,
                    "n_iter_no_change": n_iter_no_change, "tol": tol,
                    "random_state": random_state}, context)


class IsolationForest(Model):
    """Anomalies by random cuts: isolation forest, also extended.

    Grows trees on small random samples, each node cut at a uniform threshold of a random feature
    that varies there, until rows stand alone or the depth is log2 of the sample (Liu, Ting, Zhou
    2008). The score of a row is s = 2^(-path / c): its mean path, to which a leaf of m rows adds
    c(m), and c the mean path of an unsuccessful search in a sample; near 1 for anomalies, below
    0.5 for what is ordinary. raw is threshold - s, the decision function of scikit-learn; s
    itself, the negative of its score_samples, is threshold - raw; the threshold, the negative of
    its offset_, is 0.5 or follows contamination (table threshold). The prediction is -1, an
    anomaly, where raw is below 0, else 1. leaf gives the leaf of each tree. Extended (Hariri,
    Carrasco Kind, Brunner 2019), extension_level k above 0, the ndim = k + 1 of isotree: cuts by
    planes of k + 1 features with normal factors, through a uniform point of the node's box;
    features are measured by their ranges in the sample. Cost: a fit takes trees x sample x
    log2(sample) steps, whatever the number of rows, and a score of all rows with contamination; a
    score takes trees x log2(sample) steps; planes take k + 1 times as many. Missing values of a
    feature go to a random side where a node has some, else to the side of more rows; on planes
    they stand at the plane's point. Categories go to a random side each, unseen ones where missing
    values go; of more than 255, those that are 255 apart go together; planes take none. Constant
    columns are not cut. Weights that are whole numbers count rows; with others samples are drawn
    with replacement, by weight. Differences from scikit-learn: random numbers; categories, missing
    values and planes; the quantile of a contamination is the averaged inverted distribution.

    Parameters:

        n_estimators: number of trees
            default 100; at least 1 and at most 1048576; also called num_trees, n_trees in recipes.
        max_samples: rows a tree: a whole number, a share of the rows, or auto for 256 or all if
            fewer
            default 'auto'.
        contamination: share of the training rows that are anomalies, above 0 and at most 0.5; or
            auto: rows of a score above 0.5 are
            default 'auto'.
        max_features: features that a tree may look at: a whole number, or a share
            default '1.0'.
        bootstrap: draw the rows of a tree with replacement
            default False.
        extension_level: 0: cut by one feature; k: by planes of k + 1 features, at most all
            (extended isolation forest)
            default 0; at least 0 and at most 2147483646.
        random_state: seed of all random draws
            default 0; also called seed in recipes.

    Tables once fitted: threshold, trees.

    The component 'isolation_forest' of recipes, since 0.1.
    """

    _component = "isolation_forest"

    def __init__(self, *, n_estimators: int = 100, max_samples: str = 'auto',
                 contamination: str = 'auto', max_features: str = '1.0', bootstrap: bool = False,
                 extension_level: int = 0, random_state: int = 0,
                 context: Optional[Context] = None) -> None:
        self._init({"n_estimators": n_estimators, "max_samples": max_samples,
                    "contamination": contamination, "max_features": max_features,
                    "bootstrap": bootstrap, "extension_level": extension_level,
                    "random_state": random_state}, context)


class KMeans(Model):
    """Clusters around n_clusters centres.

    Objective: sum of w_i |x_i - c(i)|^2, c(i) the centre nearest to row i (the inertia). A local
    minimum is found; more starts (n_init) find better ones. Algorithm: Lloyd's iterations (1982)
    from greedy k-means++ starts (Arthur & Vassilvitskii 2007, 2 + floor(ln n_clusters) candidates
    a centre) or from random rows. An iteration ends the run when no row changes its cluster or the
    centres move less than tol. A cluster that lost its rows takes the row farthest from its
    centre. Ties go to the lowest centre and row. Cost: n p n_clusters multiplications an
    iteration, a copy of the features and 2 n numbers; a k-means++ start n (2 + ln n_clusters)
    numbers more. Missing values are refused. Weight 2 equals the row twice: in the sums exactly,
    in the draws of the starts in distribution. Constant columns have no effect. Distances treat
    features alike: scale them first. The prediction is the number of the nearest centre, from 0;
    raw gives the distances to all. Differences from scikit-learn: random numbers, so starts differ
    for the same random_state; the variance that tol refers to is weighted; n_init=none is its
    auto; algorithm=elkan and init by a given array are left out.

    Parameters:

        n_clusters: number of clusters
            default 8; at least 1 and at most 1000000.
        init: where the centres start
            - k-means++: far apart: the best of 2 + ln(n_clusters) draws a centre
            - random: rows at random
            default 'k-means++'.
        n_init: starts, of which the one with the lowest inertia is kept; none is 1 for k-means++
            and 10 for random
            default None; at least 1 and at most 100000; or None.
        max_iter: most iterations of a start
            default 300; at least 1 and at most 1000000.
        tol: stops when the centres move less than this times the mean variance of the features
            (squared distances, all centres together)
            default 0.0001; at least 0.
        random_state: seed of the starts
            default 0.

    Tables once fitted: centers, history.

    The component 'kmeans' of recipes, since 0.1.
    """

    _component = "kmeans"

    def __init__(self, *, n_clusters: int = 8, init: str = 'k-means++',
                 n_init: Optional[int] = None, max_iter: int = 300, tol: float = 0.0001,
                 random_state: int = 0, context: Optional[Context] = None) -> None:
        self._init({"n_clusters": n_clusters, "init": init, "n_init": n_init, "max_iter": max_iter,
                    "tol": tol, "random_state": random_state}, context)


class LogisticRegression(Model):
    """Linear classifier with logistic loss and an L2 penalty.

    Objective: C sum_i w_i loss_i + |W|^2 / 2. Two classes: loss = log(1 + exp(-+(x'b + c))), one
    column of coefficients, for the second class. K > 2 classes: one column a class and the
    multinomial loss -log softmax; columns sum to zero at the optimum. Intercepts are not
    penalised. Algorithm: newton-cholesky gathers loss, gradient and Hessian in one pass over the
    rows and halves steps by Armijo's rule; lbfgs (Liu & Nocedal 1989) keeps 10 pairs and starts
    from the curvature of each column. Both stop when no entry of the gradient of the objective,
    divided by C and the sum of weights, is above tol; Newton also wants half its decrement there.
    On separable data with a large C, or none, there is no finite optimum: the fit ends at max_iter
    with a warning in the log, and the table `history` shows where it was. Cost: an iteration of
    newton-cholesky takes n q^2 / 2 multiplications and q^2 numbers, q = (p + 1) (K - 1); one of
    lbfgs 2 n p K and 24 p K numbers. Missing values are refused. Weight 2 equals the row twice.
    Constant columns get the coefficient 0. The penalty treats features alike: scale them first.
    Differences from scikit-learn: the penalty is L2 or none; solver=auto chooses; lbfgs is
    preconditioned, so it reaches tol also where scikit-learn's stalls on features with large
    means.

    Parameters:

        C: inverse strength of the penalty: what the sum of losses is multiplied by
            default 1; above 0.
        tol: stops when no entry of the gradient of the mean loss plus penalty is larger
            default 0.0001; at least 0 and at most 1.
        max_iter: most iterations
            default 100; at least 1.
        fit_intercept: whether a constant, which is not penalised, is fitted too
            default True.
        class_weight: weights by class, times those of rows: balanced gives each class the same
            total; or a list of class:weight, where classes left out weigh 1
            default None; or None.
        solver: how the optimum is found; all find the same
            - auto: newton-cholesky for up to 2000 unknowns and enough rows, else lbfgs
            - newton-cholesky: Newton's method; few, costly, very exact iterations (also
              newton_cholesky)
            - lbfgs: limited-memory BFGS; cheap iterations, sparse rows as they are
            default 'auto'.
        penalty: what is added to the losses
            - l2: half the squared norm
            - none: C has no meaning
            default 'l2'.

    Tables once fitted: coefficients, history.

    The component 'logistic_regression' of recipes, since 0.1.
    """

    _component = "logistic_regression"

    def __init__(self, *, C: float = 1, tol: float = 0.0001, max_iter: int = 100,
                 fit_intercept: bool = True, class_weight: Any = None, solver: str = 'auto',
                 penalty: Optional[str] = 'l2', context: Optional[Context] = None) -> None:
        self._init({"C": C, "tol": tol, "max_iter": max_iter, "fit_intercept": fit_intercept,
                    "class_weight": class_weight, "solver": solver, "penalty": penalty}, context)


class RandomForestClassifier(Model):
    """A random forest: trees on bootstrap samples, for classes.

    Grows each tree on rows drawn with replacement; a node looks at max_features of the features,
    drawn anew, and on until one has two values. Predicts the mean of the trees' shares of classes,
    not their votes. After Breiman 2001. Each tree is a function of random_state and its number,
    whatever thread grows it; splits are exact, as in decision_tree_classifier.  Cost: trees x rows
    x max_features x depth of about 4 ns; memory 5 bytes a row and feature, about 100 bytes a row
    and thread, and 24 bytes a node, of which a tree has about as many as a tree has rows.  Missing
    values and categories: as decision_tree_classifier. The tables oob and oob_score have lines
    with oob_score=true.  Weights drive the draws: a row of weight 2 is drawn like two rows.
    Weights that are whole numbers count rows, and a sample has as many draws as they add up to;
    else as many as there are rows. min_samples_split and min_samples_leaf count draws.
    class_weight=balanced drives the draws as well, balanced_subsample weighs the classes of each
    sample.  Differs from RandomForestClassifier: random numbers; min_samples_split and
    min_samples_leaf count a row as often as it was drawn; there is no warm_start, as a model never
    changes: more trees with the same random_state begin with the same ones; and as
    decision_tree_classifier.

    Parameters:

        criterion: impurity that splits decrease
            - gini: Gini's impurity: 1 - sum of p_k^2
            - entropy: Shannon's entropy: - sum of p_k log2 p_k (also log_loss)
            default 'gini'.
        max_features: features a node looks at: sqrt, log2, a whole number, a share, or none for
            all
            default 'sqrt'; or None.
        class_weight: weights by class, times those of rows: balanced gives each class the same
            total, balanced_subsample in each bootstrap sample; or a list of class:weight
            default None; or None.
        n_estimators: number of trees
            default 100; at least 1 and at most 1048576; also called num_trees, n_trees in recipes.
        bootstrap: grow each tree on rows drawn with replacement; else on all rows
            default True.
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

    The component 'random_forest_classifier' of recipes, since 0.1.
    """

    _component = "random_forest_classifier"

    def __init__(self, *, criterion: str = 'gini', max_features: Optional[str] = 'sqrt',
                 class_weight: Any = None, n_estimators: int = 100, bootstrap: bool = True,
                 max_samples: Optional[str] = None, oob_score: bool = False,
                 max_depth: Optional[int] = None, max_leaf_nodes: Optional[int] = None,
                 min_samples_split: int = 2, min_samples_leaf: int = 1,
                 min_weight_fraction_leaf: float = 0, min_impurity_decrease: float = 0,
                 ccp_alpha: float = 0, monotonic_cst: Any = None, random_state: int = 0,
                 context: Optional[Context] = None) -> None:
        self._init({"criterion": criterion, "max_features": max_features,
                    "class_weight": class_weight, "n_estimators": n_estimators,
                    "bootstrap": bootstrap, "max_samples": max_samples, "oob_score": oob_score,
                    "max_depth": max_depth, "max_leaf_nodes": max_leaf_nodes,
                    "min_samples_split": min_samples_split, "min_samples_leaf": min_samples_leaf,
                    "min_weight_fraction_leaf": min_weight_fraction_leaf,
                    "min_impurity_decrease": min_impurity_decrease, "ccp_alpha": ccp_alpha,
                    "monotonic_cst": monotonic_cst, "random_state": random_state}, context)


class RandomForestRegressor(Model):
    """A random forest: trees on bootstrap samples, for numbers.

    Grows each tree on rows drawn with replacement; a node looks at max_features of the features,
    drawn anew, and on until one has two values. Predicts the mean of the trees. After Breiman
    2001. Each tree is a function of random_state and its number, whatever thread grows it; splits
    are exact, as in decision_tree_regressor.  Cost: trees x rows x max_features x depth of about 5
    ns; memory 5 bytes a row and feature, about 100 bytes a row and thread, and 24 bytes a node, of
    which a tree has about as many as a tree has rows.  Missing values and categories: as
    decision_tree_regressor. The tables oob and oob_score have lines with oob_score=true.  Weights
    drive the draws: a row of weight 2 is drawn like two rows. Weights that are whole numbers count
    rows, and a sample has as many draws as they add up to; else as many as there are rows.
    min_samples_split and min_samples_leaf count draws.  Differs from RandomForestRegressor: random
    numbers; min_samples_split and min_samples_leaf count a row as often as it was drawn; there is
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
            default True.
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

    The component 'random_forest_regressor' of recipes, since 0.1.
    """

    _component = "random_forest_regressor"

    def __init__(self, *, criterion: str = 'squared_error', max_features: Optional[str] = None,
                 n_estimators: int = 100, bootstrap: bool = True,
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


class Ridge(Model):
    """Linear least squares with an L2 penalty.

    Objective: sum of w_i (y_i - x_i'b - c)^2 + alpha |b|^2, for each target; the intercept c is
    not penalised. Algorithm: the normal equations of the centred features, gathered in one pass,
    by Cholesky with one step of refinement; with fewer rows than features the dual equations
    (Saunders, Gammerman & Vovk 1998); for more than 4096 of both, and for sparse features wider
    than 512, conjugate gradients preconditioned by the diagonal. Where the solution is not unique
    (alpha = 0 and dependent columns) it is the one of least norm, from eigenvectors. Cost: n p^2
    multiplications and p^2 numbers, n^2 p and n^2 + n p for the dual equations, n p a step and p
    numbers for sparse_cg. Several targets share the factorisation. Missing values are refused.
    Weight 2 equals the row twice. Constant columns get the coefficient 0. Features of different
    scale do not harm the accuracy, but the penalty treats them alike: scale them first. Columns
    that depend on others up to a relative 1e-7 count as dependent. Differences from scikit-learn:
    the solvers svd, lsqr, sag, saga and lbfgs are left out, as is positive=true; alpha is one
    number for all targets.

    Parameters:

        alpha: strength of the L2 penalty; 0 is ordinary least squares
            default 1; at least 0.
        fit_intercept: whether a constant, which is not penalised, is fitted too
            default True.
        solver: how the equations are solved
            - auto: cholesky where its matrix is small enough, else sparse_cg
            - cholesky: direct: normal equations, or the dual ones for few rows
            - sparse_cg: conjugate gradients, a pass over the rows a step
            default 'auto'.
        max_iter: most steps of sparse_cg for a target; none is 1000
            default None; at least 1; or None.
        tol: sparse_cg stops when the gradient has shrunk to this fraction of its start
            default 0.0001; at least 0 and at most 1.

    Tables once fitted: coefficients, history.

    The component 'ridge' of recipes, since 0.1.
    """

    _component = "ridge"

    def __init__(self, *, alpha: float = 1, fit_intercept: bool = True, solver: str = 'auto',
                 max_iter: Optional[int] = None, tol: float = 0.0001,
                 context: Optional[Context] = None) -> None:
        self._init({"alpha": alpha, "fit_intercept": fit_intercept, "solver": solver,
                    "max_iter": max_iter, "tol": tol}, context)


CLASSES = {
    ("transform", "automatic"): Automatic,
    ("transform", "one_hot_encoder"): OneHotEncoder,
    ("transform", "ordinal_encoder"): OrdinalEncoder,
    ("transform", "simple_imputer"): SimpleImputer,
    ("transform", "standard_scaler"): StandardScaler,
    ("model", "adaboost_classifier"): AdaboostClassifier,
    ("model", "adaboost_regressor"): AdaboostRegressor,
    ("model", "decision_tree_classifier"): DecisionTreeClassifier,
    ("model", "decision_tree_regressor"): DecisionTreeRegressor,
    ("model", "extra_trees_classifier"): ExtraTreesClassifier,
    ("model", "extra_trees_regressor"): ExtraTreesRegressor,
    ("model", "gradient_boosting_classifier"): GradientBoostingClassifier,
    ("model", "gradient_boosting_ranker"): GradientBoostingRanker,
    ("model", "gradient_boosting_regressor"): GradientBoostingRegressor,
    ("model", "gradient_boosting_survival"): GradientBoostingSurvival,
    ("model", "isolation_forest"): IsolationForest,
    ("model", "kmeans"): KMeans,
    ("model", "logistic_regression"): LogisticRegression,
    ("model", "random_forest_classifier"): RandomForestClassifier,
    ("model", "random_forest_regressor"): RandomForestRegressor,
    ("model", "ridge"): Ridge,
}

__all__ = [
    "AdaboostClassifier",
    "AdaboostRegressor",
    "Automatic",
    "DecisionTreeClassifier",
    "DecisionTreeRegressor",
    "ExtraTreesClassifier",
    "ExtraTreesRegressor",
    "GradientBoostingClassifier",
    "GradientBoostingRanker",
    "GradientBoostingRegressor",
    "GradientBoostingSurvival",
    "IsolationForest",
    "KMeans",
    "LogisticRegression",
    "OneHotEncoder",
    "OrdinalEncoder",
    "RandomForestClassifier",
    "RandomForestRegressor",
    "Ridge",
    "SimpleImputer",
    "StandardScaler",
]
