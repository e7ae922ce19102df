"""Transforms: recipes and fitted values that turn a dataset into a dataset."""
import ctypes
from typing import Any, Dict, List, Optional

from . import _abi
from ._component import Component, columns_of, split_step, tree_of
from ._context import Context, running
from ._errors import ArgumentError, ColumnError
from ._handles import encode, given, make, settings, to_json, words
from ._numpy import numpy
from ._rows import to_dataset
from .dataset import Dataset

_library = _abi.library


class Transform(Component):
    """A transform out of a recipe, such as Transform("chain(simple_imputer, standard_scaler)").

    fit() learns and returns the transform itself; transform() gives a Dataset for a Dataset and
    a matrix for anything else.
    """

    _kind = "transform"
    _names: Optional[List[str]] = None

    def __init__(self, recipe: Any, *, context: Optional[Context] = None) -> None:
        self._init({"recipe": recipe}, context)

    def fit(self, X: Any, y: Any = None, *, context: Optional[Context] = None) -> Any:
        """Learns from rows: a Dataset, a DataFrame, a dict of columns or a matrix."""
        rows = to_dataset(X)
        with running(context or self._context) as call_context:
            self._handle = make("transform", _library.mlc_transform_fit, call_context,
                                self._handle, rows._handle)
        self._names = [name for name, role in rows.roles.items() if role == "feature"]
        return self

    def apply(self, X: Any, *, context: Optional[Context] = None) -> Dataset:
        """The transformed rows as a Dataset."""
        self._require_fitted()
        rows = to_dataset(X, names=self._names)
        with running(context or self._context) as call_context:
            return Dataset._wrap(make("dataset", _library.mlc_transform_apply, call_context,
                                      self._handle, rows._handle))

    def transform(self, X: Any, *, context: Optional[Context] = None) -> Any:
        """The transformed rows: a Dataset for a Dataset, else a matrix of numbers."""
        rows = self.apply(X, context=context)
        return rows if isinstance(X, Dataset) else matrix(rows)

    def fit_transform(self, X: Any, y: Any = None, *, context: Optional[Context] = None) -> Any:
        return self.fit(X, y, context=context).transform(X, context=context)

    def __sklearn_tags__(self) -> Any:
        from sklearn.utils import InputTags, Tags, TargetTags, TransformerTags

        return Tags(estimator_type=None, target_tags=TargetTags(required=False),
                    transformer_tags=TransformerTags(),
                    input_tags=InputTags(allow_nan=True, string=True, categorical=True))


Transform._general = Transform


def matrix(rows: Dataset) -> Any:
    """Features side by side as one matrix of float64; rows of lists without NumPy."""
    parts = []
    for name, role in rows.roles.items():
        if role != "feature":
            continue
        if rows.types[name] in ("text", "category", "timestamp"):
            raise ColumnError(f"column '{name}' is {rows.types[name]} after the transform: give "
                              "a Dataset to get a Dataset", -5, name)
        values = rows.column(name)
        if numpy:
            values = numpy.asarray(values, dtype=numpy.float64)
            parts.append(values if values.ndim == 2 else values[:, None])
        else:
            parts.append([v if isinstance(v, list) else [v] for v in values])
    if numpy:
        return numpy.hstack(parts) if parts else numpy.empty((len(rows), 0))
    return [sum(row, []) for row in zip(*parts)]


def as_transform(step: Any, context: Optional[Context] = None) -> Transform:
    return Transform(step, context=context) if isinstance(step, (str, dict)) else step


def chain(*steps: Any, context: Optional[Context] = None) -> Transform:
    """Transforms one after the other, each by itself or as (name, transform). A step that is
    fitted stays as it is."""
    if not steps:
        raise ArgumentError("chain() needs at least one step")
    parts = [_named(step, context) for step in steps]
    if not any(part._frozen or part.is_fitted for _, part in parts):
        trees = [tree_of(pair if pair[0] else pair[1]) for pair in parts]
        return Transform(to_json({"id": "chain", "steps": trees}), context=context)
    for name, part in parts:
        if name:
            tree_of((name, part))
    pointers = (ctypes.c_void_p * len(parts))(
        *[part._handle._as_parameter_.value for _, part in parts])
    handle = make("transform", _library.mlc_transform_chain, pointers, len(parts))
    return Transform._from_handle(handle, context, frozen=True)


def _named(step: Any, context: Optional[Context]) -> Any:
    name, step = split_step(step)
    part = as_transform(step, context)
    if not isinstance(part, Transform):
        raise ArgumentError(f"{step!r} is no transform")
    return (name, part)


def on(columns: Any, transform: Any, *, remainder: Optional[str] = None,
       context: Optional[Context] = None) -> Transform:
    """A transform for some columns: on("type:number", StandardScaler()), on(["a", "b"], ...).

    remainder="drop" leaves the other features out.
    """
    name, inner = _named(transform, context)
    if inner._frozen or inner.is_fitted:
        handle = make("transform", _library.mlc_transform_on, encode(words(columns), "columns"),
                      inner._handle, settings(given(remainder=remainder)))
        return Transform._from_handle(handle, context, frozen=True)
    tree: Dict[str, Any] = {"id": "on", "columns": columns_of(columns)[0],
            "steps": [tree_of((name, inner) if name else inner)]}
    if remainder is not None:
        tree["params"] = {"remainder": remainder}
    return Transform(to_json(tree), context=context)
