"""Base of regularizers."""

from __future__ import annotations

import math
from typing import Any

from nnfit._core import Tensor


class Regularizer:
    """A penalty on a weight or an activity, added to the loss.

    Subclasses define `__call__(x)`, which returns a scalar tensor, and `get_config()`.

    Example:
        >>> class Largest(nnfit.regularizers.Regularizer):
        ...     def __call__(self, x):
        ...         return 0.1 * nnfit.ops.max(nnfit.ops.abs(x))
        ...     def get_config(self):
        ...         return {}
    """

    def __call__(self, x: Any) -> Tensor:
        """Returns the penalty of a tensor: a scalar."""
        raise NotImplementedError(f"[{type(self).__name__}] a regularizer needs a `__call__(x)`.")

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments to make this regularizer again."""
        raise NotImplementedError(f"[{type(self).__name__}] a regularizer needs a `get_config()` to be saved.")

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Regularizer:
        """Makes a regularizer from what `get_config` returned."""
        return cls(**config)


def checked_factor(value: Any, name: str, tag: str) -> float:
    """Returns a factor as a float.

    Raises:
        ValueError: If it is not a finite number of at least 0.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value) or value < 0:
        raise ValueError(f"[{tag}] expected {name} to be a finite number of at least 0; got {value!r}.")
    return float(value)
