"""Tensor: its face to Python and NumPy."""

import copy
import gc
import itertools

import numpy as np
import pytest

import nnfit
from nnfit import _core, ops

DTYPES = ("bool", "uint8", "int32", "int64", "float32", "float64")
tensor = ops.convert_to_tensor


def cube(dtype="float32"):
    return np.arange(60).reshape(3, 4, 5).astype(dtype)


# --- making and reading -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", DTYPES)
def test_arrays_keep_their_type_and_values(dtype):
    array = cube() % 2 if dtype == "bool" else cube(dtype)
    t = tensor(array.astype(dtype))
    assert (t.dtype, t.shape, t.ndim, t.size) == (dtype, (3, 4, 5), 3, 60)
    np.testing.assert_array_equal(t.numpy(), array)
    assert t.numpy().dtype == dtype


@pytest.mark.parametrize(
    ("value", "dtype"),
    [
        (True, "bool"),
        (3, "int32"),
        (2**40, "int64"),
        (0.5, "float32"),
        ([1, 2], "int32"),
        ([1, 2**40], "int64"),
        ([1, 2.5], "float32"),
        ([[True], [False]], "bool"),
        ([], "float32"),
        (np.float64(0.5), "float32"),  # a Python float, to Python
        (np.array(0.5), "float64"),
        (np.float16(0.5), "float32"),
        (np.int8(5), "int32"),
        (np.arange(3, dtype="uint16"), "int32"),
        (np.arange(3, dtype=">i4"), "int32"),
        ((1.0, 2.0), "float32"),
        (range(3), "int32"),
    ],
)
def test_what_becomes_which_type(value, dtype):
    t = tensor(value)
    assert t.dtype == dtype
    np.testing.assert_array_equal(t.numpy(), np.asarray(value))


def test_floatx_is_the_type_of_python_floats():
    nnfit.config.set_floatx("float64")
    assert tensor(0.1).dtype == "float64"
    assert tensor([0.1]).dtype == "float64"
    assert ops.zeros(2).dtype == "float64"
    assert (tensor(1) / 3).dtype == "float64"


def test_a_wanted_type_is_given():
    assert tensor([1, 2], "float64").dtype == "float64"
    assert tensor(np.float64(0.5), np.float32).dtype == "float32"
    assert tensor(3, float).dtype == "float32"
    t = tensor([1.0])
    assert tensor(t) is t or tensor(t).numpy() is not None
    with pytest.raises(ValueError, match="unknown dtype 'float8'"):
        tensor(1, "float8")


def test_a_strided_array_is_read_in_order():
    array = cube()
    for view in (
        array.T,
        array[::2, ::-1],
        array[:, 1:3],
        np.asfortranarray(array),
        np.broadcast_to(array[0, 0], (2, 5)),
    ):
        np.testing.assert_array_equal(tensor(view).numpy(), view)


def test_an_array_may_be_written_to_afterwards():
    array = np.ones(3, "float32")
    t = tensor(array)
    array[:] = 7
    np.testing.assert_array_equal(t.numpy(), [1, 1, 1])


def test_lists_of_tensors_are_stacked():
    t = tensor([tensor([1.0, 2.0]), tensor([3.0, 4.0])])
    np.testing.assert_array_equal(t.numpy(), [[1, 2], [3, 4]])
    np.testing.assert_array_equal(tensor([tensor(1), 2]).numpy(), [1, 2])


@pytest.mark.parametrize(
    ("value", "error", "match"),
    [
        (None, TypeError, "got None"),
        ("text", TypeError, None),
        ([[1, 2], [3]], ValueError, "equal lengths"),
        (np.array([1.0, None, 3.0], dtype=object), TypeError, r"None \(NoneType\) at row 1"),
        (np.array([[1.0, 2.0], [3.0, "x"]], dtype=object), TypeError, "row 1, column 1"),
        (np.array(["a"]), TypeError, "dtype"),
        (np.array([1j]), TypeError, "complex128"),
        (2**70, ValueError, "64 bits"),
        (object(), TypeError, "object"),
    ],
)
def test_what_no_tensor_can_hold(value, error, match):
    with pytest.raises(error, match=match):
        tensor(value)


