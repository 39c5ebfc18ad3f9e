"""Normalization: features at mean 0 and variance 1 by statistics of the data."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from nnfit import config, ops
from nnfit.layers.layer import Layer

__all__ = ["Normalization"]

_Array = np.ndarray[Any, np.dtype[Any]]

# How many values `adapt` takes at a time, so that an array need not fit in memory as float64.
_VALUES_AT_A_TIME = 1 << 22


class Normalization(Layer):
    """Computes `(x - mean) / sqrt(variance)`, with statistics given, or found by `adapt`.

    Args:
        axis: Axis, or axes, each of whose places has statistics of its own; `None` for one mean and variance of all
            values. Defaults to the last.
        mean: The mean: a number, or an array that broadcasts to the sizes of `axis`. Defaults to `None`: that of the
            data given to `adapt`.
        variance: The variance, of the same shape; given together with `mean`.
        invert: Whether to do the opposite, `x * sqrt(variance) + mean`. Defaults to `False`.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Raises:
        ValueError: If only one of `mean` and `variance` is given, their shapes differ, or they have more axes than
            `axis` names.

    Example:
        >>> layer = nnfit.layers.Normalization()
        >>> layer.adapt(np.array([[0.0, 10.0], [2.0, 30.0]]))
        >>> layer(np.array([[1.0, 30.0]])).numpy()
        array([[0., 1.]], dtype=float32)
    """

    def __init__(
        self,
        axis: int | Sequence[int] | None = -1,
        mean: Any = None,
        variance: Any = None,
        invert: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.axis = axis if axis is None or isinstance(axis, int) else tuple(axis)
        self._axes = () if axis is None else (axis,) if isinstance(axis, int) else tuple(axis)
        self._set_untracked("input_mean", None if mean is None else np.asarray(mean, np.float64))
        self._set_untracked("input_variance", None if variance is None else np.asarray(variance, np.float64))
        self.invert = invert
        self.supports_masking = True
        shapes = [None if given is None else np.shape(given) for given in (mean, variance)]
        if shapes[0] != shapes[1]:
            raise ValueError(
                f"[{self.name}] expected mean and variance of one shape, or neither; got shapes {shapes[0]} and "
                f"{shapes[1]}."
            )
        if shapes[0] is not None and len(shapes[0]) > len(self._axes):
            raise ValueError(
                f"[{self.name}] expected mean and variance with at most {len(self._axes)} axes, those of axis="
                f"{self.axis}; got shape {shapes[0]}."
            )

    input_mean: _Array | None
    input_variance: _Array | None
    mean: Any
    variance: Any

    def build(self, input_shape: Any) -> None:
        rank = len(input_shape)
        if any(not -rank <= axis < rank for axis in self._axes):
            raise ValueError(f"[{self.name}] expected axis within input {tuple(input_shape)}; got {self.axis}.")
        self._kept = sorted(axis % rank for axis in self._axes)
        sizes = tuple(input_shape[axis] for axis in self._kept)
        if None in sizes:
            raise ValueError(f"[{self.name}] expected known sizes along axis {self.axis}; got {tuple(input_shape)}.")
        self._sizes = sizes
        self._rank = rank
        if self.input_mean is None:
            self.mean = self.add_weight(sizes, "zeros", trainable=False, name="mean")
            self.variance = self.add_weight(sizes, "ones", trainable=False, name="variance")
            self.count = self.add_weight((), "zeros", "int64", trainable=False, name="count")
        else:
            self.mean, self.variance = (
                ops.convert_to_tensor(np.broadcast_to(given, sizes), self.compute_dtype)  # type: ignore[arg-type]
                for given in (self.input_mean, self.input_variance)
            )

    def adapt(self, data: Any, batch_size: int | None = None, steps: int | None = None) -> None:
        """Sets the mean and the variance to those of data; what was adapted to before is forgotten.

        Args:
            data: An array or tensor, or an iterable of batches such as a `Dataset`; of a batch that is a tuple, the
                first item counts.
            batch_size: Accepted as in tf.keras; it makes no difference.
            steps: How many batches of an iterable to take. Defaults to all.

        Raises:
            ValueError: If there is no data, its shape does not suit the layer, or statistics were given to the
                constructor.
        """
        if self.input_mean is not None:
            raise ValueError(f"[{self.name}] has the mean and variance given to its constructor; there is no adapting.")
        mean, variance, count = np.zeros(()), np.zeros(()), 0
        for batch in self._batches(data, steps):
            if not self.built:
                self.build((None, *batch.shape[1:]))
            self._check_batch(batch)
            others = tuple(i for i in range(batch.ndim) if i not in self._kept)
            values = batch.astype(np.float64, copy=False)
            batch_mean, batch_variance = values.mean(axis=others), values.var(axis=others)
            added = math.prod(batch.shape[i] for i in others)
            if added == 0:
                continue
            # Chan et al., Algorithms for Computing the Sample Variance, 1983
            share = added / (count + added)
            delta = batch_mean - mean
            mean = mean + delta * share
            variance = (variance + delta**2 * share) * (1 - share) + batch_variance * share
            count += added
        if count == 0:
            raise ValueError(f"[{self.name}] adapt got no data.")
        self.mean.assign(mean)
        self.variance.assign(variance)
        self.count.assign(count)

    @staticmethod
    def _batches(data: Any, steps: int | None) -> Iterator[_Array]:
        if hasattr(data, "shape") and hasattr(data, "__array__"):
            rows = max(1, _VALUES_AT_A_TIME // max(1, math.prod(data.shape[1:])))
            for start in range(0, len(data), rows):
                yield np.asarray(data[start : start + rows])
        elif _is_nested_numbers(data):
            yield np.asarray(data)
        else:
            batches: Iterable[Any] = data
            for batch in itertools.islice(batches, steps):
                yield np.asarray(batch[0] if isinstance(batch, (list, tuple)) else batch)

    def _check_batch(self, batch: _Array) -> None:
        if batch.ndim != self._rank or tuple(batch.shape[i] for i in self._kept) != self._sizes:
            wanted = ["…"] * self._rank
            for axis, size in zip(self._kept, self._sizes, strict=True):
                wanted[axis] = str(size)
            raise ValueError(f"[{self.name}] adapt expected data ({', '.join(wanted)}); got {batch.shape}.")

    def call(self, inputs: Any) -> Any:
        inputs = ops.cast(inputs, self.compute_dtype)
        shape = [1] * self._rank
        for axis, size in zip(self._kept, self._sizes, strict=True):
            shape[axis] = size
        mean = ops.reshape(self.mean, shape)
        deviation = ops.reshape(ops.maximum(ops.sqrt(self.variance), config.epsilon()), shape)
        return inputs * deviation + mean if self.invert else (inputs - mean) / deviation

    def compute_output_shape(self, input_shape: Any) -> Any:
        return tuple(input_shape)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "axis": self.axis,
            "invert": self.invert,
            "mean": None if self.input_mean is None else self.input_mean.tolist(),
            "variance": None if self.input_variance is None else self.input_variance.tolist(),
        }


def _is_nested_numbers(data: Any) -> bool:
    """Whether lists hold numbers in the end, rather than arrays."""
    nested = isinstance(data, (list, tuple)) and len(data) > 0
    while isinstance(data, (list, tuple)) and data:
        data = data[0]
    return nested and isinstance(data, (bool, int, float))
