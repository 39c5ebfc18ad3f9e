"""What the calls in progress on a thread know: who was called first, in which phase, and under which path."""

from __future__ import annotations

import itertools
import threading
from typing import Any

__all__ = ["call_context", "enter", "leave"]


class CallContext(threading.local):
    """State of the layer calls in progress on one thread. The class's values are those of a thread at rest."""

    # The outermost call's number; 0 when no layer is being called.
    call_number: int = 0
    # The `training` argument in force.
    training: bool | None = None
    # Names of the layers in progress, joined by "/", and the innermost of them.
    path: str = ""
    layer: object = None


call_context = CallContext()

_call_numbers = itertools.count(1)


def enter(layer: Any) -> tuple[int, bool | None, str, Any]:
    """Makes `layer` the innermost of the calls in progress and returns what was in force before."""
    context = call_context
    outer = (context.call_number, context.training, context.path, context.layer)
    if not outer[0]:
        context.call_number = layer.__dict__["_latest_call"] = next(_call_numbers)
    if context.layer is not layer:
        context.path = f"{outer[2]}/{layer._name}" if outer[2] else layer._name
        context.layer = layer
    return outer


def leave(outer: tuple[int, bool | None, str, Any]) -> None:
    """Puts back what `enter` returned."""
    context = call_context
    context.call_number, context.training, context.path, context.layer = outer
