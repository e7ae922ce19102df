"""Profiles: what the columns of a dataset hold, as counts that merge exactly."""
import ctypes
from typing import Any, Iterable, Optional, Union

from . import _abi
from ._context import Context, running
from ._errors import ArgumentError
from ._handles import encode, make, settings, take_buffer, to_json
from .dataset import Dataset

_library = _abi.library


class Profile:
    """What the columns of a dataset hold: counts, distinct values, exact moments, quantiles.

    Made by Profile(data), data.profile(), merge() and from_json(). Profiles of any partition of
    the rows, merged in any order, are equal byte for byte to the profile of the whole: batches and
    machines can be profiled on their own. While at most max_distinct values of a column differ,
    all that is said of it is exact; beyond that numbers share cells that are as narrow as fits,
    and texts are sampled by their hash. None counts every value.
    """

    __slots__ = ("_handle", "__weakref__")

    def __init__(self, data: Dataset, *, context: Optional[Context] = None,
                 **options: Any) -> None:
        """Options: max_distinct=16384 (None: all), correlation=False."""
        if not isinstance(data, Dataset):
            raise ArgumentError(f"data = {type(data).__name__}: must be a Dataset")
        with running(context) as call_context:
            self._handle = make("profile", _library.mlc_profile_create, call_context,
                                data._handle, settings(options))

    @classmethod
    def _wrap(cls, handle: Any) -> "Profile":
        self = cls.__new__(cls)
        self._handle = handle
        return self

    @classmethod
    def merged(cls, profiles: Iterable["Profile"], *, context: Optional[Context] = None,
               **options: Any) -> "Profile":
        """The profile of all rows that some profiles are of; max_distinct= makes it smaller."""
        parts = list(profiles)
        if not parts or not all(isinstance(part, Profile) for part in parts):
            raise ArgumentError("profiles: must be one or more of type Profile")
        pointers = (ctypes.c_void_p * len(parts))(*(part._handle._as_parameter_.value for part in parts))
        with running(context) as call_context:
            return cls._wrap(make("profile", _library.mlc_profile_merge, call_context, pointers,
                                  len(parts), settings(options)))

    def merge(self, *others: "Profile", context: Optional[Context] = None,
              **options: Any) -> "Profile":
        """This profile and others as one; the order does not matter."""
        return Profile.merged((self, *others), context=context, **options)

    @classmethod
    def from_json(cls, data: Union[str, bytes], *,
                  context: Optional[Context] = None) -> "Profile":
        """Reads what to_json() gave."""
        raw = data.encode() if isinstance(data, str) else bytes(data)
        with running(context) as call_context:
            return cls._wrap(make("profile", _library.mlc_profile_parse, call_context, raw,
                                  len(raw)))

    def to_json(self) -> str:
        """The whole profile as JSON; equal profiles give equal text."""
        return take_buffer(_library.mlc_profile_format, self._handle).decode()

    @property
    def n_rows(self) -> int:
        return _library.mlc_profile_n_rows(self._handle)

    def table(self, name: str = "columns", *, context: Optional[Context] = None,
              **options: Any) -> Dataset:
        """A table: "columns", "quantiles", "histogram", "top" or "correlation".

        Options: quantiles=[0.25, 0.5], bins=10, top=10.
        """
        with running(context) as call_context:
            return Dataset._wrap(make("dataset", _library.mlc_profile_table, call_context,
                                      self._handle, encode(name, "name"), settings(options)))

    def schema(self, *, context: Optional[Context] = None, **options: Any) -> str:
        """A schema of what was seen, as JSON to be edited; docs/schema.md has the format.

        Options: max_values=50, ranges=True, min_domain_mass=1, max_psi=None.
        """
        with running(context) as call_context:
            return take_buffer(_library.mlc_profile_schema, call_context, self._handle,
                               settings(options)).decode()

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, Profile) and self.to_json() == other.to_json()

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Profile({self.n_rows} rows)"

    def __str__(self) -> str:
        return str(self.table())


def schema_text(schema: Any) -> bytes:
    """A schema as text: JSON as it is, or a dict."""
    return encode(to_json(schema) if isinstance(schema, dict) else schema, "schema")
