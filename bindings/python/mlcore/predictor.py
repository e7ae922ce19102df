"""Predictors: a fitted model compiled for single raw records."""
import ctypes
import datetime
import threading
from typing import Any, Dict, List, Optional, Sequence, Union

from . import _abi
from ._arrays_in import EPOCH, MICROSECOND
from ._context import root
from ._errors import ArgumentError, ColumnError, raise_error
from ._handles import Handle, encode, given, make, settings

_library = _abi.library
_ALIGNMENT = 64
_SIZE = ctypes.sizeof(_abi.Value)


class _Scratch:
    """What one thread needs: a row, the library's scratch, the outputs, the error."""

    def __init__(self, predictor: Handle, n_inputs: int, n_outputs: int) -> None:
        n_bytes = _library.mlc_predictor_scratch_bytes(predictor)
        self.memory = (ctypes.c_char * (n_bytes + _ALIGNMENT))()
        start = ctypes.addressof(self.memory)
        self.scratch = ctypes.c_void_p(start + -start % _ALIGNMENT)
        self.row = (_abi.Value * max(1, n_inputs))()
        self.out = (ctypes.c_double * max(1, n_outputs))()
        self.flags = ctypes.c_int64()
        self.error = _abi.Error()


class Predictor:
    """Predicts one raw record at a time; any number of threads may share it.

    Called with a dict of inputs by name (what is left out is missing) it returns a dict of
    outputs by name; called with a list in the order of `inputs` it returns a list. The numbers
    have the bits that the model gives for that row. `with` closes it; closing twice is harmless.
    """

    def __init__(self, model: Any, output: Optional[str] = None,
                 on_invalid: Optional[str] = None) -> None:
        handle = make("predictor", _library.mlc_predictor_create, root(model._context),
                      model._handle, settings(given(output=output, on_invalid=on_invalid)))
        self._handle: Optional[Handle] = handle
        self._threads = threading.local()
        self.inputs: List[str] = [
            _library.mlc_predictor_input_name(handle, i).decode()
            for i in range(_library.mlc_predictor_n_inputs(handle))]
        self.outputs: List[str] = [
            _library.mlc_predictor_output_name(handle, i).decode()
            for i in range(_library.mlc_predictor_n_outputs(handle))]
        self._index = {name: i for i, name in enumerate(self.inputs)}

    @property
    def labels(self) -> List[str]:
        """The classes, in their order; empty when the model has none."""
        found: List[str] = []
        handle = self._open()
        while True:
            label = _library.mlc_predictor_label(handle, len(found))
            if label is None:
                return found
            found.append(label.decode())

    def _open(self) -> Handle:
        handle = self._handle
        if handle is None:
            raise ArgumentError("the predictor is closed")
        return handle

    def _find(self, name: str) -> int:
        index = self._index.get(name)
        if index is not None:
            return index
        out = ctypes.c_int32()
        error = _abi.Error()
        if _library.mlc_predictor_input(self._open(), encode(name, "input"), out, error):
            raise_error(error)
        return out.value

    def __call__(self, record: Union[Dict[str, Any], Sequence[Any]]) -> Any:
        outputs, _ = self.run(record)
        return outputs

    def run(self, record: Union[Dict[str, Any], Sequence[Any]]) -> Any:
        """The outputs and the flags of a record: a set of "missing", "unseen",
        "out_of_range", "wrong_kind"."""
        handle = self._open()
        mine = getattr(self._threads, "scratch", None)
        if mine is None:
            mine = _Scratch(handle, len(self.inputs), len(self.outputs))
            self._threads.scratch = mine
        texts: List[bytes] = []  # alive until the call is over
        ctypes.memset(mine.row, 0, len(self.inputs) * _SIZE)
        if isinstance(record, dict):
            for name, value in record.items():
                _set(mine.row[self._find(name)], name, value, texts)
        else:
            if len(record) != len(self.inputs):
                raise ColumnError(f"{len(record)} values for {len(self.inputs)} inputs: "
                                  f"{', '.join(self.inputs)}", -5)
            for i, value in enumerate(record):
                _set(mine.row[i], self.inputs[i], value, texts)
        status = _library.mlc_predictor_run(
            handle, mine.row, mine.scratch, mine.out, mine.flags, mine.error)
        if status != _abi.OK:
            raise_error(mine.error)
        values = mine.out[:len(self.outputs)]
        flags = {word for bit, word in _abi.FLAGS.items() if mine.flags.value & bit}
        if isinstance(record, dict):
            return dict(zip(self.outputs, values)), flags
        return values, flags

    def close(self) -> None:
        """Gives the predictor up; calls that run in other threads finish."""
        self._handle = None

    def __enter__(self) -> "Predictor":
        return self

    def __exit__(self, *exception: Any) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Predictor of {', '.join(self.outputs)}>"


def _set(cell: _abi.Value, name: str, value: Any, texts: List[bytes]) -> None:
    if isinstance(value, str):
        data = value.encode("utf-8", "strict")
        texts.append(data)
        cell.kind, cell.length = _abi.TEXT, len(data)
        cell.text = ctypes.cast(ctypes.c_char_p(data), ctypes.c_void_p)
    elif isinstance(value, float):
        cell.kind, cell.real = _abi.REAL, value
    elif isinstance(value, int):  # bool too
        if not -2 ** 63 <= value < 2 ** 63:
            raise ArgumentError(f"{name} = {value}: does not fit a 64-bit integer")
        cell.kind, cell.integer = _abi.INTEGER, value
    elif value is None:
        cell.kind = _abi.MISSING
    elif isinstance(value, datetime.datetime):
        if value.tzinfo is None:
            value = value.replace(tzinfo=datetime.timezone.utc)
        cell.kind, cell.integer = _abi.INTEGER, (value - EPOCH) // MICROSECOND
    elif hasattr(value, "item"):
        _set(cell, name, value.item(), texts)
    elif type(value).__name__ in ("NAType", "NaTType"):
        cell.kind = _abi.MISSING
    else:
        raise ArgumentError(f"{name} = {value!r}: an input is a number, a text, a datetime or "
                            "None")
