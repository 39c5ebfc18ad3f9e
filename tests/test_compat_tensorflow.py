"""TensorFlow's names, each called as TensorFlow's guides call it."""

import subprocess
import sys

import numpy as np
import pytest

import nnfit
import nnfit.compat.tensorflow as tf
from nnfit.compat.tensorflow import keras, linalg, math, nn

X = np.array([[-1.5, 0.5, 2.0], [0.25, -0.75, 1.0]], "float32")
Y = np.array([[0.5, 2.0, -1.0], [1.0, 4.0, 0.25]], "float32")
P = np.array([0.2, 0.5, 0.9], "float32")
Q = np.array([True, False, True])
R = np.array([True, True, False])
EXP = np.exp(X - X.max(-1, keepdims=True))
SOFTMAX = EXP / EXP.sum(-1, keepdims=True)


def erf(x):
    import math as python_math

    return np.vectorize(python_math.erf)(x)


# name: (what to call it with, what it gives); a dict among the arguments holds those by name
MATH = {
    "abs": ((X,), np.abs(X)),
    "acos": ((P,), np.arccos(P)),
    "acosh": ((1 + P,), np.arccosh(1 + P)),
    "add": ({"x": X, "y": Y}, X + Y),
    "add_n": (([X, Y, X],), 2 * X + Y),
    "argmax": ((X,), np.argmax(X, 0)),
    "argmin": ({"input": X, "axis": 1, "output_type": "int32"}, np.argmin(X, 1).astype("int32")),
    "asin": ((P,), np.arcsin(P)),
    "asinh": ((X,), np.arcsinh(X)),
    "atan": ((X,), np.arctan(X)),
    "atan2": ({"y": X, "x": Y}, np.arctan2(X, Y)),
    "atanh": ((P,), np.arctanh(P)),
    "ceil": ((X,), np.ceil(X)),
    "confusion_matrix": (([0, 1, 1, 2], [0, 1, 2, 2]), np.array([[1, 0, 0], [0, 1, 1], [0, 0, 1]], "int32")),
    "cos": ((X,), np.cos(X)),
    "cosh": ((X,), np.cosh(X)),
    "count_nonzero": ((np.array([[0, 3], [1, 2]]),), np.array(3)),
    "cumprod": ((X,), np.cumprod(X, 0)),
    "cumsum": ({"x": X, "axis": 1, "exclusive": True}, np.cumsum(X, 1) - X),
    "divide": ({"x": X, "y": Y}, X / Y),
    "divide_no_nan": ((X, np.zeros_like(X)), np.zeros_like(X)),
    "equal": ({"x": X, "y": X}, X == X),
    "erf": ((X,), erf(X)),
    "erfinv": ((P,), None),
    "exp": ((X,), np.exp(X)),
    "expm1": ((X,), np.expm1(X)),
    "floor": ((X,), np.floor(X)),
    "floordiv": ((X, Y), X // Y),
    "floormod": ((X, Y), X % Y),
    "greater": ((X, Y), X > Y),
    "greater_equal": ((X, Y), X >= Y),
    "in_top_k": (([2, 0], X, 1), np.array([True, False])),
    "is_finite": ((X,), np.isfinite(X)),
    "is_inf": ((X,), np.isinf(X)),
    "is_nan": ((X,), np.isnan(X)),
    "l2_normalize": ({"x": X, "axis": 1}, X / np.linalg.norm(X, axis=1, keepdims=True)),
    "less": ((X, Y), X < Y),
    "less_equal": ((X, Y), X <= Y),
    "log": ((P,), np.log(P)),
    "log1p": ((P,), np.log1p(P)),
    "log_sigmoid": ((X,), -np.log1p(np.exp(-X))),
    "log_softmax": ({"logits": X}, np.log(SOFTMAX)),
    "logical_and": ((Q, R), Q & R),
    "logical_not": ((Q,), ~Q),
    "logical_or": ((Q, R), Q | R),
    "logical_xor": ((Q, R), Q ^ R),
    "maximum": ((X, Y), np.maximum(X, Y)),
    "minimum": ((X, Y), np.minimum(X, Y)),
    "mod": ((X, Y), X % Y),
    "multiply": ({"x": X, "y": Y}, X * Y),
    "negative": ((X,), -X),
    "not_equal": ((X, Y), X != Y),
    "pow": ({"x": P, "y": 2.0}, P**2),
    "reciprocal": ((X,), 1 / X),
    "reduce_all": ({"input_tensor": Q}, np.array(False)),
    "reduce_any": ({"input_tensor": Q, "axis": 0}, np.array(True)),
    "reduce_logsumexp": ({"input_tensor": X, "axis": 1}, np.log(np.exp(X).sum(1))),
    "reduce_max": ({"input_tensor": X, "axis": -1}, X.max(-1)),
    "reduce_mean": ({"input_tensor": X, "axis": [0, 1]}, X.mean()),
    "reduce_min": ({"input_tensor": X}, X.min()),
    "reduce_prod": ({"input_tensor": X, "axis": 1, "keepdims": True}, X.prod(1, keepdims=True)),
    "reduce_std": ({"input_tensor": X}, X.std()),
    "reduce_sum": ({"input_tensor": X, "axis": 1, "keepdims": True, "name": "total"}, X.sum(1, keepdims=True)),
    "reduce_variance": ({"input_tensor": X, "axis": 0}, X.var(0)),
    "round": ((X,), np.round(X)),
    "rsqrt": ((P,), 1 / np.sqrt(P)),
    "segment_sum": ((X, [0, 0]), X.sum(0, keepdims=True)),
    "sigmoid": ((X,), 1 / (1 + np.exp(-X))),
    "sign": ((X,), np.sign(X)),
    "sin": ((X,), np.sin(X)),
    "sinh": ((X,), np.sinh(X)),
    "softmax": ({"logits": X}, SOFTMAX),
    "softplus": ({"features": X}, np.log1p(np.exp(X))),
    "softsign": ({"features": X}, X / (1 + np.abs(X))),
    "sqrt": ((P,), np.sqrt(P)),
    "square": ((X,), X**2),
    "squared_difference": ({"x": X, "y": Y}, (X - Y) ** 2),
    "subtract": ({"x": X, "y": Y}, X - Y),
    "tan": ((X,), np.tan(X)),
    "tanh": ((X,), np.tanh(X)),
    "top_k": ({"input": X, "k": 2}, (np.sort(X)[:, :0:-1], np.argsort(X)[:, :0:-1].astype("int32"))),
    "truediv": ((X, Y), X / Y),
    "unsorted_segment_sum": ((X, [1, 0], 2), X[::-1]),
    "xlogy": ((np.array([0.0, 2.0], "float32"), np.array([0.0, 3.0], "float32")), np.array([0, 2 * np.log(3.0)])),
}
ARRAYS = {
    "boolean_mask": ((X, [False, True]), X[1:]),
    "broadcast_to": ({"input": P, "shape": (2, 3)}, np.broadcast_to(P, (2, 3))),
    "cast": ({"x": X, "dtype": tf.int32}, X.astype("int32")),
    "clip_by_global_norm": (([X, None, Y], 1.0), None),
    "clip_by_norm": ({"t": X, "clip_norm": 1.0}, X / np.linalg.norm(X)),
    "clip_by_value": ({"t": X, "clip_value_min": -1.0, "clip_value_max": 0.5}, np.clip(X, -1, 0.5)),
    "concat": ({"values": [X, Y], "axis": 1}, np.concatenate([X, Y], 1)),
    "cond": ((True, lambda: tf.constant(X), lambda: tf.constant(Y)), X),
    "constant": ((3, tf.float32, (2, 2)), np.full((2, 2), 3, "float32")),
    "convert_to_tensor": (([tf.constant(1.0), tf.constant(2.0)],), np.array([1, 2], "float32")),
    "expand_dims": ({"input": X, "axis": 0}, X[None]),
    "eye": ((2, 3), np.eye(2, 3, dtype="float32")),
    "fill": (([2, 3], 7), np.full((2, 3), 7, "int32")),
    "gather": ({"params": X, "indices": [1, 0, 1]}, X[[1, 0, 1]]),
    "global_norm": (([X, None, Y],), np.sqrt((X**2).sum() + (Y**2).sum())),
    "identity": ((X,), X),
    "linspace": ((0.0, 1.0, 5), np.linspace(0, 1, 5, dtype="float32")),
    "map_fn": ((tf.reduce_sum, X), X.sum(1)),
    "meshgrid": ((P, P), tuple(np.meshgrid(P, P))),
    "one_hot": ({"indices": [0, 2], "depth": 3}, np.eye(3, dtype="float32")[[0, 2]]),
    "ones": (((2, 2),), np.ones((2, 2), "float32")),
    "ones_like": ({"input": X}, np.ones_like(X)),
    "pad": ({"tensor": X, "paddings": [[1, 0], [0, 2]]}, np.pad(X, [[1, 0], [0, 2]])),
    "range": ((2, 8, 3), np.arange(2, 8, 3, dtype="int32")),
    "rank": ((X,), np.array(2, "int32")),
    "repeat": ({"input": X, "repeats": 2, "axis": 1}, np.repeat(X, 2, 1)),
    "reshape": ({"tensor": X, "shape": (-1, 1)}, X.reshape(-1, 1)),
    "reverse": ({"tensor": X, "axis": [1]}, X[:, ::-1]),
    "roll": ({"input": X, "shift": 1, "axis": 1}, np.roll(X, 1, 1)),
    "shape": ((X,), np.array([2, 3], "int32")),
    "size": ((X,), np.array(6, "int32")),
    "slice": ((X, [0, 1], [-1, 2]), X[:, 1:]),
    "split": ({"value": X, "num_or_size_splits": [1, -1], "axis": 1}, (X[:, :1], X[:, 1:])),
    "squeeze": ({"input": X[None], "axis": 0}, X),
    "stack": ({"values": [X, Y], "axis": 1}, np.stack([X, Y], 1)),
    "stop_gradient": ((X,), X),
    "tile": ({"input": X, "multiples": [1, 2]}, np.tile(X, [1, 2])),
    "transpose": ({"a": X, "perm": [1, 0]}, X.T),
    "unstack": ((X,), (X[0], X[1])),
    "where": ((X > 0, X, Y), np.where(X > 0, X, Y)),
    "zeros": (([2, 3], tf.int64), np.zeros((2, 3), "int64")),
    "zeros_like": ({"input": X}, np.zeros_like(X)),
}
LINALG = {
    "band_part": ((np.ones((3, 3), "float32"), 1, 0), np.tril(np.ones((3, 3))) - np.tril(np.ones((3, 3)), -2)),
    "diag": ((P,), np.diag(P)),
    "diag_part": ((X[:, :2],), np.diagonal(X[:, :2])),
    "einsum": (("ij,kj->ik", X, Y), X @ Y.T),
    "matmul": ({"a": X, "b": Y, "transpose_b": True}, X @ Y.T),
    "matrix_transpose": ((X,), X.T),
    "matvec": ((X, P), X @ P),
    "norm": ((X,), np.linalg.norm(X)),
    "tensordot": ({"a": X, "b": Y, "axes": 2}, np.tensordot(X, Y, 2)),
    "trace": ((X[:, :2],), np.trace(X[:, :2])),
}
LABELS = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]], "float32")
NN = {
    "bias_add": ((X, P), X + P),
    "crelu": ((X,), np.concatenate([np.maximum(X, 0), np.maximum(-X, 0)], -1)),
    "dropout": ((X, 0.0), X),
    "elu": ({"features": X}, np.where(X > 0, X, np.expm1(X))),
    "embedding_lookup": ({"params": X, "ids": [[1], [0]]}, X[[[1], [0]]]),
    "gelu": ({"features": X}, X * 0.5 * (1 + erf(X / np.sqrt(2)))),
    "in_top_k": MATH["in_top_k"],
    "l2_loss": ((X,), (X**2).sum() / 2),
    "l2_normalize": MATH["l2_normalize"],
    "leaky_relu": ({"features": X, "alpha": 0.1}, np.where(X > 0, X, 0.1 * X)),
    "log_softmax": MATH["log_softmax"],
    "moments": ({"x": X, "axes": [0]}, (X.mean(0), X.var(0))),
    "relu": ({"features": X}, np.maximum(X, 0)),
    "relu6": ((10 * X,), np.clip(10 * X, 0, 6)),
    "selu": ((X,), 1.0507009873554805 * np.where(X > 0, X, 1.6732632423543772 * np.expm1(X))),
    "sigmoid": MATH["sigmoid"],
    "sigmoid_cross_entropy_with_logits": (
        {"labels": LABELS, "logits": X},
        np.maximum(X, 0) - X * LABELS + np.log1p(np.exp(-np.abs(X))),
    ),
    "silu": ((X,), X / (1 + np.exp(-X))),
    "softmax": MATH["softmax"],
    "softmax_cross_entropy_with_logits": (
        {"labels": LABELS, "logits": X},
        -(LABELS * np.log(SOFTMAX)).sum(-1),
    ),
    "softplus": MATH["softplus"],
    "softsign": MATH["softsign"],
    "sparse_softmax_cross_entropy_with_logits": (
        {"labels": [1, 0], "logits": X},
        -(LABELS * np.log(SOFTMAX)).sum(-1),
    ),
    "swish": ((X,), X / (1 + np.exp(-X))),
    "tanh": MATH["tanh"],
    "top_k": MATH["top_k"],
}
# names that are no functions of tensors; what they are is tested below
OTHERS = {
    *("DType", "GradientTape", "Tensor", "TensorSpec", "Variable", "argsort", "bool", "data", "double", "einsum"),
    *("executing_eagerly", "float32", "float64", "function", "initializers", "int32", "int64", "is_tensor", "keras"),
    *("linalg", "losses", "math", "metrics", "nest", "newaxis", "nn", "optimizers", "random", "sort", "string"),
    *("uint8", "while_loop"),
}


