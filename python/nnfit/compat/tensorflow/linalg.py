"""`tf.linalg`: names over `nnfit.ops`."""

from __future__ import annotations

from typing import Any

from nnfit import ops
from nnfit.compat.tensorflow.spelling import spelled, unknown_name

diag = spelled(ops.diag, diagonal="x")
diag_part = spelled(ops.diagonal, input="x")
einsum = spelled(ops.einsum)
tensordot = spelled(ops.tensordot, a="x1", b="x2")
trace = spelled(ops.trace)


def matmul(
    a: Any, b: Any, transpose_a: bool = False, transpose_b: bool = False, name: str | None = None, **options: Any
) -> Any:
    """Returns the product of matrices, each transposed before if asked for."""
    left = ops.swapaxes(a, -1, -2) if transpose_a else a
    return ops.matmul(left, ops.swapaxes(b, -1, -2) if transpose_b else b)


def matvec(a: Any, b: Any, transpose_a: bool = False, name: str | None = None) -> Any:
    """Returns the product of matrices and vectors."""
    return ops.squeeze(matmul(a, ops.expand_dims(b, -1), transpose_a), -1)


def matrix_transpose(a: Any, name: str | None = None) -> Any:
    """Returns a tensor with its last two axes exchanged."""
    return ops.swapaxes(a, -1, -2)


def norm(tensor: Any, ord: Any = "euclidean", axis: Any = None, keepdims: bool = False, name: str | None = None) -> Any:
    """Returns the norm of vectors or matrices, by default the root of the sum of squares."""
    if ord == "euclidean":
        return ops.sqrt(ops.sum(ops.square(tensor), axis, keepdims))
    return ops.norm(tensor, ord, axis, keepdims)


def band_part(input: Any, num_lower: int, num_upper: int, name: str | None = None) -> Any:
    """Returns matrices with zeros outside a band around the diagonal; -1 keeps a whole triangle."""
    kept = input if num_lower < 0 else ops.triu(input, -num_lower)
    return kept if num_upper < 0 else ops.tril(kept, num_upper)


def __getattr__(name: str) -> Any:
    raise unknown_name(__name__, name)
