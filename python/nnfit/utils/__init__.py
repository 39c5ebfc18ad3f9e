"""Small helpers around training."""

from nnfit.random import set_random_seed
from nnfit.registry import (
    custom_object_scope,
    deserialize_object,
    get_custom_objects,
    get_registered_name,
    get_registered_object,
    register_serializable,
    serialize_object,
)
from nnfit.training.batches import pack_x_y_sample_weight, unpack_x_y_sample_weight
from nnfit.utils.clear_session import clear_session
from nnfit.utils.normalize import normalize
from nnfit.utils.pad_sequences import pad_sequences
from nnfit.utils.plot_model import plot_model
from nnfit.utils.py_dataset import PyDataset
from nnfit.utils.split_dataset import split_dataset
from nnfit.utils.timeseries_dataset_from_array import timeseries_dataset_from_array
from nnfit.utils.to_categorical import to_categorical

Sequence = PyDataset  # its older name

# Keras's names.
CustomObjectScope = custom_object_scope
deserialize_keras_object = deserialize_object
register_keras_serializable = register_serializable
serialize_keras_object = serialize_object

__all__ = [
    "CustomObjectScope",
    "PyDataset",
    "Sequence",
    "clear_session",
    "custom_object_scope",
    "deserialize_keras_object",
    "get_custom_objects",
    "get_registered_name",
    "get_registered_object",
    "normalize",
    "pack_x_y_sample_weight",
    "pad_sequences",
    "plot_model",
    "register_keras_serializable",
    "serialize_keras_object",
    "set_random_seed",
    "split_dataset",
    "timeseries_dataset_from_array",
    "to_categorical",
    "unpack_x_y_sample_weight",
]
