"""Convolutions, as sums over the taps of the kernel of shifted images."""

from __future__ import annotations

from typing import Any

import numpy as np

from reference.linalg import ACTIVATIONS
from reference.table import Array, Case, Reference, real


def per_axis(value: Any, axes: int) -> tuple[int, ...]:
    return (value,) * axes if isinstance(value, int) else tuple(value)


def zeros_around(
    sizes: tuple[int, ...], taps: tuple[int, ...], strides: tuple[int, ...], dilation: tuple[int, ...], padding: str
) -> list[int]:
    """The zeros before and after each axis, by Keras's rules."""
    pads = []
    for n, k, s, d in zip(sizes, taps, strides, dilation, strict=True):
        reach = (k - 1) * d + 1
        if padding == "same":
            both = max((-(-n // s) - 1) * s + reach - n, 0)
            pads += [both // 2, both - both // 2]
        else:
            pads += [reach - 1, 0] if padding == "causal" else [0, 0]
    return pads


class Convolution:
    """Which pixels meet at which tap, for images of one or two spatial axes."""

    def __init__(
        self, sizes: tuple[int, ...], taps: tuple[int, ...], strides: Any, dilation: Any, pads: list[int]
    ) -> None:
        axes = len(taps)
        self.taps, self.strides, self.dilation = taps, per_axis(strides, axes), per_axis(dilation, axes)
        self.sizes, self.low = sizes, pads[::2]
        reach = [(k - 1) * d + 1 for k, d in zip(taps, self.dilation, strict=True)]
        self.outputs = tuple(
            max((n + low + high - r) // s + 1, 0)
            for n, low, high, r, s in zip(sizes, pads[::2], pads[1::2], reach, self.strides, strict=True)
        )

    def pixels(self, tap: tuple[int, ...]) -> tuple[tuple[slice, ...], tuple[slice, ...]]:
        """The slices of y and of x that a tap joins."""
        ys, xs = [], []
        for t, s, d, low, n, m in zip(
            tap, self.strides, self.dilation, self.low, self.sizes, self.outputs, strict=True
        ):
            inside = [o for o in range(m) if 0 <= o * s + t * d - low < n]
            first, count = (inside[0], len(inside)) if inside else (0, 0)
            start = first * s + t * d - low if count else 0
            ys.append(slice(first, first + count))
            xs.append(slice(start, start + count * s, s) if count else slice(0, 0))
        return (slice(None), *ys), (slice(None), *xs)

    def forward(self, x: Array, kernel: Array, groups: int) -> Array:
        y = np.zeros((x.shape[0], *self.outputs, groups, kernel.shape[-1] // groups))
        x = x.reshape(*x.shape[:-1], groups, x.shape[-1] // groups)
        for tap in np.ndindex(*self.taps):
            to, at = self.pixels(tap)
            w = kernel[tap].reshape(kernel.shape[-2], groups, -1)
            y[to] += np.einsum("...gi,igo->...go", x[at], w)
        return y.reshape(*y.shape[:-2], kernel.shape[-1])

    def input_gradient(self, dy: Array, kernel: Array, groups: int) -> Array:
        dx = np.zeros((dy.shape[0], *self.sizes, groups, kernel.shape[-2]))
        dy = dy.reshape(*dy.shape[:-1], groups, kernel.shape[-1] // groups)
        for tap in np.ndindex(*self.taps):
            to, at = self.pixels(tap)
            w = kernel[tap].reshape(kernel.shape[-2], groups, -1)
            dx[at] += np.einsum("...go,igo->...gi", dy[to], w)
        return dx.reshape(*dx.shape[:-2], groups * kernel.shape[-2])

    def kernel_gradient(self, x: Array, dy: Array, groups: int) -> Array:
        x = x.reshape(*x.shape[:-1], groups, x.shape[-1] // groups)
        dy = dy.reshape(*dy.shape[:-1], groups, dy.shape[-1] // groups)
        dw = np.zeros((*self.taps, x.shape[-1], groups, dy.shape[-1]))
        for tap in np.ndindex(*self.taps):
            to, at = self.pixels(tap)
            dw[tap] = np.einsum("ngi,ngo->igo", pixel_rows(x[at]), pixel_rows(dy[to]))
        return dw.reshape(*dw.shape[:-2], groups * dy.shape[-1])


def pixel_rows(x: Array) -> Array:
    return x.reshape(int(np.prod(x.shape[:-2])), *x.shape[-2:])


def of_call(
    x: Array, kernel: Array, strides: Any = 1, padding: str = "valid", dilation: Any = 1, pads: Any = None
) -> Convolution:
    sizes, taps = x.shape[1:-1], kernel.shape[:-2]
    axes = len(taps)
    if pads is None:
        pads = zeros_around(sizes, taps, per_axis(strides, axes), per_axis(dilation, axes), padding)
    return Convolution(sizes, taps, strides, dilation, list(pads))


def affine(x: Array, kernel: Array, bias: Array | None = None, groups: int = 1, **steps: Any) -> Array:
    y = of_call(x, kernel, **steps).forward(x, kernel, groups)
    return y if bias is None else y + bias


def conv(x: Array, kernel: Array, bias: Array | None = None, activation: str | None = None, **rest: Any) -> Array:
    return ACTIVATIONS[activation][0](affine(x, kernel, bias, **rest))


def conv_adjoint(
    dy: Array, x: Array, kernel: Array, bias: Array | None = None, activation: str | None = None, groups: int = 1,
    **steps: Any,
) -> tuple[Array, ...]:  # fmt: skip
    dy = dy * ACTIVATIONS[activation][1](affine(x, kernel, bias, groups, **steps))
    c = of_call(x, kernel, **steps)
    gradients = c.input_gradient(dy, kernel, groups), c.kernel_gradient(x, dy, groups)
    return gradients if bias is None else (*gradients, dy.reshape(-1, dy.shape[-1]).sum(axis=0))


def conv_magnitude(x: Array, kernel: Array, bias: Array | None = None, activation: Any = None, **rest: Any) -> Array:
    return affine(np.abs(x), np.abs(kernel), None if bias is None else np.abs(bias), **rest)


SHAPES: list[tuple[tuple[int, ...], tuple[int, ...], dict[str, Any]]] = [
    ((2, 5, 6, 3), (3, 3, 3, 4), {}),
    ((2, 5, 6, 3), (3, 3, 3, 4), {"padding": "same"}),
    ((1, 7, 5, 1), (2, 3, 1, 3), {"padding": "same", "strides": 2}),
    ((2, 1, 1, 3), (3, 3, 3, 2), {"padding": "same"}),
    ((1, 2, 3, 2), (5, 4, 2, 3), {"padding": "same"}),
    ((2, 9, 8, 2), (2, 2, 2, 3), {"strides": (3, 4)}),
    ((1, 6, 7, 4), (1, 1, 4, 5), {}),
    ((1, 6, 7, 4), (1, 1, 4, 5), {"strides": 2}),
    ((1, 9, 9, 2), (3, 2, 2, 3), {"dilation": (2, 3)}),
    ((1, 8, 9, 2), (3, 3, 2, 3), {"dilation": 2, "strides": (1, 2), "padding": "same"}),
    ((1, 7, 8, 2), (3, 3, 2, 3), {"dilation": (2, 3), "strides": (2, 3), "padding": "same"}),
    ((2, 4, 4, 6), (3, 3, 2, 9), {"groups": 3, "padding": "same"}),
    ((2, 4, 5, 6), (2, 2, 3, 4), {"groups": 2, "strides": 2}),
    ((2, 4, 4, 5), (3, 3, 1, 5), {"groups": 5, "padding": "same"}),
    ((2, 5, 4, 3), (3, 2, 1, 6), {"groups": 3, "strides": 2, "padding": "same"}),
    ((1, 5, 4, 3), (2, 3, 1, 9), {"groups": 3, "dilation": 2, "padding": "same"}),
    ((1, 6, 6, 17), (3, 3, 17, 65), {"padding": "same"}),
    ((1, 4, 4, 65), (3, 3, 65, 17), {}),
    ((1, 8, 8, 16), (3, 3, 16, 16), {"padding": "same"}),
    ((1, 3, 5, 65), (3, 3, 1, 65), {"groups": 65, "padding": "same"}),
    ((2, 8, 3), (3, 3, 4), {}),
    ((2, 8, 3), (3, 3, 4), {"padding": "causal", "dilation": 2}),
    ((2, 8, 3), (3, 3, 4), {"padding": "causal", "strides": 2}),
    ((1, 9, 4), (5, 2, 6), {"groups": 2, "padding": "same", "strides": 2}),
    ((1, 150, 2), (5, 2, 3), {"padding": "same"}),
    ((0, 5, 6, 3), (3, 3, 3, 4), {"padding": "same"}),
]  # fmt: skip


def arrays(x: tuple[int, ...], kernel: tuple[int, ...]) -> tuple[Array, Array]:
    return real(*x, key=1), real(*kernel, low=-0.5, high=0.5, key=2)  # away from where tanh is flat


CONVS = [Case(arrays(x, kernel), attributes) for x, kernel, attributes in SHAPES] + [
    Case((*arrays(x, kernel), real(kernel[-1], key=3)), {**attributes, "activation": activation})
    for x, kernel, attributes in [SHAPES[1], SHAPES[6], SHAPES[11], SHAPES[13], SHAPES[16], SHAPES[18], SHAPES[20]]
    for activation in ACTIVATIONS
]


def gradient_cases(first: str) -> list[Case]:
    """Each convolution as the gradients' ops take it: with explicit pads, and dy beside the kernel or x."""
    cases = []
    for x, kernel, attributes in SHAPES:
        axes = len(kernel) - 2
        strides, dilation = attributes.get("strides", 1), attributes.get("dilation", 1)
        pads = zeros_around(
            x[1:-1], kernel[:-2], per_axis(strides, axes), per_axis(dilation, axes), attributes.get("padding", "valid")
        )
        c = Convolution(x[1:-1], kernel[:-2], strides, dilation, pads)
        dy = real(x[0], *c.outputs, kernel[-1], key=4)
        steps = {"strides": strides, "dilation": dilation, "pads": pads, "groups": attributes.get("groups", 1)}
        if first == "kernel":
            cases.append(Case((dy, real(*kernel, key=2)), {**steps, "size": x[1:-1]}))
        else:
            cases.append(Case((real(*x, key=1), dy), {**steps, "size": kernel[:-2]}))
    return cases


def of_gradient(sizes: Any, taps: Any, strides: Any, dilation: Any, pads: Any, **_: Any) -> Convolution:
    return Convolution(tuple(sizes), tuple(taps), strides, dilation, list(pads))


def input_gradient(
    dy: Array, kernel: Array, gate: Array | None = None, *, size: Any, groups: int, **steps: Any
) -> Array:
    dx = of_gradient(size, kernel.shape[:-2], **steps).input_gradient(dy, kernel, groups)
    return dx if gate is None else dx * (gate > 0)


def input_gradient_adjoint(
    g: Array, dy: Array, kernel: Array, *, size: Any, groups: int, **steps: Any
) -> tuple[Array, Array]:
    c = of_gradient(size, kernel.shape[:-2], **steps)
    return c.forward(g, kernel, groups), c.kernel_gradient(g, dy, groups)


def gated(case: Case) -> Case:
    """The case with a gate, as the planner makes it."""
    dy, kernel = case.arguments
    gate = real(dy.shape[0], *case.attributes["size"], kernel.shape[-2] * case.attributes["groups"], key=5)
    return Case((dy, kernel, gate), case.attributes, gradient=False)


def kernel_gradient(x: Array, dy: Array, *, size: Any, groups: int, **steps: Any) -> tuple[Array, Array]:
    dw = of_gradient(x.shape[1:-1], size, **steps).kernel_gradient(x, dy, groups)
    return dw, dy.reshape(-1, dy.shape[-1]).sum(axis=0)


def kernel_gradient_adjoint(
    g: tuple[Array, Array], x: Array, dy: Array, *, size: Any, groups: int, **steps: Any
) -> tuple[Array, Array]:
    c = of_gradient(x.shape[1:-1], size, **steps)
    return c.input_gradient(dy, g[0], groups), c.forward(x, g[0], groups) + g[1]


def transposed(
    x: Array, kernel: Array, strides: Any = 1, padding: str = "valid", output_padding: Any = None, dilation: Any = 1
) -> Convolution:
    """The convolution that conv_transpose is the adjoint of: sizes and zeros by Keras's documentation."""
    axes = len(kernel.shape) - 2
    extra = (None,) * axes if output_padding is None else per_axis(output_padding, axes)
    sizes, pads = [], []
    for n, k, s, d, more in zip(
        x.shape[1:-1], kernel.shape[:-2], per_axis(strides, axes), per_axis(dilation, axes), extra, strict=True
    ):
        reach = (k - 1) * d + 1
        if padding == "valid":
            size = (n - 1) * s + (max(reach, s) if more is None else reach + more)
            cut = 0
        else:
            size = n * s if more is None else (n - 1) * s + reach % 2 + more
            both = size - 1 - (n - 1) * s + reach - 1  # the zeros around x, of which at least half stand before it
            cut = reach - 1 - min(-(-both // 2), reach - 1)
        sizes.append(size)
        pads += [cut, (n - 1) * s + reach - size - cut]
    return Convolution(tuple(sizes), kernel.shape[:-2], strides, dilation, pads)


def transpose_affine(x: Array, kernel: Array, bias: Array | None = None, **steps: Any) -> Array:
    y = transposed(x, kernel, **steps).input_gradient(x, kernel, 1)
    return y if bias is None else y + bias


def conv_transpose(x: Array, kernel: Array, bias: Array | None = None, activation: Any = None, **steps: Any) -> Array:
    return ACTIVATIONS[activation][0](transpose_affine(x, kernel, bias, **steps))


def conv_transpose_adjoint(
    dy: Array, x: Array, kernel: Array, bias: Array | None = None, activation: Any = None, **steps: Any
) -> tuple[Array, ...]:
    dy = dy * ACTIVATIONS[activation][1](transpose_affine(x, kernel, bias, **steps))
    c = transposed(x, kernel, **steps)
    gradients = c.forward(dy, kernel, 1), c.kernel_gradient(dy, x, 1)
    return gradients if bias is None else (*gradients, dy.reshape(-1, dy.shape[-1]).sum(axis=0))


def conv_transpose_magnitude(
    x: Array, kernel: Array, bias: Array | None = None, activation: Any = None, **steps: Any
) -> Array:
    return transpose_affine(np.abs(x), np.abs(kernel), None if bias is None else np.abs(bias), **steps)


TRANSPOSED: list[tuple[tuple[int, ...], tuple[int, ...], dict[str, Any]]] = [
    ((2, 4, 3, 3), (3, 3, 4, 3), {}),
    ((2, 4, 3, 3), (3, 3, 4, 3), {"padding": "same"}),
    ((2, 4, 3, 3), (3, 3, 4, 3), {"padding": "same", "strides": 2}),
    ((1, 4, 3, 3), (3, 2, 4, 3), {"strides": (2, 3)}),
    ((1, 4, 3, 2), (2, 2, 3, 2), {"strides": 3, "padding": "same"}),
    ((1, 4, 3, 2), (3, 3, 3, 2), {"strides": 2, "output_padding": 1}),
    ((1, 4, 3, 2), (3, 4, 3, 2), {"strides": 2, "padding": "same", "output_padding": (0, 1)}),
    ((1, 4, 3, 2), (3, 3, 3, 2), {"dilation": 2, "padding": "same"}),
    ((1, 1, 1, 65), (3, 3, 17, 65), {"strides": 2}),
    ((2, 5, 3), (4, 2, 3), {"strides": 2, "padding": "same"}),
]


def channels_second(x: Array) -> Array:
    return np.moveaxis(x, -1, 1)


def with_data_format(last: Any) -> Any:
    """A public function in either data format, from one for channels last."""

    def function(x: Array, *others: Array, data_format: str = "channels_last", **rest: Any) -> Any:
        if data_format == "channels_last":
            return last(x, *others, **rest)
        return channels_second(last(np.moveaxis(x, 1, -1), *others, **rest))

    return function


def adjoint_with_data_format(last: Any) -> Any:
    def adjoint(dy: Array, x: Array, *others: Array, data_format: str = "channels_last", **rest: Any) -> Any:
        if data_format == "channels_last":
            return last(dy, x, *others, **rest)
        dx, *gradients = last(np.moveaxis(dy, 1, -1), np.moveaxis(x, 1, -1), *others, **rest)
        return (channels_second(dx), *gradients)

    return adjoint


def public(attributes: dict[str, Any]) -> dict[str, Any]:
    names = {"dilation": "dilation_rate"}
    return {names.get(key, key): value for key, value in attributes.items() if key != "groups"}


def conv_of_public(x: Array, kernel: Array, dilation_rate: Any = 1, **rest: Any) -> Array:
    return affine(x, kernel, groups=x.shape[-1] // kernel.shape[-2], dilation=dilation_rate, **rest)


def conv_of_public_adjoint(dy: Array, x: Array, kernel: Array, dilation_rate: Any = 1, **rest: Any) -> Any:
    return conv_adjoint(dy, x, kernel, groups=x.shape[-1] // kernel.shape[-2], dilation=dilation_rate, **rest)


def as_groups(kernel: Array) -> Array:
    """A depthwise kernel as that of a convolution with a group for each channel."""
    return kernel.reshape(*kernel.shape[:-2], 1, -1)


def depthwise(x: Array, kernel: Array, **rest: Any) -> Array:
    return conv_of_public(x, as_groups(kernel), **rest)


def depthwise_adjoint(dy: Array, x: Array, kernel: Array, **rest: Any) -> tuple[Array, Array]:
    dx, dk = conv_of_public_adjoint(dy, x, as_groups(kernel), **rest)
    return dx, dk.reshape(kernel.shape)


def separable(x: Array, depthwise_kernel: Array, pointwise_kernel: Array, **rest: Any) -> Array:
    return conv_of_public(depthwise(x, depthwise_kernel, **rest), pointwise_kernel)


def separable_adjoint(
    dy: Array, x: Array, depthwise_kernel: Array, pointwise_kernel: Array, **rest: Any
) -> tuple[Array, ...]:
    between, dp = conv_of_public_adjoint(dy, depthwise(x, depthwise_kernel, **rest), pointwise_kernel)
    return (*depthwise_adjoint(between, x, depthwise_kernel, **rest), dp)


def transpose_of_public(x: Array, kernel: Array, dilation_rate: Any = 1, **rest: Any) -> Array:
    return conv_transpose(x, kernel, dilation=dilation_rate, **rest)


def transpose_of_public_adjoint(dy: Array, x: Array, kernel: Array, dilation_rate: Any = 1, **rest: Any) -> Any:
    return conv_transpose_adjoint(dy, x, kernel, dilation=dilation_rate, **rest)


def of_magnitudes(function: Any) -> Any:
    return lambda *arrays, **attributes: function(*(np.abs(a) for a in arrays), **attributes)


def reference(
    function: Any, adjoint: Any, calls: list[tuple[tuple[tuple[int, ...], ...], dict[str, Any]]]
) -> Reference:
    """A public function: each call with its channels last, and the first with them second."""
    cases = [
        Case(tuple(real(*shape, key=i) for i, shape in enumerate(shapes)), public(attributes))
        for shapes, attributes in calls
    ]
    x, *others = cases[0].arguments
    cases.append(Case((channels_second(x), *others), {**cases[0].attributes, "data_format": "channels_first"}))
    function, adjoint = with_data_format(function), adjoint_with_data_format(adjoint)
    return Reference(function, cases, adjoint, of_magnitudes(function), ulps=16)


SOME = [SHAPES[i] for i in (1, 2, 9, 11, 20, 21)]
INPUT_GRADIENTS, KERNEL_GRADIENTS = gradient_cases("kernel"), gradient_cases("x")
REFERENCES: dict[str, Reference] = {
    "_core.conv": Reference(conv, CONVS, conv_adjoint, conv_magnitude, ulps=16),
    "conv_input_gradient": Reference(
        input_gradient,
        INPUT_GRADIENTS + [gated(INPUT_GRADIENTS[i]) for i in (1, 2, 6, 11, 13, 16, 18, 20)],
        input_gradient_adjoint,
        lambda dy, kernel, *_, **attributes: input_gradient(np.abs(dy), np.abs(kernel), **attributes),
        ulps=16,
    ),
    "conv_kernel_gradient": Reference(
        kernel_gradient, KERNEL_GRADIENTS, kernel_gradient_adjoint, of_magnitudes(kernel_gradient), ulps=16
    ),
    "_core.conv_transpose": Reference(
        conv_transpose,
        [Case(arrays(x, kernel), attributes) for x, kernel, attributes in TRANSPOSED]
        + [
            Case((*arrays(x, kernel), real(kernel[-2], key=3)), {**attributes, "activation": activation})
            for x, kernel, attributes in [TRANSPOSED[2], TRANSPOSED[9]]
            for activation in ACTIVATIONS
        ],
        conv_transpose_adjoint,
        conv_transpose_magnitude,
        ulps=16,
    ),
    "conv": reference(conv_of_public, conv_of_public_adjoint, [((x, kernel), a) for x, kernel, a in SOME]),
    "conv_transpose": reference(
        transpose_of_public, transpose_of_public_adjoint, [((x, kernel), a) for x, kernel, a in TRANSPOSED[1:7]]
    ),
    "depthwise_conv": reference(
        depthwise,
        depthwise_adjoint,
        [
            (((2, 5, 4, 3), (3, 3, 3, 1)), {"padding": "same"}),
            (((1, 6, 5, 3), (3, 2, 3, 2)), {"strides": 2}),
            (((1, 6, 5, 17), (2, 2, 17, 1)), {"dilation": 2, "padding": "same"}),
            (((2, 7, 3), (3, 3, 2)), {"padding": "causal"}),
        ],
    ),
    "separable_conv": reference(
        separable,
        separable_adjoint,
        [
            (((2, 5, 4, 3), (3, 3, 3, 2), (1, 1, 6, 4)), {"padding": "same"}),
            (((2, 7, 3), (3, 3, 1), (1, 3, 2)), {"strides": 2}),
        ],
    ),
}