def check(module, name, case):
    arguments, expected = case
    function = getattr(module, name)
    result = function(**arguments) if isinstance(arguments, dict) else function(*arguments)
    if expected is None:
        return result
    given, wanted = (result, expected) if isinstance(expected, tuple) else ((result,), (expected,))
    for tensor, array in zip(given, wanted, strict=True):
        assert isinstance(tensor, nnfit.Tensor)
        kind = np.asarray(array).dtype
        assert np.dtype(tensor.dtype).kind == kind.kind
        if kind.kind in "iu" and name != "argsort":
            assert tensor.dtype == kind.name
        np.testing.assert_allclose(tensor.numpy(), array, rtol=1e-5, atol=1e-6)
    return result


@pytest.mark.parametrize("name", MATH)
def test_math(name):
    check(math, name, MATH[name])


@pytest.mark.parametrize("name", ARRAYS)
def test_arrays(name):
    check(tf, name, ARRAYS[name])


@pytest.mark.parametrize("name", LINALG)
def test_linalg(name):
    check(linalg, name, LINALG[name])


@pytest.mark.parametrize("name", NN)
def test_nn(name):
    check(nn, name, NN[name])


def public(module):
    return {name for name, value in vars(module).items() if callable(value) and not name.startswith("_")} - {
        "Any",
        "Callable",
        "Sequence",
        "spelled",
        "unknown_name",
    }


