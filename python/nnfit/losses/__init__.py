"""Losses, as functions (one value for each sample) and as objects (weighted and reduced)."""

from nnfit.losses.absolute_error import (
    MeanAbsoluteError,
    MeanAbsolutePercentageError,
    mean_absolute_error,
    mean_absolute_percentage_error,
)
from nnfit.losses.binary_crossentropy import BinaryCrossentropy, binary_crossentropy
from nnfit.losses.categorical_crossentropy import CategoricalCrossentropy, categorical_crossentropy
from nnfit.losses.huber import Huber, huber
from nnfit.losses.log_cosh import LogCosh, log_cosh
from nnfit.losses.loss import Loss
from nnfit.losses.loss_function_wrapper import LossFunctionWrapper
from nnfit.losses.reduction import Reduction
from nnfit.losses.sparse_categorical_crossentropy import (
    SparseCategoricalCrossentropy,
    sparse_categorical_crossentropy,
)
from nnfit.losses.squared_error import (
    MeanSquaredError,
    MeanSquaredLogarithmicError,
    mean_squared_error,
    mean_squared_logarithmic_error,
)
from nnfit.registry import Registry

registry = Registry("nnfit.losses", Loss)
registry.register(mean_squared_error, aliases=("mse", "MSE"))
registry.register(mean_absolute_error, aliases=("mae", "MAE"))
registry.register(mean_absolute_percentage_error, aliases=("mape", "MAPE"))
registry.register(mean_squared_logarithmic_error, aliases=("msle", "MSLE"))
registry.register(huber, aliases=("huber_loss",))
registry.register(log_cosh, aliases=("logcosh",))
registry.register(binary_crossentropy, aliases=("bce", "BCE"))
registry.register(categorical_crossentropy)
registry.register(sparse_categorical_crossentropy)
registry.register(MeanSquaredError)
registry.register(MeanAbsoluteError)
registry.register(MeanAbsolutePercentageError)
registry.register(MeanSquaredLogarithmicError)
registry.register(Huber)
registry.register(LogCosh)
registry.register(BinaryCrossentropy)
registry.register(CategoricalCrossentropy)
registry.register(SparseCategoricalCrossentropy)
registry.register(LossFunctionWrapper)

get = registry.get
serialize = registry.serialize
deserialize = registry.deserialize

mse = MSE = mean_squared_error
mae = MAE = mean_absolute_error
mape = MAPE = mean_absolute_percentage_error
msle = MSLE = mean_squared_logarithmic_error
bce = BCE = binary_crossentropy
logcosh = log_cosh

__all__ = [
    "BCE",
    "MAE",
    "MAPE",
    "MSE",
    "MSLE",
    "BinaryCrossentropy",
    "CategoricalCrossentropy",
    "Huber",
    "LogCosh",
    "Loss",
    "LossFunctionWrapper",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanSquaredError",
    "MeanSquaredLogarithmicError",
    "Reduction",
    "SparseCategoricalCrossentropy",
    "bce",
    "binary_crossentropy",
    "categorical_crossentropy",
    "deserialize",
    "get",
    "huber",
    "log_cosh",
    "logcosh",
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
    "sparse_categorical_crossentropy",
]
