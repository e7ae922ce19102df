"""Columns of a dataset as NumPy arrays or lists.

A contiguous column without missing values comes as a read-only view of the library's memory,
which keeps the dataset alive; others are copied once.
"""
import ctypes
import datetime
import math
from typing import Any, List, Optional

from . import _abi
from ._arrays_in import EPOCH
from ._errors import UnsupportedError, call
from ._handles import Handle
from ._numpy import numpy

_ELEMENTS = {_abi.TYPE_INT64: (ctypes.c_int64, "<i8"), _abi.TYPE_FLOAT32: (ctypes.c_float, "<f4"),
             _abi.TYPE_FLOAT64: (ctypes.c_double, "<f8"),
             _abi.TYPE_CATEGORY: (ctypes.c_int32, "<i4"),
             _abi.TYPE_TIMESTAMP: (ctypes.c_int64, "<M8[us]"),
             _abi.TYPE_VECTOR: (ctypes.c_double, "<f8")}


class Lent:
    """Memory of a dataset for NumPy, whose array keeps this object and so the dataset."""

    def __init__(self, owner: Handle, address: int, shape: tuple, typestr: str) -> None:
        self._owner = owner
        self.__array_interface__ = {"version": 3, "data": (address, True), "shape": shape,
                                    "typestr": typestr}


def lend(dataset: Handle, name: bytes) -> Optional[_abi.Array]:
    """The column's memory; None where it is not contiguous."""
    out = _abi.Array(size=ctypes.sizeof(_abi.Array))
    try:
        call(_abi.library.mlc_dataset_column, dataset, name, out)
    except UnsupportedError:
        return None
    return out


def _view(dataset: Handle, lent: _abi.Array) -> Any:
    """A lent column: an array with NumPy, a list without."""
    element, typestr = _ELEMENTS[lent.type]
    n, width = lent.n_rows, lent.n_columns
    shape = (n, width) if lent.type == _abi.TYPE_VECTOR else (n,)
    if numpy:
        if n == 0:
            return numpy.empty(shape, dtype=typestr)
        return numpy.asarray(Lent(dataset, lent.data, shape, typestr))
    flat = list((element * (n * width)).from_address(lent.data)) if n else []
    if lent.type == _abi.TYPE_VECTOR:
        return [flat[i * width:(i + 1) * width] for i in range(n)]
    return flat


