"""What every reader of an estimator shares: numbers, columns, refusals, and who reads what."""
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

from .._errors import UnsupportedError


def reads(table: Dict[str, Callable[..., Any]], *names: str) -> Callable[..., Any]:
    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        for name in names:
            table[name] = function
        return function
    return register


def refuse(what: str) -> UnsupportedError:
    return UnsupportedError(f"scikit-learn: {what}", -11)


def find_reader(table: Dict[str, Callable[..., Any]], estimator: Any, what: str) -> Callable[..., Any]:
    kind = type(estimator)
    if not kind.__module__.startswith("sklearn.") or kind.__name__ not in table:
        raise refuse(f"{kind.__module__}.{kind.__name__} is no {what} that can be taken over: "
                      f"those are {', '.join(sorted(table))}")
    return table[kind.__name__]


# ---- numbers ----------------------------------------------------------------------------------


def as_number(value: Any) -> Any:
    number = float(value)
    return number if abs(number) < float("inf") else repr(number)


def as_numbers(values: Any) -> List[Any]:
    import numpy

    array = numpy.asarray(values, dtype=numpy.float64).ravel()
    numbers = array.tolist()
    return numbers if numpy.isfinite(array).all() else [as_number(x) for x in numbers]


def as_integers(values: Any) -> List[int]:
    import numpy

    return numpy.asarray(values).astype(numpy.int64).ravel().tolist()


def is_missing(value: Any) -> bool:
    return value is None or value != value or type(value).__name__ == "NAType"


# ---- columns ----------------------------------------------------------------------------------


class Field:
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
        self.source: Optional["Field"] = None  # whose categories these are
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
            raise refuse(f"{reader} reads column '{self.name}' as a {kind}, which is a "
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


Fields = List[Field]
Steps = List[Dict[str, Any]]


def chosen_fields(fields: Fields, places: Sequence[int], reader: str) -> Fields:
    """The fields at these places of the estimator's columns; vectors only whole."""
    owners: List[Tuple[Field, int]] = []
    for field in fields:
        owners += [(field, k) for k in range(field.width)]
    chosen: Fields = []
    left = list(places)
    while left:
        field, k = owners[left[0]]
        first = left[0]
        if k != 0 or left[:field.width] != list(range(first, first + field.width)):
            raise refuse(f"{reader} chooses some components of '{field.name}'")
        chosen.append(field)
        left = left[field.width:]
    return chosen


def need_single(fields: Fields, reader: str) -> None:
    for field in fields:
        if field.width != 1 or field.kind == "vector":
            raise refuse(f"{reader} after what makes several columns of '{field.name}'")
