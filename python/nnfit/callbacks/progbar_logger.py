"""ProgbarLogger: shows how training goes."""

from __future__ import annotations

import time
from typing import Any

from nnfit.callbacks.callback import Callback
from nnfit.callbacks.log_values import mean_of


class ProgbarLogger(Callback):
    """Shows progress: a bar for each epoch on a terminal (`verbose=1`), or a line when it ends (`verbose=2`).

    `fit`, `evaluate` and `predict` add one when they are verbose.
    """

    needs_every_batch = False

    def __init__(self) -> None:
        super().__init__()
        self._begin = 0.0
        self._drawn = 0.0
        self._nested = False
        self._bar: Any = None

    def _verbose(self) -> int:
        return int(self.params.get("verbose", 1))

    def on_train_begin(self, logs: Any = None) -> None:
        """Notes that evaluations from here on are parts of epochs."""
        self._nested = True

    def on_train_end(self, logs: Any = None) -> None:
        """Notes that evaluations are on their own again."""
        self._nested = False

    def on_interrupted(self) -> None:
        """Leaves the bar as it is."""
        self._nested = False
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Starts a bar."""
        if self._verbose() == 1:
            print(f"Epoch {epoch + 1}/{self.params.get('epochs')}", flush=True)
        self._start()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Writes the epoch's logs."""
        if self._verbose() == 2:
            print(f"Epoch {epoch + 1}/{self.params.get('epochs')} - {self._summary(logs)}", flush=True)
        else:
            self._finish(logs)

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Moves the bar on."""
        self._advance(batch, logs)

    def on_test_begin(self, logs: Any = None) -> None:
        """Starts a bar, if it is no validation within an epoch."""
        if not self._nested:
            self._start()

    def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
        """Moves the bar on."""
        if not self._nested:
            self._advance(batch, logs)

    def on_test_end(self, logs: Any = None) -> None:
        """Writes the logs of an evaluation."""
        if not self._nested:
            self._end(logs)

    def on_predict_begin(self, logs: Any = None) -> None:
        """Starts a bar."""
        self._start()

    def on_predict_batch_end(self, batch: int, logs: Any = None) -> None:
        """Moves the bar on."""
        self._advance(batch, None)

    def on_predict_end(self, logs: Any = None) -> None:
        """Writes how long it took."""
        self._end(None)

    def _start(self) -> None:
        self._begin = time.perf_counter()
        self._drawn = 0.0
        if self._verbose() == 1:
            from nnfit.callbacks.progress_bar import ProgressBar  # drawn by rich, which only bars need

            self._bar = ProgressBar(self.params.get("steps"))

    def _advance(self, batch: int, logs: Any) -> None:
        if self._bar is None or time.perf_counter() - self._drawn < 0.05:
            return
        self._bar.update(batch + 1, _formatted(logs))
        self._drawn = time.perf_counter()

    def _finish(self, logs: Any) -> None:
        if self._bar is not None:
            self._bar.close(_formatted(logs))
            self._bar = None

    def _end(self, logs: Any) -> None:
        if self._verbose() == 2:
            print(self._summary(logs), flush=True)
        self._finish(logs)

    def _summary(self, logs: Any) -> str:
        seconds = time.perf_counter() - self._begin
        steps = self.params.get("steps")
        took = f"{seconds:.0f}s" if seconds >= 10 else f"{seconds:.2f}s"
        parts = [f"{steps}/{steps} steps"] if steps else []
        return " - ".join([*parts, took, *([text] if (text := _formatted(logs)) else [])])


def _formatted(logs: Any) -> str:
    return " - ".join(f"{name}: {_number(mean_of(value))}" for name, value in (logs or {}).items())


def _number(value: float) -> str:
    return f"{value:.4f}" if value == 0 or 1e-3 <= abs(value) < 1e5 else f"{value:.4e}"
