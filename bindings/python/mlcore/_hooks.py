"""Functions of the program that the library calls: losses, metrics, transforms, batches of rows,
releases.

The library gets one C function of each kind and a number; the number leads to the Python
function, which lives until the library says that it needs it no more. An exception becomes a
failed call whose error has it as the cause. Arrays are copies, which the function may keep: views
of the library's memory would be valid during the call only.

There is no lock here: one that another thread holds while the process forks stays held in the
child. Single operations of dicts and counters are atomic.
"""
import ctypes
import itertools
from typing import Any, Callable, Optional

from . import _abi
from ._errors import call, keep_failure
from ._handles import Handle
from ._numpy import numpy

_kept: dict = {}
_numbers = itertools.count(1)


def keep(thing: Any) -> int:
    """Keeps a thing for the library; the number that leads to it."""
    number = next(_numbers)
    _kept[number] = thing
    return number


def kept(number: int) -> Any:
    return _kept[number]


def drop(number: Optional[int]) -> None:
    _kept.pop(number, None)


def n_kept() -> int:
    return len(_kept)


@_abi.Release
def release(user: Optional[int]) -> None:
    _kept.pop(user, None)


def _copy(address: int, n: int) -> Any:
    """n doubles of the library: a read-only array, or a ctypes array without NumPy."""
    data = ctypes.string_at(address, n * ctypes.sizeof(ctypes.c_double)) if address and n else b""
    if numpy:
        return numpy.frombuffer(data, dtype=numpy.float64)
    return (ctypes.c_double * (len(data) // ctypes.sizeof(ctypes.c_double))).from_buffer_copy(data)


def _fill(address: int, n: int, values: Any, what: str) -> None:
    if numpy:
        values = numpy.ascontiguousarray(values, dtype=numpy.float64)
        if values.shape != (n,):
            raise ValueError(f"{what} has the shape {values.shape}: must be ({n},)")
        source = values.ctypes.data
    else:
        if len(values) != n:
            raise ValueError(f"{what} has {len(values)} values: must be {n}")
        values = (ctypes.c_double * n)(*values)
        source = ctypes.addressof(values)
    if n:
        ctypes.memmove(address, source, n * ctypes.sizeof(ctypes.c_double))


def _fail(error: Optional[int], exception: BaseException) -> int:
    """Writes an exception into the library's record and keeps it for the raised error."""
    message = f"{type(exception).__name__}: {exception}"
    data = message.encode("utf-8", "replace")[:800].decode("utf-8", "ignore").encode()
    keep_failure(exception, data.decode())
    if error:
        record = _abi.Error.from_address(error)
        record.status = _abi.ERROR_CALLBACK
        record.message = data
    return _abi.ERROR_CALLBACK


@_abi.Gradients
def _gradients(user, n, target, raw, weight, gradient, hessian, error):
    try:
        g, h = kept(user)(_copy(target, n), _copy(raw, n), _copy(weight, n))
        _fill(gradient, n, g, "gradient")
        _fill(hessian, n, h, "hessian")
        return _abi.OK
    except BaseException as exception:
        return _fail(error, exception)


@_abi.Score
def _score(user, n, n_classes, target, prediction, probability, weight, score, error):
    try:
        p = None
        if probability:
            p = _copy(probability, n * n_classes)
            if numpy:
                p = p.reshape(n, n_classes)
        value = kept(user)(_copy(target, n), _copy(prediction, n), p,
                           _copy(weight, n))
        ctypes.c_double.from_address(score).value = float(value)
        return _abi.OK
    except BaseException as exception:
        return _fail(error, exception)


@_abi.FitColumn
def _fit_column(user, n, values, weight, state, error):
    try:
        fit, _, n_state = kept(user)
        learned = fit(_copy(values, n), _copy(weight, n))
        _fill(state, n_state, learned if n_state else [], "state")
        return _abi.OK
    except BaseException as exception:
        return _fail(error, exception)


@_abi.ApplyColumn
def _apply_column(user, state, n, values, out, error):
    try:
        _, function, n_state = kept(user)
        _fill(out, n, function(_copy(values, n), _copy(state, n_state)), "the result")
        return _abi.OK
    except BaseException as exception:
        return _fail(error, exception)


@_abi.NextBatch
def next_batch(user, out, error):
    """The function gives a dataset as a pointer that the library takes over, or None at the end."""
    try:
        pointer = kept(user)()
        if pointer is None:
            return _abi.END
        ctypes.c_void_p.from_address(out).value = pointer
        return _abi.OK
    except BaseException as exception:
        return _fail(error, exception)


def _register(function: Any, context: Handle, name: bytes, hooks: Any, thing: Any) -> None:
    hooks.size = ctypes.sizeof(hooks)
    hooks.user = keep(thing)
    hooks.release = release
    try:
        call(function, context, name, hooks)
    except BaseException:
        drop(hooks.user)
        raise


def add_objective(context: Handle, name: bytes, function: Callable[..., Any],
                  link: bytes) -> None:
    _register(_abi.library.mlc_context_add_objective, context, name,
              _abi.Objective(link=link, gradients=_gradients), function)


def add_metric(context: Handle, name: bytes, function: Callable[..., Any],
               larger_is_better: bool) -> None:
    _register(_abi.library.mlc_context_add_metric, context, name,
              _abi.MetricHooks(larger_is_better=int(bool(larger_is_better)), score=_score),
              function)


def add_transform(context: Handle, name: bytes, function: Callable[..., Any],
                  fit: Optional[Callable[..., Any]], n_state: int, state_version: int) -> None:
    hooks = _abi.TransformHooks(state_version=state_version, n_state=n_state,
                                apply=_apply_column)
    if fit is not None:
        hooks.fit = _fit_column
    _register(_abi.library.mlc_context_add_transform, context, name, hooks,
              (fit, function, n_state))
