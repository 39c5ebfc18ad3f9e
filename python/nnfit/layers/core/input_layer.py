"""InputLayer and Input: where a graph begins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nnfit.layers.layer import Layer
from nnfit.symbolic.keras_tensor import KerasTensor, standardize_shape
from nnfit.symbolic.node import Node

__all__ = ["Input", "InputLayer"]


class InputLayer(Layer):
    """The layer that stands for an input of a model. `Input` makes one and returns its tensor.

    Args:
        shape: Tuple of ints and `None`, without the batch axis.
        batch_size: Int, or `None` for any.
        dtype: Name of the dtype. Defaults to `nnfit.config.floatx()`.
        batch_shape: The shape with the batch axis, in place of `shape` and `batch_size`.
        name: Name of the layer and of the input.
        optional: Whether the input may be `None`.

    Raises:
        ValueError: If neither or both of `shape` and `batch_shape` are given.
    """

    def __init__(
        self,
        shape: Sequence[int | None] | None = None,
        batch_size: int | None = None,
        dtype: str | None = None,
        batch_shape: Sequence[int | None] | None = None,
        name: str | None = None,
        optional: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        if (shape is None) == (batch_shape is None):
            raise ValueError(f"[{self.name}] expected `shape`, or `batch_shape` with the batch axis; got both or none.")
        if batch_shape is None:
            batch_shape = (batch_size, *standardize_shape(shape, self.name))
        elif batch_size is not None:
            raise ValueError(f"[{self.name}] expected no `batch_size` beside `batch_shape`, which has it.")
        self.batch_shape = standardize_shape(batch_shape, self.name)
        self.optional = optional
        output = KerasTensor(self.batch_shape, dtype, name=self.name)
        self.__dict__["_dtype"] = output.dtype
        Node(self, (), {}, output)
        self.built = True

    def call(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError(f"[{self.name}] an InputLayer stands for an input and is not called; use its `output`.")

    def get_config(self) -> dict[str, Any]:
        return {
            "batch_shape": list(self.batch_shape),
            "dtype": self.dtype,
            "optional": self.optional,
            "name": self.name,
        }


def Input(
    shape: Sequence[int | None] | None = None,
    batch_size: int | None = None,
    dtype: str | None = None,
    sparse: bool | None = None,
    batch_shape: Sequence[int | None] | None = None,
    name: str | None = None,
    tensor: KerasTensor | None = None,
    optional: bool = False,
) -> KerasTensor:
    """Returns a KerasTensor that stands for an input of a model.

    Args:
        shape: Tuple of ints and `None`, without the batch axis.
        batch_size: Int, or `None` for any.
        dtype: Name of the dtype. Defaults to `nnfit.config.floatx()`.
        sparse: Must be false: there are no sparse tensors.
        batch_shape: The shape with the batch axis, in place of `shape` and `batch_size`.
        name: Name of the input, by which data may be given in a dict.
        tensor: KerasTensor whose shape and dtype to take.
        optional: Whether the input may be `None`.

    Returns:
        A KerasTensor.

    Raises:
        ValueError: If the shape is missing or given twice, or `sparse` is true.

    Example:
        >>> x = nnfit.Input((784,), name="digits")
        >>> x.shape
        (None, 784)
    """
    if sparse:
        raise ValueError("[Input] expected sparse to be False: there are no sparse tensors.")
    if tensor is not None:
        if shape is not None or batch_shape is not None:
            raise ValueError("[Input] expected no shape beside `tensor`, which has one.")
        batch_shape, dtype = tensor.shape, dtype or tensor.dtype
    layer = InputLayer(
        shape=shape, batch_size=batch_size, dtype=dtype, batch_shape=batch_shape, name=name, optional=optional
    )
    return layer.output  # type: ignore[no-any-return]
