"""Base of constraints."""

from __future__ import annotations

from typing import Any


class Constraint:
    """A function that the optimizer applies to a weight after each update.

    Subclasses define `__call__(w)`, which returns the new value, and, if they have arguments, `get_config()`.

    Example:
        >>> class AtMostOne(nnfit.constraints.Constraint):
        ...     def __call__(self, w):
        ...         return nnfit.ops.minimum(w, 1.0)
    """

    def __call__(self, w: Any) -> Any:
        """Returns the value that `w` shall have: a tensor like it."""
        return w

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments to make this constraint again."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Constraint:
        """Makes a constraint from what `get_config` returned."""
        return cls(**config)
