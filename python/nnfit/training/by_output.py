"""Arranging what users give per output (losses, metrics, targets, weights) in the order of a model's outputs."""

from __future__ import annotations

from typing import Any

from nnfit import tree


def output_leaves(y_pred: Any, names: list[str] | None) -> tuple[list[str], list[Any]]:
    """Returns the names and tensors of a model's outputs, in order.

    Args:
        y_pred: The outputs.
        names: Their names if the model has them; dict keys and positions name them otherwise.
    """
    if isinstance(y_pred, dict):
        return [str(key) for key in y_pred], list(y_pred.values())
    leaves = tree.flatten(y_pred)
    if names is None or len(names) != len(leaves):
        names = ["output"] if len(leaves) == 1 else [f"output_{i}" for i in range(len(leaves))]
    return names, leaves


def arranged_by_output(
    given: Any, names: list[str], what: str, owner: str, needed: bool = True, broadcast: bool = True
) -> list[Any]:
    """Returns one item of `given` for each output, in the order of `names`.

    Args:
        given: One item, or a list in the order of the outputs, or a dict by their names; missing names and `None` give
            `None`.
        names: Names of the outputs.
        what: What the items are, for errors.
        owner: Name of the model, for errors.
        needed: Whether `None` altogether is an error.
        broadcast: Whether one item serves all outputs.

    Raises:
        ValueError: If a name is unknown or the number of items is wrong.
    """
    if given is None:
        if needed:
            raise ValueError(f"[{owner}] expected {what}; got None.")
        return [None] * len(names)
    if isinstance(given, dict):
        unknown = [key for key in given if key not in names]
        if unknown:
            raise ValueError(f"[{owner}] {what} names {unknown}, which are no outputs. The outputs: {names}.")
        return [given.get(name) for name in names]
    if isinstance(given, (list, tuple)) and not (len(names) == 1 and len(given) != 1):
        if len(given) != len(names):
            raise ValueError(
                f"[{owner}] expected {what} for {len(names)} outputs {names}; got {len(given)}. Use a dict by name to "
                "leave some out."
            )
        return list(given)
    if len(names) > 1 and not broadcast:
        raise ValueError(f"[{owner}] expected {what} for {len(names)} outputs {names}, as a list or a dict; got one.")
    return [given] * len(names)
