"""Cross-entropies as metrics. Each is the mean over samples of the loss function of the same name."""

from __future__ import annotations

from nnfit.losses import binary_crossentropy, categorical_crossentropy, sparse_categorical_crossentropy
from nnfit.metrics.mean import MeanMetricWrapper


class BinaryCrossentropy(MeanMetricWrapper):
    """Mean of `nnfit.losses.binary_crossentropy`, which has the formula.

    Args:
        name: Name of the metric. Defaults to `"binary_crossentropy"`.
        dtype: See `Metric`.
        from_logits: Whether predictions are logits. Defaults to `False`.
        label_smoothing: See `nnfit.losses.binary_crossentropy`. Defaults to 0.
    """

    _direction = "down"

    def __init__(
        self,
        name: str | None = "binary_crossentropy",
        dtype: str | None = None,
        from_logits: bool = False,
        label_smoothing: float = 0,
    ) -> None:
        super().__init__(
            binary_crossentropy, name=name, dtype=dtype, from_logits=from_logits, label_smoothing=label_smoothing
        )
        self.from_logits = from_logits
        self.label_smoothing = label_smoothing


class CategoricalCrossentropy(MeanMetricWrapper):
    """Mean of `nnfit.losses.categorical_crossentropy`, which has the formula.

    Args:
        name: Name of the metric. Defaults to `"categorical_crossentropy"`.
        dtype: See `Metric`.
        from_logits: Whether predictions are logits. Defaults to `False`.
        label_smoothing: See `nnfit.losses.categorical_crossentropy`. Defaults to 0.
        axis: Axis of classes. Defaults to the last.
    """

    _direction = "down"

    def __init__(
        self,
        name: str | None = "categorical_crossentropy",
        dtype: str | None = None,
        from_logits: bool = False,
        label_smoothing: float = 0,
        axis: int = -1,
    ) -> None:
        super().__init__(
            categorical_crossentropy,
            name=name,
            dtype=dtype,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
        )
        self.from_logits = from_logits
        self.label_smoothing = label_smoothing
        self.axis = axis


class SparseCategoricalCrossentropy(MeanMetricWrapper):
    """Mean of `nnfit.losses.sparse_categorical_crossentropy`, which has the formula.

    Args:
        name: Name of the metric. Defaults to `"sparse_categorical_crossentropy"`.
        dtype: See `Metric`.
        from_logits: Whether predictions are logits. Defaults to `False`.
        ignore_class: A label whose positions do not count. Defaults to `None`.
        axis: Axis of classes. Defaults to the last.
    """

    _direction = "down"

    def __init__(
        self,
        name: str | None = "sparse_categorical_crossentropy",
        dtype: str | None = None,
        from_logits: bool = False,
        ignore_class: int | None = None,
        axis: int = -1,
    ) -> None:
        super().__init__(
            sparse_categorical_crossentropy,
            name=name,
            dtype=dtype,
            from_logits=from_logits,
            ignore_class=ignore_class,
            axis=axis,
        )
        self.from_logits = from_logits
        self.ignore_class = ignore_class
        self.axis = axis
