"""Lookup by name and conversion to and from JSON-able configurations, the same for every family of objects.

A family (losses, metrics, layers, …) is a package with one `Registry`. What users register themselves with
`register_serializable`, or name in a `custom_object_scope`, is found by every family.
"""

from __future__ import annotations

import contextlib
import importlib
import inspect
import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import ContextVar
from typing import Any, NamedTuple, TypeVar

import numpy as np

from nnfit.naming import snake_case
from nnfit.shared_objects import sharing_in_progress

Named = TypeVar("Named", bound="type[Any] | Callable[..., Any]")

# Modules whose functions a configuration can name beside those that are registered.
_FUNCTION_MODULES = ("nnfit.activations", "nnfit.losses", "nnfit.metrics", "nnfit.ops")

# The only modules that a configuration can cause to be imported.
_FAMILY_MODULES = frozenset(
    {
        "nnfit.activations",
        "nnfit.constraints",
        "nnfit.initializers",
        "nnfit.layers",
        "nnfit.losses",
        "nnfit.metrics",
        "nnfit.models",
        "nnfit.optimizers",
        "nnfit.optimizers.schedules",
        "nnfit.random",
        "nnfit.regularizers",
    }
)

_families: dict[str, Registry] = {}
_registered: dict[str, Any] = {}
_registered_names: dict[Any, str] = {}
_scope: ContextVar[Mapping[str, Any]] = ContextVar("nnfit_custom_objects", default=types.MappingProxyType({}))


class _Unloaded(NamedTuple):
    """A class whose module is not imported yet."""

    module: str
    name: str


