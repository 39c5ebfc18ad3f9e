"""Elements of data sets: nests of tuples and dicts whose leaves are NumPy arrays or tensors.

Inside a pipeline a leaf is whichever of the two it happens to be; it is made a tensor where a user's function or loop
takes it. What no tensor holds (text, objects) stays a NumPy value.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nnfit import _core, tree

__all__ = ["as_arrays", "as_tensors", "call_with", "map_leaves", "stack", "standardize"]


def map_leaves(function: Callable[[Any], Any], element: Any) -> Any:
    """Returns an element with `function` of each leaf: `tree.map_structure` where lists are no structure, and fast.

    Args:
        function: Called with each leaf.
        element: Nest of tuples and dicts.
    """
    if type(element) is tuple:
        return tuple([map_leaves(function, item) for item in element])
    if isinstance(element, dict):
        return {key: map_leaves(function, item) for key, item in element.items()}
    if isinstance(element, tuple):  # with names
        return type(element)(*[map_leaves(function, item) for item in element])
    return function(element)


def standardize(value: Any, owner: str) -> Any:
    """Returns an element as the user wrote it with an array or tensor in each leaf's place.

    Tuples and dicts are structure; a list is one array. Python's numbers become the default types of tensors.

    Args:
        value: Element, or nest of whole arrays.
        owner: The method that was given it, for errors.

    Raises:
        TypeError: For `None`.
        ValueError: For a list whose items have different shapes.
    """
    if type(value) is np.ndarray or isinstance(value, _core.Tensor):
        return value
    if isinstance(value, tuple):
        items = [standardize(item, owner) for item in value]
        return type(value)(*items) if hasattr(value, "_fields") else tuple(items)
    if isinstance(value, dict):
        return {key: standardize(item, owner) for key, item in value.items()}
    if value is None:
        raise TypeError(f"[{owner}] expected arrays, tensors or numbers in tuples and dicts; got None.")
    if hasattr(value, "element_spec"):
        return value  # a data set as an element
    if isinstance(value, list):
        return _list_as_array(value, owner)
    if isinstance(value, (bool, int, float)):
        return _core.convert_to_tensor(value).numpy()
    if isinstance(value, _core.Variable):
        return value.value
    return np.asarray(value)


def _list_as_array(values: list[Any], owner: str) -> np.ndarray:
    try:
        array = np.asarray([np.asarray(v) if isinstance(v, _core.Tensor) else v for v in values])
    except ValueError as error:
        raise ValueError(
            f"[{owner}] expected a list to be one array, its items of one shape; {error}. Put several components into "
            "a tuple or a dict."
        ) from None
    tensors = any(hasattr(v, "dtype") for v in values)
    if array.dtype.kind in "fi" and not tensors:
        return _core.convert_to_tensor(values).numpy()  # Python's numbers: the default types
    return array


def as_tensors(element: Any) -> Any:
    """Returns an element with tensors for its leaves; what no tensor holds stays as it is."""
    return map_leaves(_as_tensor, element)


def _as_tensor(leaf: Any) -> Any:
    if isinstance(leaf, (np.ndarray, np.generic)) and leaf.dtype.kind in "fiub":
        return _core.convert_to_tensor(leaf)
    return leaf


def as_arrays(element: Any) -> Any:
    """Returns an element with NumPy values for its leaves. Arrays are read-only views: nothing is copied."""
    return map_leaves(_as_array, element)


def _as_array(leaf: Any) -> Any:
    if isinstance(leaf, _core.Tensor):
        leaf = np.asarray(leaf)  # read-only already
    elif isinstance(leaf, np.ndarray):
        leaf = leaf.view()
        leaf.flags.writeable = False
    else:
        return leaf
    return leaf if leaf.ndim else leaf[()]


def call_with(function: Callable[..., Any], element: Any) -> Any:
    """Calls a user's function with an element: the items of a tuple are its arguments."""
    tensors = as_tensors(element)
    return function(*tensors) if isinstance(tensors, tuple) else function(tensors)


def stack(elements: list[Any], owner: str) -> Any:
    """Returns one element whose leaves are those of `elements` along a new first axis.

    Args:
        elements: At least one, all of one structure.
        owner: The method that does so, for errors.

    Raises:
        ValueError: If leaves that belong together have different shapes.
    """
    first = elements[0]
    flat = type(first) is tuple and not any(isinstance(item, (tuple, dict)) for item in first)
    if flat and all(type(element) is tuple and len(element) == len(first) for element in elements):
        return tuple([_stacked(leaves, owner) for leaves in zip(*elements, strict=True)])  # the usual, and fast
    return tree.map_structure(lambda *leaves: _stacked(leaves, owner), *elements)


def _stacked(leaves: tuple[Any, ...], owner: str) -> Any:
    if hasattr(leaves[0], "element_spec"):
        raise TypeError(f"[{owner}] expected elements of arrays; got data sets. Flatten them first with flat_map.")
    arrays = [np.asarray(leaf) for leaf in leaves]
    shapes = {array.shape for array in arrays}
    if len(shapes) > 1:
        raise ValueError(
            f"[{owner}] expected elements of one shape; got {sorted(shapes)[:4]}. Use padded_batch, or map them to one "
            "shape first."
        )
    return np.stack(arrays)
