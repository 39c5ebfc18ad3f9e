"""The work that is compared, by name."""

from __future__ import annotations

from workloads import (
    convolution,
    dense,
    eager_loop,
    elementwise,
    features,
    function_loop,
    peak_memory,
    predict,
    step_overhead,
    training,
)
from workloads.base import Workload

WORKLOADS: dict[str, Workload] = (
    training.WORKLOADS
    | features.WORKLOADS
    | step_overhead.WORKLOADS
    | eager_loop.WORKLOADS
    | function_loop.WORKLOADS
    | predict.WORKLOADS
    | peak_memory.WORKLOADS
    | dense.WORKLOADS
    | convolution.WORKLOADS
    | elementwise.WORKLOADS
)
