"""Datasets: named columns with roles. Also what every table of results is."""
import ctypes
from typing import Any, Dict, Iterator, List, Optional, Tuple, Union

from . import _abi, _arrays_out, _arrow, _parts
from ._columns import from_columns, matrix_columns, place_roles
from ._context import Context, running
from ._errors import ArgumentError, ColumnError, call
from ._handles import (Handle, encode, encode_path, given, integer, make, maker_options,
                       reader_options, settings, take_buffer, words)
from ._numpy import pandas
from ._quality import Quality
from ._sampling import Sampling
from ._shaping import Shaping

TYPE_NAMES = {1: "bool", 2: "int64", 3: "float32", 4: "float64", 5: "category", 6: "text",
              7: "timestamp", 8: "vector"}
_library = _abi.library


class Dataset(Shaping, Sampling, Quality):
    """Immutable columns of equal length, with roles; any thread may use it.

    Made by read_csv(), parse_csv(), from_arrays() and by what gives tables. data["age"] is a
    column as a NumPy array (a list without NumPy): contiguous numbers without missing values
    are a read-only view of the dataset's own memory, which stays as long as the array.
    data[10:20], data[[3, 1]] and data[mask] are datasets of those rows, data[7] is a row as a
    dict; iterating gives the rows.
    """

    __slots__ = ("_handle", "_names", "__weakref__")

    def __init__(self, columns: Any = None, **roles: Any) -> None:
        """As Dataset.from_arrays()."""
        self._adopt(_from_arrays(columns, roles))

    def _adopt(self, handle: Handle) -> None:
        self._handle = handle
        n = _library.mlc_dataset_n_columns(handle)
        self._names = tuple(_library.mlc_dataset_column_name(handle, i).decode()
                            for i in range(n))

    @classmethod
    def _wrap(cls, handle: Handle) -> "Dataset":
        self = cls.__new__(cls)
        self._adopt(handle)
        return self

    # ---- making -----------------------------------------------------------------------------

    @classmethod
    def read(cls, path: Any, *, like: Any = None, context: Optional[Context] = None,
             **options: Any) -> "Dataset":
        """Reads a file of any format that its ending, or format=, tells: "csv", "tsv", "jsonl"
        (JSON Lines), "libsvm" or "sqlite"; texts also gzip-compressed.

        like is as for read_csv(). Options are those of the format, and the roles:

        - csv, tsv: as for read_csv()
        - jsonl: columns ({"age": "user.age", "first": "scores[0]"}), types, null, text, on_error
        - libsvm: index_base ("auto", 0, 1), width, target_name, group_name, features_name
        - sqlite: table or query, types, null, text
        """
        with running(context) as call_context:
            return cls._wrap(make("dataset", _library.mlc_dataset_read_like, call_context,
                                  encode_path(path), _types_of(like),
                                  settings(reader_options(options))))

    @classmethod
    def parse(cls, data: Union[str, bytes], *, like: Any = None,
              context: Optional[Context] = None, **options: Any) -> "Dataset":
        """Reads a text or the bytes of a file from memory; options as for read(). Without format=
        the first bytes tell the format, and what looks like no other is CSV."""
        raw = data.encode() if isinstance(data, str) else bytes(data)
        with running(context) as call_context:
            return cls._wrap(make("dataset", _library.mlc_dataset_parse_like, call_context,
                                  raw, len(raw), _types_of(like),
                                  settings(reader_options(options))))

    @classmethod
    def read_csv(cls, path: Any, *, like: Any = None, context: Optional[Context] = None,
                 **options: Any) -> "Dataset":
        """Reads a delimited text file, also gzip-compressed.

        like, a Dataset or a fitted Model, says which types its columns have, whatever they look
        like in this file: codes that were categories stay categories where all are digits.

        Options are those of the C function: delimiter, quote, header, null, types (a dict or
        text), text, timestamps, decimal, thousands, comment, columns (the only ones to read),
        skip_rows, n_rows, encoding, on_error, the roles (target=, weight=, ignore=[...] ...),
        classes and positive.
        """
        with running(context) as call_context:
            return cls._wrap(make("dataset", _library.mlc_dataset_read_csv_like, call_context,
                                  encode_path(path), _types_of(like),
                                  settings(reader_options(options))))

    @classmethod
    def parse_csv(cls, data: Union[str, bytes], *, like: Any = None,
                  context: Optional[Context] = None, **options: Any) -> "Dataset":
        """Reads delimited text from memory; options as for read_csv()."""
        raw = data.encode() if isinstance(data, str) else bytes(data)
        with running(context) as call_context:
            return cls._wrap(make("dataset", _library.mlc_dataset_parse_csv_like, call_context,
                                  raw, len(raw), _types_of(like),
                                  settings(reader_options(options))))

    @classmethod
    def from_arrays(cls, columns: Any, *, context: Optional[Context] = None, text: Any = "auto",
                    absent: str = "zero", classes: Any = None, positive: Any = None,
                    **roles: Any) -> "Dataset":
        """A dataset of a dict of columns, a pandas DataFrame, a matrix, rows as lists, or what
        from_arrow() takes.

        A column is a NumPy array, a Series or a list; a 2-D array in a dict is one vector
        column, a matrix by itself gives columns x0, x1 ... float64, float32, int64 and
        datetime64[us] arrays that are contiguous are lent, not copied: do not change them while
        the dataset lives. None, NA and masked values are missing. A sparse matrix of SciPy is one
        vector column; what it has no entry for is 0, or missing with absent="missing".

        roles: target=, weight=, group= ... with the name of a column (or names), or with a
        column itself, which is added under the name of the role. text="category" or "text" says
        what columns of texts become, text={"city": "category"} what a single one does; by
        default many distinct values make "text".
        """
        return cls._wrap(_from_arrays(columns, roles, context, text, absent, classes, positive))

    @classmethod
    def from_pandas(cls, frame: Any, **options: Any) -> "Dataset":
        """A dataset of a DataFrame; categories, texts and nullable types keep their meaning.

        Categories of numbers are categories, by their names; in the target they are numbers.
        """
        return cls.from_arrays(frame, **options)

    @classmethod
    def from_arrow(cls, table: Any, *, context: Optional[Context] = None, text: str = "auto",
                   nanoseconds: str = "fail", classes: Any = None, positive: Any = None,
                   **roles: Any) -> "Dataset":
        """A dataset of anything that has __arrow_c_stream__ or __arrow_c_array__: a table of
        pyarrow, a frame of polars, a relation of DuckDB.

        Numbers, times in microseconds and the bytes of texts are not copied. text is as for
        from_arrays(). Times with a part of a microsecond are an error, or that of the microsecond
        before with nanoseconds="floor". A role takes names of columns, or a value for each row.
        """
        data = cls._wrap(_arrow.read(table, {"text": text, "nanoseconds": nanoseconds}, context))
        columns = _parts.of(data)
        placed = place_roles(columns, roles)
        is_whole = len(columns) == len(data.columns) and not any(
            role == "target" and data.types[name] == "text" for name, role in placed.items())
        options = given(classes=classes, positive=positive)
        if not is_whole:  # columns of their own, or texts that become classes
            kept = {name: role for name, role in data.roles.items() if role != "feature"}
            return cls._wrap(from_columns(columns, {**kept, **placed}, options, context))
        by_role: Dict[str, Any] = {}
        for name, role in placed.items():
            by_role.setdefault(role, []).append(name)
        return data.with_roles(**by_role, **options) if by_role or options else data

    @classmethod
    def generate(cls, generator: str, *, context: Optional[Context] = None,
                 **params: Any) -> "Dataset":
        """Made-up rows, or a sample set: Dataset.generate("moons", n_rows=1000, noise=0.1),
        Dataset.generate("iris").

        components("generator") lists them, parameters("moons") what one takes: the names and
        defaults of scikit-learn's make_moons() and so on.
        """
        with running(context) as call_context:
            return cls._wrap(make("dataset", _library.mlc_dataset_generate, call_context,
                                  settings(maker_options(params), generator)))

    # ---- shape ------------------------------------------------------------------------------

    def __len__(self) -> int:
        return _library.mlc_dataset_n_rows(self._handle)

    @property
    def shape(self) -> Tuple[int, int]:
        return len(self), len(self._names)

    @property
    def columns(self) -> List[str]:
        return list(self._names)

    @property
    def roles(self) -> Dict[str, str]:
        """Column: role."""
        return {name: _library.mlc_dataset_column_role(self._handle, i).decode()
                for i, name in enumerate(self._names)}

    @property
    def types(self) -> Dict[str, str]:
        """Column: bool, int64, float32, float64, category, text, timestamp or vector."""
        return {name: TYPE_NAMES[_library.mlc_dataset_column_type(self._handle, i)]
                for i, name in enumerate(self._names)}

    def __contains__(self, name: Any) -> bool:
        return name in self._names

    def keys(self) -> List[str]:
        return list(self._names)

    def _index(self, name: str) -> int:
        index = _library.mlc_dataset_find(self._handle, encode(name, "column"))
        if index < 0:
            raise ColumnError(f"no column '{name}': there are {', '.join(self._names)}", -5, name)
        return index

    # ---- values -----------------------------------------------------------------------------

    def column(self, name: str) -> Any:
        """A column as a NumPy array, a list without NumPy."""
        return _arrays_out.column(self._handle, self._index(name), encode(name))

    def items(self, name: str) -> List[Any]:
        """A column as a list of Python objects, None where a value is missing."""
        return _arrays_out.items(self._handle, self._index(name), encode(name))

    def codes(self, name: str) -> Any:
        """The codes of a category column, -1 where missing."""
        self._index(name)
        return _arrays_out.codes(self._handle, encode(name), len(self))

    def categories(self, name: str) -> List[str]:
        """The texts behind the codes of a category column."""
        self._index(name)
        return _arrays_out.categories(self._handle, encode(name))

    def sparse(self, name: str) -> Any:
        """A vector column as a scipy.sparse.csr_matrix."""
        return _arrays_out.sparse(self._handle, self._index(name), encode(name))

    def components(self, name: str) -> List[str]:
        """The names of the components of a vector column."""
        index = self._index(name)
        width = _library.mlc_dataset_column_width(self._handle, index)
        found = [_library.mlc_dataset_component_name(self._handle, index, k)
                 for k in range(width)]
        return [str(k) if text is None else text.decode() for k, text in enumerate(found)]

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, str):
            return self.column(key)
        if isinstance(key, slice):
            start, stop, step = key.indices(len(self))
            if step == 1:
                return self._range(start, max(0, stop - start))
            return self._rows(range(start, stop, step))
        if hasattr(key, "__index__") and not getattr(key, "ndim", 0):
            return self._row(key.__index__())
        return self._rows(key)

    def _range(self, first: int, n: int) -> "Dataset":
        return self._wrap(make("dataset", _library.mlc_dataset_rows, None, self._handle, None,
                               first, n))

    def _rows(self, rows: Any) -> "Dataset":
        """Row numbers, from the end when negative, or a mask."""
        rows = rows.tolist() if hasattr(rows, "tolist") else list(rows)
        if rows and all(isinstance(row, bool) for row in rows):
            if len(rows) != len(self):
                raise ArgumentError(f"the mask has {len(rows)} values for {len(self)} rows")
            rows = [i for i, chosen in enumerate(rows) if chosen]
        if not all(hasattr(row, "__index__") for row in rows):
            raise ArgumentError("rows are chosen by numbers, a slice or a mask; a column by its "
                                "name, several by select()")
        n = len(self)
        rows = [integer("row", row) for row in rows]
        rows = [row + n if row < 0 else row for row in rows]
        numbers = (ctypes.c_int64 * max(1, len(rows)))(*rows)
        return self._wrap(make("dataset", _library.mlc_dataset_rows, None, self._handle, numbers,
                               0, len(rows)))

    def _row(self, i: int) -> Dict[str, Any]:
        n = len(self)
        if not -n <= i < n:
            raise IndexError(f"row {i} of {n}")
        row = self._range(i % n, 1)
        return {name: row.items(name)[0] for name in self._names}

    def __iter__(self) -> Iterator[Dict[str, Any]]:
        """The rows, as dicts."""
        columns = [self.items(name) for name in self._names]
        for row in zip(*columns):
            yield dict(zip(self._names, row))

    def to_dict(self) -> Dict[str, List[Any]]:
        """Column: list of values, None where missing."""
        return {name: self.items(name) for name in self._names}

    def to_pandas(self) -> Any:
        """A pandas DataFrame; vectors give a column a component, `name[component]`."""
        from . import _frames
        return _frames.to_pandas(self)

    def __arrow_c_schema__(self) -> Any:
        """The types of the columns for Arrow; roles are in the metadata."""
        return _arrow.schema(self._handle)

    def __arrow_c_array__(self, requested_schema: Any = None) -> Tuple[Any, Any]:
        """The rows as one record batch, as pyarrow.record_batch(data) takes it."""
        return _arrow.array(self._handle)

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """The rows as a stream, as pyarrow.table(data), polars.DataFrame(data) and DuckDB take
        it."""
        return _arrow.stream(self._handle)

    # ---- deriving ---------------------------------------------------------------------------

    def with_roles(self, *, classes: Any = None, positive: Any = None,
                   **roles: Any) -> "Dataset":
        """The same columns under other roles, as in data.with_roles(target="y", ignore=["a"]).

        feature= takes a role away; columns that are not named keep theirs.
        """
        options = dict(roles, **given(classes=classes, positive=positive))
        return self._wrap(make("dataset", _library.mlc_dataset_with_roles, None, self._handle,
                               settings(options)))

    def select(self, *columns: Any) -> "Dataset":
        """Some columns: names, type:number, role:feature or patterns, as text or as a list."""
        names = columns[0] if len(columns) == 1 else ", ".join(words(c) or "" for c in columns)
        return self._wrap(make("dataset", _library.mlc_dataset_select, None, self._handle,
                               encode(words(names), "columns")))

    # ---- printing and writing ---------------------------------------------------------------

    def format(self, **options: Any) -> str:
        """The dataset as text: format="table", "csv" or "json", max_rows=, max_width=,
        digits=."""
        return take_buffer(_library.mlc_dataset_format, self._handle, settings(options)).decode()

    def write(self, path: Any, *, context: Optional[Context] = None, **options: Any) -> None:
        """Writes a file of the format that its ending, or format=, tells; see read().

        Options are those of the format: delimiter and header for csv and tsv, nan="word" or "null"
        for jsonl, index_base for libsvm, table and if_exists ("fail", "replace", "append") for
        sqlite.
        """
        with running(context) as call_context:
            call(_library.mlc_dataset_write, call_context, self._handle, encode_path(path),
                 settings(options))

    def write_csv(self, path: Any, **options: Any) -> None:
        """Writes a CSV file, packed for a path that ends in .gz: beside the target, then renamed.
        delimiter=, header=."""
        call(_library.mlc_dataset_write_csv, self._handle, encode_path(path), settings(options))

    def __repr__(self) -> str:
        return self.format(max_rows=20)

    def __reduce__(self) -> Any:
        raise TypeError("a Dataset is not pickled: write_csv() it, or pickle its to_dict()")


