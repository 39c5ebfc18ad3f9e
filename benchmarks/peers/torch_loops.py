"""PyTorch, by hand: the usual eager loop, and the same with the model compiled."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import torch
from numpy.typing import NDArray
from problem import Problem, written_gelu
from torch.nn import functional

from peers.base import Convolution, Peer, Work


class WrittenGelu(torch.nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        result: torch.Tensor = written_gelu(x, torch.tanh)
        return result


def _model(problem: Problem) -> torch.nn.Module:
    activation = {"relu": torch.nn.ReLU, "gelu": WrittenGelu}[problem.activation]
    modules: list[torch.nn.Module] = []
    for inputs, units in pairwise(problem.sizes):
        modules += [torch.nn.Linear(inputs, units), activation()]
    return torch.nn.Sequential(*modules[:-1])


def _optimizer(problem: Problem, model: torch.nn.Module) -> torch.optim.Optimizer:
    parameters, rate = model.parameters(), problem.learning_rate
    if problem.optimizer == "rmsprop":
        return torch.optim.RMSprop(parameters, rate, alpha=0.9, eps=1e-7, foreach=True)
    if problem.optimizer == "adam":
        return torch.optim.Adam(parameters, rate, eps=1e-7, fused=True)
    return torch.optim.SGD(parameters, rate, fused=True)


class TorchPeer(Peer):
    def __init__(self, compiled: bool) -> None:
        self._compiled = compiled

    def versions(self) -> dict[str, str]:
        return {"torch": torch.__version__}

    def train(self, problem: Problem, x: NDArray[Any], y: NDArray[Any]) -> Work:
        step = self._step(problem)
        inputs, targets = torch.from_numpy(x), self._targets(problem, y)

        def run() -> float:
            order = torch.randperm(len(inputs))
            total, correct = torch.zeros(()), torch.zeros((), dtype=torch.int64)
            for start in range(0, len(inputs), problem.batch):
                rows = order[start : start + problem.batch]
                t = targets[rows]
                loss, outputs = step(inputs[rows], t)
                total += loss.detach()
                if problem.accuracy:
                    correct += (outputs.detach().argmax(1) == t).sum()
            return float(total) + float(correct)

        return run

    def eager_loop(self, problem: Problem, x: NDArray[Any], y: NDArray[Any]) -> Work:
        step = self._step(problem)
        inputs, targets = torch.from_numpy(x), self._targets(problem, y)

        def run() -> float:
            for start in range(0, len(inputs), problem.batch):
                rows = slice(start, start + problem.batch)
                loss, _ = step(inputs[rows], targets[rows])
            return float(loss)

        return run

    def function_loop(self, problem: Problem, x: NDArray[Any], y: NDArray[Any]) -> Work:
        assert self._compiled
        return self.eager_loop(problem, x, y)

    def predict(self, problem: Problem, x: NDArray[Any]) -> Work:
        model = self._forward(problem).eval()

        def run() -> NDArray[Any]:
            with torch.inference_mode():
                result: NDArray[Any] = model(torch.from_numpy(x)).numpy()
            return result

        return run

    def dense(self, pass_name: str, shape: tuple[int, int, int]) -> Work:
        m, n, k = shape
        # nn.Linear keeps its weight as (units, inputs); results go where memory is already there.
        x, weight, dy, bias = torch.ones(m, k), torch.ones(n, k), torch.ones(m, n), torch.ones(n)
        if pass_name == "forward":
            y = torch.empty(m, n)
            return lambda: torch.addmm(bias, x, weight.t(), out=y)
        if pass_name == "input_gradient":
            dx = torch.empty(m, k)
            return lambda: torch.mm(dy, weight, out=dx)
        dw, db = torch.empty(n, k), torch.empty(n)
        return lambda: (torch.mm(dy.t(), x, out=dw), torch.sum(dy, 0, out=db))

    def written_gelu(self, shape: tuple[int, ...]) -> Work:
        activation = torch.compile(WrittenGelu()) if self._compiled else WrittenGelu()
        x, dy = torch.ones(shape, requires_grad=True), torch.ones(shape)

        def run() -> tuple[torch.Tensor, Any]:
            y = activation(x)
            return y, torch.autograd.grad(y, x, dy)

        return run

    def convolution(self, pass_name: str, layer: Convolution, batch: int) -> Work:
        last = torch.channels_last
        x = torch.ones(batch, layer.channels, layer.image, layer.image).to(memory_format=last)
        dy = torch.ones(batch, layer.filters, layer.outputs, layer.outputs).to(memory_format=last)
        weight = torch.ones(layer.filters, layer.channels // layer.groups, layer.size, layer.size)
        weight, bias = weight.to(memory_format=last), torch.ones(layer.filters)
        # As many zeros on either side: for an even number of pixels and a stride of 2 one more than "same" has.
        steps = [layer.stride] * 2, [layer.size // 2] * 2, [1, 1]
        if pass_name == "forward":

            def forward() -> torch.Tensor:
                with torch.inference_mode():
                    return torch.conv2d(x, weight, bias, *steps, layer.groups)

            return forward
        wanted = [pass_name == "input_gradient", pass_name != "input_gradient", pass_name != "input_gradient"]
        return lambda: torch.ops.aten.convolution_backward(
            dy, x, weight, [layer.filters], *steps, False, [0, 0], layer.groups, wanted
        )

    def _forward(self, problem: Problem) -> Any:
        model = _model(problem)
        return torch.compile(model) if self._compiled else model

    def _step(self, problem: Problem) -> Any:
        forward = self._forward(problem)
        optimizer = _optimizer(problem, forward)
        loss_function = functional.mse_loss if problem.loss == "mean_squared_error" else functional.cross_entropy

        def step(x: torch.Tensor, y: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            optimizer.zero_grad(set_to_none=True)
            outputs = forward(x)
            loss = loss_function(outputs, y)
            loss.backward()
            optimizer.step()
            return loss, outputs

        return step

    @staticmethod
    def _targets(problem: Problem, y: NDArray[Any]) -> torch.Tensor:
        return torch.from_numpy(y) if problem.loss == "mean_squared_error" else torch.from_numpy(y).long()


def create(name: str) -> Peer:
    return TorchPeer(compiled=name == "torch-compile")
