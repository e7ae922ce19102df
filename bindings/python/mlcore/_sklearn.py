"""Fitted scikit-learn estimators as documents of our own (docs/exchange.md).

Only attributes of fitted estimators are read, nothing is pickled. A document holds numbers, names
and a few rows with the estimator's own answers, which whoever imports it checks.
"""
import json
from typing import Any, Callable, Dict, Iterable, List, Optional, Sequence, Tuple

from ._errors import UnsupportedError

_TRANSFORMS: Dict[str, Callable[..., Any]] = {}
_MODELS: Dict[str, Callable[..., Any]] = {}


def _for(table: Dict[str, Callable[..., Any]], *names: str) -> Callable[..., Any]:
    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        for name in names:
            table[name] = function
        return function
    return register


def _refuse(what: str) -> UnsupportedError:
    return UnsupportedError(f"scikit-learn: {what}", -11)


def _find(table: Dict[str, Callable[..., Any]], estimator: Any, what: str) -> Callable[..., Any]:
    kind = type(estimator)
    if not kind.__module__.startswith("sklearn.") or kind.__name__ not in table:
        raise _refuse(f"{kind.__module__}.{kind.__name__} is no {what} that can be taken over: "
                      f"those are {', '.join(sorted(table))}")
    return table[kind.__name__]


# ---- numbers ----------------------------------------------------------------------------------


def _number(value: Any) -> Any:
    number = float(value)
    return number if abs(number) < float("inf") else repr(number)


def _numbers(values: Any) -> List[Any]:
    import numpy

    array = numpy.asarray(values, dtype=numpy.float64).ravel()
    numbers = array.tolist()
    return numbers if numpy.isfinite(array).all() else [_number(x) for x in numbers]


def _integers(values: Any) -> List[int]:
    import numpy

    return numpy.asarray(values).astype(numpy.int64).ravel().tolist()


def _is_missing(value: Any) -> bool:
    return value is None or value != value or type(value).__name__ == "NAType"


# ---- columns ----------------------------------------------------------------------------------


class _Field:
    """A column on its way through the steps. What kind a raw one is, its first reader tells."""

    def __init__(self, name: str, kind: Optional[str] = None, width: int = 1,
                 components: Optional[List[str]] = None) -> None:
        self.name = name
        self.kind = kind
        self.width = width
        self.components = components
        self.labels: Optional[List[str]] = None
        self.values: Optional[List[float]] = None
        self.codes: Optional[int] = None
        self.source: Optional["_Field"] = None  # whose categories these are
        self.place = -1  # of a raw one, among the estimator's columns

    def know(self, categories: List[Any], are_labels: bool) -> None:
        if are_labels:
            self.labels = categories
        else:
            self.values = categories
        if self.source is not None:
            self.source.know(categories, are_labels)

    def need(self, kind: str, reader: str) -> None:
        if self.kind is None:
            self.kind = kind
        if self.kind != kind and (self.kind, kind) != ("vector", "number"):
            raise _refuse(f"{reader} reads column '{self.name}' as a {kind}, which is a "
                          f"{self.kind} already")

    def column(self, **more: Any) -> Dict[str, Any]:
        words: Dict[str, Any] = {"name": self.name, "kind": self.kind}
        if self.kind == "vector":
            words["width"] = self.width
        words.update(more)
        return words

    def feature(self) -> Dict[str, Any]:
        words = self.column()
        if self.components is not None:
            words["components"] = self.components
        if self.kind == "category":
            words["labels"] = self.labels or []
        if self.codes is not None:
            words["codes"] = self.codes
        return words


_Fields = List[_Field]
_Steps = List[Dict[str, Any]]


def _chosen(fields: _Fields, places: Sequence[int], reader: str) -> _Fields:
    """The fields at these places of the estimator's columns; vectors only whole."""
    owners: List[Tuple[_Field, int]] = []
    for field in fields:
        owners += [(field, k) for k in range(field.width)]
    chosen: _Fields = []
    left = list(places)
    while left:
        field, k = owners[left[0]]
        first = left[0]
        if k != 0 or left[:field.width] != list(range(first, first + field.width)):
            raise _refuse(f"{reader} chooses some components of '{field.name}'")
        chosen.append(field)
        left = left[field.width:]
    return chosen


