"""SwapEMAWeights: evaluates the moving averages of the weights."""

from __future__ import annotations

from typing import Any

from nnfit.callbacks.callback import Callback


class SwapEMAWeights(Callback):
    """Gives the model the moving averages of its weights for evaluation and prediction, and takes them back after it.

    For an optimizer with `use_ema=True`.

    Args:
        swap_on_epoch: Whether the model also has them from the end of an epoch to the beginning of the next, for
            callbacks that come after this one, such as `ModelCheckpoint`. Defaults to `False`.

    Raises:
        ValueError: If the optimizer keeps no averages.

    Example:
        >>> model = nnfit.Sequential([nnfit.Input((4,)), nnfit.layers.Dense(1)])
        >>> model.compile(nnfit.optimizers.SGD(0.1, use_ema=True), "mse")
        >>> swap = nnfit.callbacks.SwapEMAWeights()
        >>> x, y = np.zeros((8, 4)), np.zeros(8)
        >>> _ = model.fit(x, y, verbose=0, validation_data=(x, y), callbacks=[swap])
    """

    def __init__(self, swap_on_epoch: bool = False) -> None:
        super().__init__()
        self.swap_on_epoch = swap_on_epoch
        # The weights while the model has the averages in their place. The averages themselves stay where they are.
        self._weights: list[tuple[Any, Any]] | None = None

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Takes averages back."""
        self._take_back()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Gives averages, if asked to."""
        if self.swap_on_epoch:
            self._give()

    def on_train_end(self, logs: Any = None) -> None:
        """Leaves the averages, which `fit` gives the model at its end."""
        self._weights = None

    def on_test_begin(self, logs: Any = None) -> None:
        """Gives averages."""
        self._give()

    def on_test_end(self, logs: Any = None) -> None:
        """Takes averages back."""
        self._take_back()

    def on_predict_begin(self, logs: Any = None) -> None:
        """Gives averages."""
        self._give()

    def on_predict_end(self, logs: Any = None) -> None:
        """Takes averages back."""
        self._take_back()

    def on_interrupted(self) -> None:
        """Takes averages back."""
        self._take_back()

    def _give(self) -> None:
        if self._weights is not None:
            return
        optimizer = self.model.optimizer
        if not getattr(optimizer, "use_ema", False):
            raise ValueError(
                f"[SwapEMAWeights] the optimizer keeps no averages of the weights; got {optimizer!r}. Make it with "
                "use_ema=True."
            )
        pairs = optimizer.moving_averages
        self._weights = [(variable, variable.value) for variable, _ in pairs]
        for variable, average in pairs:
            variable.assign(average)

    def _take_back(self) -> None:
        for variable, value in self._weights or ():
            variable.assign(value)
        self._weights = None
