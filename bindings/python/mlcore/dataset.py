"""Datasets: named columns with roles. Also what every table of results is."""
import ctypes
from typing import Any, Dict, Iterator, List, Optional, TYPE_CHECKING, Tuple, Union

from . import _abi, _arrays_in, _arrays_out, _arrow, _hooks, _parts
from ._context import Context, root, running
from ._errors import ArgumentError, ColumnError, call
from ._handles import (Handle, encode, encode_path, given, integer, make, settings, take_buffer,
                       words)
from ._numpy import numpy, pandas
from ._shaping import Shaping

if TYPE_CHECKING:
    from .profile import Profile

TYPE_NAMES = {1: "bool", 2: "int64", 3: "float32", 4: "float64", 5: "category", 6: "text",
              7: "timestamp", 8: "vector"}
ROLES = ("target", "weight", "group", "offset", "time", "sensitive", "id", "key", "fold",
         "ignore")
_library = _abi.library


class Dataset(Shaping):
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
        placed = _place_roles(columns, roles)
        is_whole = len(columns) == len(data.columns) and not any(
            role == "target" and data.types[name] == "text" for name, role in placed.items())
        options = given(classes=classes, positive=positive)
        if not is_whole:  # columns of their own, or texts that become classes
            kept = {name: role for name, role in data.roles.items() if role != "feature"}
            return cls._wrap(_from_columns(columns, {**kept, **placed}, options, context))
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

    def split(self, splitter: str = "hold_out", *, context: Optional[Context] = None,
              **params: Any) -> List[Tuple["Dataset", ...]]:
        """Pairs of (train, test), as in data.split("k_fold", n_splits=5, shuffle=True).

        With validation_size=, which hold_out takes, each is (train, valid, test).
        """
        with running(context) as call_context:
            folds = make("dataset", _library.mlc_dataset_split, call_context, self._handle,
                         settings(params, splitter))
        names = [b"train", b"test"]
        if params.get("validation_size") is not None:
            names.insert(1, b"valid")
        return [tuple(self._wrap(make("dataset", _library.mlc_dataset_fold, self._handle, folds, k,
                                      part)) for part in names)
                for k in range(_library.mlc_dataset_n_columns(folds))]

    def _made(self, function: Any, context: Optional[Context], name: str,
              params: Dict[str, Any]) -> "Dataset":
        with running(context) as call_context:
            return self._wrap(make("dataset", function, call_context, self._handle,
                                   settings(maker_options(params), name)))

    def sample(self, sampler: str = "uniform", *, context: Optional[Context] = None,
               **params: Any) -> "Dataset":
        """Some of the rows: data.sample(n=1000), data.sample("stratified", share=0.1, by="sex"),
        data.sample("weighted", n=100), data.sample("bottom_k", n=1000), data.sample("reservoir",
        n=1000), which is all rows where there are fewer. Reader.sample() does so with rows that do
        not fit into memory.

        components("sampler") lists them, parameters("uniform") what one takes. The rows come in
        their own order; data.sample(share=1, shuffle=True) puts all of them into a random one.
        """
        return self._made(_library.mlc_dataset_sample, context, sampler, params)

    def resample(self, resampler: str = "smote", *, context: Optional[Context] = None,
                 **params: Any) -> "Dataset":
        """Other shares of the classes: data.resample("smote", k_neighbors=5),
        data.resample("random_under", sampling_strategy=0.5).

        sampling_strategy is a word, a ratio or a dict of rows by class, as in imbalanced-learn.
        components("resampler") lists them.
        """
        return self._made(_library.mlc_dataset_resample, context, resampler, params)

    def with_weights(self, weighting: str = "balanced", *, context: Optional[Context] = None,
                     **params: Any) -> "Dataset":
        """The same rows with a column of role weight: data.with_weights("balanced"),
        data.with_weights("class_weight", weights={"yes": 10}),
        data.with_weights("time_decay", half_life="30d").

        components("weighting") lists them.
        """
        return self._made(_library.mlc_dataset_with_weights, context, weighting, params)

    def fingerprint(self, *, context: Optional[Context] = None) -> Dict[str, Any]:
        """schema and content, hashes in hexadecimal that do not depend on the order of rows and
        columns; rows and columns, their numbers."""
        with running(context) as call_context:
            return self._wrap(make("dataset", _library.mlc_dataset_fingerprint, call_context,
                                   self._handle))[0]

    def describe(self, *, context: Optional[Context] = None) -> "Dataset":
        """A profile with one row a column: type, counts, range, moments, quantiles, top value."""
        with running(context) as call_context:
            return self._wrap(make("dataset", _library.mlc_dataset_describe, call_context,
                                   self._handle))

    def profile(self, *, context: Optional[Context] = None, **options: Any) -> "Profile":
        """What the columns hold, as counts that merge exactly: see Profile."""
        from .profile import Profile
        return Profile(self, context=context, **options)

    def validate(self, schema: Any, *, reference: Any = None, context: Optional[Context] = None,
                 **options: Any) -> "Dataset":
        """Checks the dataset against a schema (JSON or a dict): a row for each broken rule.

        reference is the Profile that distributions are compared with. Options: environment=,
        now= (a time, for freshness), examples=5.
        """
        from .profile import schema_text
        with running(context) as call_context:
            return self._wrap(make("dataset", _library.mlc_dataset_validate, call_context,
                                   self._handle, schema_text(schema),
                                   None if reference is None else reference._handle,
                                   settings(options)))

    def conform(self, schema: Any, *, context: Optional[Context] = None,
                **options: Any) -> "Dataset":
        """A dataset that fits a schema: its columns, in its order, with its types.

        Options: policy="fail", "warn", "coerce" or "missing"; policies={"age": "missing"} for
        single columns; environment=.
        """
        from .profile import schema_text
        policies = options.get("policies")
        if isinstance(policies, dict):
            options["policies"] = [f"{name}:{policy}" for name, policy in policies.items()]
        with running(context) as call_context:
            return self._wrap(make("dataset", _library.mlc_dataset_conform, call_context,
                                   self._handle, schema_text(schema), settings(options)))

    def hints(self, test: Optional["Dataset"] = None, *, context: Optional[Context] = None,
              **options: Any) -> "Dataset":
        """What makes this training set misleading: duplicates, constants, leakage, shared rows.

        Options: quasi_constant=0.99, leakage=0.95, examples=5.
        """
        with running(context) as call_context:
            return self._wrap(make("dataset", _library.mlc_dataset_hints, call_context,
                                   self._handle, None if test is None else test._handle,
                                   settings(options)))

    def problems(self) -> "Dataset":
        """Rows that a reader left out under on_error="collect"."""
        return self._wrap(make("dataset", _library.mlc_dataset_problems, self._handle))

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