def _single(fields: _Fields, reader: str) -> None:
    for field in fields:
        if field.width != 1 or field.kind == "vector":
            raise _refuse(f"{reader} after what makes several columns of '{field.name}'")


# ---- transforms -------------------------------------------------------------------------------


@_for(_TRANSFORMS, "StandardScaler")
def _scaler(estimator: Any, fields: _Fields) -> Tuple[_Steps, _Fields]:
    import numpy

    for field in fields:
        field.need("number", "StandardScaler")
    n = sum(field.width for field in fields)
    mean = numpy.zeros(n) if not estimator.with_mean else estimator.mean_
    scale = numpy.ones(n) if not estimator.with_std else estimator.scale_
    columns = [field.column() if field.components is None else
               field.column(components=field.components) for field in fields]
    step = {"step": "standard_scaler", "columns": columns,
            "with_mean": bool(estimator.with_mean), "with_std": bool(estimator.with_std),
            "mean": _numbers(mean), "scale": _numbers(scale)}
    return [step], [_Field(f.name, f.kind, f.width, f.components) for f in fields]


@_for(_TRANSFORMS, "Normalizer")
def _normalizer(estimator: Any, fields: _Fields) -> Tuple[_Steps, _Fields]:
    for field in fields:
        field.need("number", "Normalizer")
    columns = [field.column() if field.components is None else
               field.column(components=field.components) for field in fields]
    step = {"step": "normalizer", "columns": columns, "norm": estimator.norm}
    return [step], [_Field(f.name, f.kind, f.width, f.components) for f in fields]


@_for(_TRANSFORMS, "SimpleImputer")
def _imputer(estimator: Any, fields: _Fields) -> Tuple[_Steps, _Fields]:
    marker = estimator.missing_values
    if not _is_missing(marker):
        raise _refuse(f"SimpleImputer with missing_values={marker!r}: only NaN and None can be")
    _single(fields, "SimpleImputer")
    marked = set()
    if estimator.add_indicator:
        marked = set(_integers(estimator.indicator_.features_))
    columns, made, indicators = [], [], []
    for i, (field, fill) in enumerate(zip(fields, estimator.statistics_)):
        is_text = isinstance(fill, str)
        empty = not is_text and _is_missing(fill)
        field.need("category" if is_text else "number", "SimpleImputer")
        column = field.column(fill=0 if empty else fill if is_text else _number(fill), empty=empty)
        if i in marked:
            column["indicator"] = f"{field.name}_missing"
            indicators.append(_Field(column["indicator"], "number"))
        columns.append(column)
        if not empty:
            made.append(_Field(field.name, field.kind))
            made[-1].source = field
    step = {"step": "simple_imputer", "columns": columns, "strategy": estimator.strategy,
            "add_indicator": bool(estimator.add_indicator),
            "keep_empty_features": bool(getattr(estimator, "keep_empty_features", False))}
    if estimator.strategy == "constant" and estimator.fill_value is not None:
        step["fill_value"] = str(estimator.fill_value)
    return [step], made + indicators


def _categories(field: _Field, values: Any, levels: Optional[Any], reader: str
                ) -> Tuple[Dict[str, Any], int]:
    """Categories in ascending order with their levels; how many levels there are."""
    known = [v for v in values if not _is_missing(v)]
    missing = [i for i, v in enumerate(values) if _is_missing(v)]
    if len(missing) > 1:
        raise _refuse(f"{reader}: column '{field.name}' has two kinds of missing values")
    is_text = any(isinstance(v, str) for v in known)
    if is_text and not all(isinstance(v, str) for v in known):
        raise _refuse(f"{reader}: column '{field.name}' has texts and other categories")
    field.need("category" if is_text else "number", reader)
    level = list(range(len(values))) if levels is None else _integers(levels)
    if len(level) < len(values):  # OrdinalEncoder keeps missing values apart
        level.append(max(level, default=-1) + 1)
    places = [i for i in range(len(values)) if i not in missing]
    order = sorted(places, key=lambda i: values[i].encode() if is_text else float(values[i]))
    sorted_values = [str(values[i]) if is_text else _number(values[i]) for i in order]
    field.know(sorted_values, is_text)
    n_levels = max(level) + 1 if level else 0
    words = {"categories": sorted_values, "missing": bool(missing),
             "levels": [level[i] for i in order + missing], "n_levels": n_levels}
    return words, n_levels


