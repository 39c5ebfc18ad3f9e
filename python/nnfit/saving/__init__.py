"""Descriptions of objects that can be kept and rebuilt."""

from nnfit.registry import (
    custom_object_scope,
    deserialize_object,
    get_registered_name,
    get_registered_object,
    register_serializable,
    serialize_object,
)

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
    "get_registered_name",
    "get_registered_object",
    "register_keras_serializable",
    "register_serializable",
    "serialize_keras_object",
    "serialize_object",
]
