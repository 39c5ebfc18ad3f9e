"""Adadelta."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nnfit import _core
from nnfit.optimizers.multi_tensor_optimizer import MultiTensorOptimizer, UpdateRule
from nnfit.variable import Variable


class Adadelta(MultiTensorOptimizer):
    """Steps as large as past steps were: each gradient times the ratio of two running root mean squares.

    `a = rho * a + (1 - rho) * g**2`, `step = sqrt(d + epsilon) / sqrt(a + epsilon) * g`,
    `d = rho * d + (1 - rho) * step**2` and `w -= learning_rate * step`. The paper's rule has the learning rate 1.

    Args:
        learning_rate: See `Optimizer`. Defaults to 0.001.
        rho: Discount of past squares. Defaults to 0.95.
        epsilon: Keeps the ratio off zero. Defaults to 1e-7.
        name: Name of the optimizer. Defaults to `"adadelta"`.
        **options: The further arguments of `Optimizer`.

    Raises:
        ValueError: As `Optimizer` does.

    Example:
        >>> v = nnfit.Variable([10.0])
        >>> nnfit.optimizers.Adadelta(learning_rate=1.0).apply([v.value], [v])
        >>> v.numpy().round(4)
        array([9.9986], dtype=float32)

    Reference:
        Zeiler, ADADELTA: An Adaptive Learning Rate Method, 2012.
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: float = 0.95,
        epsilon: float = 1e-7,
        name: str | None = "adadelta",
        **options: Any,
    ) -> None:
        super().__init__(learning_rate, name=name, **options)
        self.rho = rho
        self.epsilon = epsilon
        self._accumulated_grads: list[Variable] = []
        self._accumulated_delta_vars: list[Variable] = []

    def build(self, variables: Sequence[Any]) -> None:
        if self.built:
            return
        super().build(variables)
        self._accumulated_grads, self._accumulated_delta_vars = self.add_optimizer_variables(
            variables, ["accumulated_grad", "accumulated_delta_var"]
        )

    def _update_rule(self) -> UpdateRule:
        slots = [self._accumulated_grads, self._accumulated_delta_vars]
        return UpdateRule(_core.ops.adadelta_update, slots, {"rho": self.rho, "epsilon": self.epsilon})

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "rho": self.rho, "epsilon": self.epsilon}
