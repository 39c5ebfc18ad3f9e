"""TensorBoard: curves, histograms, images, embeddings and the graph of a run, for the program of that name."""

from __future__ import annotations

import os
import shutil
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from nnfit.callbacks.batch_count import BatchCount
from nnfit.callbacks.callback import Callback
from nnfit.callbacks.log_values import mean_of
from nnfit.warn import warn

if TYPE_CHECKING:
    from nnfit.callbacks.event_file import EventFile


class TensorBoard(Callback):
    """Writes what TensorBoard shows: `tensorboard --logdir LOG_DIR`. Needs `pip install 'nnfit[tensorboard]'`.

    There are two runs, `train` and `validation`, with Keras's tags: `epoch_loss` and so on and `epoch_learning_rate`;
    `evaluation_loss_vs_iterations`; with `update_freq` also `batch_loss`; `dense/kernel/histogram`.

    Args:
        log_dir: The folder. Defaults to `"logs"`.
        histogram_freq: Write histograms of the weights each so many epochs; 0 for never. Defaults to 0.
        write_graph: Whether to write the model's graph. Defaults to `True`.
        write_images: Whether to write the weights as images too, when histograms are written. Defaults to `False`.
        write_steps_per_second: Whether to write how many steps a second there were. Defaults to `False`.
        update_freq: `"epoch"`, `"batch"`, or a number of batches: how often to write `batch_` curves, beside those of
            epochs. Being told of each batch makes training slower.
        profile_batch: Accepted as in Keras; there is no profiler, and a warning says so if it is not 0.
        embeddings_freq: Write the embeddings each so many epochs; 0 for never. Defaults to 0.
        embeddings_metadata: File in `log_dir` with a label for each row of the embeddings, or a dict of such files by
            the names of layers.

    Raises:
        ImportError: When training begins, if the package tensorboard is not installed.
        ValueError: For a frequency that is no int of at least 0, or a name in `embeddings_metadata` of no embedding.

    Example:
        >>> board = nnfit.callbacks.TensorBoard("/tmp/logs", histogram_freq=1)
    """

    def __init__(
        self,
        log_dir: Any = "logs",
        histogram_freq: int = 0,
        write_graph: bool = True,
        write_images: bool = False,
        write_steps_per_second: bool = False,
        update_freq: str | int = "epoch",
        profile_batch: Any = 0,
        embeddings_freq: int = 0,
        embeddings_metadata: Any = None,
    ) -> None:
        super().__init__()
        self.log_dir: str = os.fspath(log_dir)
        self.histogram_freq = _frequency("histogram_freq", histogram_freq)
        self.write_graph = write_graph
        self.write_images = write_images
        self.write_steps_per_second = write_steps_per_second
        self.update_freq = 1 if update_freq == "batch" else update_freq
        self.embeddings_freq = _frequency("embeddings_freq", embeddings_freq)
        self.embeddings_metadata = embeddings_metadata
        if profile_batch:
            warn("[TensorBoard] profile_batch has no effect: there is no profiler.")
        if update_freq != "epoch":
            if _frequency("update_freq", self.update_freq) == 0:
                raise ValueError("[TensorBoard] expected update_freq to be 'epoch', 'batch' or at least 1; got 0.")
            # On the instance: who does not listen to batches does not slow them down.
            self.on_train_batch_end = self._train_batch_ended  # type: ignore[method-assign]
        self._files: dict[str, EventFile] = {}
        self._graph_written = False
        self._batch_time = 0.0
        self._epoch_begin = (0.0, 0)
        self._training = False

    def set_model(self, model: Any) -> None:
        """Starts anew if it is another model."""
        if model is not self.model:
            self._graph_written = False
        super().set_model(model)

    def on_train_begin(self, logs: Any = None) -> None:
        """Opens the file of the training run and writes the graph."""
        self._training = True
        self._count = BatchCount(1 if self.update_freq == "epoch" else int(self.update_freq))
        self._file("train")
        if self.embeddings_freq:
            self._write_projector_config()
        self._write_graph()

    def on_train_end(self, logs: Any = None) -> None:
        """Closes the files."""
        self._training = False
        self._close()

    def on_interrupted(self) -> None:
        """Closes the files."""
        self._close()

    def on_test_end(self, logs: Any = None) -> None:
        """Writes an evaluation over the number of updates."""
        if self.model.optimizer is not None:
            step = int(self.model.optimizer.iterations)
            for name, value in (logs or {}).items():
                self._file("validation").scalar(f"evaluation_{name}_vs_iterations", mean_of(value), step)
        if not self._training:
            self._close()

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Notes the time."""
        self._count.begin_epoch()
        self._batch_time = time.perf_counter()
        self._epoch_begin = (self._batch_time, int(self.model.optimizer.iterations))

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Writes the logs, and the weights if it is time."""
        self._write_epoch(epoch, logs or {})
        if self.histogram_freq and epoch % self.histogram_freq == 0:
            self._write_weights(epoch)
        if self.embeddings_freq and epoch % self.embeddings_freq == 0:
            self._write_embeddings()
        self._write_graph()  # of a model that was not built before
        for file in self._files.values():
            file.flush()

    def _train_batch_ended(self, batch: int, logs: Any = None) -> None:
        before, now = self._count.total, time.perf_counter()
        due = self._count.is_due(batch)
        rate = (self._count.total - before) / max(now - self._batch_time, 1e-9)
        self._batch_time = now
        if not due:
            return
        file = self._file("train")
        for name, value in (logs or {}).items():
            file.scalar(f"batch_{name}", mean_of(value), self._count.total)
        if self.write_steps_per_second:
            file.scalar("batch_steps_per_second", rate, self._count.total)

    def _file(self, run: str) -> EventFile:
        if run not in self._files:
            from nnfit.callbacks.event_file import EventFile

            self._files[run] = EventFile(self._folder(run))
        return self._files[run]

    def _folder(self, run: str) -> str:
        return os.path.join(self.log_dir, run)

    def _close(self) -> None:
        for file in self._files.values():
            file.flush()
        self._files = {}

    def _write_epoch(self, epoch: int, logs: Any) -> None:
        points = {name: mean_of(value) for name, value in logs.items()}
        points["learning_rate"] = float(self.model.optimizer.learning_rate)
        if self.write_steps_per_second:
            begin, iterations = self._epoch_begin
            steps = int(self.model.optimizer.iterations) - iterations
            points["steps_per_second"] = steps / max(time.perf_counter() - begin, 1e-9)
        for name, value in points.items():
            run = "validation" if name.startswith("val_") else "train"
            self._file(run).scalar(f"epoch_{name.removeprefix('val_')}", value, epoch)

    def _write_weights(self, epoch: int) -> None:
        file = self._file("train")
        for layer in self.model.layers:
            for weight in layer.weights:
                value = weight.numpy()
                name = weight.path.replace(":", "_")
                file.histogram(f"{name}/histogram", value, epoch)
                images = as_images(value) if self.write_images else None
                if images is not None:
                    file.image(f"{name}/image", images, epoch)

    def _write_graph(self) -> None:
        if not self.write_graph or self._graph_written or not self.model.built:
            return
        from nnfit.callbacks.graph_def import graph_def_of

        self._graph_written = True
        try:
            boxes = self.model._outline(expand_nested=True)
        except ValueError as error:
            warn(f"[TensorBoard] the graph is not written: {error}")
            return
        self._file("train").graph(graph_def_of(boxes))

    def _embeddings(self) -> dict[str, Any]:
        layers = {layer.name: getattr(layer, "embeddings", None) for layer in self.model._flatten_layers()}
        return {name: weight for name, weight in layers.items() if hasattr(weight, "numpy")}

    def _write_projector_config(self) -> None:
        from google.protobuf import text_format
        from tensorboard.plugins.projector import ProjectorConfig

        metadata = self.embeddings_metadata or {}
        names = list(self._embeddings())
        if isinstance(metadata, dict) and set(metadata) - set(names):
            raise ValueError(
                f"[TensorBoard] embeddings_metadata names {sorted(metadata)}; the embeddings of the model that are "
                f"built are {names}."
            )
        config = ProjectorConfig()
        for name in names:
            embedding = config.embeddings.add(tensor_name=name, tensor_path=f"embedding_{name}.tsv")
            if self._labels_of(name) is not None:
                embedding.metadata_path = f"labels_{name}.tsv"
        with open(os.path.join(self._folder("train"), "projector_config.pbtxt"), "w", encoding="utf-8") as file:
            file.write(text_format.MessageToString(config))

    def _labels_of(self, name: str) -> str | None:
        metadata = self.embeddings_metadata
        labels = metadata.get(name) if isinstance(metadata, dict) else metadata
        return os.path.join(self.log_dir, labels) if labels else None

    def _write_embeddings(self) -> None:
        folder = self._folder("train")
        for name, weight in self._embeddings().items():
            np.savetxt(os.path.join(folder, f"embedding_{name}.tsv"), weight.numpy(), fmt="%.9g", delimiter="\t")
            labels = self._labels_of(name)
            if labels is not None and os.path.exists(labels):  # TensorBoard reads files beside its configuration alone
                shutil.copyfile(labels, os.path.join(folder, f"labels_{name}.tsv"))


def as_images(weight: np.ndarray[Any, Any]) -> np.ndarray[Any, Any] | None:
    """Returns a weight as grey images, its smallest value black and its largest white.

    Args:
        weight: Array. Axes of size 1 do not count: a vector is a row, a matrix lies with its longer side across, and
            of three axes the last one counts the images.

    Returns:
        Array `(count, height, width, 1)` of uint8; `None` for other weights.
    """
    values = np.squeeze(np.asarray(weight, np.float64))
    if values.ndim == 0 or values.ndim > 3 or not np.all(np.isfinite(values)):
        return None
    if values.ndim == 1:
        values = values[None, None, :]
    elif values.ndim == 2:
        values = (values.T if values.shape[0] > values.shape[1] else values)[None]
    else:
        values = np.transpose(values, (2, 0, 1))
    low, high = values.min(), values.max()
    grey: np.ndarray[Any, Any] = np.rint((values - low) * (255 / (high - low) if high > low else 0))
    return grey.astype(np.uint8)[..., None]


def _frequency(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"[TensorBoard] expected {name} to be an int of at least 0; got {value!r}.")
    return value
