"""The picture that `History.plot` draws."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from typing import Any

_TRAINING, _VALIDATION = "#1f5f99", "#d9702b"  # apart for the colour-blind too
_COLUMNS = 3


def plot_history(
    epochs: dict[str, list[int]], history: dict[str, list[float]], names: Sequence[str] = (), to_file: Any = None
) -> Any:
    """Draws curves over epochs; see `History.plot`.

    Args:
        epochs: By name, the epochs of its values, counted from 0.
        history: By name, the values.
        names: What to draw. Defaults to all.
        to_file: File to write the picture to.

    Returns:
        A `matplotlib.figure.Figure`.
    """
    drawn = _chosen(history, names)
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ImportError("[History] plot needs matplotlib: pip install 'nnfit[plot]'") from error
    columns = min(len(drawn), _COLUMNS)
    rows = math.ceil(len(drawn) / columns)
    size = (4.6 * columns, 3.4 * rows)
    if to_file is None:
        from matplotlib import pyplot

        figure = pyplot.figure(figsize=size, layout="constrained")
    else:
        figure = Figure(figsize=size, layout="constrained")
    for i, name in enumerate(drawn):
        axes = figure.add_subplot(rows, columns, i + 1)
        for key, label, colour in ((name, "training", _TRAINING), (f"val_{name}", "validation", _VALIDATION)):
            if key in history:
                mark = "o" if len(history[key]) < 20 else ""
                places = [epoch + 1 for epoch in epochs[key]]
                axes.plot(places, history[key], color=colour, marker=mark, markersize=3.5, label=label)
        _finish(axes, name)
    if to_file is not None:
        figure.savefig(os.fspath(to_file), dpi=150)
    return figure


def _finish(axes: Any, title: str) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.set_title(title)
    axes.set_xlabel("epoch")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    if len(axes.lines) > 1:
        axes.legend(frameon=False)


def _chosen(history: dict[str, list[float]], names: Sequence[str]) -> list[str]:
    known = [name for name in history if not (name.startswith("val_") and name.removeprefix("val_") in history)]
    wanted = [name if name in known else name.removeprefix("val_") for name in names] or known
    missing = [name for name in wanted if name not in history]
    if missing or not known:
        raise ValueError(f"[History] has no {missing or 'values yet'} to draw. There are {list(history)}.")
    return list(dict.fromkeys(wanted))
