"""EarlyStopping: ends training when a figure gets no better."""

from __future__ import annotations

from typing import Any

from nnfit.callbacks.monitor_callback import MonitorCallback


class EarlyStopping(MonitorCallback):
    """Ends training when the monitored figure has not got better for a number of epochs.

    With `restore_best_weights` the model has the weights of its best epoch however training ends: by this callback, by
    the number of epochs, by another callback, by an exception or by Ctrl-C.

    Args:
        monitor: Name of the figure in the logs. Defaults to `"val_loss"`.
        min_delta: By how much it must change to be better. Defaults to 0.
        patience: Epochs without getting better after which training ends. Defaults to 0.
        verbose: 1 to print a line when training is ended or weights are restored. Defaults to 0.
        mode: `"min"`, `"max"`, or `"auto"`: whether lower or higher is better is told by the name.
        baseline: Value to get better than; an epoch that does not is one without getting better. Defaults to none.
        restore_best_weights: Whether to give the model the weights of the best epoch at the end, also where none is
            better than the baseline. Defaults to `False`.
        start_from_epoch: Epochs that do not count. Defaults to 0.

    Raises:
        ValueError: For an unknown mode; in training, if the logs lack `monitor`.

    Attributes:
        stopped_epoch: The epoch, counted from 0, after which training was ended; 0 if it was not.
        best_epoch: The best epoch so far.

    Example:
        >>> model = nnfit.Sequential([nnfit.Input((4,)), nnfit.layers.Dense(1)])
        >>> model.compile(nnfit.optimizers.SGD(0.0), "mse")
        >>> stopping = nnfit.callbacks.EarlyStopping("loss", patience=3)
        >>> history = model.fit(np.ones((8, 4)), np.ones(8), epochs=10, verbose=0, callbacks=[stopping])
        >>> len(history.epoch)
        4
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        min_delta: float = 0.0,
        patience: int = 0,
        verbose: int = 0,
        mode: str = "auto",
        baseline: float | None = None,
        restore_best_weights: bool = False,
        start_from_epoch: int = 0,
    ) -> None:
        super().__init__(monitor, mode, min_delta=min_delta)
        self.patience = patience
        self.verbose = verbose
        self.baseline = baseline
        self.restore_best_weights = restore_best_weights
        self.start_from_epoch = start_from_epoch
        self._start()

    def _start(self) -> None:
        self.best = None
        self.best_epoch = 0
        self.best_weights: list[Any] | None = None
        self.wait = 0
        self.stopped_epoch = 0
        self._training = False

    def on_train_begin(self, logs: Any = None) -> None:
        """Starts anew."""
        self._start()
        self._training = True

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Compares the figure with the best one."""
        current = self._monitored(logs)
        if current is None or epoch < self.start_from_epoch:
            return
        if self.restore_best_weights and self.best_weights is None:
            self._remember(epoch)  # the first epoch, be it as bad as can be
        self.wait += 1
        if self._is_improvement(current, self.best):
            self.best = current
            self._remember(epoch)
            if self.baseline is None or self._is_improvement(current, self.baseline):
                self.wait = 0
        elif self.wait >= self.patience and epoch > 0:
            self.stopped_epoch = epoch
            self.model.stop_training = True

    def on_train_end(self, logs: Any = None) -> None:
        """Restores the best weights."""
        if self.stopped_epoch:
            self._say(f"Epoch {self.stopped_epoch + 1}: early stopping")
        self._restore()

    def on_interrupted(self) -> None:
        """Restores the best weights."""
        self._restore()

    def _remember(self, epoch: int) -> None:
        self.best_epoch = epoch
        if self.restore_best_weights:
            self.best_weights = self.model.get_weights()

    def _restore(self) -> None:
        if self._training and self.best_weights is not None:
            self._say(f"Restoring model weights from the end of the best epoch: {self.best_epoch + 1}.")
            self.model.set_weights(self.best_weights)
        self._training = False

    def _say(self, text: str) -> None:
        if self.verbose:
            print(text, flush=True)
