"""Metrics without a model: truth and predictions as datasets."""
import ctypes
from typing import Any, List, Optional

from . import _abi
from ._context import Context, root, running
from ._errors import ArgumentError
from ._handles import encode, make, settings, words
from .dataset import Dataset

_library = _abi.library


class Metric:
    """A metric with its parameters, such as Metric("roc_auc") or Metric("f1", average="macro")."""

    def __init__(self, name: str, *, context: Optional[Context] = None, **params: Any) -> None:
        self.name = name
        self._handle = make("metric", _library.mlc_metric_create, root(context),
                            encode(name, "name"), settings(params))

    def __repr__(self) -> str:
        return f"<Metric {self.name}>"


def evaluate(metrics: Any, truth: Dataset, predictions: Dataset, *, by: Any = None,
             context: Optional[Context] = None) -> Dataset:
    """Measures predictions against the truth.

    metrics: names or Metrics, one or a list. truth has the target (and a weight) as roles,
    predictions the columns prediction and probability, as Model.predict_table() makes them.
    """
    if isinstance(metrics, (str, Metric)):
        metrics = [metrics]
    made: List[Metric] = [m if isinstance(m, Metric) else Metric(m, context=context)
                          for m in metrics]
    for what, table in (("truth", truth), ("predictions", predictions)):
        if not isinstance(table, Dataset):
            raise ArgumentError(f"{what} is a {type(table).__name__}: must be a Dataset")
    pointers = (ctypes.c_void_p * max(1, len(made)))(
        *[m._handle._as_parameter_.value for m in made])
    with running(context) as call_context:
        return Dataset._wrap(make(
            "dataset", _library.mlc_metric_evaluate, call_context, pointers, len(made),
            truth._handle, predictions._handle,
            encode(words(by), "by") if by is not None else None))
