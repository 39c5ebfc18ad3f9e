"""The table that `Model.summary` prints."""

from __future__ import annotations

import io
import math
import re
import sys
from collections.abc import Callable
from typing import Any

from nnfit.layers.layer import Layer
from nnfit.layers.shapes import map_shapes, shapes_of

__all__ = ["print_summary"]


def print_summary(
    model: Any,
    line_length: int | None = None,
    positions: list[float] | None = None,
    print_fn: Callable[[str], Any] | None = None,
    expand_nested: bool = False,
    show_trainable: bool = False,
    layer_range: list[str] | None = None,
) -> None:
    """Prints the layers of a model, their output shapes and numbers of weights; see `Model.summary`."""
    from rich.console import Console  # rich is slow to import
    from rich.table import Table

    columns = ["Layer (type)", "Output Shape", "Param #"]
    linked = _is_branched(model)
    if linked:
        columns.append("Connected to")
    if show_trainable:
        columns.append("Trainable")
    table = Table(box=_box(), show_lines=linked, header_style="bold", width=line_length)
    for i, column in enumerate(columns):
        justify: Any = "right" if column == "Param #" else "center" if column == "Trainable" else "left"
        ratio = None if positions is None else max(1, round(100 * (positions[i] - (positions[i - 1] if i else 0))))
        table.add_column(column, justify=justify, ratio=ratio, overflow="fold")
    for layer, depth in _rows(model, expand_nested, layer_range):
        table.add_row(*_cells(model, layer, depth, linked, show_trainable))
    terminal = print_fn is None and sys.stdout.isatty()
    buffer = io.StringIO()
    console = Console() if terminal else Console(file=buffer, width=line_length or 100, no_color=True)
    console.print(f'[bold]Model: "{model.name}"[/bold]', highlight=False)
    console.print(table)
    for line in _totals(model):
        console.print(line, highlight=False)
    if not terminal:
        (print_fn or print)(buffer.getvalue().rstrip("\n"))


def _box() -> Any:
    from rich import box

    return box.SQUARE


def _is_branched(model: Any) -> bool:
    """Whether the graph is more than a chain, so that the table must say what each layer is connected to."""
    graph = getattr(model, "_graph", None)
    nodes = getattr(graph, "nodes", None)
    if nodes is None:
        return False
    readers: dict[int, int] = {}
    for node in nodes:
        for x in node.inputs:
            readers[id(x)] = readers.get(id(x), 0) + 1
    return any(len(node.inputs) > 1 for node in nodes) or any(n > 1 for n in readers.values()) or len(model.inputs) > 1


def _rows(model: Any, expand_nested: bool, layer_range: list[str] | None) -> list[tuple[Any, int]]:
    layers = list(getattr(model, "operations", None) or model.layers)
    if layer_range is not None:
        if len(layer_range) != 2:
            raise ValueError(f"[{model.name}] summary expected layer_range of two names; got {layer_range!r}.")
        places = [[i for i, layer in enumerate(layers) if re.match(p, layer.name)] for p in layer_range]
        if not all(places):
            raise ValueError(f"[{model.name}] summary found no layer named as in layer_range {layer_range!r}.")
        first, last = min(places[0]), max(places[1])
        layers = layers[min(first, last) : max(first, last) + 1]
    rows: list[tuple[Any, int]] = []
    for layer in layers:
        rows.append((layer, 0))
        if expand_nested and isinstance(getattr(layer, "layers", None), list):
            rows.extend((inner, depth + 1) for inner, depth in _rows(layer, True, None))
    return rows


def _cells(model: Any, layer: Any, depth: int, linked: bool, show_trainable: bool) -> list[str]:
    indent = "└ " * depth
    kind = type(layer).__name__ if isinstance(layer, Layer) else layer.op_name
    cells = [f"{indent}{layer.name} ({kind})", _output_shape(model, layer), _count(layer)]
    if linked:
        cells.append(_sources(model, layer))
    if show_trainable:
        weights = getattr(layer, "weights", [])
        cells.append(("Y" if layer.trainable else "N") if weights else "-")
    return [cell.replace("[", r"\[") for cell in cells]


def _output_shape(model: Any, layer: Any) -> str:
    graph = getattr(model, "_graph", None)
    nodes = [n for n in getattr(graph, "nodes", ()) if n.operation is layer] or layer.nodes
    shapes = [shapes_of(node.outputs_structure) for node in nodes] if nodes else _shapes_from_build(layer)
    texts: list[str] = []
    for shape in shapes:
        map_shapes(lambda s: texts.append(str(s)), shape)
    return ", ".join(dict.fromkeys(texts)) or "?"


def _shapes_from_build(layer: Any) -> list[Any]:
    """The output shape for the input shape that a layer was built with; nothing if it is not known."""
    config = layer.get_build_config() if layer.built else None
    if not config or config.get("input_shape") is None:
        return []
    try:
        shape = map_shapes(lambda s: (None, *s[1:]), config["input_shape"])
        return [layer.compute_output_shape(shape)]
    except (TypeError, ValueError, NotImplementedError):
        return []


def _count(layer: Any) -> str:
    if not isinstance(layer, Layer):
        return "0"
    return f"{layer.count_params():,}" if layer.built else "0 (unbuilt)"


def _sources(model: Any, layer: Any) -> str:
    graph = model._graph
    members = {id(node) for node in graph.nodes}
    sources = [
        f"{x.node.operation.name}[{x.node.index}][{x.index}]"
        for node in layer.nodes
        if id(node) in members
        for x in node.inputs
        if x.node is not None
    ]
    return ", ".join(sources) or "-"


def _totals(model: Any) -> list[str]:
    trainable = _parameters(model.trainable_weights)
    frozen = _parameters(model.non_trainable_weights)
    optimizer = getattr(model, "optimizer", None)
    extra = _parameters(getattr(optimizer, "variables", [])) if optimizer is not None else (0, 0)
    total = tuple(map(sum, zip(trainable, frozen, extra, strict=True)))
    lines = [("Total", total), ("Trainable", trainable), ("Non-trainable", frozen)]
    if extra[0]:
        lines.append(("Optimizer", extra))
    return [f" {what} params: {count:,} ({_size(size)})" for what, (count, size) in lines]


_BYTES = {"bool": 1, "uint8": 1, "int32": 4, "float32": 4, "int64": 8, "float64": 8}


def _parameters(variables: Any) -> tuple[int, int]:
    """Number of scalars, and their bytes."""
    counts = [(math.prod(v.shape), _BYTES[v.dtype]) for v in variables]
    return sum(n for n, _ in counts), sum(n * size for n, size in counts)


def _size(size: float) -> str:
    for unit in ("B", "KB", "MB", "GB"):
        if size < 1024 or unit == "GB":
            break
        size /= 1024
    return f"{size:.2f} {unit}"
