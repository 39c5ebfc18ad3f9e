"""Sizes of what windows that slide along an axis give, where sizes may be unknown."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["checked_padding", "spatial_output_shape", "windows_along"]


def checked_padding(owner: str, padding: str, *allowed: str) -> str:
    """Returns `padding` in lower case.

    Raises:
        ValueError: In the name of `owner`, if it is none of those allowed.
    """
    name = padding.lower() if isinstance(padding, str) else padding
    if name not in allowed:
        raise ValueError(f"[{owner}] expected padding to be one of {', '.join(map(repr, allowed))}; got {padding!r}.")
    return name


def windows_along(
    owner: str, size: int | None, window: int, stride: int, padding: str, dilation: int = 1
) -> int | None:
    """Returns how many windows there are along an axis; `None` if its size is.

    Raises:
        ValueError: In the name of `owner`, if none fits.
    """
    if size is None:
        return None
    if padding in ("same", "causal"):
        return -(-size // stride)
    reach = (window - 1) * dilation + 1
    if size < reach:
        raise ValueError(
            f"[{owner}] expected an input of at least {reach} along each axis that windows of that size slide on; got "
            f"{size}. Use a larger input, smaller windows, or padding='same'."
        )
    return (size - reach) // stride + 1


def spatial_output_shape(
    input_shape: Sequence[int | None],
    spatial: Sequence[int | None],
    channels: int | None,
    data_format: str,
) -> tuple[int | None, ...]:
    """Returns the shape of a batch with the given spatial sizes and channels, in the order of `data_format`."""
    if data_format == "channels_first":
        return (input_shape[0], channels, *spatial)
    return (input_shape[0], *spatial, channels)
