"""Ownership of the library's handles, and settings as the library reads them.

A Handle frees what it holds when the last Python object that uses it is gone. Calls hold the
Handle itself, so closing an object while another thread is inside a call with it is safe: the
memory goes when that call is done.
"""
import ctypes
import json
import math
import os
import weakref
from typing import Any, Callable, Dict, Iterable, Optional

from . import _abi
from ._errors import ArgumentError, SettingError, call


SESSIONS = ("builder", "context", "reader")  # kinds that are closed; others are freed


class Handle:
    """A pointer of the library with the function that frees it. ctypes takes it as it is."""

    __slots__ = ("_as_parameter_", "_finalizer", "__weakref__")

    def __init__(self, kind: str, pointer: int, free: Callable[[int], None]) -> None:
        self._as_parameter_ = _abi.HANDLES[kind](pointer)
        self._finalizer = weakref.finalize(self, free, pointer)

    def __reduce__(self):
        raise TypeError("a handle of libmlcore belongs to its process: save the model, or write "
                        "the dataset, and read it there")


def make(kind: str, function: Any, *arguments: Any) -> Handle:
    """Calls a function whose last two arguments are the new handle and the error record."""
    out = ctypes.c_void_p()
    call(function, *arguments, out)
    suffix = "close" if kind in SESSIONS else "free"
    return Handle(kind, out.value or 0, getattr(_abi.library, f"mlc_{kind}_{suffix}"))


def take_buffer(function: Any, *arguments: Any) -> bytes:
    """The bytes that a function gives as a buffer."""
    buffer = make("buffer", function, *arguments)
    n = _abi.library.mlc_buffer_size(buffer)
    return ctypes.string_at(_abi.library.mlc_buffer_data(buffer), n) if n else b""


def encode(text: Any, what: str = "text") -> bytes:
    """A text for the library, which takes UTF-8 up to the first NUL."""
    if not isinstance(text, str):
        raise ArgumentError(f"{what} = {text!r}: must be a str")
    try:
        data = text.encode()
    except UnicodeEncodeError as error:
        raise ArgumentError(f"{what} = {text!r}: {error}") from None
    if b"\0" in data:
        raise ArgumentError(f"{what} = {text!r}: must not hold a NUL")
    return data


def integer(name: str, value: Any, bits: int = 64) -> int:
    """An integer for the library; ctypes would cut one that is too large."""
    if not hasattr(value, "__index__"):
        raise ArgumentError(f"{name} = {value!r}: must be an integer")
    value = value.__index__()
    if not -2 ** (bits - 1) <= value < 2 ** (bits - 1):
        raise ArgumentError(f"{name} = {value}: does not fit {bits} bits")
    return value


def encode_path(path: Any) -> bytes:
    data = os.fsencode(os.fspath(path))
    if b"\0" in data:
        raise ArgumentError(f"path = {path!r}: must not hold a NUL")
    return data


def plain(name: str, value: Any) -> Any:
    """A parameter as JSON holds it; scalars of NumPy become Python's."""
    if hasattr(value, "item") and not isinstance(value, (str, bytes)):
        value = value.item() if getattr(value, "ndim", 0) == 0 else value.tolist()
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        if math.isnan(value):
            raise SettingError(f"{name} = nan: give None for no value", -2, name)
        return value
    if isinstance(value, (list, tuple)):
        return [plain(name, item) for item in value]
    if isinstance(value, dict):
        return {str(key): plain(name, item) for key, item in value.items()}
    raise SettingError(f"{name} = {value!r}: settings are numbers, texts, booleans, None and "
                       "lists of them", -2, name)


def to_json(value: Any) -> str:
    """JSON as the library reads it: infinity is 1e999."""
    if isinstance(value, float) and math.isinf(value):
        return "1e999" if value > 0 else "-1e999"
    if isinstance(value, list):
        return "[" + ", ".join(map(to_json, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)}: {to_json(item)}"
                               for key, item in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)


def settings(values: dict, head: Optional[str] = None) -> Optional[bytes]:
    """Keyword arguments as settings text; None where none was given."""
    pairs = {"id": head} if head is not None else {}
    pairs.update((name, plain(name, _items(value))) for name, value in values.items())
    return encode(to_json(pairs), "settings") if pairs else None


def chosen(name: str, values: dict) -> str:
    """A component and its parameters as text that stands in a parameter of another."""
    parts = [name]
    for key, value in values.items():
        value = plain(key, _items(value))
        if isinstance(value, list):
            value = ",".join(map(str, value))
        parts.append(f"{key}={quote(value) if isinstance(value, str) else to_json(value)}")
    return " ".join(parts)


def _items(value: Any) -> Any:
    """Pairs such as weights of classes, {"yes": 2}, as the library takes them: ["yes:2"]."""
    if not isinstance(value, dict):
        return value
    words = {True: "true", False: "false"}
    return [f"{words[key] if isinstance(key, bool) else key}:{item!r}"
            for key, item in value.items()]


def given(**values: Any) -> dict:
    """Those that are not None."""
    return {name: value for name, value in values.items() if value is not None}


def words(value: Any) -> Optional[str]:
    """Names as the library takes several: a text as it is, a list joined by commas, quoted."""
    if value is None or isinstance(value, str):
        return value
    if not isinstance(value, Iterable):
        raise ArgumentError(f"{value!r}: must be a text or a list of texts")
    return ", ".join(quote(item) for item in value)


def quote(name: Any) -> str:
    """A name that reads as itself wherever the library takes selectors or lists."""
    text = str(name)
    if text.isidentifier() or text.startswith(("type:", "role:")) or "*" in text:
        return text
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def reader_options(options: Dict[str, Any]) -> Dict[str, Any]:
    """Dicts by column as lists of column:type."""
    for option in ("types", "columns"):
        named = options.get(option)
        if isinstance(named, dict):
            options = dict(options, **{option: [f"{name}:{what}" for name, what in named.items()]})
    return options


def maker_options(params: Dict[str, Any]) -> Dict[str, Any]:
    """Dicts by class as lists of class:number."""
    return {name: [f"{key}:{item}" for key, item in value.items()]
            if isinstance(value, dict) else value for name, value in params.items()}
