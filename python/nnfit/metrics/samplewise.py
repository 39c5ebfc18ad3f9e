"""From values of any rank to one value, and one weight, for each sample."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nnfit import masks, ops
from nnfit.losses.alignment import align_weights
from nnfit.losses.reduction import apply_mask


def reduce_to_samples(values: Any, sample_weight: Any, reduce: Callable[..., Any], dtype: str) -> tuple[Any, Any]:
    """Weights values and reduces all axes but the first.

    Args:
        values: Tensor; its mask, if it has one, joins the weights.
        sample_weight: Tensor of lower or the same rank, or `None`.
        reduce: `ops.sum` or `ops.mean`.
        dtype: Dtype of the results.

    Returns:
        `(values, weights)`, each `(batch,)` or a scalar; the weights are `None` if there are none.

    Raises:
        ValueError: If the weights do not fit the values.
    """
    weights = apply_mask(sample_weight, masks.get_mask(values), dtype, "sum")
    values = ops.convert_to_tensor(values, dtype)
    if weights is not None:
        rank = len(weights.shape)
        if rank > 1 and rank == len(values.shape) + 1 and weights.shape[-1] == 1:
            weights, rank = ops.squeeze(weights, -1), rank - 1
        values = _without_axes(values, rank, reduce)
        weights = ops.broadcast_to(align_weights(weights, values), values.shape)
        values = ops.multiply(values, weights)
        weights = _without_axes(weights, 1, reduce)
    return _without_axes(values, 1, reduce), weights


def _without_axes(values: Any, first: int, reduce: Callable[..., Any]) -> Any:
    """Reduces the axes from `first` on; where there is nothing to reduce that moves no data."""
    if len(values.shape) <= first:
        return values
    if all(size == 1 for size in values.shape[first:]):
        return ops.reshape(values, values.shape[:first])
    return reduce(values, axis=tuple(range(first, len(values.shape))))
