"""Records the public names of Keras's training API, with the arguments that each takes.

From the folder `tests`, with keras and a backend installed:

    KERAS_BACKEND=jax python -m golden.record_keras_api
"""

from __future__ import annotations

import inspect
import json
from pathlib import Path
from typing import Any

RECORD = Path(__file__).parent / "keras_api.json"
MODULES = (
    "",
    "activations",
    "backend",
    "callbacks",
    "config",
    "constraints",
    "datasets",
    "datasets.boston_housing",
    "datasets.california_housing",
    "datasets.cifar10",
    "datasets.cifar100",
    "datasets.fashion_mnist",
    "datasets.imdb",
    "datasets.mnist",
    "datasets.reuters",
    "initializers",
    "layers",
    "losses",
    "metrics",
    "models",
    "ops",
    "optimizers",
    "optimizers.schedules",
    "random",
    "regularizers",
    "saving",
    "tree",
    "utils",
)
# Classes whose methods are what users call, override or read. A class is listed without what those before it have.
BASES = (
    "layers.Layer",
    "Model",
    "Sequential",
    "losses.Loss",
    "metrics.Metric",
    "optimizers.Optimizer",
    "callbacks.Callback",
    "Variable",
)


def parameters(value: Any) -> list[list[str]] | None:
    """The arguments of a call, each `[name, default]`; `None` where they cannot be known."""
    try:
        signature = inspect.signature(value)
    except (TypeError, ValueError):
        return None
    found = []
    for parameter in signature.parameters.values():
        if parameter.name in ("self", "cls"):
            continue
        mark = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}.get(parameter.kind, "")
        default = "" if parameter.default is parameter.empty else text(parameter.default)
        found.append([mark + parameter.name, default])
    return found


def text(default: Any) -> str:
    """A default as the same text for equal values of either library."""
    if isinstance(default, float) and default.is_integer():
        return repr(int(default))
    if isinstance(default, list):
        default = tuple(default)
    if inspect.isclass(default) or inspect.isfunction(default):
        return default.__name__
    return repr(default)


def kind(value: Any) -> str:
    if inspect.isclass(value):
        return "class"
    return "function" if callable(value) else "value"


def names_of(library: Any) -> dict[str, dict[str, Any]]:
    """Every public name of the modules, with its kind and arguments."""
    found: dict[str, dict[str, Any]] = {}
    for module in MODULES:
        place = find(library, module)
        for name in sorted(dir(place)):
            value = getattr(place, name, None)
            full = f"{module}.{name}".lstrip(".")
            if name.startswith("_") or inspect.ismodule(value):
                continue
            found[full] = {"kind": kind(value), "parameters": parameters(value) if callable(value) else None}
    earlier: list[type] = []
    for base in BASES:
        cls = find(library, base)
        inherited = {name for other in earlier if issubclass(cls, other) for name in dir(other)}
        earlier.append(cls)
        for name in sorted(set(dir(cls)) - inherited):
            if name.startswith("_"):
                continue
            value = inspect.getattr_static(cls, name)
            callable_value = getattr(cls, name, None)
            is_value = isinstance(value, property) or not callable(callable_value)
            found[f"{base}.{name}"] = {
                "kind": "property" if is_value else "method",
                "parameters": None if is_value else parameters(callable_value),
            }
    return found


def find(library: Any, name: str) -> Any:
    """The object of a dotted name."""
    place = library
    for part in filter(None, name.split(".")):
        place = getattr(place, part)
    return place


def main() -> None:
    import keras

    record = {"keras": keras.__version__, "names": names_of(keras)}
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(entry)}" for name, entry in record["names"].items())
    RECORD.write_text(f'{{"keras": "{record["keras"]}", "names": {{\n{lines}\n}}}}\n', encoding="utf-8")
    print(f"{len(record['names'])} names of Keras {record['keras']}")


if __name__ == "__main__":
    main()
