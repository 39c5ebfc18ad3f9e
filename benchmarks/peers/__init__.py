"""The libraries that are compared, each able to do the workloads that its API allows."""

from __future__ import annotations

import importlib
from dataclasses import dataclass, field

from peers.base import Peer


@dataclass(frozen=True)
class Entry:
    """`interpreter` names the option of compare.py; `packages` are what it must be able to import."""

    interpreter: str
    packages: tuple[str, ...]
    module: str
    environment: dict[str, str] = field(default_factory=dict)


def _keras(interpreter: str, backend: str) -> Entry:
    environment = {"KERAS_BACKEND": backend, "TF_CPP_MIN_LOG_LEVEL": "3"}
    return Entry(interpreter, ("keras", backend), "peers.keras_api", environment)


ENTRIES = {
    "nnfit": Entry("nnfit", ("nnfit",), "peers.keras_api"),
    "torch": Entry("torch", ("torch",), "peers.torch_loops"),
    "torch-compile": Entry("torch", ("torch",), "peers.torch_loops"),
    "jax-step": Entry("jax", ("jax", "optax"), "peers.jax_loops"),
    "jax-scan": Entry("jax", ("jax", "optax"), "peers.jax_loops"),
    "keras-tensorflow": _keras("tf", "tensorflow"),
    "keras-jax": _keras("jax", "jax"),
    "keras-torch": _keras("torch", "torch"),
}


def load(name: str) -> Peer:
    """Imports the library; to be called in its own process."""
    peer: Peer = importlib.import_module(ENTRIES[name].module).create(name)
    return peer
