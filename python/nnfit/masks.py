"""Masks that travel with tensors from whoever makes them to the layers, losses and metrics that heed them."""

from __future__ import annotations

import weakref
from typing import Any

__all__ = ["any_masks", "get_mask", "set_mask"]

# By the tensor's id; an entry goes when its tensor goes. Empty in most programs, which is what makes it free there.
_masks: dict[int, tuple[weakref.ref[Any], Any]] = {}


def any_masks() -> bool:
    """Returns whether any living tensor has a mask."""
    return bool(_masks)


def get_mask(tensor: Any) -> Any:
    """Returns the mask of a tensor, or `None`."""
    entry = _masks.get(id(tensor))
    return None if entry is None else entry[1]


def set_mask(tensor: Any, mask: Any) -> None:
    """Gives a tensor a mask: a boolean tensor, false where the value is padding."""
    key = id(tensor)
    _masks[key] = (weakref.ref(tensor, lambda _: _masks.pop(key, None)), mask)
