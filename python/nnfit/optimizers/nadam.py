"""Nadam."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nnfit import _core, config, ops
from nnfit.optimizers.multi_tensor_optimizer import MultiTensorOptimizer, UpdateRule
from nnfit.variable import Variable


class Nadam(MultiTensorOptimizer):
    """Adam with Nesterov's momentum, whose size rises by a schedule.

    At step t, counted from 1, `m += (1 - beta_1) * (g - m)` and `v += (1 - beta_2) * (g**2 - v)`. With
    `u_t = beta_1 * (1 - 0.96**t / 2)` and `p_t = u_1 * … * u_t`,
    `w -= learning_rate * (u_{t+1} * m / (1 - p_{t+1}) + (1 - u_t) * g / (1 - p_t))
    / (sqrt(v / (1 - beta_2**t)) + epsilon)`.

    Args:
        learning_rate: See `Optimizer`. Defaults to 0.001.
        beta_1: Discount of past gradients. Defaults to 0.9.
        beta_2: Discount of past squares. Defaults to 0.999.
        epsilon: Keeps the divisor off zero. Defaults to 1e-7.
        name: Name of the optimizer. Defaults to `"nadam"`.
        **options: The further arguments of `Optimizer`.

    Raises:
        ValueError: As `Optimizer` does.

    Example:
        >>> v = nnfit.Variable([10.0])
        >>> nnfit.optimizers.Nadam(learning_rate=0.1).apply([v.value], [v])
        >>> v.numpy().round(4)
        array([9.8937], dtype=float32)

    Reference:
        Dozat, Incorporating Nesterov Momentum into Adam, 2016.
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        name: str | None = "nadam",
        **options: Any,
    ) -> None:
        super().__init__(learning_rate, name=name, **options)
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self._momentums: list[Variable] = []
        self._velocities: list[Variable] = []
        self._u_product: Any = None

    def build(self, variables: Sequence[Any]) -> None:
        if self.built:
            return
        super().build(variables)
        self._momentums, self._velocities = self.add_optimizer_variables(variables, ["momentum", "velocity"])
        dtype = variables[0].dtype if variables else config.floatx()
        self._u_product = self.add_variable((), "ones", dtype, "u_product")

    def _advance(self, due: Any) -> None:
        step = ops.cast(ops.add(self.iterations, 1), self._u_product.dtype)
        momentum = ops.multiply(self.beta_1, ops.subtract(1.0, ops.multiply(0.5, ops.power(0.96, step))))
        product = ops.multiply(self._u_product, momentum)
        self._u_product.assign(product if due is None else ops.where(due, product, self._u_product))

    def _update_rule(self) -> UpdateRule:
        return UpdateRule(
            _core.ops.nadam_update,
            [self._momentums, self._velocities],
            {"beta_1": self.beta_1, "beta_2": self.beta_2, "epsilon": self.epsilon},
            [ops.add(self.iterations, 1), self._u_product],
        )

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "beta_1": self.beta_1, "beta_2": self.beta_2, "epsilon": self.epsilon}
