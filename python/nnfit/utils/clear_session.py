"""clear_session: as if nothing had been made yet."""

from __future__ import annotations

from nnfit import _core
from nnfit.naming import reset_names


def clear_session(free_memory: bool = True) -> None:
    """Starts the numbering of names anew, so that the next `Dense` is `"dense"` again.

    Models and variables stay as they are; they go when nothing refers to them.

    Args:
        free_memory: Whether memory kept for reuse is given back to the system. Defaults to `True`.

    Example:
        >>> nnfit.utils.clear_session()
        >>> nnfit.layers.Dense(1).name
        'dense'
    """
    reset_names()
    if free_memory:
        _core.release_memory()