def test_each_name_is_tested():
    assert public(math) == set(MATH)
    assert public(linalg) == set(LINALG)
    assert set(nn.__all__) == set(NN)
    functions = set(tf.__all__) - OTHERS
    assert functions <= set(ARRAYS) | set(MATH) | set(LINALG)
    assert set(ARRAYS) <= functions
    for name in functions & set(MATH):
        assert getattr(tf, name) is getattr(math, name)


def test_numbers_that_have_no_closed_form():
    np.testing.assert_allclose(math.erf(math.erfinv(P)), P, rtol=1e-5)
    clipped, norm = tf.clip_by_global_norm([X, None, Y], 1.0)
    assert float(norm) == pytest.approx(np.sqrt((X**2).sum() + (Y**2).sum()))
    assert clipped[1] is None
    assert float(tf.linalg.norm(clipped[0])) < 1


def test_the_ways_to_import():
    from nnfit.compat.tensorflow.keras.layers import Dense
    from nnfit.compat.tensorflow.keras.optimizers.schedules import ExponentialDecay

    from nnfit.compat.tensorflow.keras import layers

    assert layers is nnfit.layers
    assert Dense is nnfit.layers.Dense
    assert ExponentialDecay is nnfit.optimizers.schedules.ExponentialDecay
    assert keras.Model is nnfit.Model
    assert keras.datasets is nnfit.datasets
    assert keras.backend is nnfit.backend
    assert tf.keras is keras
    assert "Model" in dir(keras)
    assert (tf.losses, tf.metrics, tf.optimizers) == (nnfit.losses, nnfit.metrics, nnfit.optimizers)
    assert (tf.initializers, tf.nest) == (nnfit.initializers, nnfit.tree)
    assert tf.data.Dataset is nnfit.data.Dataset
    assert tf.data.AUTOTUNE == tf.data.experimental.AUTOTUNE == -1
    assert int(tf.data.experimental.cardinality(tf.data.Dataset.range(3))) == 3
    assert tf.__version__ == keras.__version__ == nnfit.__version__


