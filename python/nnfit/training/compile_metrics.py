"""CompileMetrics: the metrics of a model, some for each output."""

from __future__ import annotations

from typing import Any

from nnfit import metrics, tree
from nnfit.losses.alignment import as_columns
from nnfit.metrics.metric import Metric
from nnfit.training.fitting_functions import fitting_accuracy, fitting_crossentropy, is_accuracy, is_crossentropy
from nnfit.training.log_names import unused_name
from nnfit.training.model_outputs import FindOutputs, ModelOutputs


class CompileMetrics:
    """The metrics that `compile` got, for each output.

    Args:
        plain: Metrics: one, a list, a list of lists, or a dict by output name.
        weighted: Metrics that heed sample weights, likewise.
        find_outputs: Returns the model's outputs, or `None` as long as they are not known.
        owner: Name of the model, for errors.

    Raises:
        ValueError: If a name is unknown, or the metrics do not fit the outputs.
    """

    def __init__(self, plain: Any, weighted: Any, find_outputs: FindOutputs, owner: str) -> None:
        self._given = (plain, weighted)
        for identifier in tree.flatten(self._given):
            if isinstance(identifier, str):
                _as_metric(identifier)  # an unknown name is an error of compile
        self._owner = owner
        self._outputs: ModelOutputs | None = None
        # By output, pairs of metric and whether it is weighted.
        self._parts: list[list[tuple[Metric, bool]]] = []
        self._named: dict[str, Metric] = {}
        self._find_outputs = find_outputs
        outputs = find_outputs()
        if outputs is not None:
            self._build(outputs)

    @property
    def metrics(self) -> list[Metric]:
        """All metrics, in the order of the logs."""
        return list(self._named.values())

    def named(self) -> dict[str, Metric]:
        """Returns the metrics by the names that logs have for them."""
        return dict(self._named)

    def _build(self, outputs: ModelOutputs) -> ModelOutputs:
        plain, weighted = (self._by_output(given, outputs) for given in self._given)
        for name, identifiers, heeding_weights in zip(outputs.names, plain, weighted, strict=True):
            prefix = f"{name}_" if len(outputs.names) > 1 else ""
            chosen: list[tuple[Metric, bool]] = []
            for identifier, heeds in [(i, False) for i in identifiers] + [(i, True) for i in heeding_weights]:
                metric = _as_metric(identifier)
                chosen.append((metric, heeds))
                log_name = prefix + metric.name
                if heeds and log_name in self._named:
                    log_name = f"{prefix}weighted_{metric.name}"
                self._named[unused_name(log_name, self._named)] = metric
            self._parts.append(chosen)
        self._outputs = outputs
        return outputs

    def _by_output(self, given: Any, outputs: ModelOutputs) -> list[list[Any]]:
        if given is None:
            return [[] for _ in outputs.names]
        flat = isinstance(given, (list, tuple)) and not any(tree.is_nested(item) for item in given)
        if flat and len(outputs.names) == 1:
            return [_as_list(given)]
        if flat and len(given) != len(outputs.names):
            if len(given) == 1:
                return [list(given) for _ in outputs.names]
            raise ValueError(
                f"[{self._owner}] expected metrics for {len(outputs.names)} outputs {outputs.names}: a list with one "
                f"item or list per output, or a dict by name; got {len(given)} metrics."
            )
        return [_as_list(item) for item in outputs.arranged(given, "metrics")]

    def update(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Gathers a batch.

        Args:
            y_true: Targets, in the structure of the outputs or by their names.
            y_pred: The model's outputs.
            sample_weight: One array for all outputs, or likewise.
        """
        outputs = self._outputs
        if outputs is None:
            outputs = self._build(self._find_outputs() or ModelOutputs.like(y_pred, self._owner))
        if not self._named:
            return
        predictions = outputs.predictions(y_pred)
        targets = outputs.targets(y_true, [bool(chosen) for chosen in self._parts])
        weights = outputs.arranged(sample_weight, "sample_weight")
        for chosen, target, prediction, weight in zip(self._parts, targets, predictions, weights, strict=True):
            target, weight = as_columns(target, prediction, weight)
            for metric, heeds in chosen:
                if heeds and weight is not None:
                    metric.update_state(target, prediction, sample_weight=weight)
                else:
                    metric.update_state(target, prediction)


def _as_list(item: Any) -> list[Any]:
    if item is None:
        return []
    return [i for i in item if i is not None] if isinstance(item, (list, tuple)) else [item]


def _as_metric(identifier: Any) -> Metric:
    if isinstance(identifier, str) and is_accuracy(identifier):
        return metrics.MeanMetricWrapper(fitting_accuracy, name=identifier)
    if isinstance(identifier, str) and is_crossentropy(identifier):
        return metrics.MeanMetricWrapper(fitting_crossentropy, name=identifier)
    found = metrics.get(identifier)
    if isinstance(found, Metric):
        metric = found
    else:
        metric = metrics.MeanMetricWrapper(found, name=getattr(identifier, "__name__", str(identifier)))
    if isinstance(identifier, str):
        metric.name = identifier  # logs call it what the user did: "mae" stays "mae"
    return metric
