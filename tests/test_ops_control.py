"""Control flow over tensors."""

import numpy as np
import pytest

import nnfit
from nnfit import ops


def test_cond_calls_the_chosen_function_alone():
    called = []
    assert ops.cond(ops.convert_to_tensor(True), lambda: called.append("a") or 1, lambda: called.append("b") or 2) == 1
    assert ops.cond(ops.convert_to_tensor(0.0), lambda: called.append("a") or 1, lambda: called.append("b") or 2) == 2
    assert called == ["a", "b"]


def test_while_loop_keeps_the_structure_of_its_variables():
    assert float(ops.while_loop(lambda x: x < 10, lambda x: x * 2, ops.convert_to_tensor(1.0))) == 16
    i, total = ops.while_loop(lambda i, t: i < 4, lambda i, t: (i + 1, t + i), (0, ops.convert_to_tensor(0)))
    assert (i, int(total)) == (4, 6)
    assert ops.while_loop(lambda i: True, lambda i: [i + 1], [0], maximum_iterations=3) == [3]


def test_fori_loop_is_differentiable():
    x = ops.convert_to_tensor(2.0)
    with nnfit.GradientTape() as tape:
        tape.watch(x)
        y = ops.fori_loop(0, 3, lambda i, value: value * x, ops.convert_to_tensor(1.0))
    assert float(tape.gradient(y, x)) == 12.0


def test_scan_carries_and_stacks():
    xs = np.arange(12.0).reshape(4, 3)
    carry, ys = ops.scan(lambda c, x: (c + x, c * x), np.zeros(3), xs)
    np.testing.assert_array_equal(carry, xs.sum(0))
    np.testing.assert_array_equal(ys, np.vstack([np.zeros(3), xs.cumsum(0)[:-1]]) * xs)
    carry, ys = ops.scan(lambda c, x: (c + x, c * x), np.zeros(3), xs, reverse=True)
    np.testing.assert_array_equal(ys[-1], np.zeros(3))
    carry, ys = ops.scan(lambda c, _: (c + 1, None), 0, length=5)
    assert (carry, ys) == (5, None)


def test_scan_needs_a_length():
    with pytest.raises(ValueError, match=r"\[scan\] expected xs, or length"):
        ops.scan(lambda c, x: (c, x), 0)
    with pytest.raises(ValueError, match=r"\[scan\]"):
        ops.scan(lambda c, x: (c, x), 0, [1.0, 2.0], length=3)


def test_a_traced_condition_has_no_value():
    with pytest.warns(UserWarning, match="runs eagerly from now on"):
        result = nnfit.function(lambda x: ops.cond(x > 0, lambda: x, lambda: -x))(np.float32(-2.0))
    assert float(result) == 2.0
