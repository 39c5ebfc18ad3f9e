"""Layers: what models are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnfit.layers.core.input_layer import Input, InputLayer
from nnfit.layers.input_spec import InputSpec
from nnfit.layers.layer import Layer
from nnfit.lazy import lazy_names
from nnfit.registry import Registry

# What each module defines: classes, and functions that call them.
_MODULES = {
    "activations.activation": ("Activation",),
    "activations.elu": ("ELU",),
    "activations.leaky_relu": ("LeakyReLU",),
    "activations.prelu": ("PReLU",),
    "activations.relu": ("ReLU",),
    "activations.softmax": ("Softmax",),
    "convolutional.conv_1d": ("Conv1D",),
    "convolutional.conv_1d_transpose": ("Conv1DTranspose",),
    "convolutional.conv_2d": ("Conv2D",),
    "convolutional.conv_2d_transpose": ("Conv2DTranspose",),
    "convolutional.depthwise_conv_1d": ("DepthwiseConv1D",),
    "convolutional.depthwise_conv_2d": ("DepthwiseConv2D",),
    "convolutional.separable_conv_1d": ("SeparableConv1D",),
    "convolutional.separable_conv_2d": ("SeparableConv2D",),
    "core.dense": ("Dense",),
    "core.embedding": ("Embedding",),
    "core.identity": ("Identity",),
    "core.lambda_layer": ("Lambda",),
    "core.masking": ("Masking",),
    "core.time_distributed": ("TimeDistributed",),
    "merging.add": ("Add", "add"),
    "merging.average": ("Average", "average"),
    "merging.concatenate": ("Concatenate", "concatenate"),
    "merging.dot": ("Dot", "dot"),
    "merging.maximum": ("Maximum", "maximum"),
    "merging.minimum": ("Minimum", "minimum"),
    "merging.multiply": ("Multiply", "multiply"),
    "merging.subtract": ("Subtract", "subtract"),
    "normalization.batch_normalization": ("BatchNormalization",),
    "normalization.group_normalization": ("GroupNormalization",),
    "normalization.layer_normalization": ("LayerNormalization",),
    "normalization.unit_normalization": ("UnitNormalization",),
    "pooling.average_pooling_1d": ("AveragePooling1D",),
    "pooling.average_pooling_2d": ("AveragePooling2D",),
    "pooling.global_average_pooling_1d": ("GlobalAveragePooling1D",),
    "pooling.global_average_pooling_2d": ("GlobalAveragePooling2D",),
    "pooling.global_max_pooling_1d": ("GlobalMaxPooling1D",),
    "pooling.global_max_pooling_2d": ("GlobalMaxPooling2D",),
    "pooling.max_pooling_1d": ("MaxPooling1D",),
    "pooling.max_pooling_2d": ("MaxPooling2D",),
    "preprocessing.center_crop": ("CenterCrop",),
    "preprocessing.normalization": ("Normalization",),
    "preprocessing.random_crop": ("RandomCrop",),
    "preprocessing.random_flip": ("RandomFlip",),
    "preprocessing.random_translation": ("RandomTranslation",),
    "preprocessing.rescaling": ("Rescaling",),
    "preprocessing.resizing": ("Resizing",),
    "regularization.activity_regularization": ("ActivityRegularization",),
    "regularization.alpha_dropout": ("AlphaDropout",),
    "regularization.dropout": ("Dropout",),
    "regularization.gaussian_dropout": ("GaussianDropout",),
    "regularization.gaussian_noise": ("GaussianNoise",),
    "regularization.spatial_dropout_1d": ("SpatialDropout1D",),
    "regularization.spatial_dropout_2d": ("SpatialDropout2D",),
    "regularization.spatial_dropout_3d": ("SpatialDropout3D",),
    "reshaping.cropping_1d": ("Cropping1D",),
    "reshaping.cropping_2d": ("Cropping2D",),
    "reshaping.flatten": ("Flatten",),
    "reshaping.permute": ("Permute",),
    "reshaping.repeat_vector": ("RepeatVector",),
    "reshaping.reshape": ("Reshape",),
    "reshaping.up_sampling_1d": ("UpSampling1D",),
    "reshaping.up_sampling_2d": ("UpSampling2D",),
    "reshaping.zero_padding_1d": ("ZeroPadding1D",),
    "reshaping.zero_padding_2d": ("ZeroPadding2D",),
}
_ALIASES = {
    "Conv1D": ("Convolution1D",),
    "Conv1DTranspose": ("Convolution1DTranspose",),
    "Conv2D": ("Convolution2D",),
    "Conv2DTranspose": ("Convolution2DTranspose",),
    "SeparableConv1D": ("SeparableConvolution1D",),
    "SeparableConv2D": ("SeparableConvolution2D",),
    "AveragePooling1D": ("AvgPool1D",),
    "AveragePooling2D": ("AvgPool2D",),
    "GlobalAveragePooling1D": ("GlobalAvgPool1D",),
    "GlobalAveragePooling2D": ("GlobalAvgPool2D",),
    "GlobalMaxPooling1D": ("GlobalMaxPool1D",),
    "GlobalMaxPooling2D": ("GlobalMaxPool2D",),
    "MaxPooling1D": ("MaxPool1D",),
    "MaxPooling2D": ("MaxPool2D",),
}

registry = Registry("nnfit.layers", Layer, functions=False)
registry.register(InputLayer)
for _module, _names in _MODULES.items():
    registry.register_lazily(f"nnfit.layers.{_module}", (name for name in _names if not name.islower()), _ALIASES)

if TYPE_CHECKING:
    from nnfit.layers.activations.activation import Activation
    from nnfit.layers.activations.elu import ELU
    from nnfit.layers.activations.leaky_relu import LeakyReLU
    from nnfit.layers.activations.prelu import PReLU
    from nnfit.layers.activations.relu import ReLU
    from nnfit.layers.activations.softmax import Softmax
    from nnfit.layers.convolutional.conv_1d import Conv1D
    from nnfit.layers.convolutional.conv_1d import Conv1D as Convolution1D
    from nnfit.layers.convolutional.conv_1d_transpose import Conv1DTranspose
    from nnfit.layers.convolutional.conv_1d_transpose import Conv1DTranspose as Convolution1DTranspose
    from nnfit.layers.convolutional.conv_2d import Conv2D
    from nnfit.layers.convolutional.conv_2d import Conv2D as Convolution2D
    from nnfit.layers.convolutional.conv_2d_transpose import Conv2DTranspose
    from nnfit.layers.convolutional.conv_2d_transpose import Conv2DTranspose as Convolution2DTranspose
    from nnfit.layers.convolutional.depthwise_conv_1d import DepthwiseConv1D
    from nnfit.layers.convolutional.depthwise_conv_2d import DepthwiseConv2D
    from nnfit.layers.convolutional.separable_conv_1d import SeparableConv1D
    from nnfit.layers.convolutional.separable_conv_1d import SeparableConv1D as SeparableConvolution1D
    from nnfit.layers.convolutional.separable_conv_2d import SeparableConv2D
    from nnfit.layers.convolutional.separable_conv_2d import SeparableConv2D as SeparableConvolution2D
    from nnfit.layers.core.dense import Dense
    from nnfit.layers.core.embedding import Embedding
    from nnfit.layers.core.identity import Identity
    from nnfit.layers.core.lambda_layer import Lambda
    from nnfit.layers.core.masking import Masking
    from nnfit.layers.core.time_distributed import TimeDistributed
    from nnfit.layers.merging.add import Add, add
    from nnfit.layers.merging.average import Average, average
    from nnfit.layers.merging.concatenate import Concatenate, concatenate
    from nnfit.layers.merging.dot import Dot, dot
    from nnfit.layers.merging.maximum import Maximum, maximum
    from nnfit.layers.merging.minimum import Minimum, minimum
    from nnfit.layers.merging.multiply import Multiply, multiply
    from nnfit.layers.merging.subtract import Subtract, subtract
    from nnfit.layers.normalization.batch_normalization import BatchNormalization
    from nnfit.layers.normalization.group_normalization import GroupNormalization
    from nnfit.layers.normalization.layer_normalization import LayerNormalization
    from nnfit.layers.normalization.unit_normalization import UnitNormalization
    from nnfit.layers.pooling.average_pooling_1d import AveragePooling1D
    from nnfit.layers.pooling.average_pooling_1d import AveragePooling1D as AvgPool1D
    from nnfit.layers.pooling.average_pooling_2d import AveragePooling2D
    from nnfit.layers.pooling.average_pooling_2d import AveragePooling2D as AvgPool2D
    from nnfit.layers.pooling.global_average_pooling_1d import GlobalAveragePooling1D
    from nnfit.layers.pooling.global_average_pooling_1d import GlobalAveragePooling1D as GlobalAvgPool1D
    from nnfit.layers.pooling.global_average_pooling_2d import GlobalAveragePooling2D
    from nnfit.layers.pooling.global_average_pooling_2d import GlobalAveragePooling2D as GlobalAvgPool2D
    from nnfit.layers.pooling.global_max_pooling_1d import GlobalMaxPooling1D
    from nnfit.layers.pooling.global_max_pooling_1d import GlobalMaxPooling1D as GlobalMaxPool1D
    from nnfit.layers.pooling.global_max_pooling_2d import GlobalMaxPooling2D
    from nnfit.layers.pooling.global_max_pooling_2d import GlobalMaxPooling2D as GlobalMaxPool2D
    from nnfit.layers.pooling.max_pooling_1d import MaxPooling1D
    from nnfit.layers.pooling.max_pooling_1d import MaxPooling1D as MaxPool1D
    from nnfit.layers.pooling.max_pooling_2d import MaxPooling2D
    from nnfit.layers.pooling.max_pooling_2d import MaxPooling2D as MaxPool2D
    from nnfit.layers.preprocessing.center_crop import CenterCrop
    from nnfit.layers.preprocessing.normalization import Normalization
    from nnfit.layers.preprocessing.random_crop import RandomCrop
    from nnfit.layers.preprocessing.random_flip import RandomFlip
    from nnfit.layers.preprocessing.random_translation import RandomTranslation
    from nnfit.layers.preprocessing.rescaling import Rescaling
    from nnfit.layers.preprocessing.resizing import Resizing
    from nnfit.layers.regularization.activity_regularization import ActivityRegularization
    from nnfit.layers.regularization.alpha_dropout import AlphaDropout
    from nnfit.layers.regularization.dropout import Dropout
    from nnfit.layers.regularization.gaussian_dropout import GaussianDropout
    from nnfit.layers.regularization.gaussian_noise import GaussianNoise
    from nnfit.layers.regularization.spatial_dropout_1d import SpatialDropout1D
    from nnfit.layers.regularization.spatial_dropout_2d import SpatialDropout2D
    from nnfit.layers.regularization.spatial_dropout_3d import SpatialDropout3D
    from nnfit.layers.reshaping.cropping_1d import Cropping1D
    from nnfit.layers.reshaping.cropping_2d import Cropping2D
    from nnfit.layers.reshaping.flatten import Flatten
    from nnfit.layers.reshaping.permute import Permute
    from nnfit.layers.reshaping.repeat_vector import RepeatVector
    from nnfit.layers.reshaping.reshape import Reshape
    from nnfit.layers.reshaping.up_sampling_1d import UpSampling1D
    from nnfit.layers.reshaping.up_sampling_2d import UpSampling2D
    from nnfit.layers.reshaping.zero_padding_1d import ZeroPadding1D
    from nnfit.layers.reshaping.zero_padding_2d import ZeroPadding2D

else:
    __getattr__, __dir__ = lazy_names(__name__, _MODULES, aliases=_ALIASES)

serialize = registry.serialize
deserialize = registry.deserialize

__all__ = [
    "ELU",
    "Activation",
    "ActivityRegularization",
    "Add",
    "AlphaDropout",
    "Average",
    "AveragePooling1D",
    "AveragePooling2D",
    "AvgPool1D",
    "AvgPool2D",
    "BatchNormalization",
    "CenterCrop",
    "Concatenate",
    "Conv1D",
    "Conv1DTranspose",
    "Conv2D",
    "Conv2DTranspose",
    "Convolution1D",
    "Convolution1DTranspose",
    "Convolution2D",
    "Convolution2DTranspose",
    "Cropping1D",
    "Cropping2D",
    "Dense",
    "DepthwiseConv1D",
    "DepthwiseConv2D",
    "Dot",
    "Dropout",
    "Embedding",
    "Flatten",
    "GaussianDropout",
    "GaussianNoise",
    "GlobalAveragePooling1D",
    "GlobalAveragePooling2D",
    "GlobalAvgPool1D",
    "GlobalAvgPool2D",
    "GlobalMaxPool1D",
    "GlobalMaxPool2D",
    "GlobalMaxPooling1D",
    "GlobalMaxPooling2D",
    "GroupNormalization",
    "Identity",
    "Input",
    "InputLayer",
    "InputSpec",
    "Lambda",
    "Layer",
    "LayerNormalization",
    "LeakyReLU",
    "Masking",
    "MaxPool1D",
    "MaxPool2D",
    "MaxPooling1D",
    "MaxPooling2D",
    "Maximum",
    "Minimum",
    "Multiply",
    "Normalization",
    "PReLU",
    "Permute",
    "RandomCrop",
    "RandomFlip",
    "RandomTranslation",
    "ReLU",
    "RepeatVector",
    "Rescaling",
    "Reshape",
    "Resizing",
    "SeparableConv1D",
    "SeparableConv2D",
    "SeparableConvolution1D",
    "SeparableConvolution2D",
    "Softmax",
    "SpatialDropout1D",
    "SpatialDropout2D",
    "SpatialDropout3D",
    "Subtract",
    "TimeDistributed",
    "UnitNormalization",
    "UpSampling1D",
    "UpSampling2D",
    "ZeroPadding1D",
    "ZeroPadding2D",
    "add",
    "average",
    "concatenate",
    "deserialize",
    "dot",
    "maximum",
    "minimum",
    "multiply",
    "registry",
    "serialize",
    "subtract",
]