def concat(parts: Any, *, context: Optional[Context] = None, **options: Any) -> Dataset:
    """The rows of several datasets, one after the other, as in concat([a, b], columns="union").

    Columns are found by name; their types widen as far as all values need, and nothing is
    rounded. columns="same", the default, refuses parts with other columns than the first;
    "union" takes all columns, and what a part lacks is missing. Roles are those of the first.
    """
    parts = [part if isinstance(part, Dataset) else Dataset(part) for part in parts]
    pointers = (ctypes.c_void_p * max(1, len(parts)))(
        *[part._handle._as_parameter_.value for part in parts])
    with running(context) as call_context:
        return Dataset._wrap(make("dataset", _library.mlc_dataset_concat, call_context, pointers,
                                  len(parts), settings(options)))


def read_csv(path: Any, **options: Any) -> Dataset:
    """See Dataset.read_csv()."""
    return Dataset.read_csv(path, **options)


def _types_of(like: Any) -> Any:
    """The handle of a dataset with the types to read with."""
    if like is None:
        return None
    table = getattr(like, "table", None)
    found = like if isinstance(like, Dataset) else table("schema") if callable(table) else None
    if not isinstance(found, Dataset):
        raise ArgumentError(f"like is a {type(like).__name__}: must be a Dataset or a fitted "
                            "Model")
    return found._handle


