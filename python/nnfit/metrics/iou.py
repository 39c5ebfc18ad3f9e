"""Intersection over union of labelled and predicted classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nnfit import config, masks, ops
from nnfit.losses.alignment import align_ranks, align_weights, same_shape
from nnfit.losses.reduction import apply_mask
from nnfit.metrics.metric import Metric
from nnfit.warn import warn


class IoU(Metric):
    """`true positives / (true positives + false positives + false negatives)`, averaged over some classes.

    Labels and predictions that are no class in `[0, num_classes)` do not count, and a class that is in neither labels
    nor predictions is left out of the average.

    Args:
        num_classes: Number of classes.
        target_class_ids: The classes to average over.
        name: Name of the metric. Defaults to `"io_u"`.
        dtype: Dtype of the counts. Defaults to `"int32"`; for weights with fractions use `"float32"`.
        ignore_class: A label whose positions do not count. Defaults to `None`.
        sparse_y_true: Whether labels are class indices, rather than one value for each class along `axis`. Defaults to
            `True`.
        sparse_y_pred: Whether predictions are class indices, likewise. Defaults to `True`.
        axis: Axis of classes where indices are not given. Defaults to the last.

    Raises:
        ValueError: If a target is not a class.

    Example:
        >>> metric = nnfit.metrics.IoU(num_classes=2, target_class_ids=[0])
        >>> round(float(metric([0, 0, 1, 1], [0, 1, 0, 1])), 4)
        0.3333

    Reference:
        Jaccard, The Distribution of the Flora in the Alpine Zone, 1912.
    """

    _direction = "up"

    def __init__(
        self,
        num_classes: int,
        target_class_ids: Sequence[int],
        name: str | None = None,
        dtype: str | None = None,
        ignore_class: int | None = None,
        sparse_y_true: bool = True,
        sparse_y_pred: bool = True,
        axis: int = -1,
    ) -> None:
        super().__init__(name=name, dtype=dtype or "int32")
        self.num_classes = num_classes
        self.target_class_ids = list(target_class_ids)
        if not self.target_class_ids or not all(0 <= target < num_classes for target in self.target_class_ids):
            raise ValueError(
                f"[{self.name}] expected target_class_ids in [0, {num_classes}); got {self.target_class_ids}."
            )
        self.ignore_class = ignore_class
        self.sparse_y_true = sparse_y_true
        self.sparse_y_pred = sparse_y_pred
        self.axis = axis
        self.total_cm = self.add_variable((num_classes, num_classes), name="total_confusion_matrix")

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Gathers a batch.

        Args:
            y_true: Labels, `(batch, …)`, or with one more axis of classes.
            y_pred: Predictions, likewise.
            sample_weight: Weights, `(batch,)` or of the shape of the labels. Defaults to `None`, all 1.

        Raises:
            ValueError: If the shapes do not fit.
        """
        mask = masks.get_mask(y_pred)
        labels = self._classes(y_true, self.sparse_y_true)
        predictions = self._classes(y_pred, self.sparse_y_pred)
        labels, predictions = align_ranks(labels, predictions)
        if not same_shape(labels, predictions):
            raise ValueError(
                f"[{self.name}] expected labels of shape {tuple(predictions.shape)}, as the predictions have; got "
                f"{tuple(labels.shape)}."
            )
        counted = ops.logical_and(self._is_class(labels), self._is_class(predictions))
        if self.ignore_class is not None:
            counted = ops.logical_and(counted, ops.not_equal(labels, self.ignore_class))
        weights = ops.cast(counted, self.dtype)
        if sample_weight is not None or mask is not None:
            self._warn_of_lost_fractions(sample_weight)
            given = align_weights(apply_mask(sample_weight, mask, self.dtype, "sum"), weights)
            weights = ops.multiply(weights, given)
        pairs = ops.add(ops.multiply(labels, self.num_classes), predictions)
        pairs = ops.where(counted, pairs, 0)
        shape = (self.num_classes, self.num_classes)
        counts = ops.segment_sum(ops.reshape(weights, (-1,)), ops.reshape(pairs, (-1,)), shape[0] * shape[1])
        self.total_cm.assign_add(ops.reshape(counts, shape))

    def _classes(self, values: Any, sparse: bool) -> Any:
        return ops.cast(ops.convert_to_tensor(values) if sparse else ops.argmax(values, axis=self.axis), "int32")

    def _is_class(self, values: Any) -> Any:
        return ops.logical_and(ops.greater_equal(values, 0), ops.less(values, self.num_classes))

    def _warn_of_lost_fractions(self, sample_weight: Any) -> None:
        if self.dtype.startswith("int") and str(getattr(sample_weight, "dtype", "")).startswith("float"):
            warn(
                f"[{self.name}] counts in {self.dtype}, so weights lose their fractions. Give the metric "
                'dtype="float32".'
            )

    def result(self) -> Any:
        dtype = self.dtype if self.dtype.startswith("float") else config.floatx()
        matrix = ops.cast(self.total_cm, dtype)
        shared = ops.diagonal(matrix)
        either = ops.subtract(ops.add(ops.sum(matrix, axis=0), ops.sum(matrix, axis=1)), shared)
        shared, either = (ops.take(values, self.target_class_ids, axis=0) for values in (shared, either))
        found = ops.cast(ops.greater(either, 1e-9), dtype)
        shares = ops.multiply(ops.divide(shared, ops.add(either, config.epsilon())), found)
        return ops.divide(ops.sum(shares), ops.add(ops.sum(found), config.epsilon()))

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "num_classes": self.num_classes,
            "target_class_ids": self.target_class_ids,
            "ignore_class": self.ignore_class,
            "sparse_y_true": self.sparse_y_true,
            "sparse_y_pred": self.sparse_y_pred,
            "axis": self.axis,
        }

    def _config_without(self, *names: str) -> dict[str, Any]:
        """Returns the configuration but for what a subclass decides."""
        return {name: value for name, value in IoU.get_config(self).items() if name not in names}


