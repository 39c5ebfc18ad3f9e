"""Check the built wheel and sdist: their size, and that they hold what they need and no more.

usage: check_distributions.py FOLDER
"""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

WHEEL_LIMIT = 5 << 20
SDIST_ENTRIES = {
    "CMakeLists.txt",
    "CMakePresets.json",
    "LICENSE",
    "PKG-INFO",
    "README.md",
    "cpp",
    "pyproject.toml",
    "python",
    "tests",
}
IN_WHEEL = {
    "nnfit/__init__.py",
    "nnfit/_core.pyi",
    "nnfit/py.typed",
    "nnfit/datasets/data/README.md",
    "nnfit/datasets/data/digits-images-idx3-ubyte.gz",
    "nnfit/datasets/data/digits-labels-idx1-ubyte.gz",
}


def check_wheel(path: Path) -> list[str]:
    names = set(zipfile.ZipFile(path).namelist())
    size = path.stat().st_size
    print(f"{path.name}: {len(names)} files, {size / 2**20:.2f} MB")
    roots = {name.split("/")[0] for name in names}
    extensions = [name for name in names if name.endswith((".so", ".pyd", ".dylib"))]
    faults = [f"the wheel lacks {name}" for name in sorted(IN_WHEEL - names)]
    if size > WHEEL_LIMIT:
        faults.append(f"the wheel has {size} bytes; the limit is {WHEEL_LIMIT}")
    if len(extensions) != 1 or not extensions[0].startswith("nnfit/_core."):
        faults.append(f"expected one extension module in the wheel; got {extensions}")
    if any(root != "nnfit" and not root.endswith(".dist-info") for root in roots):
        faults.append(f"the wheel installs more than the package: {sorted(roots)}")
    if not any(name.endswith("/licenses/LICENSE") for name in names):
        faults.append("the wheel lacks the licence")
    faults += [f"the wheel holds {name}" for name in names if name.endswith((".cpp", ".h", ".pyc"))]
    return faults


def committed_sources() -> list[str]:
    command = ["git", "ls-files", "cpp/*", "python/*", ":!cpp/bench", ":!cpp/tests"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


def check_sdist(path: Path) -> list[str]:
    with tarfile.open(path) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
    print(f"{path.name}: {len(names)} files, {path.stat().st_size / 2**20:.2f} MB")
    entries = {name.split("/")[0] for name in names}
    faults = [f"the sdist lacks {name}" for name in committed_sources() if name not in names]
    if entries != SDIST_ENTRIES:
        faults.append(f"expected the sdist to hold {sorted(SDIST_ENTRIES)}; got {sorted(entries)}")
    faults += [f"the sdist holds {name}" for name in names if name.endswith((".so", ".pyd", ".pyc"))]
    return faults


def main() -> None:
    """Check the one wheel and the one sdist of the folder."""
    folder = Path(sys.argv[1])
    (wheel,), (sdist,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    faults = check_wheel(wheel) + check_sdist(sdist)
    if faults:
        sys.exit("\n".join(faults))


if __name__ == "__main__":
    main()
