"""CompileMetrics: the metrics of a model, some for each output."""

from __future__ import annotations

from typing import Any

from nnfit import metrics, tree
from nnfit.metrics.metric import Metric
from nnfit.training.by_output import arranged_by_output, output_leaves

_ACCURACIES = ("accuracy", "acc")
_CROSSENTROPIES = ("crossentropy", "ce")


class CompileMetrics:
    """The metrics that `compile` got, resolved for each output when targets and outputs are first seen.

    Args:
        plain: Metrics: one, a list, a list of lists, or a dict by output name.
        weighted: Metrics that heed sample weights, likewise.
        output_names: Names of the model's outputs, or `None`.
        owner: Name of the model, for errors.
    """

    def __init__(self, plain: Any, weighted: Any, output_names: list[str] | None, owner: str) -> None:
        self._given = (plain, weighted)
        for identifier in tree.flatten(self._given):
            if isinstance(identifier, str) and not _fits_itself(identifier):
                metrics.get(identifier)  # an unknown name is an error of compile
        self._output_names = output_names
        self._owner = owner
        # By output: its name and pairs of metric and whether it is weighted.
        self._parts: list[tuple[str, list[tuple[Metric, bool]]]] | None = None
        self._log_names: list[tuple[str, Metric]] = []

    @property
    def built(self) -> bool:
        """Whether the outputs have been seen."""
        return self._parts is not None

    @property
    def metrics(self) -> list[Metric]:
        """All metrics, in the order of the logs."""
        return [metric for _, metric in self._log_names]

    def named(self) -> dict[str, Metric]:
        """Returns the metrics by the names that logs have for them."""
        return dict(self._log_names)

    def build(self, y_true: Any, y_pred: Any) -> None:
        """Makes the metrics.

        Args:
            y_true: Targets.
            y_pred: The model's outputs.

        Raises:
            ValueError: If the metrics do not fit the outputs, or a name is unknown.
        """
        names, predictions = output_leaves(y_pred, self._output_names)
        targets = arranged_by_output(y_true, names, "targets", self._owner, broadcast=False)
        self._parts = [(name, []) for name in names]
        for given, weighted in zip(self._given, (False, True), strict=True):
            for (_, chosen), identifiers, target, prediction in zip(
                self._parts, self._by_output(given, names), targets, predictions, strict=True
            ):
                for identifier in identifiers:
                    chosen.append((self._resolved(identifier, target, prediction), weighted))
        several = len(names) > 1
        self._log_names = []
        for name, chosen in self._parts:
            for metric, _ in chosen:
                self._log_names.append((self._unused(f"{name}_{metric.name}" if several else metric.name), metric))

    def _unused(self, name: str) -> str:
        taken = {known for known, _ in self._log_names}
        if name not in taken:
            return name
        number = 2
        while f"{name}_{number}" in taken:
            number += 1
        return f"{name}_{number}"

    def _by_output(self, given: Any, names: list[str]) -> list[list[Any]]:
        if given is None:
            return [[] for _ in names]
        flat = isinstance(given, (list, tuple)) and not any(isinstance(item, (list, tuple)) for item in given)
        if len(names) == 1 and flat:
            return [[item for item in given if item is not None]]
        if flat and len(given) != len(names):
            if len(given) == 1:
                return [list(given) for _ in names]
            raise ValueError(
                f"[{self._owner}] expected metrics for {len(names)} outputs {names}: a list with one item or list per "
                f"output, or a dict by name; got {len(given)} metrics."
            )
        arranged = arranged_by_output(given, names, "metrics", self._owner)
        return [_as_list(item) for item in arranged]

    def _resolved(self, identifier: Any, target: Any, prediction: Any) -> Metric:
        if isinstance(identifier, str) and _fits_itself(identifier):
            return _fitting(identifier, target, prediction)
        found = metrics.get(identifier)
        if isinstance(found, Metric):
            metric = found
        else:
            metric = metrics.MeanMetricWrapper(found, name=getattr(identifier, "__name__", str(identifier)))
        if isinstance(identifier, str):
            metric.name = identifier  # logs call it what the user did: "mae" stays "mae"
        return metric

    def update(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Gathers a batch.

        Args:
            y_true: Targets, in the structure of the outputs or by their names.
            y_pred: The model's outputs.
            sample_weight: One array for all outputs, or likewise.
        """
        if not self.built:
            self.build(y_true, y_pred)
        assert self._parts is not None
        names, predictions = output_leaves(y_pred, self._output_names)
        if not any(chosen for _, chosen in self._parts):
            return
        targets = arranged_by_output(y_true, names, "targets", self._owner, broadcast=False)
        weights = arranged_by_output(sample_weight, names, "sample_weight", self._owner, needed=False)
        for (_, chosen), target, prediction, weight in zip(self._parts, targets, predictions, weights, strict=True):
            for metric, weighted in chosen:
                if weighted and weight is not None:
                    metric.update_state(target, prediction, sample_weight=weight)
                else:
                    metric.update_state(target, prediction)


def _as_list(item: Any) -> list[Any]:
    if item is None:
        return []
    return [i for i in item if i is not None] if isinstance(item, (list, tuple)) else [item]


def _fits_itself(name: str) -> bool:
    """Whether the name stands for the metric that suits targets and outputs."""
    return name.lower() in (*_ACCURACIES, *_CROSSENTROPIES)


def _fitting(name: str, target: Any, prediction: Any) -> Metric:
    """The accuracy or cross-entropy that suits the shapes: Keras's rule."""
    rank, classes = len(prediction.shape), prediction.shape[-1] if prediction.shape else 1
    if classes == 1:
        kind = "binary"
    elif len(target.shape) < rank or target.shape[-1] == 1:
        kind = "sparse_categorical"
    else:
        kind = "categorical"
    accuracy = name.lower() in _ACCURACIES
    function = getattr(metrics, f"{kind}_{'accuracy' if accuracy else 'crossentropy'}")
    return metrics.MeanMetricWrapper(function, name=name)
