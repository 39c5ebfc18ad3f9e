"""Base of losses."""

from __future__ import annotations

from typing import Any

from nnfit import config, masks, ops
from nnfit.losses.alignment import align_ranks, check_not_between_samples
from nnfit.losses.reduction import Reduction, reduce_weighted_values, standardize_reduction
from nnfit.naming import unique_name


class Loss:
    """What training minimizes: a function of targets and predictions, reduced to one number.

    Subclasses define `call(y_true, y_pred)`, which returns one loss for each sample, shape `(batch, …)`. Before it is
    called, both are cast to the dtype of the loss and 1-D targets are aligned with `(batch, 1)` predictions.

    Args:
        name: Name of the loss. Defaults to the class's in snake case.
        reduction: `"sum_over_batch_size"` (also `"mean"`, `"auto"`): the sum of the weighted losses over their number;
            `"sum"`; `"mean_with_sample_weight"`: their sum over the sum of the weights; `"none"` or `None`: the
            weighted losses themselves. Defaults to `"sum_over_batch_size"`.
        dtype: Dtype of the computation. Defaults to `nnfit.config.floatx()`.

    Raises:
        ValueError: for another reduction.

    Example:
        >>> class Fourth(nnfit.losses.Loss):
        ...     def call(self, y_true, y_pred):
        ...         return nnfit.ops.mean((y_true - y_pred) ** 4, axis=-1)
        >>> float(Fourth()([[0.0], [0.0]], [[1.0], [2.0]]))
        8.5
    """

    # Whether `call` shall get floats as targets; class indices stay what they are.
    _casts_targets = True

    def __init__(
        self, name: str | None = None, reduction: str | None = Reduction.SUM_OVER_BATCH_SIZE, dtype: str | None = None
    ) -> None:
        self.name = name if name is not None else unique_name(type(self).__name__)
        self.reduction = standardize_reduction(reduction, self.name)
        self._given_dtype = dtype
        self.dtype = dtype or config.floatx()

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """Returns the loss.

        Args:
            y_true: Targets.
            y_pred: Predictions.
            sample_weight: Weights: a number, `(batch,)`, or of the shape of the losses. Defaults to `None`, all 1.

        Returns:
            A scalar tensor; without reduction a tensor of the shape of the losses.
        """
        mask = masks.get_mask(y_pred)
        y_pred = ops.convert_to_tensor(y_pred, self.dtype)
        if self._casts_targets or not hasattr(y_true, "shape"):
            y_true = ops.convert_to_tensor(y_true, self.dtype)
        y_true, y_pred = align_ranks(y_true, y_pred)
        values = self.call(y_true, y_pred)
        check_not_between_samples(values, y_true, y_pred, self.name)
        made = masks.get_mask(values)
        if made is not None:
            mask = made if mask is None else mask & made
        return reduce_weighted_values(values, sample_weight, mask, self.reduction, self.dtype)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Returns one loss for each sample; to be defined by subclasses."""
        raise NotImplementedError(f"[{self.name}] a loss needs a `call(y_true, y_pred)`; define it.")

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments to make this loss again; `dtype` only if it was given: subclasses need not take it."""
        arguments = {"name": self.name, "reduction": self.reduction}
        return arguments if self._given_dtype is None else {**arguments, "dtype": self._given_dtype}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Loss:
        """Makes a loss from what `get_config` returned."""
        return cls(**config)
