"""Trees, forests, boosting and linear models, as the model of a document."""
from typing import Any, Callable, Dict, List, Optional, Tuple

from .fields import (Field, Fields, Steps, as_integers, as_numbers, need_single, reads,
                     refuse)
from .transforms import category_levels

MODELS: Dict[str, Callable[..., Any]] = {}


def _cart_tree(tree: Any, value: Any, features: Optional[Any] = None) -> Dict[str, Any]:
    """A tree of sklearn.tree with these values of its leaves."""
    import numpy

    is_leaf = tree.children_left < 0
    feature = numpy.where(is_leaf, 0, tree.feature)
    if features is not None:
        feature = numpy.asarray(features)[feature]
    weight, impurity = tree.weighted_n_node_samples, tree.impurity
    left, right = tree.children_left, tree.children_right
    gain = weight * impurity - weight[left] * impurity[left] - weight[right] * impurity[right]
    words = {"feature": as_integers(numpy.where(is_leaf, -1, feature)),
             "threshold": as_numbers(numpy.where(is_leaf, 0, tree.threshold)),
             "left": as_integers(left), "right": as_integers(right),
             "value": as_numbers(numpy.where(is_leaf, value, 0)),
             "gain": as_numbers(numpy.where(is_leaf, 0, gain)), "cover": as_numbers(weight)}
    sides = getattr(tree, "missing_go_to_left", None)
    if sides is None:
        nodes = tree.__getstate__()["nodes"]
        sides = nodes["missing_go_to_left"] if "missing_go_to_left" in nodes.dtype.names else None
    if sides is not None and numpy.any(sides):
        words["missing_left"] = as_integers(numpy.where(is_leaf, 0, sides))
    return words


def _hist_tree(predictor: Any, fields: Fields, known: Any, known_row: Any) -> Dict[str, Any]:
    import numpy

    nodes = predictor.nodes
    is_leaf = nodes["is_leaf"] != 0
    words = {"feature": as_integers(numpy.where(is_leaf, -1, nodes["feature_idx"].astype(int))),
             "threshold": as_numbers(numpy.where(is_leaf, 0, nodes["num_threshold"])),
             "left": as_integers(nodes["left"]), "right": as_integers(nodes["right"]),
             "value": as_numbers(numpy.where(is_leaf, nodes["value"], 0)),
             "missing_left": as_integers(nodes["missing_go_to_left"]),
             "gain": as_numbers(numpy.where(is_leaf, 0, nodes["gain"])),
             "cover": as_numbers(nodes["count"])}
    if not (nodes["is_categorical"] & ~is_leaf).any():
        return words
    sets, places = [], []
    for node, leaf in zip(nodes, is_leaf):
        places.append(-1)
        if leaf or not node["is_categorical"]:
            continue
        places[-1] = len(sets)
        feature = node["feature_idx"]
        members = _bits(predictor.raw_left_cat_bitsets[node["bitset_idx"]])
        if node["missing_go_to_left"]:  # where also codes go that no training row had
            members |= set(range(256)) - _bits(known[known_row[feature]])
        codes = len(fields[feature].labels or []) or fields[feature].codes
        sets.append(sorted(code for code in members if code < codes))
    words["set"], words["sets"] = places, sets
    return words


def _bits(words: Any) -> Any:
    return {32 * w + b for w, word in enumerate(words) for b in range(32) if int(word) >> b & 1}


ModelParts = Tuple[Dict[str, Any], Steps, Fields]


def _objective(words: Dict[str, Any], loss: str) -> None:
    words["loss"] = loss
    words["link"] = "log" if loss in ("poisson", "gamma") else "identity"


def _encode_categories(estimator: Any, fields: Fields) -> Tuple[Steps, Fields]:
    """What the estimator does to its columns: those of categories first, by their codes."""
    encoder = estimator._preprocessor.named_transformers_["encoder"]
    chosen = [bool(flag) for flag in estimator.is_categorical_]
    need_single(fields, type(estimator).__name__)
    inputs = [field for field, flag in zip(fields, chosen) if flag]
    columns, made = [], []
    for field, values in zip(inputs, encoder.categories_):
        words, n_levels = category_levels(field, values, None, type(estimator).__name__)
        if field.kind == "category":
            made.append(field)
            continue
        columns.append(field.column(**words))
        made.append(Field(field.name, "number"))
        made[-1].codes = len(words["categories"])
    numbers = [field for field, flag in zip(fields, chosen) if not flag]
    steps: Steps = []
    if columns:
        leaf = {"step": "ordinal_encoder", "columns": columns,
                "handle_unknown": "use_encoded_value"}
        plain = [{"name": c["name"], "kind": c["kind"]} for c in columns]
        steps.append({"step": "on", "columns": plain, "steps": [leaf]})
    return steps, made + numbers


