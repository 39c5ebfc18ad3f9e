"""plot_model: a picture of a model's graph."""

from __future__ import annotations

import itertools
import os
from typing import Any

# Fills of boxes: those of the model itself, then those of models within, one after the other.
_FILLS = ("#eef3f8", "#fdf1de", "#e6f4ea", "#f6e9f7", "#fde8e8", "#e9eafb")
_TITLE_SIZE, _TEXT_SIZE = 10.0, 8.5  # points
_PAD, _GAP, _ROW_GAP, _MARGIN = 0.09, 0.3, 0.36, 0.15  # inches
_TURNS = {"TB": (False, False), "BT": (False, True), "LR": (True, False), "RL": (True, True)}


def plot_model(
    model: Any,
    to_file: Any = "model.png",
    show_shapes: bool = False,
    show_dtype: bool = False,
    show_layer_names: bool = False,
    rankdir: str = "TB",
    expand_nested: bool = False,
    dpi: int = 200,
    show_layer_activations: bool = False,
    show_trainable: bool = False,
) -> Any:
    """Draws the graph of a model. Needs `pip install 'nnfit[plot]'`, and no Graphviz.

    Args:
        model: The model. A subclassed one must have been called, so that its graph can be traced.
        to_file: File to write; its suffix says the format: `.png`, `.svg`, `.pdf`. `None` to write none.
        show_shapes: Whether to show the shapes of inputs and outputs. Defaults to `False`.
        show_dtype: Whether to show the dtypes of outputs. Defaults to `False`.
        show_layer_names: Whether to show the names of layers beside their classes. Defaults to `False`.
        rankdir: Where the graph goes: `"TB"` down, `"BT"` up, `"LR"` to the right, `"RL"` to the left.
        expand_nested: Whether to draw the layers of models within, each model in a colour of its own.
        dpi: Dots per inch of pictures made of dots. Defaults to 200.
        show_layer_activations: Whether to show the activations of layers. Defaults to `False`.
        show_trainable: Whether to show which layers with weights are trained. Defaults to `False`.

    Returns:
        A `matplotlib.figure.Figure`.

    Raises:
        ImportError: If matplotlib is not installed.
        ValueError: For an unknown `rankdir`, or if the graph of the model is not known.

    Example:
        >>> import os, tempfile
        >>> model = nnfit.Sequential([nnfit.Input((4,)), nnfit.layers.Dense(2)])
        >>> path = os.path.join(tempfile.mkdtemp(), "model.svg")
        >>> _ = nnfit.utils.plot_model(model, path, show_shapes=True)
        >>> os.path.exists(path)
        True
    """
    if rankdir not in _TURNS:
        raise ValueError(f"[plot_model] expected rankdir to be one of {list(_TURNS)}; got {rankdir!r}.")
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ImportError("[plot_model] needs matplotlib: pip install 'nnfit[plot]'") from error
    boxes = model._outline(expand_nested)
    texts = [
        _lines(box, show_shapes, show_dtype, show_layer_names, show_layer_activations, show_trainable) for box in boxes
    ]
    picture = _Picture([_extent(lines) for lines in texts], _arrows(boxes), rankdir)
    figure = Figure(figsize=(picture.width + 2 * _MARGIN, picture.height + 2 * _MARGIN), dpi=dpi)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(-_MARGIN, picture.width + _MARGIN)
    axes.set_ylim(picture.height + _MARGIN, -_MARGIN)
    fills = {"": _FILLS[0]}  # by the path of a model
    for box, lines, centre, size in zip(boxes, texts, picture.centres, picture.sizes, strict=True):
        owner = box.path.rpartition("/")[0]
        _draw_box(axes, lines, centre, size, fills.setdefault(owner, _FILLS[len(fills) % len(_FILLS)]))
    for path in picture.paths:
        _draw_arrow(axes, path, sideways=rankdir in ("LR", "RL"))
    if to_file is not None:
        figure.savefig(os.fspath(to_file), dpi=dpi)
    return figure


def _arrows(boxes: list[Any]) -> list[tuple[int, int]]:
    numbers = {box.path: i for i, box in enumerate(boxes)}
    return [(numbers[source], i) for i, box in enumerate(boxes) for source in box.sources]


