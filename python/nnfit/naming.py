"""Names of objects that the user did not name: `dense`, `dense_1`, and so on."""

from __future__ import annotations

import re
import threading
from collections import Counter

# A word starts at a capital that a small letter follows, or at a capital after a small letter: Conv2D stays one word.
_WORD_START = re.compile(r"(?<=.)(?=[A-Z][a-z])|(?<=[a-z])(?=[A-Z])")

_lock = threading.Lock()
_taken: Counter[str] = Counter()


def snake_case(name: str) -> str:
    """Returns a class name in snake case.

    Example:
        >>> snake_case("SparseCategoricalCrossentropy")
        'sparse_categorical_crossentropy'
        >>> snake_case("Conv2DTranspose")
        'conv2d_transpose'
    """
    return _WORD_START.sub("_", name).lower()


def unique_name(class_name: str) -> str:
    """Returns the next free name for an object of a class: `dense`, then `dense_1`, and so on."""
    name = snake_case(class_name)
    with _lock:
        count = _taken[name]
        _taken[name] += 1
    return f"{name}_{count}" if count else name


def reset_names() -> None:
    """Starts the numbering of names anew (part of clearing a session)."""
    with _lock:
        _taken.clear()
