"""Lists and dicts that tell the layer which they belong to when layers or variables enter or leave them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from nnfit import tree

if TYPE_CHECKING:
    from nnfit.layers.tracking import Trackable

__all__ = ["TrackedDict", "TrackedList", "tracked"]


def tracked(value: Any, owner: Trackable) -> Any:
    """Returns `value` with its lists and dicts, at any depth, replaced by tracked ones of `owner`."""
    if type(value) is list:
        return TrackedList([tracked(item, owner) for item in value], owner)
    if type(value) is dict:
        return TrackedDict({key: tracked(item, owner) for key, item in value.items()}, owner)
    if type(value) is tuple:
        return tuple(tracked(item, owner) for item in value)
    return value


class TrackedList(list[Any]):
    """A list held by a layer. Copies of it are plain lists."""

    def __init__(self, items: list[Any], owner: Trackable) -> None:
        super().__init__(items)
        self._owner = owner
        self._stateful = _holds_state(items, owner)

    def __reduce__(self) -> tuple[Any, ...]:
        return (list, (list(self),))


class TrackedDict(dict[Any, Any]):
    """A dict held by a layer. Copies of it are plain dicts."""

    def __init__(self, items: dict[Any, Any], owner: Trackable) -> None:
        super().__init__(items)
        self._owner = owner
        self._stateful = _holds_state(items, owner)

    def __reduce__(self) -> tuple[Any, ...]:
        return (dict, (dict(self),))


def _holds_state(items: Any, owner: Trackable) -> bool:
    return any(owner._is_state(leaf) for leaf in tree.flatten(items))


def _telling(mutate: Callable[..., Any]) -> Callable[..., Any]:
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        args = tuple(list(arg) if isinstance(arg, Iterator) else arg for arg in args)
        args, kwargs = (tracked(arguments, self._owner) for arguments in (args, kwargs))
        # What no layer and no variable has entered is no business of the owner's, however long it grows.
        self._stateful = self._stateful or _holds_state([args, kwargs], self._owner)
        if not self._stateful:
            return mutate(self, *args, **kwargs)
        before = tree.flatten(self)
        result = mutate(self, *args, **kwargs)
        self._owner._members_changed(before, tree.flatten(self))
        return result

    method.__name__ = mutate.__name__
    return method


for _name in ("append", "extend", "insert", "pop", "remove", "clear", "__setitem__", "__delitem__", "__iadd__"):
    setattr(TrackedList, _name, _telling(getattr(list, _name)))
for _name in ("update", "pop", "popitem", "clear", "setdefault", "__setitem__", "__delitem__", "__ior__"):
    setattr(TrackedDict, _name, _telling(getattr(dict, _name)))
