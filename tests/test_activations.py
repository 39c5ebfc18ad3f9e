"""Activations against their formulas in double precision."""

import math

import numpy as np
import pytest

from execution import EXECUTIONS
from nnfit import activations, ops

X = np.array([-30.0, -3.2, -1.0, -0.7, -0.5, 0.0, 0.3, 0.5, 1.0, 2.9, 3.5, 30.0])


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softplus(x):
    return np.logaddexp(x, 0)


ELEMENTWISE = {
    "celu": lambda x: np.maximum(x, 0) + np.minimum(np.expm1(np.minimum(x, 0)), 0),
    "elu": lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))),
    "exponential": np.exp,
    "gelu": lambda x: 0.5 * x * (1 + np.vectorize(math.erf)(x / np.sqrt(2))),
    "hard_shrink": lambda x: np.where(np.abs(x) > 0.5, x, 0),
    "hard_sigmoid": lambda x: np.clip(x / 6 + 0.5, 0, 1),
    "hard_silu": lambda x: x * np.clip(x / 6 + 0.5, 0, 1),
    "hard_tanh": lambda x: np.clip(x, -1, 1),
    "leaky_relu": lambda x: np.where(x >= 0, x, 0.2 * x),
    "linear": lambda x: x,
    "log_sigmoid": lambda x: -softplus(-x),
    "mish": lambda x: x * np.tanh(softplus(x)),
    "relu": lambda x: np.maximum(x, 0),
    "relu6": lambda x: np.clip(x, 0, 6),
    "selu": lambda x: 1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * np.expm1(np.minimum(x, 0))),
    "sigmoid": sigmoid,
    "silu": lambda x: x * sigmoid(x),
    "soft_shrink": lambda x: np.sign(x) * np.maximum(np.abs(x) - 0.5, 0),
    "softplus": softplus,
    "softsign": lambda x: x / (1 + np.abs(x)),
    "sparse_plus": lambda x: np.where(x <= -1, 0, np.where(x < 1, 0.25 * (x + 1) ** 2, x)),
    "sparse_sigmoid": lambda x: np.where(x <= -1, 0, np.where(x < 1, 0.5 * (x + 1), 1)),
    "squareplus": lambda x: (x + np.sqrt(x**2 + 4)) / 2,
    "tanh": np.tanh,
    "tanh_shrink": lambda x: x - np.tanh(x),
}
ALONG_AN_AXIS = {"glu", "log_softmax", "softmax", "sparsemax"}
WITH_ARGUMENTS = {"threshold"}
ALIASES = {"swish", "hard_swish"}


def test_every_registered_activation_has_a_test():
    tested = set(ELEMENTWISE) | ALONG_AN_AXIS | WITH_ARGUMENTS | ALIASES
    assert set(activations.registry.names()) == tested


@EXECUTIONS
@pytest.mark.parametrize(("dtype", "tolerance"), [("float32", 1e-6), ("float64", 1e-13)])
@pytest.mark.parametrize("name", sorted(ELEMENTWISE))
def test_elementwise_activations(name, dtype, tolerance, run):
    x = X.astype(dtype)
    y = run(activations.get(name))(ops.convert_to_tensor(x))
    assert y.dtype == dtype
    np.testing.assert_allclose(y.numpy(), ELEMENTWISE[name](x.astype("float64")), rtol=4 * tolerance, atol=tolerance)


@pytest.mark.parametrize("negative_slope", [0.0, 0.25])
@pytest.mark.parametrize("max_value", [None, 2.0, 6])
@pytest.mark.parametrize("threshold", [0.0, 0.4])
def test_relu_with_every_combination_of_arguments(negative_slope, max_value, threshold):
    above = X if max_value is None else np.minimum(X, max_value)
    expected = np.where(threshold < X, above, negative_slope * (X - threshold))
    y = activations.relu(X, negative_slope=negative_slope, max_value=max_value, threshold=threshold)
    np.testing.assert_allclose(y.numpy(), expected, atol=1e-15)


def test_gelu_is_exact_by_default_and_approximate_on_request():
    exact, approximate = activations.gelu(X).numpy(), activations.gelu(X, approximate=True).numpy()
    tanh_form = 0.5 * X * (1 + np.tanh(np.sqrt(2 / np.pi) * (X + 0.044715 * X**3)))
    np.testing.assert_allclose(approximate, tanh_form, atol=1e-13)
    assert np.abs(exact - approximate).max() > 1e-5


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_softmaxes_along_an_axis(axis):
    x = np.random.default_rng(0).normal(size=(3, 4), scale=5)
    e = np.exp(x - x.max(axis, keepdims=True))
    expected = e / e.sum(axis, keepdims=True)
    np.testing.assert_allclose(activations.softmax(x, axis=axis).numpy(), expected, rtol=1e-12)
    np.testing.assert_allclose(activations.log_softmax(x, axis=axis).numpy(), np.log(expected), rtol=1e-12)


def nearest_on_simplex(z):
    """The projection onto the simplex, by bisection on its threshold."""
    low, high = z.min() - 1, z.max()
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if np.maximum(z - middle, 0).sum() > 1 else (low, middle)
    return np.maximum(z - low, 0)


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_sparsemax_projects_onto_the_simplex(axis):
    x = np.random.default_rng(1).normal(size=(5, 6))
    expected = np.apply_along_axis(nearest_on_simplex, axis, x)
    y = activations.sparsemax(x, axis=axis).numpy()
    np.testing.assert_allclose(y, expected, atol=1e-12)
    assert (y == 0).any()


def test_glu_and_threshold():
    x = np.random.default_rng(2).normal(size=(3, 8))
    np.testing.assert_allclose(activations.glu(x).numpy(), x[:, :4] * sigmoid(x[:, 4:]), rtol=1e-13)
    np.testing.assert_array_equal(activations.threshold(X, 0.4, -7.0).numpy(), np.where(X > 0.4, X, -7))


def test_get_and_serialize():
    assert activations.get(None) is activations.linear
    assert activations.get("swish") is activations.silu is activations.swish
    assert activations.get("hard_swish") is activations.hard_silu is activations.hard_swish
    assert activations.get(np.tanh) is np.tanh
    assert activations.serialize(activations.relu) == "relu"
    assert activations.deserialize("relu") is activations.relu
    with pytest.raises(ValueError, match=r"\[activations\] unknown name 'rellu'.*nearest first: relu"):
        activations.get("rellu")
    with pytest.raises(TypeError, match=r"\[activations\] expected a name, a configuration or a function; got 3"):
        activations.get(3)
