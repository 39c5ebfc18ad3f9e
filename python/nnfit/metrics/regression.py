"""Metrics of regression. Each is the mean over samples of the loss function of the same name."""

from __future__ import annotations

from typing import Any

from nnfit import ops
from nnfit.losses import (
    log_cosh,
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_squared_error,
    mean_squared_logarithmic_error,
)
from nnfit.losses.alignment import elementwise_pair
from nnfit.metrics.mean import Mean, MeanMetricWrapper


class MeanSquaredError(MeanMetricWrapper):
    """Mean of `nnfit.losses.mean_squared_error`, which has the formula.

    Args:
        name: Name of the metric. Defaults to `"mean_squared_error"`.
        dtype: See `Metric`.
    """

    _direction = "down"

    def __init__(self, name: str | None = "mean_squared_error", dtype: str | None = None) -> None:
        super().__init__(mean_squared_error, name=name, dtype=dtype)


class RootMeanSquaredError(Mean):
    """`sqrt(mean((y_true - y_pred)**2))`, the mean being over all values of all batches.

    Args:
        name: Name of the metric. Defaults to `"root_mean_squared_error"`.
        dtype: See `Metric`.

    Example:
        >>> metric = nnfit.metrics.RootMeanSquaredError()
        >>> float(metric([[0.0], [0.0]], [[3.0], [3.0]]))
        3.0
    """

    _direction = "down"

    def __init__(self, name: str | None = "root_mean_squared_error", dtype: str | None = None) -> None:
        super().__init__(name=name, dtype=dtype)

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:  # type: ignore[override]
        """Gathers a batch; see `MeanMetricWrapper.update_state`."""
        y_true, y_pred = elementwise_pair(y_true, ops.convert_to_tensor(y_pred, self.dtype), self.name)
        super().update_state(ops.square(ops.subtract(y_pred, y_true)), sample_weight=sample_weight)

    def result(self) -> Any:
        return ops.sqrt(super().result())


class MeanAbsoluteError(MeanMetricWrapper):
    """Mean of `nnfit.losses.mean_absolute_error`, which has the formula.

    Args:
        name: Name of the metric. Defaults to `"mean_absolute_error"`.
        dtype: See `Metric`.
    """

    _direction = "down"

    def __init__(self, name: str | None = "mean_absolute_error", dtype: str | None = None) -> None:
        super().__init__(mean_absolute_error, name=name, dtype=dtype)


class MeanAbsolutePercentageError(MeanMetricWrapper):
    """Mean of `nnfit.losses.mean_absolute_percentage_error`, which has the formula.

    Args:
        name: Name of the metric. Defaults to `"mean_absolute_percentage_error"`.
        dtype: See `Metric`.
    """

    _direction = "down"

    def __init__(self, name: str | None = "mean_absolute_percentage_error", dtype: str | None = None) -> None:
        super().__init__(mean_absolute_percentage_error, name=name, dtype=dtype)


class MeanSquaredLogarithmicError(MeanMetricWrapper):
    """Mean of `nnfit.losses.mean_squared_logarithmic_error`, which has the formula.

    Args:
        name: Name of the metric. Defaults to `"mean_squared_logarithmic_error"`.
        dtype: See `Metric`.
    """

    _direction = "down"

    def __init__(self, name: str | None = "mean_squared_logarithmic_error", dtype: str | None = None) -> None:
        super().__init__(mean_squared_logarithmic_error, name=name, dtype=dtype)


class LogCoshError(MeanMetricWrapper):
    """Mean of `nnfit.losses.log_cosh`, which has the formula.

    Args:
        name: Name of the metric. Defaults to `"logcosh"`.
        dtype: See `Metric`.
    """

    _direction = "down"

    def __init__(self, name: str | None = "logcosh", dtype: str | None = None) -> None:
        super().__init__(log_cosh, name=name, dtype=dtype)
