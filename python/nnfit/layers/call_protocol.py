"""CallProtocol: what happens around a layer's `call`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nnfit import _core, tree
from nnfit.dtypes import FLOAT_DTYPES
from nnfit.layers.added_losses import AddedLosses
from nnfit.layers.call_context import call_context, enter, leave
from nnfit.layers.call_signature import CallSignature
from nnfit.layers.input_spec import check_inputs
from nnfit.masks import any_masks, get_mask, set_mask
from nnfit.symbolic.keras_tensor import KerasTensor, contains_symbolic
from nnfit.symbolic.node import Node
from nnfit.warn import warn

__all__ = ["CallProtocol"]

_Tensor = _core.Tensor
_TENSORS = (_core.Tensor, _core.Variable, KerasTensor)


class CallProtocol(AddedLosses):
    """Base of `Layer` that defines `__call__`."""

    _signature: CallSignature
    # Whether `__call__` makes tensors of arrays and casts them, and takes nothing but tensors by position.
    _converts_inputs = True

    # Type, shape and dtype of the last input that was found to need no conversion and to suit the input spec.
    _accepted: tuple[type | None, Any, Any] = (None, None, None)

    # Defined by `Layer`.
    call: Callable[..., Any]
    compute_output_spec: Callable[..., Any]
    _build_for: Callable[..., None]
    _dtype: str
    _input_spec: Any
    _supports_masking: bool
    built: bool
    autocast: bool
    activity_regularizer: Any

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Builds the layer if need be, and calls it.

        Args:
            *args: Tensors, arrays or KerasTensors, or structures of them.
            **kwargs: Arguments of `call`. `training` is taken by every layer and holds for the calls within;
                without it, that of the calls around holds.

        Returns:
            What `call` returns; KerasTensors if there are KerasTensors among the arguments.

        Raises:
            ValueError: If the inputs do not suit the layer.
        """
        if len(args) == 1:
            x = args[0]
            kind, shape, dtype = self._accepted
            like_the_last = type(x) is kind and (x.shape, x.dtype) == (shape, dtype)  # type: ignore[attr-defined]
            if like_the_last and not any_masks():
                if not kwargs:
                    return self._call_within(x) if call_context.call_number else self._call_straight(x, None)
                if len(kwargs) == 1 and "training" in kwargs:
                    return self._call_straight(x, kwargs["training"])
        return self._call_fully(args, kwargs)

    def _call_within(self, x: Any) -> Any:
        """Calls a layer on an accepted input, in the course of another layer's call."""
        training = call_context.training
        return self.call(x) if training is None or not self._signature.training else self.call(x, training=training)

    def _call_straight(self, x: Any, training: bool | None) -> Any:
        """Calls a layer on an accepted input."""
        outer = enter(self)
        try:
            if training is not None:
                call_context.training = training
            return self._call_within(x)
        finally:
            leave(outer)

    def _call_fully(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if "_name" not in self.__dict__:
            raise RuntimeError(
                f"[{type(self).__name__}] was not initialised: call `super().__init__()` first in its `__init__`."
            )
        given = (args, kwargs)
        symbolic = contains_symbolic(args, kwargs)
        kwargs = dict(kwargs)
        training = kwargs.pop("training", None)
        if self._converts_inputs:
            args, kwargs = self._convert(args, kwargs)
        outer = enter(self)
        try:
            training = outer[1] if training is None else training
            call_context.training = training
            if training is not None and self._signature.training:
                kwargs["training"] = training
            inputs = args[0] if args else next(iter(kwargs.values()), None)
            check_inputs(self._input_spec, inputs, self.name)
            if not self.built:
                self._build_for(args, kwargs)
                check_inputs(self._input_spec, inputs, self.name)
            previous_mask = self._take_masks(args, kwargs) if any_masks() else kwargs.get("mask")
            if symbolic:
                outputs = self.compute_output_spec(*args, **kwargs)
                self._clear_losses()
            else:
                outputs = self.call(*args, **kwargs)
                if self.activity_regularizer is not None:
                    self._penalize_activity(outputs)
            if previous_mask is not None or self._supports_masking:
                self._hand_on_masks(inputs, outputs, previous_mask)
        finally:
            leave(outer)
        if symbolic:
            Node(self, *given, outputs)
        elif len(args) == 1 and given[0][0] is inputs:
            self._accept(inputs)
        return outputs

    def _accept(self, x: Any) -> None:
        """Lets later calls on inputs like `x` go straight to `call`, if nothing else is to be done for this layer."""
        if self.activity_regularizer is not None or type(self).compute_mask is not CallProtocol.compute_mask:
            return
        if (type(x) is _Tensor or isinstance(x, np.ndarray)) and all(layer.built for layer in self._layers):
            self.__dict__["_accepted"] = (type(x), x.shape, x.dtype)

    def _convert(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        args = tuple(
            self._to_tensor(x) if not tree.is_nested(x) else tree.map_structure(self._to_tensor, x) for x in args
        )
        for x in tree.flatten(args):
            if x is not None and not isinstance(x, _TENSORS):
                raise ValueError(
                    f"[{self.name}] expected tensors or arrays as positional arguments; got {x!r} "
                    f"({type(x).__name__}). Make an array of it, or pass it by its name if it is an option."
                )
        return args, {name: tree.map_structure(self._to_tensor, x) for name, x in kwargs.items()}

    def _to_tensor(self, x: Any) -> Any:
        if type(x) is not _Tensor:
            if isinstance(x, KerasTensor):
                return KerasTensor(x.shape, self._dtype) if self._is_cast(x.dtype) else x
            if isinstance(x, np.ndarray) and x.dtype.kind == "f":
                casts = self.autocast and self._dtype in FLOAT_DTYPES
                return _core.convert_to_tensor(x, self._dtype if casts else None)
            if not hasattr(x, "__array__"):
                return x
            x = _core.convert_to_tensor(x)
        return _core.convert_to_tensor(x, self._dtype) if self._is_cast(x.dtype) else x

    def _is_cast(self, dtype: str) -> bool:
        return dtype != self._dtype and self.autocast and dtype in FLOAT_DTYPES and self._dtype in FLOAT_DTYPES

    def _take_masks(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Passes the masks of the arguments that `call` has mask arguments for; returns that of the first."""
        arguments = {
            name: value
            for name, value in self._signature.bind(args, kwargs).items()
            if any(isinstance(x, _TENSORS) for x in tree.flatten(value)) and not name.endswith("mask")
        }
        for name, value in arguments.items():
            target = "mask" if len(arguments) == 1 else f"{name}_mask"
            if target in self._signature.names and kwargs.get(target) is None:
                kwargs[target] = tree.map_structure(get_mask, value)
        if kwargs.get("mask") is not None:
            return kwargs["mask"]
        previous = tree.map_structure(get_mask, next(iter(arguments.values()), None))
        return previous if any(mask is not None for mask in tree.flatten(previous)) else None

    def _hand_on_masks(self, inputs: Any, outputs: Any, previous_mask: Any) -> None:
        if not self._supports_masking:
            if any(mask is not None for mask in tree.flatten(previous_mask)):
                warn(f"[{self.name}] {type(self).__name__} does not support masking: the mask of its input ends here.")
            return
        new_masks = self.compute_mask(inputs, previous_mask)
        if new_masks is None:
            return
        for output, mask in zip(tree.flatten(outputs), tree.flatten(new_masks), strict=False):
            if mask is not None and get_mask(output) is None:
                set_mask(output, mask)

    def compute_mask(self, inputs: Any, previous_mask: Any) -> Any:
        """Returns the mask of the outputs.

        Args:
            inputs: The first argument of `call`.
            previous_mask: Its mask, or `None`.

        Returns:
            Boolean tensor, a structure of them, or `None`. By default the mask of the inputs.
        """
        return previous_mask

    def _penalize_activity(self, outputs: Any) -> None:
        for output in tree.flatten(outputs):
            penalty = self.activity_regularizer(output)
            self._record_loss(penalty / output.shape[0] if output.ndim and output.shape[0] else penalty)
