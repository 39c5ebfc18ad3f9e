"""Names that a package exports and imports when they are first used.

Most programs use a few of the classes that there are, and importing a module costs half a millisecond.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any


def lazy_names(
    package: str,
    modules: Mapping[str, Iterable[str]],
    subpackages: Iterable[str] = (),
    aliases: Mapping[str, Iterable[str]] | None = None,
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Returns the `__getattr__` and the `__dir__` of a package (PEP 562).

    A name must not be that of a module of the same package: importing the module would put it in the name's place.

    Args:
        package: Name of the package.
        modules: The names that each module, given relative to the package, defines.
        subpackages: Modules of the package that are names themselves.
        aliases: Further names of some names, by those.

    Example:
        >>> from nnfit.lazy import lazy_names
        >>> get, _ = lazy_names("nnfit.optimizers", {"sgd": ("SGD",)})
        >>> get("SGD") is nnfit.optimizers.SGD
        True
    """
    module_of = {name: f"{package}.{module}" for module, names in modules.items() for name in names}
    submodules = frozenset(subpackages)
    meaning = {alias: name for name, others in (aliases or {}).items() for alias in others}

    def __getattr__(name: str) -> Any:
        if name in submodules:
            return importlib.import_module(f"{package}.{name}")
        own = meaning.get(name, name)
        if own not in module_of:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(importlib.import_module(module_of[own]), own)
        setattr(sys.modules[package], name, value)
        return value

    def __dir__() -> list[str]:
        return sorted({*vars(sys.modules[package]), *module_of, *meaning, *submodules})

    return __getattr__, __dir__