class Registry:
    """The named classes and functions of one family.

    Args:
        module: Public module of the family, as `"nnfit.losses"`. It is written into configurations.
        base: Class of the family's objects; `None` for a family of plain functions.
        functions: Whether a plain callable is also a member of the family.

    Example:
        >>> registry = Registry("nnfit.examples", nnfit.losses.Loss)
        >>> _ = registry.register(nnfit.losses.Huber, aliases=("robust",))
        >>> registry.get("robust").name
        'huber_loss'
    """

    def __init__(self, module: str, base: type[Any] | None = None, *, functions: bool = True) -> None:
        self.module = module
        self.base = base
        self.functions = functions
        self._objects: dict[str, Any] = {}
        _families[module] = self

    @property
    def tag(self) -> str:
        return self.module.removeprefix("nnfit.")

    def register(self, named: Named, aliases: Iterable[str] = ()) -> Named:
        """Adds a class or a function under its own name, its name in snake case, and aliases.

        A snake-case name that is taken is left alone, so a function registered before its class keeps it.

        Args:
            named: Class or function.
            aliases: Further names.

        Returns:
            `named`.

        Raises:
            ValueError: when its own name or an alias already means something else.
        """
        self._add(named, named.__name__, aliases)
        return named

    def _add(self, member: Any, name: str, aliases: Iterable[str]) -> None:
        for known in (name, *aliases):
            if self._objects.setdefault(known, member) is not member:
                raise ValueError(f"[{self.tag}] the name {known!r} is already taken by {self._objects[known]!r}.")
        self._objects.setdefault(snake_case(name), member)

    def register_lazily(
        self, module: str, names: Iterable[str], aliases: Mapping[str, Iterable[str]] | None = None
    ) -> None:
        """Adds classes whose module is imported when one of them is first asked for.

        Args:
            module: The module that defines them.
            names: Their names.
            aliases: Further names of some of them, by their names.

        Raises:
            ValueError: when a name already means something else.
        """
        for name in names:
            self._add(_Unloaded(module, name), name, (aliases or {}).get(name, ()))

    def _member(self, name: str) -> Any:
        """Returns the member of a name, `None` if there is none."""
        member = self._objects.get(name)
        if isinstance(member, _Unloaded):
            loaded = getattr(importlib.import_module(member.module), member.name)
            self._objects.update({known: loaded for known, other in self._objects.items() if other is member})
            return loaded
        return member

    def names(self) -> list[str]:
        """Returns every name and alias, in the order of registration."""
        return list(self._objects)

    def find(self, name: str, custom_objects: Mapping[str, Any] | None = None) -> Any:
        """Returns the class or function of a name.

        Raises:
            ValueError: when there is none; the message lists the known names, the nearest first.
        """
        for objects in (custom_objects or {}, _scope.get()):
            if name in objects:
                return objects[name]
        member = self._member(name)
        if member is not None:
            return member
        if name in _registered:
            return _registered[name]
        known = f" Known names, the nearest first: {', '.join(self._nearest(name))}." if self._objects else ""
        raise ValueError(
            f"[{self.tag}] unknown name {name!r}.{known} To use an object of your own, pass it itself, register it "
            f"with `register_serializable`, or load it with custom_objects={{{name!r}: …}}."
        )

    def _nearest(self, name: str) -> list[str]:
        import difflib  # for errors alone

        wanted = name.lower()
        likeness: dict[int, tuple[float, str]] = {}
        for known, named in self._objects.items():
            ratio = difflib.SequenceMatcher(None, wanted, known.lower()).ratio()
            if ratio > likeness.get(id(named), (-1.0, ""))[0]:
                likeness[id(named)] = (ratio, known)
        return [known for _, known in sorted(likeness.values(), key=lambda pair: (-pair[0], pair[1]))]

    def get(self, identifier: Any) -> Any:
        """Returns the object that an identifier means.

        Args:
            identifier: A name, a configuration made by `serialize`, a class (it is called without arguments), an
                object or function of the family (returned as it is), or `None` (returns `None`).

        Returns:
            An object or a function of the family.

        Raises:
            ValueError: for an unknown name.
            TypeError: for anything that is not of the family.
        """
        if identifier is None:
            return None
        if isinstance(identifier, dict):
            return self.deserialize(identifier)
        found = self.find(identifier) if isinstance(identifier, str) else identifier
        if isinstance(found, type):
            found = found()
        if (self.base is not None and isinstance(found, self.base)) or (self.functions and callable(found)):
            return found
        expected = "a function" if self.base is None else f"a {self.base.__name__}"
        raise TypeError(
            f"[{self.tag}] expected a name, a configuration or {expected}; got {identifier!r} of type "
            f"{type(identifier).__name__}."
        )

    def serialize(self, member: Any) -> Any:
        """Returns a JSON-able description of an object (a dict) or of a function of this family (its name)."""
        name = member.__name__ if inspect.isfunction(member) else None
        return name if name is not None and self._member(name) is member else serialize_object(member)

    def deserialize(self, config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
        """Rebuilds what `serialize` described.

        Args:
            config: A dict with `class_name` and `config`, or a name.
            custom_objects: Classes and functions by name, looked up before all others.

        Returns:
            A new object, or the function named.

        Raises:
            ValueError: for an unknown name or a dict without `class_name`.
        """
        if isinstance(config, str):
            return self.find(config, custom_objects)
        if not isinstance(config, dict) or not isinstance(config.get("class_name"), str):
            raise ValueError(f"[{self.tag}] expected a configuration with a 'class_name'; got {config!r}.")
        sharing, number = sharing_in_progress(), config.get("shared_object_id")
        if sharing is None or number is None:
            return self._revive(config, custom_objects)
        if number not in sharing.revived:
            sharing.revived[number] = self._revive(config, custom_objects)
        return sharing.revived[number]

    def _revive(self, config: dict[str, Any], custom_objects: Mapping[str, Any] | None) -> Any:
        settings: Any = config.get("config") or {}
        custom_name, module = config.get("registered_name"), config.get("module")
        # What a user's module defines is not to be taken for something of the library that has the same name.
        family = self if _is_of_library(module) else _custom
        if config["class_name"] == "function":
            exported = _exported_function(module, settings)
            name = custom_name if custom_name in _registered else settings
            return exported or family.find(str(name), custom_objects)
        name = custom_name if custom_name in _registered else config["class_name"]
        cls = family.find(str(name), custom_objects)
        if not isinstance(cls, type):
            raise ValueError(f"[{self.tag}] {name!r} names a function, not a class: {cls!r}.")
        with custom_object_scope(custom_objects or {}):
            return cls.from_config(dict(settings))  # type: ignore[attr-defined]


def _is_of_library(module: Any) -> bool:
    return not isinstance(module, str) or module.split(".")[0] in ("nnfit", "keras", "builtins")


def register_serializable(package: str = "Custom", name: str | None = None) -> Callable[[Named], Named]:
    """Registers a class or function of one's own, so that configurations and saved models can name it.

    Args:
        package: Prefix that keeps names of different packages apart.
        name: Name in the package; the object's own by default.

    Returns:
        A decorator that registers the object as `"package>name"` and returns it.

    Raises:
        TypeError: for a class without `get_config`.

    Example:
        >>> @nnfit.saving.register_serializable("my_package")
        ... class Doubled(nnfit.losses.Loss):
        ...     def call(self, y_true, y_pred):
        ...         return 2 * nnfit.losses.mean_squared_error(y_true, y_pred)
    """

    def decorate(named: Named) -> Named:
        if inspect.isclass(named) and not hasattr(named, "get_config"):
            raise TypeError(f"[register_serializable] {named.__name__} needs a `get_config` method; define one.")
        registered_name = f"{package}>{name or named.__name__}"
        _registered[registered_name] = named
        _registered_names[named] = registered_name
        return named

    return decorate


def get_registered_name(obj: Any) -> str | None:
    """Returns the `"package>name"` of a registered class or function, or `None`."""
    return _registered_names.get(obj)


def share_registered_name(variant: type, named: type) -> None:
    """Makes `variant`, a class derived from `named` to stand for it, be described by the name of `named`."""
    if named in _registered_names:
        _registered_names[variant] = _registered_names[named]


def get_registered_object(
    name: str, custom_objects: Mapping[str, Any] | None = None, module_objects: Mapping[str, Any] | None = None
) -> Any:
    """Returns the class or function of a name.

    Args:
        name: What it is registered as, `"package>name"`, or its name in one of the dicts.
        custom_objects: Classes and functions by name, looked up after those of a `custom_object_scope`.
        module_objects: Likewise, looked up last.

    Returns:
        The class or function, or `None`.
    """
    for objects in (_scope.get(), _registered, custom_objects or {}, module_objects or {}):
        if name in objects:
            return objects[name]
    return None


def get_custom_objects() -> dict[str, Any]:
    """Returns the dict of the classes and functions that every lookup knows by name; what is put into it is known too.

    Example:
        >>> nnfit.saving.get_custom_objects()["nothing"] = lambda x: 0 * x
        >>> layer = nnfit.layers.Dense(2, activation="nothing")
    """
    return _registered


@contextlib.contextmanager
def custom_object_scope(custom_objects: Mapping[str, Any]) -> Iterator[None]:
    """Makes classes and functions known by name to every lookup within a `with` block of this thread.

    Example:
        >>> def largest_error(y_true, y_pred):
        ...     return nnfit.ops.max(nnfit.ops.abs(y_true - y_pred), axis=-1)
        >>> with nnfit.saving.custom_object_scope({"largest_error": largest_error}):
        ...     loss = nnfit.losses.get("largest_error")
    """
    token = _scope.set({**_scope.get(), **custom_objects})
    try:
        yield
    finally:
        _scope.reset(token)


def serialize_object(obj: Any) -> Any:
    """Returns a JSON-able description of a value: of an object, a function, an array, or containers of them.

    Args:
        obj: Something with `get_config`, a named function, a NumPy array or tensor, a JSON value, or a list, tuple
            or dict of these. Tuples become lists.

    Returns:
        For an object `{"module", "class_name", "config", "registered_name"}`; for a function the same with the
        class name `"function"` and its name as `config`.

    Raises:
        TypeError: for anything else.
        ValueError: for a lambda, which has no name to be found by.
    """
    if obj is None or isinstance(obj, (bool, int, float, str)):
        return obj
    if isinstance(obj, np.generic):
        return obj.item()
    if isinstance(obj, (list, tuple)):
        return [serialize_object(item) for item in obj]
    if isinstance(obj, dict):
        return {key: serialize_object(item) for key, item in obj.items()}
    if hasattr(obj, "get_config") and not isinstance(obj, type):
        described = _describe(type(obj), type(obj).__name__, serialize_object(obj.get_config()))
        sharing = sharing_in_progress()
        return described if sharing is None else {**described, "shared_object_id": sharing.number_of(obj)}
    if inspect.isfunction(obj):
        if obj.__name__ == "<lambda>":
            raise ValueError("[serialize] a lambda has no name to be found by; write it as a `def` function.")
        return _describe(obj, "function", obj.__name__)
    if hasattr(obj, "__array__") and not isinstance(obj, type):
        array = np.asarray(obj)
        return {"class_name": "__numpy__", "config": {"value": array.tolist(), "dtype": array.dtype.name}}
    raise TypeError(f"[serialize] cannot describe a {type(obj).__name__}; give it a `get_config` method.")


def _describe(named: Any, class_name: str, config: Any) -> dict[str, Any]:
    module = named.__module__
    for family in _families.values():
        if family._member(named.__name__) is named:
            module = family.module
    if class_name == "function":
        module = next((m for m in _FUNCTION_MODULES if _exported_function(m, config) is named), module)
    return {
        "module": module,
        "class_name": class_name,
        "config": config,
        "registered_name": get_registered_name(named),
    }


def _exported_function(module: Any, name: Any) -> Any:
    """Returns the function that one of a few modules of the library exports under a name, or `None`."""
    module = str(module).replace("keras.", "nnfit.", 1) if module else None
    if module not in _FUNCTION_MODULES:
        return None
    exports = importlib.import_module(module)
    function = getattr(exports, name) if isinstance(name, str) and name in exports.__all__ else None
    return function if inspect.isfunction(function) else None


def deserialize_object(config: Any, custom_objects: Mapping[str, Any] | None = None, safe_mode: bool = True) -> Any:
    """Rebuilds what `serialize_object` described. Nothing outside the library is imported to do so.

    Args:
        config: A description.
        custom_objects: Classes and functions by name, looked up before all others.
        safe_mode: Accepted as in Keras; nothing that a description holds is ever run.

    Returns:
        The value; objects are made by their class's `from_config`.

    Raises:
        ValueError: for a class or function that is not known.
    """
    if isinstance(config, list):
        return [deserialize_object(item, custom_objects) for item in config]
    if not isinstance(config, dict):
        return config
    if "class_name" not in config or "config" not in config:
        return {key: deserialize_object(item, custom_objects) for key, item in config.items()}
    if config["class_name"] == "__numpy__":
        return np.array(config["config"]["value"], dtype=config["config"]["dtype"])
    return _family_of(config.get("module")).deserialize(config, custom_objects)


def _family_of(module: str | None) -> Registry:
    name = (module or "").replace("keras.", "nnfit.", 1)
    if name in _FAMILY_MODULES:
        importlib.import_module(name)
    return _families.get(name) or _custom


# Classes of no family: known by registration or scope alone.
_custom = Registry("custom objects")
