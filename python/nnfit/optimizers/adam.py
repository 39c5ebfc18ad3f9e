"""Adam."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nnfit import _core, ops
from nnfit.optimizers.multi_tensor_optimizer import MultiTensorOptimizer, UpdateRule
from nnfit.variable import Variable


class Adam(MultiTensorOptimizer):
    """Adaptive moments: steps along a running mean of the gradient, divided by a running root mean square.

    At step t, counted from 1, `m += (1 - beta_1) * (g - m)`, `v += (1 - beta_2) * (g**2 - v)` and
    `w -= learning_rate * sqrt(1 - beta_2**t) / (1 - beta_1**t) * m / (sqrt(v) + epsilon)`. With AMSGrad the largest v
    so far takes the place of v.

    Args:
        learning_rate: See `Optimizer`. Defaults to 0.001.
        beta_1: Discount of past gradients. Defaults to 0.9.
        beta_2: Discount of past squares. Defaults to 0.999.
        epsilon: Keeps the divisor off zero (the paper's epsilon hat). Defaults to 1e-7.
        amsgrad: Whether to use AMSGrad. Defaults to `False`.
        name: Name of the optimizer. Defaults to `"adam"`.
        **options: The further arguments of `Optimizer`.

    Raises:
        ValueError: As `Optimizer` does.

    Example:
        >>> v = nnfit.Variable([10.0])
        >>> nnfit.optimizers.Adam(learning_rate=0.1).apply([v.value], [v])
        >>> v.numpy().round(4)
        array([9.9], dtype=float32)

    Reference:
        Kingma and Ba, Adam: A Method for Stochastic Optimization, 2014; Reddi et al., On the Convergence of Adam and
        Beyond, 2018.
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
        name: str | None = "adam",
        **options: Any,
    ) -> None:
        super().__init__(learning_rate, name=name, **options)
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.amsgrad = amsgrad
        self._momentums: list[Variable] = []
        self._velocities: list[Variable] = []
        self._velocity_hats: list[Variable] = []

    def build(self, variables: Sequence[Any]) -> None:
        if self.built:
            return
        super().build(variables)
        self._momentums, self._velocities = self.add_optimizer_variables(variables, ["momentum", "velocity"])
        if self.amsgrad:
            self._velocity_hats = self.add_optimizer_variables(variables, "velocity_hat")

    def _update_rule(self) -> UpdateRule:
        return UpdateRule(
            _core.ops.adam_update,
            [self._momentums, self._velocities, self._velocity_hats],
            {"beta_1": self.beta_1, "beta_2": self.beta_2, "epsilon": self.epsilon, "amsgrad": self.amsgrad},
            [ops.add(self.iterations, 1)],
        )

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "beta_1": self.beta_1,
            "beta_2": self.beta_2,
            "epsilon": self.epsilon,
            "amsgrad": self.amsgrad,
        }
