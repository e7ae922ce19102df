"""Rows with the estimator's own answers, which whoever imports a document checks."""
from typing import Any, Dict, List, Optional

from .fields import Fields, as_numbers, is_missing, refuse
from .transforms import is_passthrough


def _is_frame(X: Any) -> bool:
    return hasattr(X, "iloc") and hasattr(X, "columns")


def sample_rows(X: Any, n: int) -> Any:
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


def invented_rows(fields: Fields, names: Optional[Any], n: int) -> Any:
    """Rows where none are given."""
    import numpy

    random = numpy.random.default_rng(0)
    columns = []
    for field in fields:
        if field.kind == "category" and not field.labels:
            raise refuse(f"no category of column '{field.name}' is known: give X")
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


def raw_rows(X: Any, fields: Fields) -> List[List[Any]]:
    import numpy

    rows: List[List[Any]] = []
    for field in fields:
        if field.kind == "vector":
            rows.append(as_numbers(numpy.asarray(X, dtype=numpy.float64)))
            continue
        values = _column_of(X, field.place)
        if field.kind == "category":
            rows.append([None if is_missing(v) else str(v) for v in values])
        else:
            rows.append(as_numbers([float("nan") if is_missing(v) else v for v in values]))
    return rows


def answers_of(estimator: Any, last: Any, component: str, X: Any) -> Dict[str, Any]:
    """What the estimator gives for rows, and how near a model has to come."""
    import numpy

    tolerance = 0.0
    if type(last).__name__.startswith("Hist"):
        inner = X
        for _, step in (estimator.steps[:-1] if estimator is not last else []):
            inner = inner if is_passthrough(step) else step.transform(inner)
        values, output = last._raw_predict(inner), "raw"
    elif type(last).__name__.startswith("GradientBoosting"):
        is_class = hasattr(last, "classes_")
        values, output = (estimator.decision_function if is_class else estimator.predict)(X), "raw"
    elif component in ("logistic_regression", "isolation_forest", "one_class_svm",
                       "support_vector_classifier"):
        values, output, tolerance = estimator.decision_function(X), "raw", 1e-10
    elif hasattr(last, "classes_"):
        values, output, tolerance = estimator.predict_proba(X), "probability", 1e-12
    else:
        values, output, tolerance = estimator.predict(X), "prediction", 1e-10
    values = numpy.asarray(values, dtype=numpy.float64)
    largest = float(numpy.max(numpy.abs(values), initial=1.0))
    return {"output": output, "tolerance": tolerance * largest, "values": as_numbers(values)}
