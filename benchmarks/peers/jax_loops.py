"""JAX with optax, by hand: a jitted step for each batch, or a whole epoch in one scan, which is the fastest JAX has."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import lax
from numpy.typing import NDArray
from problem import Problem, written_gelu

from peers.base import Peer, Work

OPTIMIZERS = {
    "sgd": optax.sgd,
    "rmsprop": lambda rate: optax.rmsprop(rate, decay=0.9, eps=1e-7),
    "adam": lambda rate: optax.adam(rate, eps=1e-7),
}


def _parameters(problem: Problem) -> list[tuple[jax.Array, jax.Array]]:
    generator = np.random.default_rng(0)
    parameters = []
    for inputs, units in pairwise(problem.sizes):
        limit = np.sqrt(6 / (inputs + units))
        kernel = generator.uniform(-limit, limit, (inputs, units)).astype(np.float32)
        parameters.append((jnp.asarray(kernel), jnp.zeros(units)))
    return parameters


def _gelu(x: jax.Array) -> jax.Array:
    result: jax.Array = written_gelu(x, jnp.tanh)
    return result


ACTIVATIONS = {"relu": jax.nn.relu, "gelu": _gelu}


def _forward(problem: Problem, parameters: Any, x: jax.Array) -> jax.Array:
    activation = ACTIVATIONS[problem.activation]
    for kernel, bias in parameters[:-1]:
        x = activation(x @ kernel + bias)
    kernel, bias = parameters[-1]
    return x @ kernel + bias


def _loss(problem: Problem, outputs: jax.Array, y: jax.Array) -> jax.Array:
    if problem.loss == "mean_squared_error":
        return ((outputs - y) ** 2).mean()
    return optax.softmax_cross_entropy_with_integer_labels(outputs, y).mean()


def _step(problem: Problem, optimizer: Any) -> Any:
    def step(parameters: Any, state: Any, x: jax.Array, y: jax.Array) -> tuple[Any, Any, jax.Array, Any]:
        def loss_of(p: Any) -> tuple[jax.Array, jax.Array]:
            outputs = _forward(problem, p, x)
            return _loss(problem, outputs, y), outputs

        (loss, outputs), gradients = jax.value_and_grad(loss_of, has_aux=True)(parameters)
        updates, state = optimizer.update(gradients, state, parameters)
        correct = (outputs.argmax(1) == y).sum() if problem.accuracy else 0
        return optax.apply_updates(parameters, updates), state, loss, correct

    return step


class JaxPeer(Peer):
    def __init__(self, scans: bool) -> None:
        self._scans = scans

    def versions(self) -> dict[str, str]:
        return {"jax": jax.__version__, "optax": optax.__version__}

    def train(self, problem: Problem, x: NDArray[Any], y: NDArray[Any]) -> Work:
        optimizer = OPTIMIZERS[problem.optimizer](problem.learning_rate)
        parameters = _parameters(problem)
        start = (parameters, optimizer.init(parameters))
        step = _step(problem, optimizer)
        return self._scan(step, start, problem, x, y) if self._scans else self._loop(step, start, problem, x, y)

    def predict(self, problem: Problem, x: NDArray[Any]) -> Work:
        parameters, forward = _parameters(problem), jax.jit(_forward, static_argnums=0)
        return lambda: np.asarray(forward(problem, parameters, x))

    def written_gelu(self, shape: tuple[int, ...]) -> Work:
        def both(x: jax.Array) -> tuple[jax.Array, jax.Array]:
            y, pull_back = jax.vjp(_gelu, x)
            return y, pull_back(jnp.ones_like(y))[0]

        x, compiled = jnp.ones(shape), jax.jit(both)
        return lambda: jax.block_until_ready(compiled(x))

    @staticmethod
    def _loop(step: Any, start: Any, problem: Problem, x: NDArray[Any], y: NDArray[Any]) -> Work:
        compiled = jax.jit(step, donate_argnums=(0, 1))
        carried, shuffler = list(start), np.random.default_rng(0)

        def run() -> float:
            order = shuffler.permutation(len(x))
            losses = []
            for first in range(0, len(x), problem.batch):
                rows = order[first : first + problem.batch]
                carried[0], carried[1], loss, correct = compiled(*carried, x[rows], y[rows])
                losses.append(loss)
            return float(sum(losses)) + float(correct)

        return run

    @staticmethod
    def _scan(step: Any, start: Any, problem: Problem, x: NDArray[Any], y: NDArray[Any]) -> Work:
        inputs, targets = jnp.asarray(x), jnp.asarray(y)
        carried, shuffler = list(start), np.random.default_rng(0)

        @jax.jit
        def epoch(parameters: Any, state: Any, inputs: jax.Array, targets: jax.Array, order: jax.Array) -> Any:
            def body(carry: Any, rows: jax.Array) -> Any:
                parameters, state, loss, correct = step(*carry, inputs[rows], targets[rows])
                return (parameters, state), (loss, correct)

            (parameters, state), (losses, correct) = lax.scan(body, (parameters, state), order)
            return parameters, state, losses.sum() + jnp.sum(correct)

        def run() -> float:
            order = shuffler.permutation(len(x)).reshape(-1, problem.batch)
            carried[0], carried[1], total = epoch(*carried, inputs, targets, jnp.asarray(order))
            return float(total)

        return run


def create(name: str) -> Peer:
    return JaxPeer(scans=name == "jax-scan")