def test_numpy_is_a_read_only_view_that_outlives_the_tensor():
    t = tensor(cube())
    view = t.numpy()
    assert np.shares_memory(view, t.numpy())
    with pytest.raises(ValueError, match="read-only"):
        view[0, 0, 0] = 1
    del t
    gc.collect()
    np.testing.assert_array_equal(view, cube())


def test_array_protocol():
    t = tensor(cube())
    assert np.shares_memory(np.asarray(t), t.numpy())
    assert np.asarray(t, dtype="float64").dtype == "float64"
    mine = np.array(t)
    mine[0, 0, 0] = 99
    assert t.numpy()[0, 0, 0] == 0
    np.testing.assert_array_equal(np.sum(np.asarray(t)), cube().sum())


def test_reshaping_shares_memory():
    t = tensor(cube())
    for view in (ops.reshape(t, (12, 5)), ops.expand_dims(t, 0), ops.squeeze(t[None]), ops.reshape(t, -1)):
        assert np.shares_memory(view.numpy(), t.numpy())


def test_dlpack_to_numpy_and_back():
    for dtype in DTYPES:
        array = (cube() % 2).astype(dtype)
        t = tensor(array)
        seen = np.from_dlpack(t)
        assert seen.dtype == dtype
        np.testing.assert_array_equal(seen, array)
        np.testing.assert_array_equal(tensor(seen).numpy(), array)
    t = tensor(cube())
    assert np.shares_memory(np.from_dlpack(t), t.numpy())
    assert t.__dlpack_device__() == (1, 0)
    assert not np.shares_memory(np.from_dlpack(t, copy=True), t.numpy())
    kept = np.from_dlpack(tensor(cube()))
    gc.collect()
    np.testing.assert_array_equal(kept, cube())
    unused = tensor(cube()).__dlpack__()
    del unused
    gc.collect()


class Exporter:
    """What another library's array looks like: DLPack, and nothing else."""

    def __init__(self, array):
        self.array = array

    def __dlpack__(self, **options):
        return self.array.__dlpack__(**options)

    def __dlpack_device__(self):
        return self.array.__dlpack_device__()


def test_dlpack_from_another_library():
    np.testing.assert_array_equal(tensor(Exporter(cube())).numpy(), cube())
    np.testing.assert_array_equal(tensor(Exporter(cube().T)).numpy(), cube().T)


# --- as a Python number ---------------------------------------------------------------------------------------------


def test_one_element_is_a_number():
    assert float(tensor(1.5)) == 1.5
    assert float(tensor([[2]])) == 2.0
    assert int(tensor(-1.7)) == -1
    assert int(tensor(2**40)) == 2**40
    assert bool(tensor([0.0])) is False
    assert bool(tensor(True)) is True
    assert [10, 20, 30][tensor(1)] == 20
    assert tensor(0.25).item() == 0.25
    assert f"{tensor(0.256):.1f}" == "0.3"
    assert tensor([1, 2]).tolist() == [1, 2]


def test_more_elements_are_no_number():
    for convert in (float, int, lambda t: t.item()):
        with pytest.raises(ValueError, match="one element"):
            convert(tensor([1.0, 2.0]))
    with pytest.raises(ValueError, match=r"ambiguous; use ops\.any"):
        bool(tensor([1.0, 2.0]))
    with pytest.raises(TypeError, match="integers"):
        [1, 2][tensor(1.0)]
    with pytest.raises(TypeError, match="no length"):
        len(tensor(1.0))


def test_length_and_rows():
    t = tensor(cube())
    assert len(t) == 3
    for row, want in zip(t, cube(), strict=True):
        np.testing.assert_array_equal(row.numpy(), want)


