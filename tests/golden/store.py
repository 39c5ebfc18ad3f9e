"""Reads and writes the records: JSON where people will read them, `.npz` where they are mostly numbers.

A `.npz` record holds all arrays of one dtype end to end, and an index in JSON: one archive member for each of a
thousand small arrays would cost more than the numbers in them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Results = dict[str, Any]
FOLDER = Path(__file__).parent / "recorded"


def write(file: str, about: dict[str, Any], cases: dict[str, Results]) -> None:
    """Writes the results of all cases of one program, with `about` (versions, how they were made)."""
    path = FOLDER / file
    if path.suffix == ".npz":
        _write_arrays(path, about, cases)
    else:
        lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(_plain(cases[name]))}" for name in cases)
        path.write_text(f'{{"about": {json.dumps(about)},\n"cases": {{\n{lines}\n}}}}\n')


def read(file: str) -> tuple[dict[str, Any], dict[str, Results]]:
    """Returns `about` and the results of each case."""
    path = FOLDER / file
    if path.suffix == ".npz":
        return _read_arrays(path)
    record = json.loads(path.read_text())
    return record["about"], record["cases"]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, np.ndarray):
        return _plain(list(value)) if value.ndim else _plain(value[()])
    if isinstance(value, np.floating):
        return float(str(value))  # the shortest decimal that gives the same float32 back
    return value.item() if isinstance(value, np.generic) else value


def _write_arrays(path: Path, about: dict[str, Any], cases: dict[str, Results]) -> None:
    parts: dict[str, list[NDArray[Any]]] = {}
    index: dict[str, dict[str, tuple[str, list[int]]]] = {}
    for name, results in cases.items():
        index[name] = {}
        for quantity, value in results.items():
            array = np.asarray(value)
            index[name][quantity] = (array.dtype.name, list(array.shape))
            parts.setdefault(array.dtype.name, []).append(array.ravel())
    arrays = {dtype: np.concatenate(pieces) for dtype, pieces in parts.items()}
    np.savez_compressed(path, about=json.dumps(about), index=json.dumps(index), **arrays)  # type: ignore[arg-type]


def _read_arrays(path: Path) -> tuple[dict[str, Any], dict[str, Results]]:
    with np.load(path, allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in archive.files}
    used = dict.fromkeys(arrays, 0)
    cases: dict[str, Results] = {}
    for name, quantities in json.loads(str(arrays["index"])).items():
        cases[name] = {}
        for quantity, (dtype, shape) in quantities.items():
            size = int(np.prod(shape))
            cases[name][quantity] = arrays[dtype][used[dtype] : used[dtype] + size].reshape(shape)
            used[dtype] += size
    return json.loads(str(arrays["about"])), cases
