"""Rows for fitting and predicting out of what programs hold."""
from typing import Any, List, Optional

from . import _arrow, _parts
from ._context import Context
from ._errors import ArgumentError
from .dataset import Dataset, named_columns
from ._numpy import numpy, pandas


def to_dataset(X: Any, y: Any = None, sample_weight: Any = None, group: Any = None, *,
               names: Optional[List[str]] = None, context: Optional[Context] = None) -> Dataset:
    """A Dataset as it is, else one of X with y as the target; names are those of a matrix."""
    if _arrow.is_table(X) and not isinstance(X, Dataset):
        X = Dataset.from_arrow(X, context=context)
    if isinstance(X, Dataset):
        if y is None and sample_weight is None and group is None:
            return X
        columns = _parts.of(X)
        roles = {name: role for name, role in X.roles.items() if role != "feature"}
    else:
        columns, roles = dict(named_columns(X, names)), {}
    wanted: dict = {}
    for name, role in roles.items():
        replaced = {"target": y, "weight": sample_weight, "group": group}
        if replaced.get(role) is None:
            wanted.setdefault(role, []).append(name)
        else:
            del columns[name]
    if y is not None:
        wanted["target"] = _add_targets(columns, y)
    if sample_weight is not None:
        wanted["weight"] = [_add(columns, "weight", sample_weight)]
    if group is not None:
        wanted["group"] = [_add(columns, "group", group)]
    return Dataset.from_arrays(columns, context=context, **wanted)


def _add(columns: dict, name: str, values: Any) -> str:
    while name in columns:
        name += "_"
    columns[name] = values
    return name


def _add_targets(columns: dict, y: Any) -> List[str]:
    """The target under the name it has, or as target, or target0, target1 ..."""
    frames = pandas()
    if frames is not None and isinstance(y, frames.DataFrame):
        return [_add(columns, str(label), y.iloc[:, i]) for i, label in enumerate(y.columns)]
    if frames is not None and isinstance(y, frames.Series):
        return [_add(columns, str(y.name) if y.name is not None else "target", y)]
    if numpy and not isinstance(y, (list, tuple)) and hasattr(y, "__array__"):
        y = numpy.asarray(y)
        if y.ndim == 2 and y.shape[1] == 1:
            y = y[:, 0]
    if getattr(y, "ndim", 1) == 2:
        return [_add(columns, f"target{k}", y[:, k]) for k in range(y.shape[1])]
    return [_add(columns, "target", y)]


def validation_rows(eval_set: Any, names: Optional[List[str]] = None) -> Optional[Dataset]:
    """A Dataset, (X, y), (X, y, weight), (X, y, weight, group), or a list of one such tuple."""
    if eval_set is None or isinstance(eval_set, Dataset):
        return eval_set
    if isinstance(eval_set, list) and len(eval_set) == 1:
        return validation_rows(eval_set[0], names)
    if isinstance(eval_set, tuple) and len(eval_set) in (2, 3, 4):
        return to_dataset(*eval_set, names=names)
    raise ArgumentError("eval_set is a Dataset, (X, y), (X, y, sample_weight), (X, y, "
                        "sample_weight, group), or a list of one")
