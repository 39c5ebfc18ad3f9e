"""Records the golden programs under Keras. For developers; the tests only read what this writes.

From the folder `tests`, in an environment that has Keras and the backend:

    KERAS_BACKEND=jax python -m golden.record_keras                     # all programs of that backend
    KERAS_BACKEND=tensorflow python -m golden.record_keras promotion    # some of them

Each program has the backend whose float64 is more of a float64 for what it does. TensorFlow rounds constants to float32
(Adam's cost 1e-6 in a weight) and averages the losses of several outputs over batches; JAX rounds means, which a
gradient does not see.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import os
import sys
from types import ModuleType
from typing import Any

os.environ["JAX_ENABLE_X64"] = "1"
os.environ["JAX_PLATFORMS"] = "cpu"

import keras
import numpy as np

from . import inputs, store

ON_JAX = ("training", "fitting", "compile_forms", "optimizers", "schedules", "callbacks")
ON_TENSORFLOW = (
    "activations",
    "layers",
    "losses",
    "metrics",
    "models",
    "promotion",
    "residual",
    "spatial_layers",
)
BACKENDS = dict.fromkeys(ON_JAX, "jax") | dict.fromkeys(ON_TENSORFLOW, "tensorflow")
WITHOUT_DTYPE = ("models", "promotion")


def _about() -> dict[str, Any]:
    backend = keras.backend.backend()
    return {
        "keras": keras.__version__,
        "backend": backend,
        backend: importlib.metadata.version("tensorflow_cpu" if backend == "tensorflow" else backend),
        "numpy": np.__version__,
        "python": sys.version.split()[0],
        "inputs_fingerprint": inputs.fingerprint(),
    }


def _run(program: ModuleType, *arguments: str) -> dict[str, store.Results]:
    results = {}
    for name, case in program.CASES.items():
        keras.utils.clear_session()  # also forgets the dtype that layers were last given
        results[name] = case(keras, *arguments)
    return results


def _largest_deviation(exact: dict[str, store.Results], rounded: dict[str, store.Results]) -> float:
    """How far Keras's own float32 weights are from the record, relative to each weight."""
    worst = 0.0
    for name, results in exact.items():
        for quantity, value in results.items():
            if not quantity.endswith("_sum"):
                worst = max(worst, float(np.max(np.abs(rounded[name][quantity] - value) / np.abs(value))))
    return worst


def main(names: list[str]) -> None:
    backend = keras.backend.backend()
    if backend == "tensorflow":
        keras.GradientTape = importlib.import_module("tensorflow").GradientTape  # Keras has none of its own
    for name in names or [name for name, wanted in BACKENDS.items() if wanted == backend]:
        if BACKENDS[name] != backend:
            raise SystemExit(f"{name} is recorded with KERAS_BACKEND={BACKENDS[name]}; this is {backend}.")
        program = importlib.import_module(f"golden.{name}")
        about = _about()
        results = _run(program) if name in WITHOUT_DTYPE else _run(program, "float64")
        if name == "training":
            about["float32_deviation"] = _largest_deviation(results, _run(program, "float32"))
        store.write(program.FILE, about, results)
        print(f"{program.FILE}: {len(results)} cases, {(store.FOLDER / program.FILE).stat().st_size} bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
