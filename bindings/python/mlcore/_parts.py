"""Columns of a dataset that go into another one: lent where they can be."""
import ctypes
from typing import Any

from . import _abi, _arrays_in, _arrays_out
from ._handles import encode


class Part:
    """A column of a dataset."""

    __slots__ = ("dataset", "name")

    def __init__(self, dataset: Any, name: str) -> None:
        self.dataset = dataset
        self.name = name

    def __len__(self) -> int:
        return len(self.dataset)


def of(dataset: Any) -> dict:
    """The columns of a dataset by name."""
    return {name: Part(dataset, name) for name in dataset.columns}


def column(name: str, part: Part, is_target: bool) -> _arrays_in.Column:
    """A part for the library. Texts of a target are classes."""
    handle = part.dataset._handle
    lent = _arrays_out.lend(handle, encode(part.name))
    if lent is None:
        values = part.dataset.column(part.name)
        return _arrays_in.target_column(name, values) if is_target else \
            _arrays_in.column(name, values)

    def memory(address: Any) -> Any:
        return _arrays_in.Borrowed(address, handle) if address else None

    if lent.sparse:
        return _arrays_in.Sparse(name, lent.type, memory(lent.data), (lent.n_rows, lent.n_columns),
                                 memory(lent.indices), memory(lent.offsets), lent.sparse,
                                 valid=memory(lent.valid))
    kind, categories = lent.type, None
    if kind == _abi.TYPE_CATEGORY:
        texts = [text.encode() for text in _arrays_out.categories(handle, encode(part.name))]
        categories = (ctypes.c_char_p * (len(texts) + 1))(*texts, None)
    if kind == _abi.TYPE_TEXT and is_target:
        kind = _abi.TYPE_CATEGORY
    return _arrays_in.Column(name, kind, memory(lent.data), lent.n_rows, lent.n_columns,
                             valid=memory(lent.valid), offsets=memory(lent.offsets),
                             categories=categories)
