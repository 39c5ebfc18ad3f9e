"""Divergences of distributions as metrics. Each is the mean over samples of the loss function of the same name."""

from __future__ import annotations

from nnfit.losses import kl_divergence, poisson
from nnfit.metrics.mean import MeanMetricWrapper


class KLDivergence(MeanMetricWrapper):
    """Mean of `nnfit.losses.kl_divergence`, which has the formula.

    Args:
        name: Name of the metric. Defaults to `"kl_divergence"`.
        dtype: See `Metric`.
    """

    _direction = "down"

    def __init__(self, name: str | None = "kl_divergence", dtype: str | None = None) -> None:
        super().__init__(kl_divergence, name=name, dtype=dtype)


class Poisson(MeanMetricWrapper):
    """Mean of `nnfit.losses.poisson`, which has the formula.

    Args:
        name: Name of the metric. Defaults to `"poisson"`.
        dtype: See `Metric`.
    """

    _direction = "down"

    def __init__(self, name: str | None = "poisson", dtype: str | None = None) -> None:
        super().__init__(poisson, name=name, dtype=dtype)
