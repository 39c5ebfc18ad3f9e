"""Stochastic gradient descent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nnfit import _core
from nnfit.optimizers.multi_tensor_optimizer import MultiTensorOptimizer, UpdateRule
from nnfit.variable import Variable


class SGD(MultiTensorOptimizer):
    """Gradient descent, with momentum if asked for.

    `w -= learning_rate * g`; with momentum `v = momentum * v - learning_rate * g` and `w += v`; with Nesterov's
    `w += momentum * v - learning_rate * g`.

    Args:
        learning_rate: See `Optimizer`. Defaults to 0.01.
        momentum: In [0, 1]. Defaults to 0.
        nesterov: Whether to use Nesterov's momentum. Defaults to `False`.
        name: Name of the optimizer. Defaults to `"SGD"`.
        **options: The further arguments of `Optimizer`.

    Raises:
        ValueError: for a momentum outside [0, 1], and as `Optimizer` does.

    Example:
        >>> v = nnfit.Variable([1.0, 2.0])
        >>> nnfit.optimizers.SGD(learning_rate=0.5).apply([nnfit.ops.ones(2)], [v])
        >>> v.numpy()
        array([0.5, 1.5], dtype=float32)

    Reference:
        Sutskever et al., On the Importance of Initialization and Momentum in Deep Learning, 2013.
    """

    def __init__(
        self,
        learning_rate: Any = 0.01,
        momentum: float = 0.0,
        nesterov: bool = False,
        name: str | None = "SGD",
        **options: Any,
    ) -> None:
        super().__init__(learning_rate, name=name, **options)
        if not 0 <= momentum <= 1:
            raise ValueError(f"[{self.name}] expected momentum in [0, 1]; got {momentum!r}.")
        self.momentum = momentum
        self.nesterov = nesterov
        self.momentums: list[Variable] = []

    def build(self, variables: Sequence[Any]) -> None:
        if self.built:
            return
        super().build(variables)
        if self.momentum:
            self.momentums = self.add_optimizer_variables(variables, "momentum")

    def _update_rule(self) -> UpdateRule:
        attributes = {"momentum": self.momentum, "nesterov": self.nesterov}
        return UpdateRule(_core.ops.sgd_update, [self.momentums], attributes)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "momentum": self.momentum, "nesterov": self.nesterov}
