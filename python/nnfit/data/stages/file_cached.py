"""FileCached: elements kept in a file from the first iteration on."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

import numpy as np

from nnfit.data.stages.derived import Derived
from nnfit.data.stages.stage import Stage, close


class FileCached(Derived):
    """See `Dataset.cache`.

    `<path>.data` holds the bytes of all leaves one after another, `<path>.index` a line of JSON for each element with
    the dtype, shape and offset of its leaves. Both are written beside their places; the index comes to its place last,
    so one that is there is whole.

    Args:
        source: Where elements come from.
        path: Path without ending.
    """

    def __init__(self, source: Stage, path: str) -> None:
        super().__init__(source)
        self._data = f"{path}.data"
        self._index = f"{path}.index"

    def elements(self) -> Iterator[Any]:
        return self._reading() if os.path.exists(self._index) else self._filling()

    def _filling(self) -> Iterator[Any]:
        source = self._source.elements()
        temporary = [f"{path}.{os.getpid()}-{id(source)}.tmp" for path in (self._data, self._index)]
        os.makedirs(os.path.dirname(os.path.abspath(self._data)), exist_ok=True)
        try:
            with open(temporary[0], "wb") as data, open(temporary[1], "w", encoding="utf-8") as index:
                for element in source:
                    index.write(json.dumps(_written(element, data)) + "\n")
                    yield element
                for file in (data, index):
                    file.flush()
                    os.fsync(file.fileno())
            for written, path in zip(temporary, (self._data, self._index), strict=True):
                os.replace(written, path)
        finally:
            close(source)
            for path in temporary:
                if os.path.exists(path):
                    os.remove(path)

    def _reading(self) -> Iterator[Any]:
        size = os.path.getsize(self._data)
        data = np.memmap(self._data, np.uint8, mode="r") if size else np.empty(0, np.uint8)
        with open(self._index, encoding="utf-8") as index:
            for line in index:
                yield _read(json.loads(line), data)


def _written(element: Any, data: Any) -> Any:
    """Writes the leaves of an element and returns what the index says about it."""
    if isinstance(element, tuple):
        return [_written(item, data) for item in element]
    if isinstance(element, dict):
        return {key: _written(item, data) for key, item in element.items()}
    array = np.asarray(element)
    if array.dtype.kind == "O":
        raise TypeError("[Dataset.cache] cannot write Python objects to a file; map them to arrays first.")
    offset = data.tell()
    data.write(np.ascontiguousarray(array).tobytes())
    return {_LEAF: [array.dtype.str, list(array.shape), offset]}


_LEAF = "\0array"  # no name of a component


def _read(entry: Any, data: np.ndarray) -> Any:
    if isinstance(entry, list):
        return tuple(_read(item, data) for item in entry)
    if _LEAF not in entry:
        return {key: _read(item, data) for key, item in entry.items()}
    dtype, shape, offset = np.dtype(entry[_LEAF][0]), entry[_LEAF][1], entry[_LEAF][2]
    size = int(np.prod(shape)) * dtype.itemsize
    return np.frombuffer(data[offset : offset + size].tobytes(), dtype).reshape(shape)
