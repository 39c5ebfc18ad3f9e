"""LearningRateScheduler: sets the learning rate before each epoch."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from nnfit.callbacks.callback import Callback


class LearningRateScheduler(Callback):
    """Sets the learning rate before each epoch to what a function says. The logs get it as `"learning_rate"`.

    Args:
        schedule: Function `(epoch, learning_rate)`, of the epoch counted from 0 and the rate before it, or `(epoch)`,
            that returns a number.
        verbose: 1 to print a line at each epoch. Defaults to 0.

    Raises:
        ValueError: In training, if `schedule` returns something else.
        TypeError: In training, if the learning rate comes from a schedule of the optimizer and cannot be set.

    Example:
        >>> model = nnfit.Sequential([nnfit.Input((4,)), nnfit.layers.Dense(1)])
        >>> model.compile(nnfit.optimizers.SGD(0.5), "mse")
        >>> halving = nnfit.callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2 if epoch else rate)
        >>> history = model.fit(np.zeros((8, 4)), np.zeros(8), epochs=3, verbose=0, callbacks=[halving])
        >>> history.history["learning_rate"]
        [0.5, 0.25, 0.125]
    """

    def __init__(self, schedule: Callable[..., float], verbose: int = 0) -> None:
        super().__init__()
        self.schedule = schedule
        self.verbose = verbose
        self._takes_rate = _takes_two(schedule)

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Sets the rate."""
        optimizer = self.model.optimizer
        rate: Any = self.schedule(epoch, float(optimizer.learning_rate)) if self._takes_rate else self.schedule(epoch)
        if isinstance(rate, bool) or not isinstance(rate, (int, float, np.integer, np.floating)):
            raise ValueError(f"[LearningRateScheduler] expected schedule to return a number; got {rate!r}.")
        optimizer.learning_rate = float(rate)
        if self.verbose:
            print(f"\nEpoch {epoch + 1}: LearningRateScheduler setting learning rate to {rate}.", flush=True)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Puts the rate into the logs."""
        if logs is not None:
            logs["learning_rate"] = float(self.model.optimizer.learning_rate)


def _takes_two(function: Callable[..., Any]) -> bool:
    try:
        inspect.signature(function).bind(0, 0.0)
    except TypeError:
        return False
    except ValueError:  # a built-in without a signature
        return True
    return True
