"""Fitted scikit-learn estimators as documents of our own (docs/exchange.md).

Only attributes of fitted estimators are read, nothing is pickled. A document holds numbers, names
and a few rows with the estimator's own answers, which whoever imports it checks.
"""
import json
from typing import Any, Dict, Iterable, List, Optional, Tuple

from .fields import Field, Fields, Steps, find_reader, refuse
from .models import MODELS
from .rows import answers_of, invented_rows, raw_rows, sample_rows
from .transforms import chain_steps


def _raw_fields(names: Optional[Any], n: int) -> Fields:
    fields = [Field(f"x{i}" if names is None else str(names[i])) for i in range(n)]
    for i, field in enumerate(fields):
        field.place = i
    return fields


def _walk(estimator: Any, fields: Fields) -> Tuple[Steps, Dict[str, Any], Fields, Any]:
    """Steps, the model and its features."""
    steps: Steps = []
    last = estimator
    if type(estimator).__name__ == "Pipeline":
        last = estimator.steps[-1][1]
        steps, fields = chain_steps(estimator.steps[:-1], fields)
    words, more, fields = find_reader(MODELS, last, "model")(last, fields)
    for field in fields:
        if field.kind is None:
            field.kind = "number"
        if field.kind == "category" and "gradient_boosting" not in words["component"]:
            raise refuse(f"{type(last).__name__} reads column '{field.name}' of texts")
    return steps + more, words, fields, last


def _labels(classes: Any) -> List[Any]:
    import numpy

    classes = numpy.asarray(classes)
    if classes.ndim != 1:
        raise refuse("a model of several targets")
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
        raise refuse(f"{type(estimator).__name__} is not fitted")
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
        some = invented_rows(fields, names, min(rows, 64))
    else:
        some = sample_rows(X, rows)
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
    words["check"] = {"n_rows": len(some), "rows": raw_rows(some, used),
                      **answers_of(estimator, last, model["component"], some)}
    return words


def _used(fields: Fields, steps: Steps, features: Iterable[Field]) -> Fields:
    """Raw columns that a step or the model reads."""
    names = {field.name for field in features}
    for step in steps:
        names |= {column["name"] for column in step["columns"]}
    return [field for field in fields if field.name in names]


def _as_vector(steps: Steps, n: int) -> Tuple[Steps, Fields, Fields]:
    """Columns without names are the components of one input."""
    vector = Field("x", "vector", n)
    vector.place = 0
    return [dict(step, columns=[vector.column()]) for step in steps], [vector], [vector]


def dumps(estimator: Any, X: Any = None, rows: int = 64) -> bytes:
    return json.dumps(document(estimator, X, rows), separators=(",", ":"),
                      ensure_ascii=False, allow_nan=False).encode()
