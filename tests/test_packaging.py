"""The package as it is installed: its version, its content, what importing it costs, and its names."""

import importlib
import importlib.metadata
import inspect
import subprocess
import sys
import types

import pytest
from packaging.version import Version

import nnfit

# Imported only where they are used.
NOT_AT_IMPORT = {
    "argparse",
    "asyncio",
    "email",
    "http.client",
    "importlib.metadata",
    "matplotlib",
    "multiprocessing",
    "nnfit.datasets",
    "nnfit.demo",
    "pandas",
    "rich",
    "safetensors",
    "scipy",
    "ssl",
    "tarfile",
    "tensorboard",
    "unittest",
    "urllib.request",
}


def installed():
    try:
        return importlib.metadata.distribution("nnfit")
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("nnfit is not installed, but imported from the source tree")


def test_version_is_the_same_everywhere():
    assert str(Version(nnfit.__version__)) == nnfit.__version__
    assert nnfit._core.build_info()["version"] == nnfit.__version__


def test_version_of_the_distribution():
    assert installed().version == nnfit.__version__


def test_distribution_holds_the_package_and_its_licences():
    files = {file.as_posix() for file in installed().files}
    for name in ("_core.pyi", "py.typed", "datasets/data/README.md", "datasets/data/digits-images-idx3-ubyte.gz"):
        assert f"nnfit/{name}" in files
    assert any(name.endswith("licenses/LICENSE") for name in files)
    assert sum(name.startswith("nnfit/_core.") and not name.endswith(".pyi") for name in files) == 1


def test_distribution_needs_little():
    needed = {line.split(";")[0].strip() for line in installed().requires if "extra ==" not in line}
    names = {line.split(">")[0] for line in needed}
    assert names == {"numpy", "rich", "safetensors"}


def test_import_is_light():
    program = "import sys, numpy; before = {*sys.modules}; import nnfit; print(*({*sys.modules} - before))"
    output = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout
    assert "nnfit" in output.split()
    assert NOT_AT_IMPORT & set(output.split()) == set()


def public_members():
    """Every public name of the package and of its public subpackages, with what it stands for."""
    pending = [("nnfit", nnfit)]
    while pending:
        prefix, module = pending.pop()
        for name in module.__all__:
            member = getattr(module, name)
            path = f"{prefix}.{name}"
            yield path, member
            if isinstance(member, types.ModuleType) and hasattr(member, "__all__"):
                pending.append((path, member))


PUBLIC = dict(public_members())


@pytest.mark.parametrize("path", PUBLIC)
def test_public_names_are_documented(path):
    member = PUBLIC[path]
    if isinstance(member, types.ModuleType) or inspect.isroutine(member) or inspect.isclass(member):
        assert inspect.getdoc(member)


def test_names_are_listed_once_and_in_order():
    modules = [nnfit] + [member for member in PUBLIC.values() if isinstance(member, types.ModuleType)]
    for module in modules:
        names = getattr(module, "__all__", [])
        assert sorted(set(names)) == sorted(names), module.__name__
    assert set(dir(nnfit)) >= set(nnfit.__all__)


def test_unknown_name():
    with pytest.raises(AttributeError, match="module 'nnfit' has no attribute 'Modell'"):
        nnfit.Modell  # noqa: B018
