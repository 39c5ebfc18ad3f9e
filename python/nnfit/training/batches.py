"""Batches as users give them, and a model's inputs as they are to be fed."""

from __future__ import annotations

from typing import Any


def pack_x_y_sample_weight(x: Any, y: Any = None, sample_weight: Any = None) -> Any:
    """Returns what a step is given: `(x, y, sample_weight)` without what is `None` at its end.

    One `x` alone is not put into a tuple, unless it is a list or a tuple itself.

    Args:
        x: Inputs.
        y: Targets, or `None`.
        sample_weight: Weights, or `None`.

    Example:
        >>> pack_x_y_sample_weight(1), pack_x_y_sample_weight([1, 2]), pack_x_y_sample_weight(1, 2)
        (1, ([1, 2],), (1, 2))
    """
    if sample_weight is not None:
        return (x, y, sample_weight)
    if y is not None:
        return (x, y)
    return (x,) if isinstance(x, (list, tuple)) else x


def unpack_x_y_sample_weight(data: Any) -> tuple[Any, Any, Any]:
    """Returns `(x, y, sample_weight)` of what a step is given, `None` for what is missing.

    Args:
        data: `x`, or a tuple of one to three of these.

    Raises:
        ValueError: If a tuple has more items.

    Example:
        >>> unpack_x_y_sample_weight((1, 2))
        (1, 2, None)
    """
    if isinstance(data, list):
        data = tuple(data)
    if not isinstance(data, tuple):
        return data, None, None
    if len(data) > 3 or not data:
        raise ValueError(
            f"[fit] expected a batch (x,), (x, y) or (x, y, sample_weight); got a tuple of {len(data)}. Put several "
            "inputs into a list or dict."
        )
    return (*data, None, None)[:3]


class ModelInputs:
    """The inputs of a model whose graph is known.

    Args:
        names: Their names, in order.
        dtypes: Their dtypes.
    """

    def __init__(self, names: list[str], dtypes: list[str]) -> None:
        self.names = names
        self.dtypes = dtypes

    def arranged(self, x: Any) -> Any:
        """Returns a dict of inputs in the model's order, without what the model does not take; all else as it is."""
        if isinstance(x, dict) and set(self.names) <= set(x):
            return {name: x[name] for name in self.names}
        return x
