"""Conversion, types, and control flow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np

from nnfit import _core
from nnfit._core import Tensor
from nnfit.ops.argument_types import DType, TensorLike

_ops = _core.ops

State = TypeVar("State")


def convert_to_tensor(x: TensorLike, dtype: DType = None) -> Tensor:
    """Returns `x` as a tensor.

    An array is copied: writing to it later does not change the tensor.

    Args:
        x: Array, number, nested lists of numbers, variable or tensor.
        dtype: Type of the result. Defaults to that of `x`; Python's floats become the default float type and its
            integers int32.

    Returns:
        A tensor; `x` itself if it is one of that type.

    Raises:
        TypeError: If `x` is nothing that a tensor can hold.

    Example:
        >>> nnfit.ops.convert_to_tensor([1, 2], dtype="float32").numpy()
        array([1., 2.], dtype=float32)
    """
    return _core.convert_to_tensor(x, dtype)


def convert_to_numpy(x: TensorLike) -> np.ndarray:
    """Returns `x` as a NumPy array.

    Args:
        x: Tensor.

    Returns:
        An array; that of a tensor is a read-only view of its memory.

    Raises:
        TracedValueError: If `x` has no value yet, inside a traced function.

    Example:
        >>> nnfit.ops.convert_to_numpy(nnfit.ops.ones(2))
        array([1., 1.], dtype=float32)
    """
    return np.asarray(x)


def is_tensor(x: Any) -> bool:
    """Returns whether `x` is a tensor, with a value or traced.

    Args:
        x: Any object.

    Returns:
        True or False.

    Example:
        >>> nnfit.ops.is_tensor(nnfit.ops.ones(2)), nnfit.ops.is_tensor(np.ones(2))
        (True, False)
    """
    return isinstance(x, Tensor)


def cast(x: TensorLike, dtype: DType) -> Tensor:
    """Converts the elements to another type.

    Args:
        x: Tensor.
        dtype: Type of the result. Floats lose their fraction on the way to integers; not 0 is True.

    Returns:
        A tensor of the shape of `x`; `x` itself if it is one of that type.

    Example:
        >>> nnfit.ops.cast([1.7, -1.7], "int32").numpy()
        array([ 1, -1], dtype=int32)
    """
    if isinstance(x, Tensor) and x.dtype == dtype:
        return _core.convert_to_tensor(x, dtype)
    return _ops.cast(x, dtype=dtype)


def dtype(x: TensorLike) -> str:
    """Returns the type of the elements, as a string.

    Args:
        x: Tensor.

    Returns:
        The name of a type.

    Example:
        >>> nnfit.ops.dtype(nnfit.ops.ones(2))
        'float32'
    """
    return convert_to_tensor(x).dtype


def shape(x: TensorLike) -> tuple[int | None, ...]:
    """Returns the size of each axis; None where a symbolic tensor does not know it.

    Args:
        x: Tensor.

    Returns:
        A tuple.

    Example:
        >>> nnfit.ops.shape(np.zeros((2, 3)))
        (2, 3)
    """
    try:
        return tuple(x.shape)  # type: ignore[union-attr]
    except AttributeError:
        return convert_to_tensor(x).shape


def ndim(x: TensorLike) -> int:
    """Returns the number of axes.

    Args:
        x: Tensor.

    Returns:
        An integer.

    Example:
        >>> nnfit.ops.ndim(np.zeros((2, 3)))
        2
    """
    return len(shape(x))


def copy(x: TensorLike) -> Tensor:
    """Returns `x`.

    Args:
        x: Tensor.

    Returns:
        A tensor like `x`.

    Example:
        >>> nnfit.ops.copy([1, 2]).numpy()
        array([1, 2], dtype=int32)
    """
    return _ops.copy(x)


def stop_gradient(variable: TensorLike) -> Tensor:
    """Returns its argument, as a constant: no gradient flows to it.

    Args:
        variable: Tensor or variable.

    Returns:
        A tensor of the same value.

    Example:
        >>> x = nnfit.ops.convert_to_tensor(3.0)
        >>> with nnfit.GradientTape() as tape:
        ...     tape.watch(x)
        ...     y = x * nnfit.ops.stop_gradient(x)
        >>> float(tape.gradient(y, x))
        3.0
    """
    return _ops.stop_gradient(variable)


def cond(pred: TensorLike, true_fn: Callable[[], State], false_fn: Callable[[], State]) -> State:
    """Returns `true_fn()` if `pred` is true, else `false_fn()`.

    The choice is Python's. A traced function cannot look at a traced `pred`; `where` chooses by element there.

    Args:
        pred: Boolean scalar.
        true_fn: Function of no arguments.
        false_fn: Function of no arguments.

    Returns:
        What the chosen function returns.

    Raises:
        TracedValueError: If `pred` is traced.

    Example:
        >>> nnfit.ops.cond(True, lambda: "yes", lambda: "no")
        'yes'
    """
    return true_fn() if pred else false_fn()


def while_loop(
    cond: Callable[..., TensorLike],
    body: Callable[..., Any],
    loop_vars: Any,
    maximum_iterations: int | None = None,
) -> Any:
    """Replaces `loop_vars` by `body(*loop_vars)` while `cond(*loop_vars)` is true.

    The loop is Python's: a traced function repeats its body, and cannot look at a traced condition.

    Args:
        cond: Function of the loop variables that returns a boolean scalar.
        body: Function of the loop variables that returns their new values.
        loop_vars: A tuple or list, or a single value.
        maximum_iterations: When to stop at the latest. Defaults to never.

    Returns:
        The last values, as `loop_vars` were given.

    Raises:
        TracedValueError: If the condition is traced.

    Example:
        >>> nnfit.ops.while_loop(lambda i: i < 10, lambda i: i * 2, 1)
        16
    """
    single = not isinstance(loop_vars, (tuple, list))
    values = (loop_vars,) if single else tuple(loop_vars)
    done = 0
    while (maximum_iterations is None or done < maximum_iterations) and cond(*values):
        result = body(*values)
        values = tuple(result) if isinstance(result, (tuple, list)) else (result,)
        done += 1
    if single:
        return values[0]
    return list(values) if isinstance(loop_vars, list) else values


def fori_loop(lower: int, upper: int, body_fun: Callable[[int, State], State], init_val: State) -> State:
    """Replaces `init_val` by `body_fun(i, value)` for each i from `lower` up to, not including, `upper`.

    The loop is Python's: a traced function repeats its body.

    Args:
        lower: The first i.
        upper: The first i that is not used.
        body_fun: Function of i and the value that returns the next value.
        init_val: The first value.

    Returns:
        The last value.

    Example:
        >>> nnfit.ops.fori_loop(1, 5, lambda i, total: total + i, 0)
        10
    """
    value = init_val
    for i in range(int(lower), int(upper)):
        value = body_fun(i, value)
    return value


def scan(
    f: Callable[[Any, Any], tuple[Any, Any]],
    init: Any,
    xs: TensorLike | None = None,
    length: int | None = None,
    reverse: bool = False,
) -> tuple[Any, Tensor | None]:
    """Carries a state along the first axis: `carry, y[i] = f(carry, xs[i])`.

    The loop is Python's: a traced function repeats its body.

    Args:
        f: Function of the state and a slice of `xs` (None without `xs`) that returns the next state and an output (or
            None).
        init: The first state.
        xs: Tensor to go along. Defaults to None.
        length: How many steps; needed without `xs`.
        reverse: Whether to go from the end. Defaults to False.

    Returns:
        The last state, and the outputs stacked in the order of `xs` (None if there are none).

    Raises:
        ValueError: If neither `xs` nor `length` is given, or they differ.

    Example:
        >>> total, sums = nnfit.ops.scan(lambda carry, x: (carry + x, carry + x), 0.0, [1.0, 2.0, 3.0])
        >>> sums.numpy()
        array([1., 3., 6.], dtype=float32)
    """
    tensor = None if xs is None else convert_to_tensor(xs)
    size = length if tensor is None else tensor.shape[0]
    if size is None or (length is not None and length != size):
        raise ValueError(f"[scan] expected xs, or length, or both alike; got length={length} and {size} slices.")
    outputs: list[Any] = [None] * size
    carry = init
    for i in reversed(range(size)) if reverse else range(size):
        carry, outputs[i] = f(carry, None if tensor is None else tensor[i])
    if all(output is None for output in outputs):
        return carry, None
    return carry, _ops.stack(*outputs, axis=0)


def host_call(
    function: Callable[..., Any],
    *tensors: TensorLike,
    returns: tuple[Sequence[int], str] | Sequence[tuple[Sequence[int], str]] | None = None,
) -> Any:
    """Calls a Python function on values, at once or, in a traced function, at each run of its plan.

    Calls keep their order, and are made even if nobody uses what they return. No gradient flows through one.

    Args:
        function: Called with a NumPy array for each tensor. The arrays are its own to keep.
        *tensors: Tensors.
        returns: What it returns: the `(shape, dtype)` of an array, or a list of them for several. Defaults to None:
            nothing.

    Returns:
        A tensor, a list of tensors, or None.

    Raises:
        ValueError: If the function returns anything else than it should.

    Example:
        >>> @nnfit.function
        ... def median(x):
        ...     return nnfit.ops.host_call(np.median, x, returns=((), "float32"))
        >>> float(median(np.float32([3, 1, 2])))
        2.0
    """
    if returns is None:
        specs: Sequence[Any] = ()
    elif single := len(returns) == 2 and isinstance(returns[1], str):
        specs = (returns,)
    else:
        specs = returns
    outputs = [(tuple(shape), dtype) for shape, dtype in specs]
    results = _ops.host_call(*tensors, function=_core.HostFunction(function, outputs))
    if returns is None:
        return None
    return results[0] if single else results
