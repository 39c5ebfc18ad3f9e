"""Trackable: an object that knows the variables, layers and metrics assigned to its attributes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nnfit import tree
from nnfit.layers.tracked_containers import tracked
from nnfit.metrics.metric import Metric
from nnfit.random.seed_generator import SeedGenerator
from nnfit.variable import Variable

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["Trackable"]

_CONTAINERS = (list, dict, tuple, set, frozenset)

# Grows with each change of what any object owns, so that lists made from it can be kept until then.
_changes = 0


class Trackable:
    """Base of `Layer` that finds its state: whatever is assigned to an attribute, also within lists and dicts."""

    _name: str
    _trainable: bool

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        self = super().__new__(cls)
        # Here, not in __init__, so that attributes may be set before it is called.
        state = self.__dict__
        state["_trainable_variables"] = []
        state["_non_trainable_variables"] = []
        state["_layers"] = []
        state["_metrics"] = []
        state["_seed_generators"] = []
        state["_kept_weights"] = (-1, [])
        state["_kept_layers"] = (-1, [])
        return self

    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(getattr(type(self), name, None), property):
            object.__setattr__(self, name, value)
            return
        attributes = self.__dict__
        old = attributes.get(name)
        if isinstance(value, _CONTAINERS):
            value = tracked(value, self)
        attributes[name] = value
        if old is not value and (_may_hold_state(old) or _may_hold_state(value)):
            self._members_changed(_members(old, name), _members(value, name))

    def __delattr__(self, name: str) -> None:
        old = self.__dict__.get(name)
        object.__delattr__(self, name)
        if _may_hold_state(old):
            self._members_changed(_members(old, name), [])

    def _set_untracked(self, name: str, value: Any) -> None:
        """Sets an attribute without taking its layers and variables as the object's own."""
        object.__setattr__(self, name, value)

    def _members_changed(self, before: list[Any], after: list[Any]) -> None:
        """Takes note that values which were held are no longer, and that others are."""
        for value in after:
            self._track(value)
        gone = [value for value in before if self._is_state(value) and not any(value is kept for kept in after)]
        if gone:
            held = {id(leaf) for name, value in self.__dict__.items() if name not in _STORES for leaf in _leaves(value)}
            for value in gone:
                if id(value) not in held:
                    self._untrack(value)

    @staticmethod
    def _is_state(value: Any) -> bool:
        """Whether a value is one that objects own: a variable, a layer, a metric or a seed generator."""
        return isinstance(value, _STATE)

    def _store_of(self, value: Any) -> list[Any] | None:
        if isinstance(value, Variable):
            return self._trainable_variables if value.trainable else self._non_trainable_variables
        if isinstance(value, Trackable):
            return self._layers
        if isinstance(value, Metric):
            return self._metrics
        if isinstance(value, SeedGenerator):
            return self._seed_generators
        return None

    def _track(self, value: Any) -> None:
        global _changes
        store = self._store_of(value)
        if store is None or any(value is known for name in _STORES for known in self.__dict__[name]):
            return
        store.append(value)
        _changes += 1
        if isinstance(value, Variable) and not self.__dict__.get("_trainable", True):
            value.trainable = False

    def _untrack(self, value: Any) -> None:
        global _changes
        for name in _STORES:
            store = self.__dict__[name]
            store[:] = [known for known in store if known is not value]
        _changes += 1

    _trainable_variables: list[Variable]
    _non_trainable_variables: list[Variable]
    _layers: list[Any]
    _metrics: list[Metric]
    _seed_generators: list[SeedGenerator]
    _kept_weights: tuple[int, list[Variable]]
    _kept_layers: tuple[int, list[Any]]

    def _flatten_layers(self) -> list[Any]:
        """Returns the object and the layers within, each once, every layer before its own sublayers."""
        changes, layers = self._kept_layers
        if changes != _changes:
            found: dict[int, Any] = {}
            stack: list[Any] = [self]
            while stack:
                layer = stack.pop()
                if id(layer) not in found:
                    found[id(layer)] = layer
                    stack.extend(reversed(layer._layers))
            layers = list(found.values())
            self.__dict__["_kept_layers"] = (_changes, layers)
        return layers

    @property
    def name(self) -> str:
        """The object's name."""
        return self._name

    @property
    def trainable(self) -> bool:
        """Whether training updates the weights. Setting it sets it for all sublayers too."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        value = bool(value)
        self._trainable = value
        for variable in self._trainable_variables:
            variable.trainable = value
        for layer in self._layers:
            layer.trainable = value

    @property
    def weights(self) -> list[Variable]:
        """All weights: the layer's own, trainable ones first, then those of its sublayers."""
        changes, weights = self._kept_weights
        if changes != _changes:
            weights = _unique([*self._trainable_variables, *self._non_trainable_variables])
            for layer in self._layers:
                weights.extend(layer.weights)
            weights = _unique(weights)
            self.__dict__["_kept_weights"] = (_changes, weights)
        return weights.copy()

    @property
    def trainable_weights(self) -> list[Variable]:
        """The weights that training updates; none if the layer is not trainable."""
        return [w for w in self.weights if w.trainable] if self._trainable else []

    @property
    def non_trainable_weights(self) -> list[Variable]:
        """The weights that training does not update."""
        return [w for w in self.weights if not w.trainable] if self._trainable else self.weights

    @property
    def variables(self) -> list[Variable]:
        """All state: the weights and the states of seed generators; not that of metrics."""
        variables = [*self._trainable_variables, *self._non_trainable_variables]
        variables.extend(generator.state for generator in self._seed_generators)
        for layer in self._layers:
            variables.extend(layer.variables)
        return _unique(variables)

    @property
    def trainable_variables(self) -> list[Variable]:
        """The same as `trainable_weights`."""
        return self.trainable_weights

    @property
    def non_trainable_variables(self) -> list[Variable]:
        """All variables that training does not update, the states of seed generators among them."""
        return [v for v in self.variables if not v.trainable] if self._trainable else self.variables

    @property
    def metrics(self) -> list[Metric]:
        """The metrics of the layer and its sublayers."""
        metrics = list(self._metrics)
        for layer in self._layers:
            metrics.extend(layer.metrics)
        return _unique(metrics)

    @property
    def metrics_variables(self) -> list[Variable]:
        """The state of `metrics`."""
        return [variable for metric in self.metrics for variable in metric.variables]

    def get_weights(self) -> list[np.ndarray[Any, Any]]:
        """Returns the values of `weights` as NumPy arrays."""
        return [w.numpy() for w in self.weights]

    def save_own_variables(self, store: dict[str, Any]) -> None:
        """Adds state that is in no variable to a file in which the weights are saved. A subclass may define it, with
        `load_own_variables`; weights and states of seed generators are saved without it.

        Args:
            store: Dict for arrays by names of one's choice.
        """

    def load_own_variables(self, store: dict[str, Any]) -> None:
        """Takes back what `save_own_variables` added.

        Args:
            store: The arrays by their names.
        """

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Sets the values of `weights`.

        Args:
            weights: One array per weight, in the order of `weights`.

        Raises:
            ValueError: If their number or a shape differs; nothing is changed then.
        """
        own = self.weights
        if len(own) != len(weights):
            built = "" if own else " It has none yet: call it on data, or build it, first."
            raise ValueError(f"[{self.name}] expected {len(own)} weights; got {len(weights)}.{built}")
        for i, (variable, value) in enumerate(zip(own, weights, strict=True)):
            if tuple(variable.shape) != np.shape(value):
                raise ValueError(
                    f"[{self.name}] expected weight {i} ('{variable.path}') of shape {tuple(variable.shape)}; got "
                    f"{np.shape(value)}."
                )
        for variable, value in zip(own, weights, strict=True):
            variable.assign(value)


_STORES = ("_trainable_variables", "_non_trainable_variables", "_layers", "_metrics", "_seed_generators")
_STATE = (Variable, Trackable, Metric, SeedGenerator)


def _may_hold_state(value: Any) -> bool:
    return isinstance(value, (*_STATE, *_CONTAINERS))


def _leaves(value: Any) -> list[Any]:
    return tree.flatten(value) if _may_hold_state(value) else []


def _members(value: Any, name: str) -> list[Any]:
    leaves = _leaves(value)
    for leaf in leaves:
        if isinstance(leaf, (set, frozenset)) and any(isinstance(member, _STATE) for member in leaf):
            raise ValueError(
                f"[{name}] expected layers and variables in a list or dict; got a set, which has no order."
            )
    return leaves


def _unique(items: list[Any]) -> list[Any]:
    return list({id(item): item for item in items}.values())
