"""What goes wrong, as exceptions: one class for causes that programs tell apart."""
import threading
from typing import Any, Optional, Type

from . import _abi


class MlcoreError(Exception):
    """A call of the library failed. The message says what was wrong, where, and what would be
    right.

    status and status_name say the cause, name is the parameter, column or section at fault (""
    if none), line and column are positions in a text or file, from 1 (0 if none).
    """

    def __init__(self, message: str = "", status: int = -1, name: str = "", line: int = 0,
                 column: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.name: Any = name
        self.line = line
        self.column = column

    @property
    def status_name(self) -> str:
        return _abi.library.mlc_status_name(self.status).decode()

    def __reduce__(self):
        return (type(self), (self.message, self.status, self.name, self.line, self.column))


class ArgumentError(MlcoreError, ValueError):
    """A call was made the wrong way."""


class SettingError(MlcoreError, ValueError):
    """A setting or parameter is unknown, mistyped or out of range, or text does not parse."""


class ComponentError(MlcoreError, ValueError):
    """There is no component of that name."""


class ColumnError(MlcoreError, ValueError):
    """A column is missing, doubled or of an unfit type, or roles do not fit together."""


class DataError(MlcoreError, ValueError):
    """Values that the method cannot work with."""


class NotFittedError(MlcoreError, ValueError, AttributeError):
    """A recipe was used where something fitted is needed."""


class UnsupportedError(MlcoreError, AttributeError):
    """The component does not offer this."""


class NumericError(MlcoreError, ArithmeticError):
    """The computation broke down."""


class NoMemoryError(MlcoreError, MemoryError):
    """Memory ran out, or the limit of the context was reached."""


class FileError(MlcoreError, OSError):
    """Reading or writing a file failed."""

    __str__ = Exception.__str__


class FormatError(MlcoreError, ValueError):
    """A file is damaged, not of this format, or needs a newer library."""


class CancelledError(MlcoreError):
    """The call was cancelled."""


class DeadlineError(MlcoreError, TimeoutError):
    """The deadline of the context has passed."""

    __str__ = Exception.__str__


class CallbackError(MlcoreError):
    """A function of the program failed; its exception is the __cause__."""


_CLASSES = {-1: ArgumentError, -2: SettingError, -3: SettingError, -4: ComponentError,
            -5: ColumnError, -6: ColumnError, -7: DataError, -8: NotFittedError,
            -9: UnsupportedError, -10: NumericError, -11: NoMemoryError, -13: FileError,
            -14: FormatError, -15: FormatError, -16: CancelledError, -17: DeadlineError,
            -19: DataError, -40: CallbackError}


def error_class(status: int) -> Type[MlcoreError]:
    return _CLASSES.get(status, MlcoreError)


class _Failures(threading.local):
    """The exception of a callback that ran on this thread, until the call that made it ends."""

    exception: Optional[BaseException] = None


_failures = _Failures()
_elsewhere: dict = {}  # message: exception, of callbacks that ran on a thread of the library
_MOST_ELSEWHERE = 16


def keep_failure(exception: BaseException, message: str) -> None:
    """Called by a callback that failed, before it returns to the library."""
    _failures.exception = exception
    while len(_elsewhere) >= _MOST_ELSEWHERE:
        _elsewhere.pop(next(iter(_elsewhere)), None)
    _elsewhere[message] = exception


def _take_failure(message: str) -> Optional[BaseException]:
    exception, _failures.exception = _failures.exception, None
    for text in list(_elsewhere):
        if text and text in message:
            elsewhere = _elsewhere.pop(text, None)
            exception = exception or elsewhere
    return exception


def raise_error(error: _abi.Error) -> None:
    """Raises what the record says; KeyboardInterrupt and SystemExit of a callback as they are."""
    message = error.message.decode("utf-8", "replace")
    cause = None
    if error.status in (_abi.ERROR_CALLBACK, _abi.ERROR_CANCELLED):
        cause = _take_failure(message)
    if cause is not None and not isinstance(cause, Exception):
        raise cause
    failure = error_class(error.status)(message, error.status,
                                        error.name.decode("utf-8", "replace"), error.line,
                                        error.column)
    raise failure from cause


def call(function, *arguments) -> None:
    """Calls a function that returns a status and takes an error record last."""
    error = _abi.Error()
    if function(*arguments, error) != _abi.OK:
        raise_error(error)
