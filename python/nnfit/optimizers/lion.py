"""Lion."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nnfit import _core
from nnfit.optimizers.multi_tensor_optimizer import MultiTensorOptimizer, UpdateRule
from nnfit.variable import Variable


class Lion(MultiTensorOptimizer):
    """Steps of one size, in the direction of the sign of a blend of the gradient and its running mean.

    `w -= learning_rate * sign(beta_1 * m + (1 - beta_1) * g)` and `m = beta_2 * m + (1 - beta_2) * g`. Learning rates
    are to be 3 to 10 times smaller than Adam's.

    Args:
        learning_rate: See `Optimizer`. Defaults to 0.001.
        beta_1: Share of the mean in the blend, in (0, 1]. Defaults to 0.9.
        beta_2: Discount of past gradients. Defaults to 0.99.
        name: Name of the optimizer. Defaults to `"lion"`.
        **options: The further arguments of `Optimizer`.

    Raises:
        ValueError: for `beta_1` outside (0, 1], and as `Optimizer` does.

    Example:
        >>> v = nnfit.Variable([10.0, -0.5])
        >>> nnfit.optimizers.Lion(learning_rate=0.25).apply([v.value], [v])
        >>> v.numpy()
        array([ 9.75, -0.25], dtype=float32)

    Reference:
        Chen et al., Symbolic Discovery of Optimization Algorithms, 2023.
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.99,
        name: str | None = "lion",
        **options: Any,
    ) -> None:
        super().__init__(learning_rate, name=name, **options)
        if not 0 < beta_1 <= 1:
            raise ValueError(f"[{self.name}] expected beta_1 in (0, 1]; got {beta_1!r}.")
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self._momentums: list[Variable] = []

    def build(self, variables: Sequence[Any]) -> None:
        if self.built:
            return
        super().build(variables)
        self._momentums = self.add_optimizer_variables(variables, "momentum")

    def _update_rule(self) -> UpdateRule:
        return UpdateRule(_core.ops.lion_update, [self._momentums], {"beta_1": self.beta_1, "beta_2": self.beta_2})

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "beta_1": self.beta_1, "beta_2": self.beta_2}
