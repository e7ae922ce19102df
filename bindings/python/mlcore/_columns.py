"""Columns by name, with their roles, on their way into a dataset."""
from typing import Any, Dict, List, Optional

from . import _abi, _arrays_in, _hooks, _parts
from ._context import Context, root
from ._errors import ArgumentError, ColumnError
from ._handles import Handle, make, settings
from ._numpy import numpy

ROLES = ("target", "weight", "group", "offset", "time", "sensitive", "id", "key", "fold",
         "ignore")
_library = _abi.library


def matrix_columns(rows: Any, names: Optional[List[str]]) -> Dict[str, Any]:
    """The columns of a matrix, dense or sparse, or of rows as lists or dicts."""
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


def place_roles(columns: Dict[str, Any], roles: Dict[str, Any]) -> Dict[str, str]:
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


def from_columns(named: Dict[str, Any], placed: Dict[str, str], options: Dict[str, Any],
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
