"""InputSpec: what a layer demands of its inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nnfit import tree
from nnfit.symbolic.keras_tensor import standardize_shape

__all__ = ["InputSpec", "check_inputs"]


class InputSpec:
    """The dtype, rank and sizes that an input must have.

    A layer that sets its `input_spec` to one, or to a list of one per input, has its inputs checked at each call.

    Args:
        dtype: Name of the dtype, or `None` for any.
        shape: Tuple with the batch axis first; `None` entries stand for any size.
        ndim: The rank.
        max_ndim: The largest rank.
        min_ndim: The smallest rank.
        axes: Dict from an axis to its size.
        allow_last_axis_squeeze: Whether a last axis of size 1 may be missing or added.
        name: The input's key where inputs come as a dict.
        optional: Whether the input may be `None`.

    Raises:
        TypeError: If `axes` has keys that are not ints.
        ValueError: If an axis is out of the rank.

    Example:
        >>> layer = nnfit.layers.Identity(name="pixels")
        >>> layer.input_spec = nnfit.layers.InputSpec(shape=(None, 28, 28))
        >>> layer(np.zeros((2, 28, 28))).shape
        (2, 28, 28)
    """

    def __init__(
        self,
        dtype: str | None = None,
        shape: Sequence[int | None] | None = None,
        ndim: int | None = None,
        max_ndim: int | None = None,
        min_ndim: int | None = None,
        axes: Mapping[int, int | None] | None = None,
        allow_last_axis_squeeze: bool = False,
        name: str | None = None,
        optional: bool = False,
    ) -> None:
        self.dtype = dtype
        self.shape = None if shape is None else standardize_shape(shape, "InputSpec")
        self.ndim = ndim if self.shape is None else len(self.shape)
        self.max_ndim = max_ndim
        self.min_ndim = min_ndim
        self.allow_last_axis_squeeze = allow_last_axis_squeeze
        self.name = name
        self.optional = optional
        try:
            self.axes = {int(axis): size for axis, size in (axes or {}).items()}
        except (TypeError, ValueError):
            raise TypeError(f"[InputSpec] expected axes to be a dict with integer keys; got {axes!r}.") from None
        rank = self.ndim if self.ndim is not None else self.max_ndim
        if rank is not None and any(not -rank <= axis < rank for axis in self.axes):
            raise ValueError(f"[InputSpec] expected axes within rank {rank}; got {sorted(self.axes)}.")

    def __repr__(self) -> str:
        fields = ("dtype", "shape", "ndim", "max_ndim", "min_ndim", "axes")
        given = (f"{field}={getattr(self, field)}" for field in fields if getattr(self, field))
        return f"InputSpec({', '.join(given)})"

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that make an equal spec."""
        fields = ("dtype", "shape", "ndim", "max_ndim", "min_ndim", "axes", "optional")
        return {field: getattr(self, field) for field in fields}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> InputSpec:
        """Makes a spec from what `get_config` returned."""
        return cls(**config)

    def rejection(self, x: Any) -> str | None:
        """Returns what is expected in place of `x`, or `None` if it is as it should be."""
        shape = tuple(x.shape)
        if self.dtype is not None and x.dtype != self.dtype:
            return f"dtype {self.dtype}"
        expected = self._expected_shape(len(shape))
        if expected is None:
            return self._rank_text()
        if self.allow_last_axis_squeeze:
            shape, expected = _squeeze_last(shape), _squeeze_last(expected)
        if len(shape) != len(expected):
            return _shape_text(expected)
        fits = all(want is None or size is None or want == size for want, size in zip(expected, shape, strict=True))
        return None if fits else _shape_text(expected)

    def _expected_shape(self, ndim: int) -> tuple[int | None, ...] | None:
        """The expected shape for an input of this rank; `None` if no shape of that rank will do."""
        if self.shape is not None:
            return self.shape
        if self.ndim is not None and not self.allow_last_axis_squeeze and ndim != self.ndim:
            return None
        if (self.min_ndim is not None and ndim < self.min_ndim) or (self.max_ndim is not None and ndim > self.max_ndim):
            return None
        dims: list[int | None] = [None] * ndim
        for axis, size in self.axes.items():
            if not -ndim <= axis < ndim:
                return None
            dims[axis] = size
        return tuple(dims)

    def _rank_text(self) -> str:
        if self.ndim is not None:
            rank = f"{self.ndim}"
        elif self.max_ndim is None:
            rank = f"{self.min_ndim or 0} or more"
        elif self.min_ndim is None:
            rank = f"{self.max_ndim} at most"
        else:
            rank = f"{self.min_ndim} to {self.max_ndim}"
        sizes = ", ".join(f"axis {axis} of size {size}" for axis, size in self.axes.items() if size is not None)
        return f"of rank {rank}" + (f" with {sizes}" if sizes else "")


def _squeeze_last(shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
    return shape[:-1] if shape and shape[-1] == 1 else shape


def _shape_text(shape: tuple[int | None, ...]) -> str:
    dims = ["batch" if i == 0 and dim is None else str(dim) for i, dim in enumerate(shape)]
    return f"({', '.join(dims)}{',' if len(dims) == 1 else ''})"


def check_inputs(input_spec: Any, inputs: Any, layer_name: str) -> None:
    """Checks the inputs of a layer against its `input_spec`.

    Args:
        input_spec: An `InputSpec`, a structure of them, or `None`.
        inputs: The layer's first argument: a tensor or a structure of tensors.
        layer_name: Name for the error message.

    Raises:
        ValueError: If an input does not fit; the message says what was expected and what came.
    """
    if input_spec is None:
        return
    specs = tree.flatten(input_spec)
    if isinstance(inputs, dict) and all(spec is not None and spec.name for spec in specs):
        names = [spec.name for spec in specs]
        missing = [name for name in names if name not in inputs]
        if missing:
            raise ValueError(
                f"[{layer_name}] expected a dict of inputs with keys {names}; got {list(inputs)}. Missing: {missing}."
            )
        inputs = [inputs[name] for name in names]
    values = tree.flatten(inputs)
    if len(values) != len(specs):
        plural = "inputs" if len(specs) > 1 else "input"
        raise ValueError(
            f"[{layer_name}] expected {len(specs)} {plural}; got {len(values)}. Pass several inputs as one list."
        )
    for position, (x, spec) in enumerate(zip(values, specs, strict=True)):
        if spec is None or (x is None and spec.optional):
            continue
        which = "input" if len(specs) == 1 else f"input {spec.name or position}"
        if not hasattr(x, "shape") or not hasattr(x, "dtype"):
            raise ValueError(f"[{layer_name}] expected {which} to be a tensor; got {x!r} ({type(x).__name__}).")
        expected = spec.rejection(x)
        if expected is not None:
            got = x.dtype if expected.startswith("dtype") else _shape_text(tuple(x.shape))
            raise ValueError(
                f"[{layer_name}] expected {which} {expected}; got {got}. Reshape the input, or check that it comes "
                "from the layer or the data that this layer was made for."
            )
