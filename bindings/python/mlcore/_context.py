"""Contexts: memory and threads of the library, and how one call is steered."""
import ctypes
import signal
import threading
from typing import Any, Callable, Optional

from . import _abi, _hooks
from ._errors import ArgumentError, keep_failure
from ._handles import Handle, encode, integer, make

Progress = Callable[[str, int, int, Optional[str], float], Any]
LEVELS = {1: "error", 2: "warning", 3: "info", 4: "debug"}


@_abi.Log
def _log(user: int, level: int, message: bytes) -> None:
    try:
        _hooks.kept(user)(LEVELS.get(level, str(level)), message.decode("utf-8", "replace"))
    except Exception:  # a log that fails must not stop what it tells of
        pass


def _report(progress: Optional[Progress]) -> Any:
    """Progress of a call. Without a function it still runs Python code now and then, which is
    what lets Python see Ctrl-C during a long call."""

    def report(user: int, stage: bytes, done: int, total: int, name: Optional[bytes],
               value: float) -> int:
        try:
            if progress is not None:
                stop = progress(stage.decode(), done, total, name.decode() if name else None,
                                value)
                return _abi.ERROR_CANCELLED if stop else _abi.OK
            return _abi.OK
        except BaseException as error:  # also SystemExit, which is raised again later
            keep_failure(error, "")
            return _abi.ERROR_CANCELLED

    return _abi.Progress(report)


class Context:
    """Threads, memory limit, log and own components of the calls that are made with it.

    threads: most threads a call uses; 0 is all allowed cores for fitting and importing, one for
    predicting. Results never depend on it.
    memory_limit: bytes that the library may hold at most for what was made with it; 0 is none.
    deadline_ms: each call ends with DeadlineError after that many milliseconds.
    progress: called as progress(stage, done, total, metric_name, metric) on the calling thread
    about every 50 ms; a true result cancels the call, as does an exception.
    log: called as log(level, message) from any thread, level being "error", "warning", "info"
    or "debug".
    isa: "avx512vbmi", "avx512", "avx2" or "reference" instead of the best one; for tests.

    A context may be used by several threads at once; each call gets a state of its own.
    """

    def __init__(self, threads: int = 0, memory_limit: int = 0,
                 deadline_ms: Optional[float] = None, progress: Optional[Progress] = None,
                 log: Optional[Callable[[str, str], Any]] = None, log_level: str = "warning",
                 isa: Optional[str] = None) -> None:
        levels = {name: number for number, name in LEVELS.items()}
        if log_level not in levels:
            raise ArgumentError(f"log_level = {log_level!r}: must be one of {', '.join(levels)}")
        host = _abi.Host(size=ctypes.sizeof(_abi.Host),
                         memory_limit_bytes=integer("memory_limit", memory_limit),
                         n_threads=integer("threads", threads, 32), log_level=levels[log_level],
                         isa=encode(isa, "isa") if isa is not None else None)
        key = 0
        if log is not None:
            key = _hooks.keep(log)
            host.user, host.log, host.release = key, _log, _hooks.release
        self._root: Optional[Handle]
        try:
            self._root = make("context", _abi.library.mlc_context_create, host)
        except BaseException:
            _hooks.drop(key)
            raise
        self._running: set = set()  # without a lock, which a fork could leave held in the child
        self._set_call(threads, deadline_ms, progress)

    def _set_call(self, threads: int, deadline_ms: Optional[float],
                  progress: Optional[Progress]) -> None:
        self._threads = integer("threads", threads, 32)
        if deadline_ms is not None:
            deadline_ms = integer("deadline_ms", int(deadline_ms))
        self._deadline_ms = deadline_ms
        self._progress = progress

    def derive(self, threads: Optional[int] = None, deadline_ms: Optional[float] = None,
               progress: Optional[Progress] = None) -> "Context":
        """A context over the same memory, threads, log and own components, with other limits."""
        derived = Context.__new__(Context)
        derived._root = self._open_root()
        derived._running = set()
        derived._set_call(self._threads if threads is None else threads,
                          self._deadline_ms if deadline_ms is None else deadline_ms,
                          self._progress if progress is None else progress)
        return derived

    def _open_root(self) -> Handle:
        root = self._root
        if root is None:
            raise ArgumentError("the context is closed")
        return root

    def cancel(self) -> None:
        """Ends the calls that run with this context, from any thread, with CancelledError."""
        for handle in list(self._running):
            _abi.library.mlc_context_cancel(handle)

    @property
    def memory_bytes(self) -> int:
        """Bytes that the library holds now for what was made with this context."""
        return _abi.library.mlc_context_memory_bytes(self._open_root())

    def add_objective(self, name: str, function: Callable[..., Any],
                      link: str = "identity") -> None:
        """Registers a loss for gradient boosting under a dotted name such as "acme.pinball".

        function(target, raw, weight) returns (gradient, hessian): arrays with the first and
        second derivative of the loss by the raw score, times the weight. link says how a raw
        score becomes a prediction: "identity", "logit" or "log". Components are registered
        before the first use of the context.
        """
        _hooks.add_objective(self._open_root(), encode(name, "name"), function,
                             encode(link, "link"))

    def add_metric(self, name: str, function: Callable[..., float],
                   larger_is_better: bool = True) -> None:
        """Registers a metric under a dotted name such as "acme.profit".

        function(target, prediction, probability, weight) returns a number. Classes come as
        their index; probability is n x classes, or None.
        """
        _hooks.add_metric(self._open_root(), encode(name, "name"), function, larger_is_better)

    def add_transform(self, name: str, function: Callable[..., Any],
                      fit: Optional[Callable[..., Any]] = None, n_state: int = 0,
                      state_version: int = 1) -> None:
        """Registers a transform of numeric columns under a dotted name such as "acme.log_price".

        function(values, state) returns as many values, each made from the value at its place
        alone; missing is NaN. fit(values, weight) returns the n_state numbers that are kept as
        the state of a column. The state goes into the artifact with state_version.
        """
        _hooks.add_transform(self._open_root(), encode(name, "name"), function, fit,
                             integer("n_state", n_state, 32),
                             integer("state_version", state_version, 32))

    def close(self) -> None:
        """Gives the context up. What was made with it stays valid; closing twice is harmless."""
        self._root = None

    def __enter__(self) -> "Context":
        return self

    def __exit__(self, *exception: Any) -> None:
        self.close()