def _rare(estimator: Any, i: int) -> Tuple[Optional[Any], int]:
    """What rare categories become: levels by category, and the one that they share."""
    mappings = getattr(estimator, "_default_to_infrequent_mappings", None)
    if not getattr(estimator, "_infrequent_enabled", False) or mappings is None or \
            mappings[i] is None:
        return None, -1
    return mappings[i], int(max(mappings[i]))


def _level_names(words: Dict[str, Any], infrequent: int) -> List[str]:
    from ._arrays_in import category_name

    names = ["infrequent"] * words["n_levels"]
    values = words["categories"] + (["missing"] if words["missing"] else [])
    for value, level in zip(values, words["levels"]):
        if level != infrequent:
            names[level] = value if isinstance(value, str) else category_name(value)
    return names


@_for(_TRANSFORMS, "OneHotEncoder")
def _one_hot(estimator: Any, fields: _Fields) -> Tuple[_Steps, _Fields]:
    _single(fields, "OneHotEncoder")
    drop = estimator.drop
    if drop is not None and not isinstance(drop, str):
        raise _refuse("OneHotEncoder with drop as a list: only first and if_binary can be")
    unknown = {"warn": "infrequent_if_exist"}.get(estimator.handle_unknown,
                                                  estimator.handle_unknown)
    columns, made = [], []
    for i, field in enumerate(fields):
        levels, infrequent = _rare(estimator, i)
        words, n_levels = _categories(field, estimator.categories_[i], levels, "OneHotEncoder")
        words["infrequent"] = infrequent
        columns.append(field.column(**words))
        first = n_levels > 0 if drop == "first" else n_levels == 2 if drop == "if_binary" else 0
        names = _level_names(words, infrequent)[int(first):]
        if names:
            made.append(_Field(field.name, "vector", len(names), names))
    step = {"step": "one_hot_encoder", "columns": columns, "handle_unknown": unknown,
            "drop": drop or "none",
            "sparse_output": bool(getattr(estimator, "sparse_output", True))}
    return [step], made


@_for(_TRANSFORMS, "OrdinalEncoder")
def _ordinal(estimator: Any, fields: _Fields) -> Tuple[_Steps, _Fields]:
    _single(fields, "OrdinalEncoder")
    steps: _Steps = []
    for i, field in enumerate(fields):
        levels, infrequent = _rare(estimator, i)
        words, _ = _categories(field, estimator.categories_[i], levels, "OrdinalEncoder")
        missing = getattr(estimator, "encoded_missing_value", float("nan"))
        settings = {"step": "ordinal_encoder", "handle_unknown": estimator.handle_unknown}
        if estimator.handle_unknown == "use_encoded_value":
            settings["unknown_value"] = _number(estimator.unknown_value)
            if not words["missing"]:  # where training had none, a missing value is an unknown one
                missing = estimator.unknown_value
        settings["encoded_missing_value"] = _number(missing)
        column = field.column(infrequent=infrequent, **words)
        for step in steps:
            if {**step, "columns": None} == {**settings, "columns": None}:
                step["columns"].append(column)
                break
        else:
            steps.append({**settings, "columns": [column]})
    return steps, [_Field(field.name, "number") for field in fields]


def _is_passthrough(step: Any) -> bool:
    return step is None or (isinstance(step, str) and step == "passthrough") or \
        (type(step).__name__ == "FunctionTransformer" and step.func is None)


@_for(_TRANSFORMS, "Pipeline")
def _chain(estimator: Any, fields: _Fields) -> Tuple[_Steps, _Fields]:
    return _chain_steps(estimator.steps, fields)


def _chain_steps(parts: Any, fields: _Fields) -> Tuple[_Steps, _Fields]:
    steps: _Steps = []
    for _, step in parts:
        if _is_passthrough(step):
            continue
        more, fields = _find(_TRANSFORMS, step, "transform")(step, fields)
        steps += more
    return steps, fields


