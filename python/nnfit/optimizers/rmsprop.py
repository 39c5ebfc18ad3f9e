"""RMSprop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nnfit import _core
from nnfit.optimizers.multi_tensor_optimizer import MultiTensorOptimizer, UpdateRule
from nnfit.variable import Variable


class RMSprop(MultiTensorOptimizer):
    """Divides each gradient by a running root mean square of its past values.

    `v = rho * v + (1 - rho) * g**2` and `w -= learning_rate * g / sqrt(v + epsilon)`. With momentum the step s is
    gathered, `m = momentum * m + s` and `w -= m`. Centered, `a = rho * a + (1 - rho) * g` and `v - a**2` takes the
    place of v.

    Args:
        learning_rate: See `Optimizer`. Defaults to 0.001.
        rho: Discount of past squares. Defaults to 0.9.
        momentum: Defaults to 0.
        epsilon: Keeps the divisor off zero. Defaults to 1e-7.
        centered: Whether to divide by the standard deviation. Defaults to `False`.
        name: Name of the optimizer. Defaults to `"rmsprop"`.
        **options: The further arguments of `Optimizer`.

    Raises:
        ValueError: As `Optimizer` does.

    Example:
        >>> v = nnfit.Variable([10.0])
        >>> nnfit.optimizers.RMSprop(learning_rate=0.1).apply([v.value], [v])
        >>> v.numpy().round(4)
        array([9.6838], dtype=float32)

    Reference:
        Hinton, Neural Networks for Machine Learning, Lecture 6e, 2012.
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: float = 0.9,
        momentum: float = 0.0,
        epsilon: float = 1e-7,
        centered: bool = False,
        name: str | None = "rmsprop",
        **options: Any,
    ) -> None:
        super().__init__(learning_rate, name=name, **options)
        self.rho = rho
        self.momentum = momentum
        self.epsilon = epsilon
        self.centered = centered
        self._velocities: list[Variable] = []
        self._momentums: list[Variable] = []
        self._average_gradients: list[Variable] = []

    def build(self, variables: Sequence[Any]) -> None:
        if self.built:
            return
        super().build(variables)
        self._velocities = self.add_optimizer_variables(variables, "velocity")
        if self.momentum > 0:
            self._momentums = self.add_optimizer_variables(variables, "momentum")
        if self.centered:
            self._average_gradients = self.add_optimizer_variables(variables, "average_gradient")

    def _update_rule(self) -> UpdateRule:
        return UpdateRule(
            _core.ops.rmsprop_update,
            [self._velocities, self._average_gradients, self._momentums],
            {"rho": self.rho, "momentum": self.momentum, "epsilon": self.epsilon, "centered": self.centered},
        )

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "rho": self.rho,
            "momentum": self.momentum,
            "epsilon": self.epsilon,
            "centered": self.centered,
        }
