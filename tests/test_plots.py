"""Pictures: of models, and of the course of training."""

import itertools
import sys

import numpy as np
import pytest

import nnfit
from nnfit import layers
from nnfit.utils import plot_model
from nnfit.utils.graph_layout import GraphLayout

pytest.importorskip("matplotlib")

X = np.random.default_rng(0).normal(size=(20, 4)).astype("float32")


def branched():
    x, y = nnfit.Input((4,), name="x"), nnfit.Input((3,), name="y")
    shared = layers.Dense(4, activation="relu", name="shared")
    inner = nnfit.Sequential([nnfit.Input((4,)), layers.Dense(4, name="deep")], name="inner")
    h = layers.Add(name="sum")([shared(layers.Dropout(0.1, name="drop")(shared(x))), inner(x)])
    return nnfit.Model([x, y], layers.Concatenate(name="joined")([h * 2.0, y]))


def texts(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def test_boxes_say_what_was_asked_for():
    assert sorted(texts(plot_model(branched(), None))) == [
        "Add", "Concatenate", "Dense", "Dropout", "InputLayer", "InputLayer", "Sequential", "multiply",
    ]  # fmt: skip
    every = texts(
        plot_model(
            branched(), None, show_shapes=True, show_dtype=True, show_layer_names=True, expand_nested=True,
            show_layer_activations=True, show_trainable=True,
        )
    )  # fmt: skip
    for text in (
        "shared (Dense)", "inner/deep (Dense)", "activation: relu", "input: (None, 4), (None, 3)", "output: (None, 7)",
        "dtype: float32", "trainable",
    ):  # fmt: skip
        assert text in every


@pytest.mark.parametrize("rankdir", ["TB", "BT", "LR", "RL"])
def test_the_graph_goes_where_it_is_told(rankdir):
    model = nnfit.Sequential([nnfit.Input((4,)), layers.Dense(2, name="a"), layers.Dense(2, name="b")])
    first, second, third = plot_model(model, None, rankdir=rankdir).axes[0].texts
    axis, sign = {"TB": (1, 1), "BT": (1, -1), "LR": (0, 1), "RL": (0, -1)}[rankdir]
    places = [sign * text.get_position()[axis] for text in (first, second, third)]
    assert places == sorted(places)


@pytest.mark.parametrize(("suffix", "start"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_formats(suffix, start, tmp_path):
    plot_model(branched(), tmp_path / f"model.{suffix}", dpi=50)
    assert (tmp_path / f"model.{suffix}").read_bytes().startswith(start)


def test_a_subclassed_model_is_traced():
    class Net(nnfit.Model):
        def __init__(self):
            super().__init__()
            self.a = layers.Dense(3)

        def call(self, x):
            return nnfit.ops.tanh(self.a(x))

    model = Net()
    with pytest.raises(ValueError, match="is not built, so its graph is not known"):
        plot_model(model, None)
    model(X)
    assert texts(plot_model(model, None)) == ["InputLayer", "Dense", "tanh"]


def test_wrong_arguments_and_no_matplotlib(monkeypatch):
    with pytest.raises(ValueError, match="expected rankdir to be one of"):
        plot_model(branched(), None, rankdir="down")
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ImportError, match=r"pip install 'nnfit\[plot\]'"):
        plot_model(branched(), None)
    with pytest.raises(ImportError, match=r"pip install 'nnfit\[plot\]'"):
        fitted().plot()


# The layout

GRAPHS = {
    "nothing": (0, []),
    "one": (1, []),
    "chain": (4, [(0, 1), (1, 2), (2, 3)]),
    "diamond with a long way": (5, [(0, 1), (0, 2), (1, 3), (2, 3), (3, 4), (0, 4)]),
    "circle": (4, [(0, 1), (1, 2), (2, 1), (2, 3)]),
    "an arrow back that closes no circle": (3, [(0, 1), (0, 2), (2, 1)]),
    "two that are apart": (4, [(0, 1), (2, 3)]),
    "deep": (500, [(i, i + 1) for i in range(499)]),
    "wide": (60, [(0, i) for i in range(1, 60)]),
}


@pytest.mark.parametrize("name", GRAPHS)
def test_boxes_do_not_overlap_and_arrows_go_on(name):
    count, arrows = GRAPHS[name]
    rng = np.random.default_rng(0)
    sizes = [(float(w), float(h)) for w, h in rng.uniform(0.5, 2.0, (count, 2))]
    layout = GraphLayout(sizes, arrows, 0.3, 0.4)
    centres = np.array(layout.centres).reshape(-1, 2)
    if count <= 100:
        for i in range(count):
            for j in range(i):
                apart = np.abs(centres[i] - centres[j]) - (np.array(sizes[i]) + sizes[j]) / 2
                assert apart.max() >= 0.3 - 1e-9
    turned = [(a, b) for a, b in arrows if centres[a][1] >= centres[b][1]]
    assert turned == ([(2, 1)] if name == "circle" else [])
    for (a, b), path in zip(arrows, layout.paths, strict=True):
        for box, place in ((a, path[0]), (b, path[-1])):
            assert place[0] == pytest.approx(centres[box][0], abs=1e-5)
            assert abs(place[1] - centres[box][1]) == pytest.approx(sizes[box][1] / 2, abs=1e-5)
    if count:
        assert np.all(centres - np.array(sizes) / 2 >= -1e-9)
        assert np.all(centres + np.array(sizes) / 2 <= np.array([layout.width, layout.height]) + 1e-9)


def test_arrows_pass_beside_boxes():
    sizes = [(1.0, 1.0)] * 4
    layout = GraphLayout(sizes, [(0, 1), (1, 2), (2, 3), (0, 3)], 0.3, 0.4)
    for path in layout.paths:
        for (x, y), (to_x, to_y) in itertools.pairwise(path):
            for (cx, cy), (width, height) in zip(layout.centres, sizes, strict=True):
                within_x = min(x, to_x) < cx + width / 2 - 1e-6 and max(x, to_x) > cx - width / 2 + 1e-6
                within_y = min(y, to_y) < cy + height / 2 - 1e-6 and max(y, to_y) > cy - height / 2 + 1e-6
                assert not (within_x and within_y)


# Histories


def fitted(**options):
    model = nnfit.Sequential([nnfit.Input((4,)), layers.Dense(1)])
    model.compile("sgd", "mse", metrics=["mae"])
    return model.fit(X, X[:, 0], epochs=4, verbose=0, validation_data=(X, X[:, 1]), **options)


def curves(axes):
    return {line.get_label(): (list(line.get_xdata()), list(line.get_ydata())) for line in axes.lines}


def test_history_draws_training_beside_validation(tmp_path):
    history = fitted(validation_freq=2)
    figure = history.plot(to_file=tmp_path / "history.png")
    assert [axes.get_title() for axes in figure.axes] == ["loss", "mae"]
    assert curves(figure.axes[0]) == {
        "training": ([1, 2, 3, 4], history.history["loss"]),
        "validation": ([2, 4], history.history["val_loss"]),
    }
    assert (tmp_path / "history.png").read_bytes().startswith(b"\x89PNG")


def test_history_draws_what_is_named(tmp_path):
    figure = fitted().plot("val_mae", to_file=tmp_path / "h.svg")
    assert [axes.get_title() for axes in figure.axes] == ["mae"]
    with pytest.raises(ValueError, match=r"has no \['acc'\] to draw\. There are \['loss', 'mae', 'val_loss'"):
        fitted().plot("acc")
    with pytest.raises(ValueError, match="has no values yet to draw"):
        nnfit.callbacks.History().plot()


def test_history_is_shown_by_pyplot_without_a_file():
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    figure = fitted().plot("loss")
    assert pyplot.fignum_exists(figure.number)
    pyplot.close(figure)
