"""Hinges as metrics. Each is the mean over samples of the loss function of the same name."""

from __future__ import annotations

from nnfit.losses import categorical_hinge, hinge, squared_hinge
from nnfit.metrics.mean import MeanMetricWrapper


class Hinge(MeanMetricWrapper):
    """Mean of `nnfit.losses.hinge`, which has the formula.

    Args:
        name: Name of the metric. Defaults to `"hinge"`.
        dtype: See `Metric`.
    """

    _direction = "down"

    def __init__(self, name: str | None = "hinge", dtype: str | None = None) -> None:
        super().__init__(hinge, name=name, dtype=dtype)


class SquaredHinge(MeanMetricWrapper):
    """Mean of `nnfit.losses.squared_hinge`, which has the formula.

    Args:
        name: Name of the metric. Defaults to `"squared_hinge"`.
        dtype: See `Metric`.
    """

    _direction = "down"

    def __init__(self, name: str | None = "squared_hinge", dtype: str | None = None) -> None:
        super().__init__(squared_hinge, name=name, dtype=dtype)


class CategoricalHinge(MeanMetricWrapper):
    """Mean of `nnfit.losses.categorical_hinge`, which has the formula.

    Args:
        name: Name of the metric. Defaults to `"categorical_hinge"`.
        dtype: See `Metric`.
    """

    _direction = "down"

    def __init__(self, name: str | None = "categorical_hinge", dtype: str | None = None) -> None:
        super().__init__(categorical_hinge, name=name, dtype=dtype)
