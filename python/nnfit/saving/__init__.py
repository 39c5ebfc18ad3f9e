"""Models as files, and descriptions of objects that can be kept and rebuilt."""

from nnfit.registry import (
    custom_object_scope,
    deserialize_object,
    get_custom_objects,
    get_registered_name,
    get_registered_object,
    register_serializable,
    serialize_object,
)
from nnfit.saving.load_model import load_model, load_weights
from nnfit.saving.model_json import model_from_json
from nnfit.saving.save_model import save_model, save_weights

# Keras's names.
CustomObjectScope = custom_object_scope
deserialize_keras_object = deserialize_object
register_keras_serializable = register_serializable
serialize_keras_object = serialize_object

__all__ = [
    "CustomObjectScope",
    "custom_object_scope",
    "deserialize_keras_object",
    "deserialize_object",
    "get_custom_objects",
    "get_registered_name",
    "get_registered_object",
    "load_model",
    "load_weights",
    "model_from_json",
    "register_keras_serializable",
    "register_serializable",
    "save_model",
    "save_weights",
    "serialize_keras_object",
    "serialize_object",
]
