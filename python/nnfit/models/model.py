"""Model: layers grouped into one, to be trained, evaluated and saved."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from nnfit.layers.layer import Layer
from nnfit.registry import share_registered_name
from nnfit.training.trainer import Trainer

if TYPE_CHECKING:
    from typing_extensions import Self

    from nnfit.models.functional import Functional
    from nnfit.models.graph import Graph
    from nnfit.models.outline import Box

__all__ = ["Model"]


class Model(Trainer, Layer):
    """Layers grouped into an object that can be trained.

    It is made in one of three ways: from its inputs and outputs (a functional model), by subclassing with `call`, or as
    `nnfit.Sequential`.

    Args:
        inputs: `nnfit.Input`, or a list, tuple or dict of them; KerasTensors within a graph serve too.
        outputs: KerasTensor computed from the inputs, or a structure of them.
        name: Name of the model. Made from the class by default.
        trainable: Whether training updates the weights. Defaults to `True`.

    Example:
        >>> inputs = nnfit.Input((784,), name="digits")
        >>> hidden = nnfit.layers.Dense(64, activation="relu")(inputs)
        >>> model = nnfit.Model(inputs, nnfit.layers.Dense(10)(hidden))

        >>> class Classifier(nnfit.Model):
        ...     def __init__(self):
        ...         super().__init__()
        ...         self.hidden = nnfit.layers.Dense(64, activation="relu")
        ...         self.scores = nnfit.layers.Dense(10)
        ...
        ...     def call(self, x):
        ...         return self.scores(self.hidden(x))
    """

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        if cls is Model and _describes_a_graph(args, kwargs):
            return super().__new__(_functional(), *args, **kwargs)  # type: ignore[return-value]
        return super().__new__(cls, *args, **kwargs)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if _describes_a_graph(args, kwargs):
            # A subclass of Model made from inputs and outputs becomes a subclass of Functional as well.
            object.__setattr__(self, "__class__", _functional_variant(type(self)))
            _functional().__init__(self, *args, **kwargs)  # type: ignore[arg-type]
            return
        super().__init__(*args, **kwargs)

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Makes a model from what `get_config` returned.

        Args:
            config: The graph of a functional model, or a constructor's arguments.

        Returns:
            A new model, with new weights.
        """
        if "input_layers" in config and not issubclass(cls, _functional()):
            made: Any = _functional() if cls is Model else _functional_variant(cls)
            return made.from_config(config)  # type: ignore[no-any-return]
        return super().from_config(config)

    def _hand_on_masks(self, inputs: Any, outputs: Any, previous_mask: Any) -> None:
        # The layers within give the outputs their masks, so there is nothing to hand on and nothing to warn of.
        if self.supports_masking:
            super()._hand_on_masks(inputs, outputs, previous_mask)

    @property
    def layers(self) -> list[Layer]:
        """The layers directly within the model."""
        return list(self._layers)

    @layers.setter
    def layers(self, value: Any) -> None:
        raise AttributeError(f"[{self.name}] `layers` is the list of the model's layers; use another attribute name.")

    def get_layer(self, name: str | None = None, index: int | None = None) -> Layer:
        """Returns one of `layers`.

        Args:
            name: Its name, or
            index: its position.

        Returns:
            The layer.

        Raises:
            ValueError: If there is none, or not exactly one of the two is given.
        """
        if (name is None) == (index is None):
            raise ValueError(f"[{self.name}] get_layer expected a name or an index; got name={name}, index={index}.")
        layers = self.layers
        if index is not None:
            if not -len(layers) <= index < len(layers):
                raise ValueError(f"[{self.name}] get_layer expected an index below {len(layers)}; got {index}.")
            return layers[index]
        for layer in layers:
            if layer.name == name:
                return layer
        raise ValueError(f"[{self.name}] has no layer '{name}'. Its layers: {[layer.name for layer in layers]}.")

    def save(self, filepath: Any, overwrite: bool = True, include_optimizer: bool = True) -> None:
        """Saves the model as one file, for `nnfit.models.load_model`; see `nnfit.saving.save_model`.

        Args:
            filepath: Where to, with any suffix or none.
            overwrite: Whether a file that is there already is replaced. Defaults to `True`.
            include_optimizer: Whether the state of the optimizer is saved. Defaults to `True`.
        """
        from nnfit.saving import save_model  # only programs that save need it

        save_model(self, filepath, overwrite, include_optimizer)

    def save_weights(self, filepath: Any, overwrite: bool = True) -> None:
        """Saves the weights, and the state of the optimizer, as one file; see `nnfit.saving.save_weights`.

        Args:
            filepath: Where to, with any suffix or none.
            overwrite: Whether a file that is there already is replaced. Defaults to `True`.
        """
        from nnfit.saving import save_weights

        save_weights(self, filepath, overwrite)

    def load_weights(self, filepath: Any, skip_mismatch: bool = False) -> None:
        """Takes the weights of a file that `save_weights` or `save` wrote; see `nnfit.saving.load_weights`.

        Args:
            filepath: The file.
            skip_mismatch: Whether to leave out weights that are missing or differ in shape. Defaults to `False`.
        """
        from nnfit.saving import load_weights

        load_weights(self, filepath, skip_mismatch)

    def to_json(self, **kwargs: Any) -> str:
        """Returns the architecture as JSON, for `nnfit.models.model_from_json`.

        Args:
            **kwargs: Passed on to `json.dumps`, such as `indent=2`.
        """
        from nnfit.saving.model_json import model_to_json

        return model_to_json(self, **kwargs)

    def _layer_graph(self) -> Graph | None:
        """The graph of the model's layers, if it is made of one."""
        return None

    def _outline(self, expand_nested: bool = False) -> list[Box]:
        from nnfit.models.outline import outline  # only pictures need it

        return outline(self, expand_nested)

    def summary(
        self,
        line_length: int | None = None,
        positions: list[float] | None = None,
        print_fn: Callable[[str], Any] | None = None,
        expand_nested: bool = False,
        show_trainable: bool = False,
        layer_range: list[str] | None = None,
    ) -> None:
        """Prints a table of the layers, their output shapes and their numbers of weights.

        Args:
            line_length: Width of the table; that of the terminal by default.
            positions: Widths of the columns as fractions of the whole.
            print_fn: Given the text in place of printing it.
            expand_nested: Whether to list the layers of models within.
            show_trainable: Whether to say of each layer if it is trainable.
            layer_range: First and last name (or regular expression of names) of the layers to list.

        Raises:
            ValueError: If `layer_range` names no layer.
        """
        from nnfit.models.summary import print_summary  # its table is drawn by rich, which is slow to import

        print_summary(self, line_length, positions, print_fn, expand_nested, show_trainable, layer_range)


def _describes_a_graph(args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """Whether constructor arguments are those of a functional model."""
    return len(args) >= 2 or (len(args) == 1 and "outputs" in kwargs) or ("inputs" in kwargs and "outputs" in kwargs)


def _functional() -> type[Functional]:
    from nnfit.models.functional import Functional  # a subclass of Model

    return Functional


_functional_variants: dict[type, type] = {}


def _functional_variant(cls: type) -> type:
    variant = _functional_variants.get(cls)
    if variant is None:
        attributes = {"__module__": cls.__module__, "__qualname__": cls.__qualname__, "__doc__": cls.__doc__}
        variant = _functional_variants[cls] = type(cls.__name__, (cls, _functional()), attributes)
        share_registered_name(variant, cls)
    return variant
