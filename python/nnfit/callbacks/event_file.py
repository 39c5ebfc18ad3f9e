"""EventFile: what TensorBoard reads, written without TensorFlow."""

from __future__ import annotations

import io
import itertools
import os
import socket
import struct
import time
import zlib
from typing import Any

import numpy as np

_numbers = itertools.count()

_SECONDS_BETWEEN_WRITES = 1.0
_BUCKETS = 30  # TensorBoard's own default


class EventFile:
    """A file of events of one run, in TensorFlow's record format. It is open only while it is written to.

    Args:
        folder: The folder of the run; made as needed.

    Raises:
        ImportError: If the package tensorboard is not installed.
    """

    def __init__(self, folder: str) -> None:
        try:
            from tensorboard.summary.writer.record_writer import RecordWriter
        except ImportError as error:
            raise ImportError(
                "[TensorBoard] needs the package tensorboard: pip install 'nnfit[tensorboard]'."
            ) from error
        os.makedirs(folder, exist_ok=True)
        place = f"{int(time.time()):010d}.{socket.gethostname()}.{os.getpid()}.{next(_numbers)}"
        self._path = os.path.join(folder, f"events.out.tfevents.{place}.v2")
        self._pending = io.BytesIO()
        self._records = RecordWriter(self._pending)
        self._flushed = 0.0
        self._write(file_version="brain.Event:2")

    def scalar(self, tag: str, value: float, step: int) -> None:
        """Adds a point of a curve."""
        from tensorboard.plugins.scalar.metadata import create_summary_metadata

        self._tensor(tag, np.float32(value), step, create_summary_metadata(display_name="", description=""))

    def histogram(self, tag: str, values: Any, step: int) -> None:
        """Adds a histogram of an array."""
        from tensorboard.plugins.histogram.metadata import create_summary_metadata

        self._tensor(tag, histogram_buckets(values), step, create_summary_metadata("", ""))

    def image(self, tag: str, images: np.ndarray[Any, Any], step: int) -> None:
        """Adds images: an array `(count, height, width, channels)` of uint8 with 1, 3 or 4 channels."""
        from tensorboard.plugins.image.metadata import create_summary_metadata

        _, height, width, _ = images.shape
        strings = [str(width).encode(), str(height).encode(), *map(encode_png, images)]
        self._tensor(tag, strings, step, create_summary_metadata("", ""))

    def graph(self, graph_def: Any) -> None:
        """Adds the graph of the run, a `GraphDef`."""
        self._write(graph_def=graph_def.SerializeToString())

    def flush(self) -> None:
        """Hands what has been added over to readers."""
        with open(self._path, "ab") as file:
            file.write(self._pending.getvalue())
        self._pending.seek(0)
        self._pending.truncate()
        self._flushed = time.monotonic()

    def _tensor(self, tag: str, value: Any, step: int, metadata: Any) -> None:
        from tensorboard.compat.proto.summary_pb2 import Summary

        summary = Summary(value=[Summary.Value(tag=tag, tensor=_tensor_proto(value), metadata=metadata)])
        self._write(summary=summary, step=step)

    def _write(self, **content: Any) -> None:
        from tensorboard.compat.proto.event_pb2 import Event

        self._records.write(Event(wall_time=time.time(), **content).SerializeToString())
        if time.monotonic() - self._flushed > _SECONDS_BETWEEN_WRITES:
            self.flush()


def _tensor_proto(value: Any) -> Any:
    from tensorboard.compat.proto.tensor_pb2 import TensorProto
    from tensorboard.compat.proto.tensor_shape_pb2 import TensorShapeProto
    from tensorboard.compat.proto.types_pb2 import DT_DOUBLE, DT_FLOAT, DT_STRING

    def shape(sizes: Any) -> Any:
        return TensorShapeProto(dim=[TensorShapeProto.Dim(size=size) for size in sizes])

    if isinstance(value, list):
        return TensorProto(dtype=DT_STRING, tensor_shape=shape([len(value)]), string_val=value)
    array = np.asarray(value)
    kind = DT_DOUBLE if array.dtype == np.float64 else DT_FLOAT
    return TensorProto(dtype=kind, tensor_shape=shape(array.shape), tensor_content=array.tobytes())


def histogram_buckets(values: Any) -> np.ndarray[Any, Any]:
    """Returns rows of left edge, right edge and count, as TensorBoard's histograms are stored.

    Args:
        values: Array of any shape. What is not finite is left out.

    Returns:
        Float64 array `(30, 3)`; if all values are the same, only the last bucket has a count.

    Example:
        >>> histogram_buckets([0.0, 1.0, 1.0])[[0, 29], 2]
        array([1., 2.])
    """
    flat = np.asarray(values, np.float64).ravel()
    flat = flat[np.isfinite(flat)]
    if flat.size == 0:
        return np.zeros((_BUCKETS, 3))
    low, high = flat.min(), flat.max()
    if low == high:
        counts = np.zeros(_BUCKETS)
        counts[-1] = flat.size
        return np.stack([np.full(_BUCKETS, low), np.full(_BUCKETS, high), counts], axis=1)
    counts, edges = np.histogram(flat, _BUCKETS, (low, high))
    return np.stack([edges[:-1], edges[1:], counts.astype(np.float64)], axis=1)


def encode_png(pixels: np.ndarray[Any, Any]) -> bytes:
    """Returns an image in the PNG format.

    Args:
        pixels: Array `(height, width, channels)` of uint8: grey, with alpha, RGB, or with alpha.

    Reference: Portable Network Graphics (PNG) Specification, W3C 2003.
    """
    height, width, channels = pixels.shape
    colour = {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    rows = np.concatenate([np.zeros((height, 1), np.uint8), pixels.reshape(height, width * channels)], axis=1)
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows.tobytes())),
        (b"IEND", b""),
    )
    packed = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)
