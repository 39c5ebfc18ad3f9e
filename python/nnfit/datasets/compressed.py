"""Reading of files that may be compressed with gzip."""

from __future__ import annotations

import gzip
import os
import zlib

_GZIP_MAGIC = b"\x1f\x8b"


def read_decompressed(path: str | os.PathLike[str]) -> bytes:
    """Read a file whole, decompressed if its content is gzip's.

    It is decompressed to the end, so gzip's check of the content always takes place.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If the compressed content is damaged or truncated.
    """
    with open(path, "rb") as file:
        content = file.read()
    if not content.startswith(_GZIP_MAGIC):
        return content
    try:
        return gzip.decompress(content)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ValueError(f"{path} is damaged or truncated: {error}.") from error
