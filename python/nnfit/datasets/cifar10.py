"""CIFAR-10: small photographs of ten kinds of things, 32 x 32."""

from __future__ import annotations

import io
import tarfile
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnfit.datasets.compressed import read_decompressed
from nnfit.datasets.labelled_images import LabelledImages, Split
from nnfit.datasets.locate import RemoteFile, locate, user_folder

_FOLDER = "cifar-10-batches-bin"
_TRAIN = tuple(f"data_batch_{i}.bin" for i in range(1, 6))
_TEST = ("test_batch.bin",)
_RECORD = 1 + 3 * 32 * 32  # a label, then the red, the green and the blue plane
_ARRAYS = ("x_train", "y_train", "x_test", "y_test")
# The binary version: the one for Python is a pickle, which can run any code when it is read.
_ARCHIVE = RemoteFile(
    "cifar-10-binary.tar.gz",
    "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
    ("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",),
)


def load_data() -> LabelledImages:
    """Load CIFAR-10: 50,000 training and 10,000 test photographs of ten kinds of things.

    The files are taken from `$NNFIT_DATA/cifar10`, which may hold the binary version (`cifar-10-binary.tar.gz`, or
    its `.bin` files with or without their folder `cifar-10-batches-bin`) or one `.npz` file with the arrays
    `x_train`, `y_train`, `x_test` and `y_test` (of as many images as it has); else from the cache, else downloaded
    into it.

    The labels are 0 airplane, 1 automobile, 2 bird, 3 cat, 4 deer, 5 dog, 6 frog, 7 horse, 8 ship and 9 truck.

    Returns:
        `((x_train, y_train), (x_test, y_test))`: images (n, 32, 32, 3) of uint8, 0 to 255 in red, green and blue,
        and labels (n, 1) of uint8, 0 to 9.

    Raises:
        FileNotFoundError: If the files are nowhere and cannot be downloaded.
        ValueError: If a file is damaged.

    Example:
        >>> (x_train, y_train), (x_test, y_test) = nnfit.datasets.cifar10.load_data()  # doctest: +SKIP
        >>> x_train.shape, y_train.shape  # doctest: +SKIP
        ((50000, 32, 32, 3), (50000, 1))

    Reference:
        A. Krizhevsky: Learning Multiple Layers of Features from Tiny Images, 2009.
    """
    user = user_folder("cifar10")
    if user is not None:
        for folder in (user / _FOLDER, user):
            if all((folder / name).is_file() for name in (*_TRAIN, *_TEST)):
                return _read_files(folder, _TRAIN), _read_files(folder, _TEST)
        if not (user / _ARCHIVE.name).is_file() and len(exports := sorted(user.glob("*.npz"))) == 1:
            return _read_npz(exports[0])
    (archive,) = locate("cifar10", [_ARCHIVE])
    return _read_archive(archive)


def _read_files(folder: Path, names: Iterable[str]) -> Split:
    return _decode((str(folder / name), (folder / name).read_bytes()) for name in names)


def _read_archive(path: Path) -> LabelledImages:
    content = read_decompressed(path)
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as archive:

            def member(name: str) -> tuple[str, bytes]:
                file = archive.extractfile(f"{_FOLDER}/{name}")
                return f"{path}:{name}", file.read() if file else b""

            return _decode(map(member, _TRAIN)), _decode(map(member, _TEST))
    except (tarfile.TarError, KeyError) as error:
        raise ValueError(f"{path} is damaged or not the binary version of CIFAR-10: {error}.") from error


def _decode(batches: Iterable[tuple[str, bytes]]) -> Split:
    records = np.concatenate([_records(name, content) for name, content in batches])
    planes = records[:, 1:].reshape(-1, 3, 32, 32)
    return np.ascontiguousarray(planes.transpose(0, 2, 3, 1)), records[:, :1].copy()


def _records(name: str, content: bytes) -> NDArray[np.uint8]:
    if not content or len(content) % _RECORD:
        raise ValueError(f"{name} is damaged: expected records of {_RECORD} bytes; got {len(content)} bytes.")
    records = np.frombuffer(content, np.uint8).reshape(-1, _RECORD)
    if records[:, 0].max() > 9:
        raise ValueError(f"{name} is damaged: expected labels 0 to 9; got {records[:, 0].max()}.")
    return records


def _read_npz(path: Path) -> LabelledImages:
    try:
        with open(path, "rb") as stream, np.load(stream, allow_pickle=False) as file:
            x_train, y_train, x_test, y_test = (file[name] for name in _ARRAYS)
    except (KeyError, ValueError, EOFError, zlib.error, zipfile.BadZipFile) as error:
        raise ValueError(f"{path} is damaged or lacks one of the arrays {', '.join(_ARRAYS)}: {error}.") from error
    return _checked(path, x_train, y_train), _checked(path, x_test, y_test)


def _checked(path: Path, images: NDArray[np.uint8], labels: NDArray[np.integer[Any]]) -> Split:
    if images.dtype != np.uint8 or images.shape[1:] != (32, 32, 3) or labels.size != len(images):
        raise ValueError(
            f"{path}: expected images (n, 32, 32, 3) of uint8 and n labels; "
            f"got {images.shape} of {images.dtype} and {labels.shape} labels."
        )
    if not np.isin(labels, np.arange(10)).all():
        raise ValueError(f"{path}: expected labels 0 to 9; got {labels.min()} to {labels.max()}.")
    return images, labels.reshape(-1, 1).astype(np.uint8)
