"""What a function of tensors would return for KerasTensors: found by tracing it, without computing anything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nnfit import _core, tree
from nnfit.symbolic.keras_tensor import KerasTensor

__all__ = ["infer_outputs"]

# Sizes tried for each unknown dimension. Both have many divisors, so that reshapes and strides that suit real sizes
# suit them too, and they are far apart, so that a size which depends on them comes out different.
_STAND_INS = (240, 480)


def infer_outputs(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], owner: str) -> Any:
    """Returns what `function(*args, **kwargs)` gives, with new KerasTensors for the tensors in it.

    The call is traced with one size for all unknown dimensions, then with another; sizes of the outputs that differ
    between the two are unknown.

    Args:
        function: Python function over tensors.
        args: Positional arguments, KerasTensors among them at any depth.
        kwargs: Keyword arguments, likewise.
        owner: Name of the layer or op, for the error message.

    Returns:
        The result's structure; leaves that are not tensors stay as they are.

    Raises:
        ValueError: If the function rejects such inputs.
    """
    inputs = [x for x in tree.flatten([args, kwargs]) if isinstance(x, KerasTensor)]
    unknown = any(None in x.shape for x in inputs)
    first = _trace(function, args, kwargs, inputs, _STAND_INS[0], owner)
    if not unknown:
        return tree.map_structure(_known, first)
    second = _trace(function, args, kwargs, inputs, _STAND_INS[1], owner)
    return tree.map_structure(_common, first, second)


class _Spec:
    """Shape and dtype of a tensor that a trace returned."""

    __slots__ = ("dtype", "shape")

    def __init__(self, tensor: Any) -> None:
        self.shape: tuple[int, ...] = tuple(tensor.shape)
        self.dtype: str = tensor.dtype


def _known(leaf: Any) -> Any:
    return KerasTensor(leaf.shape, leaf.dtype) if isinstance(leaf, _Spec) else leaf


def _common(first: Any, second: Any) -> Any:
    if not isinstance(first, _Spec):
        return first
    shape = tuple(a if a == b else None for a, b in zip(first.shape, second.shape, strict=True))
    return KerasTensor(shape, first.dtype)


def _trace(
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    inputs: list[KerasTensor],
    stand_in: int,
    owner: str,
) -> Any:
    result: Any = None

    def body(*tensors: Any) -> None:
        nonlocal result
        traced = dict(zip(map(id, inputs), tensors, strict=True))

        def substitute(leaf: Any) -> Any:
            return traced[id(leaf)] if isinstance(leaf, KerasTensor) else leaf

        filled_args, filled_kwargs = tree.map_structure(substitute, [tuple(args), kwargs])
        outputs = function(*filled_args, **filled_kwargs)
        result = tree.map_structure(lambda x: _Spec(x) if isinstance(x, _TENSORS) else x, outputs)

    tracer = _core.Tracer()
    try:
        # The function's reads and assignments of variables go to this trace, and with it: nothing is changed.
        with _core.Suspension():
            tracer.start()
            try:
                body(*(tracer.input(tuple(stand_in if d is None else d for d in x.shape), x.dtype) for x in inputs))
            finally:
                tracer.stop()
    except ValueError as error:
        if not any(None in x.shape for x in inputs):
            raise
        shapes = ", ".join(str(x.shape) for x in inputs)
        raise ValueError(
            f"{error} (This came up while finding the output shape of '{owner}' for input shape {shapes}, with "
            f"{stand_in} tried for None.)"
        ) from error
    return result


_TENSORS = (_core.Tensor, _core.Variable)
