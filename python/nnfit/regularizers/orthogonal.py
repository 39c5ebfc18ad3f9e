"""Penalty on rows or columns that are not orthogonal."""

from __future__ import annotations

from typing import Any

from nnfit import ops
from nnfit._core import Tensor
from nnfit.regularizers.regularizer import Regularizer, checked_factor


class OrthogonalRegularizer(Regularizer):
    """`factor` times the mean absolute cosine between any two rows (or columns) of a matrix.

    Args:
        factor: The factor. Defaults to 0.01.
        mode: `"rows"` or `"columns"`. Defaults to `"rows"`.

    Raises:
        ValueError: for a negative factor or another mode; when called with a tensor that is not of rank 2.
    """

    def __init__(self, factor: float = 0.01, mode: str = "rows") -> None:
        self.factor = checked_factor(factor, "factor", "OrthogonalRegularizer")
        if mode not in ("rows", "columns"):
            raise ValueError(f"[OrthogonalRegularizer] expected mode to be 'rows' or 'columns'; got {mode!r}.")
        self.mode = mode

    def __call__(self, x: Any) -> Tensor:
        if len(x.shape) != 2:
            raise ValueError(f"[OrthogonalRegularizer] expected a tensor of rank 2; got shape {tuple(x.shape)}.")
        x = ops.normalize(x, axis=1 if self.mode == "rows" else 0)
        rows = x if self.mode == "rows" else ops.transpose(x)
        size = rows.shape[0]
        cosines = ops.matmul(rows, ops.transpose(rows))
        off_diagonal = ops.multiply(cosines, ops.subtract(1.0, ops.eye(size, dtype=cosines.dtype)))
        pairs = max(size * (size - 1) / 2, 1)  # each is twice in the sum
        return ops.multiply(self.factor * 0.5 / pairs, ops.sum(ops.abs(off_diagonal)))

    def get_config(self) -> dict[str, Any]:
        return {"factor": self.factor, "mode": self.mode}
