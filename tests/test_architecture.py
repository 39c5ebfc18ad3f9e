"""The shape of the code: dependencies point one way, and rooms stay small."""

import ast
from collections import defaultdict
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "python" / "nnfit"
MODULES = sorted(PACKAGE.rglob("*.py"))
CPP = sorted(path for ending in ("*.h", "*.cpp", "*.inc") for path in (ROOT / "cpp").rglob(ending))
MAX_FILE_LINES = 420
MAX_FUNCTION_LINES = 60


def module_name(path):
    """`nnfit.layers.dense` for its file; `nnfit.layers` for the package's `__init__`."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


NAMES = {module_name(path) for path in MODULES} | {"nnfit._core"}


def is_type_checking(node):
    return isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")


def imported_modules(tree):
    """Every module of the package that a file imports, wherever in the file, except for type checkers alone."""
    pending = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == "nnfit")
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "nnfit":
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield full if full in NAMES else node.module
        pending += node.orelse if is_type_checking(node) else ast.iter_child_nodes(node)


def imports_by_file():
    return {path: sorted(set(imported_modules(ast.parse(path.read_text(encoding="utf-8"))))) for path in MODULES}


IMPORTS = imports_by_file()


def room(module):
    """The part of the package that a module belongs to: its first folder or file under `nnfit`."""
    return module.split(".")[1] if "." in module else "nnfit"


def test_dependencies_between_subpackages_point_one_way():
    graph = defaultdict(set)
    where = defaultdict(list)
    for path, imports in IMPORTS.items():
        for imported in imports:
            source, target = room(module_name(path)), room(imported)
            if source != target:
                graph[source].add(target)
                where[source, target].append(str(path.relative_to(ROOT)))
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        cycle = error.args[1][::-1]
        arrows = [f"{a} imports {b} in {where[a, b]}" for a, b in pairwise(cycle)]
        pytest.fail("\n".join(["subpackages import each other:", *arrows]))


def test_only_programs_import_the_whole_package():
    """`import nnfit` inside a module of the package would depend on everything above it."""
    programs = {"nnfit.__main__", "nnfit.demo", "nnfit.compat.tensorflow.keras"}  # the last one is all of it, renamed
    offenders = [module_name(path) for path, imports in IMPORTS.items() if "nnfit" in imports]
    assert set(offenders) <= programs


def test_imports_are_absolute():
    relative = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert relative == []


def docstring_lines(node):
    """Lines of a definition's own docstring."""
    first = node.body[0] if node.body else None
    documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return first.end_lineno - first.lineno + 1 if documented else 0


def code_lines(function):
    """Lines of a function without its docstring."""
    return function.end_lineno - function.lineno + 1 - docstring_lines(function)


@pytest.mark.parametrize("path", CPP, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_cpp_files_are_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_FILE_LINES


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_modules_are_short_without_their_docstrings(path):
    source = path.read_text(encoding="utf-8")
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    docstrings = sum(docstring_lines(node) for node in ast.walk(ast.parse(source)) if isinstance(node, documented))
    assert len(source.splitlines()) - docstrings <= MAX_FILE_LINES


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_functions_are_short(path):
    long = [
        f"{node.name}: {code_lines(node)} lines"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and code_lines(node) > MAX_FUNCTION_LINES
    ]
    assert long == []


KERNEL_SOURCES = sorted((ROOT / "cpp" / "kernels").glob("*/*.cpp")) + sorted((ROOT / "cpp" / "simd").glob("*.h"))
KERNEL_HEADERS = {"arm_neon.h", "cstddef", "cstdint", "immintrin.h", "limits"}
CPP_LAYERS = {
    "simd": set(),
    "kernels": {"simd"},
    "core": set(),
    "ops": {"core", "kernels"},
    "autodiff": {"core", "ops"},
    "graph": {"core", "kernels", "ops", "autodiff"},
    "bindings": {"core", "kernels", "ops", "autodiff", "graph"},
}


def includes(path):
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#include"):
            yield line.split(maxsplit=1)[1].split("//")[0].strip()


@pytest.mark.parametrize("layer", CPP_LAYERS)
def test_cpp_layers_include_only_lower_ones(layer):
    allowed = CPP_LAYERS[layer] | {layer}
    upward = [
        f"{path.relative_to(ROOT)} includes {included}"
        for path in CPP
        if path.is_relative_to(ROOT / "cpp" / layer)
        for included in includes(path)
        if included.startswith('"') and "/" in included and included[1:].split("/")[0] not in allowed
    ]
    assert upward == []


@pytest.mark.parametrize("path", KERNEL_SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_kernels_use_no_standard_library(path):
    """An inline function of the library, compiled for AVX-512 here, could be the one that the linker keeps."""
    standard = {included[1:-1] for included in includes(path) if included.startswith("<")}
    assert standard <= KERNEL_HEADERS
