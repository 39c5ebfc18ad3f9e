"""Small IDX files, written from the format's definition."""

import gzip
import struct
from pathlib import Path

import numpy as np

_TYPE_CODES = {"uint8": 0x08, "int8": 0x09, "int16": 0x0B, "int32": 0x0C, "float32": 0x0D, "float64": 0x0E}
MNIST_NAMES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")


def idx_bytes(array: np.ndarray) -> bytes:
    header = bytes([0, 0, _TYPE_CODES[array.dtype.name], array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return header + array.astype(array.dtype.newbyteorder(">")).tobytes()


def mnist_arrays(train: int = 7, test: int = 3) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(0)
    return tuple(
        rng.integers(0, high, shape, dtype=np.uint8)
        for n in (train, test)
        for high, shape in ((256, (n, 28, 28)), (10, (n,)))
    )


def write_mnist(folder: Path, compress: bool = True) -> tuple[np.ndarray, ...]:
    """Write the four files of a small MNIST into `folder`; return their arrays."""
    arrays = mnist_arrays()
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in zip(MNIST_NAMES, arrays, strict=True):
        content = idx_bytes(array)
        (folder / (name + ".gz" if compress else name)).write_bytes(gzip.compress(content) if compress else content)
    return arrays
