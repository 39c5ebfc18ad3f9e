"""Adagrad."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nnfit import _core, initializers
from nnfit.optimizers.multi_tensor_optimizer import MultiTensorOptimizer, UpdateRule
from nnfit.optimizers.optimizer_variables import expect_not_negative
from nnfit.variable import Variable


class Adagrad(MultiTensorOptimizer):
    """Divides each gradient by the root of the sum of its past squares.

    `a += g**2` and `w -= learning_rate * g / sqrt(a + epsilon)`.

    Args:
        learning_rate: See `Optimizer`. Defaults to 0.001.
        initial_accumulator_value: What the sums of squares start with; not negative. Defaults to 0.1.
        epsilon: Keeps the divisor off zero. Defaults to 1e-7.
        name: Name of the optimizer. Defaults to `"adagrad"`.
        **options: The further arguments of `Optimizer`.

    Raises:
        ValueError: for a negative `initial_accumulator_value`, and as `Optimizer` does.

    Example:
        >>> v = nnfit.Variable([10.0])
        >>> nnfit.optimizers.Adagrad(learning_rate=0.1).apply([v.value], [v])
        >>> v.numpy().round(4)
        array([9.9], dtype=float32)

    Reference:
        Duchi et al., Adaptive Subgradient Methods for Online Learning and Stochastic Optimization, 2011.
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        initial_accumulator_value: float = 0.1,
        epsilon: float = 1e-7,
        name: str | None = "adagrad",
        **options: Any,
    ) -> None:
        super().__init__(learning_rate, name=name, **options)
        expect_not_negative(self.name, initial_accumulator_value=initial_accumulator_value)
        self.initial_accumulator_value = initial_accumulator_value
        self.epsilon = epsilon
        self._accumulated_squares: list[Variable] = []

    def build(self, variables: Sequence[Any]) -> None:
        if self.built:
            return
        super().build(variables)
        start = initializers.Constant(self.initial_accumulator_value)
        self._accumulated_squares = self.add_optimizer_variables(variables, "accumulator", start)

    def _update_rule(self) -> UpdateRule:
        return UpdateRule(_core.ops.adagrad_update, [self._accumulated_squares], {"epsilon": self.epsilon})

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "initial_accumulator_value": self.initial_accumulator_value,
            "epsilon": self.epsilon,
        }
