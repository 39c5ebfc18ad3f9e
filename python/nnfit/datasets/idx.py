"""Reader of the IDX format, in which MNIST and its relatives are distributed."""

from __future__ import annotations

import math
import os
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnfit.datasets.compressed import read_decompressed

_DTYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


def read_idx(path: str | os.PathLike[str]) -> NDArray[Any]:
    """Read an IDX file, plain or compressed with gzip.

    Args:
        path: The file. Compression is recognised by content, so the name does not matter.

    Returns:
        A writable array of the shape and dtype that the file's header states, in native byte order.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If the file is damaged, truncated, longer than its header says, or not IDX.

    Example:
        >>> images = read_idx("train-images-idx3-ubyte.gz")  # doctest: +SKIP
        >>> images.shape, images.dtype  # doctest: +SKIP
        ((60000, 28, 28), dtype('uint8'))

    Reference:
        Y. LeCun, C. Cortes, C. Burges: The MNIST database of handwritten digits, section "File formats".
    """
    content = read_decompressed(path)
    if len(content) < 4 or content[:2] != b"\0\0" or content[2] not in _DTYPES:
        raise ValueError(
            f"{path} is not an IDX file: expected two zero bytes, a known type code and a rank; "
            f"got {content[:4].hex(' ') or 'an empty file'}."
        )
    dtype = np.dtype(_DTYPES[content[2]])
    start = 4 + 4 * content[3]
    if len(content) < start:
        raise ValueError(f"{path} is truncated: its header needs {start} bytes; got {len(content)}.")
    shape = tuple(int(n) for n in np.frombuffer(content, ">u4", count=content[3], offset=4))
    expected = start + math.prod(shape) * dtype.itemsize
    if len(content) != expected:
        fault = "truncated" if len(content) < expected else "too long"
        raise ValueError(f"{path} is {fault}: {dtype.name} {shape} needs {expected} bytes; got {len(content)}.")
    return np.frombuffer(content, dtype, offset=start).reshape(shape).astype(dtype.newbyteorder("="))
