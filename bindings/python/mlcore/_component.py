"""What models and transforms share: a recipe with parameters and, once fitted, state."""
import inspect
import json
from typing import Any, Dict, List, Optional, Tuple

from . import _abi
from ._context import Context, root
from ._errors import MlcoreError, NotFittedError, SettingError
from ._handles import Handle, encode, make, plain, settings, take_buffer, to_json, words

_library = _abi.library


class Component:
    """A recipe, or something fitted. Fitting changes what the Python object stands for; what
    the library holds never changes, so threads that predict meanwhile are not disturbed."""

    _kind = ""
    _component: Optional[str] = None  # id of the component of a generated class
    _general: Any = None  # Model or Transform

    _handle: Any  # Handle
    _params: Dict[str, Any]
    _context: Optional[Context] = None
    _frozen = False  # holds a part that was fitted when it was composed

    # ---- making -----------------------------------------------------------------------------

    def _init(self, params: Dict[str, Any], context: Optional[Context] = None) -> None:
        self._context = context
        self._params = params
        self._handle = self._create(params)

    def _function(self, verb: str) -> Any:
        return getattr(_library, f"mlc_{self._kind}_{verb}")

    def _create(self, params: Dict[str, Any]) -> Handle:
        """A recipe of parameters as the constructor takes them."""
        if self._component is None:
            return self._parse(params["recipe"])
        return make(self._kind, self._function("create"), root(self._context),
                    self._component.encode(), settings(params))

    def _parse(self, recipe: Any) -> Handle:
        if isinstance(recipe, Component):
            recipe = recipe.recipe
        if isinstance(recipe, dict):
            recipe = to_json(plain("recipe", recipe))
        return make(self._kind, self._function("parse"), root(self._context),
                    encode(recipe, "recipe"))

    @classmethod
    def _from_handle(cls, handle: Handle, context: Optional[Context] = None,
                     frozen: bool = False) -> Any:
        """The generated class of a single component; the general one of a composition."""
        from . import _components

        self = cls._general.__new__(cls._general)
        self._handle, self._context, self._frozen = handle, context, frozen
        tree = json.loads(self.to_json())
        found: Any = _components.CLASSES.get((self._kind, tree["id"]))
        if found is not None and not tree.get("steps") and not tree.get("columns") and \
                not tree.get("name"):
            self = found.__new__(found)
            self._handle, self._context = handle, context
            self._params = {**found._defaults(), **tree.get("params", {})}
        else:
            self._params = {"recipe": self.recipe}
        return self

    @classmethod
    def _defaults(cls) -> Dict[str, Any]:
        found = inspect.signature(cls.__init__).parameters.values()
        return {p.name: p.default for p in found if p.name not in ("self", "context")}

    # ---- recipe -----------------------------------------------------------------------------

    def _format(self, **options: Any) -> str:
        return take_buffer(self._function("format"), self._handle, settings(options)).decode()

    @property
    def recipe(self) -> str:
        """The recipe as text, which parses back to the same recipe."""
        return self._format()

    def to_json(self, defaults: bool = False) -> str:
        """The recipe as JSON, with every parameter when defaults is true."""
        return self._format(format="json", defaults=defaults)

    @property
    def is_fitted(self) -> bool:
        return bool(self._function("is_fitted")(self._handle))

    def __sklearn_is_fitted__(self) -> bool:
        return self.is_fitted

    def __repr__(self) -> str:
        if self._component is None:
            return f"{type(self).__name__}({self.recipe!r})"
        defaults = self._defaults()
        given = [f"{name}={value!r}" for name, value in self._params.items()
                 if not _same(value, defaults.get(name))]
        return f"{type(self).__name__}({', '.join(given)})"

    # ---- parameters -------------------------------------------------------------------------

    def get_params(self, deep: bool = True) -> Dict[str, Any]:
        """The constructor's parameters; with deep also those of steps, as step__parameter."""
        params = dict(self._params)
        if deep and self._component is None:
            params.update(_nested(json.loads(self.to_json(defaults=True))))
        return params

    def set_params(self, **params: Any) -> Any:
        """Changes parameters, those of steps as step__parameter. Gives up what was fitted."""
        if not params:
            return self
        own = {name: value for name, value in params.items() if name in self._params}
        nested = {name.replace("__", "."): value for name, value in params.items()
                  if name not in own}
        if self._component is not None:
            if nested:
                name = next(iter(params.keys() - own.keys()))
                self._function("create")  # the library's message names the nearest parameter
                self._create({**self._params, name: params[name]})
                raise SettingError(f"{name}: no such parameter", -2, name)
            changed = {**self._params, **own}
            self._handle = self._create(changed)
            self._params = changed
            return self
        handle = self._parse(own["recipe"]) if "recipe" in own else self._handle
        if nested:
            handle = self._with(handle, nested)
        self._handle = handle
        self._params = {"recipe": own["recipe"] if "recipe" in own and not nested
                        else self.recipe}
        return self

    def _with(self, handle: Handle, params: Dict[str, Any]) -> Handle:
        if self._kind != "model":
            raise SettingError("parameters inside a transform are set in its recipe, or through "
                               "the model it is part of", -2)
        return make("model", _library.mlc_model_with, handle, settings(params))

    def __sklearn_clone__(self) -> Any:
        copy = type(self).__new__(type(self))
        copy._context, copy._frozen = self._context, self._frozen
        copy._params = dict(self._params)
        copy._handle = self._unfitted()
        return copy

    def _unfitted(self) -> Handle:
        if self._kind == "model":
            return make("model", _library.mlc_model_with, self._handle, None)
        return self._create(self._params)

    # ---- learned ----------------------------------------------------------------------------

    def table(self, name: str) -> Any:
        """A table of what was learned; step.table for that of a step."""
        from .dataset import Dataset

        return Dataset._wrap(make("dataset", self._function("table"), root(self._context),
                                  self._handle, encode(name, "table")))

    def _require_fitted(self) -> None:
        if not self.is_fitted:
            raise NotFittedError(f"{type(self).__name__} is not fitted: call fit() first", -8)

    # ---- pickling ---------------------------------------------------------------------------

    def __getstate__(self) -> Dict[str, Any]:
        if self._context is not None:
            raise MlcoreError("a component with a context of its own is not pickled: save it, "
                              "and load it with a context there")
        if self._frozen and not self.is_fitted:
            raise MlcoreError("a recipe with fitted parts is not pickled before it is fitted")
        return {"params": self._params, "recipe": self.to_json(), "artifact": self._artifact()}

    def _artifact(self) -> Optional[bytes]:
        if self.is_fitted:
            raise MlcoreError("a fitted transform is saved as part of a pipeline")
        return None

    def __setstate__(self, state: Dict[str, Any]) -> None:
        self._params = state["params"]
        self._handle = self._parse(state["recipe"])


