"""The TensorBoard callback: which events it writes, read back by TensorBoard's own code."""

import struct
import subprocess
import sys
import zlib

import numpy as np
import pytest

import nnfit
from nnfit import layers
from nnfit.callbacks import TensorBoard
from nnfit.callbacks.event_file import encode_png, histogram_buckets
from nnfit.callbacks.tensorboard import as_images

pytest.importorskip("tensorboard")

X = np.random.default_rng(0).normal(size=(40, 6)).astype("float32")
Y = np.random.default_rng(1).integers(0, 3, 40)


def made():
    x = nnfit.Input((6,), name="x")
    inner = nnfit.Sequential([nnfit.Input((4,)), layers.Dense(4, name="deep")], name="inner")
    h = layers.Dense(4, activation="relu", name="hidden")(x)
    model = nnfit.Model(x, layers.Dense(3, name="scores")(layers.Add(name="sum")([h, inner(h)])))
    model.compile(
        nnfit.optimizers.SGD(nnfit.optimizers.schedules.ExponentialDecay(0.1, 4, 0.5)),
        nnfit.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return model


def fitted(board, model=None, epochs=2, **options):
    model = model or made()
    options = {"validation_data": (X, Y), "batch_size": 10, **options}
    model.fit(X, Y, epochs=epochs, shuffle=False, verbose=0, callbacks=[board], **options)
    return model


def read(folder):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    events = EventAccumulator(str(folder), size_guidance={"tensors": 0})
    events.Reload()
    return events


def curve(events, tag):
    from tensorboard.util.tensor_util import make_ndarray

    return [(e.step, make_ndarray(e.tensor_proto).item()) for e in events.Tensors(tag)]


def test_curves_of_epochs(tmp_path):
    model = fitted(TensorBoard(tmp_path))
    history = model.history.history
    train, validation = read(tmp_path / "train"), read(tmp_path / "validation")
    assert set(train.Tags()["tensors"]) == {"epoch_loss", "epoch_accuracy", "epoch_learning_rate"}
    assert set(validation.Tags()["tensors"]) == {
        "epoch_loss", "epoch_accuracy", "evaluation_loss_vs_iterations", "evaluation_accuracy_vs_iterations",
    }  # fmt: skip
    assert curve(train, "epoch_loss") == [(i, pytest.approx(v)) for i, v in enumerate(history["loss"])]
    assert curve(validation, "epoch_accuracy") == [(i, pytest.approx(v)) for i, v in enumerate(history["val_accuracy"])]
    assert curve(train, "epoch_learning_rate") == [(0, pytest.approx(0.05)), (1, pytest.approx(0.025))]
    losses = [(4 * (i + 1), pytest.approx(v)) for i, v in enumerate(history["val_loss"])]
    assert curve(validation, "evaluation_loss_vs_iterations") == losses
    assert train.SummaryMetadata("epoch_loss").plugin_data.plugin_name == "scalars"


def test_without_validation_there_is_one_run(tmp_path):
    fitted(TensorBoard(tmp_path), validation_data=None)
    assert [p.name for p in tmp_path.iterdir()] == ["train"]


@pytest.mark.parametrize(("update_freq", "steps"), [("batch", [1, 2, 3, 4, 5, 6, 7, 8]), (3, [3, 6])])
def test_curves_of_batches(update_freq, steps, tmp_path):
    fitted(TensorBoard(tmp_path, update_freq=update_freq, write_steps_per_second=True))
    train = read(tmp_path / "train")
    for tag in ("batch_loss", "batch_accuracy", "batch_steps_per_second"):
        assert [step for step, _ in curve(train, tag)] == steps
    assert [step for step, _ in curve(train, "epoch_steps_per_second")] == [0, 1]
    assert all(value > 0 for _, value in curve(train, "epoch_steps_per_second"))


def test_batches_that_are_run_several_at_a_call(tmp_path):
    model = made()
    model.compile("sgd", model.loss, steps_per_execution=2)
    fitted(TensorBoard(tmp_path, update_freq=3), model)
    assert [step for step, _ in curve(read(tmp_path / "train"), "batch_loss")] == [4, 8]


def test_it_listens_to_batches_only_if_asked(tmp_path):
    from nnfit.callbacks import CallbackList

    assert not CallbackList([TensorBoard(tmp_path)], model=made()).wants_batches
    assert CallbackList([TensorBoard(tmp_path, update_freq="batch")], model=made()).wants_batches


def test_histograms_and_images_of_weights(tmp_path):
    from tensorboard.util.tensor_util import make_ndarray

    model = fitted(TensorBoard(tmp_path, histogram_freq=2, write_images=True), epochs=3)
    train = read(tmp_path / "train")
    tags = {tag for tag in train.Tags()["tensors"] if "/" in tag}
    assert {
        "hidden/kernel/histogram",
        "hidden/kernel/image",
        "scores/bias/histogram",
        "inner/deep/kernel/image",
    } <= tags
    histograms = train.Tensors("hidden/kernel/histogram")
    assert [event.step for event in histograms] == [0, 2]
    buckets = make_ndarray(histograms[-1].tensor_proto)
    kernel = model.get_layer("hidden").kernel.numpy()
    np.testing.assert_array_equal(buckets[:, 2], np.histogram(kernel.astype("float64"), 30)[0])
    assert train.SummaryMetadata("hidden/kernel/histogram").plugin_data.plugin_name == "histograms"
    width, height, picture = make_ndarray(train.Tensors("hidden/kernel/image")[-1].tensor_proto)
    assert (width, height) == (b"6", b"4")
    assert picture.startswith(b"\x89PNG")
    assert train.SummaryMetadata("hidden/kernel/image").plugin_data.plugin_name == "images"


def test_the_graph(tmp_path):
    from tensorboard.compat.proto.graph_pb2 import GraphDef

    fitted(TensorBoard(tmp_path))
    graph = GraphDef.FromString(read(tmp_path / "train").Graph().SerializeToString())
    nodes = {node.name: node for node in graph.node}
    assert {name: list(node.input) for name, node in nodes.items() if "input" not in name} == {
        "x": [], "hidden": ["x"], "inner/deep": [next(name for name in nodes if name.startswith("inner/input"))],
        "sum": ["hidden", "inner/deep"], "scores": ["sum"],
    }  # fmt: skip
    assert nodes["hidden"].op == "Dense"
    assert [dim.size for dim in nodes["hidden"].attr["_output_shapes"].list.shape[0].dim] == [-1, 4]
    assert nodes["hidden"].attr["parameters"].i == 28


def test_the_graph_of_a_subclassed_model_is_traced(tmp_path):
    class Net(nnfit.Model):
        def __init__(self):
            super().__init__()
            self.a = layers.Dense(4, name="a")
            self.b = layers.Dense(3, name="b")

        def call(self, x):
            return self.b(nnfit.ops.relu(self.a(x)))

    model = Net()
    model.compile("sgd", made().loss)
    fitted(TensorBoard(tmp_path), model)
    kinds = [node.op for node in read(tmp_path / "train").Graph().node]
    assert kinds == ["InputLayer", "Dense", "relu", "Dense"]
    assert model.a.nodes == []


def test_a_graph_that_cannot_be_traced(tmp_path):
    class Net(nnfit.Model):
        def __init__(self):
            super().__init__()
            self.a = layers.Dense(3)

        def call(self, x):
            return self.a(x) if float(x[0, 0]) > -1e9 else x

    model = Net()
    model.compile("sgd", made().loss, run_eagerly=True)
    with pytest.warns(UserWarning, match=r"\[TensorBoard\] the graph is not written: .* cannot be traced"):
        fitted(TensorBoard(tmp_path), model)
    fitted(TensorBoard(tmp_path / "none", write_graph=False))
    assert not read(tmp_path / "none" / "train").Tags()["graph"]


def test_an_evaluation_by_itself(tmp_path):
    model = made()
    model.evaluate(X, Y, verbose=0, callbacks=[TensorBoard(tmp_path)])
    assert [step for step, _ in curve(read(tmp_path / "validation"), "evaluation_loss_vs_iterations")] == [0]


class Table(layers.Layer):
    """Stands for an embedding."""

    def build(self, input_shape):
        self.embeddings = self.add_weight((5, 2), name="embeddings")

    def call(self, x):
        return nnfit.ops.sum(self.embeddings) + x


def test_embeddings(tmp_path):
    model = nnfit.Sequential([nnfit.Input((6,)), Table(name="words"), layers.Dense(3)])
    model.compile("sgd", made().loss)
    (tmp_path / "labels.tsv").write_text("a\nb\nc\nd\ne\n")
    fitted(TensorBoard(tmp_path, embeddings_freq=1, embeddings_metadata={"words": "labels.tsv"}), model)
    config = (tmp_path / "train" / "projector_config.pbtxt").read_text()
    assert 'tensor_path: "embedding_words.tsv"' in config
    assert 'metadata_path: "labels_words.tsv"' in config
    assert (tmp_path / "train" / "labels_words.tsv").read_text().split() == ["a", "b", "c", "d", "e"]
    table = np.loadtxt(tmp_path / "train" / "embedding_words.tsv", delimiter="\t")
    np.testing.assert_array_equal(table.astype("float32"), model.get_layer("words").embeddings.numpy())
    with pytest.raises(ValueError, match=r"embeddings_metadata names \['letters'\]; .* are \['words'\]"):
        fitted(TensorBoard(tmp_path, embeddings_freq=1, embeddings_metadata={"letters": "l"}), model)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"histogram_freq": -1}, "expected histogram_freq to be an int of at least 0; got -1"),
        ({"update_freq": "epochs"}, "expected update_freq to be an int"),
        ({"update_freq": 0}, "expected update_freq to be 'epoch', 'batch' or at least 1"),
    ],
)
def test_wrong_arguments(options, words):
    with pytest.raises(ValueError, match=words):
        TensorBoard("logs", **options)


