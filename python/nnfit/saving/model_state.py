"""The state of a model by name: its layers, weights and seed generators, each under its path in the model."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from nnfit import tree
from nnfit.layers.call_context import enter, leave
from nnfit.layers.layer import Layer
from nnfit.layers.shapes import is_shape, map_shapes
from nnfit.naming import snake_case

__all__ = ["ModelState", "StateVariable", "build_layers"]


class StateVariable(NamedTuple):
    """A variable and where it stands.

    Attributes:
        name: Its path by the names that the user and the library gave, such as `"encoder/dense_7/kernel"`.
        place: Its path by structure, such as `"encoder/dense_1/kernel"` for the second `Dense` of the encoder: the same
            in any model that was made alike, however many were made before.
        variable: The variable.
    """

    name: str
    place: str
    variable: Any


class ModelState:
    """The layers and variables of a model, each once, in the order of the model.

    Sublayers are named after their attribute (`blocks/0`), those of functional models and of `Sequential` by their own
    names.

    Args:
        model: The model, or a layer.

    Attributes:
        layers: `(place, layer)` for each layer, the model itself under the empty name.
        weights: The weights.
        seeds: The states of seed generators.
        own: `(name, place, layer)` of layers that save state of their own.
    """

    def __init__(self, model: Any) -> None:
        self.layers: list[tuple[str, Any]] = []
        self.weights: list[StateVariable] = []
        self.seeds: list[StateVariable] = []
        self.own: list[tuple[str, str, Any]] = []
        self._seen: set[int] = set()
        self._visit(model, "", "")

    def _visit(self, layer: Any, name: str, place: str) -> None:
        self._seen.add(id(layer))
        self.layers.append((place, layer))
        if type(layer).save_own_variables is not Layer.save_own_variables:
            self.own.append((name, place, layer))
        attributes = _attribute_paths(layer)
        variables = [*layer._trainable_variables, *layer._non_trainable_variables]
        for key, variable in _keys(variables, attributes):
            self._add(self.weights, _join(name, key), _join(place, key), variable)
        for key, generator in _keys(layer._seed_generators, attributes):
            self._add(self.seeds, _join(name, key), _join(place, key), generator.state)
        for own_name, own_place, sublayer in _sublayers(layer, attributes):
            if id(sublayer) not in self._seen:
                self._visit(sublayer, _join(name, own_name), _join(place, own_place))

    def _add(self, to: list[StateVariable], name: str, place: str, variable: Any) -> None:
        if id(variable) not in self._seen:
            self._seen.add(id(variable))
            to.append(StateVariable(name, place, variable))

    def names_of(self, variables: Iterable[Any]) -> list[str]:
        """Returns the names of weights.

        Raises:
            ValueError: If a variable is not a weight of the model.
        """
        names = {id(entry.variable): entry.name for entry in self.weights}
        for variable in variables:
            if id(variable) not in names:
                raise ValueError(f"expected weights of the model; got {variable!r}, which no layer of it holds.")
        return [names[id(variable)] for variable in variables]


def build_layers(model: Any, shapes: dict[str, Any]) -> None:
    """Makes the weights of layers that have none yet.

    Args:
        model: The model.
        shapes: By the place of a layer, what its `get_build_config` returned.
    """
    _build(model, "", shapes, set())


def _build(layer: Any, place: str, shapes: dict[str, Any], seen: set[int]) -> None:
    seen.add(id(layer))
    config = shapes.get(place)
    if config is not None and not layer.built:
        config = {key: _with_tuples(value) for key, value in config.items()}
        if type(layer).build is Layer.build and type(layer).build_from_config is Layer.build_from_config:
            # Its sublayers have shapes of their own to be built from, so `call` need not be traced.
            layer.__dict__["_build_shapes"] = config.get("shapes_dict", config)
            layer.__dict__["built"] = True
        else:
            layer.build_from_config(config)
    outer = enter(layer)
    try:
        for _, own_place, sublayer in _sublayers(layer, _attribute_paths(layer)):
            if id(sublayer) not in seen:
                _build(sublayer, _join(place, own_place), shapes, seen)
    finally:
        leave(outer)


def _with_tuples(value: Any) -> Any:
    """Returns shapes as tuples again, which JSON has no notion of."""
    if isinstance(value, dict):
        return {key: _with_tuples(item) for key, item in value.items()}
    if value is None or is_shape(value) or (isinstance(value, list) and all(isinstance(v, list) for v in value)):
        return map_shapes(lambda shape: None if shape is None else tuple(shape), value)
    return value


def _sublayers(layer: Any, attributes: dict[int, str]) -> Iterator[tuple[str, str, Any]]:
    """The layers directly within: name, place, layer."""
    if layer._keeps_layers_by_name:
        layers = layer.layers
        yield from zip((own.name for own in layers), _places(layers), layers, strict=True)
        return
    for key, own in _keys(layer._layers, attributes):
        yield key, key, own


def _keys(parts: list[Any], attributes: dict[int, str]) -> list[tuple[str, Any]]:
    """Each part with its attribute's name, or else one made from its own."""
    unnamed = [part for part in parts if id(part) not in attributes]
    places = dict(zip(map(id, unnamed), _places(unnamed, set(attributes.values())), strict=True))
    return [(attributes.get(id(part)) or places[id(part)], part) for part in parts]


def _places(parts: list[Any], taken: Iterable[str] = ()) -> list[str]:
    """Names of the parts in which numbers count the parts here, rather than all that were ever made."""
    used = set(taken)
    places = []
    for part in parts:
        base = snake_case(type(part).__name__)
        if re.fullmatch(rf"{re.escape(base)}(_\d+)?", part.name) is None:
            base = part.name
        place, number = base, 0
        while place in used:
            number += 1
            place = f"{base}_{number}"
        used.add(place)
        places.append(place)
    return places


def _attribute_paths(layer: Any) -> dict[int, str]:
    """The public attribute, with keys and indices, under which each part of a layer's state stands."""
    paths: dict[int, str] = {}
    for attribute, value in vars(layer).items():
        if attribute.startswith("_") or attribute == "nodes":
            continue
        leaves = tree.flatten_with_path(value) if tree.is_nested(value) else [((), value)]
        for keys, leaf in leaves:
            if layer._is_state(leaf):
                paths.setdefault(id(leaf), "/".join([attribute, *map(str, keys)]))
    return paths


def _join(path: str, key: str) -> str:
    return f"{path}/{key}" if path else key
