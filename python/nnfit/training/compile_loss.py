"""CompileLoss: the loss of a model, one part for each output."""

from __future__ import annotations

from typing import Any

from nnfit import losses, metrics, ops, tree
from nnfit.losses.alignment import as_columns
from nnfit.training.fitting_functions import fitting_crossentropy, is_crossentropy
from nnfit.training.model_outputs import FindOutputs, ModelOutputs


class CompileLoss:
    """The weighted sum of the losses of a model's outputs.

    Args:
        loss: What `compile` got: one loss, or a list or dict by output name; `None` for an output without one.
        loss_weights: Weights, likewise. Defaults to ones.
        find_outputs: Returns the model's outputs, or `None` as long as they are not known.
        owner: Name of the model, for errors.

    Raises:
        ValueError: If a name is unknown, or losses or weights do not fit the outputs.
    """

    def __init__(self, loss: Any, loss_weights: Any, find_outputs: FindOutputs, owner: str) -> None:
        self.given = loss
        for identifier in tree.flatten(loss):
            _as_loss(identifier)  # an unknown name is an error of compile
        self._loss_weights = loss_weights
        self._owner = owner
        self._outputs: ModelOutputs | None = None
        self._parts: list[tuple[Any, Any]] = []  # by output: loss or None, weight or None
        self.trackers: list[metrics.Mean] = []
        self._find_outputs = find_outputs
        outputs = find_outputs()
        if outputs is not None:
            self._build(outputs)

    def _build(self, outputs: ModelOutputs) -> ModelOutputs:
        chosen = outputs.arranged(self.given, "loss", needed=True)
        weights = outputs.arranged(self._loss_weights, "loss_weights")
        for name, identifier, weight in zip(outputs.names, chosen, weights, strict=True):
            if isinstance(identifier, (list, tuple, dict)):
                raise ValueError(f"[{self._owner}] expected one loss for output '{name}'; got {identifier!r}.")
            if isinstance(weight, (str, list, tuple, dict)):
                raise ValueError(f"[{self._owner}] expected a number as loss weight of '{name}'; got {weight!r}.")
            self._parts.append((_as_loss(identifier), weight))
        if not any(loss is not None for loss, _ in self._parts):
            raise ValueError(f"[{self._owner}] expected a loss for at least one output; got loss={self.given!r}.")
        if len(outputs.names) > 1:
            self.trackers = [
                metrics.Mean(name=f"{name}_loss")
                for name, (loss, _) in zip(outputs.names, self._parts, strict=True)
                if loss is not None
            ]
        self._outputs = outputs
        return outputs

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """Returns the total loss, a scalar, and updates the losses by output.

        Args:
            y_true: Targets, in the structure of the outputs or by their names.
            y_pred: The model's outputs.
            sample_weight: One array for all outputs, or likewise.
        """
        outputs = self._outputs
        if outputs is None:
            outputs = self._build(self._find_outputs() or ModelOutputs.like(y_pred, self._owner))
        predictions = outputs.predictions(y_pred)
        targets = outputs.targets(y_true, [loss is not None for loss, _ in self._parts])
        weights = outputs.arranged(sample_weight, "sample_weight")
        total, trackers = None, iter(self.trackers)
        for (loss, factor), target, prediction, weight in zip(self._parts, targets, predictions, weights, strict=True):
            if loss is None:
                continue
            target, weight = as_columns(target, prediction, weight)
            value = loss(target, prediction, sample_weight=weight)
            if value.ndim > 0:
                value = ops.mean(value)
            if self.trackers:
                # Weighted by the batch, as the total is.
                next(trackers).update_state(value, sample_weight=prediction.shape[0] if prediction.ndim else None)
            if factor is not None:
                value = ops.multiply(value, factor)
            total = value if total is None else ops.add(total, value)
        return total


def _as_loss(identifier: Any) -> Any:
    if identifier is None:
        return None
    if isinstance(identifier, str) and is_crossentropy(identifier):
        return losses.LossFunctionWrapper(fitting_crossentropy, name=identifier)
    loss = losses.get(identifier)
    if isinstance(loss, losses.Loss) or not callable(loss):
        return loss
    return losses.LossFunctionWrapper(loss, name=getattr(loss, "__name__", "loss"))
