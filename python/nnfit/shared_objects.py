"""What keeps an object one object, if it occurs more than once in what is described and rebuilt."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any


class Sharing:
    """Which objects have been described or rebuilt so far, so that one met twice stays one object."""

    def __init__(self) -> None:
        self.numbers: dict[int, tuple[int, Any]] = {}  # the objects are kept, so that no id is used again
        self.revived: dict[Any, Any] = {}

    def number_of(self, value: Any) -> int:
        return self.numbers.setdefault(id(value), (len(self.numbers), value))[0]

    def without_single_uses(self, description: Any) -> Any:
        """Returns a description without the numbers of objects that occur in it once."""
        uses: dict[Any, int] = {}

        def count(value: Any) -> None:
            for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
                count(item)
            if isinstance(value, dict) and "shared_object_id" in value:
                uses[value["shared_object_id"]] = uses.get(value["shared_object_id"], 0) + 1

        def kept(value: Any) -> Any:
            if isinstance(value, list):
                return [kept(item) for item in value]
            if not isinstance(value, dict):
                return value
            single = uses.get(value.get("shared_object_id"), 2) < 2
            return {key: kept(item) for key, item in value.items() if not (single and key == "shared_object_id")}

        count(description)
        return kept(description)


@contextlib.contextmanager
def preserve_sharing() -> Iterator[Callable[[Any], Any]]:
    """Within a `with` block, objects that are described more than once are rebuilt as one, as layers with their weights
    must be.

    Yields a function that takes a finished description and returns it without the marks that turned out not to be
    needed.

    Example:
        >>> shared = nnfit.layers.Dense(2)
        >>> with preserve_sharing() as without_single_uses:
        ...     description = without_single_uses(nnfit.saving.serialize_object([shared, shared]))
        >>> with preserve_sharing():
        ...     first, second = nnfit.saving.deserialize_object(description)
        >>> first is second
        True
    """
    sharing = Sharing()
    token = _sharing.set(sharing)
    try:
        yield sharing.without_single_uses
    finally:
        _sharing.reset(token)


def sharing_in_progress() -> Sharing | None:
    """Returns what the innermost `preserve_sharing` of this thread keeps."""
    return _sharing.get()


_sharing: ContextVar[Sharing | None] = ContextVar("nnfit_sharing", default=None)
