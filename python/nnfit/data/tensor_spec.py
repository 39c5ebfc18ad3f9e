"""TensorSpec and DatasetSpec: what the elements of a data set look like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from nnfit import _core, tree
from nnfit.dtypes import DTYPES

__all__ = ["DatasetSpec", "TensorSpec", "common_spec", "spec_of", "with_leading"]


@dataclass(frozen=True)
class TensorSpec:
    """Shape and dtype of a tensor.

    Attributes:
        shape: Sizes, `None` where a size is unknown; `None` as a whole if not even the rank is known.
        dtype: Name of the dtype.
        name: Name, or `None`.

    Example:
        >>> nnfit.data.TensorSpec((None, 3), "int64")
        TensorSpec(shape=(None, 3), dtype='int64', name=None)
    """

    shape: tuple[int | None, ...] | None = ()
    dtype: str = "float32"
    name: str | None = None

    def __post_init__(self) -> None:
        shape = self.shape
        if isinstance(shape, int):
            shape = (shape,)
        object.__setattr__(self, "shape", None if shape is None else tuple(shape))
        object.__setattr__(self, "dtype", dtype_name(self.dtype))


@dataclass(frozen=True)
class DatasetSpec:
    """What the elements of a data set look like that is itself an element, as `window` makes them.

    Attributes:
        element_spec: Specification of its elements.
    """

    element_spec: Any


def dtype_name(dtype: Any) -> str:
    """Returns the name of a dtype; of text, `"string"`."""
    if isinstance(dtype, str) and dtype in ("string", *DTYPES):
        return dtype
    found = np.dtype(dtype)
    return "string" if found.kind in "US" else str(found.name)


def spec_of(element: Any) -> Any:
    """Returns the specification of an element: a `TensorSpec` in each leaf's place."""
    return tree.map_structure(_leaf_spec, element)


def _leaf_spec(leaf: Any) -> TensorSpec | DatasetSpec:
    if hasattr(leaf, "element_spec"):
        return DatasetSpec(leaf.element_spec)
    if isinstance(leaf, _core.Tensor):
        return TensorSpec(leaf.shape, leaf.dtype)
    array = np.asarray(leaf)
    if array.dtype.kind in "fiub":
        array = array[:0] if array.ndim else array
        return TensorSpec(np.shape(leaf), _core.convert_to_tensor(array).dtype)
    return TensorSpec(array.shape, array.dtype.name if array.dtype.kind == "O" else "string")


def with_leading(spec: Any, size: int | None) -> Any:
    """Returns the specification of a batch of `size` elements, `None` for any number."""

    def batched(leaf: Any) -> Any:
        shape = getattr(leaf, "shape", None)
        return leaf if shape is None else TensorSpec((size, *shape), leaf.dtype)

    return tree.map_structure(batched, spec)


def without_leading(spec: Any) -> Any:
    """Returns the specification of the elements of a batch."""

    def row(leaf: Any) -> Any:
        return leaf if not getattr(leaf, "shape", None) else TensorSpec(leaf.shape[1:], leaf.dtype)

    return tree.map_structure(row, spec)


def common_spec(first: Any, second: Any) -> Any:
    """Returns what two specifications have in common: sizes that differ become unknown."""

    def common(a: Any, b: Any) -> Any:
        if not isinstance(a, TensorSpec) or not isinstance(b, TensorSpec):
            return a
        if a.shape is None or b.shape is None or len(a.shape) != len(b.shape):
            return TensorSpec(None, a.dtype)
        return TensorSpec(tuple(m if m == n else None for m, n in zip(a.shape, b.shape, strict=True)), a.dtype)

    return tree.map_structure(common, first, second)
