"""AddedLosses: losses and metrics that a layer adds from within its `call`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nnfit import _core, tree
from nnfit.layers.call_context import call_context
from nnfit.layers.tracking import Trackable
from nnfit.metrics.mean import Mean
from nnfit.metrics.metric import Metric
from nnfit.symbolic.keras_tensor import KerasTensor

__all__ = ["AddedLosses"]


class AddedLosses(Trackable):
    """Base of `Layer` that keeps the losses of the latest call, and metrics fed by calls."""

    # The losses added during one outermost call, the call's number, whether it was part of a trace, and the number of
    # the latest outermost call of this very layer. Numbers grow, so losses older than that are stale.
    _losses: list[Any]
    _losses_call: int
    _losses_traced: bool
    _latest_call: int
    _added_metrics: dict[str, Metric]
    _loss_functions: tuple[Callable[[], Any], ...] = ()

    def add_loss(self, loss: Any) -> None:
        """Adds a loss from within `call`, such as a penalty on an activation.

        The sum of `model.losses` is part of what `fit` minimises. Losses are those of the latest call: each outermost
        call starts anew.

        Args:
            loss: Scalar tensor, or a structure of them. A function without arguments, added once from `__init__` or
                `build`, is called whenever the losses are asked for: for penalties on weights.

        Raises:
            ValueError: If it is neither.

        Example:
            >>> class Penalty(nnfit.layers.Layer):
            ...     def call(self, x):
            ...         self.add_loss(0.1 * nnfit.ops.sum(x))
            ...         return x
        """
        for value in tree.flatten(loss):
            if callable(value):
                self.__dict__["_loss_functions"] = (*self._loss_functions, value)
                continue
            if isinstance(value, KerasTensor) or not isinstance(value, (_core.Tensor, _core.Variable)):
                raise ValueError(
                    f"[{self.name}] add_loss expected a tensor computed in `call`; got {value!r}. On a functional "
                    "model, call `model.add_loss` with a tensor of its graph."
                )
            self._record_loss(value)

    def _record_loss(self, value: Any) -> None:
        number = call_context.call_number
        if self._losses_call != number:
            self.__dict__["_losses_call"] = number
            self.__dict__["_losses_traced"] = _core.tracing()
            self.__dict__["_losses"] = []
        self._losses.append(value)

    @property
    def losses(self) -> list[Any]:
        """The losses of the latest call, also of sublayers, and the penalties of weights as they are."""
        since = self._latest_call
        traced = _core.tracing()  # what a trace left behind has no value outside it
        losses: list[Any] = []
        for layer in self._flatten_layers():
            if layer._losses_call >= since and layer._losses_traced is traced:
                losses.extend(layer._losses)
            losses.extend(function() for function in layer._loss_functions)
        for weight in self.trainable_weights:
            if weight.regularizer is not None:
                losses.append(weight.regularizer(weight))
        return losses

    def _clear_losses(self) -> None:
        """Forgets the losses of the latest call, here and in sublayers."""
        for layer in self._flatten_layers():
            layer.__dict__["_losses"] = []

    def add_metric(self, value: Any, name: str | None = None, aggregation: str | None = "mean") -> None:
        """Adds a metric from within `call`: the value's mean over an epoch's batches is reported under `name`.

        Args:
            value: Scalar tensor, or a tensor whose mean is meant.
            name: Name of the metric.
            aggregation: `"mean"`, the one there is.

        Raises:
            ValueError: If the name is missing or the aggregation is another.

        Example:
            >>> class Spread(nnfit.layers.Layer):
            ...     def call(self, x):
            ...         self.add_metric(nnfit.ops.std(x), name="std_of_activation", aggregation="mean")
            ...         return x
        """
        self._metric_named(name, aggregation).update_state(value)

    def _metric_named(self, name: str | None, aggregation: str | None) -> Metric:
        if not name:
            raise ValueError(f"[{self.name}] add_metric expected a name. Pass name='…'.")
        if aggregation != "mean":
            raise ValueError(
                f"[{self.name}] add_metric expected aggregation='mean'; got {aggregation!r}. For another, assign a "
                "metric object to an attribute and call its `update_state`."
            )
        if name not in self._added_metrics:
            self._added_metrics[name] = Mean(name=name)
        return self._added_metrics[name]