def test_repr_shows_shape_type_and_values():
    text = repr(tensor([1.0, 2.0]))
    assert "shape=(2,)" in text
    assert "float32" in text
    assert "1., 2." in text
    assert len(repr(ops.zeros((1000, 1000)))) < 2000


def test_copies_are_the_same_value():
    t = tensor([1.0])
    for again in (copy.copy(t), copy.deepcopy(t)):
        np.testing.assert_array_equal(again.numpy(), [1.0])


def test_questions_about_anything_like_a_tensor():
    for x in (tensor(cube()), cube(), nnfit.Variable(cube()), cube().tolist()):
        assert ops.shape(x) == (3, 4, 5)
        assert ops.ndim(x) == 3
        assert ops.dtype(x) == "float32"
    assert ops.is_tensor(tensor(1))
    assert not ops.is_tensor(cube())
    assert isinstance(ops.convert_to_numpy(tensor(1)), np.ndarray)


# --- indexing -------------------------------------------------------------------------------------------------------

s = np.s_
KEYS = [
    *(s[0], s[-1], s[2], s[1, 2], s[-1, -2, -3], s[0, 1, 2]),
    *(s[:], s[1:], s[:2], s[1:2], s[::2], s[::-1], s[2:0:-1], s[-2:], s[:-1], s[5:], s[2:1], s[10:20], s[-100:100]),
    *(s[:, 1], s[:, :, 2], s[1, :, 2], s[:, ::-1, ::2], s[::2, 1:3, -1], s[..., 0], s[0, ...], s[..., 1, :], s[...]),
    *(s[None], s[:, None], s[..., None], s[None, 0, None], s[:, None, 1, None, ::2], s[0, None, 1, None, 2]),
    *([0, 2], [1], [-1, 0], np.array([[0, 1], [2, 0]]), np.array([], dtype="int64"), np.array(1), np.int64(2)),
    *(s[:, [0, 3]], s[:, :, [4, 0, 0]], s[1:, [0, -1]], s[[0, 1], ::2], s[..., [1, 2]], s[::-1, [1, 2], 1:3]),
    *(s[[0, 2], [1, 3]], s[[0, 2], [1, 3], [0, 4]], s[:, [0, 2], [1, 3]], s[[0, 2], :, [1, 3]]),
    *(s[[[0], [2]], [1, 3]], s[0, [1, 2]], s[[0, 1], 2], s[0, :, [1, 2]], s[1, [0, 2], 3], s[:, 1, [0, 2]]),
    *(s[[0, 2], None], s[None, [0, 2]], s[:, None, [0, 1]], s[[0, 2], ..., None]),
]


@pytest.mark.parametrize("key", KEYS, ids=str)
def test_indexing_is_numpys(key):
    array = cube()
    want = array[key]
    got = tensor(array)[key]
    assert got.shape == want.shape
    np.testing.assert_array_equal(got.numpy(), want)
    np.testing.assert_array_equal(ops.get_item(array, key).numpy(), want)
    np.testing.assert_array_equal(nnfit.Variable(array)[key].numpy(), want)
    np.testing.assert_array_equal(nnfit.function(lambda x: x[key])(array).numpy(), want)


@pytest.mark.parametrize("key", KEYS, ids=str)
def test_the_gradient_of_indexing_adds_up(key):
    array = cube("float64")
    t = tensor(array)
    with nnfit.GradientTape() as tape:
        tape.watch(t)
        y = t[key]
    weights = np.arange(1.0, y.size + 1).reshape(y.shape)
    want = np.zeros_like(array)
    np.add.at(want, key, weights)
    gradient = tape.gradient(y, t, weights, unconnected_gradients="zero")
    np.testing.assert_array_equal(gradient.numpy(), want)


