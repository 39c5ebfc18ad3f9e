"""Pipelines of data, with the methods of `tf.data.Dataset`."""

from nnfit.data.dataset import Dataset
from nnfit.data.stages.stage import INFINITE_CARDINALITY, UNKNOWN_CARDINALITY
from nnfit.data.tensor_spec import DatasetSpec, TensorSpec

AUTOTUNE = -1

__all__ = ["AUTOTUNE", "INFINITE_CARDINALITY", "UNKNOWN_CARDINALITY", "Dataset", "DatasetSpec", "TensorSpec"]
