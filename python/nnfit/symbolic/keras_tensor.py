"""KerasTensor: a value of a model being described, known by its shape and dtype only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nnfit import ops, tree
from nnfit.dtypes import standardize_dtype
from nnfit.naming import unique_name

if TYPE_CHECKING:
    from nnfit.symbolic.node import Node

__all__ = ["KerasTensor", "contains_symbolic"]

ShapeTuple = tuple[int | None, ...]


class KerasTensor:
    """A symbolic tensor: what `nnfit.Input` returns, and what layers and ops return when called on one.

    Any layer and any function of `nnfit.ops` accepts it and records the call, so that `nnfit.Model(inputs, outputs)`
    can find the way from its inputs to its outputs.

    Args:
        shape: Tuple of ints, with `None` for a size that is not known yet, such as that of the batch.
        dtype: Name of the dtype. Defaults to `"float32"`.
        name: Name of the tensor. Made from the class by default.

    Attributes:
        node: The `Node` that produces it; `None` outside a graph.
        index: Which of the node's outputs it is.

    Example:
        >>> x = nnfit.KerasTensor((None, 3))
        >>> nnfit.ops.matmul(x, np.ones((3, 4), "float32")).shape
        (None, 4)
    """

    __slots__ = ("__weakref__", "dtype", "index", "name", "node", "shape")

    # NumPy must leave `array + tensor` to __radd__.
    __array_ufunc__ = None

    def __init__(
        self, shape: Sequence[int | None], dtype: str | None = "float32", name: str | None = None, **metadata: Any
    ) -> None:
        if metadata:
            raise TypeError(f"[KerasTensor] unexpected arguments {sorted(metadata)}: sparse tensors are not supported.")
        self.shape = standardize_shape(shape, "KerasTensor")
        self.dtype: str = standardize_dtype(dtype, "KerasTensor")
        self.name = name if name is not None else unique_name("KerasTensor")
        self.node: Node | None = None
        self.index = 0

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int | None:
        """Number of elements; `None` if a dimension is unknown."""
        return None if None in self.shape else int(np.prod(self.shape, dtype=np.int64))  # type: ignore[arg-type]

    def __repr__(self) -> str:
        return f"<KerasTensor shape={self.shape}, dtype={self.dtype}, name={self.name}>"

    def reshape(self, newshape: Sequence[int]) -> Any:
        """Returns the tensor in another shape; see `nnfit.ops.reshape`."""
        return ops.reshape(self, newshape)

    def squeeze(self, axis: int | Sequence[int] | None = None) -> Any:
        """Returns the tensor without axes of size 1; see `nnfit.ops.squeeze`."""
        return ops.squeeze(self, axis)

    def astype(self, dtype: str) -> Any:
        """Returns the tensor in another dtype; see `nnfit.ops.cast`."""
        return ops.cast(self, dtype)

    def __getitem__(self, key: Any) -> KerasTensor:
        from nnfit.symbolic.node import record_op  # nodes hold KerasTensors

        # One node, though indexing is several ops: those would need sizes that are not known here.
        return record_op(ops.get_item, (self, key), {})  # type: ignore[no-any-return]

    def __array__(self, *args: Any, **kwargs: Any) -> np.ndarray[Any, Any]:
        raise TypeError(
            f"[KerasTensor] {self!r} is symbolic and has no values for NumPy. Use the functions of nnfit.ops on it, or "
            "make a Model of it and call that with data."
        )

    def __bool__(self) -> bool:
        raise TypeError(f"[KerasTensor] {self!r} is symbolic and has no truth value. Use nnfit.ops.where.")

    def __float__(self) -> float:
        raise TypeError(f"[KerasTensor] {self!r} is symbolic and has no values for float().")

    def __int__(self) -> int:
        raise TypeError(f"[KerasTensor] {self!r} is symbolic and has no values for int().")

    def __len__(self) -> int:
        if not self.shape or self.shape[0] is None:
            raise TypeError(f"[KerasTensor] the length of {self!r} is not known.")
        return self.shape[0]

    def __iter__(self) -> Any:
        return (self[i] for i in range(len(self)))

    # Hashed by identity although == makes a graph node: tensors are looked up by what they are, never by value.
    __hash__ = object.__hash__


_BINARY = {
    "add": "add",
    "sub": "subtract",
    "mul": "multiply",
    "truediv": "true_divide",
    "floordiv": "floor_divide",
    "mod": "mod",
    "pow": "power",
    "matmul": "matmul",
    "and": "logical_and",
    "or": "logical_or",
    "xor": "logical_xor",
}
_COMPARISONS = {"lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal", "eq": "equal"}
_UNARY = {"neg": "negative", "abs": "absolute", "invert": "logical_not"}


def _define_operators() -> None:
    def binary(op: str, reflected: bool) -> Any:
        if reflected:
            return lambda self, other: getattr(ops, op)(other, self)
        return lambda self, other: getattr(ops, op)(self, other)

    for name, op in _BINARY.items():
        setattr(KerasTensor, f"__{name}__", binary(op, False))
        setattr(KerasTensor, f"__r{name}__", binary(op, True))
    for name, op in (_COMPARISONS | {"ne": "not_equal"}).items():
        setattr(KerasTensor, f"__{name}__", binary(op, False))
    for name, op in _UNARY.items():
        setattr(KerasTensor, f"__{name}__", lambda self, op=op: getattr(ops, op)(self))


_define_operators()


def standardize_shape(shape: Any, owner: str) -> ShapeTuple:
    """Returns `shape` as a tuple of ints and `None`.

    Raises:
        ValueError: If it is not a sequence of non-negative ints and `None`.
    """
    if isinstance(shape, int) or shape is None or isinstance(shape, str):
        raise ValueError(f"[{owner}] expected a shape such as (None, 784); got {shape!r}.")
    dims: list[int | None] = []
    for dim in shape:
        if dim is None:
            dims.append(None)
            continue
        try:
            size = dim.__index__()
        except (AttributeError, TypeError):
            raise ValueError(f"[{owner}] expected ints and None in the shape; got {tuple(shape)!r}.") from None
        if size < 0:
            raise ValueError(f"[{owner}] expected no negative size in the shape; got {tuple(shape)!r}. Use None.")
        dims.append(size)
    return tuple(dims)


def contains_symbolic(*structures: Any) -> bool:
    """Returns whether any leaf of the structures is a `KerasTensor`."""
    return any(isinstance(leaf, KerasTensor) for structure in structures for leaf in tree.flatten(structure))
