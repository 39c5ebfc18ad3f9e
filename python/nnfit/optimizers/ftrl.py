"""Ftrl."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nnfit import _core, initializers
from nnfit.optimizers.multi_tensor_optimizer import MultiTensorOptimizer, UpdateRule
from nnfit.optimizers.optimizer_variables import expect_not_negative
from nnfit.variable import Variable


class Ftrl(MultiTensorOptimizer):
    """Follow the regularized leader, for sparse linear models: weights that L1 outweighs are exactly 0.

    `b = a + g**2`, `z += g + 2 * l2_shrinkage * w - (b**-p - a**-p) / learning_rate * w`, `a = b` and
    `w = (clip(z, -l1, l1) - z) / (b**-p / learning_rate + 2 * l2 + beta / learning_rate)`, where p is
    `learning_rate_power`.

    Args:
        learning_rate: See `Optimizer`. Defaults to 0.001.
        learning_rate_power: Not positive; how the rate falls with the sum of squares. Defaults to -0.5.
        initial_accumulator_value: What the sums of squares a start with; not negative. Defaults to 0.1.
        l1_regularization_strength: l1 above; not negative. Defaults to 0.
        l2_regularization_strength: l2 above; not negative. Defaults to 0.
        l2_shrinkage_regularization_strength: An L2 penalty on the loss; not negative. Defaults to 0.
        beta: The paper's beta. Defaults to 0.
        name: Name of the optimizer. Defaults to `"ftrl"`.
        **options: The further arguments of `Optimizer`.

    Raises:
        ValueError: for arguments out of range, and as `Optimizer` does.

    Example:
        >>> v = nnfit.Variable([10.0, 0.1])
        >>> nnfit.optimizers.Ftrl(learning_rate=0.1, l1_regularization_strength=2.0).apply([v.value], [v])
        >>> v.numpy().round(4)
        array([9.564, 0.   ], dtype=float32)

    Reference:
        McMahan et al., Ad Click Prediction: a View from the Trenches, 2013.
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        learning_rate_power: float = -0.5,
        initial_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        l2_shrinkage_regularization_strength: float = 0.0,
        beta: float = 0.0,
        name: str | None = "ftrl",
        **options: Any,
    ) -> None:
        super().__init__(learning_rate, name=name, **options)
        if learning_rate_power > 0:
            raise ValueError(f"[{self.name}] expected learning_rate_power of at most 0; got {learning_rate_power!r}.")
        expect_not_negative(
            self.name,
            initial_accumulator_value=initial_accumulator_value,
            l1_regularization_strength=l1_regularization_strength,
            l2_regularization_strength=l2_regularization_strength,
            l2_shrinkage_regularization_strength=l2_shrinkage_regularization_strength,
        )
        self.learning_rate_power = learning_rate_power
        self.initial_accumulator_value = initial_accumulator_value
        self.l1_regularization_strength = l1_regularization_strength
        self.l2_regularization_strength = l2_regularization_strength
        self.l2_shrinkage_regularization_strength = l2_shrinkage_regularization_strength
        self.beta = beta
        self._accumulated_squares: list[Variable] = []
        self._linears: list[Variable] = []

    def build(self, variables: Sequence[Any]) -> None:
        if self.built:
            return
        super().build(variables)
        start = initializers.Constant(self.initial_accumulator_value)
        self._accumulated_squares, self._linears = self.add_optimizer_variables(
            variables, ["accumulator", "linear"], [start, "zeros"]
        )

    def _update_rule(self) -> UpdateRule:
        return UpdateRule(
            _core.ops.ftrl_update,
            [self._accumulated_squares, self._linears],
            {
                "learning_rate_power": self.learning_rate_power,
                "l1": self.l1_regularization_strength,
                "l2": self.l2_regularization_strength,
                "l2_shrinkage": self.l2_shrinkage_regularization_strength,
                "beta": self.beta,
            },
        )

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "learning_rate_power": self.learning_rate_power,
            "initial_accumulator_value": self.initial_accumulator_value,
            "l1_regularization_strength": self.l1_regularization_strength,
            "l2_regularization_strength": self.l2_regularization_strength,
            "l2_shrinkage_regularization_strength": self.l2_shrinkage_regularization_strength,
            "beta": self.beta,
        }
