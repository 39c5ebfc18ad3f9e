"""pad_sequences: lists of different lengths as one array."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np


def pad_sequences(
    sequences: Sequence[Any],
    maxlen: int | None = None,
    dtype: str = "int32",
    padding: str = "pre",
    truncating: str = "pre",
    value: Any = 0.0,
) -> np.ndarray:
    """Returns sequences as the rows of one array, the short ones padded and the long ones cut.

    Args:
        sequences: Lists, or arrays of shape `(steps, …)` that differ in their steps alone.
        maxlen: Steps of the result. Defaults to those of the longest.
        dtype: Dtype of the result. Defaults to int32.
        padding: `"pre"` or `"post"`: at which end to pad.
        truncating: `"pre"` or `"post"`: at which end to cut.
        value: What to pad with. Defaults to 0.

    Returns:
        Array of shape `(sequences, maxlen, …)`.

    Raises:
        ValueError: If an end is neither, something is no sequence, or steps have different shapes.

    Example:
        >>> nnfit.utils.pad_sequences([[1], [2, 3], [4, 5, 6]])
        array([[0, 0, 1],
               [0, 2, 3],
               [4, 5, 6]], dtype=int32)
    """
    for name, end in (("padding", padding), ("truncating", truncating)):
        if end not in ("pre", "post"):
            raise ValueError(f"[pad_sequences] expected {name} 'pre' or 'post'; got {end!r}.")
    arrays = []
    for i, sequence in enumerate(sequences):
        if not hasattr(sequence, "__len__"):
            raise ValueError(f"[pad_sequences] expected sequences; item {i} is a {type(sequence).__name__}.")
        arrays.append(np.asarray(sequence))
    shapes = {array.shape[1:] for array in arrays if len(array)} or {()}
    if len(shapes) > 1:
        raise ValueError(f"[pad_sequences] expected steps of one shape; got {sorted(shapes)}.")
    length = max(map(len, arrays), default=0) if maxlen is None else maxlen
    result = np.full((len(arrays), length, *shapes.pop()), value, dtype=dtype)
    for row, array in zip(result, arrays, strict=True):
        kept = array[max(len(array) - length, 0) :] if truncating == "pre" else array[:length]
        if len(kept):
            row[slice(0, len(kept)) if padding == "post" else slice(length - len(kept), length)] = kept
    return result
