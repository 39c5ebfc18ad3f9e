"""Download of a file whose content is known in advance."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

_CHUNK = 1 << 20
_TIMEOUT_SECONDS = 30.0


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's content, in hexadecimal."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def download(urls: Sequence[str], path: Path, sha256: str) -> None:
    """Bring a file to `path` from the first of several addresses that has it.

    The file appears under its name complete and checked, or not at all: it is written under a temporary name in
    the same folder, flushed to the disk, and renamed. Two processes may download the same file at once.

    Args:
        urls: Addresses to try, in order.
        path: Where to put the file. Missing folders are made; a file that is there is replaced.
        sha256: The expected SHA-256 of the content, in hexadecimal.

    Raises:
        OSError: If no address yields the expected content (the message has a line for each), or if the file cannot
            be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    failures = []
    for url in urls:
        handle, name = tempfile.mkstemp(prefix=path.name + ".", suffix=".part", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                try:
                    actual = _transfer(url, file)
                except _transfer_errors() as error:
                    failures.append(f"{url}: {error}")
                    continue
                size = file.tell()
                file.flush()
                os.fsync(file.fileno())
            if actual != sha256:
                failures.append(f"{url}: expected content with SHA-256 {sha256}; got {actual} ({size} bytes)")
                continue
            os.replace(name, path)
            _sync_folder(path.parent)
            return
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(name)
    raise OSError("\n".join(failures))


def _transfer(url: str, file: BinaryIO) -> str:
    """Copy the content at `url` to `file`; return its SHA-256."""
    from urllib.request import Request, urlopen

    print(f"Downloading {url}", file=sys.stderr, flush=True)
    digest = hashlib.sha256()
    with urlopen(Request(url, headers={"User-Agent": "nnfit"}), timeout=_TIMEOUT_SECONDS) as response:
        while chunk := response.read(_CHUNK):
            digest.update(chunk)
            file.write(chunk)
    return digest.hexdigest()


def _transfer_errors() -> tuple[type[Exception], ...]:
    from http.client import HTTPException

    return (OSError, HTTPException)


def _sync_folder(folder: Path) -> None:
    """Make a rename in `folder` survive a power cut, where the system can."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