class BinaryIoU(IoU):
    """`IoU` of two classes, 0 and 1, told apart by a threshold.

    Args:
        target_class_ids: The classes to average over. Defaults to both.
        threshold: Predictions of at least this mean 1. Defaults to 0.5.
        name: Name of the metric. Defaults to `"binary_io_u"`.
        dtype: See `IoU`.

    Raises:
        ValueError: If a target is neither 0 nor 1.

    Example:
        >>> metric = nnfit.metrics.BinaryIoU(target_class_ids=[0, 1], threshold=0.3)
        >>> round(float(metric([0, 1, 0, 1], [0.1, 0.2, 0.4, 0.7])), 4)
        0.3333
    """

    def __init__(
        self,
        target_class_ids: Sequence[int] = (0, 1),
        threshold: float = 0.5,
        name: str | None = None,
        dtype: str | None = None,
    ) -> None:
        super().__init__(2, target_class_ids, name=name, dtype=dtype)
        self.threshold = threshold

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Gathers a batch; see `IoU.update_state`.

        Args:
            y_true: Labels, 0 or 1.
            y_pred: Predictions of the same shape.
            sample_weight: Weights, `(batch,)` or of the shape of the labels. Defaults to `None`, all 1.
        """
        said = ops.greater_equal(ops.convert_to_tensor(y_pred), self.threshold)
        mask = masks.get_mask(y_pred)
        if mask is not None:
            masks.set_mask(said, mask)
        super().update_state(y_true, said, sample_weight)

    def get_config(self) -> dict[str, Any]:
        fixed = ("num_classes", "ignore_class", "sparse_y_true", "sparse_y_pred", "axis")
        return {**self._config_without(*fixed), "threshold": self.threshold}


class MeanIoU(IoU):
    """`IoU` averaged over all classes.

    Args:
        num_classes: Number of classes.
        name: Name of the metric. Defaults to `"mean_io_u"`.
        dtype: See `IoU`.
        ignore_class: A label whose positions do not count. Defaults to `None`.
        sparse_y_true: Whether labels are class indices. Defaults to `True`.
        sparse_y_pred: Whether predictions are class indices. Defaults to `True`.
        axis: Axis of classes where indices are not given. Defaults to the last.

    Example:
        >>> round(float(nnfit.metrics.MeanIoU(num_classes=2)([0, 0, 1, 1], [0, 1, 0, 1])), 4)
        0.3333
    """

    def __init__(
        self,
        num_classes: int,
        name: str | None = None,
        dtype: str | None = None,
        ignore_class: int | None = None,
        sparse_y_true: bool = True,
        sparse_y_pred: bool = True,
        axis: int = -1,
    ) -> None:
        super().__init__(
            num_classes, range(num_classes), name, dtype, ignore_class, sparse_y_true, sparse_y_pred, axis=axis
        )

    def get_config(self) -> dict[str, Any]:
        return self._config_without("target_class_ids")


class OneHotIoU(IoU):
    """`IoU` of one-hot labels.

    Args:
        num_classes: Number of classes.
        target_class_ids: The classes to average over.
        name: Name of the metric. Defaults to `"one_hot_io_u"`.
        dtype: See `IoU`.
        ignore_class: A label whose positions do not count. Defaults to `None`.
        sparse_y_pred: Whether predictions are class indices, rather than one value for each class. Defaults to
            `False`.
        axis: Axis of classes. Defaults to the last.

    Raises:
        ValueError: If a target is not a class.

    Example:
        >>> metric = nnfit.metrics.OneHotIoU(num_classes=2, target_class_ids=[0])
        >>> round(float(metric([[1, 0], [0, 1], [0, 1]], [[0.9, 0.1], [0.6, 0.4], [0.2, 0.8]])), 4)
        0.5
    """

    def __init__(
        self,
        num_classes: int,
        target_class_ids: Sequence[int],
        name: str | None = None,
        dtype: str | None = None,
        ignore_class: int | None = None,
        sparse_y_pred: bool = False,
        axis: int = -1,
    ) -> None:
        super().__init__(num_classes, target_class_ids, name, dtype, ignore_class, False, sparse_y_pred, axis)

    def get_config(self) -> dict[str, Any]:
        return self._config_without("sparse_y_true")


class OneHotMeanIoU(MeanIoU):
    """`IoU` of one-hot labels, averaged over all classes.

    Args:
        num_classes: Number of classes.
        name: Name of the metric. Defaults to `"one_hot_mean_io_u"`.
        dtype: See `IoU`.
        ignore_class: A label whose positions do not count. Defaults to `None`.
        sparse_y_pred: Whether predictions are class indices, rather than one value for each class. Defaults to
            `False`.
        axis: Axis of classes. Defaults to the last.

    Example:
        >>> metric = nnfit.metrics.OneHotMeanIoU(num_classes=2)
        >>> round(float(metric([[1, 0], [0, 1], [0, 1]], [[0.9, 0.1], [0.6, 0.4], [0.2, 0.8]])), 4)
        0.5
    """

    def __init__(
        self,
        num_classes: int,
        name: str | None = None,
        dtype: str | None = None,
        ignore_class: int | None = None,
        sparse_y_pred: bool = False,
        axis: int = -1,
    ) -> None:
        super().__init__(num_classes, name, dtype, ignore_class, False, sparse_y_pred, axis)

    def get_config(self) -> dict[str, Any]:
        return self._config_without("target_class_ids", "sparse_y_true")
