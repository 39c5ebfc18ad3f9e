"""Losses, as functions (one value for each sample) and as objects (weighted and reduced)."""

from nnfit.losses.absolute_error import (
    MeanAbsoluteError,
    MeanAbsolutePercentageError,
    mean_absolute_error,
    mean_absolute_percentage_error,
)
from nnfit.losses.binary_crossentropy import BinaryCrossentropy, binary_crossentropy
from nnfit.losses.binary_focal_crossentropy import BinaryFocalCrossentropy, binary_focal_crossentropy
from nnfit.losses.categorical_crossentropy import CategoricalCrossentropy, categorical_crossentropy
from nnfit.losses.categorical_focal_crossentropy import CategoricalFocalCrossentropy, categorical_focal_crossentropy
from nnfit.losses.categorical_generalized_cross_entropy import (
    CategoricalGeneralizedCrossEntropy,
    categorical_generalized_cross_entropy,
)
from nnfit.losses.circle import Circle, circle
from nnfit.losses.cosine_similarity import CosineSimilarity, cosine_similarity
from nnfit.losses.dice import Dice, dice
from nnfit.losses.hinge import CategoricalHinge, Hinge, SquaredHinge, categorical_hinge, hinge, squared_hinge
from nnfit.losses.huber import Huber, huber
from nnfit.losses.kl_divergence import KLDivergence, kl_divergence
from nnfit.losses.log_cosh import LogCosh, log_cosh
from nnfit.losses.loss import Loss
from nnfit.losses.loss_function_wrapper import LossFunctionWrapper
from nnfit.losses.poisson import Poisson, poisson
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
from nnfit.losses.tversky import Tversky, tversky
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
registry.register(binary_focal_crossentropy)
registry.register(categorical_focal_crossentropy)
registry.register(kl_divergence, aliases=("kld", "KLD", "kullback_leibler_divergence"))
registry.register(poisson)
registry.register(cosine_similarity)
registry.register(hinge)
registry.register(squared_hinge)
registry.register(categorical_hinge)
registry.register(dice)
registry.register(tversky)
registry.register(circle)
registry.register(categorical_generalized_cross_entropy)
registry.register(MeanSquaredError)
registry.register(MeanAbsoluteError)
registry.register(MeanAbsolutePercentageError)
registry.register(MeanSquaredLogarithmicError)
registry.register(Huber)
registry.register(LogCosh)
registry.register(BinaryCrossentropy)
registry.register(CategoricalCrossentropy)
registry.register(SparseCategoricalCrossentropy)
registry.register(BinaryFocalCrossentropy)
registry.register(CategoricalFocalCrossentropy)
registry.register(KLDivergence)
registry.register(Poisson)
registry.register(CosineSimilarity)
registry.register(Hinge)
registry.register(SquaredHinge)
registry.register(CategoricalHinge)
registry.register(Dice)
registry.register(Tversky)
registry.register(Circle)
registry.register(CategoricalGeneralizedCrossEntropy)
registry.register(LossFunctionWrapper)

get = registry.get
serialize = registry.serialize
deserialize = registry.deserialize

mse = MSE = mean_squared_error
mae = MAE = mean_absolute_error
mape = MAPE = mean_absolute_percentage_error
msle = MSLE = mean_squared_logarithmic_error
bce = BCE = binary_crossentropy
kld = KLD = kullback_leibler_divergence = kl_divergence
logcosh = log_cosh

__all__ = [
    "BCE",
    "KLD",
    "MAE",
    "MAPE",
    "MSE",
    "MSLE",
    "BinaryCrossentropy",
    "BinaryFocalCrossentropy",
    "CategoricalCrossentropy",
    "CategoricalFocalCrossentropy",
    "CategoricalGeneralizedCrossEntropy",
    "CategoricalHinge",
    "Circle",
    "CosineSimilarity",
    "Dice",
    "Hinge",
    "Huber",
    "KLDivergence",
    "LogCosh",
    "Loss",
    "LossFunctionWrapper",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanSquaredError",
    "MeanSquaredLogarithmicError",
    "Poisson",
    "Reduction",
    "SparseCategoricalCrossentropy",
    "SquaredHinge",
    "Tversky",
    "bce",
    "binary_crossentropy",
    "binary_focal_crossentropy",
    "categorical_crossentropy",
    "categorical_focal_crossentropy",
    "categorical_generalized_cross_entropy",
    "categorical_hinge",
    "circle",
    "cosine_similarity",
    "deserialize",
    "dice",
    "get",
    "hinge",
    "huber",
    "kl_divergence",
    "kld",
    "kullback_leibler_divergence",
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
    "poisson",
    "registry",
    "serialize",
    "sparse_categorical_crossentropy",
    "squared_hinge",
    "tversky",
]
