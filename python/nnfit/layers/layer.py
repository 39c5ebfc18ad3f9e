"""Layer: the base class of all layers and models."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nnfit import _core, constraints, initializers, regularizers, tree
from nnfit.dtypes import FLOAT_DTYPES, standardize_dtype
from nnfit.layers.call_context import call_context, enter, leave
from nnfit.layers.call_protocol import CallProtocol
from nnfit.layers.call_signature import CallSignature
from nnfit.layers.configurable import Configurable
from nnfit.layers.shapes import map_shapes, shapes_of
from nnfit.naming import unique_name
from nnfit.symbolic.keras_tensor import KerasTensor, standardize_shape
from nnfit.symbolic.node import Node
from nnfit.symbolic.shape_inference import infer_outputs
from nnfit.variable import Variable

__all__ = ["Layer"]

_TENSORS = (_core.Tensor, _core.Variable, KerasTensor)


class Layer(Configurable, CallProtocol):
    """A function of tensors with weights of its own: the base class of all layers.

    A subclass defines `call`, and `build` if it has weights whose shapes follow from the input. `call` is written in
    `nnfit.ops`; it may take `training` (whether the model is being trained) and `mask`. Variables, layers, metrics and
    seed generators assigned to attributes, also within lists and dicts, are found.

    Args:
        activity_regularizer: Regularizer of the output, its name, or `None`. Its penalty, divided by the batch size,
            becomes one of `losses`.
        trainable: Whether training updates the weights. Defaults to `True`.
        dtype: Dtype of the weights and the computation. Defaults to `nnfit.config.floatx()`.
        autocast: Whether floating inputs are cast to `dtype`. Defaults to `True`.
        name: Name of the layer. Defaults to the class's in snake case, made unique.

    Raises:
        TypeError: For an unknown keyword argument.
        ValueError: For a dtype that is not a floating, integer or boolean one, or a `trainable` that is not a bool.

    Example:
        >>> class Linear(nnfit.layers.Layer):
        ...     def __init__(self, units, **kwargs):
        ...         super().__init__(**kwargs)
        ...         self.units = units
        ...
        ...     def build(self, input_shape):
        ...         self.w = self.add_weight(shape=(input_shape[-1], self.units), name="w")
        ...         self.b = self.add_weight(shape=(self.units,), initializer="zeros", name="b")
        ...
        ...     def call(self, x):
        ...         return nnfit.ops.matmul(x, self.w) + self.b
        >>> Linear(4)(np.ones((2, 3))).shape
        (2, 4)

    Reference: the interface is Keras 3's.
    """

    _base_arguments = ("name", "trainable", "dtype", "activity_regularizer")
    _build_names: tuple[str, ...] = ("input_shape",)
    _keeps_layers_by_name = False  # whether `layers` are found by their own names, rather than as attributes

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._signature = CallSignature(cls.call)
        if "build" in cls.__dict__:
            build = cls.__dict__["build"]
            cls._build_names = tuple(list(inspect.signature(build).parameters)[1:])
            cls.build = _building(build)  # type: ignore[method-assign]

    def __init__(
        self,
        *,
        activity_regularizer: Any = None,
        trainable: bool = True,
        dtype: str | None = None,
        autocast: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        if "input_dim" in kwargs:
            kwargs["input_shape"] = (kwargs.pop("input_dim"),)
        input_shape = kwargs.pop("input_shape", None)
        if kwargs:
            raise TypeError(f"[{type(self).__name__}] unexpected keyword arguments {sorted(kwargs)}.")
        if not isinstance(trainable, bool):
            raise ValueError(f"[{type(self).__name__}] expected trainable to be True or False; got {trainable!r}.")
        state = self.__dict__
        state["_name"] = str(name) if name is not None else unique_name(type(self).__name__)
        state["_trainable"] = trainable
        state["_dtype"] = _dtype_name(dtype, self._name)
        state["_input_shape_argument"] = None if input_shape is None else standardize_shape(input_shape, self._name)
        state["_input_spec"] = None
        state["_supports_masking"] = type(self).compute_mask is not CallProtocol.compute_mask
        state["_losses"] = []
        state["_losses_call"] = 0
        state["_losses_traced"] = False
        state["_latest_call"] = 0
        state["_build_shapes"] = None
        state["_path"] = None
        state["built"] = False
        state["autocast"] = autocast
        state["nodes"] = []
        self._added_metrics = {}
        self.activity_regularizer = regularizers.get(activity_regularizer)

    _path: str | None
    _input_shape_argument: tuple[int | None, ...] | None
    nodes: list[Node]

    @property
    def path(self) -> str | None:
        """The layer's name after those of the layers around it, such as `"encoder/dense"`; `None` until it is built."""
        return self._path

    @property
    def dtype(self) -> str:
        """The dtype of the weights."""
        return self._dtype

    @property
    def compute_dtype(self) -> str:
        """The dtype of the computation; the same as `dtype`."""
        return self._dtype

    @property
    def variable_dtype(self) -> str:
        """The dtype of the weights; the same as `dtype`."""
        return self._dtype

    @property
    def input_spec(self) -> Any:
        """`InputSpec` of the input, or a structure of them for several; `None` if anything will do."""
        return self._input_spec

    @input_spec.setter
    def input_spec(self, value: Any) -> None:
        state = self.__dict__
        state["_input_spec"] = value
        state["_accepted"] = (None, None, None)

    @property
    def supports_masking(self) -> bool:
        """Whether the layer hands masks on. Settable; true for layers with a `compute_mask` of their own."""
        return self._supports_masking

    @supports_masking.setter
    def supports_masking(self, value: bool) -> None:
        self.__dict__["_supports_masking"] = bool(value)

    @property
    def input(self) -> Any:
        """The KerasTensor, or structure of them, that the layer was first called on.

        Raises:
            AttributeError: If it has not been called on a KerasTensor.
        """
        inputs = self._first_node("input").inputs
        return inputs[0] if len(inputs) == 1 else list(inputs)

    @property
    def output(self) -> Any:
        """The KerasTensor, or structure of them, that the first call gave.

        Raises:
            AttributeError: If it has not been called on a KerasTensor.
        """
        return self._first_node("output").outputs_structure

    def _first_node(self, wanted: str) -> Node:
        if not self.nodes:
            raise AttributeError(
                f"[{self.name}] has no `{wanted}`: it has not been called on a KerasTensor, as in a functional model."
            )
        return self.nodes[0]

    def build(self, input_shape: Any) -> None:
        """Makes the weights. Called once, by the first call, with the shape of its input.

        A subclass defines it with one argument, or with one named `<argument>_shape` for each tensor argument of
        `call`.

        Args:
            input_shape: Shape tuple with `None` for unknown sizes, or a structure of them for several inputs.
        """
        if any(not layer.built for layer in self._layers):
            self._built_by_tracing(input_shape)
        state = self.__dict__
        state["_build_shapes"] = {"input_shape": input_shape}
        state["built"] = True

    def _built_by_tracing(self, input_shape: Any) -> None:
        # The sublayers build themselves when `call` reaches them.
        outer = enter(self)
        try:
            infer_outputs(self.call, (map_shapes(lambda s: KerasTensor(s, self._dtype), input_shape),), {}, self.name)
        finally:
            leave(outer)

    def _build_for(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        arguments = self._signature.bind(args, kwargs)
        shapes = {
            f"{name}_shape": shapes_of(value)
            for name, value in arguments.items()
            if name != "mask" and any(isinstance(x, _TENSORS) for x in tree.flatten(value))
        }
        if not shapes and args:
            shapes["input_shape"] = shapes_of(args[0])
        if type(self).build is Layer.build:
            # Sublayers are built by the call that follows.
            self.__dict__["_path"] = call_context.path
            self.__dict__["_build_shapes"] = {"input_shape": next(iter(shapes.values()), None)}
            self.__dict__["built"] = True
        elif len(self._build_names) == 1:
            self.build(next(iter(shapes.values()), None))
        else:
            if any(name not in shapes for name in self._build_names):
                raise ValueError(
                    f"[{self.name}] `build` takes {list(self._build_names)}, but the call gave {list(shapes)}. Name "
                    "each argument of `build` after an argument of `call`, followed by '_shape'."
                )
            self.build(**{name: shapes[name] for name in self._build_names})

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """Computes the outputs. Every layer defines it.

        Args:
            *args: Tensors, or structures of tensors.
            **kwargs: Further arguments, `training` and `mask` among them if `call` names them.

        Returns:
            A tensor, or a structure of tensors.
        """
        raise NotImplementedError(f"[{self.name}] {type(self).__name__} needs a `call` method; define one.")

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """Returns KerasTensors like the outputs of a call.

        Args:
            *args: As those of `call`, with KerasTensors for tensors.
            **kwargs: Likewise.

        Returns:
            A KerasTensor or a structure of them: by `compute_output_shape` if the class defines it, else by tracing
            `call`.
        """
        if type(self).compute_output_shape is Layer.compute_output_shape:
            return infer_outputs(self.call, args, kwargs, self.name)
        shape = self.compute_output_shape(shapes_of(args[0] if args else next(iter(kwargs.values()))))
        return map_shapes(lambda s: KerasTensor(s, self._dtype), shape)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns the shape of the output for a shape of the input.

        Args:
            input_shape: Shape tuple with `None` for unknown sizes, or a structure of them.

        Returns:
            Shape tuple, or a structure of them. By default found by tracing `call`, which builds the layer.
        """
        if not self.built:
            self.build(input_shape)
        inputs = map_shapes(lambda s: KerasTensor(s, self._dtype), input_shape)
        return shapes_of(infer_outputs(self.call, (inputs,), {}, self.name))

    def add_weight(
        self,
        shape: Sequence[int] | None = None,
        initializer: Any = None,
        dtype: str | None = None,
        trainable: bool = True,
        autocast: bool = True,
        regularizer: Any = None,
        constraint: Any = None,
        aggregation: str | None = "none",
        name: str | None = None,
    ) -> Variable:
        """Makes a variable that belongs to the layer.

        Args:
            shape: Tuple of ints. Defaults to `()`.
            initializer: Initializer, its name, or a callable `(shape, dtype) -> value`. Defaults to
                `"glorot_uniform"` for floating dtypes and to `"zeros"` for others.
            dtype: Name of the dtype. Defaults to the layer's.
            trainable: Whether training updates it. Defaults to `True`.
            autocast: Accepted as in Keras.
            regularizer: Regularizer or its name; its penalty becomes one of `losses`.
            constraint: Constraint or its name, applied after each update.
            aggregation: See `nnfit.Variable`.
            name: Name of the variable, such as `"kernel"`.

        Returns:
            The variable.

        Raises:
            ValueError: If the shape has unknown sizes.
        """
        if isinstance(shape, str):
            raise ValueError(f"[{self.name}] add_weight expected a shape first; got {shape!r}. Pass name={shape!r}.")
        dtype = self._dtype if dtype is None else _dtype_name(dtype, self._name)
        if initializer is None:
            initializer = "glorot_uniform" if dtype in FLOAT_DTYPES else "zeros"
        variable = Variable(
            initializers.get(initializer),
            shape=() if shape is None else shape,
            dtype=dtype,
            trainable=trainable,
            autocast=autocast,
            aggregation=aggregation,
            name=name,
            regularizer=regularizers.get(regularizer),
            constraint=constraints.get(constraint),
        )
        path = call_context.path
        if call_context.layer is not self:
            path = f"{path}/{self._name}" if path else self._name
        variable.path = f"{path}/{variable.name}"
        self._track(variable)
        return variable

    def count_params(self) -> int:
        """Returns the number of scalars in the weights.

        Raises:
            ValueError: If the layer is not built, so that it is not known.
        """
        if not self.built:
            raise ValueError(
                f"[{self.name}] is not built, so its weights are not known. Call it on data, or `build(input_shape)`."
            )
        return sum(int(np.prod(w.shape, dtype=np.int64)) for w in self.weights)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that make a layer like this one, without its weights.

        Returns:
            JSON-able dict. A subclass that does not define it gets its constructor's arguments written down.

        Raises:
            NotImplementedError: If an argument cannot be described.
        """
        base: dict[str, Any] = {"name": self.name, "trainable": self.trainable, "dtype": self._dtype}
        if self.activity_regularizer is not None:
            base["activity_regularizer"] = regularizers.serialize(self.activity_regularizer)
        if type(self).get_config is Layer.get_config:
            base = {**self._constructor_config(), **base}
        return base

    def _apply_base_arguments(self, arguments: dict[str, Any]) -> None:
        self.__dict__["_name"] = arguments.get("name", self._name)
        self.__dict__["_dtype"] = arguments.get("dtype", self._dtype)
        self.trainable = arguments.get("trainable", self.trainable)
        if "activity_regularizer" in arguments:
            self.activity_regularizer = regularizers.get(arguments["activity_regularizer"])

    def get_build_config(self) -> dict[str, Any] | None:
        """Returns what `build_from_config` needs to make the weights anew: the shapes that `build` was given."""
        shapes = self.__dict__["_build_shapes"]
        if shapes is None:
            return None
        return {"input_shape": next(iter(shapes.values()))} if len(shapes) == 1 else {"shapes_dict": shapes}

    def build_from_config(self, config: dict[str, Any]) -> None:
        """Builds the layer from what `get_build_config` returned."""
        if "input_shape" in config:
            self.build(config["input_shape"])
        elif "shapes_dict" in config:
            self.build(**config["shapes_dict"])

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.__dict__.get('_name')}, built={self.__dict__.get('built')}>"


Layer._signature = CallSignature(Layer.call)


def _building(build: Callable[..., None]) -> Callable[..., None]:
    """Wraps a class's `build` so that it knows its place and leaves the layer marked as built."""

    @functools.wraps(build)
    def wrapper(self: Layer, *args: Any, **kwargs: Any) -> None:
        outer = enter(self)
        try:
            self.__dict__["_path"] = call_context.path
            build(self, *args, **kwargs)
        finally:
            leave(outer)
        names = dict(zip(type(self)._build_names, args, strict=False))
        self.__dict__["_build_shapes"] = {**names, **kwargs}
        self.__dict__["built"] = True

    return wrapper


def _dtype_name(dtype: Any, owner: str) -> str:
    if isinstance(dtype, dict):  # a dtype policy, as configurations written by Keras have it
        dtype = dtype.get("config", {}).get("name")
    return standardize_dtype(dtype, owner)