@reads(MODELS, "HistGradientBoostingClassifier", "HistGradientBoostingRegressor")
def _hist(estimator: Any, fields: Fields) -> ModelParts:
    steps: Steps = []
    known, known_row = None, None
    if getattr(estimator, "_preprocessor", None) is not None:
        steps, fields = _encode_categories(estimator, fields)
        known, known_row = estimator._bin_mapper.make_known_categories_bitsets()
    elif getattr(estimator, "is_categorical_", None) is not None:
        raise refuse("categories of a HistGradientBoosting model that scikit-learn before 1.4 "
                      "has fitted")
    trees = [_hist_tree(predictor, fields, known, known_row)
             for stage in estimator._predictors for predictor in stage]
    words = {"compare": "double", "start": as_numbers(estimator._baseline_prediction),
             "trees": trees, "learning_rate": float(estimator.learning_rate)}
    if hasattr(estimator, "classes_"):
        words["component"] = "gradient_boosting_classifier"
        words["link"] = "softmax" if len(estimator.classes_) > 2 else "logit"
    else:
        words["component"] = "gradient_boosting_regressor"
        _objective(words, estimator.loss)
        if estimator.loss == "quantile":
            words["quantile"] = float(estimator.quantile)
    return words, steps, fields


@reads(MODELS, "GradientBoostingClassifier", "GradientBoostingRegressor")
def _gradient(estimator: Any, fields: Fields) -> ModelParts:
    import numpy

    init = estimator.init_
    if not (isinstance(init, str) and init == "zero") and \
            type(init).__name__ not in ("DummyClassifier", "DummyRegressor"):
        raise refuse(f"{type(estimator).__name__} that starts from {type(init).__name__}")
    row = numpy.zeros((1, estimator.n_features_in_), dtype=numpy.float32)
    rate = float(estimator.learning_rate)
    trees = [_cart_tree(part.tree_, rate * part.tree_.value[:, 0, 0])
             for stage in estimator.estimators_ for part in stage]
    words = {"compare": "float", "start": as_numbers(estimator._raw_predict_init(row)),
             "trees": trees, "learning_rate": rate}
    if hasattr(estimator, "classes_"):
        words["component"] = "gradient_boosting_classifier"
        words["link"] = "softmax" if len(estimator.classes_) > 2 else "logit"
        if estimator.loss == "exponential":
            words["factor"] = 2.0
    else:
        words["component"] = "gradient_boosting_regressor"
        _objective(words, estimator.loss)
        if estimator.loss == "quantile":
            words["quantile"] = float(estimator.alpha)
    return words, [], fields


def _shares(tree: Any, shares: List[float]) -> Any:
    """The value of each leaf: the share of the second of two classes, else a row of shares."""
    import numpy

    value = tree.value[:, 0, :]
    sums = value.sum(axis=1, keepdims=True)
    if not numpy.allclose(sums, 1):  # counts, in scikit-learn before 1.3
        value = value / sums
    value = numpy.clip(value, 0, 1)
    if value.shape[1] < 3:
        return value[:, 1] if value.shape[1] == 2 else numpy.zeros(len(value))
    is_leaf = tree.children_left < 0
    shares += as_numbers(value[is_leaf])
    return numpy.where(is_leaf, numpy.cumsum(is_leaf) - 1, 0)


def _mean_of_trees(parts: Any, n_targets: int) -> Dict[str, Any]:
    """Forests of numbers have one target here, boosted trees several: their mean over the rounds."""
    return {"component": "gradient_boosting_regressor", "compare": "float", "link": "identity",
            "mean": True, "start": [0.0] * n_targets,
            "trees": [_cart_tree(part.tree_, part.tree_.value[:, k, 0])
                      for part in parts for k in range(n_targets)]}


_FORESTS = {"DecisionTree": "decision_tree", "ExtraTree": "decision_tree",
            "RandomForest": "random_forest", "ExtraTrees": "extra_trees"}


@reads(MODELS, *(name + kind for name in _FORESTS for kind in ("Classifier", "Regressor")))
def _forest(estimator: Any, fields: Fields) -> ModelParts:
    name = type(estimator).__name__
    kind = "Classifier" if name.endswith("Classifier") else "Regressor"
    parts = getattr(estimator, "estimators_", [estimator])
    if estimator.n_outputs_ > 1:
        if kind == "Classifier":
            raise refuse(f"{name} with {estimator.n_outputs_} targets: a classifier has one here; "
                          "fit and take over one for each target")
        return _mean_of_trees(parts, estimator.n_outputs_), [], fields
    shares: List[float] = []
    trees = []
    for part in parts:
        value = _shares(part.tree_, shares) if kind == "Classifier" else part.tree_.value[:, 0, 0]
        trees.append(_cart_tree(part.tree_, value))
    words = {"component": f"{_FORESTS[name[:-len(kind)]]}_{kind.lower()}", "compare": "float",
             "trees": trees, "importance": as_numbers(estimator.feature_importances_)}
    if shares:
        words["shares"] = shares
    return words, [], fields


