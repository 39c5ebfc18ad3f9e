"""Base of initializers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nnfit._core import Tensor


class Initializer:
    """Makes the first value of a variable.

    Subclasses define `__call__(shape, dtype=None)` and, if they have arguments, `get_config()`.

    Example:
        >>> class Halves(nnfit.initializers.Initializer):
        ...     def __call__(self, shape, dtype=None):
        ...         return nnfit.ops.full(shape, 0.5, dtype=dtype)
    """

    def __call__(self, shape: Sequence[int], dtype: str | None = None) -> Tensor:
        """Returns a tensor.

        Args:
            shape: Shape of the tensor.
            dtype: Its dtype. Defaults to `nnfit.config.floatx()`.
        """
        raise NotImplementedError(f"[{type(self).__name__}] an initializer needs a `__call__(shape, dtype=None)`.")

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments to make this initializer again."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Initializer:
        """Makes an initializer from what `get_config` returned."""
        return cls(**config)

    def clone(self) -> Initializer:
        """Returns a new initializer of the same configuration."""
        return type(self).from_config(self.get_config())