@_for(_TRANSFORMS, "ColumnTransformer")
def _columns(estimator: Any, fields: _Fields) -> Tuple[_Steps, _Fields]:
    if estimator.transformer_weights:
        raise _refuse("ColumnTransformer with transformer_weights")
    steps: _Steps = []
    made: _Fields = []
    taken: Dict[str, str] = {}
    for name, step, _ in estimator.transformers_:
        places = list(estimator._transformer_to_input_indices[name])
        if not places or (isinstance(step, str) and step == "drop"):
            continue
        chosen = _chosen(fields, places, f"ColumnTransformer step '{name}'")
        for field in chosen:
            if field.name in taken:
                raise _refuse(f"ColumnTransformer: column '{field.name}' goes through "
                              f"'{taken[field.name]}' and '{name}'")
            taken[field.name] = name
        if _is_passthrough(step):
            made += chosen
            continue
        inner, outer = _find(_TRANSFORMS, step, "transform")(step, chosen)
        if any(part["step"] == "on" for part in inner):
            raise _refuse(f"ColumnTransformer inside ColumnTransformer ('{name}')")
        if inner:
            steps.append({"step": "on", "columns": [field.column() for field in chosen],
                          "steps": inner})
        made += outer
    names = [field.name for field in made]
    for name in names:
        if names.count(name) > 1:
            raise _refuse(f"ColumnTransformer makes two columns '{name}'")
    return steps, made


# ---- trees ------------------------------------------------------------------------------------


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
    words = {"feature": _integers(numpy.where(is_leaf, -1, feature)),
             "threshold": _numbers(numpy.where(is_leaf, 0, tree.threshold)),
             "left": _integers(left), "right": _integers(right),
             "value": _numbers(numpy.where(is_leaf, value, 0)),
             "gain": _numbers(numpy.where(is_leaf, 0, gain)), "cover": _numbers(weight)}
    sides = getattr(tree, "missing_go_to_left", None)
    if sides is None:
        nodes = tree.__getstate__()["nodes"]
        sides = nodes["missing_go_to_left"] if "missing_go_to_left" in nodes.dtype.names else None
    if sides is not None and numpy.any(sides):
        words["missing_left"] = _integers(numpy.where(is_leaf, 0, sides))
    return words


def _hist_tree(predictor: Any, fields: _Fields, known: Any, known_row: Any) -> Dict[str, Any]:
    import numpy

    nodes = predictor.nodes
    is_leaf = nodes["is_leaf"] != 0
    words = {"feature": _integers(numpy.where(is_leaf, -1, nodes["feature_idx"].astype(int))),
             "threshold": _numbers(numpy.where(is_leaf, 0, nodes["num_threshold"])),
             "left": _integers(nodes["left"]), "right": _integers(nodes["right"]),
             "value": _numbers(numpy.where(is_leaf, nodes["value"], 0)),
             "missing_left": _integers(nodes["missing_go_to_left"]),
             "gain": _numbers(numpy.where(is_leaf, 0, nodes["gain"])),
             "cover": _numbers(nodes["count"])}
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


_Model = Tuple[Dict[str, Any], _Steps, _Fields]


def _objective(words: Dict[str, Any], loss: str) -> None:
    words["loss"] = loss
    words["link"] = "log" if loss in ("poisson", "gamma") else "identity"


def _encode_categories(estimator: Any, fields: _Fields) -> Tuple[_Steps, _Fields]:
    """What the estimator does to its columns: those of categories first, by their codes."""
    encoder = estimator._preprocessor.named_transformers_["encoder"]
    chosen = [bool(flag) for flag in estimator.is_categorical_]
    _single(fields, type(estimator).__name__)
    inputs = [field for field, flag in zip(fields, chosen) if flag]
    columns, made = [], []
    for field, values in zip(inputs, encoder.categories_):
        words, n_levels = _categories(field, values, None, type(estimator).__name__)
        if field.kind == "category":
            made.append(field)
            continue
        columns.append(field.column(**words))
        made.append(_Field(field.name, "number"))
        made[-1].codes = len(words["categories"])
    numbers = [field for field, flag in zip(fields, chosen) if not flag]
    steps: _Steps = []
    if columns:
        leaf = {"step": "ordinal_encoder", "columns": columns,
                "handle_unknown": "use_encoded_value"}
        plain = [{"name": c["name"], "kind": c["kind"]} for c in columns]
        steps.append({"step": "on", "columns": plain, "steps": [leaf]})
    return steps, made + numbers


