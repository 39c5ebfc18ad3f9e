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
        self._epochs_of: dict[str, list[int]] = {}  # validation may be less often than epochs

    def on_train_begin(self, logs: Any = None) -> None:
        """Starts anew."""
        self.epoch = []
        self.history = {}
        self._epochs_of = {}

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Appends the logs."""
        self.epoch.append(epoch)
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(value)
            self._epochs_of.setdefault(name, []).append(epoch)

    def plot(self, *names: str, to_file: Any = None) -> Any:
        """Draws the curves over the epochs, those of validation beside those of training.

        Needs `pip install 'nnfit[plot]'`.

        Args:
            *names: What to draw, such as `"loss"`; each brings its `val_` along. Defaults to all.
            to_file: File to write the picture to, whose suffix says the format. By default it is shown by
                `matplotlib.pyplot.show()`, or by the notebook.

        Returns:
            A `matplotlib.figure.Figure`.

        Raises:
            ImportError: If matplotlib is not installed.
            ValueError: If there is no history of that name.

        Example:
            >>> import os, tempfile
            >>> model = nnfit.Sequential([nnfit.Input((4,)), nnfit.layers.Dense(1)])
            >>> model.compile(loss="mse")
            >>> history = model.fit(np.zeros((8, 4)), np.zeros(8), epochs=2, verbose=0)
            >>> figure = history.plot("loss", to_file=os.path.join(tempfile.mkdtemp(), "loss.svg"))
        """
        from nnfit.callbacks.history_plot import plot_history  # matplotlib is slow to import

        return plot_history(self._epochs_of, self.history, names, to_file)
