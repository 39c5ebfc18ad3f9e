"""nnfit under TensorFlow's names: `import nnfit.compat.tensorflow as tf`.

The names are those of Keras's guides to training: spelling over nnfit, whose functions, classes and errors they are.
`tf.keras` is nnfit itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nnfit import _core, initializers, losses, metrics, optimizers
from nnfit import ops as _ops
from nnfit import tree as _tree
from nnfit._core import Tensor
from nnfit.compat.tensorflow import data, keras, linalg, math, nn, random
from nnfit.compat.tensorflow.array_ops import (
    boolean_mask,
    broadcast_to,
    cast,
    clip_by_global_norm,
    clip_by_norm,
    clip_by_value,
    concat,
    cond,
    constant,
    convert_to_tensor,
    expand_dims,
    eye,
    fill,
    gather,
    global_norm,
    identity,
    linspace,
    map_fn,
    meshgrid,
    one_hot,
    ones,
    ones_like,
    pad,
    range,
    rank,
    repeat,
    reshape,
    reverse,
    roll,
    shape,
    size,
    slice,
    split,
    squeeze,
    stack,
    stop_gradient,
    tile,
    transpose,
    unstack,
    where,
    zeros,
    zeros_like,
)
from nnfit.compat.tensorflow.linalg import einsum, matmul, norm, tensordot
from nnfit.compat.tensorflow.math import (
    abs,
    acos,
    acosh,
    add,
    add_n,
    argmax,
    argmin,
    asin,
    asinh,
    atan,
    atan2,
    atanh,
    cos,
    cosh,
    cumsum,
    divide,
    equal,
    exp,
    floor,
    greater,
    greater_equal,
    less,
    less_equal,
    logical_and,
    logical_not,
    logical_or,
    maximum,
    minimum,
    multiply,
    negative,
    not_equal,
    pow,
    reduce_all,
    reduce_any,
    reduce_logsumexp,
    reduce_max,
    reduce_mean,
    reduce_min,
    reduce_prod,
    reduce_sum,
    round,
    sigmoid,
    sign,
    sin,
    sinh,
    sqrt,
    square,
    subtract,
    tan,
    tanh,
    truediv,
)
from nnfit.compat.tensorflow.spelling import DType, unknown_name
from nnfit.compat.tensorflow.variable import Variable
from nnfit.data import TensorSpec
from nnfit.function import function as _function
from nnfit.gradient_tape import GradientTape

__all__ = [
    "DType",
    "GradientTape",
    "Tensor",
    "TensorSpec",
    "Variable",
    "abs",
    "acos",
    "acosh",
    "add",
    "add_n",
    "argmax",
    "argmin",
    "argsort",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "bool",
    "boolean_mask",
    "broadcast_to",
    "cast",
    "clip_by_global_norm",
    "clip_by_norm",
    "clip_by_value",
    "concat",
    "cond",
    "constant",
    "convert_to_tensor",
    "cos",
    "cosh",
    "cumsum",
    "data",
    "divide",
    "double",
    "einsum",
    "equal",
    "executing_eagerly",
    "exp",
    "expand_dims",
    "eye",
    "fill",
    "float32",
    "float64",
    "floor",
    "function",
    "gather",
    "global_norm",
    "greater",
    "greater_equal",
    "identity",
    "initializers",
    "int32",
    "int64",
    "is_tensor",
    "keras",
    "less",
    "less_equal",
    "linalg",
    "linspace",
    "logical_and",
    "logical_not",
    "logical_or",
    "losses",
    "map_fn",
    "math",
    "matmul",
    "maximum",
    "meshgrid",
    "metrics",
    "minimum",
    "multiply",
    "negative",
    "nest",
    "newaxis",
    "nn",
    "norm",
    "not_equal",
    "one_hot",
    "ones",
    "ones_like",
    "optimizers",
    "pad",
    "pow",
    "random",
    "range",
    "rank",
    "reduce_all",
    "reduce_any",
    "reduce_logsumexp",
    "reduce_max",
    "reduce_mean",
    "reduce_min",
    "reduce_prod",
    "reduce_sum",
    "repeat",
    "reshape",
    "reverse",
    "roll",
    "round",
    "shape",
    "sigmoid",
    "sign",
    "sin",
    "sinh",
    "size",
    "slice",
    "sort",
    "split",
    "sqrt",
    "square",
    "squeeze",
    "stack",
    "stop_gradient",
    "string",
    "subtract",
    "tan",
    "tanh",
    "tensordot",
    "tile",
    "transpose",
    "truediv",
    "uint8",
    "unstack",
    "where",
    "while_loop",
    "zeros",
    "zeros_like",
]

nest = _tree
newaxis = None

bool = DType("bool")
uint8 = DType("uint8")
int32 = DType("int32")
int64 = DType("int64")
float32 = DType("float32")
float64 = DType("float64")
double = float64
string = DType("string")

argsort = _ops.argsort
is_tensor = _ops.is_tensor
sort = _ops.sort
while_loop = _ops.while_loop


def function(func: Callable[..., Any] | None = None, **options: Any) -> Any:
    """Returns a function that is traced and planned: `nnfit.function`. TensorFlow's options change nothing here."""
    return _function if func is None else _function(func)


def executing_eagerly() -> Any:
    """Returns whether ops compute at once, as they do outside traced functions."""
    return not _core.tracing()


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return keras.__version__
    raise unknown_name(__name__, name)