def test_there_is_no_profiler():
    with pytest.warns(UserWarning, match="profile_batch has no effect"):
        TensorBoard("logs", profile_batch=(2, 5))


def test_tensorflow_is_not_imported(tmp_path):
    program = (
        "import sys, numpy as np, nnfit\n"
        "sys.modules['tensorflow'] = None\n"
        "model = nnfit.Sequential([nnfit.Input((2,)), nnfit.layers.Dense(1)])\n"
        "model.compile('sgd', 'mse')\n"
        "board = nnfit.callbacks.TensorBoard(sys.argv[1], histogram_freq=1, write_images=True)\n"
        "model.fit(np.ones((4, 2)), np.ones(4), verbose=0, callbacks=[board])\n"
    )
    environment = {"PYTHONPATH": ":".join(path for path in sys.path if path)}
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=True, env=environment)
    assert len(list((tmp_path / "train").iterdir())) == 1


def test_without_the_package_the_error_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorboard.summary.writer.record_writer", None)
    with pytest.raises(ImportError, match=r"pip install 'nnfit\[tensorboard\]'"):
        fitted(TensorBoard(tmp_path))


# Parts


def test_buckets():
    same = histogram_buckets(np.full((2, 3), 0.5))
    assert same.shape == (30, 3)
    np.testing.assert_array_equal(same[-1], [0.5, 0.5, 6])
    assert same[:-1, 2].sum() == 0
    assert histogram_buckets([]).shape == (30, 3)
    assert histogram_buckets([1.0, np.nan, 2.0, np.inf])[:, 2].sum() == 2


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_png(channels):
    pixels = np.arange(5 * 7 * channels, dtype=np.uint8).reshape(5, 7, channels)
    data = encode_png(pixels)
    chunks, place = {}, 8
    while place < len(data):
        (length,) = struct.unpack(">I", data[place : place + 4])
        kind, body = data[place + 4 : place + 8], data[place + 8 : place + 8 + length]
        assert struct.unpack(">I", data[place + 8 + length : place + 12 + length])[0] == zlib.crc32(kind + body)
        chunks[kind] = body
        place += 12 + length
    assert struct.unpack(">II", chunks[b"IHDR"][:8]) == (7, 5)
    rows = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(5, 1 + 7 * channels)
    np.testing.assert_array_equal(rows[:, 1:].reshape(pixels.shape), pixels)


@pytest.mark.parametrize(
    ("shape", "images"),
    [((3,), (1, 1, 3, 1)), ((5, 2), (1, 2, 5, 1)), ((2, 5), (1, 2, 5, 1)), ((3, 4, 6), (6, 3, 4, 1)), ((), None),
     ((3, 3, 1, 8), (8, 3, 3, 1)), ((3, 3, 2, 8), None)],
)  # fmt: skip
def test_weights_as_images(shape, images):
    made = as_images(np.random.default_rng(0).normal(size=shape))
    assert (made if made is None else made.shape) == images
    if made is not None:
        assert (made.min(), made.max()) == (0, 255)
