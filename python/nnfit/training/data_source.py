"""What `fit`, `evaluate` and `predict` take batches from: arrays in memory, or an iterable of batches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nnfit import tree
from nnfit.training.array_source import ArraySource


class BatchSource:
    """Batches that an iterable gives: tensors, arrays, or tuples `(x,)`, `(x, y)`, `(x, y, sample_weight)`.

    Args:
        batches: The iterable. One with a length, or one that can be iterated again, starts anew each epoch; an iterator
            goes on where it stopped.
        input_dtypes: See `ArraySource`.
        owner: Name of the model, for errors.
    """

    def __init__(self, batches: Any, input_dtypes: list[str] | None, owner: str) -> None:
        self._batches = batches
        self._input_dtypes = input_dtypes
        self._owner = owner
        self._one_shot = iter(batches) is batches

    @property
    def steps(self) -> int | None:
        """The number of batches, `None` if it is not known."""
        try:
            return len(self._batches)
        except TypeError:
            return None

    @property
    def one_shot(self) -> bool:
        """Whether the batches can be had only once."""
        return self._one_shot

    def __iter__(self) -> Iterator[ArraySource]:
        for batch in self._batches:
            x, y, sample_weight = unpack_x_y_sample_weight(batch)
            rows = len(tree.flatten(x)[0])
            yield ArraySource(x, y, sample_weight, max(rows, 1), self._input_dtypes, self._owner)


def unpack_x_y_sample_weight(data: Any) -> tuple[Any, Any, Any]:
    """Returns `(x, y, sample_weight)` of what a step is given, `None` for what is missing.

    Args:
        data: `x`, or a tuple of one to three of these.

    Raises:
        ValueError: If a tuple has more items.
    """
    if isinstance(data, list):
        data = tuple(data)
    if not isinstance(data, tuple):
        return data, None, None
    if len(data) > 3 or not data:
        raise ValueError(
            f"[fit] expected a batch (x,), (x, y) or (x, y, sample_weight); got a tuple of {len(data)}. Put several "
            "inputs into a list or dict."
        )
    return (*data, None, None)[:3]


def is_array_like(x: Any) -> bool:
    """Whether `x` is data in memory (arrays, nested lists of numbers, or a structure of arrays), not an iterable.

    A list of tuples is an iterable of batches.
    """
    if isinstance(x, list) and x and all(isinstance(item, tuple) for item in x):
        return False
    if isinstance(x, (list, tuple, dict)):
        leaves = tree.flatten(x)
        return bool(leaves) and all(
            leaf is None or isinstance(leaf, (int, float)) or _is_array(leaf) for leaf in leaves
        )
    return _is_array(x)


def _is_array(x: Any) -> bool:
    return hasattr(x, "__array__") or hasattr(x, "__dlpack__")


def make_source(
    x: Any, y: Any, sample_weight: Any, batch_size: int | None, input_dtypes: list[str] | None, owner: str
) -> ArraySource | BatchSource:
    """Returns the source for the arguments of `fit`.

    Args:
        x: Data or an iterable of batches.
        y: Targets, if `x` is data.
        sample_weight: Weights, if `x` is data.
        batch_size: Rows in a batch, if `x` is data.
        input_dtypes: See `ArraySource`.
        owner: Name of the model, for errors.

    Raises:
        ValueError: If an iterable comes with targets, weights or a batch size of its own.
        TypeError: If `x` is neither.
    """
    if is_array_like(x):
        return ArraySource(x, y, sample_weight, batch_size, input_dtypes, owner)
    if isinstance(x, (str, bytes)) or not hasattr(x, "__iter__"):
        raise TypeError(f"[{owner}] expected x to be arrays or an iterable of batches; got {type(x).__name__}.")
    for name, value in (("y", y), ("sample_weight", sample_weight), ("batch_size", batch_size)):
        if value is not None:
            raise ValueError(
                f"[{owner}] expected no {name} beside an iterable of batches; let it give tuples "
                "(x, y) or (x, y, sample_weight) of the size wanted."
            )
    return BatchSource(x, input_dtypes, owner)
