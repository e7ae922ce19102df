"""What is in the columns of a dataset, and whether it is as it should be."""
from typing import Any, Optional, TYPE_CHECKING

from . import _abi
from ._context import Context, running
from ._handles import make, settings

if TYPE_CHECKING:
    from .profile import Profile

_library = _abi.library


class Quality:
    """Methods of Dataset."""

    __slots__ = ()

    def describe(self, *, context: Optional[Context] = None) -> Any:
        """A profile with one row a column: type, counts, range, moments, quantiles, top value."""
        with running(context) as call_context:
            return self._wrap(make("dataset", _library.mlc_dataset_describe, call_context,
                                   self._handle))

    def profile(self, *, context: Optional[Context] = None, **options: Any) -> "Profile":
        """What the columns hold, as counts that merge exactly: see Profile."""
        from .profile import Profile
        return Profile(self, context=context, **options)

    def validate(self, schema: Any, *, reference: Any = None, context: Optional[Context] = None,
                 **options: Any) -> Any:
        """Checks the dataset against a schema (JSON or a dict): a row for each broken rule.

        reference is the Profile that distributions are compared with. Options: environment=,
        now= (a time, for freshness), examples=5.
        """
        from .profile import schema_text
        with running(context) as call_context:
            return self._wrap(make("dataset", _library.mlc_dataset_validate, call_context,
                                   self._handle, schema_text(schema),
                                   None if reference is None else reference._handle,
                                   settings(options)))

    def conform(self, schema: Any, *, context: Optional[Context] = None,
                **options: Any) -> Any:
        """A dataset that fits a schema: its columns, in its order, with its types.

        Options: policy="fail", "warn", "coerce" or "missing"; policies={"age": "missing"} for
        single columns; environment=.
        """
        from .profile import schema_text
        policies = options.get("policies")
        if isinstance(policies, dict):
            options["policies"] = [f"{name}:{policy}" for name, policy in policies.items()]
        with running(context) as call_context:
            return self._wrap(make("dataset", _library.mlc_dataset_conform, call_context,
                                   self._handle, schema_text(schema), settings(options)))

    def hints(self, test: Optional[Any] = None, *, context: Optional[Context] = None,
              **options: Any) -> Any:
        """What makes this training set misleading: duplicates, constants, leakage, shared rows.

        Options: quasi_constant=0.99, leakage=0.95, examples=5.
        """
        with running(context) as call_context:
            return self._wrap(make("dataset", _library.mlc_dataset_hints, call_context,
                                   self._handle, None if test is None else test._handle,
                                   settings(options)))

    def problems(self) -> Any:
        """Rows that a reader left out under on_error="collect"."""
        return self._wrap(make("dataset", _library.mlc_dataset_problems, self._handle))
