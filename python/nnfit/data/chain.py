"""Chain: what the families of a data set's methods have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nnfit import config
from nnfit.data.stages.stage import Stage

if TYPE_CHECKING:
    from typing_extensions import Self


class Chain:
    """A pipeline, of which each method makes a longer one.

    Args:
        stage: The last stage.
    """

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def _then(self, stage: Stage) -> Self:
        return type(self)(stage)

    @classmethod
    def _stage_of(cls, dataset: Any, owner: str) -> Stage:
        if not isinstance(dataset, Chain):
            raise TypeError(f"[{owner}] expected a Dataset; got {type(dataset).__name__}.")
        return dataset._stage


def checked_count(value: Any, what: str, least: int) -> int:
    """Returns a number of elements as an int.

    Raises:
        ValueError: If it is no integer of at least `least`.
    """
    try:
        number = value.__index__()
    except (AttributeError, TypeError):
        number = None
    if number is None or isinstance(value, bool) or number < least:
        raise ValueError(f"[Dataset] expected {what} to be an int of at least {least}; got {value!r}.")
    return int(number)


def workers_for(num_parallel_calls: Any) -> int:
    """Returns a number of threads: 0 for `None`, as many as there are processors for `AUTOTUNE`."""
    if num_parallel_calls is None:
        return 0
    if num_parallel_calls == -1:
        return max(config.num_threads(), 2)
    return checked_count(num_parallel_calls, "num_parallel_calls", 1)
