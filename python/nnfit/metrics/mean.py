"""Mean of values, and of the values of a function of targets and predictions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nnfit import masks, ops
from nnfit.losses.alignment import align_ranks, check_not_between_samples
from nnfit.losses.reduction import apply_mask
from nnfit.metrics.metric import Metric
from nnfit.metrics.samplewise import reduce_to_samples
from nnfit.registry import deserialize_object, serialize_object


class Mean(Metric):
    """The weighted mean: the sum of values times weights, over the sum of weights.

    Values of a sample, beyond the first axis, are averaged first. The mean of nothing is 0.

    Args:
        name: Name of the metric. Defaults to `"mean"`.
        dtype: See `Metric`.

    Example:
        >>> metric = nnfit.metrics.Mean()
        >>> metric.update_state([1, 3, 5, 7], sample_weight=[1, 1, 0, 0])
        >>> float(metric.result())
        2.0
    """

    def __init__(self, name: str | None = "mean", dtype: str | None = None) -> None:
        super().__init__(name=name, dtype=dtype)
        self.total = self.add_variable((), name="total")
        self.count = self.add_variable((), name="count")

    def update_state(self, values: Any, sample_weight: Any = None) -> None:
        """Gathers values `(batch, …)`, with weights `(batch,)` or of their shape."""
        values, weights = reduce_to_samples(values, sample_weight, ops.mean, self.dtype)
        self.total.assign_add(ops.sum(values))
        if weights is not None:
            self.count.assign_add(ops.sum(weights))
        else:
            self.count.assign_add(float(values.shape[0]) if len(values.shape) else 1.0)

    def result(self) -> Any:
        return ops.divide_no_nan(self.total, self.count)


class MeanMetricWrapper(Mean):
    """The weighted mean of a function of targets and predictions.

    1-D targets are aligned with `(batch, 1)` predictions before the function sees them.

    Args:
        fn: Callable `(y_true, y_pred, **kwargs)` that returns one value for each sample, `(batch, …)`.
        name: Name of the metric. Defaults to the class's in snake case.
        dtype: See `Metric`.
        **kwargs: Further arguments of `fn`.

    Example:
        >>> metric = nnfit.metrics.MeanMetricWrapper(nnfit.losses.huber, name="huber", delta=2.0)
    """

    def __init__(
        self, fn: Callable[..., Any], name: str | None = None, dtype: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        self._fn = fn
        self._fn_kwargs = kwargs

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:  # type: ignore[override]
        """Gathers a batch.

        Args:
            y_true: Targets.
            y_pred: Predictions; their mask, if they have one, joins the weights.
            sample_weight: Weights, `(batch,)` or of the shape of the values. Defaults to `None`, all 1.
        """
        mask = masks.get_mask(y_pred)
        y_true, y_pred = align_ranks(ops.convert_to_tensor(y_true), ops.convert_to_tensor(y_pred))
        values = self._fn(y_true, y_pred, **self._fn_kwargs)
        check_not_between_samples(values, y_true, y_pred, self.name)
        super().update_state(values, sample_weight=apply_mask(sample_weight, mask, self.dtype, "sum"))

    def get_config(self) -> dict[str, Any]:
        config = {**super().get_config(), **serialize_object(self._fn_kwargs)}
        if type(self) is MeanMetricWrapper:  # subclasses know their function
            config["fn"] = serialize_object(self._fn)
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Metric:
        return cls(**deserialize_object(config))
