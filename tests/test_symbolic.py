"""Symbolic tensors: shapes, operators, nodes."""

import numpy as np
import pytest

from nnfit import ops
from nnfit.layers import Input
from nnfit.models import Model
from nnfit.symbolic import KerasTensor, OpCall
from nnfit.symbolic.keras_tensor import standardize_shape

X = np.array([[1.0, -2.0, 3.0], [4.0, 5.0, -6.0]], "float32")


def test_attributes():
    x = KerasTensor((None, 3), "int32", name="x")
    assert (x.shape, x.dtype, x.name, x.ndim, x.size, x.node) == ((None, 3), "int32", "x", 2, None, None)
    assert KerasTensor([2, np.int64(3)]).size == 6
    assert KerasTensor((2,)).name != KerasTensor((2,)).name
    assert repr(x) == "<KerasTensor shape=(None, 3), dtype=int32, name=x>"
    with pytest.raises(ValueError, match="expected dtype to be one of"):
        KerasTensor((2,), "float16")
    with pytest.raises(TypeError, match="sparse tensors are not supported"):
        KerasTensor((2,), sparse=True)


@pytest.mark.parametrize("shape", [3, "ab", (2.5,), (-1, 2), None])
def test_bad_shapes_are_rejected(shape):
    with pytest.raises(ValueError, match=r"\[x\] expected .*; got"):
        standardize_shape(shape, "x")


def test_values_are_not_there():
    x = KerasTensor((None, 3))
    for use in (bool, float, int, len, list, np.asarray):
        with pytest.raises(TypeError, match=r"\[KerasTensor\]"):
            use(x)
    assert len(KerasTensor((2, 3))) == 2
    assert [row.shape for row in KerasTensor((2, 3))] == [(3,), (3,)]


def test_an_op_is_a_node():
    x = Input((3,))
    y = ops.add(x, 1.0)
    assert (y.shape, y.dtype) == ((None, 3), "float32")
    node = y.node
    assert isinstance(node.operation, OpCall)
    assert (node.operation.op_name, node.inputs, node.outputs, y.index) == ("add", [x], [y], 0)
    assert OpCall.from_config(node.operation.get_config()).op_name == "add"
    with pytest.raises(ValueError, match="expected the name of an op; got 'no_such_op'"):
        OpCall.from_config({"op": "no_such_op", "name": "x"})
    first, second = ops.split(x[:, :2], 2, axis=1)
    assert (first.node is second.node, first.index, second.index) == (True, 0, 1)


OPERATORS = {
    "+": (lambda x: x + 2.0, lambda x: 2.0 + x),
    "-": (lambda x: x - 2.0, lambda x: 2.0 - x),
    "*": (lambda x: x * 2.0, lambda x: 2.0 * x),
    "/": (lambda x: x / 2.0, lambda x: 2.0 / x),
    "//": (lambda x: x // 2.0, lambda x: 2.0 // x),
    "%": (lambda x: x % 2.0, lambda x: 2.0 % x),
    "**": (lambda x: x**2.0, lambda x: 2.0**x),
    "@": (lambda x: x @ np.ones((3, 2), "float32"), lambda x: np.ones((4, 3), "float32") @ x[:1].reshape((3, 1))),
    "compare": (
        lambda x: x > 1,
        lambda x: x >= 1,
        lambda x: x < 1,
        lambda x: x <= 1,
        lambda x: x == 4,
        lambda x: x != 4,
    ),
    "unary": (lambda x: -x, abs, lambda x: ~(x > 0)),
    "logical": (lambda x: (x > 0) & (x < 4), lambda x: (x > 0) | (x < -4), lambda x: (x > 0) ^ (x < 4)),
    "methods": (lambda x: x.reshape((-1, 1)), lambda x: x[:, :1].squeeze(1), lambda x: x.astype("int32")),
    "slices": (
        lambda x: x[0],
        lambda x: x[:, 1:],
        lambda x: x[..., ::-1],
        lambda x: x[:, None, -1],
        lambda x: x[:, [0, 2]],
    ),
}


@pytest.mark.parametrize("name", OPERATORS)
def test_operators_are_those_of_tensors(name):
    for operator in OPERATORS[name]:
        x = Input((3,))
        y = operator(x)
        got = Model(x, y)(X)
        expected = operator(X)
        np.testing.assert_allclose(got.numpy(), expected, rtol=1e-6)
        assert y.dtype == got.dtype
        assert all(size in (None, n) for size, n in zip(y.shape, got.shape, strict=True))


def test_unknown_sizes_stay_unknown_and_known_ones_known():
    x = KerasTensor((None, None, 4))
    assert ops.concatenate([x, x], axis=1).shape == (None, None, 4)
    assert ops.reshape(x, (-1, 2, 2)).shape == (None, 2, 2)
    assert ops.transpose(x, (2, 0, 1)).shape == (4, None, None)
    assert x[:, 0].shape == (None, 4)
    assert x[:, :2].shape == (None, 2, 4)
    assert ops.expand_dims(x, 0).shape == (1, None, None, 4)
    assert (x + KerasTensor((4,))).shape == (None, None, 4)
    assert ops.matmul(x, KerasTensor((None, 4, 5))).shape == (None, None, 5)


def test_errors_of_ops_come_at_once():
    with pytest.raises(ValueError, match=r"finding the output shape of 'matmul.* for input shape \(None, 3\)"):
        ops.matmul(KerasTensor((None, 3)), np.ones((4, 2), "float32"))
