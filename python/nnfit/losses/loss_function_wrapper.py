"""Loss made of a function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nnfit.losses.loss import Loss
from nnfit.losses.reduction import Reduction
from nnfit.registry import deserialize_object, serialize_object


class LossFunctionWrapper(Loss):
    """Loss whose values are those of a function.

    Args:
        fn: Callable `(y_true, y_pred, **kwargs)` that returns one loss for each sample.
        reduction: See `Loss`. Defaults to `"sum_over_batch_size"`.
        name: Name of the loss. Defaults to the class's in snake case.
        dtype: See `Loss`.
        **kwargs: Further arguments of `fn`.
    """

    def __init__(
        self,
        fn: Callable[..., Any],
        reduction: str | None = Reduction.SUM_OVER_BATCH_SIZE,
        name: str | None = None,
        dtype: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, reduction=reduction, dtype=dtype)
        self.fn = fn
        self._fn_kwargs = kwargs

    def call(self, y_true: Any, y_pred: Any) -> Any:
        return self.fn(y_true, y_pred, **self._fn_kwargs)

    def get_config(self) -> dict[str, Any]:
        config = {**super().get_config(), **serialize_object(self._fn_kwargs)}
        if type(self) is LossFunctionWrapper:  # subclasses know their function
            config["fn"] = serialize_object(self.fn)
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Loss:
        return cls(**deserialize_object(config))
