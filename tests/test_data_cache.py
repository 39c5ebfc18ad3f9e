"""Caches, in memory and in files."""

import numpy as np
import pytest

from nnfit.data import Dataset


def counted(calls, count=4):
    def note(n):
        calls.append(int(n))
        return {"n": n, "square": (n * n, np.full((int(n), 2), 0.5))}

    return Dataset.range(count).map(note)


def content(dataset):
    return [(int(e["n"]), int(e["square"][0]), e["square"][1].shape) for e in dataset.as_numpy_iterator()]


EXPECTED = [(n, n * n, (n, 2)) for n in range(4)]


@pytest.mark.parametrize("kind", ["memory", "file"])
def test_elements_are_made_once(kind, tmp_path):
    calls = []
    dataset = counted(calls).cache("" if kind == "memory" else tmp_path / "deep" / "cache")
    for _ in range(3):
        assert content(dataset) == EXPECTED
    assert calls == [0, 1, 2, 3]


@pytest.mark.parametrize("kind", ["memory", "file"])
def test_a_pass_that_ends_early_keeps_nothing(kind, tmp_path):
    calls = []
    dataset = counted(calls).cache("" if kind == "memory" else str(tmp_path / "cache"))
    iterator = iter(dataset)
    next(iterator)
    iterator.close()
    assert content(dataset) == EXPECTED
    assert calls == [0, 0, 1, 2, 3]
    assert not list(tmp_path.glob("*.tmp"))


def test_another_program_reads_the_file(tmp_path):
    assert content(counted([]).cache(tmp_path / "cache")) == EXPECTED
    calls = []
    assert content(counted(calls).cache(tmp_path / "cache")) == EXPECTED
    assert calls == []


def test_a_file_keeps_text_and_types(tmp_path):
    dataset = Dataset.from_tensor_slices((["a", "bcd"], np.array([1, 2], "int8"), [True, False]))
    for _ in range(2):
        names, numbers, truths = zip(*dataset.cache(tmp_path / "c").as_numpy_iterator(), strict=True)
        assert [str(name) for name in names] == ["a", "bcd"]
        assert [n.dtype for n in numbers] == ["int8", "int8"]
        assert list(truths) == [True, False]


def test_objects_are_not_written_to_files(tmp_path):
    dataset = Dataset.from_tensor_slices(np.array([{1}, {2}], dtype=object))
    with pytest.raises(TypeError, match="cannot write Python objects"):
        list(dataset.cache(tmp_path / "c"))
    assert list(tmp_path.iterdir()) == []


def test_the_order_of_a_shuffle_before_a_cache_stays():
    dataset = Dataset.range(20).shuffle(20, seed=1).cache()
    assert [int(n) for n in dataset] == [int(n) for n in dataset]
    dataset = Dataset.range(20).cache().shuffle(20, seed=1)
    assert [int(n) for n in dataset] != [int(n) for n in dataset]


def test_an_error_while_filling_a_cache_keeps_nothing(tmp_path):
    def failing(n):
        if n == 2:
            raise RuntimeError("disk")
        return n

    for dataset in (Dataset.range(4).map(failing).cache(), Dataset.range(4).map(failing).cache(tmp_path / "c")):
        for _ in range(2):
            with pytest.raises(RuntimeError, match="disk"):
                list(dataset)
    assert list(tmp_path.iterdir()) == []
