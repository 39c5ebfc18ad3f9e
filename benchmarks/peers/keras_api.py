"""nnfit, and Keras on each of its backends."""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from problem import Problem, written_gelu

from peers.base import Convolution, Peer, Rows, Work

OPTIMIZERS = {"sgd": "SGD", "rmsprop": "RMSprop", "adam": "Adam"}


class KerasApiPeer(Peer):
    """Args:
    library: nnfit or Keras.
    gradient_tape: The class of its tapes; `None` for a backend without.
    function: What makes a function of tensors run as a graph.
    """

    def __init__(
        self, library: Any, gradient_tape: Callable[[], Any] | None, function: Callable[[Any], Any] | None
    ) -> None:
        self._library = library
        self._gradient_tape = gradient_tape
        self._function = function

    def versions(self) -> dict[str, str]:
        versions = {self._library.__name__: self._library.__version__}
        if self._library.__name__ == "keras":
            backend = self._library.backend.backend()
            versions[backend] = importlib.import_module(backend).__version__
        return versions

    def train(self, problem: Problem, x: NDArray[Any], y: NDArray[Any]) -> Work:
        model = self._compiled(problem)
        return lambda: model.fit(x, y, batch_size=problem.batch, epochs=1, verbose=0)

    def fit(
        self, problem: Problem, train: Rows, validation: Rows | None, class_weight: dict[int, float] | None, epochs: int
    ) -> Callable[[], float]:
        model = self._compiled(problem)

        class Clock(self._library.callbacks.Callback):  # type: ignore[misc, name-defined]
            seconds = 0.0

            def on_test_begin(self, logs: Any = None) -> None:
                self._begin = time.perf_counter()

            def on_test_end(self, logs: Any = None) -> None:
                self.seconds += time.perf_counter() - self._begin

        def run() -> float:
            clock = Clock()
            model.fit(
                *train, batch_size=problem.batch, epochs=epochs, verbose=0,
                validation_data=validation, class_weight=class_weight, callbacks=[clock],
            )  # fmt: skip
            return clock.seconds

        return run

    def eager_loop(self, problem: Problem, x: NDArray[Any], y: NDArray[Any]) -> Work:
        return _passes(self._step(problem), problem.batch, x, y)

    def function_loop(self, problem: Problem, x: NDArray[Any], y: NDArray[Any]) -> Work:
        assert self._function is not None, "this backend has no functions"
        return _passes(self._function(self._step(problem)), problem.batch, x, y)

    def written_gelu(self, shape: tuple[int, ...]) -> Work:
        new_tape = self._gradient_tape
        assert self._function is not None, "this backend has no functions"
        assert new_tape is not None, "this backend has no tape"

        def both(x: Any) -> Any:
            with new_tape() as tape:
                tape.watch(x)
                y = self._gelu(x)
            return y, tape.gradient(y, x)

        x, run = self._library.ops.ones(shape), self._function(both)
        return lambda: run(x)

    def _step(self, problem: Problem) -> Callable[[Any, Any], Any]:
        model, optimizer, loss_function = self._model(problem), self._optimizer(problem), self._loss(problem)
        new_tape = self._gradient_tape
        assert new_tape is not None, "this backend has no tape"

        def step(x: Any, y: Any) -> Any:
            with new_tape() as tape:
                loss = loss_function(y, model(x, training=True))
            gradients = tape.gradient(loss, model.trainable_weights)
            optimizer.apply_gradients(zip(gradients, model.trainable_weights, strict=True))
            return loss

        return step

    def predict(self, problem: Problem, x: NDArray[Any]) -> Work:
        model = self._model(problem)
        model.compile()
        return lambda: model.predict(x, verbose=0)

    def _compiled(self, problem: Problem) -> Any:
        model = self._model(problem)
        metrics = ["sparse_categorical_accuracy"] if problem.accuracy else None
        model.compile(optimizer=self._optimizer(problem), loss=self._loss(problem), metrics=metrics)
        return model

    def _model(self, problem: Problem) -> Any:
        layers = self._library.layers
        x = inputs = self._library.Input(shape=problem.sizes[:1])
        for units in problem.sizes[1:-1]:
            x = layers.Dense(units, activation=self._gelu if problem.activation == "gelu" else problem.activation)(x)
        return self._library.Model(inputs, layers.Dense(problem.sizes[-1])(x))

    def _gelu(self, x: Any) -> Any:
        return written_gelu(x, self._library.ops.tanh)

    def _optimizer(self, problem: Problem) -> Any:
        return getattr(self._library.optimizers, OPTIMIZERS[problem.optimizer])(learning_rate=problem.learning_rate)

    def _loss(self, problem: Problem) -> Any:
        if problem.loss == "mean_squared_error":
            return self._library.losses.MeanSquaredError()
        return self._library.losses.SparseCategoricalCrossentropy(from_logits=True)


def _passes(step: Callable[[Any, Any], Any], batch: int, x: NDArray[Any], y: NDArray[Any]) -> Work:
    def run() -> float:
        for start in range(0, len(x), batch):
            rows = slice(start, start + batch)
            loss = step(x[rows], y[rows])
        return float(loss)

    return run


class NnfitPeer(KerasApiPeer):
    def dense(self, pass_name: str, shape: tuple[int, int, int]) -> Work:
        ops = importlib.import_module("nnfit._core").ops
        m, n, k = shape
        convert = self._library.ops.convert_to_tensor
        x, kernel, dy = (convert(np.ones(s, np.float32)) for s in ((m, k), (k, n), (m, n)))
        bias = convert(np.ones(n, np.float32))
        if pass_name == "forward":
            return lambda: ops.dense(x, kernel, bias)
        if pass_name == "input_gradient":
            return lambda: ops.dense_input_gradient(dy, kernel)
        return lambda: ops.dense_kernel_gradient(x, dy)

    def convolution(self, pass_name: str, layer: Convolution, batch: int) -> Work:
        ops = importlib.import_module("nnfit._core").ops
        convert = self._library.ops.convert_to_tensor
        x = convert(np.ones((batch, layer.image, layer.image, layer.channels), np.float32))
        dy = convert(np.ones((batch, layer.outputs, layer.outputs, layer.filters), np.float32))
        kernel = convert(np.ones((layer.size, layer.size, layer.channels // layer.groups, layer.filters), np.float32))
        bias = convert(np.ones(layer.filters, np.float32))
        zeros = max((layer.outputs - 1) * layer.stride + layer.size - layer.image, 0)
        steps = {"strides": layer.stride, "pads": 2 * [zeros // 2, zeros - zeros // 2], "groups": layer.groups}
        if pass_name == "forward":
            return lambda: ops.conv(x, kernel, bias, **steps)
        if pass_name == "input_gradient":
            return lambda: ops.conv_input_gradient(dy, kernel, size=2 * [layer.image], **steps)
        return lambda: ops.conv_kernel_gradient(x, dy, size=2 * [layer.size], **steps)


def create(name: str) -> Peer:
    if name == "nnfit":
        nnfit = importlib.import_module("nnfit")
        return NnfitPeer(nnfit, nnfit.GradientTape, nnfit.function)
    keras = importlib.import_module("keras")
    if name != "keras-tensorflow":
        return KerasApiPeer(keras, None, None)
    tensorflow = importlib.import_module("tensorflow")
    return KerasApiPeer(keras, tensorflow.GradientTape, tensorflow.function)
