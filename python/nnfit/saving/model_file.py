"""The file format: one safetensors file with what else there is to know as JSON in its header."""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from nnfit.saving.atomic_file import write_atomically

__all__ = ["ModelFile", "unused_name", "write_model_file"]

FORMAT = "nnfit"
FORMAT_VERSION = 1

# How files begin that are taken for models.
_FOREIGN = (
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file, as Keras writes for '.h5'"),
    (b"PK\x03\x04", "a zip archive, as Keras writes for '.keras' and PyTorch for '.pt'"),
    *((bytes([0x80, protocol]), "a pickle, which could run any code") for protocol in range(2, 6)),
)


def write_model_file(path: str, tensors: Mapping[str, np.ndarray[Any, Any]], sections: Mapping[str, Any]) -> None:
    """Writes a file; while that is under way, and if it fails, the old one stays.

    Args:
        path: Where to. Folders are made as needed.
        tensors: Arrays by name.
        sections: JSON values by name.
    """
    from safetensors.numpy import save_file

    metadata = {name: json.dumps(value, separators=(",", ":")) for name, value in sections.items()}
    metadata.update(format=FORMAT, format_version=str(FORMAT_VERSION))
    metadata["checksum"] = _checksum(metadata, ((name, tensors[name]) for name in sorted(tensors)))
    arrays = {name: np.asarray(array, order="C") for name, array in tensors.items()}
    write_atomically(path, lambda temporary: save_file(arrays, temporary, metadata=metadata))


def unused_name(name: str, tensors: Mapping[str, Any]) -> str:
    """Returns the name, or, if there is a tensor of that name already, the name with a number."""
    unused, number = name, 0
    while unused in tensors:
        number += 1
        unused = f"{name}_{number}"
    return unused


def _checksum(metadata: Mapping[str, str], tensors: Iterable[tuple[str, np.ndarray[Any, Any]]]) -> str:
    """CRC-32 of all content, in an order that other tools may change without harm."""
    total = 0
    for name in sorted(metadata):
        if name != "checksum":
            total = zlib.crc32(f"{name}={metadata[name]};".encode(), total)
    for name, array in tensors:
        total = zlib.crc32(f"{name}:{array.dtype.name}{list(array.shape)};".encode(), total)
        total = zlib.crc32(np.asarray(array, order="C").reshape(-1).view(np.uint8).data, total)
    return f"{total:08x}"


class ModelFile:
    """A file opened for reading and checked: a context manager.

    Args:
        path: The file.
        action: Who asks, for error messages.

    Attributes:
        names: Names of the tensors.
        path: The file.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is not a whole file of this format; the message says what it is.
    """

    def __init__(self, path: str, action: str) -> None:
        self.path, self._action = path, action
        if not os.path.exists(path):
            raise FileNotFoundError(f"[{action}] there is no file '{path}'.")
        if not os.path.isfile(path):
            raise ValueError(f"[{action}] expected a file; '{path}' is a folder or a device.")
        self._file = self._opened()
        self._metadata: dict[str, str] = self._file.metadata() or {}
        self._check_format()
        self.names = sorted(self._file.keys())
        tensors = ((name, self.tensor(name)) for name in self.names)
        if self._metadata.get("checksum") != _checksum(self._metadata, tensors):
            raise self.error("is damaged: its content does not match its checksum. Use another copy")

    def _opened(self) -> Any:
        from safetensors import SafetensorError, safe_open

        try:
            return safe_open(self.path, framework="numpy").__enter__()  # type: ignore[no-untyped-call]
        except (SafetensorError, UnicodeError, ValueError, RuntimeError, MemoryError) as error:
            raise self.error(self._verdict(str(error))) from error

    def _verdict(self, reason: str) -> str:
        with open(self.path, "rb") as file:
            start = file.read(16)
        if not start:
            return "is empty. Use another copy"
        for signature, what in _FOREIGN:
            if start.startswith(signature):
                return f"is {what}. Load it with the library that wrote it, and hand the weights on with `set_weights`"
        return f"is no safetensors file, or a damaged one ({reason}). Use another copy"

    def _check_format(self) -> None:
        if self._metadata.get("format") != FORMAT:
            raise self.error(
                "is a safetensors file that another program wrote. Read it with the package safetensors, and hand the "
                "weights on with `set_weights`"
            )
        version = self._metadata.get("format_version", "")
        if not version.isdecimal() or int(version) > FORMAT_VERSION:
            raise self.error(
                f"has format version {version!r}, and this nnfit reads those up to {FORMAT_VERSION}. Update nnfit"
            )

    def error(self, verdict: str) -> ValueError:
        """Returns an exception that names the file."""
        return ValueError(f"[{self._action}] '{self.path}' {verdict}.")

    def section(self, name: str) -> Any:
        """Returns a JSON value of the header; `None` if there is none of that name.

        Raises:
            ValueError: If it is not JSON.
        """
        try:
            return json.loads(self._metadata.get(name, "null"))
        except (ValueError, RecursionError) as error:
            raise self.error(f"has a damaged header: its '{name}' is no JSON. Use another copy") from error

    def tensor(self, name: str) -> np.ndarray[Any, Any]:
        """Returns a tensor."""
        return self._file.get_tensor(name)  # type: ignore[no-any-return]

    def shape(self, name: str) -> tuple[int, ...]:
        """Returns the shape of a tensor."""
        return tuple(self._file.get_slice(name).get_shape())

    def __enter__(self) -> ModelFile:
        return self

    def __exit__(self, *exception: Any) -> None:
        self._file.__exit__(*exception)
