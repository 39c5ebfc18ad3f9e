"""AdamW."""

from __future__ import annotations

from typing import Any

from nnfit.optimizers.adam import Adam


class AdamW(Adam):
    """Adam with decoupled weight decay: before each update `w -= learning_rate * weight_decay * w`.

    Args:
        learning_rate: See `Optimizer`. Defaults to 0.001.
        weight_decay: See `Optimizer`. Defaults to 0.004.
        beta_1: Discount of past gradients. Defaults to 0.9.
        beta_2: Discount of past squares. Defaults to 0.999.
        epsilon: Keeps the divisor off zero (the paper's epsilon hat). Defaults to 1e-7.
        amsgrad: Whether to use AMSGrad. Defaults to `False`.
        name: Name of the optimizer. Defaults to `"adamw"`.
        **options: The further arguments of `Optimizer`.

    Raises:
        ValueError: If `weight_decay` is `None`, and as `Optimizer` does.

    Example:
        >>> v = nnfit.Variable([10.0])
        >>> nnfit.optimizers.AdamW(learning_rate=0.1, weight_decay=0.1).apply([v.value], [v])
        >>> v.numpy().round(4)
        array([9.8], dtype=float32)

    Reference:
        Loshchilov and Hutter, Decoupled Weight Decay Regularization, 2017.
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        weight_decay: float = 0.004,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
        name: str | None = "adamw",
        **options: Any,
    ) -> None:
        super().__init__(
            learning_rate, beta_1, beta_2, epsilon, amsgrad, name=name, weight_decay=weight_decay, **options
        )
        if weight_decay is None:
            raise ValueError(f"[{self.name}] expected weight_decay to be a number; got None. Adam has none.")
