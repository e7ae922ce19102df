"""What makes datasets out of datasets: chosen rows, computed columns, order, joins, groups."""
from typing import Any, Dict, List, Optional, Union

from . import _abi
from ._context import Context, running
from ._errors import ArgumentError
from ._handles import encode, given, make, quote, settings

_library = _abi.library
Names = Union[str, List[str]]


class Shaping:
    """Methods of Dataset. Expressions look like delay > 15 and carrier in ('AA', 'UA')."""

    __slots__ = ()

    def filter(self, condition: str, *, context: Optional[Context] = None) -> Any:
        """The rows for which a condition holds, as in data.filter("age > 30 and sex == 'F'").

        Operators: or and not, == != < <= > >=, in (1, 2), between 1 and 5, is missing,
        + - * / // % **. Functions: abs floor ceil round sqrt exp log pow min max clip if coalesce,
        length lower upper trim contains starts_with ends_with substring replace concat,
        year month day hour minute second weekday day_of_year date days_between seconds_between
        add_days add_seconds, int real bool text timestamp. Odd names stand in backquotes:
        `hours-per-week`. Rows whose condition is missing are left out.
        """
        return self._shaped("filter", context, encode(condition, "condition"))

    def with_column(self, name: str, expression: str, *,
                    context: Optional[Context] = None) -> Any:
        """One more column, or another one of that name: with_column("ratio", "a / (a + b)")."""
        return self._shaped("with_column", context, encode(name, "name"),
                            encode(expression, "expression"))

    def rename(self, names: Dict[str, str], *, context: Optional[Context] = None) -> Any:
        """Other names of columns: data.rename({"old": "new"})."""
        if not isinstance(names, dict):
            raise ArgumentError(f"names = {names!r}: must be a dict such as {{'old': 'new'}}")
        pairs = [f"{_quoted(new)}={_quoted(old)}" for old, new in names.items()]
        return self._shaped("rename", context, encode(" ".join(pairs), "names"))

    def cast(self, types: Union[str, Dict[str, str]], *, on_error: str = "fail",
             context: Optional[Context] = None) -> Any:
        """Other types, without loss: data.cast({"age": "float64", "zip": "category"}).

        A value that the type does not have is a DataError that names its row, or becomes missing
        with on_error="missing". Types: bool, int64, float32, float64, category, text, timestamp.
        """
        if isinstance(types, dict):
            types = ", ".join(quote(f"{name}:{kind}") for name, kind in types.items())
        return self._shaped("cast", context, encode(types, "types"),
                            settings({"on_error": on_error}))

    def sort(self, by: Names, *, descending: Union[bool, List[bool]] = False,
             missing: str = "last", context: Optional[Context] = None) -> Any:
        """The rows in the order of columns: data.sort(["a", "b"], descending=[False, True])."""
        down = descending if isinstance(descending, (list, tuple)) else [descending]
        return self._shaped("sort", context, settings({
            "by": _list(by), "descending": ["true" if item else "false" for item in down],
            "missing": missing}))

    def distinct(self, columns: Optional[Names] = None, *,
                 context: Optional[Context] = None) -> Any:
        """The first row of each group of rows that are equal in some columns, or in all."""
        text = None if columns is None else encode(_selectors(columns), "columns")
        return self._shaped("distinct", context, text)

    def join(self, right: Any, on: Optional[Names] = None, *, how: str = "inner",
             left_on: Optional[Names] = None, right_on: Optional[Names] = None,
             suffix: str = "_right", validate: str = "none",
             context: Optional[Context] = None) -> Any:
        """The rows of both datasets side by side, where their keys are equal.

        on: columns that both have (default: all of those); left_on and right_on where the names
        differ. how: "inner", "left", "semi" (left rows that have a partner), "anti" (those that
        have none). Missing keys have no partner. validate: "one_to_one", "one_to_many" or
        "many_to_one" refuses keys that repeat.
        """
        if not isinstance(right, Shaping):
            raise ArgumentError(f"right = {type(right).__name__}: must be a Dataset")
        options = given(on=_list(on), left_on=_list(left_on), right_on=_list(right_on))
        options.update(how=how, suffix=suffix, validate=validate)
        return self._shaped("join", context, right._handle, settings(options))

    def aggregate(self, *functions: str, by: Optional[Names] = None, sort: bool = False,
                  context: Optional[Context] = None, **named: str) -> Any:
        """A row a group: data.aggregate("mean(delay)", by="carrier", late="mean(delay > 15)").

        Functions of expressions: count() (rows), count sum mean std var min max median
        quantile(x, 0.9) first last n_distinct any all. Missing values are left out. Groups are in
        the order of their first rows, or of their keys with sort=True.
        """
        parts = [] if by is None else ["by=" + _selectors(by)]
        parts += ["sort=" + ("true" if sort else "false")]
        parts += [_function(call) for call in functions]
        parts += [f"{_quoted(name)}={_function(call)}" for name, call in named.items()]
        return self._shaped("aggregate", context, encode(" ".join(parts), "functions"))

    def _shaped(self, function: str, context: Optional[Context], *arguments: Any) -> Any:
        with running(context) as call_context:
            return self._wrap(make("dataset", getattr(_library, "mlc_dataset_" + function),
                                   call_context, self._handle, *arguments))


def _list(names: Optional[Names]) -> Any:
    """Selectors as a setting: a text as it is, or names."""
    return names if names is None or isinstance(names, str) else [str(name) for name in names]


def _selectors(names: Names) -> str:
    """Selectors as one text without blanks between them."""
    if isinstance(names, str):
        return ",".join(part.strip() for part in names.split(","))
    return ",".join(quote(name) for name in names)


def _quoted(name: Any) -> str:
    return "'" + str(name).replace("\\", "\\\\").replace("'", "\\'") + "'"


def _function(call: Any) -> str:
    if not isinstance(call, str):
        raise ArgumentError(f"{call!r}: must be a text such as 'mean(x)'")
    return call