# ---- from arrays ------------------------------------------------------------------------------


def named_columns(columns: Any, names: Optional[List[str]] = None) -> Dict[str, Any]:
    """The columns of a dict, a frame, a matrix or rows, by name; names are those of a matrix."""
    frames = pandas()
    if frames is not None and isinstance(columns, frames.Series):
        columns = columns.to_frame()
    if frames is not None and isinstance(columns, frames.DataFrame):
        labels = [str(label) for label in columns.columns]
        if len(set(labels)) != len(labels):
            raise ColumnError("two columns of the DataFrame have the same name", -5)
        return {label: columns.iloc[:, i] for i, label in enumerate(labels)}
    if isinstance(columns, Dataset):
        return _parts.of(columns)
    if _arrow.is_table(columns):
        return _parts.of(Dataset.from_arrow(columns))
    if hasattr(columns, "items") and hasattr(columns, "keys"):
        return {str(name): values for name, values in columns.items()}
    return matrix_columns(columns, names)


def _from_arrays(columns: Any, roles: Dict[str, Any], context: Optional[Context] = None,
                 text: Any = "auto", absent: str = "zero", classes: Any = None,
                 positive: Any = None) -> Handle:
    texts = text if isinstance(text, dict) else {None: text}  # None: all other columns
    for choice in texts.values():
        if choice not in ("auto", "category", "text"):
            raise ArgumentError(f"text = {choice!r}: must be auto, category or text")
    options = given(classes=classes, positive=positive)
    if _arrow.is_table(columns) and not isinstance(text, dict):
        return Dataset.from_arrow(columns, context=context, text=text, **options, **roles)._handle
    named = dict(named_columns(columns if columns is not None else {}))
    placed = place_roles(named, roles)
    if not named:
        raise ColumnError("a dataset needs at least one column", -5)
    return from_columns(named, placed, options, context, texts, absent)