def reader_options(options: Dict[str, Any]) -> Dict[str, Any]:
    for option in ("types", "columns"):
        named = options.get(option)
        if isinstance(named, dict):
            options = dict(options, **{option: [f"{name}:{what}" for name, what in named.items()]})
    return options


def maker_options(params: Dict[str, Any]) -> Dict[str, Any]:
    """Dicts by class as lists of class:number."""
    return {name: [f"{key}:{item}" for key, item in value.items()]
            if isinstance(value, dict) else value for name, value in params.items()}


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
    return _matrix_columns(columns, names)


def _matrix_columns(rows: Any, names: Optional[List[str]]) -> Dict[str, Any]:
    if hasattr(rows, "tocsr"):
        if names is not None and len(names) != 1:
            raise ColumnError(f"a sparse matrix is one vector column, but {len(names)} columns are "
                              "known: give X.toarray()", -5)
        return {names[0] if names else "x": rows}
    if not hasattr(rows, "dtype") and not hasattr(rows, "__array__"):
        rows = list(rows)
        if rows and isinstance(rows[0], dict):
            keys = list(dict.fromkeys(key for row in rows for key in row))
            return {str(key): [row.get(key) for row in rows] for key in keys}
        if not numpy or any(isinstance(v, (str, type(None))) for row in rows[:1] for v in row):
            return _named([list(column) for column in zip(*rows)], names)
    if not numpy:
        raise ColumnError("arrays need NumPy: give a dict of lists or rows as lists", -5)
    matrix = numpy.asarray(rows)
    if matrix.ndim != 2:
        raise ColumnError(f"an array with {matrix.ndim} dimensions where a matrix of rows and "
                          "columns is needed", -5)
    if names is not None and len(names) == 1 and matrix.shape[1] > 1:
        return {names[0]: matrix}  # one input, a vector
    # Down the columns in memory, so that each is one array that can be lent.
    matrix = numpy.asfortranarray(matrix)
    return _named([matrix[:, k] for k in range(matrix.shape[1])], names)


