"""pack_x_y_sample_weight and unpack_x_y_sample_weight: what a step is given."""

from __future__ import annotations

from typing import Any

from nnfit.training.batches import unpack_x_y_sample_weight

__all__ = ["pack_x_y_sample_weight", "unpack_x_y_sample_weight"]


def pack_x_y_sample_weight(x: Any, y: Any = None, sample_weight: Any = None) -> Any:
    """Returns `x`, `(x, y)` or `(x, y, sample_weight)`: without what is missing.

    Args:
        x: Inputs.
        y: Targets.
        sample_weight: Weights.

    Example:
        >>> nnfit.utils.pack_x_y_sample_weight(1, 2)
        (1, 2)
    """
    if y is None:
        return (x,) if isinstance(x, (list, tuple)) else x
    return (x, y) if sample_weight is None else (x, y, sample_weight)
