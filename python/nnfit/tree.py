"""Nested structures of tuples, lists and dicts: flatten, map, pack.

A *leaf* is anything that is not a tuple, list or dict; `None` is a leaf. Dicts keep their insertion order, and two
dicts correspond key by key, whatever the order of each. Lists and tuples correspond to each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

__all__ = ["assert_same_structure", "flatten", "flatten_with_path", "is_nested", "map_structure", "pack_sequence_as"]

_NESTED = (tuple, list, dict)


def is_nested(structure: object) -> bool:
    """Returns whether `structure` is a tuple, a list or a dict."""
    return isinstance(structure, _NESTED)


def flatten(structure: Any) -> list[Any]:
    """Returns the leaves of `structure`, in order.

    Args:
        structure: A leaf, or a nesting of tuples, lists and dicts.

    Returns:
        The list of leaves; `[structure]` if it is itself a leaf.

    Example:
        >>> flatten({"b": [1, None], "a": (2,)})
        [1, None, 2]
    """
    if not isinstance(structure, _NESTED):
        return [structure]
    leaves: list[Any] = []
    _collect(structure, leaves)
    return leaves


def _collect(structure: Any, leaves: list[Any]) -> None:
    for item in structure.values() if isinstance(structure, dict) else structure:
        if isinstance(item, _NESTED):
            _collect(item, leaves)
        else:
            leaves.append(item)


def flatten_with_path(structure: Any) -> list[tuple[tuple[Any, ...], Any]]:
    """Returns `(path, leaf)` for each leaf, the path being its keys and indices from the outside in.

    Example:
        >>> flatten_with_path({"a": [1, 2]})
        [(('a', 0), 1), (('a', 1), 2)]
    """
    if not isinstance(structure, _NESTED):
        return [((), structure)]
    items = structure.items() if isinstance(structure, dict) else enumerate(structure)
    return [((key, *path), leaf) for key, item in items for path, leaf in flatten_with_path(item)]


def map_structure(function: Callable[..., Any], structure: Any, *others: Any) -> Any:
    """Applies `function` leaf by leaf and returns the results in the structure of the first.

    Args:
        function: Called with one leaf of each structure.
        structure: A leaf or a nested structure; it decides the kind and order of the result.
        *others: Structures of the same shape.

    Returns:
        A structure like the first, of the results.

    Raises:
        ValueError: If the structures differ.

    Example:
        >>> map_structure(lambda a, b: a + b, {"x": 1, "y": 2}, {"y": 20, "x": 10})
        {'x': 11, 'y': 22}
    """
    if not isinstance(structure, _NESTED):
        for other in others:
            _check_same(structure, other)
        return function(structure, *others)
    for other in others:
        _check_same(structure, other)
    if isinstance(structure, dict):
        return {
            key: map_structure(function, item, *(other[key] for other in others)) for key, item in structure.items()
        }
    mapped = [map_structure(function, *items) for items in zip(structure, *others, strict=True)]
    return _sequence_like(structure, mapped)


def _sequence_like(structure: Sequence[Any], items: list[Any]) -> Any:
    if isinstance(structure, tuple):
        fields = getattr(structure, "_fields", None)
        return tuple(items) if fields is None else type(structure)(*items)
    return items


def pack_sequence_as(structure: Any, leaves: Sequence[Any]) -> Any:
    """Returns `leaves` arranged as the leaves of `structure` are: the inverse of `flatten`.

    Args:
        structure: A leaf or a nested structure.
        leaves: As many values as `structure` has leaves.

    Returns:
        A structure like `structure`.

    Raises:
        ValueError: If the number of leaves differs.

    Example:
        >>> pack_sequence_as({"a": [0, 0], "b": 0}, [1, 2, 3])
        {'a': [1, 2], 'b': 3}
    """
    count = len(flatten(structure))
    if count != len(leaves):
        raise ValueError(f"[tree.pack_sequence_as] expected {count} leaves for this structure; got {len(leaves)}.")
    return _pack(structure, iter(leaves))


def _pack(structure: Any, leaves: Iterator[Any]) -> Any:
    if not isinstance(structure, _NESTED):
        return next(leaves)
    if isinstance(structure, dict):
        return {key: _pack(item, leaves) for key, item in structure.items()}
    return _sequence_like(structure, [_pack(item, leaves) for item in structure])


def assert_same_structure(a: Any, b: Any) -> None:
    """Checks that two structures nest alike: same lengths, same keys, leaves in the same places.

    Args:
        a: A leaf or a nested structure.
        b: Another one.

    Raises:
        ValueError: If they differ; the message says where.

    Example:
        >>> assert_same_structure([1, {"a": 2}], (3, {"a": 4}))
    """
    map_structure(lambda *_: None, a, b)


def _check_same(structure: Any, other: Any) -> None:
    if not isinstance(structure, _NESTED):
        if isinstance(other, _NESTED):
            raise ValueError(f"[tree] the structures differ: expected a single value; got {_describe(other)}.")
    elif isinstance(structure, dict):
        if not isinstance(other, dict) or structure.keys() != other.keys():
            raise ValueError(f"[tree] the structures differ: expected {_describe(structure)}; got {_describe(other)}.")
    elif not isinstance(other, (list, tuple)) or len(structure) != len(other):
        raise ValueError(f"[tree] the structures differ: expected {_describe(structure)}; got {_describe(other)}.")


def _describe(structure: Any) -> str:
    if isinstance(structure, dict):
        return f"a dict with keys {list(structure)}"
    if isinstance(structure, (list, tuple)):
        return f"a {'tuple' if isinstance(structure, tuple) else 'list'} of {len(structure)}"
    return f"a single value ({type(structure).__name__})"
