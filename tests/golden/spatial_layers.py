"""Outputs, inferred shapes and gradients of the layers of series and images with given weights."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

from .layers import layer_results
from .store import Results

FILE = "spatial_layers.npz"
_SERIES = [(2, 9, 6)]
_IMAGES = [(2, 7, 6, 4)]
_FIRST = [(2, 4, 7, 6)]

# Layer, its arguments, the shapes of its inputs.
SPECS: dict[str, tuple[str, dict[str, Any], list[tuple[int, ...]]]] = {
    "conv1d": ("Conv1D", {"filters": 5, "kernel_size": 3}, _SERIES),
    "conv1d_same": ("Conv1D", {"filters": 5, "kernel_size": 4, "strides": 2, "padding": "same"}, _SERIES),
    "conv1d_causal": (
        "Conv1D",
        {"filters": 5, "kernel_size": 3, "padding": "causal", "dilation_rate": 2, "activation": "relu"},
        _SERIES,
    ),
    "conv1d_groups": ("Conv1D", {"filters": 6, "kernel_size": 3, "groups": 3, "activation": "tanh"}, _SERIES),
    "conv2d": ("Conv2D", {"filters": 5, "kernel_size": 3, "activation": "relu"}, _IMAGES),
    "conv2d_same": ("Conv2D", {"filters": 5, "kernel_size": (3, 4), "strides": 2, "padding": "same"}, _IMAGES),
    "conv2d_dilated": ("Conv2D", {"filters": 5, "kernel_size": 2, "dilation_rate": (2, 3)}, _IMAGES),
    "conv2d_one": ("Conv2D", {"filters": 5, "kernel_size": 1, "use_bias": False}, _IMAGES),
    "conv2d_three_channels": ("Conv2D", {"filters": 17, "kernel_size": 5, "padding": "same"}, [(2, 4, 3, 3)]),
    "conv1d_transpose": ("Conv1DTranspose", {"filters": 5, "kernel_size": 3, "strides": 2}, _SERIES),
    "conv1d_transpose_same": (
        "Conv1DTranspose",
        {"filters": 5, "kernel_size": 4, "strides": 3, "padding": "same"},
        _SERIES,
    ),
    "conv2d_transpose": ("Conv2DTranspose", {"filters": 5, "kernel_size": 2, "strides": 3}, _IMAGES),
    "conv2d_transpose_same": (
        "Conv2DTranspose",
        {"filters": 5, "kernel_size": 3, "strides": 2, "padding": "same", "activation": "sigmoid"},
        _IMAGES,
    ),
    "conv2d_transpose_output_padding": (
        "Conv2DTranspose",
        {"filters": 5, "kernel_size": 3, "strides": 2, "padding": "same", "output_padding": 1},
        _IMAGES,
    ),
    "depthwise_conv1d": ("DepthwiseConv1D", {"kernel_size": 3, "depth_multiplier": 2}, _SERIES),
    "depthwise_conv2d": ("DepthwiseConv2D", {"kernel_size": 3, "strides": 2, "padding": "same"}, _IMAGES),
    "depthwise_conv2d_multiplied": (
        "DepthwiseConv2D",
        {"kernel_size": 2, "depth_multiplier": 3, "activation": "elu"},
        _IMAGES,
    ),
    "separable_conv1d": ("SeparableConv1D", {"filters": 5, "kernel_size": 3, "padding": "same"}, _SERIES),
    "separable_conv2d": (
        "SeparableConv2D",
        {"filters": 5, "kernel_size": 3, "depth_multiplier": 2, "activation": "relu"},
        _IMAGES,
    ),
    "max_pooling1d": ("MaxPooling1D", {}, _SERIES),
    "max_pooling1d_same": ("MaxPooling1D", {"pool_size": 3, "strides": 2, "padding": "same"}, _SERIES),
    "max_pooling2d": ("MaxPooling2D", {}, _IMAGES),
    "max_pooling2d_same": (
        "MaxPooling2D",
        {"pool_size": (3, 2), "strides": (2, 1), "padding": "same"},
        _IMAGES,
    ),
    "max_pooling2d_apart": ("MaxPooling2D", {"pool_size": 2, "strides": 3}, _IMAGES),
    "average_pooling1d": ("AveragePooling1D", {"pool_size": 2}, _SERIES),
    "average_pooling1d_same": ("AveragePooling1D", {"pool_size": 4, "strides": 2, "padding": "same"}, _SERIES),
    "average_pooling2d": ("AveragePooling2D", {"pool_size": 2}, _IMAGES),
    "average_pooling2d_same": (
        "AveragePooling2D",
        {"pool_size": 3, "strides": 1, "padding": "same"},
        _IMAGES,
    ),
    "average_pooling2d_channels_first": (
        "AveragePooling2D",
        {"pool_size": (2, 3), "data_format": "channels_first"},
        _FIRST,
    ),
    "global_max_pooling1d": ("GlobalMaxPooling1D", {}, _SERIES),
    "global_max_pooling2d": ("GlobalMaxPooling2D", {"keepdims": True}, _IMAGES),
    "global_average_pooling1d": ("GlobalAveragePooling1D", {"keepdims": True}, _SERIES),
    "global_average_pooling2d": ("GlobalAveragePooling2D", {"data_format": "channels_first"}, _FIRST),
    "zero_padding1d": ("ZeroPadding1D", {"padding": (1, 3)}, _SERIES),
    "zero_padding2d": ("ZeroPadding2D", {"padding": ((1, 2), (0, 3))}, _IMAGES),
    "zero_padding2d_channels_first": (
        "ZeroPadding2D",
        {"padding": (1, 2), "data_format": "channels_first"},
        _FIRST,
    ),
    "cropping1d": ("Cropping1D", {"cropping": (1, 3)}, _SERIES),
    "cropping2d": ("Cropping2D", {"cropping": ((1, 2), (0, 3))}, _IMAGES),
    "up_sampling1d": ("UpSampling1D", {"size": 3}, _SERIES),
    "up_sampling2d": ("UpSampling2D", {"size": (2, 3)}, _IMAGES),
}
CASES: dict[str, Callable[[ModuleType, str], Results]] = {
    case: partial(layer_results, name=name, arguments=arguments, shapes=shapes)
    for case, (name, arguments, shapes) in SPECS.items()
}