def _lines(box: Any, shapes: bool, dtype: bool, names: bool, activations: bool, trainable: bool) -> list[str]:
    lines = [f"{box.path} ({box.kind})" if names else box.kind]
    activation = getattr(getattr(box.operation, "activation", None), "__name__", None)
    if activations and activation is not None:
        lines.append(f"activation: {activation}")
    if shapes:
        if box.input_shapes:
            lines.append(f"input: {_listed(box.input_shapes)}")
        lines.append(f"output: {_listed(box.output_shapes)}")
    if dtype:
        lines.append(f"dtype: {_listed(dict.fromkeys(box.output_dtypes))}")
    if trainable and getattr(box.operation, "weights", None):
        lines.append("trainable" if box.operation.trainable_weights else "not trainable")
    return lines


def _listed(items: Any) -> str:
    return ", ".join(str(item) for item in items)


def _extent(lines: list[str]) -> tuple[float, float]:
    """Width and height in inches of a box with some lines of text."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath

    sizes = [_TITLE_SIZE] + [_TEXT_SIZE] * (len(lines) - 1)
    fonts = [FontProperties(weight="bold" if size == _TITLE_SIZE else "normal") for size in sizes]
    drawn = (TextPath((0, 0), line, size, prop=font) for line, size, font in zip(lines, sizes, fonts, strict=True))
    width = max(path.get_extents().width for path in drawn)
    return width / 72 + 2 * _PAD, sum(sizes) * 1.35 / 72 + 2 * _PAD


class _Picture:
    """A layout, turned to where the graph shall go."""

    def __init__(self, sizes: list[tuple[float, float]], arrows: list[tuple[int, int]], rankdir: str) -> None:
        from nnfit.utils.graph_layout import GraphLayout  # only pictures need it

        sideways, back = _TURNS[rankdir]
        layout = GraphLayout([(h, w) if sideways else (w, h) for w, h in sizes], arrows, _GAP, _ROW_GAP)

        def turned(place: tuple[float, float]) -> tuple[float, float]:
            along, across = place
            across = layout.height - across if back else across
            return (across, along) if sideways else (along, across)

        self.sizes = sizes
        self.centres = [turned(place) for place in layout.centres]
        self.width, self.height = (layout.height, layout.width) if sideways else (layout.width, layout.height)
        self.paths = [[turned(place) for place in path] for path in layout.paths]


def _draw_box(axes: Any, lines: list[str], centre: tuple[float, float], size: tuple[float, float], fill: str) -> None:
    from matplotlib.patches import FancyBboxPatch

    (x, y), (width, height) = centre, size
    rounding = 0.05
    axes.add_patch(
        FancyBboxPatch(
            (x - width / 2 + rounding, y - height / 2 + rounding), width - 2 * rounding, height - 2 * rounding,
            boxstyle=f"round,pad={rounding}", facecolor=fill, edgecolor="#3c4a57", linewidth=0.8, zorder=2,
        )
    )  # fmt: skip
    sizes = [_TITLE_SIZE] + [_TEXT_SIZE] * (len(lines) - 1)
    top = y - height / 2 + _PAD
    for line, points in zip(lines, sizes, strict=True):
        top += points * 1.35 / 72
        axes.text(
            x, top - points * 0.35 / 72, line, fontsize=points, ha="center", va="baseline", color="#17212b",
            weight="bold" if points == _TITLE_SIZE else "normal", zorder=3,
        )  # fmt: skip


def _draw_arrow(axes: Any, points: list[tuple[float, float]], sideways: bool) -> None:
    from matplotlib.patches import FancyArrowPatch
    from matplotlib.path import Path

    vertices, codes = [points[0]], [Path.MOVETO]
    for (x, y), (to_x, to_y) in itertools.pairwise(points):
        if x == to_x or y == to_y:
            vertices.append((to_x, to_y))
            codes.append(Path.LINETO)
            continue
        middle = ((x + to_x) / 2, (y + to_y) / 2)
        bends = [(middle[0], y), (middle[0], to_y)] if sideways else [(x, middle[1]), (to_x, middle[1])]
        vertices += [*bends, (to_x, to_y)]
        codes += [Path.CURVE4] * 3
    axes.add_patch(
        FancyArrowPatch(
            path=Path(vertices, codes), arrowstyle="-|>", mutation_scale=9, color="#3c4a57", linewidth=0.9, zorder=1,
        )
    )  # fmt: skip
