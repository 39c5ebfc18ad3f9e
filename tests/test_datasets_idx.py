"""The IDX reader: every type, damage of every kind."""

import gzip

import numpy as np
import pytest

from idx_files import idx_bytes
from nnfit.datasets.idx import read_idx


@pytest.mark.parametrize("compress", [False, True])
@pytest.mark.parametrize("dtype", ["uint8", "int8", "int16", "int32", "float32", "float64"])
def test_reads_every_type(tmp_path, dtype, compress):
    expected = (np.arange(-12, 12).reshape(2, 3, 4) * 5).astype(dtype)
    content = idx_bytes(expected)
    path = tmp_path / "file"
    path.write_bytes(gzip.compress(content) if compress else content)
    actual = read_idx(path)
    assert actual.dtype == np.dtype(dtype)
    assert actual.dtype.isnative
    assert actual.flags.writeable
    np.testing.assert_array_equal(actual, expected)


@pytest.mark.parametrize("shape", [(), (0,), (3, 0, 2)])
def test_reads_scalars_and_empty_arrays(tmp_path, shape):
    path = tmp_path / "file"
    path.write_bytes(idx_bytes(np.zeros(shape, "int16")))
    assert read_idx(path).shape == shape


GOOD = idx_bytes(np.arange(24, dtype="int32").reshape(2, 12))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not an IDX file.*an empty file"),
        (b"\0\0", "not an IDX file"),
        (b"\x89PNG" + bytes(100), "not an IDX file.*89 50 4e 47"),
        (b"\0\0\x0a\x01" + bytes(100), "not an IDX file"),
        (GOOD[:7], "truncated: its header needs 12 bytes; got 7"),
        (GOOD[:-1], r"truncated: int32 \(2, 12\) needs 108 bytes; got 107"),
        (GOOD + b"\0", "too long"),
        (b"\0\0\x08\x03" + b"\xff" * 12, "truncated"),
        (gzip.compress(GOOD)[:-9], "damaged or truncated"),
        (gzip.compress(GOOD)[:-8] + bytes(8), "damaged or truncated"),
        (b"\x1f\x8b\x08\x00" + bytes(30), "damaged or truncated"),
    ],
    ids=range(11),  # the bytes hold the time of the compression, and names must not change between workers
)
def test_damage_is_named(tmp_path, content, message):
    path = tmp_path / "images"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=message) as error:
        read_idx(path)
    assert str(path) in str(error.value)


def test_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_idx(tmp_path / "images")
