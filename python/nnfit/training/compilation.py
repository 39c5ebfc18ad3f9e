"""Compilation: what `compile` gives a model, and the loss and metrics computed with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nnfit import metrics as metrics_module
from nnfit import ops, optimizers, tree
from nnfit.registry import deserialize_object, serialize_object
from nnfit.training.compile_loss import CompileLoss
from nnfit.training.compile_metrics import CompileMetrics
from nnfit.training.log_names import unused_name
from nnfit.training.model_outputs import ModelOutputs
from nnfit.training.step_function import StepFunction
from nnfit.warn import warn


class Compilation:
    """Optimizer, loss and metrics; a base of `Trainer`."""

    if TYPE_CHECKING:  # what Layer, the other base of Model, brings

        def _set_untracked(self, name: str, value: Any) -> None: ...

    name: str
    optimizer: Any = None

    # What `compile` got and made; None before.
    _compile_arguments: dict[str, Any]
    _compile_loss: CompileLoss | None = None
    _compile_metrics: CompileMetrics | None = None
    _loss_tracker: metrics_module.Mean | None = None
    _steps: dict[str, StepFunction]
    _optimizer_traced_anew: int = 0
    _run_eagerly: bool = False
    steps_per_execution: int = 1
    compiled: bool = False

    def compile(
        self,
        optimizer: Any = "rmsprop",
        loss: Any = None,
        loss_weights: Any = None,
        metrics: Any = None,
        weighted_metrics: Any = None,
        run_eagerly: bool = False,
        steps_per_execution: int = 1,
        jit_compile: Any = "auto",
        auto_scale_loss: bool = True,
    ) -> None:
        """Sets what the model is trained with. Weights stay as they are.

        Args:
            optimizer: Optimizer, or its name. Defaults to `"rmsprop"`.
            loss: Loss: an object, a name, a function `(y_true, y_pred) -> losses`; for several outputs a list in their
                order or a dict by their names, in which `None`, or a name left out, means no loss. `"crossentropy"`
                becomes the one that suits targets and outputs. `None` if `train_step` or `add_loss` provides it.
            loss_weights: Number for each output's loss, likewise. Defaults to ones.
            metrics: Metrics to report: one, or a list; for several outputs a list with one item or list for each, or a
                dict by their names. `"accuracy"` becomes the one that suits targets and outputs.
            weighted_metrics: Metrics that heed `sample_weight` and `class_weight`, likewise.
            run_eagerly: Whether steps run op by op, for debugging. Defaults to `False`.
            steps_per_execution: Steps between two calls of the batch hooks of callbacks; without such hooks as many
                steps as suit are run at a call anyway. Defaults to 1.
            jit_compile: Accepted as in Keras; steps are planned unless `run_eagerly`.
            auto_scale_loss: Accepted as in Keras.

        Raises:
            ValueError: For an unknown name of an optimizer, a loss or a metric, for losses or metrics that do not fit
                the outputs, or a `steps_per_execution` below 1.

        Example:
            >>> model = nnfit.Sequential([nnfit.Input((4,)), nnfit.layers.Dense(1)])
            >>> model.compile(optimizer="sgd", loss="mse", metrics=["mae"])
        """
        if isinstance(steps_per_execution, bool) or not isinstance(steps_per_execution, int) or steps_per_execution < 1:
            raise ValueError(
                f"[{self.name}] expected steps_per_execution to be an int of at least 1; got {steps_per_execution!r}."
            )
        find = self._model_outputs
        made = {
            "_compile_loss": None if loss is None else CompileLoss(loss, loss_weights, find, self.name),
            "_compile_metrics": CompileMetrics(metrics, weighted_metrics, find, self.name),
            "_loss_tracker": metrics_module.Mean(name="loss"),
            "_compile_arguments": {
                "loss": loss,
                "loss_weights": loss_weights,
                "metrics": metrics,
                "weighted_metrics": weighted_metrics,
                "run_eagerly": run_eagerly,
                "steps_per_execution": steps_per_execution,
            },
            "optimizer": optimizers.get(optimizer),
            "steps_per_execution": steps_per_execution,
            "stop_training": False,
            "compiled": True,
        }
        for name, value in made.items():  # only now that nothing can be wrong any more
            self._set_untracked(name, value)
        self.run_eagerly = run_eagerly

    def _model_outputs(self) -> ModelOutputs | None:
        """The names of the outputs in their structure, `None` if the model's graph is not known."""
        names = getattr(self, "output_names", None)
        if names is None:
            return None
        structure = self.output  # type: ignore[attr-defined]
        if isinstance(structure, dict) and not any(tree.is_nested(part) for part in structure.values()):
            names = list(structure)
        if not isinstance(structure, dict) and len(names) == 1:
            return ModelOutputs(names[0], self.name)
        return ModelOutputs(tree.pack_sequence_as(structure, names), self.name)

    @property
    def run_eagerly(self) -> bool:
        """Whether steps run op by op. May be set at any time."""
        return self._run_eagerly

    @run_eagerly.setter
    def run_eagerly(self, value: bool) -> None:
        self._set_untracked("_run_eagerly", bool(value))
        self._set_untracked("_steps", {})

    def _step_function(self, name: str) -> StepFunction:
        traced_anew = getattr(self.optimizer, "_traced_anew", 0)
        if "_steps" not in self.__dict__ or traced_anew != self._optimizer_traced_anew:
            self._set_untracked("_steps", {})
            self._set_untracked("_optimizer_traced_anew", traced_anew)
        if name not in self._steps:
            step = getattr(self, name)
            self._steps[name] = StepFunction(step, self.name, self.run_eagerly, trains=name == "train_step")
        return self._steps[name]

    def _check_compiled(self, what: str) -> None:
        if not self.compiled:
            raise ValueError(f"[{self.name}] {what} needs a compiled model; call `compile(optimizer, loss, …)` first.")

    def get_compile_config(self) -> dict[str, Any] | None:
        """Returns what `compile` got, as a JSON-able dict; `None` if the model is not compiled.

        A model whose `compile` takes other arguments defines this and `compile_from_config`.

        Raises:
            TypeError: If an argument cannot be described.
            ValueError: If one is a lambda, which has no name to be found by.
        """
        if not self.compiled:
            return None
        return serialize_object({"optimizer": self.optimizer, **self._compile_arguments})  # type: ignore[no-any-return]

    def compile_from_config(self, config: dict[str, Any]) -> None:
        """Compiles the model with what `get_compile_config` returned.

        Args:
            config: The arguments.
        """
        of_its_own = type(self).compile is not Compilation.compile
        if of_its_own and type(self).compile_from_config is Compilation.compile_from_config:
            warn(
                f"[{self.name}] is not compiled: its `compile` is not that of Model. Call it, or define "
                "`compile_from_config`."
            )
            return
        self.compile(**deserialize_object(config))

    @property
    def loss(self) -> Any:
        """The loss that `compile` got."""
        return None if self._compile_loss is None else self._compile_loss.given

    @property
    def metrics(self) -> list[Any]:
        """The metrics: the loss, losses by output, those of `compile`, and those of layers."""
        own: list[Any] = []
        if self._loss_tracker is not None:
            own.append(self._loss_tracker)
        if self._compile_loss is not None:
            own.extend(self._compile_loss.trackers)
        if self._compile_metrics is not None:
            own.extend(self._compile_metrics.metrics)
        return [*own, *super().metrics]  # type: ignore[misc]

    @property
    def metrics_names(self) -> list[str]:
        """Names of what `evaluate` returns, in order.

        Those of a model whose outputs are not known before it is called are complete once it has been.
        """
        if type(self).metrics is not Compilation.metrics:  # a model that says itself what its steps report
            return [metric.name for metric in self.metrics]
        return list(self.get_metrics_result())

    def _named_metrics(self) -> dict[str, Any]:
        """The metrics by the names that logs have for them."""
        named: dict[str, Any] = {}
        if self._loss_tracker is not None:
            named["loss"] = self._loss_tracker
        if self._compile_loss is not None:
            named.update((tracker.name, tracker) for tracker in self._compile_loss.trackers)
        if self._compile_metrics is not None:
            named.update(self._compile_metrics.named())
        known = {id(metric) for metric in named.values()}
        for metric in super().metrics:  # type: ignore[misc]
            if id(metric) not in known:
                named[unused_name(metric.name, named)] = metric
        return named

    def reset_metrics(self) -> None:
        """Sets the state of all metrics to zero."""
        for metric in self.metrics:
            metric.reset_state()

    def get_metrics_result(self) -> dict[str, Any]:
        """Returns what the metrics say, by name; a metric whose result is a dict gives several entries."""
        results: dict[str, Any] = {}
        for name, metric in self._named_metrics().items():
            result = metric.result()
            if isinstance(result, dict):
                results.update(result)
            else:
                results[name] = result
        return results

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """Returns the total loss of a batch, a scalar. May be overridden.

        Args:
            x: Inputs.
            y: Targets.
            y_pred: Outputs.
            sample_weight: Weights.
            training: Whether it is for training.

        Returns:
            The loss that `compile` got plus the losses that layers added.

        Raises:
            ValueError: If there is neither, or targets are missing.
        """
        parts = list(self.losses)  # type: ignore[attr-defined]
        if self._compile_loss is not None:
            if y is None:
                raise ValueError(f"[{self.name}] expected targets `y` for the loss that `compile` got; got None.")
            parts.insert(0, self._compile_loss(y, y_pred, sample_weight))
        if not parts:
            raise ValueError(
                f"[{self.name}] there is nothing to minimize; expected a loss: compile(loss=…), or add_loss."
            )
        total = parts[0]
        for part in parts[1:]:
            total = ops.add(total, part)
        return total

    def compute_metrics(self, x: Any, y: Any, y_pred: Any, sample_weight: Any = None) -> dict[str, Any]:
        """Updates the metrics of `compile` with a batch and returns what all say. May be overridden.

        Args:
            x: Inputs.
            y: Targets.
            y_pred: Outputs.
            sample_weight: Weights.

        Returns:
            Tensors by name.
        """
        if self._compile_metrics is not None and y is not None:
            self._compile_metrics.update(y, y_pred, sample_weight)
        return self.get_metrics_result()
