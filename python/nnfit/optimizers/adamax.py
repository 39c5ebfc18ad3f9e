"""Adamax."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nnfit import _core, ops
from nnfit.optimizers.multi_tensor_optimizer import MultiTensorOptimizer, UpdateRule
from nnfit.variable import Variable


class Adamax(MultiTensorOptimizer):
    """Adam with the infinity norm: steps along a running mean of the gradient, divided by its decaying maximum.

    At step t, counted from 1, `m += (1 - beta_1) * (g - m)`, `u = max(beta_2 * u, |g|)` and
    `w -= learning_rate / (1 - beta_1**t) * m / (u + epsilon)`.

    Args:
        learning_rate: See `Optimizer`. Defaults to 0.001.
        beta_1: Discount of past gradients. Defaults to 0.9.
        beta_2: Discount of the maximum. Defaults to 0.999.
        epsilon: Keeps the divisor off zero. Defaults to 1e-7.
        name: Name of the optimizer. Defaults to `"adamax"`.
        **options: The further arguments of `Optimizer`.

    Raises:
        ValueError: As `Optimizer` does.

    Example:
        >>> v = nnfit.Variable([10.0])
        >>> nnfit.optimizers.Adamax(learning_rate=0.1).apply([v.value], [v])
        >>> v.numpy().round(4)
        array([9.9], dtype=float32)

    Reference:
        Kingma and Ba, Adam: A Method for Stochastic Optimization, 2014, section 7.
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        name: str | None = "adamax",
        **options: Any,
    ) -> None:
        super().__init__(learning_rate, name=name, **options)
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self._momentums: list[Variable] = []
        self._norms: list[Variable] = []

    def build(self, variables: Sequence[Any]) -> None:
        if self.built:
            return
        super().build(variables)
        self._momentums, self._norms = self.add_optimizer_variables(variables, ["momentum", "norm"])

    def _update_rule(self) -> UpdateRule:
        return UpdateRule(
            _core.ops.adamax_update,
            [self._momentums, self._norms],
            {"beta_1": self.beta_1, "beta_2": self.beta_2, "epsilon": self.epsilon},
            [ops.add(self.iterations, 1)],
        )

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "beta_1": self.beta_1, "beta_2": self.beta_2, "epsilon": self.epsilon}
