"""write_atomically: a file is there whole, or as it was before."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable


def write_atomically(path: str, write: Callable[[str], None]) -> None:
    """Writes a file under a temporary name beside it, flushes it to the disk, and gives it its name.

    Whenever the process or the machine stops, `path` has its old content or its new one. What a killed process leaves
    behind is a file whose name begins with a dot and ends in `.tmp`.

    Args:
        path: The file. A symbolic link is followed.
        write: Called with the temporary name, to write the content.

    Raises:
        OSError: If the file cannot be written; `path` is as it was then.
    """
    target = os.path.realpath(path)
    folder, name = os.path.split(target)
    os.makedirs(folder, exist_ok=True)
    temporary = os.path.join(folder, f".{name[:200]}.{secrets.token_hex(4)}.tmp")
    try:
        write(temporary)
        with open(temporary, "rb+") as file:
            os.fsync(file.fileno())
        os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    _flush_folder(folder)


def _flush_folder(folder: str) -> None:
    """Makes a new name last, where the system can open folders."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
