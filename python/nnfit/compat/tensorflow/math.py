"""`tf.math`: names over `nnfit.ops`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nnfit import ops
from nnfit.compat.tensorflow.spelling import spelled, unknown_name

abs = spelled(ops.abs)
acos = spelled(ops.arccos)
acosh = spelled(ops.arccosh)
add = spelled(ops.add, x="x1", y="x2")
asin = spelled(ops.arcsin)
asinh = spelled(ops.arcsinh)
atan = spelled(ops.arctan)
atan2 = spelled(ops.arctan2, y="x1", x="x2")
atanh = spelled(ops.arctanh)
ceil = spelled(ops.ceil)
cos = spelled(ops.cos)
cosh = spelled(ops.cosh)
divide = spelled(ops.divide, x="x1", y="x2")
divide_no_nan = spelled(ops.divide_no_nan, x="x1", y="x2")
equal = spelled(ops.equal, x="x1", y="x2")
erf = spelled(ops.erf)
erfinv = spelled(ops.erfinv)
exp = spelled(ops.exp)
expm1 = spelled(ops.expm1)
floor = spelled(ops.floor)
floordiv = spelled(ops.floor_divide, x="x1", y="x2")
floormod = spelled(ops.mod, x="x1", y="x2")
greater = spelled(ops.greater, x="x1", y="x2")
greater_equal = spelled(ops.greater_equal, x="x1", y="x2")
in_top_k = spelled(ops.in_top_k)
is_finite = spelled(ops.isfinite)
is_inf = spelled(ops.isinf)
is_nan = spelled(ops.isnan)
less = spelled(ops.less, x="x1", y="x2")
less_equal = spelled(ops.less_equal, x="x1", y="x2")
log = spelled(ops.log)
log1p = spelled(ops.log1p)
log_sigmoid = spelled(ops.log_sigmoid)
log_softmax = spelled(ops.log_softmax, logits="x")
logical_and = spelled(ops.logical_and, x="x1", y="x2")
logical_not = spelled(ops.logical_not)
logical_or = spelled(ops.logical_or, x="x1", y="x2")
logical_xor = spelled(ops.logical_xor, x="x1", y="x2")
maximum = spelled(ops.maximum, x="x1", y="x2")
minimum = spelled(ops.minimum, x="x1", y="x2")
mod = floormod
multiply = spelled(ops.multiply, x="x1", y="x2")
negative = spelled(ops.negative)
not_equal = spelled(ops.not_equal, x="x1", y="x2")
pow = spelled(ops.power, x="x1", y="x2")
reciprocal = spelled(ops.reciprocal)
reduce_all = spelled(ops.all, input_tensor="x")
reduce_any = spelled(ops.any, input_tensor="x")
reduce_logsumexp = spelled(ops.logsumexp, input_tensor="x")
reduce_max = spelled(ops.max, input_tensor="x")
reduce_mean = spelled(ops.mean, input_tensor="x")
reduce_min = spelled(ops.min, input_tensor="x")
reduce_prod = spelled(ops.prod, input_tensor="x")
reduce_std = spelled(ops.std, input_tensor="x")
reduce_sum = spelled(ops.sum, input_tensor="x")
reduce_variance = spelled(ops.var, input_tensor="x")
round = spelled(ops.round)
rsqrt = spelled(ops.rsqrt)
sigmoid = spelled(ops.sigmoid)
sign = spelled(ops.sign)
sin = spelled(ops.sin)
sinh = spelled(ops.sinh)
softmax = spelled(ops.softmax, logits="x")
softplus = spelled(ops.softplus, features="x")
softsign = spelled(ops.softsign, features="x")
sqrt = spelled(ops.sqrt)
square = spelled(ops.square)
subtract = spelled(ops.subtract, x="x1", y="x2")
tan = spelled(ops.tan)
tanh = spelled(ops.tanh)
top_k = spelled(ops.top_k, input="x")
truediv = spelled(ops.true_divide, x="x1", y="x2")


def add_n(inputs: Sequence[Any], name: str | None = None) -> Any:
    """Returns the sum of tensors of one shape."""
    return ops.sum(ops.stack(list(inputs)), axis=0)


def argmax(input: Any, axis: int | None = 0, output_type: str = "int64", name: str | None = None) -> Any:
    """Returns where the largest value along `axis` is, by default the first."""
    return ops.cast(ops.argmax(input, 0 if axis is None else axis), output_type)


def argmin(input: Any, axis: int | None = 0, output_type: str = "int64", name: str | None = None) -> Any:
    """Returns where the smallest value along `axis` is, by default the first."""
    return ops.cast(ops.argmin(input, 0 if axis is None else axis), output_type)


def count_nonzero(
    input: Any, axis: Any = None, keepdims: bool = False, dtype: str = "int64", name: str | None = None
) -> Any:
    """Returns how many values are not 0."""
    return ops.sum(ops.cast(ops.not_equal(input, 0), dtype), axis, keepdims)


def cumsum(x: Any, axis: int = 0, exclusive: bool = False, reverse: bool = False, name: str | None = None) -> Any:
    """Returns running sums along `axis`; exclusive: without the element itself; reverse: from the end."""
    ordered = ops.flip(x, axis) if reverse else x
    total = ops.cumsum(ordered, axis)
    if exclusive:
        total = ops.subtract(total, ordered)
    return ops.flip(total, axis) if reverse else total


def cumprod(x: Any, axis: int = 0, name: str | None = None) -> Any:
    """Returns running products along `axis`."""
    return ops.cumprod(x, axis)


def confusion_matrix(
    labels: Any,
    predictions: Any,
    num_classes: int | None = None,
    weights: Any = None,
    dtype: str = "int32",
    name: str | None = None,
) -> Any:
    """Returns how often each label (row) was predicted as each class (column)."""
    labels, predictions = ops.convert_to_tensor(labels), ops.convert_to_tensor(predictions)
    classes = num_classes or int(ops.maximum(ops.max(labels), ops.max(predictions))) + 1
    rows = ops.one_hot(ops.cast(labels, "int32"), classes)
    columns = ops.one_hot(ops.cast(predictions, "int32"), classes)
    if weights is not None:
        rows = ops.multiply(rows, ops.reshape(ops.cast(weights, rows.dtype), (-1, 1)))
    return ops.cast(ops.matmul(ops.transpose(rows), columns), dtype)


def l2_normalize(x: Any, axis: Any = None, epsilon: float = 1e-12, name: str | None = None) -> Any:
    """Returns `x / sqrt(max(sum(x²), epsilon))`, the sum along `axis`."""
    total = ops.sum(ops.square(x), axis, keepdims=True)
    return ops.multiply(x, ops.rsqrt(ops.maximum(total, epsilon)))


def segment_sum(data: Any, segment_ids: Any, name: str | None = None) -> Any:
    """Returns the sum of the rows of each segment."""
    return ops.segment_sum(data, segment_ids, sorted=True)


def unsorted_segment_sum(data: Any, segment_ids: Any, num_segments: int, name: str | None = None) -> Any:
    """Returns the sum of the rows of each segment."""
    return ops.segment_sum(data, segment_ids, num_segments)


def squared_difference(x: Any, y: Any, name: str | None = None) -> Any:
    """Returns `(x - y)²`."""
    return ops.square(ops.subtract(x, y))


def xlogy(x: Any, y: Any, name: str | None = None) -> Any:
    """Returns `x log(y)`, 0 where `x` is 0."""
    zero = ops.equal(x, 0)
    return ops.where(zero, 0.0, ops.multiply(x, ops.log(ops.where(zero, 1.0, y))))


def __getattr__(name: str) -> Any:
    raise unknown_name(__name__, name)
