"""What the TensorBoard callback writes, as a person sees it: the pages of TensorBoard in a real browser."""

import json
import shutil
import subprocess
import sys
import time
import urllib.request

import numpy as np
import pytest

import nnfit
from browser import Browser, wait_for_line
from nnfit import layers

pytest.importorskip("tensorboard")
pytestmark = pytest.mark.browser

if not (shutil.which("chromedriver") and (shutil.which("chromium") or shutil.which("google-chrome"))):
    pytest.skip("needs Chromium and its driver (apt install chromium chromium-driver)", allow_module_level=True)


class Table(layers.Layer):
    """Stands for an embedding."""

    def build(self, input_shape):
        self.embeddings = self.add_weight((40, 3), name="embeddings")

    def call(self, x):
        return x + nnfit.ops.sum(self.embeddings) * 0.001


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    folder = tmp_path_factory.mktemp("logs")
    x = np.random.default_rng(0).normal(size=(200, 6)).astype("float32")
    inputs = nnfit.Input((6,), name="measurements")
    hidden = layers.Dense(8, activation="relu", name="hidden")(inputs)
    skipped = layers.Concatenate(name="joined")([Table(name="words")(hidden), inputs])
    model = nnfit.Model(inputs, layers.Dense(1, name="prediction")(skipped))
    model.compile("adam", "mse")
    (folder / "labels.tsv").write_text("".join(f"word {i}\n" for i in range(40)))
    board = nnfit.callbacks.TensorBoard(folder, histogram_freq=1, embeddings_freq=1, embeddings_metadata="labels.tsv")
    history = model.fit(x, x[:, :1], epochs=4, validation_split=0.2, verbose=0, callbacks=[board])
    return folder, history.history


@pytest.fixture(scope="module")
def address(history):
    command = [sys.executable, "-m", "tensorboard.main", "--logdir", history[0], "--host", "127.0.0.1", "--port", "0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        yield wait_for_line(server, r"(http://127\.0\.0\.1:\d+/)")
    finally:
        server.terminate()
        server.wait()
        server.stdout.close()


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with Browser(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


def test_curves_with_their_values(browser, address, history):
    browser.open(f"{address}#timeseries")
    last = [f"{history[1][name][-1]:.4f}".rstrip("0") for name in ("loss", "val_loss")]
    browser.wait_for("epoch_loss", "epoch_learning_rate", "train", "validation", *last)
    browser.open(f"{address}#scalars")
    browser.wait_for("epoch_loss", "epoch_learning_rate", elements={"path.line": 3})


def test_histograms(browser, address):
    browser.open(f"{address}#histograms")
    tags = ("hidden/kernel/histogram", "hidden/bias/histogram", "prediction/kernel/histogram")
    browser.wait_for(*tags, elements={"g.histogram": 4 * 4, "path.outline": 4 * 4})


def test_the_graph(browser, address):
    browser.open(f"{address}#graphs")
    names = ("measurements", "hidden", "words", "joined", "prediction")
    browser.wait_for(*names, elements={"g.node": 5, "path.edgeline": 5})


def test_embeddings(address, history):
    """What the projector's page asks for; the page itself needs a graphics card."""

    def answer(path):
        with urllib.request.urlopen(f"{address}data/plugin/projector/{path}", timeout=60) as response:
            return response.read()

    deadline = time.monotonic() + 60
    while json.loads(answer("runs")) != ["train"]:
        assert time.monotonic() < deadline
    table = np.loadtxt(history[0] / "train" / "embedding_words.tsv", dtype="float32", delimiter="\t")
    np.testing.assert_array_equal(np.frombuffer(answer("tensor?run=train&name=words"), "float32"), table.ravel())
    assert answer("metadata?run=train&name=words").decode().splitlines() == [f"word {i}" for i in range(40)]
