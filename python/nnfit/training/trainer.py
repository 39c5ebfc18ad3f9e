"""Trainer: what makes a model trainable with `compile`, `fit`, `evaluate` and `predict`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from nnfit import tree
from nnfit.callbacks import CallbackList, History
from nnfit.callbacks.log_values import log_value
from nnfit.gradient_tape import GradientTape
from nnfit.training.array_source import ArraySource
from nnfit.training.batch_source import BatchSource
from nnfit.training.batches import ModelInputs, unpack_x_y_sample_weight
from nnfit.training.class_weights import ClassWeights
from nnfit.training.compilation import Compilation
from nnfit.training.data_source import make_source
from nnfit.training.epoch import EpochRunner
from nnfit.training.prediction import predict_source
from nnfit.training.validation_split import split_validation
from nnfit.warn import warn


class Trainer(Compilation):
    """Training, evaluation and prediction; a base of `Model`."""

    stop_training: bool = False
    history: History | None = None
    _epoch_runner: EpochRunner | None = None
    _initial_epoch: int = 0

    def train_step(self, data: Any) -> dict[str, Any]:
        """Trains on one batch. May be overridden; it runs as a plan, traced once for each shape of batch.

        Args:
            data: `x`, `(x, y)` or `(x, y, sample_weight)`; see `unpack_x_y_sample_weight`.

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
            warn(f"[{self.name}] has no trainable weights: there is nothing to train.")
        return self.compute_metrics(x, y, y_pred, sample_weight)

    def test_step(self, data: Any) -> dict[str, Any]:
        """Evaluates one batch. May be overridden.

        Args:
            data: `x`, `(x, y)` or `(x, y, sample_weight)`; see `unpack_x_y_sample_weight`.

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
            data: `x`, or a tuple of it and further items, which are ignored.
        """
        x, _, _ = unpack_x_y_sample_weight(data)
        return self(x, training=False)  # type: ignore[operator]

    def _track_loss(self, loss: Any, x: Any) -> None:
        # Weighted by the batch, so that the epoch's loss is the mean over samples.
        if self._loss_tracker is not None:
            self._loss_tracker.update_state(loss, sample_weight=tree.flatten(x)[0].shape[0])

    def _source(
        self, x: Any, y: Any = None, sample_weight: Any = None, batch_size: int | None = None, class_weight: Any = None
    ) -> ArraySource | BatchSource:
        inputs = getattr(self, "inputs", None)
        known = ModelInputs(self.input_names, [i.dtype for i in inputs]) if inputs else None  # type: ignore[attr-defined]
        weights = None
        if class_weight is not None:
            outputs = self._model_outputs()
            shapes = [] if outputs is None else [x.shape for x in self.outputs]  # type: ignore[attr-defined]
            weights = ClassWeights(class_weight, outputs, shapes, self.name)
        return make_source(x, y, sample_weight, batch_size, known, self.name, weights)

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
        class_weight: Any = None,
        sample_weight: Any = None,
        initial_epoch: int = 0,
        steps_per_epoch: int | None = None,
        validation_steps: int | None = None,
        validation_batch_size: int | None = None,
        validation_freq: int | Sequence[int] = 1,
    ) -> History:
        """Trains the model for a number of epochs.

        Args:
            x: Inputs with one row for each sample: an array, tensor, pandas or polars table, or a list or dict (by the
                names of the inputs) of these. Or an iterable of batches `(x, y)` or `(x, y, sample_weight)`:
                `nnfit.data.Dataset`, `nnfit.utils.PyDataset`, a PyTorch `DataLoader`, a list, a generator.
            y: Targets, likewise; for several outputs a list in their order or a dict by their names. Class indices may
                be ints or floats. `None` with an iterable.
            batch_size: Samples in a step. Defaults to 32; with an iterable its batches are what they are.
            epochs: The epoch to stop before, counted from 0. Defaults to 1.
            verbose: 0: silent; 1: a progress bar; 2: one line for each epoch; `"auto"`: 1 on a terminal, else 2.
            callbacks: `nnfit.callbacks.Callback`, or a list of them.
            validation_split: Fraction of the samples, the last ones, to evaluate on in place of training.
            validation_data: `(x, y)`, `(x, y, sample_weight)` or an iterable of batches to evaluate on after each
                epoch; it takes precedence over `validation_split`.
            shuffle: Whether each epoch takes the samples of arrays, or the batches of a `PyDataset`, in another order.
                Defaults to `True`.
            class_weight: Weight of each class in the loss, by class index (1 for a class that is left out), or such a
                dict by output name. It is multiplied with `sample_weight`, and holds for each step of a sequence.
            sample_weight: Weight of each sample, or of each step of a sequence, in the loss; for several outputs one
                array for all, a list or a dict by their names.
            initial_epoch: The epoch to begin at. Defaults to 0.
            steps_per_epoch: Batches in an epoch; the next epoch goes on where it ended. Defaults to all of the data.
            validation_steps: Batches to evaluate on, the first ones each time. Defaults to all there are.
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
        for what, count in (("epochs", epochs), ("initial_epoch", initial_epoch)):
            _check_count(self.name, what, count, 0)
        for what, steps in (("steps_per_epoch", steps_per_epoch), ("validation_steps", validation_steps)):
            _check_count(self.name, what, steps, 1)
        if isinstance(validation_freq, (int, float)):
            _check_count(self.name, "validation_freq", validation_freq, 1)
        if validation_split and validation_data is None:
            (x, y, sample_weight), validation_data = split_validation(x, y, sample_weight, validation_split, self.name)
        source = self._source(x, y, sample_weight, batch_size, class_weight)
        left = max(epochs - initial_epoch, 1)
        runner = EpochRunner(self, source, shuffle, steps_per_epoch, left)
        validation = self._validation_runner(
            validation_data, validation_batch_size or batch_size, validation_steps, left
        )
        callback_list = CallbackList(
            callbacks,
            add_history=True,
            add_progbar=True,
            model=self,
            verbose=verbose,
            epochs=epochs,
            steps=steps_per_epoch or source.steps,
            do_validation=validation is not None,
        )
        self._set_untracked("stop_training", False)
        try:
            with callback_list:
                self._run_epochs(range(initial_epoch, epochs), runner, validation, validation_freq, callback_list)
        finally:
            self._set_untracked("_epoch_runner", None)
            runner.close()
            if validation is not None:
                validation.close()
        return self.history  # type: ignore[return-value]

    def _run_epochs(
        self,
        epochs: range,
        runner: EpochRunner,
        validation: EpochRunner | None,
        validation_freq: int | Sequence[int],
        callback_list: CallbackList,
    ) -> None:
        self._set_untracked("_epoch_runner", runner)
        self._set_untracked("_initial_epoch", epochs.start)
        callback_list.on_train_begin()
        logs: dict[str, Any] = {}
        for epoch in range(self._initial_epoch, epochs.stop):
            self.reset_metrics()
            callback_list.on_epoch_begin(epoch)
            logs = runner.train(epoch, callback_list)
            if validation is not None and _due(validation_freq, epoch):
                results = self._evaluate(validation, callback_list, epoch)
                logs = {**logs, **{f"val_{name}": value for name, value in results.items()}}
            callback_list.on_epoch_end(epoch, logs)
            if self.stop_training:
                break
        if self.optimizer.use_ema and len(epochs) > 0:
            self.optimizer.finalize_variable_values(self.trainable_weights)  # type: ignore[attr-defined]
        callback_list.on_train_end(logs)

    def _training_position(self, within_epoch: bool) -> dict[str, Any]:
        """Where training stands in its data; see `EpochRunner.position`."""
        assert self._epoch_runner is not None
        return self._epoch_runner.position(within_epoch)

    def _resume_training(self, epoch: int, position: dict[str, Any]) -> None:
        """Lets the training that begins begin at an epoch, and at a position in its data."""
        assert self._epoch_runner is not None
        self._set_untracked("_initial_epoch", epoch)
        self._epoch_runner.resume(position)

    def _validation_runner(
        self, data: Any, batch_size: int | None, steps: int | None, times: int
    ) -> EpochRunner | None:
        if data is None:
            return None
        batches = isinstance(data, list) and all(isinstance(item, tuple) for item in data)
        if isinstance(data, (tuple, list)) and not batches:
            source = self._source(*unpack_x_y_sample_weight(tuple(data)), batch_size)
        else:
            source = self._source(data)
        return EpochRunner(self, source, False, steps, times, goes_on=False)

    def _evaluate(self, runner: EpochRunner, callback_list: CallbackList, epoch: int | None = None) -> dict[str, float]:
        self.reset_metrics()
        callback_list.on_test_begin()
        logs = runner.test(callback_list, epoch)
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
        callback_list = self._callback_list(callbacks, verbose, steps or source.steps)
        runner = EpochRunner(self, source, False, steps)
        try:
            with callback_list:
                logs = self._evaluate(runner, callback_list)
        finally:
            runner.close()
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
        source = self._source(x, batch_size=batch_size)
        step = self._step_function("predict_step")
        if callbacks is None and verbose in (0, False):
            return predict_source(step, source, steps, None)
        with self._callback_list(callbacks, verbose, steps or source.steps) as callback_list:
            return predict_source(step, source, steps, callback_list)

    def _callback_list(self, callbacks: Any, verbose: str | int, steps: int | None) -> CallbackList:
        return CallbackList(callbacks, add_progbar=True, model=self, verbose=verbose, steps=steps)

    def train_on_batch(
        self, x: Any, y: Any = None, sample_weight: Any = None, class_weight: Any = None, return_dict: bool = False
    ) -> Any:
        """Trains on one batch.

        Args:
            x: Inputs: array, or a list or dict of arrays.
            y: Targets.
            sample_weight: Weight of each sample.
            class_weight: Weight of each class, as `fit` takes it.
            return_dict: Whether to return a dict. Defaults to `False`.

        Returns:
            What `evaluate` would, of this batch alone.

        Raises:
            ValueError: If the model is not compiled, or the data do not fit.
        """
        self._check_compiled("train_on_batch")
        return self._on_batch("train_step", x, y, sample_weight, return_dict, class_weight)

    def test_on_batch(self, x: Any, y: Any = None, sample_weight: Any = None, return_dict: bool = False) -> Any:
        """Evaluates one batch; arguments and result as of `train_on_batch`."""
        self._check_compiled("test_on_batch")
        return self._on_batch("test_step", x, y, sample_weight, return_dict)

    def predict_on_batch(self, x: Any) -> Any:
        """Returns the outputs for one batch, as NumPy arrays.

        Args:
            x: Inputs: array, or a list or dict of arrays.
        """
        source = self._source(x)
        if not isinstance(source, ArraySource):
            raise TypeError(f"[{self.name}] predict_on_batch expected arrays; got {type(x).__name__}.")
        outcome = self._step_function("predict_step").run(source, None, 0, source.rows, 1)
        return tree.map_structure(np.array, outcome.result)

    def _on_batch(
        self, step: str, x: Any, y: Any, sample_weight: Any, return_dict: bool, class_weight: Any = None
    ) -> Any:
        source = self._source(x, y, sample_weight, class_weight=class_weight)
        if not isinstance(source, ArraySource):
            raise TypeError(
                f"[{self.name}] {step.replace('_step', '_on_batch')} expected arrays; got {type(x).__name__}."
            )
        self.reset_metrics()
        outcome = self._step_function(step).run(source, None, 0, source.rows, 1)
        logs = {name: log_value(value) for name, value in outcome.result.items()}
        if return_dict:
            return logs
        values = list(logs.values())
        return values[0] if len(values) == 1 else values


def _check_count(owner: str, what: str, value: Any, least: int) -> None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least):
        raise ValueError(f"[{owner}] expected {what} to be an int of at least {least}; got {value!r}.")


def _due(frequency: int | Sequence[int], epoch: int) -> bool:
    return (epoch + 1) % frequency == 0 if isinstance(frequency, int) else epoch + 1 in frequency
