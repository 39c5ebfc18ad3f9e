"""What logs hold for each name: a float, or the several figures of a metric by class or threshold."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["log_value", "mean_of"]


def log_value(value: Any) -> Any:
    """Returns a figure as a float, several as an array.

    Args:
        value: Tensor or number.
    """
    if isinstance(value, float):
        return value
    return float(value) if np.ndim(value) == 0 else np.asarray(value)


def mean_of(value: Any) -> float:
    """Returns the mean of several figures, for where there is room for one; one as it is."""
    return float(value) if np.ndim(value) == 0 else float(np.mean(value))
