"""Metrics: figures gathered over batches."""

from nnfit.losses import (
    binary_crossentropy,
    categorical_crossentropy,
    huber,
    log_cosh,
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_squared_error,
    mean_squared_logarithmic_error,
    sparse_categorical_crossentropy,
)
from nnfit.metrics.accuracy import Accuracy, BinaryAccuracy, accuracy, binary_accuracy
from nnfit.metrics.categorical_accuracy import (
    CategoricalAccuracy,
    SparseCategoricalAccuracy,
    categorical_accuracy,
    sparse_categorical_accuracy,
)
from nnfit.metrics.crossentropy import BinaryCrossentropy, CategoricalCrossentropy, SparseCategoricalCrossentropy
from nnfit.metrics.mean import Mean, MeanMetricWrapper
from nnfit.metrics.metric import Metric
from nnfit.metrics.regression import (
    LogCoshError,
    MeanAbsoluteError,
    MeanAbsolutePercentageError,
    MeanSquaredError,
    MeanSquaredLogarithmicError,
    RootMeanSquaredError,
)
from nnfit.metrics.sum import Sum
from nnfit.metrics.top_k_accuracy import (
    SparseTopKCategoricalAccuracy,
    TopKCategoricalAccuracy,
    sparse_top_k_categorical_accuracy,
    top_k_categorical_accuracy,
)
from nnfit.registry import Registry

# A name in snake case means the metric, as an object; the function of the same name is there to be passed itself.
registry = Registry("nnfit.metrics", Metric)
registry.register(Mean)
registry.register(Sum)
registry.register(MeanMetricWrapper)
registry.register(MeanSquaredError, aliases=("mse", "MSE"))
registry.register(RootMeanSquaredError, aliases=("rmse", "RMSE"))
registry.register(MeanAbsoluteError, aliases=("mae", "MAE"))
registry.register(MeanAbsolutePercentageError, aliases=("mape", "MAPE"))
registry.register(MeanSquaredLogarithmicError, aliases=("msle", "MSLE"))
registry.register(LogCoshError, aliases=("logcosh", "log_cosh"))
registry.register(Accuracy)
registry.register(BinaryAccuracy)
registry.register(CategoricalAccuracy)
registry.register(SparseCategoricalAccuracy)
registry.register(TopKCategoricalAccuracy)
registry.register(SparseTopKCategoricalAccuracy)
registry.register(BinaryCrossentropy, aliases=("bce", "BCE"))
registry.register(CategoricalCrossentropy)
registry.register(SparseCategoricalCrossentropy)

get = registry.get
serialize = registry.serialize
deserialize = registry.deserialize

mse = MSE = mean_squared_error
mae = MAE = mean_absolute_error
mape = MAPE = mean_absolute_percentage_error
msle = MSLE = mean_squared_logarithmic_error

__all__ = [
    "MAE",
    "MAPE",
    "MSE",
    "MSLE",
    "Accuracy",
    "BinaryAccuracy",
    "BinaryCrossentropy",
    "CategoricalAccuracy",
    "CategoricalCrossentropy",
    "LogCoshError",
    "Mean",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanMetricWrapper",
    "MeanSquaredError",
    "MeanSquaredLogarithmicError",
    "Metric",
    "RootMeanSquaredError",
    "SparseCategoricalAccuracy",
    "SparseCategoricalCrossentropy",
    "SparseTopKCategoricalAccuracy",
    "Sum",
    "TopKCategoricalAccuracy",
    "accuracy",
    "binary_accuracy",
    "binary_crossentropy",
    "categorical_accuracy",
    "categorical_crossentropy",
    "deserialize",
    "get",
    "huber",
    "log_cosh",
    "mae",
    "mape",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_error",
    "mean_squared_logarithmic_error",
    "mse",
    "msle",
    "registry",
    "serialize",
    "sparse_categorical_accuracy",
    "sparse_categorical_crossentropy",
    "sparse_top_k_categorical_accuracy",
    "top_k_categorical_accuracy",
]
