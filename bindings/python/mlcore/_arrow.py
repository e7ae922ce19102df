"""Tables of other libraries as datasets and back, without copies: Arrow's PyCapsule protocol.

Whatever has __arrow_c_stream__ or __arrow_c_array__ comes in: tables of pyarrow, frames of polars,
relations of DuckDB. A capsule holds a struct that is released by whoever uses it, or else by the
capsule's destructor; the destructors live as long as the process, as capsules may.
"""
import contextlib
import ctypes
import sys
from ctypes import (CFUNCTYPE, PYFUNCTYPE, Structure, c_char_p, c_int64, c_size_t, c_void_p,
                    py_object)
from typing import Any, Iterator, Optional, Tuple

from . import _abi
from ._context import Context, running
from ._errors import ArgumentError, call
from ._handles import Handle, make, settings
from ._numpy import pandas

Release = CFUNCTYPE(None, c_void_p)


class Schema(Structure):
    _fields_ = [("format", c_char_p), ("name", c_char_p), ("metadata", c_void_p),
                ("flags", c_int64), ("n_children", c_int64), ("children", c_void_p),
                ("dictionary", c_void_p), ("release", Release), ("private_data", c_void_p)]


class Array(Structure):
    _fields_ = [("length", c_int64), ("null_count", c_int64), ("offset", c_int64),
                ("n_buffers", c_int64), ("n_children", c_int64), ("buffers", c_void_p),
                ("children", c_void_p), ("dictionary", c_void_p), ("release", Release),
                ("private_data", c_void_p)]


class Stream(Structure):
    _fields_ = [("get_schema", c_void_p), ("get_next", c_void_p), ("get_last_error", c_void_p),
                ("release", Release), ("private_data", c_void_p)]


# Prototypes of our own: those of ctypes.pythonapi belong to every module of the process.
_new = PYFUNCTYPE(py_object, c_void_p, c_char_p, c_void_p)(("PyCapsule_New", ctypes.pythonapi))
_pointer = PYFUNCTYPE(c_void_p, py_object, c_char_p)(("PyCapsule_GetPointer", ctypes.pythonapi))
_pointer_of_dying = PYFUNCTYPE(c_void_p, c_void_p, c_char_p)(
    ("PyCapsule_GetPointer", ctypes.pythonapi))
_allocate = PYFUNCTYPE(c_void_p, c_size_t, c_size_t)(("PyMem_RawCalloc", ctypes.pythonapi))
_free = PYFUNCTYPE(None, c_void_p)(("PyMem_RawFree", ctypes.pythonapi))


class _Kind:
    """A kind of capsule: the struct in it, its name, what frees it."""

    def __init__(self, struct: Any, name: bytes) -> None:
        self.struct, self.name = struct, name

        def destroy(capsule: int, is_finalizing: Any = sys.is_finalizing) -> None:
            if is_finalizing():
                return  # the library and its threads may be gone: the memory goes with the process
            address = _pointer_of_dying(capsule, name)
            self.release(address)

        self.destructor = PYFUNCTYPE(None, c_void_p)(destroy)
        # Capsules may be freed after this module is.
        PYFUNCTYPE(None, py_object)(("Py_IncRef", ctypes.pythonapi))(self)

    def release(self, address: int) -> None:
        record = self.struct.from_address(address)
        if record.release:
            record.release(address)
        _free(address)

    def make(self, function: Any, dataset: Handle) -> Any:
        """The capsule of what a function of the library writes."""
        address = _allocate(1, ctypes.sizeof(self.struct))
        if not address:
            raise MemoryError
        try:
            call(function, None, dataset, None, address)
            return _new(address, self.name, ctypes.cast(self.destructor, c_void_p).value)
        except BaseException:
            self.release(address)
            raise


_SCHEMA = _Kind(Schema, b"arrow_schema")
_ARRAY = _Kind(Array, b"arrow_array")
_STREAM = _Kind(Stream, b"arrow_array_stream")


def is_table(thing: Any) -> bool:
    """Does it come by Arrow? pandas lends its memory without, and arrays are no tables."""
    frames = pandas()
    if frames is not None and isinstance(thing, (frames.DataFrame, frames.Series, frames.Index)):
        return False
    return hasattr(thing, "__arrow_c_stream__") or hasattr(thing, "__arrow_c_array__")


@contextlib.contextmanager
def stream_of(thing: Any) -> Iterator[int]:
    """The address of a stream, whose capsule stays as long as it is used."""
    if not hasattr(thing, "__arrow_c_stream__"):
        raise ArgumentError(f"a {type(thing).__name__} has no __arrow_c_stream__: it gives no "
                            "stream of Arrow")
    capsule = thing.__arrow_c_stream__()
    yield _pointer(capsule, _STREAM.name)


def read(table: Any, options: dict, context: Optional[Context]) -> Handle:
    """A dataset of a table."""
    with running(context) as call_context:
        if hasattr(table, "__arrow_c_stream__"):
            stream = table.__arrow_c_stream__()
            return make("dataset", _abi.library.mlc_dataset_from_arrow_stream, call_context,
                        _pointer(stream, _STREAM.name), settings(options))
        if hasattr(table, "__arrow_c_array__"):
            schema, array = table.__arrow_c_array__()
            return make("dataset", _abi.library.mlc_dataset_from_arrow, call_context,
                        _pointer(array, _ARRAY.name), _pointer(schema, _SCHEMA.name),
                        settings(options))
    raise ArgumentError(f"a {type(table).__name__} has neither __arrow_c_stream__ nor "
                        "__arrow_c_array__: it is no Arrow table")


def schema(dataset: Handle) -> Any:
    return _SCHEMA.make(_abi.library.mlc_dataset_arrow_schema, dataset)


def array(dataset: Handle) -> Tuple[Any, Any]:
    return schema(dataset), _ARRAY.make(_abi.library.mlc_dataset_arrow_array, dataset)


def stream(dataset: Handle) -> Any:
    return _STREAM.make(_abi.library.mlc_dataset_arrow_stream, dataset)
