"""Predictors: a fitted model compiled for raw records."""
import ctypes
import datetime
import struct
import threading
from typing import Any, Dict, List, Optional, Sequence, Union

from . import _abi
from ._arrays_in import EPOCH, MICROSECOND
from ._context import root
from ._errors import ArgumentError, ColumnError, raise_error
from ._handles import Handle, encode, given, make, settings
from ._numpy import numpy

_library = _abi.library
_ALIGNMENT = 64
_SIZE = ctypes.sizeof(_abi.Value)
_pack = struct.Struct("=iidqQ").pack_into  # an mlc_value
_MOST_TEXTS = 4096  # that a thread remembers: categories come again and again


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
        self.texts: Dict[str, Any] = {}  # text: its bytes, their number, where they are

    def text(self, value: str, name: str) -> Any:
        found = self.texts.get(value)
        if found is None:
            data = encode_text(value, name)
            where = ctypes.cast(ctypes.c_char_p(data), ctypes.c_void_p).value
            found = self.texts[value] = (data, len(data), where)
        return found


def encode_text(value: str, name: str) -> bytes:
    try:
        return value.encode()
    except UnicodeEncodeError as error:
        raise ArgumentError(f"{name} = {value!r}: {error}") from None


class Predictor:
    """Predicts raw records; any number of threads may share it.

    Called with a dict of inputs by name (what is left out is missing) it returns a dict of
    outputs by name; called with a list in the order of `inputs` it returns a list. The numbers
    have the bits that the model gives for that row. `run_reals` takes many records of numbers,
    `rows` at a time. `with` closes it; closing twice is harmless.
    """

    def __init__(self, model: Any, output: Optional[str] = None,
                 on_invalid: Optional[str] = None, rows: Optional[int] = None) -> None:
        handle = make("predictor", _library.mlc_predictor_create, root(model._context),
                      model._handle, settings(given(output=output, on_invalid=on_invalid, rows=rows)))
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
        """The library's own look-up, whose error names the nearest input."""
        out = ctypes.c_int32()
        error = _abi.Error()
        if _library.mlc_predictor_input(self._open(), encode(name, "input"), out, error):
            raise_error(error)
        return out.value

    def __call__(self, record: Union[Dict[str, Any], Sequence[Any]]) -> Any:
        values = self._run(record).out[:len(self.outputs)]
        return dict(zip(self.outputs, values)) if isinstance(record, dict) else values

    def run(self, record: Union[Dict[str, Any], Sequence[Any]]) -> Any:
        """The outputs and the flags of a record: a set of "missing", "unseen",
        "out_of_range", "wrong_kind"."""
        mine = self._run(record)
        flags = {word for bit, word in _abi.FLAGS.items() if mine.flags.value & bit}
        values = mine.out[:len(self.outputs)]
        return (dict(zip(self.outputs, values)) if isinstance(record, dict) else values), flags

    def run_reals(self, rows: Any) -> Any:
        """The outputs of records of numbers as an array of one row a record. `rows` is an array of
        one row a record and one column an input; NaN is missing. Needs NumPy."""
        if numpy is None:
            raise ArgumentError("run_reals takes and gives arrays of NumPy, which is not installed")
        handle = self._open()
        x = numpy.ascontiguousarray(rows, dtype=numpy.float64)
        if x.ndim != 2 or x.shape[1] != len(self.inputs):
            raise ColumnError(f"rows are of shape {x.shape}: must be (any number, "
                              f"{len(self.inputs)}), for the inputs {', '.join(self.inputs)}", -5)
        out = numpy.empty((x.shape[0], len(self.outputs)))
        reals = ctypes.POINTER(ctypes.c_double)
        mine = self._take_scratch(handle)
        try:
            if _library.mlc_predictor_run_reals(handle, x.ctypes.data_as(reals), x.shape[0],
                                                mine.scratch, out.ctypes.data_as(reals), None,
                                                mine.error):
                raise_error(mine.error)
        finally:
            self._threads.scratch = mine
        return out

    def _take_scratch(self, handle: Handle) -> _Scratch:
        """Taken away while it is used: a transform of the program may call the predictor again."""
        mine, self._threads.scratch = getattr(self._threads, "scratch", None), None
        return mine or _Scratch(handle, len(self.inputs), len(self.outputs))

    def _run(self, record: Union[Dict[str, Any], Sequence[Any]]) -> _Scratch:
        handle = self._open()
        mine = self._take_scratch(handle)
        try:
            self._fill_and_run(handle, mine, record)
        finally:
            self._threads.scratch = mine
        return mine

    def _fill_and_run(self, handle: Handle, mine: _Scratch,
                      record: Union[Dict[str, Any], Sequence[Any]]) -> None:
        if len(mine.texts) > _MOST_TEXTS:
            mine.texts.clear()
        ctypes.memset(mine.row, 0, len(self.inputs) * _SIZE)
        if isinstance(record, dict):
            for name, value in record.items():
                index = self._index.get(name)
                _set(mine, self._find(name) if index is None else index, name, value)
        else:
            if len(record) != len(self.inputs):
                raise ColumnError(f"{len(record)} values for {len(self.inputs)} inputs: "
                                  f"{', '.join(self.inputs)}", -5)
            for i, value in enumerate(record):
                _set(mine, i, self.inputs[i], value)
        if _library.mlc_predictor_run(handle, mine.row, mine.scratch, mine.out, mine.flags,
                                      mine.error):
            raise_error(mine.error)

    def close(self) -> None:
        """Gives the predictor up; calls that run in other threads finish."""
        self._handle = None

    def __enter__(self) -> "Predictor":
        return self

    def __exit__(self, *exception: Any) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Predictor of {', '.join(self.outputs)}>"


def _set(mine: _Scratch, i: int, name: str, value: Any) -> None:
    """Writes a value into cell i of the row, which is zero: missing."""
    if isinstance(value, str):
        _, length, where = mine.text(value, name)
        _pack(mine.row, i * _SIZE, _abi.TEXT, length, 0.0, 0, where)
    elif isinstance(value, float):
        _pack(mine.row, i * _SIZE, _abi.REAL, 0, value, 0, 0)
    elif isinstance(value, int):  # bool too
        if not -2 ** 63 <= value < 2 ** 63:
            raise ArgumentError(f"{name} = {value}: does not fit a 64-bit integer")
        _pack(mine.row, i * _SIZE, _abi.INTEGER, 0, 0.0, value, 0)
    elif value is None or type(value).__name__ in ("NAType", "NaTType"):
        return
    elif isinstance(value, datetime.datetime):
        if value.tzinfo is None:
            value = value.replace(tzinfo=datetime.timezone.utc)
        _set(mine, i, name, (value - EPOCH) // MICROSECOND)
    elif hasattr(value, "item"):
        _set(mine, i, name, value.item())
    else:
        raise ArgumentError(f"{name} = {value!r}: an input is a number, a text, a datetime or "
                            "None")
