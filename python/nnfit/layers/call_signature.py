"""What `Layer.__call__` needs to know of a class's `call`, found once per class."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

__all__ = ["CallSignature"]

_NAMED = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


class CallSignature:
    """The arguments of a `call` method.

    Args:
        call: The function, with `self` first.

    Attributes:
        names: All arguments but `self`, `*args` and `**kwargs`, in order.
        positional: Those of them that can be given by position.
        training: Whether it takes `training`.
        mask: Whether it takes `mask`.
        keywords: Whether it takes `**kwargs`.
    """

    __slots__ = ("keywords", "mask", "names", "positional", "training")

    def __init__(self, call: Callable[..., Any]) -> None:
        parameters = list(inspect.signature(call).parameters.values())[1:]
        self.names = [p.name for p in parameters if p.kind in _NAMED or p.kind is inspect.Parameter.KEYWORD_ONLY]
        self.positional = [p.name for p in parameters if p.kind in _NAMED]
        self.keywords = any(p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters)
        self.training = "training" in self.names
        self.mask = "mask" in self.names

    def bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        """Returns the given arguments by name; positional ones beyond the named are left out."""
        return {**dict(zip(self.positional, args, strict=False)), **kwargs}