def test_indexing_with_tensors():
    t, i = tensor(cube()), tensor([2, 0])
    np.testing.assert_array_equal(t[i].numpy(), cube()[[2, 0]])
    np.testing.assert_array_equal(t[:, i].numpy(), cube()[:, [2, 0]])
    np.testing.assert_array_equal(t[tensor(1)].numpy(), cube()[1])
    np.testing.assert_array_equal(t[i, i].numpy(), cube()[[2, 0], [2, 0]])
    traced = nnfit.function(lambda x, at: x[at, 1:])
    np.testing.assert_array_equal(traced(cube(), i).numpy(), cube()[[2, 0], 1:])
    np.testing.assert_array_equal(traced(cube(), tensor(1)).numpy(), cube()[1, 1:])


@pytest.mark.parametrize(
    ("key", "error", "match"),
    [
        (3, IndexError, "index 3 is out of range for axis 0 of size 3"),
        (s[:, -5], IndexError, "axis 1 of size 4"),
        (s[0, 0, 0, 0], IndexError, "at most 3 indices"),
        (s[..., ...], IndexError, "one '...'"),
        ([0, 3], IndexError, "3"),
        (s[:, [0, -5]], IndexError, "-5"),
        (s[[0, 1], [0, 4]], IndexError, "4"),
        (s[::0], ValueError, "step"),
        ("a", TypeError, "str"),
        (1.5, TypeError, "float"),
        (True, TypeError, "boolean"),
        (np.array([True, False, True]), TypeError, "boolean"),
        (s[[0.5]], (TypeError, IndexError), None),
    ],
    ids=str,
)
def test_a_bad_index_is_named(key, error, match):
    with pytest.raises(error, match=match):
        tensor(cube())[key]


def test_a_traced_index_out_of_range_is_an_error_of_the_run():
    f = nnfit.function(lambda x, i, j: x[i, j])
    np.testing.assert_array_equal(f(cube(), [0, 2], [1, -1]).numpy(), cube()[[0, 2], [1, -1]])
    for i, j in [([0, 3], [0, 0]), ([0, 0], [0, 4]), ([0, -4], [0, 3]), ([2, 0], [0, -5])]:
        with pytest.raises(IndexError):
            f(cube(), np.array(i), np.array(j))


def test_assigning_to_an_element_is_no_operation():
    with pytest.raises(TypeError):
        tensor(cube())[0] = 1


# --- operators ------------------------------------------------------------------------------------------------------

BINARY = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "//": lambda a, b: a // b,
    "%": lambda a, b: a % b,
    "**": lambda a, b: a**b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


@pytest.mark.parametrize("operator", BINARY)
def test_operators_in_every_combination(operator):
    f = BINARY[operator]
    a, b = np.array([1.0, 2.5, 3.0]), np.array([[2.0], [3.0]])
    want = f(a, b)
    for left, right in [
        (tensor(a), tensor(b)),
        (tensor(a), b),
        (a, tensor(b)),
        (nnfit.Variable(a), tensor(b)),
        (tensor(a), nnfit.Variable(b)),
        (nnfit.Variable(a), b),
        (a, nnfit.Variable(b)),
        (a.tolist(), tensor(b)),
    ]:
        if operator in ("==", "!=") and nnfit.Variable in (type(left), type(right)):
            continue  # variables are compared by identity
        got = f(left, right)
        assert isinstance(got, _core.Tensor)
        np.testing.assert_allclose(got.numpy(), want, rtol=1e-15)
    np.testing.assert_allclose(f(tensor(a), 2.0).numpy(), f(a, 2.0), rtol=1e-15)
    np.testing.assert_allclose(f(2.0, tensor(a)).numpy(), f(2.0, a), rtol=1e-15)


