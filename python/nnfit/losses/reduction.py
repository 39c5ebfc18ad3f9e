"""From one loss for each sample to one number."""

from __future__ import annotations

import math
from typing import Any

from nnfit import ops
from nnfit.losses.alignment import align_weights


class Reduction:
    """Names of the ways to reduce; strings do as well.

    `AUTO` and `MEAN` mean the same as `SUM_OVER_BATCH_SIZE`.
    """

    AUTO = "auto"
    NONE = "none"
    SUM = "sum"
    SUM_OVER_BATCH_SIZE = "sum_over_batch_size"
    MEAN = "mean"
    MEAN_WITH_SAMPLE_WEIGHT = "mean_with_sample_weight"

    @classmethod
    def all(cls) -> tuple[str, ...]:
        """Returns all names."""
        return (cls.AUTO, cls.NONE, cls.SUM, cls.SUM_OVER_BATCH_SIZE, cls.MEAN, cls.MEAN_WITH_SAMPLE_WEIGHT)


def standardize_reduction(reduction: str | None, tag: str) -> str | None:
    """Checks the name of a reduction, and resolves `"auto"`.

    Raises:
        ValueError: for another name.
    """
    if reduction is not None and reduction not in Reduction.all():
        raise ValueError(f"[{tag}] expected reduction to be None or one of {Reduction.all()}; got {reduction!r}.")
    return Reduction.SUM_OVER_BATCH_SIZE if reduction == Reduction.AUTO else reduction


def apply_mask(sample_weight: Any, mask: Any, dtype: str, reduction: str | None) -> Any:
    """Merges a mask into sample weights.

    Where the reduction divides by the number of values, the weights of those that count are `all / those that count`,
    so that the result is the mean over them alone.

    Args:
        sample_weight: Tensor or `None`.
        mask: Boolean tensor, true for the values that count, or `None`.
        dtype: Dtype of the result.
        reduction: Name of the reduction that follows.

    Returns:
        A tensor, or `None` if both are.
    """
    if mask is None:
        return None if sample_weight is None else ops.convert_to_tensor(sample_weight, dtype)
    weights = ops.cast(mask, dtype)
    if reduction in (Reduction.MEAN, Reduction.SUM_OVER_BATCH_SIZE):
        weights = ops.multiply(weights, ops.divide_no_nan(float(math.prod(mask.shape)), ops.sum(weights)))
    if sample_weight is None:
        return weights
    return ops.multiply(weights, align_weights(ops.convert_to_tensor(sample_weight, dtype), weights))


def reduce_weighted_values(values: Any, sample_weight: Any, mask: Any, reduction: str | None, dtype: str) -> Any:
    """Weights losses and reduces them.

    Args:
        values: Tensor of losses.
        sample_weight: Weights of samples or of values, or `None`.
        mask: Boolean tensor, true for the values that count, or `None`.
        reduction: A name that `standardize_reduction` returned.
        dtype: Dtype of the result.

    Returns:
        A scalar tensor; for `None` and `"none"` the weighted values.
    """
    values = ops.convert_to_tensor(values, dtype)
    weights = apply_mask(sample_weight, mask, dtype, reduction)
    if weights is not None:
        weights = align_weights(weights, values)
        values = ops.multiply(values, weights)
    if reduction in (None, Reduction.NONE) or len(values.shape) == 0:
        return values
    if reduction == Reduction.SUM or 0 in values.shape:  # an empty batch has the loss 0
        return ops.sum(values)
    if reduction == Reduction.MEAN_WITH_SAMPLE_WEIGHT and weights is not None:
        return ops.divide_no_nan(ops.sum(values), ops.sum(weights))
    return ops.mean(values)
