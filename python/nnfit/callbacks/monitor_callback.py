"""MonitorCallback: base of the callbacks that act on how a figure develops."""

from __future__ import annotations

import math
from typing import Any

from nnfit.callbacks.callback import Callback
from nnfit.naming import snake_case

# Words in the names of figures that get better as they rise, and as they fall.
_RISING = (
    "acc", "auc", "precision", "recall", "f1", "fbeta", "iou", "true", "r2", "similarity", "correlation",
    "sensitivity", "specificity",
)  # fmt: skip
_FALLING = (
    "loss", "error", "mse", "mae", "mape", "msle", "rmse", "crossentropy", "hinge", "divergence", "poisson", "log_cosh",
    "logcosh", "false", "huber",
)  # fmt: skip


class MonitorCallback(Callback):
    """Follows one figure of the logs; a base for others.

    Args:
        monitor: Its name in the logs, such as `"val_loss"`.
        mode: `"min"` if it gets better as it falls, `"max"` as it rises, `"auto"`: told by its name, or the metric's.
        initial_value_threshold: What the figure must be better than at first. Defaults to anything.
        min_delta: By how much it must change to be better. Defaults to 0.

    Raises:
        ValueError: For an unknown mode; in training, if the logs lack the figure or its mode is not known.

    Attributes:
        best: The best value so far; `None` before there is one.
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        mode: str = "auto",
        initial_value_threshold: float | None = None,
        min_delta: float = 0.0,
    ) -> None:
        super().__init__()
        if mode not in ("auto", "min", "max"):
            raise ValueError(f"[{type(self).__name__}] expected mode to be 'auto', 'min' or 'max'; got {mode!r}.")
        self.monitor = monitor
        self.mode = mode
        self.min_delta = abs(min_delta)
        self.best = initial_value_threshold
        self._rises: bool | None = None if mode == "auto" else mode == "max"

    def _monitored(self, logs: Any) -> float | None:
        """Returns the figure; `None` if it is one of validation and this epoch had none.

        Raises:
            ValueError: If the logs lack it.
        """
        logs = logs or {}
        if self.monitor in logs:
            value = logs[self.monitor]
            if getattr(value, "ndim", 0):
                raise ValueError(
                    f"[{type(self).__name__}] expected one figure to monitor; '{self.monitor}' has {len(value)}. Let "
                    "the metric average them, or give it one threshold."
                )
            return float(value)
        validated = any(name.startswith("val_") for name in logs)
        if self.monitor.startswith("val_") and not validated and self.params.get("do_validation"):
            return None
        fix = "Choose one of them"
        if self.monitor.startswith("val_") and not validated:
            fix += ", or give `fit` validation_data or validation_split"
        raise ValueError(
            f"[{type(self).__name__}] the logs have no '{self.monitor}' to monitor; they have {sorted(logs)}. {fix}."
        )

    def _is_improvement(self, current: float, reference: float | None) -> bool:
        """Returns whether `current` is better than `reference`; NaN never is, and any number is better than none."""
        if math.isnan(current):
            return False
        if reference is None or math.isnan(reference):
            return True
        if self._is_rising():
            return current - self.min_delta > reference
        return current + self.min_delta < reference

    def _is_rising(self) -> bool:
        if self._rises is None:
            self._rises = self._direction()
        return self._rises

    def _direction(self) -> bool:
        name = self.monitor.removeprefix("val_").lower()
        if name.endswith("loss"):
            return False
        metric = self.model._named_metrics().get(self.monitor.removeprefix("val_"))
        direction = getattr(metric, "_direction", None)
        if direction is not None:
            return bool(direction == "up")
        for text in (name, snake_case(type(metric).__name__)):
            for words, rises in ((_FALLING, False), (_RISING, True)):
                if any(word in text for word in words):
                    return rises
        raise ValueError(
            f"[{type(self).__name__}] cannot tell whether '{self.monitor}' gets better as it rises or as it falls. "
            "Pass mode='max' or mode='min'."
        )
