"""History: the logs of each epoch."""

from __future__ import annotations

from typing import Any

from nnfit.callbacks.callback import Callback


class History(Callback):
    """Keeps the logs of each epoch; `fit` makes one and returns it.

    Attributes:
        epoch: The epochs, counted from 0.
        history: By name, a list with one value for each epoch.
    """

    def __init__(self) -> None:
        super().__init__()
        self.epoch: list[int] = []
        self.history: dict[str, list[float]] = {}

    def on_train_begin(self, logs: Any = None) -> None:
        """Starts anew."""
        self.epoch = []
        self.history = {}

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Appends the logs."""
        self.epoch.append(epoch)
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(value)
