"""The same bits at any number of threads, for ops large enough to be divided."""

import numpy as np
import pytest

import nnfit
from nnfit import _core, ops

THREADS = (1, 2, 4, 7)
R = np.random.default_rng(0)


def real(*shape):
    return R.standard_normal(shape).astype("float32")


X = real(301, 517)
ROW, COLUMN = real(517), real(301, 1)
DEEP = real(13, 77, 129)
IMAGE = real(8, 30, 30, 17)
LABELS = R.integers(0, 517, 301).astype("int32")
ROWS = R.integers(0, 301, 2000).astype("int32")

CALLS = {
    "exp": (ops.exp, X),
    "gelu": (ops.gelu, X),
    "add row": (ops.add, X, ROW),
    "multiply column": (ops.multiply, X, COLUMN),
    "where": (lambda x: ops.where(x > 0, x, -x), X),
    "cast": (lambda x: ops.cast(x, "float64"), X),
    "sum all": (ops.sum, DEEP),
    "sum first": (lambda x: ops.sum(x, 0), X),
    "sum last": (lambda x: ops.sum(x, -1), X),
    "sum middle": (lambda x: ops.sum(x, 1), DEEP),
    "sum ends": (lambda x: ops.sum(x, (0, 2)), DEEP),
    "mean channels": (lambda x: ops.mean(x, (0, 1, 2)), IMAGE),
    "var channels": (lambda x: ops.var(x, (0, 1, 2)), IMAGE),
    "prod": (lambda x: ops.prod(1 + 0.01 * x, 1), X),
    "max": (lambda x: ops.max(x, 0), X),
    "logsumexp": (lambda x: ops.logsumexp(x, 1), X),
    "norm": (ops.norm, X),
    "softmax": (ops.softmax, X),
    "softmax first": (lambda x: ops.softmax(x, 0), X),
    "log_softmax": (ops.log_softmax, X),
    "cross-entropy": (lambda x: ops.sparse_categorical_crossentropy(LABELS, x, from_logits=True), X),
    "cross-entropy of probabilities": (lambda x: ops.sparse_categorical_crossentropy(LABELS, x), abs(X)),
    "binary cross-entropy": (lambda x: ops.binary_crossentropy(ops.sigmoid(x), x, from_logits=True), X),
    "matmul": (ops.matmul, X, real(517, 203)),
    "matmul thin": (ops.matmul, real(3, 4000), real(4000, 5)),
    "matmul tall": (ops.matmul, real(2050, 300), real(300, 200)),
    "matmul long sums": (ops.matmul, real(61, 4000), real(4000, 75)),
    "matmul batch": (ops.matmul, real(9, 33, 65), real(9, 65, 47)),
    "dense": (lambda x, k, b: ops.dense(x, k, b, activation="relu"), X, real(517, 203), real(203)),
    "conv": (lambda x, k: ops.conv(x, k, padding="same"), IMAGE, real(3, 3, 17, 33)),
    "conv winograd": (lambda x, k: ops.conv(x, k), real(8, 30, 30, 16), real(3, 3, 16, 32)),
    "conv winograd of one axis": (lambda x, k: ops.conv(x, k), real(8, 200, 32), real(5, 32, 64)),
    "conv strided": (lambda x, k: ops.conv(x, k, strides=2, padding="same"), IMAGE, real(3, 3, 17, 33)),
    "conv pointwise": (ops.conv, real(4, 28, 28, 64), real(1, 1, 64, 96)),
    "conv pointwise strided": (lambda x, k: ops.conv(x, k, strides=2), IMAGE, real(1, 1, 17, 33)),
    "conv steps": (lambda x, k: ops.conv(x, k, padding="causal"), real(3, 700, 17), real(5, 17, 33)),
    "conv transpose": (lambda x, k: ops.conv_transpose(x, k, strides=2), IMAGE, real(3, 3, 9, 17)),
    "conv depthwise": (lambda x, k: ops.depthwise_conv(x, k, padding="same"), IMAGE, real(3, 3, 17, 2)),
    "conv pooled": (lambda x, k: ops.max_pool(ops.conv(x, k), 2), real(64, 16, 16, 5), real(3, 3, 5, 17)),
    "einsum": (lambda x, y: ops.einsum("abc,dc->adb", x, y), DEEP, real(31, 129)),
    "max_pool": (lambda x: ops.max_pool(x, 2), IMAGE),
    "max_pool overlapping": (lambda x: ops.max_pool(ops.relu(x), 3, 2, "same"), IMAGE),
    "max_pool of one series": (lambda x: ops.max_pool(x, 3, 2, "same"), real(1, 5000, 6)),
    "average_pool": (lambda x: ops.average_pool(x, 3, 1, "same"), IMAGE),
    "transpose": (lambda x: ops.transpose(x, (2, 0, 1)), DEEP),
    "take": (lambda x: ops.take(x, ROWS, 0), X),
    "segment_sum": (lambda x: ops.segment_sum(x, LABELS, 517), X),
    "cumsum": (lambda x: ops.cumsum(x, 0), X),
    "sort": (ops.sort, X),
    "top_k": (lambda x: ops.top_k(x, 5)[0], X),
    "concatenate": (lambda x, y: ops.concatenate([x, y], 1), X, real(301, 40)),
    "tile": (lambda x: ops.tile(x, (2, 3)), X),
    "layer_normalization": (lambda x, g, b: ops.layer_normalization(x, g, b), X, ROW, ROW),
    "normalize_rows": (lambda x, g, b: _core.ops.normalize_rows(x, g, b)[0], X, ROW, ROW),
    "normalize_batch": (lambda x, g, b: _core.ops.normalize_batch(x, g, b)[0], IMAGE, real(17), real(17)),
    "normalize_batch wide": (lambda x, g, b: _core.ops.normalize_batch(x, g, b)[0], X, ROW, ROW),
    "normalize_channels": (lambda x, *p: _core.ops.normalize_channels(x, *p), IMAGE, real(17), real(17), real(17)),
}


def results_and_gradients(f, *arrays):
    tensors = [ops.convert_to_tensor(a) for a in arrays]
    with nnfit.GradientTape() as tape:
        for t in tensors:
            tape.watch(t)
        y = f(*tensors)
        total = ops.sum(y * ops.cast(ops.cos(ops.reshape(ops.arange(y.size, dtype="float32"), y.shape)), y.dtype))
    return [y, *tape.gradient(total, tensors)]


@pytest.mark.parametrize("name", CALLS)
def test_bits_do_not_depend_on_the_number_of_threads(name):
    f, *arrays = CALLS[name]
    planned = nnfit.function(lambda *tensors: results_and_gradients(f, *tensors))
    eager_bits, planned_bits = set(), set()
    for threads in THREADS:
        _core.set_num_threads(threads)
        eager_bits.add(b"".join(t.numpy().tobytes() for t in results_and_gradients(f, *arrays)))
        planned_bits.add(b"".join(t.numpy().tobytes() for t in planned(*arrays)))
    assert len(eager_bits) == 1
    assert len(planned_bits) == 1
