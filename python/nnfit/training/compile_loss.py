"""CompileLoss: the loss of a model, one part for each output."""

from __future__ import annotations

from typing import Any

from nnfit import losses, metrics, ops, tree
from nnfit.training.by_output import arranged_by_output, output_leaves


class CompileLoss:
    """The weighted sum of the losses of a model's outputs.

    Args:
        loss: What `compile` got: one loss, or a list or dict by output name; `None` for an output without one.
        loss_weights: Weights, likewise. Defaults to ones.
        output_names: Names of the model's outputs, or `None` if only their structure is known.
        owner: Name of the model, for errors.
    """

    def __init__(self, loss: Any, loss_weights: Any, output_names: list[str] | None, owner: str) -> None:
        self._loss = loss
        for identifier in tree.flatten(loss):
            if isinstance(identifier, str):
                losses.get(identifier)  # an unknown name is an error of compile
        self._loss_weights = loss_weights
        self._output_names = output_names
        self._owner = owner
        self._parts: list[tuple[str, Any, Any]] | None = None  # name, loss or None, weight
        self.trackers: list[metrics.Mean] = []

    @property
    def built(self) -> bool:
        """Whether the outputs have been seen."""
        return self._parts is not None

    def build(self, y_true: Any, y_pred: Any) -> None:
        """Gives each output its loss.

        Args:
            y_true: Targets.
            y_pred: The model's outputs.

        Raises:
            ValueError: If losses or weights do not fit the outputs.
        """
        names, _ = output_leaves(y_pred, self._output_names)
        chosen = arranged_by_output(self._loss, names, "loss", self._owner)
        weights = arranged_by_output(self._loss_weights, names, "loss_weights", self._owner, needed=False)
        self._parts = []
        for name, identifier, weight in zip(names, chosen, weights, strict=True):
            if isinstance(identifier, (list, tuple)):
                raise ValueError(f"[{self._owner}] expected one loss for output '{name}'; got {identifier!r}.")
            self._parts.append((name, _as_loss(identifier), weight))
        if len(names) > 1:
            self.trackers = [metrics.Mean(name=f"{name}_loss") for name, loss, _ in self._parts if loss is not None]

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """Returns the total loss, a scalar, and updates the losses by output.

        Args:
            y_true: Targets, in the structure of the outputs or by their names.
            y_pred: The model's outputs.
            sample_weight: One array for all outputs, or likewise.
        """
        if not self.built:
            self.build(y_true, y_pred)
        assert self._parts is not None
        names, predictions = output_leaves(y_pred, self._output_names)
        targets = arranged_by_output(y_true, names, "targets", self._owner, broadcast=False)
        weights = arranged_by_output(sample_weight, names, "sample_weight", self._owner, needed=False)
        total, tracker = None, 0
        for (_, loss, factor), target, prediction, weight in zip(
            self._parts, targets, predictions, weights, strict=True
        ):
            if loss is None:
                continue
            value = loss(target, prediction, sample_weight=weight)
            if value.ndim > 0:
                value = ops.mean(value)
            if self.trackers:
                count = prediction.shape[0] if prediction.ndim else None
                self.trackers[tracker].update_state(value, sample_weight=count)
                tracker += 1
            if factor is not None:
                value = ops.multiply(value, factor)
            total = value if total is None else ops.add(total, value)
        if total is None:
            raise ValueError(f"[{self._owner}] expected a loss for at least one output; got loss={self._loss!r}.")
        return total


def _as_loss(identifier: Any) -> Any:
    if identifier is None:
        return None
    loss = losses.get(identifier)
    if isinstance(loss, losses.Loss) or not callable(loss):
        return loss
    return losses.LossFunctionWrapper(loss, name=getattr(loss, "__name__", "loss"))
