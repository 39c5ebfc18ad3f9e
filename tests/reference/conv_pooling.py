"""A convolution that is pooled, as plans have it: the two references, one after the other."""

from __future__ import annotations

from typing import Any

from reference import convolution, pooling
from reference.table import Array, Case, Reference, real


def pooled(convolve: Any) -> Any:
    def call(
        *arrays: Array, pool_size: Any, pool_strides: Any = None, pool_padding: str = "valid",
        return_index: bool = False, **attributes: Any,
    ) -> Any:  # fmt: skip
        y = convolve(*arrays, **attributes)
        return pooling.core_max_pool(y, pool_size, pool_strides, pool_padding, return_index)

    return call


# Shapes of x and the kernel, then arguments: one image and many, windows that overlap, each kind of convolution.
CALLS: list[tuple[tuple[int, ...], tuple[int, ...], dict[str, Any]]] = [
    ((2, 5, 6, 3), (3, 3, 3, 4), {"padding": "same", "pool_size": (2, 2)}),
    ((32, 6, 7, 3), (3, 3, 3, 5), {"pool_size": (2, 2), "return_index": True}),
    ((34, 6, 6, 16), (3, 3, 16, 17), {"padding": "same", "pool_size": (2, 2), "return_index": True}),
    ((3, 7, 8, 2), (2, 3, 2, 3), {"pool_size": (3, 3), "pool_strides": (2, 1), "pool_padding": "same"}),
    ((2, 6, 6, 4), (3, 3, 2, 6), {"groups": 2, "strides": 2, "padding": "same", "pool_size": (3, 2)}),
    ((2, 6, 5, 3), (3, 3, 1, 6), {"groups": 3, "pool_size": (2, 2)}),
    ((17, 20, 3), (3, 3, 4), {"padding": "causal", "dilation": 2, "pool_size": (2,), "return_index": True}),
    ((0, 5, 6, 3), (3, 3, 3, 4), {"pool_size": (2, 2)}),
]

CASES = [
    Case((*convolution.arrays(x, kernel), *([real(kernel[-1], key=3)] if i % 2 else [])), {**attributes, **activation})
    for i, (x, kernel, attributes) in enumerate(CALLS)
    for activation in ({}, {"activation": "relu"})
]


def magnitude(*arrays: Array, **attributes: Any) -> Any:
    size = pooled(convolution.conv_magnitude)(*arrays, **attributes)
    return (size[0], pooled(convolution.conv)(*arrays, **attributes)[1]) if attributes.get("return_index") else size


REFERENCES: dict[str, Reference] = {
    "conv_max_pool": Reference(pooled(convolution.conv), CASES, magnitude=magnitude, ulps=16),
}
