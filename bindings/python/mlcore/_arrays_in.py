"""Columns for the library out of what programs hold: NumPy arrays, pandas, lists, buffers.

What already is a column of the library (float64, float32, int64, datetime64[us]; contiguous and
aligned; float64 matrices) is lent without a copy, and kept alive until the library says that the
last dataset that uses it is gone. Everything else is converted once.
"""
import array
import ctypes
import datetime
import itertools
from typing import Any, Iterable, List, Optional

from . import _abi, _hooks
from ._errors import ArgumentError, ColumnError, DataError
from ._handles import encode
from ._numpy import numpy, pandas

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
MICROSECOND = datetime.timedelta(microseconds=1)
INT64_MAX = 2 ** 63 - 1


class Column:
    """One array for the library, and what has to live as long as it."""

    def __init__(self, name: str, kind: int, data: Any, n_rows: int, n_columns: int = 1,
                 valid: Any = None, offsets: Any = None, categories: Any = None,
                 lend: bool = True) -> None:
        self.name = encode(name, "column")
        self.role: Optional[bytes] = None
        self.kind = kind
        self.n_rows = n_rows
        self.n_columns = n_columns
        self.lend = lend
        self.memory = (data, valid, offsets, categories)

    def fill(self, out: _abi.Array) -> int:
        """Fills the library's struct; the number to drop when the call fails."""
        data, valid, offsets, categories = self.memory
        out.size = ctypes.sizeof(_abi.Array)
        out.name, out.role, out.type = self.name, self.role, self.kind
        out.data, out.valid, out.offsets = address(data), address(valid), address(offsets)
        out.n_rows, out.n_columns = self.n_rows, self.n_columns
        out.categories = address(categories)
        out.n_categories = 0 if categories is None else len(categories) - 1
        if not self.lend:
            return 0
        out.user = _hooks.keep(self.memory)
        out.release = _hooks.release
        return out.user


class Sparse(Column):
    """A sparse matrix: the library copies its entries."""

    def __init__(self, name: str, kind: int, data: Any, shape: tuple, indices: Any, offsets: Any,
                 layout: int, absent_is_missing: bool = False, valid: Any = None) -> None:
        super().__init__(name, kind, data, *shape, valid=valid, offsets=offsets, lend=False)
        self.indices, self.layout, self.absent_is_missing = indices, layout, absent_is_missing

    def fill(self, out: _abi.Array) -> int:
        out.sparse, out.absent_is_missing = self.layout, self.absent_is_missing
        out.indices = address(self.indices)
        out.index_size, out.offset_size = _size(self.indices), _size(self.memory[2])
        return super().fill(out)


def _size(integers: Any) -> int:
    """Bytes of an integer; 0 is the library's own."""
    return 0 if isinstance(integers, Borrowed) else integers.itemsize


class Borrowed:
    """Memory of somebody else, who is kept with it."""

    def __init__(self, address: int, owner: Any) -> None:
        self.address = address
        self.owner = owner


def address(memory: Any) -> Optional[int]:
    """Where an array starts; memory is never empty for the library."""
    if memory is None:
        return None
    if isinstance(memory, Borrowed):
        return memory.address
    if numpy and isinstance(memory, numpy.ndarray):
        return memory.ctypes.data or ctypes.addressof(_NOTHING)
    if isinstance(memory, array.array):
        return memory.buffer_info()[0] or ctypes.addressof(_NOTHING)
    return ctypes.addressof(memory)


_NOTHING = (ctypes.c_double * 8)()


