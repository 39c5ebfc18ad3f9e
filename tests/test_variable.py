"""Variables: initial values, names, assignment."""

import numpy as np
import pytest

from nnfit import config, initializers, ops
from nnfit.function import function
from nnfit.gradient_tape import GradientTape
from nnfit.variable import Variable


@pytest.mark.parametrize(
    ("value", "dtype", "expected"),
    [
        (1.5, None, "float32"),
        ([1, 2], None, "int32"),
        (np.ones(2), None, "float32"),
        (np.ones(2, "float32"), "float64", "float64"),
        (np.ones(2, "uint8"), None, "uint8"),
        (np.ones(2, "int64"), "float32", "float32"),
        (True, None, "bool"),
    ],
)
def test_dtype_of_values(value, dtype, expected):
    variable = Variable(value, dtype=dtype)
    assert variable.dtype == expected
    np.testing.assert_array_equal(variable.numpy(), np.asarray(value, expected))


def test_callables_are_given_shape_and_dtype():
    variable = Variable(initializers.Constant(3.0), shape=(2, 3), dtype="int32", name="v")
    assert (variable.shape, variable.dtype, variable.name, variable.path) == ((2, 3), "int32", "v", "v")
    np.testing.assert_array_equal(variable.numpy(), 3)
    assert Variable(lambda shape, dtype: np.zeros(shape, dtype), shape=[4]).shape == (4,)


def test_floatx_is_the_default():
    config.set_floatx("float64")
    try:
        assert Variable(1.0).dtype == "float64"
        assert Variable(initializers.Zeros(), shape=()).dtype == "float64"
    finally:
        config.set_floatx("float32")


def test_bad_arguments_are_explained():
    with pytest.raises(ValueError, match=r"\[v\] expected a shape, since"):
        Variable(initializers.Zeros(), name="v")
    with pytest.raises(ValueError, match=r"\[v\] expected a shape without None; got \(None, 2\)"):
        Variable(initializers.Zeros(), shape=(None, 2), name="v")
    with pytest.raises(ValueError, match=r"\[v\] expected an initial value of shape \(2,\); got \(3,\)"):
        Variable([1, 2, 3], shape=(2,), name="v")
    with pytest.raises(ValueError, match="without '/'"):
        Variable(1.0, name="a/b")
    with pytest.raises(ValueError, match="aggregation to be one of"):
        Variable(1.0, aggregation="median")
    with pytest.raises(TypeError, match=r"Pass `nnfit.initializers.get\('zeros'\)`"):
        Variable("zeros", shape=(2,))


def test_assignment_keeps_shape_and_dtype():
    variable = Variable([1.0, 2.0])
    variable.assign([3, 4])
    variable.assign_add(np.ones(2))
    variable.assign_sub([0.5, 0.5])
    assert variable.dtype == "float32"
    np.testing.assert_array_equal(variable.numpy(), [3.5, 4.5])
    with pytest.raises(ValueError, match=r"\(2,\)"):
        variable.assign([1.0, 2.0, 3.0])


def test_a_variable_is_itself_in_lists_and_dicts():
    a, b = Variable([1.0, 2.0]), Variable([1.0, 2.0])
    assert a in [b, a]
    assert a not in [b]
    assert {a: 1, b: 2}[b] == 2


def test_variables_made_while_tracing_or_taping_are_plain_values():
    made = []

    @function
    def build(x):
        if not made:
            made.append(Variable(initializers.get("random_normal"), shape=(2,)))
        return x + made[0]

    y = build(np.zeros(2, "float32"))
    np.testing.assert_array_equal(y.numpy(), made[0].numpy())
    with GradientTape() as tape:
        variable = Variable(lambda shape, dtype: ops.ones(shape, dtype=dtype), shape=(2,))
        z = ops.multiply(variable, [3.0, 4.0])
    np.testing.assert_array_equal(tape.gradient(z, variable).numpy(), [3, 4])


def test_repr_says_where_it_stands():
    assert repr(Variable([1.0], path="dense/bias")) == "<Variable path=dense/bias, shape=(1,), dtype=float32>"
