"""ModelOutputs: the outputs of a model, and what users give for each of them, in order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nnfit import tree


class ModelOutputs:
    """The names of a model's outputs, in the structure of the outputs.

    What is given for outputs (losses, metrics, targets, weights) is found by their names if it is a dict, whatever its
    order, and by position if it is a list.

    Args:
        names: One name, or a structure of them.
        owner: Name of the model, for errors.
    """

    def __init__(self, names: Any, owner: str) -> None:
        self._structure = names
        self._owner = owner
        self.names: list[str] = tree.flatten(names)

    @classmethod
    def like(cls, y_pred: Any, owner: str) -> ModelOutputs:
        """Names outputs that have no names: by their keys in dicts, else `output`, or `output_1`, `output_2`, …"""
        if not tree.is_nested(y_pred):
            return cls("output", owner)
        counted = iter(range(1, len(tree.flatten(y_pred)) + 1))
        names = [
            "_".join(str(key) for key in path) if all(isinstance(key, str) for key in path) else f"output_{number}"
            for (path, _), number in zip(tree.flatten_with_path(y_pred), counted, strict=True)
        ]
        return cls(tree.pack_sequence_as(y_pred, names), owner)

    def predictions(self, y_pred: Any) -> list[Any]:
        """Returns the outputs in the order of `names`."""
        if isinstance(y_pred, dict) and not isinstance(self._structure, dict):
            return [y_pred[name] for name in self.names]
        if isinstance(y_pred, dict):
            return tree.flatten({key: y_pred[key] for key in self._structure})
        return tree.flatten(y_pred)

    def arranged(self, given: Any, what: str, needed: bool = False, broadcast: bool = True) -> list[Any]:
        """Returns one item of `given` for each output, in the order of `names`.

        Args:
            given: One item, or a list in the order of the outputs, or a dict by their names; missing names and `None`
                give `None`. Outputs in nested structures may be given in the same structure.
            what: What the items are, for errors.
            needed: Whether `None` altogether is an error.
            broadcast: Whether one item serves all outputs.

        Raises:
            ValueError: If a name is unknown or the number of items is wrong.
        """
        if given is None and needed:
            raise ValueError(f"[{self._owner}] expected {what}; got None.")
        return self._arranged(given, self._structure, what, broadcast)

    def _arranged(self, given: Any, structure: Any, what: str, broadcast: bool) -> list[Any]:
        names = tree.flatten(structure)
        if given is None:
            return [None] * len(names)
        parts = _parts_in_step(given, structure)
        if parts is not None:
            return [leaf for item, part in parts for leaf in self._arranged(item, part, what, broadcast)]
        if isinstance(given, dict):
            return self._by_name(given, names, structure, what)
        if isinstance(given, (list, tuple)) and not (len(names) == 1 and len(given) != 1):
            if len(given) != len(names):
                raise ValueError(
                    f"[{self._owner}] expected {what} for {len(names)} outputs {names}; got {len(given)}. Use a dict "
                    "by name to leave some out."
                )
            return list(given)
        if len(names) > 1 and not broadcast:
            raise ValueError(
                f"[{self._owner}] expected {what} for {len(names)} outputs {names}, as a list or a dict; got one."
            )
        return [given] * len(names)

    def _by_name(self, given: dict[Any, Any], names: list[str], structure: Any, what: str) -> list[Any]:
        keys = list(structure) if isinstance(structure, dict) else names
        unknown = [key for key in given if key not in keys and key not in names]
        if unknown:
            raise ValueError(f"[{self._owner}] {what} names {unknown}, which are no outputs. The outputs: {names}.")
        return [given.get(name) for name in names]

    def targets(self, y_true: Any, wanted: list[bool]) -> list[Any]:
        """Returns the target of each output, in the order of `names`.

        Args:
            y_true: Targets, as `arranged` takes them; a list may also leave out outputs whose targets nobody wants.
            wanted: By output, whether its target is needed.

        Raises:
            ValueError: If targets do not fit the outputs, or one that is needed is missing.
        """
        missing_some = sum(wanted) < len(wanted)
        items = list(y_true) if isinstance(y_true, (list, tuple)) else [y_true]
        if missing_some and not isinstance(y_true, dict) and len(items) == sum(wanted) != len(wanted):
            remaining = iter(items)
            targets = [next(remaining) if needed else None for needed in wanted]
        else:
            targets = self.arranged(y_true, "targets", broadcast=False)
        for name, target, needed in zip(self.names, targets, wanted, strict=True):
            if needed and target is None:
                raise ValueError(f"[{self._owner}] expected targets for output '{name}', which has a loss or metrics.")
        return targets


FindOutputs = Callable[[], "ModelOutputs | None"]


def _parts_in_step(given: Any, structure: Any) -> list[tuple[Any, Any]] | None:
    """Pairs of items of both, if `structure` nests deeper and `given` has its outermost level."""
    if not tree.is_nested(structure):
        return None
    inner = list(structure.values()) if isinstance(structure, dict) else list(structure)
    if not any(tree.is_nested(part) for part in inner):
        return None
    if isinstance(structure, dict):
        if isinstance(given, dict) and set(given) <= set(structure):
            return [(given.get(key), part) for key, part in structure.items()]
        return None
    if isinstance(given, (list, tuple)) and len(given) == len(inner):
        return list(zip(given, inner, strict=True))
    return None