def bits(values: Any) -> Any:
    """A bit a row, least significant first."""
    if numpy:
        return numpy.packbits(numpy.asarray(values, dtype=bool), bitorder="little")
    packed = bytearray((len(values) + 7) // 8 or 1)
    for i, value in enumerate(values):
        if value:
            packed[i >> 3] |= 1 << (i & 7)
    return (ctypes.c_uint8 * len(packed)).from_buffer(packed)


# ---- NumPy ------------------------------------------------------------------------------------


def _lent_dtype(name: str, values: Any) -> Any:
    """The column type that holds an array of numbers, and the array as it."""
    kind, size = values.dtype.kind, values.dtype.itemsize
    if kind == "f":
        return (_abi.TYPE_FLOAT32, "f4") if size == 4 else (_abi.TYPE_FLOAT64, "f8")
    if kind == "u" and size == 8 and values.size and int(values.max()) > INT64_MAX:
        raise DataError(f"column '{name}': {int(values.max())} does not fit a 64-bit integer: "
                        "convert the column to float64 or text", -7, name)
    return _abi.TYPE_INT64, "i8"


def _from_datetimes(name: str, values: Any) -> Column:
    stamps = numpy.ascontiguousarray(values.astype("datetime64[us]", copy=False)).view(numpy.int64)
    missing = numpy.isnat(values)
    valid = bits(~missing) if missing.any() else None
    return Column(name, _abi.TYPE_TIMESTAMP, stamps, len(stamps), valid=valid)


def _from_matrix(name: str, values: Any) -> Column:
    if values.dtype.kind not in "fiub":
        raise ColumnError(f"column '{name}' is a matrix of {values.dtype}: a vector column holds "
                          "numbers; give each column by itself", -5, name)
    if values.shape[1] < 1:
        raise ColumnError(f"column '{name}' is a matrix without columns", -5, name)
    matrix = numpy.require(values, numpy.float64, ("C", "A"))
    return Column(name, _abi.TYPE_VECTOR, matrix, *matrix.shape)


def from_numpy(name: str, values: Any, text: str = "auto", missing: Any = None) -> Column:
    """missing: a mask of the rows without a value, or None."""
    if values.dtype.names or values.dtype.kind in "cmV":
        raise ColumnError(f"column '{name}' is of dtype {values.dtype}: columns are bool, "
                          "integer, real, datetime64 or text", -5, name)
    if values.ndim == 2:
        return _from_matrix(name, values)
    if values.ndim != 1:
        raise ColumnError(f"column '{name}' has {values.ndim} dimensions: must be 1, or 2 for a "
                          "vector column", -5, name)
    if numpy.ma.isMaskedArray(values):
        mask = numpy.ma.getmaskarray(values)
        missing = mask if missing is None else mask | missing
        values = values.data
    if values.dtype.kind == "M":
        return _from_datetimes(name, values)
    if values.dtype.kind in "OUST":
        items = values.tolist()
        if missing is not None:
            items = [None if gone else item for item, gone in zip(items, missing.tolist())]
        return from_items(name, items, text)
    valid = bits(~missing) if missing is not None and missing.any() else None
    if values.dtype.kind == "b":
        return Column(name, _abi.TYPE_BOOL, bits(values), len(values), valid=valid, lend=False)
    kind, dtype = _lent_dtype(name, values)
    values = numpy.require(values, dtype, ("C", "A"))
    return Column(name, kind, values, len(values), valid=valid)


_ENTRIES = {"f8": _abi.TYPE_FLOAT64, "f4": _abi.TYPE_FLOAT32, "i8": _abi.TYPE_INT64,
            "i4": _abi.TYPE_INT32}


def from_sparse(name: str, matrix: Any, absent: str = "zero") -> Column:
    """A sparse matrix of SciPy as one vector column. absent: zero or missing."""
    if absent not in ("zero", "missing"):
        raise ArgumentError(f"absent = {absent!r}: must be zero or missing")
    if len(matrix.shape) != 2 or matrix.shape[1] < 1 or matrix.dtype.kind not in "fiub":
        raise ColumnError(f"column '{name}' is a sparse array of {matrix.dtype} and shape "
                          f"{matrix.shape}: a vector column holds numbers in rows and columns", -5,
                          name)
    matrix = matrix if matrix.format in ("csr", "csc") else matrix.tocsr()
    data = matrix.data if matrix.dtype.str[1:] in _ENTRIES else matrix.data.astype("f8")
    layout = _abi.SPARSE_ROWS if matrix.format == "csr" else _abi.SPARSE_COLUMNS
    parts = [numpy.require(part, None, ("C", "A"))
             for part in (data, matrix.indices, matrix.indptr)]
    n_lines = matrix.shape[0] if matrix.format == "csr" else matrix.shape[1]
    if len(parts[2]) != n_lines + 1 or parts[2].max() > min(len(parts[0]), len(parts[1])):
        raise DataError(f"column '{name}' is a broken sparse matrix: indptr does not fit its shape "
                        "and entries", -7, name)
    return Sparse(name, _ENTRIES[data.dtype.str[1:]], parts[0], matrix.shape, parts[1], parts[2],
                  layout, absent == "missing")


# ---- pandas -----------------------------------------------------------------------------------


def _from_series(name: str, series: Any, text: str) -> Column:
    dtype = series.dtype
    if hasattr(series, "cat"):
        return from_codes(name, series.cat.codes.to_numpy(), series.cat.categories.tolist())
    if hasattr(dtype, "tz"):
        return _from_datetimes(name, series.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy())
    if isinstance(dtype, numpy.dtype):
        return from_numpy(name, series.to_numpy(), text)
    if dtype.kind in "iufb":  # the nullable types
        missing = series.isna().to_numpy()
        plain = {"i": "int64", "u": "uint64", "f": "float64", "b": "bool"}[dtype.kind]
        values = series.to_numpy(dtype=plain, na_value=0) if missing.any() else \
            series.to_numpy(dtype=plain)
        return from_numpy(name, values, text, missing)
    return from_items(name, series.astype(object).tolist(), text)


def from_codes(name: str, codes: Any, categories: Iterable[Any]) -> Column:
    """Codes into categories; -1 is missing. Numbers, intervals and the like give their names."""
    return _category_column(name, codes, [category_name(item) for item in categories])


def category_name(item: Any) -> str:
    """Whole numbers have one name: pandas makes floats of integers where some are missing."""
    whole = isinstance(item, float) and item.is_integer()
    return str(int(item) if whole else item)


# ---- lists ------------------------------------------------------------------------------------


def _kind_of(cls: type) -> str:
    for base, kind in ((bool, "bool"), (int, "int"), (float, "float"), (str, "text"),
                       (datetime.datetime, "time"), (datetime.date, "date")):
        if issubclass(cls, base):
            return kind
    if cls is type(None) or cls.__name__ in ("NAType", "NaTType"):
        return "missing"
    if numpy and issubclass(cls, numpy.generic):
        found = {"b": "bool", "i": "int", "u": "int", "f": "float", "U": "text"}
        return found.get(numpy.dtype(cls).kind, "other")
    return "other"


def _refuse_mix(name: str, items: List[Any], kinds: dict) -> ColumnError:
    first = None
    for i, item in enumerate(items):
        kind = kinds[type(item)]
        if kind in ("missing", "nan"):
            continue
        if kind == "other":
            return ColumnError(f"column '{name}', row {i}: {item!r} is a {type(item).__name__}; "
                               "a column holds numbers, texts, booleans or times", -5, name)
        if first is None:
            first = kind
        elif kind != first:
            return ColumnError(f"column '{name}', row {i}: {item!r} is {kind} after {first} "
                               "values: a column holds one kind", -5, name)
    return ColumnError(f"column '{name}' mixes kinds of values", -5, name)


def _is_nan(item: Any) -> bool:
    return isinstance(item, float) and item != item


def from_items(name: str, items: Any, text: str = "auto") -> Column:
    """Python objects: the type of the column is that of its values; None is missing."""
    items = items if isinstance(items, list) else list(items)
    kinds = {cls: _kind_of(cls) for cls in set(map(type, items))}
    found = set(kinds.values()) - {"missing"}
    if "float" in found and found & {"text", "bool", "time", "date"}:
        # NaN among texts is how pandas says missing.
        items = [None if _is_nan(item) else item for item in items]
        kinds = {cls: _kind_of(cls) for cls in set(map(type, items))}
        found = set(kinds.values()) - {"missing"}
    gone = {cls for cls, kind in kinds.items() if kind == "missing"}
    if found == {"text"}:
        return _from_texts(name, [None if type(i) in gone else str(i) for i in items], text)
    if found and found <= {"time", "date"}:
        items = [None if type(i) in gone else microseconds(i) for i in items]
        return _from_numbers(name, items, "q", _abi.TYPE_TIMESTAMP, 0)
    if found == {"bool"}:
        missing = any(type(i) in gone for i in items)
        valid = bits([type(i) not in gone for i in items]) if missing else None
        values = bits([False if type(i) in gone else bool(i) for i in items])
        return Column(name, _abi.TYPE_BOOL, values, len(items), valid=valid, lend=False)
    items = [None if type(i) in gone else i for i in items]
    if found == {"int"}:
        return _from_numbers(name, items, "q", _abi.TYPE_INT64, 0)
    if found <= {"int", "float"}:
        return _from_numbers(name, items, "d", _abi.TYPE_FLOAT64, float("nan"))
    raise _refuse_mix(name, items, kinds)


def microseconds(item: Any) -> int:
    if not isinstance(item, datetime.datetime):
        item = datetime.datetime(item.year, item.month, item.day)
    if item.tzinfo is None:
        item = item.replace(tzinfo=datetime.timezone.utc)
    return (item - EPOCH) // MICROSECOND


def _from_numbers(name: str, items: List[Any], code: str, kind: int, empty: Any) -> Column:
    valid = bits([i is not None for i in items]) if None in items else None
    if valid is not None:
        items = [empty if i is None else i for i in items]
    try:
        values = array.array(code, items)
    except OverflowError:
        worst = max((abs(int(i)), i) for i in items)[1]
        raise DataError(f"column '{name}': {worst} does not fit "
                        f"{'a 64-bit integer' if code == 'q' else 'float64'}", -7,
                        name) from None
    return Column(name, kind, values, len(values), valid=valid)


def _encode_row(name: str, i: int, text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise DataError(f"column '{name}', row {i}: {text!r} is no valid Unicode ({error.reason})",
                        -7, name) from None


def _from_texts(name: str, texts: List[Optional[str]], text: str) -> Column:
    distinct: dict = {}
    codes = array.array("q", [-1 if t is None else distinct.setdefault(t, len(distinct))
                              for t in texts])
    n_values = len(texts) - texts.count(None)
    if text == "category" or (text == "auto" and
                              (len(distinct) <= 16 or 2 * len(distinct) <= n_values)):
        return _category_column(name, codes, list(distinct))
    encoded = [b"" if t is None else _encode_row(name, i, t) for i, t in enumerate(texts)]
    offsets = array.array("q", itertools.accumulate(map(len, encoded), initial=0))
    joined = ctypes.create_string_buffer(b"".join(encoded), offsets[-1] + 1)
    valid = bits([t is not None for t in texts]) if None in texts else None
    return Column(name, _abi.TYPE_TEXT, joined, len(texts), valid=valid, offsets=offsets,
                  lend=False)


def _category_column(name: str, codes: Any, categories: List[str]) -> Column:
    """The library makes a dictionary of its own of those that occur."""
    texts = [_encode_row(name, i, t) for i, t in enumerate(categories)] + [None]
    if any("\0" in t for t in categories):
        raise DataError(f"column '{name}': a text holds a NUL, which categories must not", -7,
                        name)
    if numpy:
        numbers = numpy.ascontiguousarray(codes, dtype=numpy.int32)
    else:
        numbers = array.array("i", codes)
    return Column(name, _abi.TYPE_CATEGORY, numbers, len(codes), lend=False,
                  categories=(ctypes.c_char_p * len(texts))(*texts))


# ---- anything ---------------------------------------------------------------------------------


def target_column(name: str, values: Any) -> Column:
    """Texts are classes; categories that are no texts are the values that they stand for."""
    frames = pandas()
    dtype = getattr(values, "dtype", None)
    if frames is None or not isinstance(dtype, frames.CategoricalDtype) or \
            all(isinstance(item, str) for item in dtype.categories):
        return column(name, values, "category")
    items = frames.Series(values).astype(object)
    return from_items(name, items.where(items.notna(), None).tolist(), "category")


def column(name: str, values: Any, text: str = "auto", absent: str = "zero") -> Column:
    """A column out of anything that holds one."""
    if hasattr(values, "tocsr"):
        return from_sparse(name, values, absent)
    if numpy and isinstance(values, numpy.ndarray):
        return from_numpy(name, values, text)
    frames = pandas()
    if frames is not None and isinstance(values, frames.Series):
        return _from_series(name, values, text)
    if frames is not None and isinstance(values, (frames.Index, frames.Categorical)):
        return _from_series(name, frames.Series(values), text)
    if isinstance(values, (str, bytes, dict, set)) or not hasattr(values, "__len__"):
        raise ColumnError(f"column '{name}' is a {type(values).__name__}: must be an array or a "
                          "list", -5, name)
    if isinstance(values, array.array) and values.typecode in "df":
        copied = array.array(values.typecode, values)  # a lent one would refuse to grow
        return Column(name, _abi.TYPE_FLOAT64 if values.typecode == "d" else _abi.TYPE_FLOAT32,
                      copied, len(copied))
    if isinstance(values, (list, tuple, range, array.array, memoryview)):
        return from_items(name, values, text)
    if numpy and (hasattr(values, "to_numpy") or hasattr(values, "__array__")):
        made = values.to_numpy() if hasattr(values, "to_numpy") else numpy.asarray(values)
        return from_numpy(name, made, text)
    return from_items(name, values, text)