@reads(MODELS, "IsolationForest")
def _isolation(estimator: Any, fields: Fields) -> ModelParts:
    from sklearn.ensemble._iforest import _average_path_length

    trees = []
    for i, part in enumerate(estimator.estimators_):
        value = estimator._decision_path_lengths[i] + \
            estimator._average_path_length_per_tree[i] - 1.0
        trees.append(_cart_tree(part.tree_, value, estimator.estimators_features_[i]))
    words = {"component": "isolation_forest", "compare": "float", "trees": trees,
             "mean_path": float(_average_path_length([estimator.max_samples_])[0]),
             "threshold": -float(estimator.offset_)}
    return words, [], fields


@reads(MODELS, "LinearRegression", "Ridge", "RidgeCV", "Lasso", "LassoCV", "ElasticNet",
      "ElasticNetCV", "MultiTaskLasso", "MultiTaskLassoCV", "MultiTaskElasticNet",
      "MultiTaskElasticNetCV", "Lars", "LarsCV", "LassoLars", "LassoLarsCV", "LassoLarsIC",
      "OrthogonalMatchingPursuit", "OrthogonalMatchingPursuitCV", "BayesianRidge",
      "ARDRegression", "HuberRegressor", "TheilSenRegressor", "QuantileRegressor",
      "SGDRegressor", "LinearSVR")
def _linear(estimator: Any, fields: Fields) -> ModelParts:
    import numpy

    weights = numpy.atleast_2d(estimator.coef_)
    words = {"component": "ridge", "weights": as_numbers(weights.T),
             "intercept": as_numbers(numpy.broadcast_to(estimator.intercept_, len(weights)))}
    if type(estimator).__name__ == "LinearRegression":
        words["alpha"] = 0.0
    elif type(estimator).__name__ == "Ridge" and numpy.ndim(estimator.alpha) == 0:
        words["alpha"] = float(estimator.alpha)
    return words, [], fields


def _dense(values: Any) -> Any:
    return values.toarray() if hasattr(values, "toarray") else values


@reads(MODELS, "SVC", "NuSVC", "SVR", "NuSVR", "OneClassSVM")
def _vectors(estimator: Any, fields: Fields) -> ModelParts:
    import numpy

    name = type(estimator).__name__
    if estimator.kernel not in ("linear", "poly", "rbf", "sigmoid"):
        kernel = estimator.kernel if isinstance(estimator.kernel, str) else "a function"
        raise refuse(f"{name} with kernel={kernel}: linear, poly, rbf and sigmoid can be")
    coefficients = numpy.asarray(_dense(estimator.dual_coef_))
    intercept = numpy.asarray(estimator.intercept_)
    words: Dict[str, Any] = {
        "component": {"OneClassSVM": "one_class_svm", "SVR": "support_vector_regressor",
                      "NuSVR": "support_vector_regressor"}.get(name, "support_vector_classifier"),
        "kernel": estimator.kernel, "degree": int(estimator.degree),
        "gamma": float(estimator._gamma), "coef0": float(estimator.coef0),
        "vectors": as_numbers(_dense(estimator.support_vectors_)),
        "n_support": [len(estimator.support_vectors_)]}
    if hasattr(estimator, "classes_"):
        words["n_support"] = as_integers(estimator.n_support_)
        words["decision_function_shape"] = estimator.decision_function_shape
        words["break_ties"] = bool(estimator.break_ties)
        if len(estimator.classes_) == 2:  # here, as in libsvm, above 0 is the first
            coefficients, intercept = -coefficients, -intercept
        if estimator.probability is True and len(estimator.probA_):
            words["slope"] = as_numbers(estimator.probA_)
            words["shift"] = as_numbers(estimator.probB_)
    words["coefficients"] = as_numbers(coefficients.T)
    words["intercept"] = as_numbers(intercept)
    for parameter in ("nu", "C", "epsilon"):
        if parameter in estimator.get_params() and (name, parameter) != ("NuSVR", "epsilon"):
            words[parameter] = float(getattr(estimator, parameter))
    return words, [], fields


@reads(MODELS, "LinearSVC")
def _linear_svc(estimator: Any, fields: Fields) -> ModelParts:
    """Its scores as those of logistic regression, whose classes go by them in the same way."""
    import numpy

    intercept = numpy.broadcast_to(estimator.intercept_, len(estimator.coef_))
    words = {"component": "logistic_regression", "weights": as_numbers(estimator.coef_.T),
             "intercept": as_numbers(intercept)}
    return words, [], fields


@reads(MODELS, "LogisticRegression", "LogisticRegressionCV")
def _logistic(estimator: Any, fields: Fields) -> ModelParts:
    import numpy

    n = len(estimator.classes_)
    if n > 2 and (getattr(estimator, "multi_class", None) == "ovr" or
                  estimator.solver == "liblinear"):
        raise refuse("LogisticRegression of more than two classes that is one against the rest: "
                      "only multinomial can be")
    weights = numpy.asarray(estimator.coef_)
    intercept = numpy.broadcast_to(estimator.intercept_, len(weights))
    if n == 2 and len(weights) == 2:  # a row a class, of which the difference counts
        weights, intercept = weights[1:] - weights[:1], intercept[1:] - intercept[:1]
    words = {"component": "logistic_regression", "weights": as_numbers(weights.T),
             "intercept": as_numbers(intercept)}
    return words, [], fields
