"""What `fit`, `evaluate` and `predict` take batches from: arrays in memory, or an iterable of batches.

This is the one seam between training and whatever gives data. An *iterable of batches* (`nnfit.data.Dataset`,
`nnfit.utils.PyDataset`, a PyTorch `DataLoader`, a list, a generator) is anything with `__iter__`; of the rest it has
what it can:

- `iter(batches)` begins a pass. An iterator, which gives itself, can be passed over once.
- A batch is `x` or a tuple `(x,)`, `(x, y)`, `(x, y, sample_weight)`; a list of up to three is such a tuple. `x`, `y`
  and `sample_weight` are arrays, tensors, or lists and dicts of them.
- `len(batches)`, the number of batches of a pass; a `TypeError` if it is not known or there is no end.
- `batches.cardinality()`, -1 if there is no end (then the number of steps has to be given), -2 if it is not known.
- `batches.as_numpy_iterator()`, used in place of `iter(batches)`, so that no tensors are made only to be read.
- `close()` of an iterator, called when a pass is left before its end, so that threads behind it can end.
- `batches.passed(shuffle)`, used in place of `iter(batches)` by a `PyDataset`, whose workers make the batches.
- `batches.on_epoch_begin()` and `batches.on_epoch_end()`, called around each epoch of training or evaluation.
- `batches.get_state()`, what the next pass depends on (the states of its own random generators), JSON-able; and
  `batches.set_state(state)`. A backup of training keeps it.
- `batches.as_rows()`: `None`, or an object for batches that are rows of arrays, which are then gathered within the
  plan as those of arrays are. It has `data`, a batch-like tuple of arrays in structures; `batch_size`;
  `drop_remainder`; `rows`, how many rows a pass takes; and `order()`, called once for each pass, those rows as an int64
  array, or `None` for all as they stand.

Iteration happens on a thread of its own, one batch ahead of the step that runs.
"""

from __future__ import annotations

from typing import Any

from nnfit import tree
from nnfit.training.array_source import ArraySource
from nnfit.training.batch_source import BatchSource
from nnfit.training.batches import ModelInputs, unpack_x_y_sample_weight

__all__ = ["is_array_like", "make_source"]


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
    x: Any,
    y: Any = None,
    sample_weight: Any = None,
    batch_size: int | None = None,
    inputs: ModelInputs | None = None,
    owner: str = "model",
    class_weights: Any = None,
) -> ArraySource | BatchSource:
    """Returns the source for the arguments of `fit`.

    Args:
        x: Data or an iterable of batches.
        y: Targets, if `x` is data.
        sample_weight: Weights, if `x` is data.
        batch_size: Rows in a batch, if `x` is data.
        inputs: See `ArraySource`.
        owner: Name of the model, for errors.
        class_weights: `ClassWeights`, or `None`.

    Raises:
        ValueError: If an iterable comes with targets, weights or a batch size of its own.
        TypeError: If `x` is neither.
    """
    if is_array_like(x):
        if class_weights is not None:
            sample_weight = class_weights.applied(y, sample_weight)
        return ArraySource(x, y, sample_weight, batch_size, inputs, owner)
    if hasattr(x, "toarray"):
        raise TypeError(f"[{owner}] expected x to be dense; got a sparse {type(x).__name__}. Pass x.toarray().")
    if isinstance(x, (str, bytes)) or not hasattr(x, "__iter__"):
        raise TypeError(f"[{owner}] expected x to be arrays or an iterable of batches; got {type(x).__name__}.")
    for name, value in (("y", y), ("sample_weight", sample_weight), ("batch_size", batch_size)):
        if value is not None:
            raise ValueError(
                f"[{owner}] expected no {name} beside an iterable of batches; let it give tuples "
                "(x, y) or (x, y, sample_weight) of the size wanted."
            )
    batches, rows = x, x.as_rows() if hasattr(x, "as_rows") else None
    if rows is None:
        return BatchSource(x, inputs, owner, class_weights)
    x, y, sample_weight = unpack_x_y_sample_weight(rows.data)
    if class_weights is not None:
        sample_weight = class_weights.applied(y, sample_weight)
    return ArraySource(
        x,
        y,
        sample_weight,
        rows.batch_size,
        inputs,
        owner,
        order=rows.order,
        passed_rows=rows.rows,
        drop_remainder=rows.drop_remainder,
        keeper=batches if hasattr(batches, "get_state") else None,
    )
