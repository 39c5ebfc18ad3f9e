"""Metrics: figures gathered over batches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnfit.lazy import lazy_names
from nnfit.losses import (
    binary_crossentropy,
    binary_focal_crossentropy,
    categorical_crossentropy,
    categorical_focal_crossentropy,
    categorical_hinge,
    hinge,
    huber,
    kl_divergence,
    log_cosh,
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_squared_error,
    mean_squared_logarithmic_error,
    poisson,
    sparse_categorical_crossentropy,
    squared_hinge,
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

# What fewer programs need is imported when it is first used.
_MODULES = {
    "auc": ("AUC",),
    "confusion": ("FalseNegatives", "FalsePositives", "TrueNegatives", "TruePositives"),
    "correlation": ("ConcordanceCorrelation", "PearsonCorrelation"),
    "cosine_similarity": ("CosineSimilarity",),
    "f_score": ("F1Score", "FBetaScore"),
    "hinges": ("CategoricalHinge", "Hinge", "SquaredHinge"),
    "iou": ("BinaryIoU", "IoU", "MeanIoU", "OneHotIoU", "OneHotMeanIoU"),
    "operating_point": (
        "PrecisionAtRecall",
        "RecallAtPrecision",
        "SensitivityAtSpecificity",
        "SpecificityAtSensitivity",
    ),
    "precision_recall": ("Precision", "Recall"),
    "probabilistic": ("KLDivergence", "Poisson"),
    "r2_score": ("R2Score",),
}
_ALIASES = {"KLDivergence": ("kld", "KLD", "kullback_leibler_divergence")}
for _module, _names in _MODULES.items():
    registry.register_lazily(f"nnfit.metrics.{_module}", _names, _ALIASES)

if TYPE_CHECKING:
    from nnfit.metrics.auc import AUC
    from nnfit.metrics.confusion import FalseNegatives, FalsePositives, TrueNegatives, TruePositives
    from nnfit.metrics.correlation import (
        ConcordanceCorrelation,
        PearsonCorrelation,
        concordance_correlation,
        pearson_correlation,
    )
    from nnfit.metrics.cosine_similarity import CosineSimilarity
    from nnfit.metrics.f_score import F1Score, FBetaScore
    from nnfit.metrics.hinges import CategoricalHinge, Hinge, SquaredHinge
    from nnfit.metrics.iou import BinaryIoU, IoU, MeanIoU, OneHotIoU, OneHotMeanIoU
    from nnfit.metrics.operating_point import (
        PrecisionAtRecall,
        RecallAtPrecision,
        SensitivityAtSpecificity,
        SpecificityAtSensitivity,
    )
    from nnfit.metrics.precision_recall import Precision, Recall
    from nnfit.metrics.probabilistic import KLDivergence, Poisson
    from nnfit.metrics.r2_score import R2Score
else:
    _functions = {"correlation": (*_MODULES["correlation"], "concordance_correlation", "pearson_correlation")}
    __getattr__, __dir__ = lazy_names(__name__, {**_MODULES, **_functions})

get = registry.get
serialize = registry.serialize
deserialize = registry.deserialize

mse = MSE = mean_squared_error
mae = MAE = mean_absolute_error
mape = MAPE = mean_absolute_percentage_error
msle = MSLE = mean_squared_logarithmic_error
kld = KLD = kullback_leibler_divergence = kl_divergence

__all__ = [
    "AUC",
    "KLD",
    "MAE",
    "MAPE",
    "MSE",
    "MSLE",
    "Accuracy",
    "BinaryAccuracy",
    "BinaryCrossentropy",
    "BinaryIoU",
    "CategoricalAccuracy",
    "CategoricalCrossentropy",
    "CategoricalHinge",
    "ConcordanceCorrelation",
    "CosineSimilarity",
    "F1Score",
    "FBetaScore",
    "FalseNegatives",
    "FalsePositives",
    "Hinge",
    "IoU",
    "KLDivergence",
    "LogCoshError",
    "Mean",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanIoU",
    "MeanMetricWrapper",
    "MeanSquaredError",
    "MeanSquaredLogarithmicError",
    "Metric",
    "OneHotIoU",
    "OneHotMeanIoU",
    "PearsonCorrelation",
    "Poisson",
    "Precision",
    "PrecisionAtRecall",
    "R2Score",
    "Recall",
    "RecallAtPrecision",
    "RootMeanSquaredError",
    "SensitivityAtSpecificity",
    "SparseCategoricalAccuracy",
    "SparseCategoricalCrossentropy",
    "SparseTopKCategoricalAccuracy",
    "SpecificityAtSensitivity",
    "SquaredHinge",
    "Sum",
    "TopKCategoricalAccuracy",
    "TrueNegatives",
    "TruePositives",
    "accuracy",
    "binary_accuracy",
    "binary_crossentropy",
    "binary_focal_crossentropy",
    "categorical_accuracy",
    "categorical_crossentropy",
    "categorical_focal_crossentropy",
    "categorical_hinge",
    "concordance_correlation",
    "deserialize",
    "get",
    "hinge",
    "huber",
    "kl_divergence",
    "kld",
    "kullback_leibler_divergence",
    "log_cosh",
    "mae",
    "mape",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_error",
    "mean_squared_logarithmic_error",
    "mse",
    "msle",
    "pearson_correlation",
    "poisson",
    "registry",
    "serialize",
    "sparse_categorical_accuracy",
    "sparse_categorical_crossentropy",
    "sparse_top_k_categorical_accuracy",
    "squared_hinge",
    "top_k_categorical_accuracy",
]
