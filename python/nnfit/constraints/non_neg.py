"""No negative values."""

from __future__ import annotations

from typing import Any

from nnfit import ops
from nnfit.constraints.constraint import Constraint


class NonNeg(Constraint):
    """`max(w, 0)`."""

    def __call__(self, w: Any) -> Any:
        return ops.maximum(w, 0.0)
