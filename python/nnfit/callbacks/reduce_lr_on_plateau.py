"""ReduceLROnPlateau: lowers the learning rate when a figure gets no better."""

from __future__ import annotations

from typing import Any

from nnfit.callbacks.monitor_callback import MonitorCallback


class ReduceLROnPlateau(MonitorCallback):
    """Lowers the learning rate when the monitored figure has not got better for a number of epochs.

    Over a schedule, what the schedule gives is multiplied by `factor` from then on, and again at each further plateau.
    The logs get the epoch's `"learning_rate"`.

    Args:
        monitor: Name of the figure in the logs. Defaults to `"val_loss"`.
        factor: What the rate is multiplied by; below 1. Defaults to 0.1.
        patience: Epochs without getting better after which the rate is lowered. Defaults to 10.
        verbose: 1 to print a line when it is. Defaults to 0.
        mode: `"min"`, `"max"`, or `"auto"`: whether lower or higher is better is told by the name.
        min_delta: By how much the figure must change to be better. Defaults to 0.0001.
        cooldown: Epochs after lowering that do not count. Defaults to 0.
        min_lr: Rate not to go below; over a schedule, not below at the time of lowering. Defaults to 0.

    Raises:
        ValueError: For a factor of 1 or more, or an unknown mode; in training, if the logs lack `monitor`.

    Example:
        >>> model = nnfit.Sequential([nnfit.Input((4,)), nnfit.layers.Dense(1)])
        >>> model.compile(nnfit.optimizers.SGD(2.0**-30), "mse")
        >>> plateau = nnfit.callbacks.ReduceLROnPlateau("loss", factor=0.5, patience=1)
        >>> history = model.fit(np.ones((8, 4)), np.ones(8), epochs=3, verbose=0, callbacks=[plateau])
        >>> [rate * 2**30 for rate in history.history["learning_rate"]]
        [1.0, 1.0, 0.5]
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        factor: float = 0.1,
        patience: int = 10,
        verbose: int = 0,
        mode: str = "auto",
        min_delta: float = 1e-4,
        cooldown: int = 0,
        min_lr: float = 0.0,
    ) -> None:
        super().__init__(monitor, mode, min_delta=min_delta)
        if not factor < 1:
            raise ValueError(f"[ReduceLROnPlateau] expected factor to be below 1; got {factor!r}.")
        self.factor = factor
        self.patience = patience
        self.verbose = verbose
        self.cooldown = cooldown
        self.min_lr = min_lr
        self._start()

    def _start(self) -> None:
        self.best = None
        self.wait = 0
        self.cooldown_counter = 0

    def on_train_begin(self, logs: Any = None) -> None:
        """Starts anew."""
        self._start()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Compares the figure with the best one, and puts the learning rate into the logs."""
        rate = float(self.model.optimizer.learning_rate)
        current = self._monitored(logs)
        if logs is not None:
            logs["learning_rate"] = rate
        if current is None:
            return
        if self.cooldown_counter > 0:
            self.cooldown_counter -= 1
            self.wait = 0
        if self._is_improvement(current, self.best):
            self.best = current
            self.wait = 0
        elif self.cooldown_counter == 0:
            self.wait += 1
            if self.wait >= self.patience and rate > self.min_lr:
                self._lower(epoch, rate)

    def _lower(self, epoch: int, rate: float) -> None:
        lower = max(rate * self.factor, self.min_lr)
        self.model.optimizer.set_current_learning_rate(lower)
        self.cooldown_counter = self.cooldown
        self.wait = 0
        if self.verbose:
            print(f"\nEpoch {epoch + 1}: ReduceLROnPlateau reducing learning rate to {lower}.", flush=True)
