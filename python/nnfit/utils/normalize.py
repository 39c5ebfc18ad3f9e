"""normalize: rows of an array of length 1."""

from __future__ import annotations

from typing import Any

import numpy as np


def normalize(x: Any, axis: int = -1, order: int = 2) -> np.ndarray:
    """Returns an array whose vectors along `axis` have norm 1; vectors of zeros stay so.

    Args:
        x: Array.
        axis: Axis of the vectors. Defaults to the last.
        order: Order of the norm. Defaults to 2, the Euclidean.

    Example:
        >>> nnfit.utils.normalize([[3.0, 4.0], [0.0, 0.0]])
        array([[0.6, 0.8],
               [0. , 0. ]])
    """
    array = np.asarray(x)
    norms = np.atleast_1d(np.linalg.norm(array, order, axis))
    norms[norms == 0] = 1
    result: np.ndarray = array / np.expand_dims(norms, axis)
    return result
