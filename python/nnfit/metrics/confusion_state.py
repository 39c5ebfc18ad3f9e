"""Base of the metrics that are made of all four counts of right and wrong predictions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nnfit import ops
from nnfit.metrics.metric import Metric
from nnfit.metrics.thresholds import Counts
from nnfit.variable import Variable


class ConfusionState(Metric):
    """A metric whose state is the four counts at each threshold.

    Args:
        dtype: See `Metric`.
        name: Name of the metric. Defaults to the class's in snake case.
    """

    true_positives: Variable
    false_positives: Variable
    true_negatives: Variable
    false_negatives: Variable

    def _add_counts(self, shape: Sequence[int]) -> None:
        for kind in Counts._fields:
            setattr(self, kind, self.add_variable(shape, name=kind))

    def _gather(self, counts: Counts) -> None:
        for kind, count in counts._asdict().items():
            getattr(self, kind).assign_add(count)

    def _sensitivity(self) -> Any:
        """`true positives / (true positives + false negatives)`, also known as recall."""
        return ops.divide_no_nan(self.true_positives, ops.add(self.true_positives, self.false_negatives))

    def _specificity(self) -> Any:
        """`true negatives / (true negatives + false positives)`."""
        return ops.divide_no_nan(self.true_negatives, ops.add(self.true_negatives, self.false_positives))

    def _fall_out(self) -> Any:
        """`false positives / (false positives + true negatives)`, the rate of false positives."""
        return ops.divide_no_nan(self.false_positives, ops.add(self.false_positives, self.true_negatives))

    def _precision(self) -> Any:
        """`true positives / (true positives + false positives)`."""
        return ops.divide_no_nan(self.true_positives, ops.add(self.true_positives, self.false_positives))
