"""Trainer: what makes a model trainable with `compile`, `fit`, `evaluate` and `predict`."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nnfit import metrics as metrics_module
from nnfit import ops, optimizers, tree
from nnfit.callbacks import CallbackList, History
from nnfit.gradient_tape import GradientTape
from nnfit.registry import deserialize_object, serialize_object
from nnfit.training.array_source import ArraySource
from nnfit.training.compile_loss import CompileLoss
from nnfit.training.compile_metrics import CompileMetrics
from nnfit.training.data_source import BatchSource, make_source, unpack_x_y_sample_weight
from nnfit.training.epoch import EpochRunner
from nnfit.training.prediction import predict_source
from nnfit.training.step_function import StepFunction
from nnfit.training.weighting import split_validation, weights_of_classes


class Trainer:
    """Training, evaluation and prediction; a base of `Model`."""

    if TYPE_CHECKING:  # what Layer, the other base of Model, brings

        def _set_untracked(self, name: str, value: Any) -> None: ...

    name: str
    stop_training: bool = False
    optimizer: Any = None
    history: History | None = None

    # What `compile` made; None before.
    _compile_loss: CompileLoss | None = None
    _compile_metrics: CompileMetrics | None = None
    _loss_tracker: metrics_module.Mean | None = None
    _steps: dict[str, StepFunction]
    run_eagerly: bool = False
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
                order or a dict by their names. `None` if `train_step` or `add_loss` provides it.
            loss_weights: Number for each output's loss, likewise. Defaults to ones.
            metrics: Metrics to report, likewise; `"accuracy"` becomes the one that suits targets and outputs.
            weighted_metrics: Metrics that heed `sample_weight` and `class_weight`, likewise.
            run_eagerly: Whether steps run op by op, for debugging. Defaults to `False`.
            steps_per_execution: Accepted as in Keras; as many steps as suit are run at a call anyway.
            jit_compile: Accepted as in Keras; steps are planned unless `run_eagerly`.
            auto_scale_loss: Accepted as in Keras.

        Raises:
            ValueError: For an unknown name of an optimizer, or a `steps_per_execution` below 1.

        Example:
            >>> model = nnfit.Sequential([nnfit.Input((4,)), nnfit.layers.Dense(1)])
            >>> model.compile(optimizer="sgd", loss="mse", metrics=["mae"])
        """
        if steps_per_execution < 1:
            raise ValueError(f"[{self.name}] expected steps_per_execution of at least 1; got {steps_per_execution}.")
        self._set_untracked("optimizer", optimizers.get(optimizer))
        self._set_untracked(
            "_compile_arguments",
            {
                "loss": loss,
                "loss_weights": loss_weights,
                "metrics": metrics,
                "weighted_metrics": weighted_metrics,
                "run_eagerly": run_eagerly,
                "steps_per_execution": steps_per_execution,
            },
        )
        names = getattr(self, "output_names", None)
        self._set_untracked(
            "_compile_loss", None if loss is None else CompileLoss(loss, loss_weights, names, self.name)
        )
        self._set_untracked("_compile_metrics", CompileMetrics(metrics, weighted_metrics, names, self.name))
        self._set_untracked("_loss_tracker", metrics_module.Mean(name="loss"))
        self._set_untracked("_steps", {})
        self._set_untracked("run_eagerly", bool(run_eagerly))
        self._set_untracked("steps_per_execution", steps_per_execution)
        self._set_untracked("stop_training", False)
        self._set_untracked("compiled", True)

    _compile_arguments: dict[str, Any]

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
        if type(self).compile is not Trainer.compile and type(self).compile_from_config is Trainer.compile_from_config:
            warnings.warn(
                f"[{self.name}] is not compiled: its `compile` is not that of Model. Call it, or define "
                "`compile_from_config`.",
                stacklevel=2,
            )
            return
        self.compile(**deserialize_object(config))

    @property
    def loss(self) -> Any:
        """The loss that `compile` got."""
        return None if self._compile_loss is None else self._compile_loss._loss

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
        """Names of what `evaluate` returns, in order. Complete once the model has been trained or evaluated."""
        return list(self._named_metrics())

    def _named_metrics(self) -> dict[str, Any]:
        """The metrics by the names that logs have for them."""
        named: dict[str, Any] = {}
        if self._loss_tracker is not None:
            named["loss"] = self._loss_tracker
        if self._compile_loss is not None:
            named.update((tracker.name, tracker) for tracker in self._compile_loss.trackers)
        if self._compile_metrics is not None:
            named.update(self._compile_metrics.named())
        for metric in super().metrics:  # type: ignore[misc]
            named.setdefault(metric.name, metric)
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
            ValueError: If there is neither.
        """
        parts = list(self.losses)  # type: ignore[attr-defined]
        if self._compile_loss is not None and y is not None:
            parts.insert(0, self._compile_loss(y, y_pred, sample_weight))
        if not parts:
            missing = "targets `y`" if self._compile_loss is not None else "a loss: compile(loss=…), or add_loss"
            raise ValueError(f"[{self.name}] there is nothing to minimize; expected {missing}.")
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

    def train_step(self, data: Any) -> dict[str, Any]:
        """Trains on one batch. May be overridden; it runs as a plan, traced once for each shape of batch.

        Args:
            data: `(x,)`, `(x, y)` or `(x, y, sample_weight)`.

        Returns:
            Logs: tensors by name.
        """
        x, y, sample_weight = unpack_x_y_sample_weight(data)
        with GradientTape() as tape:
            y_pred = self(x, training=True)  # type: ignore[operator]
            loss = self.compute_loss(x=x, y=y, y_pred=y_pred, sample_weight=sample_weight, training=True)
            scaled = self.optimizer.scale_loss(loss)
        self._track_loss(loss, x)
        variables = self.trainable_weights  # type: ignore[attr-defined]
        if variables:
            self.optimizer.apply_gradients(zip(tape.gradient(scaled, variables), variables, strict=True))
        else:
            warnings.warn(f"[{self.name}] has no trainable weights: there is nothing to train.", stacklevel=2)
        return self.compute_metrics(x, y, y_pred, sample_weight)

    def test_step(self, data: Any) -> dict[str, Any]:
        """Evaluates one batch. May be overridden.

        Args:
            data: `(x,)`, `(x, y)` or `(x, y, sample_weight)`.

        Returns:
            Logs: tensors by name.
        """
        x, y, sample_weight = unpack_x_y_sample_weight(data)
        y_pred = self(x, training=False)  # type: ignore[operator]
        loss = self.compute_loss(x=x, y=y, y_pred=y_pred, sample_weight=sample_weight, training=False)
        self._track_loss(loss, x)
        return self.compute_metrics(x, y, y_pred, sample_weight)

    def predict_step(self, data: Any) -> Any:
        """Returns the outputs for one batch. May be overridden.

        Args:
            data: `(x,)`, or a longer tuple whose further items are ignored.
        """
        x, _, _ = unpack_x_y_sample_weight(data)
        return self(x, training=False)  # type: ignore[operator]

    def _track_loss(self, loss: Any, x: Any) -> None:
        # Weighted by the batch, so that the epoch's loss is the mean over samples.
        if self._loss_tracker is not None:
            self._loss_tracker.update_state(loss, sample_weight=tree.flatten(x)[0].shape[0])

    def _step_function(self, name: str) -> StepFunction:
        if name not in self._steps_made():
            self._steps_made()[name] = StepFunction(getattr(self, name), self.name, self.run_eagerly)
        return self._steps_made()[name]

    def _steps_made(self) -> dict[str, StepFunction]:
        if "_steps" not in self.__dict__:
            self._set_untracked("_steps", {})
        return self._steps

    def _input_dtypes(self) -> list[str] | None:
        inputs = getattr(self, "inputs", None)
        return None if not inputs else [x.dtype for x in tree.flatten(inputs)]

    def _source(self, x: Any, y: Any, sample_weight: Any, batch_size: int | None) -> ArraySource | BatchSource:
        inputs = getattr(self, "input_names", None)
        if isinstance(x, dict) and inputs and set(inputs) <= set(x):
            x = {name: x[name] for name in inputs}  # so that dtypes and arrays are in the model's order
        return make_source(x, y, sample_weight, batch_size, self._input_dtypes(), self.name)

    def _check_compiled(self, what: str) -> None:
        if not self.compiled:
            raise ValueError(f"[{self.name}] {what} needs a compiled model; call `compile(optimizer, loss, …)` first.")

    def fit(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: str | int = "auto",
        callbacks: Any = None,
        validation_split: float = 0.0,
        validation_data: Any = None,
        shuffle: bool = True,
        class_weight: dict[int, float] | None = None,
        sample_weight: Any = None,
        initial_epoch: int = 0,
        steps_per_epoch: int | None = None,
        validation_steps: int | None = None,
        validation_batch_size: int | None = None,
        validation_freq: int | Sequence[int] = 1,
    ) -> History:
        """Trains the model for a number of epochs.

        Args:
            x: Inputs: array, or a list or dict of arrays, with one row for each sample; or an iterable of batches.
            y: Targets, likewise. Class indices may be ints or floats.
            batch_size: Samples in a step. Defaults to 32.
            epochs: The epoch to stop before, counted from 0. Defaults to 1.
            verbose: 0: silent; 1: a progress bar; 2: one line for each epoch; `"auto"`: 1 on a terminal, else 2.
            callbacks: `nnfit.callbacks.Callback`, or a list of them.
            validation_split: Fraction of the samples, the last ones, to evaluate on in place of training.
            validation_data: `(x, y)`, `(x, y, sample_weight)` or an iterable of batches to evaluate on after each
                epoch; it takes precedence over `validation_split`.
            shuffle: Whether each epoch takes the samples in another order. Defaults to `True`.
            class_weight: Weight of each class in the loss, by class index.
            sample_weight: Weight of each sample in the loss.
            initial_epoch: The epoch to begin at. Defaults to 0.
            steps_per_epoch: Batches in an epoch. Defaults to all there are.
            validation_steps: Batches to evaluate on. Defaults to all there are.
            validation_batch_size: Defaults to `batch_size`.
            validation_freq: Evaluate after each so many epochs, or after those listed, counted from 1.

        Returns:
            `History`, whose `history` maps each name of the logs to a list with one value for each epoch.

        Raises:
            ValueError: If the model is not compiled, or the data do not fit each other or the model.
            TypeError: If an array does not hold numbers.

        Example:
            >>> model = nnfit.Sequential([nnfit.Input((4,)), nnfit.layers.Dense(1)])
            >>> model.compile(loss="mse")
            >>> history = model.fit(np.zeros((8, 4)), np.zeros(8), epochs=2, verbose=0)
            >>> history.history["loss"]
            [0.0, 0.0]
        """
        self._check_compiled("fit")
        _check_count(self.name, "epochs", epochs, 0)
        _check_count(self.name, "steps_per_epoch", steps_per_epoch, 1)
        if validation_split and validation_data is None:
            (x, y, sample_weight), validation_data = split_validation(x, y, sample_weight, validation_split, self.name)
        if class_weight is not None:
            sample_weight = weights_of_classes(y, sample_weight, class_weight, self.name)
        source = self._source(x, y, sample_weight, batch_size)
        validation = self._validation_source(validation_data, validation_batch_size or batch_size)
        callback_list = CallbackList(
            callbacks, self, add_history=True, verbose=verbose,
            params={"epochs": epochs, "steps": steps_per_epoch or source.steps},
        )  # fmt: skip
        self._set_untracked("stop_training", False)
        runner = EpochRunner(self, source, shuffle, steps_per_epoch)
        callback_list.on_train_begin()
        logs: dict[str, Any] = {}
        for epoch in range(initial_epoch, epochs):
            self.reset_metrics()
            callback_list.on_epoch_begin(epoch)
            logs = runner.train(epoch, callback_list)
            if validation is not None and _due(validation_freq, epoch):
                results = self._evaluate(validation, validation_steps, callback_list)
                logs = {**logs, **{f"val_{name}": value for name, value in results.items()}}
            callback_list.on_epoch_end(epoch, logs)
            if self.stop_training:
                break
        if self.optimizer.use_ema and epochs > 0:
            self.optimizer.finalize_variable_values(self.trainable_weights)  # type: ignore[attr-defined]
        callback_list.on_train_end(logs)
        return self.history  # type: ignore[return-value]

    def _validation_source(self, data: Any, batch_size: int | None) -> ArraySource | BatchSource | None:
        if data is None:
            return None
        if isinstance(data, (tuple, list)):
            return self._source(*unpack_x_y_sample_weight(tuple(data)), batch_size)
        return self._source(data, None, None, None)

    def _evaluate(self, source: Any, steps: int | None, callback_list: CallbackList) -> dict[str, float]:
        self.reset_metrics()
        callback_list.on_test_begin()
        logs = EpochRunner(self, source, False, steps).test(callback_list)
        callback_list.on_test_end(logs)
        return logs

    def evaluate(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        verbose: str | int = "auto",
        sample_weight: Any = None,
        steps: int | None = None,
        callbacks: Any = None,
        return_dict: bool = False,
    ) -> Any:
        """Returns the loss and the metrics on data.

        Args:
            x: Inputs, as `fit` takes them.
            y: Targets.
            batch_size: Samples in a step. Defaults to 32.
            verbose: As in `fit`.
            sample_weight: Weight of each sample in the loss.
            steps: Batches to evaluate on. Defaults to all there are.
            callbacks: As in `fit`.
            return_dict: Whether to return a dict. Defaults to `False`.

        Returns:
            A list of floats in the order of `metrics_names`, or the loss alone if there are no metrics; a dict by name
            with `return_dict`.

        Raises:
            ValueError: If the model is not compiled, or the data do not fit.

        Example:
            >>> model = nnfit.Sequential([nnfit.Input((4,)), nnfit.layers.Dense(1)])
            >>> model.compile(loss="mse")
            >>> model.evaluate(np.zeros((8, 4)), np.zeros(8), verbose=0)
            0.0
        """
        self._check_compiled("evaluate")
        _check_count(self.name, "steps", steps, 1)
        source = self._source(x, y, sample_weight, batch_size)
        callback_list = CallbackList(callbacks, self, verbose=verbose, params={"steps": steps or source.steps})
        logs = self._evaluate(source, steps, callback_list)
        if return_dict:
            return logs
        values = list(logs.values())
        return values[0] if len(values) == 1 else values

    def predict(
        self,
        x: Any,
        batch_size: int | None = None,
        verbose: str | int = "auto",
        steps: int | None = None,
        callbacks: Any = None,
    ) -> Any:
        """Returns the outputs for data.

        Args:
            x: Inputs, as `fit` takes them.
            batch_size: Samples in a step. Defaults to 32.
            verbose: As in `fit`.
            steps: Batches to predict. Defaults to all there are.
            callbacks: As in `fit`.

        Returns:
            NumPy array, or the structure of the outputs with arrays.

        Raises:
            ValueError: If the data do not fit the model.

        Example:
            >>> model = nnfit.Sequential([nnfit.Input((4,)), nnfit.layers.Dense(2)])
            >>> model.predict(np.zeros((8, 4)), verbose=0).shape
            (8, 2)
        """
        _check_count(self.name, "steps", steps, 1)
        source = self._source(x, None, None, batch_size)
        callback_list = None
        if callbacks is not None or verbose not in (0, False):
            callback_list = CallbackList(callbacks, self, verbose=verbose, params={"steps": steps or source.steps})
        return predict_source(self._step_function("predict_step"), source, steps, callback_list)

    def train_on_batch(
        self, x: Any, y: Any = None, sample_weight: Any = None, class_weight: Any = None, return_dict: bool = False
    ) -> Any:
        """Trains on one batch.

        Args:
            x: Inputs: array, or a list or dict of arrays.
            y: Targets.
            sample_weight: Weight of each sample.
            class_weight: Weight of each class.
            return_dict: Whether to return a dict. Defaults to `False`.

        Returns:
            What `evaluate` would, of this batch alone.

        Raises:
            ValueError: If the model is not compiled, or the data do not fit.
        """
        self._check_compiled("train_on_batch")
        if class_weight is not None:
            sample_weight = weights_of_classes(y, sample_weight, class_weight, self.name)
        return self._on_batch("train_step", x, y, sample_weight, return_dict)

    def test_on_batch(self, x: Any, y: Any = None, sample_weight: Any = None, return_dict: bool = False) -> Any:
        """Evaluates one batch; arguments and result as of `train_on_batch`."""
        self._check_compiled("test_on_batch")
        return self._on_batch("test_step", x, y, sample_weight, return_dict)

    def predict_on_batch(self, x: Any) -> Any:
        """Returns the outputs for one batch, as NumPy arrays.

        Args:
            x: Inputs: array, or a list or dict of arrays.
        """
        source = self._source(x, None, None, None)
        if not isinstance(source, ArraySource):
            raise TypeError(f"[{self.name}] predict_on_batch expected arrays; got {type(x).__name__}.")
        outcome = self._step_function("predict_step").run(source, None, 0, source.rows, 1)
        return tree.map_structure(np.array, outcome.result)

    def _on_batch(self, step: str, x: Any, y: Any, sample_weight: Any, return_dict: bool) -> Any:
        source = self._source(x, y, sample_weight, None)
        if not isinstance(source, ArraySource):
            raise TypeError(
                f"[{self.name}] {step.replace('_step', '_on_batch')} expected arrays; got {type(x).__name__}."
            )
        self.reset_metrics()
        outcome = self._step_function(step).run(source, None, 0, source.rows, 1)
        logs = {name: float(value) for name, value in outcome.result.items()}
        if return_dict:
            return logs
        values = list(logs.values())
        return values[0] if len(values) == 1 else values


def _check_count(owner: str, what: str, value: Any, least: int) -> None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least):
        raise ValueError(f"[{owner}] expected {what} to be an int of at least {least}; got {value!r}.")


def _due(frequency: int | Sequence[int], epoch: int) -> bool:
    return (epoch + 1) % frequency == 0 if isinstance(frequency, int) else epoch + 1 in frequency
