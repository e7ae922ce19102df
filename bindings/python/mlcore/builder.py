"""Builders: datasets made of rows and batches as they come, also from several threads."""
from typing import Any, Dict, List, Optional

from . import _abi
from ._cells import Cells, set_cell
from ._context import Context, root, running
from ._errors import ArgumentError, ColumnError, call
from ._handles import Handle, encode, given, integer, make, settings
from .dataset import Dataset

_library = _abi.library


class Builder:
    """Puts rows into one Dataset in the order of their sequence numbers, whoever pushed first.

        with mlcore.Builder(columns={"age": "int64", "city": "category"}, target="city") as rows:
            rows.push({"age": 39, "city": "Oslo"})
            rows.push([(25, "Bern"), (None, "Rome")])
            data = rows.finish()

    columns: column: bool, int64, float32, float64, category, text or timestamp. Without columns
    only datasets are pushed, and the first says what there is.
    roles: target=, weight= ... with the names of columns; classes= and positive= as in
    Dataset.with_roles().

    Any number of threads may push at once; one finishes and closes. len() counts the rows so far.
    """

    def __init__(self, columns: Optional[Dict[str, str]] = None, *,
                 context: Optional[Context] = None, **roles: Any) -> None:
        self._context = context
        pairs = _declared(columns)
        self._names = None if pairs is None else list(pairs)
        self._index = {name: i for i, name in enumerate(pairs or ())}
        self._texts = {name: kind for name, kind in (pairs or {}).items()
                       if kind in ("category", "text")}
        self._handle: Optional[Handle] = make(
            "builder", _library.mlc_builder_open, root(context),
            None if pairs is None else _columns_text(pairs), settings(given(**roles)))

    def _open(self) -> Handle:
        handle = self._handle
        if handle is None:
            raise ArgumentError("the builder is closed")
        return handle

    def push(self, rows: Any, sequence: Optional[int] = None) -> None:
        """Adds rows; after an exception none of them were added.

        rows: a Dataset or what Dataset() takes; with columns declared also one row, a dict (what
        is left out is missing) or a tuple in the order of the columns, or a list of rows.
        sequence: a number from 0 that says where the rows belong, each once; without it they come
        after the highest so far.
        """
        handle = self._open()
        number = _abi.BUILDER_NEXT if sequence is None else integer("sequence", sequence)
        if sequence is not None and number < 0:
            raise ArgumentError(f"sequence = {number}: must be at least 0, or None")
        records = None if self._names is None else _records(rows)
        if records is not None:
            cells = self._cells(records)
            call(_library.mlc_builder_push_rows, handle, number, cells.values, len(records))
            return
        if not isinstance(rows, Dataset):
            rows = Dataset.from_arrays(rows, context=self._context, text=self._texts)
        call(_library.mlc_builder_push, handle, number, rows._handle)

    def _cells(self, records: List[Any]) -> Cells:
        names = self._names or []
        cells = Cells(len(records) * len(names))
        for i, record in enumerate(records):
            first = i * len(names)
            if isinstance(record, dict):
                for name, value in record.items():
                    set_cell(cells, first + self._find(name, i), name, value)
                continue
            if len(record) != len(names):
                raise ColumnError(f"row {i} has {len(record)} values for {len(names)} columns: "
                                  f"{', '.join(names)}", -5)
            for j, value in enumerate(record):
                set_cell(cells, first + j, names[j], value)
        return cells

    def _find(self, name: Any, i: int) -> int:
        index = self._index.get(name)
        if index is None:
            raise ColumnError(f"row {i} has a column {name!r}: there are {', '.join(self._index)}",
                              -5, str(name))
        return index

    def finish(self) -> Dataset:
        """The Dataset of what was pushed. The builder is empty after it and may go on."""
        handle = self._open()
        with running(self._context) as call_context:
            return Dataset._wrap(make("dataset", _library.mlc_builder_finish, call_context,
                                      handle))

    def __len__(self) -> int:
        return _library.mlc_builder_n_rows(self._open())

    def __bool__(self) -> bool:  # empty is not nothing
        return True

    def close(self) -> None:
        """Gives the builder up with what was not finished; closing twice is harmless."""
        self._handle = None

    def __enter__(self) -> "Builder":
        return self

    def __exit__(self, *exception: Any) -> None:
        self.close()

    def __repr__(self) -> str:
        if self._handle is None:
            return "<Builder (closed)>"
        return f"<Builder of {len(self)} rows so far>"


def _declared(columns: Any) -> Optional[Dict[str, str]]:
    if columns is None:
        return None
    if not isinstance(columns, dict):
        raise ArgumentError(f"columns = {columns!r}: must be a dict of types, as in "
                            "{'age': 'int64', 'city': 'category'}")
    for name, kind in columns.items():
        if not isinstance(name, str) or not isinstance(kind, str):
            raise ArgumentError(f"columns: {name!r}: {kind!r} is not the name and the type of a "
                                "column")
    return dict(columns)


def _columns_text(pairs: Dict[str, str]) -> bytes:
    def quoted(text: str) -> str:
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"

    return encode(",".join(quoted(f"{name}:{kind}") for name, kind in pairs.items()), "columns")


def _records(rows: Any) -> Optional[List[Any]]:
    """Single rows as a list of them; None for what has columns."""
    if isinstance(rows, dict):
        return None if any(map(_is_many, rows.values())) else [rows]
    if isinstance(rows, tuple) and not any(map(_is_many, rows)):
        return [rows]
    if isinstance(rows, (list, tuple)) and all(isinstance(row, (dict, tuple, list))
                                               for row in rows):
        return list(rows)
    return None


def _is_many(value: Any) -> bool:
    return hasattr(value, "__len__") and not isinstance(value, (str, bytes))
