"""Arguments of functions of series and images: sizes for each spatial axis, and where the channels are."""

from __future__ import annotations

from collections.abc import Sequence
from operator import index

from nnfit import _core
from nnfit._core import Tensor
from nnfit.ops.argument_types import TensorLike

_ops = _core.ops


def per_axis(owner: str, name: str, value: int | Sequence[int], axes: int, least: int = 1) -> tuple[int, ...]:
    """Returns `value`, an int for all spatial axes or one for each, as a tuple of ints that are `least` or more.

    Raises:
        ValueError: In the name of `owner`, if it is neither.
    """
    try:
        values = (index(value),) * axes if not isinstance(value, Sequence) else tuple(index(item) for item in value)
    except TypeError:
        values = ()
    if len(values) != axes or any(item < least for item in values):
        kind = "positive ints" if least == 1 else f"ints of {least} or more"
        raise ValueError(f"[{owner}] expected {name} to be an int, or {axes} {kind}; got {value!r}.")
    return values


def is_channels_first(owner: str, data_format: str | None) -> bool:
    """Returns whether the channels are the second axis; by default they are the last.

    Raises:
        ValueError: In the name of `owner`, for an unknown format.
    """
    if data_format not in (None, "channels_last", "channels_first"):
        raise ValueError(
            f"[{owner}] expected data_format to be 'channels_last' or 'channels_first'; got {data_format!r}."
        )
    return data_format == "channels_first"


def channels_to_last(x: TensorLike, rank: int) -> Tensor:
    """Moves the second axis to the end."""
    return _ops.transpose(x, axes=(0, *range(2, rank), 1))


def channels_to_second(x: TensorLike, rank: int) -> Tensor:
    """Moves the last axis to the second place."""
    return _ops.transpose(x, axes=(0, rank - 1, *range(1, rank - 1)))
