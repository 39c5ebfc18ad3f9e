"""Where data sets begin, and what their elements look like."""

import collections

import numpy as np
import pytest

import nnfit
from nnfit.data import Dataset, TensorSpec


def arrays_of(dataset):
    return list(dataset.as_numpy_iterator())


def test_slices_of_a_nest_keep_its_structure():
    Pair = collections.namedtuple("Pair", ["a", "b"])
    x = np.arange(6.0).reshape(3, 2)
    dataset = Dataset.from_tensor_slices(({"x": x, "n": Pair(np.arange(3), np.ones((3, 1, 2)))}, [1, 2, 3]))
    elements = arrays_of(dataset)
    assert len(elements) == len(dataset) == 3
    for i, (features, label) in enumerate(elements):
        np.testing.assert_array_equal(features["x"], x[i])
        assert type(features["n"]) is Pair
        assert features["n"].a == i
        assert features["n"].b.shape == (1, 2)
        assert label == i + 1
    assert dataset.element_spec[0]["x"] == TensorSpec((2,), "float64")
    assert dataset.element_spec[0]["n"].b == TensorSpec((1, 2), "float64")
    assert dataset.element_spec[1] == TensorSpec((), "int32")


def test_iteration_gives_tensors():
    x, y = next(iter(Dataset.from_tensor_slices((np.ones((2, 3), "float32"), np.array([1, 2], "int8")))))
    assert isinstance(x, nnfit.Tensor)
    assert (x.shape, x.dtype) == ((3,), "float32")
    assert (y.shape, y.dtype) == ((), "int32")
    assert y.numpy() == 1


def test_python_numbers_have_the_default_types():
    assert Dataset.from_tensor_slices([1.5, 2.5]).element_spec == TensorSpec((), "float32")
    assert Dataset.from_tensor_slices([[1], [2]]).element_spec == TensorSpec((1,), "int32")
    assert Dataset.from_tensors(3).element_spec == TensorSpec((), "int32")
    assert Dataset.range(3).element_spec == TensorSpec((), "int64")


def test_text_stays_text():
    dataset = Dataset.from_tensor_slices((["a.png", "b.png"], [0, 1]))
    names = [name for name, _ in dataset]
    assert names == ["a.png", "b.png"]
    assert dataset.element_spec[0].dtype == "string"
    assert next(iter(dataset.batch(2)))[0].tolist() == ["a.png", "b.png"]
    assert [int(n) for n in dataset.map(lambda name, i: len(name) + i)] == [5, 6]


def test_pandas_objects_are_arrays():
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0]})
    rows = arrays_of(Dataset.from_tensor_slices((frame, frame["a"])))
    np.testing.assert_array_equal(rows[1][0], [2.0, 4.0])
    assert rows[1][1] == 2.0
    columns = arrays_of(Dataset.from_tensor_slices(dict(frame)))
    assert columns[0] == {"a": 1.0, "b": 3.0}


@pytest.mark.parametrize("layout", ["transposed", "reversed", "big-endian", "read-only"])
def test_arrays_of_any_layout(layout):
    x = np.arange(24.0, dtype="float32").reshape(4, 6)
    given = {"transposed": x.T, "reversed": x[::-1], "big-endian": x.astype(">f4"), "read-only": x}[layout]
    if layout == "read-only":
        given.flags.writeable = False
    batches = arrays_of(Dataset.from_tensor_slices(given).batch(3))
    np.testing.assert_array_equal(np.concatenate(batches), given)


def test_a_memory_map_is_read_where_it_lies(tmp_path):
    np.save(tmp_path / "x.npy", np.arange(12.0).reshape(6, 2))
    mapped = np.load(tmp_path / "x.npy", mmap_mode="r")
    dataset = Dataset.from_tensor_slices(mapped).batch(4)
    assert np.shares_memory(dataset.as_rows().data, mapped)
    np.testing.assert_array_equal(np.concatenate(arrays_of(dataset)), mapped)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ((np.zeros(3), np.zeros(2)), r"as many rows each; got \[3, 2\]"),
        (np.float32(1), "got a scalar"),
        ((), "empty structure"),
        ((np.zeros(2), None), "got None"),
        ([[1, 2], [3]], "one array"),
    ],
)
def test_what_has_no_rows_is_an_error(given, message):
    with pytest.raises((ValueError, TypeError), match=message):
        Dataset.from_tensor_slices(given)


def test_from_tensors_is_one_element():
    (element,) = arrays_of(Dataset.from_tensors({"a": np.arange(3)}))
    np.testing.assert_array_equal(element["a"], np.arange(3))
    assert int(Dataset.from_tensors(1).cardinality()) == 1


@pytest.mark.parametrize("args", [(5,), (2, 9), (2, 9, 3), (9, 2, -2), (0,)])
def test_range_counts_as_python_does(args):
    assert [int(i) for i in Dataset.range(*args)] == list(range(*args))
    assert len(Dataset.range(*args)) == len(range(*args))
    assert [int(i) for i in Dataset.range(*args).batch(2).unbatch()] == list(range(*args))


