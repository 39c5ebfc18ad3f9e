"""Where the files of a data set are: the user's folder, the system's, the cache, or the network."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nnfit.datasets.download import download, sha256_of


@dataclass(frozen=True)
class RemoteFile:
    """A published file: its name, the SHA-256 of its content, and addresses that serve it."""

    name: str
    sha256: str
    urls: tuple[str, ...]


def user_folder(dataset: str) -> Path | None:
    """Return the data set's folder under `$NNFIT_DATA`, or None if the variable is not set."""
    root = os.environ.get("NNFIT_DATA")
    return Path(root).expanduser() / dataset if root else None


def cache_folder(dataset: str) -> Path:
    """Return the folder in which downloads of the data set are kept.

    It lies under `$NNFIT_HOME`, else `$XDG_CACHE_HOME/nnfit`, else `~/.cache/nnfit`.
    """
    root = os.environ.get("NNFIT_HOME")
    if not root:
        root = os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.join("~", ".cache"), "nnfit")
    return Path(os.path.expanduser(root)) / "datasets" / dataset


def locate(dataset: str, files: Sequence[RemoteFile], system_folder: Path | None = None) -> list[Path]:
    """Find all files of a data set in one place, or download them.

    The user's folder and the system's are believed as they are, and may hold the files compressed (`.gz`) or not.
    Files of the cache are checked, and fetched again if they are not what was published.

    Args:
        dataset: The name of the data set's folder, such as `"mnist"`.
        files: What is needed.
        system_folder: A folder in which the operating system's package puts the files.

    Returns:
        The paths of the files, in the given order.

    Raises:
        FileNotFoundError: If the files are nowhere and cannot be downloaded. The message says where they were
            looked for, and what would help.
    """
    looked = []
    user = user_folder(dataset)
    if user is None:
        looked.append("$NNFIT_DATA: not set")
    for folder in filter(None, (user, system_folder)):
        found = {file.name: _plain_or_compressed(folder, file.name) for file in files}
        paths = [path for path in found.values() if path is not None]
        if len(paths) == len(files):
            return paths
        looked.append(f"{folder}: no {', '.join(name for name, path in found.items() if path is None)}")
    return [_cached(dataset, file, looked) for file in files]


def _plain_or_compressed(folder: Path, name: str) -> Path | None:
    candidates = (folder / name, folder / name.removesuffix(".gz"))
    return next((path for path in candidates if path.is_file()), None)


def _cached(dataset: str, file: RemoteFile, looked: Sequence[str]) -> Path:
    path = cache_folder(dataset) / file.name
    fault = "not there"
    try:
        if path.is_file():
            if sha256_of(path) == file.sha256:
                return path
            fault = "damaged"
        download(file.urls, path, file.sha256)
    except OSError as error:
        places = "\n".join(f"  {line}" for line in (*looked, f"{path}: {fault}", *str(error).splitlines()))
        raise FileNotFoundError(
            f"[{dataset}] {file.name} was not found and could not be downloaded. Looked in:\n{places}\n"
            f"Put the data set's files into a folder named {dataset}, and set NNFIT_DATA to the folder that holds it."
        ) from error
    return path