def _bits(address: int, n: int) -> List[bool]:
    if numpy:
        packed = numpy.frombuffer(ctypes.string_at(address, (n + 7) // 8), dtype=numpy.uint8)
        return numpy.unpackbits(packed, count=n, bitorder="little").astype(bool).tolist()
    data = ctypes.string_at(address, (n + 7) // 8)
    return [bool(data[i >> 3] >> (i & 7) & 1) for i in range(n)]


def copy_reals(dataset: Handle, name: bytes, n: int, width: int) -> Any:
    """n x width doubles, NaN where missing, as one flat array or list."""
    if numpy:
        out = numpy.empty(n * width, dtype=numpy.float64)
        room = out.ctypes.data_as(ctypes.POINTER(ctypes.c_double))
    else:
        out = room = (ctypes.c_double * max(1, n * width))()
    call(_abi.library.mlc_dataset_copy_real, dataset, name, room, n * width)
    return out if numpy else list(out)[:n * width]


def codes(dataset: Handle, name: bytes, n: int) -> Any:
    """Codes of a category column, -1 where missing."""
    lent = lend(dataset, name)
    if lent is not None and lent.type == _abi.TYPE_CATEGORY and not lent.valid:
        return _view(dataset, lent)
    out = (ctypes.c_int32 * max(1, n))()
    call(_abi.library.mlc_dataset_copy_codes, dataset, name, out, n)
    return numpy.frombuffer(out, dtype=numpy.int32)[:n] if numpy else list(out)[:n]


def categories(dataset: Handle, name: bytes) -> List[str]:
    found: List[str] = []
    while True:
        text = _abi.library.mlc_dataset_category(dataset, name, len(found))
        if text is None:
            return found
        found.append(text.decode())


def texts(dataset: Handle, name: bytes, n: int) -> List[Optional[str]]:
    """The texts of a text column, None where missing."""
    lent = lend(dataset, name)
    if lent is not None:
        starts = (ctypes.c_int64 * (n + 1)).from_address(lent.offsets)
        data = ctypes.string_at(lent.data + starts[0], starts[n] - starts[0]) if n else b""
        first = starts[0]
        found: List[Optional[str]] = [
            data[starts[i] - first:starts[i + 1] - first].decode() for i in range(n)]
        if lent.valid:
            found = [t if there else None for t, there in zip(found, _bits(lent.valid, n))]
        return found
    found = []
    out, length = ctypes.c_void_p(), ctypes.c_int64()
    for i in range(n):
        call(_abi.library.mlc_dataset_text, dataset, name, i,
             ctypes.cast(ctypes.byref(out), ctypes.POINTER(ctypes.c_char_p)), length)
        found.append(ctypes.string_at(out.value, length.value).decode() if out.value else None)
    return found


def integers(dataset: Handle, name: bytes, n: int) -> Any:
    """Integers, also of times and bools: a view where that is possible, a list with None where
    some are missing."""
    lent = lend(dataset, name)
    if lent is not None and not lent.valid:
        return _view(dataset, lent)
    values, n_missing = copy_integers(dataset, name, n, 0)
    if n_missing == 0:
        return values
    values = values.tolist() if numpy else values
    there = [v == w for v, w in zip(values, copy_integers(dataset, name, n, 1)[0])]
    return [v if known else None for v, known in zip(values, there)]


def copy_integers(dataset: Handle, name: bytes, n: int, missing: int) -> Any:
    """The integers, with that number for missing ones, and how many these are."""
    out, n_missing = (ctypes.c_int64 * max(1, n))(), ctypes.c_int64()
    call(_abi.library.mlc_dataset_copy_integer, dataset, name, out, n, missing, n_missing)
    values = numpy.frombuffer(out, dtype=numpy.int64)[:n] if numpy else list(out)[:n]
    return values, n_missing.value


def _floats(dataset: Handle, name: bytes, n: int, width: int, kind: int) -> Any:
    lent = lend(dataset, name)
    if lent is not None and not lent.valid and not lent.sparse:
        return _view(dataset, lent)
    flat = copy_reals(dataset, name, n, width)
    if kind == _abi.TYPE_VECTOR:
        return flat.reshape(n, width) if numpy else \
            [flat[i * width:(i + 1) * width] for i in range(n)]
    return flat.astype(numpy.float32) if numpy and kind == _abi.TYPE_FLOAT32 else flat


def sparse(dataset: Handle, index: int, name: bytes) -> Any:
    """A vector column as a SciPy matrix of its own memory, row after row."""
    import scipy.sparse

    lent = lend(dataset, name)
    if lent is None or not lent.sparse or lent.valid:
        return scipy.sparse.csr_matrix(column(dataset, index, name))
    n = lent.n_rows
    offsets = numpy.array((ctypes.c_int64 * (n + 1)).from_address(lent.offsets))
    first, n_entries = int(offsets[0]), int(offsets[-1])
    if n_entries == first:
        return scipy.sparse.csr_matrix((n, lent.n_columns))
    indices = (ctypes.c_int32 * n_entries).from_address(lent.indices)
    values = (ctypes.c_double * n_entries).from_address(lent.data)
    return scipy.sparse.csr_matrix((numpy.array(values)[first:], numpy.array(indices)[first:],
                                    offsets - first), shape=(n, lent.n_columns))


def _bools(dataset: Handle, name: bytes, n: int) -> Any:
    reals = copy_reals(dataset, name, n, 1)
    if numpy and not numpy.isnan(reals).any():
        return reals.astype(bool)
    found = [None if v != v else v != 0 for v in reals]
    return numpy.array(found, dtype=object) if numpy else found


def _times(dataset: Handle, name: bytes, n: int) -> Any:
    found = integers(dataset, name, n)
    if numpy:
        if isinstance(found, list):
            found = numpy.array([numpy.datetime64("NaT", "us") if v is None else
                                 numpy.datetime64(v, "us") for v in found],
                                dtype="datetime64[us]")
        return found.view("datetime64[us]")
    return [None if v is None else EPOCH + datetime.timedelta(microseconds=v) for v in found]


def objects(values: List[Any]) -> Any:
    """A list, as an array of objects with NumPy."""
    if not numpy:
        return values
    out = numpy.empty(len(values), dtype=object)
    out[:] = values
    return out


def column(dataset: Handle, index: int, name: bytes) -> Any:
    """A column as an array; without NumPy as a list."""
    kind = _abi.library.mlc_dataset_column_type(dataset, index)
    n = _abi.library.mlc_dataset_n_rows(dataset)
    if kind == _abi.TYPE_TEXT:
        return objects(texts(dataset, name, n))
    if kind == _abi.TYPE_CATEGORY:
        names = categories(dataset, name) + [None]  # -1 is missing
        if numpy:
            return objects(names)[codes(dataset, name, n)]
        return [names[i] for i in codes(dataset, name, n)]
    if kind == _abi.TYPE_BOOL:
        return _bools(dataset, name, n)
    if kind == _abi.TYPE_TIMESTAMP:
        return _times(dataset, name, n)
    if kind == _abi.TYPE_INT64:
        found = integers(dataset, name, n)
        if numpy and isinstance(found, list):  # NaN is how an array of numbers says missing
            found = numpy.array([math.nan if v is None else v for v in found], dtype=float)
        return found
    width = _abi.library.mlc_dataset_column_width(dataset, index)
    return _floats(dataset, name, n, width, kind)


def items(dataset: Handle, index: int, name: bytes) -> List[Any]:
    """A column as Python objects, None where missing."""
    kind = _abi.library.mlc_dataset_column_type(dataset, index)
    n = _abi.library.mlc_dataset_n_rows(dataset)
    if kind == _abi.TYPE_INT64:
        found = integers(dataset, name, n)
        return found if isinstance(found, list) else found.tolist()
    found = column(dataset, index, name)
    found = found if isinstance(found, list) else found.tolist()
    if kind in (_abi.TYPE_FLOAT32, _abi.TYPE_FLOAT64):
        return [None if v != v else v for v in found]
    return found