def test_a_long_range_is_not_laid_out_in_memory():
    assert [b.tolist() for b in Dataset.range(10**12).batch(2).take(2)] == [[0, 1], [2, 3]]


def test_a_generator_is_called_for_each_pass():
    calls = []

    def numbers(first, count):
        calls.append(first)
        for i in range(count):
            yield {"n": first + i}, [i, i]

    dataset = Dataset.from_generator(numbers, args=(10, 3))
    for _ in range(2):
        assert [int(element["n"]) for element, _ in dataset] == [10, 11, 12]
    assert calls == [10, 10]
    assert dataset.element_spec == ({"n": TensorSpec((), "int32")}, TensorSpec((2,), "int32"))
    with pytest.raises(TypeError, match="unknown"):
        len(dataset)


def test_a_signature_casts_and_checks():
    signature = (TensorSpec((None,), "float32"), TensorSpec((), "int64"))
    good = Dataset.from_generator(lambda: iter([([1, 2], 3), ([4], 5)]), output_signature=signature)
    assert good.element_spec == signature
    x, y = next(iter(good))
    assert (x.dtype, y.dtype) == ("float32", "int64")
    bad = Dataset.from_generator(lambda: iter([([[1]], 3)]), output_signature=signature)
    with pytest.raises(ValueError, match=r"element 0 .*expected shape \(None,\); got \(1, 1\)"):
        list(bad)


def test_types_and_shapes_make_a_signature():
    dataset = Dataset.from_generator(lambda: iter([(1, [2])]), ("float32", "int32"), ((), (None,)))
    assert dataset.element_spec == (TensorSpec((), "float32"), TensorSpec((None,), "int32"))


def test_an_iterator_in_place_of_a_generator_function_is_an_error():
    with pytest.raises(TypeError, match="each pass starts anew"):
        Dataset.from_generator(iter([1]))


def test_an_error_of_a_generator_comes_with_its_traceback():
    def failing():
        yield 1
        raise LookupError("no such file")

    iterator = iter(Dataset.from_generator(failing).batch(1).prefetch(1))
    assert next(iterator).tolist() == [1]
    with pytest.raises(LookupError, match="no such file") as caught:
        next(iterator)
    assert caught.traceback[-1].name == "failing"


def test_zip_stops_with_the_shortest_and_keeps_the_structure():
    a, b = Dataset.range(5), Dataset.from_tensor_slices({"x": [1.0, 2.0]})
    for zipped in (Dataset.zip(a, b), Dataset.zip((a, b)), Dataset.zip([a, b]), Dataset.zip(datasets=(a, b))):
        assert len(zipped) == 2
        assert [(int(n), float(e["x"])) for n, e in zipped] == [(0, 1.0), (1, 2.0)]
    named = Dataset.zip({"a": a, "pair": (b, a)})
    assert named.element_spec["pair"][0] == {"x": TensorSpec((), "float32")}
    with pytest.raises(TypeError, match="expected a Dataset; got int"):
        Dataset.zip((a, 3))


def test_zipped_arrays_are_rows():
    x, y = np.arange(8).reshape(4, 2), np.arange(4)
    dataset = Dataset.zip((Dataset.from_tensor_slices(x), Dataset.from_tensor_slices(y))).shuffle(9).batch(3)
    assert dataset.as_rows() is not None
    for x_batch, y_batch in dataset:
        np.testing.assert_array_equal(x_batch.numpy(), x[y_batch.numpy()])


def test_cardinality_and_length():
    infinite = Dataset.range(3).repeat()
    assert int(infinite.cardinality()) == nnfit.data.INFINITE_CARDINALITY
    with pytest.raises(TypeError, match="infinite"):
        len(infinite)
    assert int(Dataset.range(3).filter(lambda i: i > 0).cardinality()) == nnfit.data.UNKNOWN_CARDINALITY
    assert bool(Dataset.range(0))


def test_arrays_given_out_are_read_only():
    x = np.zeros((4, 2))
    for dataset in (Dataset.from_tensor_slices(x), Dataset.from_tensor_slices(x).batch(2), Dataset.from_tensors(x)):
        for array in dataset.as_numpy_iterator():
            with pytest.raises(ValueError, match="read-only"):
                array += 1
    x += 1  # the user's own stays writable


def test_arrays_without_rows_or_without_columns():
    empty = Dataset.from_tensor_slices(np.zeros((0, 3))).shuffle(4).batch(2)
    assert list(empty) == []
    assert empty.as_rows() is None
    narrow = Dataset.from_tensor_slices((np.zeros((5, 0)), np.arange(5))).batch(2)
    assert [x.shape for x, _ in narrow] == [(2, 0), (2, 0), (1, 0)]
