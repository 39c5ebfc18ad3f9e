"""Base of callbacks."""

from __future__ import annotations

from typing import Any


class Callback:
    """Told of the course of `fit`, `evaluate` and `predict`; subclasses override the methods that they care for.

    Attributes:
        model: The model.
        params: Dict with `"epochs"`, `"steps"`, `"verbose"`, and in `fit` `"do_validation"`.

    The methods get `logs`, a dict of floats by name: the means of the epoch so far. Setting `self.model.stop_training`
    ends `fit` after the batch. A method of batches makes each batch a call of its own, which is slower than training
    without; a class that is content to be told of the last batch of several sets `needs_every_batch = False`.

    Example:
        >>> class LossHistory(nnfit.callbacks.Callback):
        ...     def on_train_begin(self, logs=None):
        ...         self.losses = []
        ...
        ...     def on_train_batch_end(self, batch, logs=None):
        ...         self.losses.append(logs["loss"])
    """

    model: Any = None
    params: dict[str, Any]
    needs_every_batch: bool = True

    def __init__(self) -> None:
        self.params = {}

    def set_model(self, model: Any) -> None:
        """Called with the model before anything else."""
        self.model = model

    def set_params(self, params: dict[str, Any]) -> None:
        """Called with the parameters of the run before anything else."""
        self.params = params

    def on_interrupted(self) -> None:
        """Called in place of the `_end` hooks when an exception (Ctrl-C is one) ends `fit`, `evaluate` or `predict`."""

    def on_train_begin(self, logs: Any = None) -> None:
        """Called when `fit` begins."""

    def on_train_end(self, logs: Any = None) -> None:
        """Called when `fit` ends, with the logs of the last epoch."""

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Called before each epoch, counted from 0."""

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Called after each epoch, with its logs; those of validation begin with `val_`."""

    def on_batch_begin(self, batch: int, logs: Any = None) -> None:
        """The older name of `on_train_batch_begin`."""

    def on_batch_end(self, batch: int, logs: Any = None) -> None:
        """The older name of `on_train_batch_end`."""

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Called before each batch of training, counted from 0."""
        self.on_batch_begin(batch, logs)

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Called after each batch of training."""
        self.on_batch_end(batch, logs)

    def on_test_begin(self, logs: Any = None) -> None:
        """Called when an evaluation begins, also that within `fit`."""

    def on_test_end(self, logs: Any = None) -> None:
        """Called when an evaluation ends, with its logs."""

    def on_test_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Called before each batch of an evaluation."""

    def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
        """Called after each batch of an evaluation."""

    def on_predict_begin(self, logs: Any = None) -> None:
        """Called when `predict` begins."""

    def on_predict_end(self, logs: Any = None) -> None:
        """Called when `predict` ends."""

    def on_predict_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Called before each batch of `predict`."""

    def on_predict_batch_end(self, batch: int, logs: Any = None) -> None:
        """Called after each batch of `predict`, with `{"outputs": …}`."""
