"""The order of the axes of images and series."""

from __future__ import annotations

from typing import Any

from nnfit import config

__all__ = ["standardize_data_format"]


def standardize_data_format(data_format: Any, owner: str) -> str:
    """Returns a checked `data_format`.

    Args:
        data_format: `"channels_last"`, `"channels_first"`, or `None` for that of `nnfit.config`.
        owner: Name of the layer, for the error message.

    Raises:
        ValueError: For anything else.
    """
    data_format = config.image_data_format() if data_format is None else data_format
    if data_format not in ("channels_last", "channels_first"):
        raise ValueError(
            f"[{owner}] expected data_format to be 'channels_last' or 'channels_first'; got {data_format!r}."
        )
    return str(data_format)
