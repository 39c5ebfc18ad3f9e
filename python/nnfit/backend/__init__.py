"""`keras.backend`: older names of what is in `nnfit.ops`, `nnfit.config` and `nnfit.utils`.

New code says `nnfit.ops.std(x)`; this is for programs written against tf.keras 2.
"""

from __future__ import annotations

from typing import Any

from nnfit import ops, random
from nnfit.config import epsilon, floatx, image_data_format, set_epsilon, set_floatx
from nnfit.ops import (
    abs,
    all,
    any,
    cast,
    categorical_crossentropy,
    concatenate,
    cos,
    cumprod,
    cumsum,
    dot,
    elu,
    equal,
    exp,
    expand_dims,
    greater,
    greater_equal,
    is_tensor,
    less,
    less_equal,
    log,
    logsumexp,
    max,
    maximum,
    mean,
    min,
    minimum,
    not_equal,
    ones_like,
    prod,
    relu,
    reshape,
    round,
    sigmoid,
    sign,
    sin,
    softmax,
    softplus,
    softsign,
    sparse_categorical_crossentropy,
    sqrt,
    square,
    squeeze,
    stack,
    std,
    stop_gradient,
    sum,
    tanh,
    tile,
    transpose,
    var,
    zeros_like,
)
from nnfit.utils import clear_session
from nnfit.variable import Variable

__all__ = [
    "abs",
    "all",
    "any",
    "argmax",
    "argmin",
    "backend",
    "batch_flatten",
    "binary_crossentropy",
    "cast",
    "categorical_crossentropy",
    "clear_session",
    "clip",
    "concatenate",
    "constant",
    "cos",
    "count_params",
    "cumprod",
    "cumsum",
    "dot",
    "dtype",
    "elu",
    "epsilon",
    "equal",
    "eval",
    "exp",
    "expand_dims",
    "floatx",
    "get_value",
    "greater",
    "greater_equal",
    "image_data_format",
    "int_shape",
    "is_tensor",
    "l2_normalize",
    "less",
    "less_equal",
    "log",
    "logsumexp",
    "max",
    "maximum",
    "mean",
    "min",
    "minimum",
    "ndim",
    "not_equal",
    "ones",
    "ones_like",
    "permute_dimensions",
    "pow",
    "prod",
    "random_normal",
    "random_uniform",
    "relu",
    "reshape",
    "round",
    "set_epsilon",
    "set_floatx",
    "set_value",
    "shape",
    "sigmoid",
    "sign",
    "sin",
    "softmax",
    "softplus",
    "softsign",
    "sparse_categorical_crossentropy",
    "sqrt",
    "square",
    "squeeze",
    "stack",
    "std",
    "stop_gradient",
    "sum",
    "switch",
    "tanh",
    "tile",
    "transpose",
    "update",
    "update_add",
    "update_sub",
    "var",
    "variable",
    "zeros",
    "zeros_like",
]


def backend() -> str:
    """Returns the name of what computes: `"nnfit"`."""
    return "nnfit"


def argmax(x: Any, axis: int = -1) -> Any:
    """Returns where the largest value along `axis` is, by default the last."""
    return ops.argmax(x, axis)


def argmin(x: Any, axis: int = -1) -> Any:
    """Returns where the smallest value along `axis` is, by default the last."""
    return ops.argmin(x, axis)


def batch_flatten(x: Any) -> Any:
    """Returns `x` with all axes but the first as one."""
    return ops.reshape(x, (ops.shape(x)[0] or -1, -1))


def binary_crossentropy(target: Any, output: Any, from_logits: bool = False) -> Any:
    """Returns the binary crossentropy of each element."""
    return ops.binary_crossentropy(target, output, from_logits)


def clip(x: Any, min_value: Any, max_value: Any) -> Any:
    """Returns values no smaller and no larger than the bounds."""
    return ops.clip(x, min_value, max_value)


def constant(value: Any, dtype: str | None = None, shape: Any = None, name: str | None = None) -> Any:
    """Returns a tensor of a value, in the default float type unless told otherwise."""
    tensor = ops.convert_to_tensor(value, dtype or floatx())
    return tensor if shape is None else ops.broadcast_to(tensor, shape)


def count_params(x: Any) -> int:
    """Returns the number of elements of a variable or tensor."""
    return int(x.size)


def dtype(x: Any) -> str:
    """Returns the name of a tensor's dtype."""
    return ops.dtype(x)


def eval(x: Any) -> Any:
    """Returns the value of a tensor or variable, as a NumPy array."""
    return ops.convert_to_numpy(x)


def get_value(x: Any) -> Any:
    """Returns the value of a tensor or variable, as a NumPy array."""
    return ops.convert_to_numpy(x)


def set_value(x: Variable, value: Any) -> None:
    """Gives a variable a value."""
    x.assign(value)


def int_shape(x: Any) -> tuple[int | None, ...]:
    """Returns the shape, a tuple with `None` for unknown sizes."""
    return ops.shape(x)


def shape(x: Any) -> tuple[int | None, ...]:
    """Returns the shape, a tuple."""
    return ops.shape(x)


def ndim(x: Any) -> int:
    """Returns the number of axes."""
    return ops.ndim(x)


def l2_normalize(x: Any, axis: Any = None) -> Any:
    """Returns `x / sqrt(max(sum(x²), 1e-12))`, the sum along `axis`."""
    return ops.multiply(x, ops.rsqrt(ops.maximum(ops.sum(ops.square(x), axis, keepdims=True), 1e-12)))


def ones(shape: Any, dtype: str | None = None, name: str | None = None) -> Any:
    """Returns ones."""
    return ops.ones(shape, dtype or floatx())


def zeros(shape: Any, dtype: str | None = None, name: str | None = None) -> Any:
    """Returns zeros."""
    return ops.zeros(shape, dtype or floatx())


def permute_dimensions(x: Any, pattern: Any) -> Any:
    """Returns a tensor with its axes in another order."""
    return ops.transpose(x, pattern)


def pow(x: Any, a: Any) -> Any:
    """Returns `x` to the power `a`."""
    return ops.power(x, a)


def random_normal(
    shape: Any, mean: float = 0.0, stddev: float = 1.0, dtype: str | None = None, seed: Any = None
) -> Any:
    """Returns normally distributed numbers."""
    return random.normal(shape, mean, stddev, dtype, seed)


def random_uniform(
    shape: Any, minval: float = 0.0, maxval: float = 1.0, dtype: str | None = None, seed: Any = None
) -> Any:
    """Returns uniformly distributed numbers."""
    return random.uniform(shape, minval, maxval, dtype, seed)


def switch(condition: Any, then_expression: Any, else_expression: Any) -> Any:
    """Returns one tensor where the condition holds and the other elsewhere; functions are called for them."""
    chosen = [part() if callable(part) else part for part in (then_expression, else_expression)]
    return ops.where(condition, *chosen)


def update(x: Variable, new_x: Any) -> Variable:
    """Gives a variable a value and returns it."""
    return x.assign(new_x)


def update_add(x: Variable, increment: Any) -> Variable:
    """Adds to a variable and returns it."""
    return x.assign_add(increment)


def update_sub(x: Variable, decrement: Any) -> Variable:
    """Subtracts from a variable and returns it."""
    return x.assign_sub(decrement)


def variable(value: Any, dtype: str | None = None, name: str | None = None, constraint: Any = None) -> Variable:
    """Returns a variable."""
    return Variable(value, dtype=dtype or floatx(), name=name, constraint=constraint)
