"""Cells of single rows as the library takes them, out of values of Python."""
import ctypes
import datetime
import struct
from typing import Any, Dict

from . import _abi
from ._arrays_in import microseconds
from ._errors import ArgumentError

_SIZE = ctypes.sizeof(_abi.Value)
_pack = struct.Struct("=iidqQ").pack_into  # an mlc_value


class Cells:
    """n cells, at first missing, and the texts that they point to."""

    def __init__(self, n: int) -> None:
        self.values = (_abi.Value * max(1, n))()
        self.texts: Dict[str, Any] = {}  # text: its bytes, their number, where they are

    def clear(self) -> None:
        """Makes all cells missing; texts are kept, since categories come again and again."""
        ctypes.memset(self.values, 0, ctypes.sizeof(self.values))

    def text(self, value: str, name: str) -> Any:
        found = self.texts.get(value)
        if found is None:
            data = _encode_text(value, name)
            where = ctypes.cast(ctypes.c_char_p(data), ctypes.c_void_p).value
            found = self.texts[value] = (data, len(data), where)
        return found


def _encode_text(value: str, name: str) -> bytes:
    try:
        return value.encode()
    except UnicodeEncodeError as error:
        raise ArgumentError(f"{name} = {value!r}: {error}") from None


def set_cell(cells: Cells, i: int, name: str, value: Any) -> None:
    """Writes a value into cell i, which is missing so far; name is that of its column."""
    if isinstance(value, str):
        _, length, where = cells.text(value, name)
        _pack(cells.values, i * _SIZE, _abi.TEXT, length, 0.0, 0, where)
    elif isinstance(value, float):
        _pack(cells.values, i * _SIZE, _abi.REAL, 0, value, 0, 0)
    elif isinstance(value, int):  # bool too
        if not -2 ** 63 <= value < 2 ** 63:
            raise ArgumentError(f"{name} = {value}: does not fit a 64-bit integer")
        _pack(cells.values, i * _SIZE, _abi.INTEGER, 0, 0.0, value, 0)
    elif value is None or type(value).__name__ in ("NAType", "NaTType"):
        return
    elif isinstance(value, datetime.date):  # a datetime too
        set_cell(cells, i, name, microseconds(value))
    elif type(value).__name__ == "datetime64":  # its item() counts nanoseconds where it has them
        set_cell(cells, i, name, value.astype("datetime64[us]").item())
    elif hasattr(value, "item"):
        set_cell(cells, i, name, value.item())
    else:
        raise ArgumentError(f"{name} = {value!r}: a cell is a number, a text, a datetime or None")