class running:
    """The library's context of one call: `with running(context) as handle`.

    In the main thread Ctrl-C cancels the call, which then ends with KeyboardInterrupt, unless
    the program handles SIGINT itself. An exception out of a callback would not get through C.
    catch_interrupt=False is for calls that mostly wait for a function of the program, which must
    hear of Ctrl-C itself.
    """

    def __init__(self, context: Optional[Context], catch_interrupt: bool = True) -> None:
        self._context = context if context is not None else default()
        self._may_catch = catch_interrupt
        self._catches = self._interrupted = False

    def __enter__(self) -> Handle:
        context = self._context
        handle = make("context", _abi.library.mlc_context_derive, context._open_root())
        if context._threads:
            _abi.library.mlc_context_set_threads(handle, context._threads)
        if context._deadline_ms is not None:
            _abi.library.mlc_context_set_deadline_ms(handle, max(0, int(context._deadline_ms)))
        self._report = _report(context._progress)
        _abi.library.mlc_context_set_progress(handle, self._report, None)
        context._running.add(handle)
        self._handle = handle
        self._catch_interrupt()
        return handle

    def _catch_interrupt(self) -> None:
        if not self._may_catch or threading.current_thread() is not threading.main_thread() or \
                signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
            return
        try:
            signal.signal(signal.SIGINT, self._interrupt)
            self._catches = True
        except ValueError:  # not the main interpreter
            pass

    def _interrupt(self, number: int, frame: Any) -> None:
        self._interrupted = True
        _abi.library.mlc_context_cancel(self._handle)

    def __exit__(self, *exception: Any) -> None:
        self._context._running.discard(self._handle)
        # The pool may outlive the call, its way back into Python may not.
        _abi.library.mlc_context_set_progress(self._handle, _abi.Progress(), None)
        if self._catches:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        if self._interrupted:
            raise KeyboardInterrupt


def root(context: Optional[Context]) -> Optional[Handle]:
    """The context of calls that are short: of the program, or none."""
    return context._open_root() if context is not None else None


_default: Optional[Context] = None


def default() -> Context:
    """The context of calls that name none: the library's own memory, all allowed cores."""
    global _default
    if _default is None:
        _default = Context()  # two threads may each make one: the first is given up
    return _default
