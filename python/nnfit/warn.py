"""Warnings that point at the user's code."""

from __future__ import annotations

import sys
import warnings


def warn(message: str, category: type[Warning] = UserWarning) -> None:
    """Warns of something at the nearest line that is not nnfit's, however deep in nnfit the reason was found."""
    level, frame = 2, sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] == "nnfit":
        level, frame = level + 1, frame.f_back
    warnings.warn(message, category, stacklevel=level)
