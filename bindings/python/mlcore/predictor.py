"""Predictors: a fitted model compiled for raw records."""
import ctypes
import threading
from typing import Any, Dict, List, Optional, Sequence, Union

from . import _abi
from ._cells import Cells, set_cell
from ._context import root
from ._errors import ArgumentError, ColumnError, raise_error
from ._handles import Handle, encode, given, make, settings
from ._numpy import numpy

_library = _abi.library
_ALIGNMENT = 64
_MOST_TEXTS = 4096  # that a thread remembers: categories come again and again


class _Scratch(Cells):
    """What one thread needs: a row, the library's scratch, the outputs, the error."""

    def __init__(self, predictor: Handle, n_inputs: int, n_outputs: int) -> None:
        super().__init__(n_inputs)
        n_bytes = _library.mlc_predictor_scratch_bytes(predictor)
        self.memory = (ctypes.c_char * (n_bytes + _ALIGNMENT))()
        start = ctypes.addressof(self.memory)
        self.scratch = ctypes.c_void_p(start + -start % _ALIGNMENT)
        self.out = (ctypes.c_double * max(1, n_outputs))()
        self.flags = ctypes.c_int64()
        self.error = _abi.Error()


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
        mine.clear()
        if isinstance(record, dict):
            for name, value in record.items():
                index = self._index.get(name)
                set_cell(mine, self._find(name) if index is None else index, name, value)
        else:
            if len(record) != len(self.inputs):
                raise ColumnError(f"{len(record)} values for {len(self.inputs)} inputs: "
                                  f"{', '.join(self.inputs)}", -5)
            for i, value in enumerate(record):
                set_cell(mine, i, self.inputs[i], value)
        if _library.mlc_predictor_run(handle, mine.values, mine.scratch, mine.out, mine.flags,
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