def test_importing_nnfit_does_not_import_it():
    program = "import sys, nnfit; print([m for m in sys.modules if m.startswith(('nnfit.compat', 'nnfit.data.'))])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_name_that_is_not_there():
    with pytest.raises(AttributeError, match=r"tf\.raw_ops is not among"):
        _ = tf.raw_ops
    with pytest.raises(AttributeError, match=r"tf\.float16 .*dtypes are bool, uint8"):
        _ = tf.float16
    with pytest.raises(AttributeError, match=r"tf\.math\.bessel_i0 is not among"):
        _ = math.bessel_i0
    assert not hasattr(nn, "ctc_loss")
    assert not hasattr(linalg, "svd")
    assert not hasattr(tf.random, "gamma")


def test_dtypes():
    x = tf.constant([1.0])
    assert x.dtype == tf.float32
    assert tf.float32.is_floating
    assert not tf.float32.is_integer
    assert tf.int64.as_numpy_dtype is np.int64
    assert tf.uint8.is_integer
    assert tf.bool.is_bool
    assert tf.float64.name == "float64" == tf.double
    assert tf.cast(x, tf.bool).dtype == "bool"
    assert np.zeros(1, tf.int32).dtype == "int32"
    assert tf.TensorSpec([None, 2], tf.int32).shape == (None, 2)
    assert tf.string == "string"
    assert tf.newaxis is None