def _same(a: Any, b: Any) -> bool:
    return a is b or (type(a) is type(b) and isinstance(a, (int, float, str, bool)) and a == b)


def step_names(steps: List[Any]) -> List[str]:
    """The names of steps: given, else their id, with _2, _3 for a repeat."""
    names: List[str] = []
    taken = {step["name"] for step in steps if isinstance(step, dict) and step.get("name")}
    for step in steps:
        step = step if isinstance(step, dict) else {"id": step}
        name = step.get("name")
        if not name:
            name, k = step["id"], 2
            while name in names or name in taken:
                name, k = f"{step['id']}_{k}", k + 1
        names.append(name)
    return names


def _nested(tree: Dict[str, Any], prefix: str = "") -> Dict[str, Any]:
    found: Dict[str, Any] = {}
    if prefix:
        found.update((prefix + name, value) for name, value in tree.get("params", {}).items())
    steps = tree.get("steps", [])
    for name, step in zip(step_names(steps), steps):
        if isinstance(step, dict):
            found.update(_nested(step, f"{prefix}{name}__"))
    return found


# ---- compositions -----------------------------------------------------------------------------


def split_step(step: Any) -> Tuple[Optional[str], Any]:
    """A step, or a pair of its name and itself."""
    if isinstance(step, tuple) and len(step) == 2 and isinstance(step[0], str):
        return step
    return None, step


def tree_of(step: Any) -> Dict[str, Any]:
    """The recipe of a step as JSON holds it, under the name that it was given."""
    name, step = split_step(step)
    if isinstance(step, Component):
        if name is not None and (step._frozen or step.is_fitted):
            raise SettingError(f"step '{name}' is fitted and keeps the name it has", -2, name)
        tree = json.loads(step.to_json())
    else:
        raise SettingError(f"a step is a transform or a model, not {step!r}", -2)
    return {**tree, "name": name} if name is not None else tree


def columns_of(columns: Any) -> List[str]:
    text = words(columns)
    if not text:
        raise SettingError("on() needs at least one column", -2)
    return [text]
