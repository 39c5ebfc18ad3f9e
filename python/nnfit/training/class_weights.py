"""ClassWeights: weights of samples from weights of classes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from nnfit import config, tree
from nnfit.training.arrays import rows_of, with_arrays
from nnfit.training.model_outputs import ModelOutputs


class ClassWeights:
    """The weight of each class, to be multiplied with the weights of the samples.

    Args:
        class_weight: Weight by class index, or such a dict by output name. A class that is not named weighs 1.
        outputs: The model's outputs, or `None` if they are not known.
        shapes: Their shapes, by which class indices of each step of a sequence are told from one-hot rows.
        owner: Name of the model, for errors.

    Raises:
        ValueError: If an output is not known, weights for one output are given for several, or a class is not one of
            an output's.
        TypeError: If `class_weight` is not a dict of numbers by ints.
    """

    def __init__(
        self, class_weight: Any, outputs: ModelOutputs | None, shapes: list[tuple[int | None, ...]], owner: str
    ) -> None:
        self._owner = owner
        self._outputs = outputs
        self._shapes = {} if outputs is None else dict(zip(outputs.names, shapes, strict=True))
        if not isinstance(class_weight, Mapping):
            raise TypeError(f"[{owner}] expected class_weight to be a dict by class index; got {class_weight!r}.")
        nested = [isinstance(value, Mapping) for value in class_weight.values()]
        names = None if outputs is None else outputs.names
        self._by_output: dict[str, np.ndarray] | None = None
        if any(nested):
            unknown = [key for key in class_weight if names is not None and key not in names]
            if unknown or not all(nested):
                raise ValueError(
                    f"[{owner}] expected class_weight as dicts by class index, by the names of outputs {names or ''}; "
                    f"got {class_weight!r}."
                )
            self._by_output = {str(key): self._table(weights, str(key)) for key, weights in class_weight.items()}
        elif names is not None and len(names) > 1:
            raise ValueError(
                f"[{owner}] class_weight of a model with outputs {names} is a dict by output name, each of weights by "
                f"class index; got {class_weight!r}."
            )
        else:
            self._plain = self._table(class_weight, None)

    def _output_shape(self, name: str | None) -> tuple[int | None, ...] | None:
        return next(iter(self._shapes.values()), None) if name is None else self._shapes.get(name)

    def _table(self, weights: Mapping[Any, Any], name: str | None) -> np.ndarray:
        """The weights in the order of the classes."""
        shape = self._output_shape(name)
        known = None if shape is None or not shape else 2 if shape[-1] == 1 else shape[-1]
        for key in weights:
            whole = isinstance(key, (int, np.integer)) or (isinstance(key, (float, np.floating)) and key == int(key))
            if not whole:
                raise TypeError(f"[{self._owner}] expected class_weight by class index; got the key {key!r}.")
            if key < 0 or (known is not None and key >= known):
                classes = "of at least 0" if known is None else f"0 to {known - 1}"
                raise ValueError(
                    f"[{self._owner}] expected class_weight for classes {classes}; got the unknown class {key}."
                )
        table = np.ones(int(max(weights, default=-1)) + 1, config.floatx())
        for key, weight in weights.items():
            table[int(key)] = weight
        return table

    def applied(self, y: Any, sample_weight: Any) -> Any:
        """Returns the weights of samples times those of their classes.

        Args:
            y: Targets: class indices `(samples,)`, `(samples, 1)` or with axes of time, or one-hot along the last axis.
            sample_weight: Weights, or `None`.

        Returns:
            An array, or with `class_weight` by output a dict of them, `None` for outputs without weights.

        Raises:
            ValueError: If targets are missing, or weights do not fit them.
        """
        y, sample_weight = with_arrays(y), with_arrays(sample_weight)
        if self._by_output is None:
            leaves = tree.flatten(y)
            if len(leaves) != 1 or leaves[0] is None:
                raise ValueError(f"[{self._owner}] class_weight needs the targets of one output; got {len(leaves)}.")
            return self._weights(leaves[0], tree.flatten(sample_weight)[0], self._plain, None)
        if self._outputs is None and not isinstance(y, dict):
            raise ValueError(f"[{self._owner}] class_weight by output needs the targets as a dict by output.")
        outputs = self._outputs or ModelOutputs.like(y, self._owner)
        targets = outputs.targets(y, [name in self._by_output for name in outputs.names])
        given = outputs.arranged(sample_weight, "sample_weight")
        return {
            name: self._weights(target, weight, self._by_output[name], name) if name in self._by_output else weight
            for name, target, weight in zip(outputs.names, targets, given, strict=True)
        }

    def _weights(self, y: Any, sample_weight: Any, table: np.ndarray, name: str | None) -> np.ndarray:
        if y is None:
            raise ValueError(f"[{self._owner}] class_weight needs targets{f' for {name!r}' if name else ''}; got None.")
        classes = self._classes(rows_of(y, "y", self._owner), self._output_shape(name))
        if classes.min(initial=0) < 0:
            raise ValueError(f"[{self._owner}] expected class indices of at least 0; got {classes.min()}.")
        if classes.max(initial=0) >= len(table):
            table = np.concatenate([table, np.ones(classes.max() + 1 - len(table), table.dtype)])
        weights: np.ndarray = table[classes]
        if sample_weight is None:
            return weights
        given = rows_of(sample_weight, "sample_weight", self._owner)
        while given.ndim > weights.ndim and given.shape[-1] == 1:
            given = given[..., 0]
        while weights.ndim < given.ndim:
            weights = weights[..., None]
        while given.ndim < weights.ndim:
            given = given[..., None]
        if given.shape[0] != weights.shape[0]:
            raise ValueError(
                f"[{self._owner}] expected sample_weight to have as many samples as the targets, {len(weights)}; got "
                f"{len(given)}."
            )
        return np.asarray(weights * given.astype(weights.dtype))

    @staticmethod
    def _classes(y: np.ndarray, output: tuple[Any, ...] | None) -> np.ndarray:
        """Class indices of targets, one for each sample or step of a sequence."""
        one_hot = y.ndim > 1 and y.shape[-1] > 1
        if one_hot and output:
            one_hot = y.ndim == len(output) and output[-1] != 1
        elif one_hot:  # of an output that is not known: one-hot or smoothed rows are distributions
            one_hot = bool(np.allclose(y.sum(axis=-1), 1.0, atol=1e-3))
        if one_hot:
            return np.asarray(y.argmax(axis=-1))
        if y.ndim > 1 and y.shape[-1] == 1:
            y = y[..., 0]
        return np.rint(y).astype(np.int64) if y.dtype.kind == "f" else y.astype(np.int64)