def test_variables():
    v = tf.Variable(2.0, trainable=False, name="scope/v", dtype=tf.float32)
    assert isinstance(v, tf.Variable)
    assert isinstance(v, nnfit.Variable)
    assert not v.trainable
    assert isinstance(tf.Variable(lambda: [1, 2]), tf.Variable)
    layer = keras.layers.Dense(2)
    layer.build((None, 3))
    assert isinstance(layer.kernel, tf.Variable)
    assert not isinstance(tf.constant(1), tf.Variable)
    assert tf.is_tensor(tf.constant(1))
    assert isinstance(tf.constant(1), tf.Tensor)


def test_gradients_and_functions():
    w = tf.Variable([1.0, 2.0])

    @tf.function(jit_compile=True)
    def step(x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(tf.square(w * x))
        assert not tf.executing_eagerly()
        return tape.gradient(loss, w)

    np.testing.assert_allclose(step(tf.constant([1.0, 3.0])), [2.0, 36.0])
    assert tf.function(lambda x: x + 1)(tf.constant(1)).numpy() == 2
    assert tf.executing_eagerly()
    total = tf.while_loop(lambda i, s: i < 3, lambda i, s: (i + 1, s + i), (tf.constant(0), tf.constant(0)))
    assert int(total[1]) == 3
    assert tf.sort(tf.constant([3, 1])).numpy().tolist() == [1, 3]
    assert tf.argsort(tf.constant([3, 1])).numpy().tolist() == [1, 0]


def test_random_numbers():
    tf.random.set_seed(3)
    first = tf.random.normal((2, 3), stddev=2.0).numpy()
    tf.random.set_seed(3)
    np.testing.assert_array_equal(tf.random.normal(shape=tf.constant([2, 3]), stddev=2.0), first)
    uniform = tf.random.uniform([100], -1, 1).numpy()
    assert uniform.min() < -0.5
    assert uniform.max() > 0.5
    whole = tf.random.uniform((100,), 0, 5, dtype=tf.int32)
    assert set(whole.numpy()) == {0, 1, 2, 3, 4}
    assert abs(tf.random.truncated_normal((1000,)).numpy()).max() <= 2
    assert sorted(tf.random.shuffle([1, 2, 3]).numpy()) == [1, 2, 3]
    assert tf.random.categorical([[0.0, 100.0]], 4).numpy().tolist() == [[1, 1, 1, 1]]
    with pytest.raises(ValueError, match="expected maxval"):
        tf.random.uniform((2,), dtype=tf.int32)


def test_shapes_are_sizes_and_tensors():
    x = tf.zeros((4, 5))
    rows = tf.shape(x)[0]
    assert tf.ones((rows, 2)).shape == (4, 2)
    assert tf.random.normal(tf.shape(x)).shape == (4, 5)
    assert float(tf.cast(rows, tf.float32)) == 4.0
    assert tf.range(rows).shape == (4,)
    with pytest.raises(ValueError, match=r"\(None, 3\) is not known yet"):
        tf.shape(keras.Input((3,)))


def test_the_edges_of_array_functions():
    np.testing.assert_array_equal(tf.where(np.array([[True, False], [False, True]])), [[0, 0], [1, 1]])
    np.testing.assert_array_equal(tf.one_hot([1], 3, on_value=5, off_value=-1), [[-1, 5, -1]])
    np.testing.assert_array_equal(tf.one_hot([0, 1], 2, axis=0, dtype=tf.int32), [[1, 0], [0, 1]])
    np.testing.assert_array_equal(tf.one_hot(np.array([0.0, 1.0], "float32"), 2), np.eye(2))
    assert tf.eye(2, batch_shape=[3]).shape == (3, 2, 2)
    np.testing.assert_array_equal(tf.constant([1, 2, 3, 4], shape=(2, 2)), [[1, 2], [3, 4]])
    np.testing.assert_array_equal(tf.pad([[1, 2, 3]], [[0, 0], [1, 1]], "REFLECT"), [[2, 1, 2, 3, 2]])
    np.testing.assert_array_equal(tf.cumsum([1, 2, 3], reverse=True), [6, 5, 3])
    np.testing.assert_array_equal(tf.concat([tf.zeros(1), [1.0]], 0), [0, 1])
    with pytest.raises(ValueError, match="batch_dims"):
        tf.gather(X, [0], batch_dims=1)
    with pytest.raises(ValueError, match="channels last"):
        nn.bias_add(X, P, "NCHW")
    assert float(linalg.norm(X, ord=1, axis=None if X.ndim == 1 else (0, 1))) == pytest.approx(np.abs(X).sum(0).max())
    np.testing.assert_allclose(math.confusion_matrix([0, 1], [1, 1], weights=[2.0, 3.0]), [[0, 2], [0, 3]])


def test_names_work_on_symbolic_tensors():
    inputs = keras.Input((4,))
    outputs = tf.reduce_mean(tf.square(tf.nn.relu(inputs)), axis=1, keepdims=True)
    model = keras.Model(inputs, outputs)
    x = np.array([[1.0, -1.0, 2.0, 0.0]], "float32")
    np.testing.assert_allclose(model.predict(x, verbose=0), [[1.25]])


def test_backend():
    k = keras.backend
    v = k.variable([[1, 2]], name="v")
    assert v.dtype == k.floatx()
    k.set_value(v, [[3.0, 4.0]])
    np.testing.assert_array_equal(k.get_value(v), [[3, 4]])
    np.testing.assert_array_equal(k.eval(k.update_add(v, [[1.0, 1.0]])), [[4, 5]])
    k.update_sub(v, [[1.0, 1.0]])
    k.update(v, v * 2)
    np.testing.assert_array_equal(k.eval(v), [[6, 8]])
    assert float(k.std(v)) == 1.0
    assert float(k.mean(v)) == 7.0
    assert (k.shape(v), k.int_shape(v), k.ndim(v), k.count_params(v), k.dtype(v)) == ((1, 2), (1, 2), 2, 2, "float32")
    assert k.permute_dimensions(v, (1, 0)).shape == (2, 1)
    assert k.batch_flatten(k.zeros((2, 3, 4))).shape == (2, 12)
    assert k.argmax([[1, 5], [7, 2]]).numpy().tolist() == [1, 0]
    assert k.argmin([[1, 5], [7, 2]]).numpy().tolist() == [0, 1]
    np.testing.assert_allclose(k.l2_normalize(X, 1), X / np.linalg.norm(X, axis=1, keepdims=True), rtol=1e-6)
    np.testing.assert_array_equal(k.switch(X > 0, lambda: X, Y), np.where(X > 0, X, Y))
    np.testing.assert_array_equal(k.clip(X, 0, 1), np.clip(X, 0, 1))
    np.testing.assert_array_equal(k.pow(X, 2.0), X**2)
    assert k.constant(3, shape=(2,)).numpy().tolist() == [3.0, 3.0]
    assert k.ones(2).dtype == "float32"
    assert k.random_normal((3,), seed=1).shape == k.random_uniform((3,), seed=1).shape == (3,)
    np.testing.assert_allclose(
        k.binary_crossentropy([1.0], [2.0], from_logits=True), np.log1p(np.exp([-2.0])), rtol=1e-5
    )
    assert k.backend() == "nnfit"
    assert k.image_data_format() == "channels_last"
    missing = [name for name in k.__all__ if not hasattr(k, name)]
    assert missing == []
