"""model_to_json, model_from_json: the architecture of a model as text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from nnfit.registry import custom_object_scope, deserialize_object, serialize_object
from nnfit.shared_objects import preserve_sharing

__all__ = ["model_from_json", "model_to_json"]


def model_to_json(model: Any, **kwargs: Any) -> str:
    """Returns the architecture of a model as JSON, without its weights and without what `compile` got.

    Args:
        model: The model.
        **kwargs: Passed on to `json.dumps`, such as `indent=2`.

    Returns:
        Text for `model_from_json`.
    """
    with preserve_sharing() as without_single_uses:
        return json.dumps(without_single_uses(serialize_object(model)), **kwargs)


def model_from_json(json_string: str, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """Makes a model of the architecture that `model.to_json()` returned.

    Args:
        json_string: The text.
        custom_objects: Classes and functions by name, looked up before all others.

    Returns:
        A new model, with new weights.

    Raises:
        ValueError: If the text is no such JSON, or a class is unknown.

    Example:
        >>> model = nnfit.Sequential([nnfit.Input((3,)), nnfit.layers.Dense(2)])
        >>> nnfit.models.model_from_json(model.to_json()).output_shape
        (None, 2)
    """
    try:
        config = json.loads(json_string)
    except ValueError as error:
        raise ValueError(f"[model_from_json] expected what `to_json` returned; this is no JSON: {error}.") from error
    with custom_object_scope(custom_objects or {}), preserve_sharing():
        model = deserialize_object(config)
    if not hasattr(model, "compile_from_config"):
        raise ValueError(f"[model_from_json] expected the description of a model; got that of {model!r}.")
    return model