def _named(columns: List[Any], names: Optional[List[str]]) -> Dict[str, Any]:
    if names is None:
        names = [f"x{k}" for k in range(len(columns))]
    elif len(names) != len(columns):
        raise ColumnError(f"{len(columns)} columns where {len(names)} are known: "
                          f"{', '.join(names[:20])}", -5)
    return dict(zip(names, columns))


def _is_names(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, (list, tuple)) and len(value) > 0 and
                                      all(isinstance(item, str) for item in value))


def _is_column(value: Any, columns: Dict[str, Any]) -> bool:
    """Texts that are a value for each row rather than names of columns."""
    if isinstance(value, str) or set(value) <= set(columns) or not columns:
        return False
    first = next(iter(columns.values()))
    return hasattr(first, "__len__") and len(value) == len(first)


def _place_roles(columns: Dict[str, Any], roles: Dict[str, Any]) -> Dict[str, str]:
    """Column: role. Columns given in the place of a name are added to columns."""
    found: Dict[str, str] = {}
    for role, value in roles.items():
        if value is None:
            continue
        if role not in ROLES:
            raise ArgumentError(f"no role '{role}': there are {', '.join(ROLES)}")
        names = [value] if isinstance(value, str) else value
        if not _is_names(value) or _is_column(value, columns):
            name = role
            while name in columns:
                name += "_"
            columns[name] = value
            names = [name]
        for name in names:
            if name not in columns:
                raise ColumnError(f"{role} = '{name}': no such column; there are "
                                  f"{', '.join(columns)}", -5, name)
            found[name] = role
    return found


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
    placed = _place_roles(named, roles)
    if not named:
        raise ColumnError("a dataset needs at least one column", -5)
    return _from_columns(named, placed, options, context, texts, absent)


def _from_columns(named: Dict[str, Any], placed: Dict[str, str], options: Dict[str, Any],
                  context: Optional[Context], texts: Optional[Dict[Any, str]] = None,
                  absent: str = "zero") -> Handle:
    """A dataset of columns and the roles that some have."""
    made = []
    for name, values in named.items():
        is_target = placed.get(name) == "target"
        if isinstance(values, _parts.Part):
            made.append(_parts.column(name, values, is_target))
        else:
            words_as = texts.get(name, texts.get(None, "auto")) if texts else "auto"
            made.append(_arrays_in.target_column(name, values) if is_target
                        else _arrays_in.column(name, values, words_as, absent))
        made[-1].role = placed[name].encode() if name in placed else None
    lengths = {column.n_rows for column in made}
    if len(lengths) > 1:
        raise ColumnError("columns differ in length: " + ", ".join(
            f"{column.name.decode()} {column.n_rows}" for column in made[:20]), -5)
    return _lend(made, context, settings(options))


def _lend(made: List[_arrays_in.Column], context: Optional[Context],
          options: Optional[bytes]) -> Handle:
    structs = (_abi.Array * len(made))()
    lent = [column.fill(struct) for column, struct in zip(made, structs)]
    try:
        return make("dataset", _library.mlc_dataset_from_arrays, root(context), structs,
                    len(made), options)
    except BaseException:  # a call that fails has taken nothing and releases nothing
        for number in lent:
            _hooks.drop(number)
        raise
