"""What the library offers, told by itself."""
import functools
import json
from typing import Any, Dict, List, Optional

from . import _abi
from ._errors import ComponentError
from ._handles import encode, make, take_buffer
from .dataset import Dataset

_library = _abi.library


@functools.lru_cache(maxsize=1)
def catalog() -> Dict[str, Any]:
    """Every component with its parameters, as in docs/catalog.json."""
    return json.loads(take_buffer(_library.mlc_catalog, None))


def components(kind: Optional[str] = None) -> Dataset:
    """The components as a table: name, kind, summary. kind is transform, model, metric,
    splitter, generator, sampler, resampler or weighting."""
    return Dataset._wrap(make("dataset", _library.mlc_catalog_list, None,
                              encode(kind, "kind") if kind is not None else None))


def parameters(name: str) -> Dataset:
    """The parameters of a component as a table: name, type, default, range, doc."""
    return Dataset._wrap(make("dataset", _library.mlc_catalog_params, None,
                              encode(name, "name")))


def component(name: str) -> Dict[str, Any]:
    """A component as the catalog describes it."""
    found: List[Dict[str, Any]] = [c for c in catalog()["components"] if c["name"] == name]
    if not found:
        raise ComponentError(f"no component '{name}'", -4, name)
    return found[0]