def test_unary_and_matrix_operators():
    a = np.array([[1.0, -2.0], [3.0, 0.5]])
    t = tensor(a)
    np.testing.assert_array_equal((-t).numpy(), -a)
    np.testing.assert_array_equal((+t).numpy(), a)
    np.testing.assert_array_equal(abs(t).numpy(), abs(a))
    np.testing.assert_allclose((t @ t).numpy(), a @ a)
    np.testing.assert_allclose((a @ t).numpy(), a @ a)
    np.testing.assert_allclose((t @ a).numpy(), a @ a)
    truth = tensor([True, False])
    np.testing.assert_array_equal((~truth).numpy(), [False, True])
    np.testing.assert_array_equal((truth & tensor([True, True])).numpy(), [True, False])
    np.testing.assert_array_equal((truth | False).numpy(), [True, False])
    np.testing.assert_array_equal((truth ^ True).numpy(), [False, True])


def test_tensors_are_hashed_by_identity():
    a, b = tensor([1.0]), tensor([1.0])
    assert len({a, b, a}) == 2


def test_a_python_number_beside_float64_keeps_its_digits():
    third = 1 / 3
    zero = np.zeros(())
    assert float(tensor(zero) + third) == third
    assert float(ops.add(zero, third)) == third
    assert float(ops.maximum(third, zero)) == third
    assert float(ops.where(True, third, zero)) == third
    assert float(tensor(third, "float64")) == third
    assert tensor([third, third], "float64").tolist() == [third, third]
    assert float(ops.full((), third, "float64")) == third


# Keras's promotion: bool < uint8 < int32 < int64 < float32 < float64, an integer beside a float takes the float's type.
ORDER = {name: i for i, name in enumerate(DTYPES)}


@pytest.mark.parametrize(("a", "b"), list(itertools.product(DTYPES, DTYPES)))
def test_types_meet_in_the_higher_one(a, b):
    x, y = tensor(np.ones(2, a)), tensor(np.ones(2, b))
    higher = max(a, b, key=ORDER.get)
    for op in (ops.add, ops.multiply, ops.maximum):
        assert op(x, y).dtype == higher
    assert ops.where([True, False], x, y).dtype == higher
    assert ops.concatenate([x, y]).dtype == higher
    assert ops.divide(x, y).dtype == (higher if higher.startswith("float") else "float32")
    assert ops.equal(x, y).dtype == "bool"


@pytest.mark.parametrize("dtype", DTYPES)
def test_python_numbers_give_way(dtype):
    x = tensor(np.ones(2, dtype))
    assert (x + 1.5).dtype == (dtype if dtype.startswith("float") else "float32")
    assert (x + 1).dtype == ("int32" if dtype == "bool" else dtype)
    assert (1 + x).dtype == ("int32" if dtype == "bool" else dtype)
    assert ops.maximum(x, True).dtype == dtype


def test_broadcasting_that_fails_names_the_shapes():
    with pytest.raises(ValueError, match=r"\[add\].*\(3, 4, 5\).*\(2, 5\)"):
        tensor(cube()) + np.ones((2, 5))
    with pytest.raises(ValueError, match=r"\[matmul\].*\(2, 3\).*\(2, 3\)"):
        ops.matmul(np.ones((2, 3)), np.ones((2, 3)))
    with pytest.raises(TypeError, match=r"\[sum\].*'axes'.*axis, keepdims"):
        _core.ops.sum(cube(), axes=1)
    with pytest.raises(TypeError, match=r"\[reshape\] expected.*newshape"):
        _core.ops.reshape(cube())
    with pytest.raises(TypeError, match=r"\[sum\] expected axis to be integers; got 'first'"):
        ops.sum(cube(), axis="first")


# --- memory -------------------------------------------------------------------------------------------------------


def test_large_arrays_begin_at_different_places_of_their_pages():
    """Else a load of one waits for the store to another that stands beside it."""
    _core.release_memory()  # no block of an earlier test
    arrays = [ops.zeros((7 + i, 100_000)) for i in range(5)]
    places = sorted(t.numpy().__array_interface__["data"][0] % 4096 for t in arrays)
    assert all(place % 64 == 0 for place in places)
    assert min(np.diff([*places, places[0] + 4096])) >= 12 * 64