@_for(_MODELS, "HistGradientBoostingClassifier", "HistGradientBoostingRegressor")
def _hist(estimator: Any, fields: _Fields) -> _Model:
    steps: _Steps = []
    known, known_row = None, None
    if getattr(estimator, "_preprocessor", None) is not None:
        steps, fields = _encode_categories(estimator, fields)
        known, known_row = estimator._bin_mapper.make_known_categories_bitsets()
    elif getattr(estimator, "is_categorical_", None) is not None:
        raise _refuse("categories of a HistGradientBoosting model that scikit-learn before 1.4 "
                      "has fitted")
    trees = [_hist_tree(predictor, fields, known, known_row)
             for stage in estimator._predictors for predictor in stage]
    words = {"compare": "double", "start": _numbers(estimator._baseline_prediction),
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


@_for(_MODELS, "GradientBoostingClassifier", "GradientBoostingRegressor")
def _gradient(estimator: Any, fields: _Fields) -> _Model:
    import numpy

    init = estimator.init_
    if not (isinstance(init, str) and init == "zero") and \
            type(init).__name__ not in ("DummyClassifier", "DummyRegressor"):
        raise _refuse(f"{type(estimator).__name__} that starts from {type(init).__name__}")
    row = numpy.zeros((1, estimator.n_features_in_), dtype=numpy.float32)
    rate = float(estimator.learning_rate)
    trees = [_cart_tree(part.tree_, rate * part.tree_.value[:, 0, 0])
             for stage in estimator.estimators_ for part in stage]
    words = {"compare": "float", "start": _numbers(estimator._raw_predict_init(row)),
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
    shares += _numbers(value[is_leaf])
    return numpy.where(is_leaf, numpy.cumsum(is_leaf) - 1, 0)


def _mean_of_trees(parts: Any, n_targets: int) -> Dict[str, Any]:
    """Forests of numbers have one target here, boosted trees several: their mean over the rounds."""
    return {"component": "gradient_boosting_regressor", "compare": "float", "link": "identity",
            "mean": True, "start": [0.0] * n_targets,
            "trees": [_cart_tree(part.tree_, part.tree_.value[:, k, 0])
                      for part in parts for k in range(n_targets)]}


_FORESTS = {"DecisionTree": "decision_tree", "ExtraTree": "decision_tree",
            "RandomForest": "random_forest", "ExtraTrees": "extra_trees"}


@_for(_MODELS, *(name + kind for name in _FORESTS for kind in ("Classifier", "Regressor")))
def _forest(estimator: Any, fields: _Fields) -> _Model:
    name = type(estimator).__name__
    kind = "Classifier" if name.endswith("Classifier") else "Regressor"
    parts = getattr(estimator, "estimators_", [estimator])
    if estimator.n_outputs_ > 1:
        if kind == "Classifier":
            raise _refuse(f"{name} with {estimator.n_outputs_} targets: a classifier has one here; "
                          "fit and take over one for each target")
        return _mean_of_trees(parts, estimator.n_outputs_), [], fields
    shares: List[float] = []
    trees = []
    for part in parts:
        value = _shares(part.tree_, shares) if kind == "Classifier" else part.tree_.value[:, 0, 0]
        trees.append(_cart_tree(part.tree_, value))
    words = {"component": f"{_FORESTS[name[:-len(kind)]]}_{kind.lower()}", "compare": "float",
             "trees": trees, "importance": _numbers(estimator.feature_importances_)}
    if shares:
        words["shares"] = shares
    return words, [], fields


@_for(_MODELS, "IsolationForest")
def _isolation(estimator: Any, fields: _Fields) -> _Model:
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


@_for(_MODELS, "LinearRegression", "Ridge", "RidgeCV", "Lasso", "LassoCV", "ElasticNet",
      "ElasticNetCV")
def _linear(estimator: Any, fields: _Fields) -> _Model:
    import numpy

    weights = numpy.atleast_2d(estimator.coef_)
    words = {"component": "ridge", "weights": _numbers(weights.T),
             "intercept": _numbers(numpy.broadcast_to(estimator.intercept_, len(weights)))}
    if type(estimator).__name__ == "LinearRegression":
        words["alpha"] = 0.0
    elif type(estimator).__name__ == "Ridge" and numpy.ndim(estimator.alpha) == 0:
        words["alpha"] = float(estimator.alpha)
    return words, [], fields


@_for(_MODELS, "LogisticRegression", "LogisticRegressionCV")
def _logistic(estimator: Any, fields: _Fields) -> _Model:
    import numpy

    n = len(estimator.classes_)
    if n > 2 and (getattr(estimator, "multi_class", None) == "ovr" or
                  estimator.solver == "liblinear"):
        raise _refuse("LogisticRegression of more than two classes that is one against the rest: "
                      "only multinomial can be")
    weights = numpy.asarray(estimator.coef_)
    intercept = numpy.broadcast_to(estimator.intercept_, len(weights))
    if n == 2 and len(weights) == 2:  # a row a class, of which the difference counts
        weights, intercept = weights[1:] - weights[:1], intercept[1:] - intercept[:1]
    words = {"component": "logistic_regression", "weights": _numbers(weights.T),
             "intercept": _numbers(intercept)}
    return words, [], fields


# ---- rows to check with -----------------------------------------------------------------------


def _is_frame(X: Any) -> bool:
    return hasattr(X, "iloc") and hasattr(X, "columns")


def _sample(X: Any, n: int) -> Any:
    """Rows spread over X, with doubles for its numbers."""
    import numpy

    X = X if hasattr(X, "shape") else numpy.asarray(X)
    if hasattr(X, "toarray"):
        X = X.toarray()
    rows = numpy.unique(numpy.linspace(0, X.shape[0] - 1, min(n, X.shape[0])).astype(int))
    if not _is_frame(X):
        some = numpy.asarray(X)[rows]
        return some.astype(numpy.float64) if some.dtype.kind in "fiub" else some
    some = X.iloc[rows].copy()
    for name in some.columns:
        if getattr(some[name].dtype, "kind", "O") == "f":
            some[name] = some[name].astype(numpy.float64)
    return some


def _invent(fields: _Fields, names: Optional[Any], n: int) -> Any:
    """Rows where none are given."""
    import numpy

    random = numpy.random.default_rng(0)
    columns = []
    for field in fields:
        if field.kind == "category" and not field.labels:
            raise _refuse(f"no category of column '{field.name}' is known: give X")
        columns.append(random.choice(field.labels, n) if field.kind == "category" else
                       random.choice(field.values, n) if field.values else
                       random.normal(0, 3, n))
    if names is None:
        kinds = {column.dtype.kind for column in columns}
        return numpy.column_stack(columns) if kinds == {"f"} else \
            numpy.array([list(row) for row in zip(*columns)], dtype=object)
    import pandas

    return pandas.DataFrame(dict(zip(names, columns)))


def _column_of(X: Any, place: int) -> List[Any]:
    return list(X.iloc[:, place] if _is_frame(X) else X[:, place])


def _rows(X: Any, fields: _Fields) -> List[List[Any]]:
    import numpy

    rows: List[List[Any]] = []
    for field in fields:
        if field.kind == "vector":
            rows.append(_numbers(numpy.asarray(X, dtype=numpy.float64)))
            continue
        values = _column_of(X, field.place)
        if field.kind == "category":
            rows.append([None if _is_missing(v) else str(v) for v in values])
        else:
            rows.append(_numbers([float("nan") if _is_missing(v) else v for v in values]))
    return rows


def _answers(estimator: Any, last: Any, component: str, X: Any) -> Dict[str, Any]:
    """What the estimator gives for rows, and how near a model has to come."""
    import numpy

    tolerance = 0.0
    if type(last).__name__.startswith("Hist"):
        inner = X
        for _, step in (estimator.steps[:-1] if estimator is not last else []):
            inner = inner if _is_passthrough(step) else step.transform(inner)
        values, output = last._raw_predict(inner), "raw"
    elif type(last).__name__.startswith("GradientBoosting"):
        is_class = hasattr(last, "classes_")
        values, output = (estimator.decision_function if is_class else estimator.predict)(X), "raw"
    elif component in ("logistic_regression", "isolation_forest"):
        values, output, tolerance = estimator.decision_function(X), "raw", 1e-10
    elif hasattr(last, "classes_"):
        values, output, tolerance = estimator.predict_proba(X), "probability", 1e-12
    else:
        values, output, tolerance = estimator.predict(X), "prediction", 1e-10
    values = numpy.asarray(values, dtype=numpy.float64)
    largest = float(numpy.max(numpy.abs(values), initial=1.0))
    return {"output": output, "tolerance": tolerance * largest, "values": _numbers(values)}


# ---- together ---------------------------------------------------------------------------------


def _raw_fields(names: Optional[Any], n: int) -> _Fields:
    fields = [_Field(f"x{i}" if names is None else str(names[i])) for i in range(n)]
    for i, field in enumerate(fields):
        field.place = i
    return fields


def _walk(estimator: Any, fields: _Fields) -> Tuple[_Steps, Dict[str, Any], _Fields, Any]:
    """Steps, the model and its features."""
    steps: _Steps = []
    last = estimator
    if type(estimator).__name__ == "Pipeline":
        last = estimator.steps[-1][1]
        steps, fields = _chain_steps(estimator.steps[:-1], fields)
    words, more, fields = _find(_MODELS, last, "model")(last, fields)
    for field in fields:
        if field.kind is None:
            field.kind = "number"
        if field.kind == "category" and "gradient_boosting" not in words["component"]:
            raise _refuse(f"{type(last).__name__} reads column '{field.name}' of texts")
    return steps + more, words, fields, last


def _labels(classes: Any) -> List[Any]:
    import numpy

    classes = numpy.asarray(classes)
    if classes.ndim != 1:
        raise _refuse("a model of several targets")
    if classes.dtype.kind == "b":
        return [bool(label) for label in classes]
    if classes.dtype.kind in "iuf":
        return [int(label) for label in classes]
    return [str(label) for label in classes]


def document(estimator: Any, X: Any = None, rows: int = 64) -> Dict[str, Any]:
    """The document as a dict; X are rows to check with."""
    import sklearn

    names = getattr(estimator, "feature_names_in_", None)
    n = getattr(estimator, "n_features_in_", None)
    if n is None:
        raise _refuse(f"{type(estimator).__name__} is not fitted")
    fields = _raw_fields(names, n)
    steps, model, features, last = _walk(estimator, fields)
    used = _used(fields, steps, features) if names is not None else fields
    for field in used:
        field.kind = field.kind or "number"
    plain = {"standard_scaler"}
    if names is None and n > 1 and {step["step"] for step in steps} <= plain and \
            all(field.kind == "number" for field in features) and len(used) == n:
        steps, features, used = _as_vector(steps, n)
    if X is None:
        some = _invent(fields, names, min(rows, 64))
    else:
        some = _sample(X, rows)
    model["features"] = [field.feature() for field in features]
    words: Dict[str, Any] = {
        "mlcore_exchange": 1, "library": "scikit-learn", "version": sklearn.__version__,
        "estimator": type(last).__name__,
        "objective": f"{type(last).__name__}({model['loss']})" if "loss" in model
        else type(last).__name__,
        "inputs": [field.feature() for field in used]}
    if hasattr(last, "classes_"):
        words["classes"] = _labels(last.classes_)
    if steps:
        words["steps"] = steps
    words["model"] = model
    words["check"] = {"n_rows": len(some), "rows": _rows(some, used),
                      **_answers(estimator, last, model["component"], some)}
    return words


def _used(fields: _Fields, steps: _Steps, features: Iterable[_Field]) -> _Fields:
    """Raw columns that a step or the model reads."""
    names = {field.name for field in features}
    for step in steps:
        names |= {column["name"] for column in step["columns"]}
    return [field for field in fields if field.name in names]


def _as_vector(steps: _Steps, n: int) -> Tuple[_Steps, _Fields, _Fields]:
    """Columns without names are the components of one input."""
    vector = _Field("x", "vector", n)
    vector.place = 0
    return [dict(step, columns=[vector.column()]) for step in steps], [vector], [vector]


def dumps(estimator: Any, X: Any = None, rows: int = 64) -> bytes:
    return json.dumps(document(estimator, X, rows), separators=(",", ":"),
                      ensure_ascii=False, allow_nan=False).encode()
