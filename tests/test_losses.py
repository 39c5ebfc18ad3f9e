"""Loss functions against their formulas in double precision, and by name."""

import json
from contextlib import ExitStack

import numpy as np
import pytest

from execution import EXECUTIONS, names_of, plan_of
from nnfit import Input, Model, losses, ops
from nnfit.gradient_tape import GradientTape

RNG = np.random.default_rng(0)
SHAPE = (6, 4)
EPSILON = 1e-7


def softmax(x, axis=-1):
    e = np.exp(x - x.max(axis, keepdims=True))
    return e / e.sum(axis, keepdims=True)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def binary(y, p):
    p = np.clip(p, EPSILON, 1 - EPSILON)
    return (-y * np.log(p) - (1 - y) * np.log(1 - p)).mean(-1)


def categorical(y, p):
    p = np.clip(p / p.sum(-1, keepdims=True), EPSILON, 1 - EPSILON)
    return -(y * np.log(p)).sum(-1)


def huber(e, delta):
    return np.where(np.abs(e) <= delta, e**2 / 2, delta * (np.abs(e) - delta / 2)).mean(-1)


def binary_focal(y, p, gamma=2.0, weight=1.0):
    p = np.clip(p, EPSILON, 1 - EPSILON)
    return (weight * np.abs(y - p) ** gamma * (-y * np.log(p) - (1 - y) * np.log(1 - p))).mean(-1)


def categorical_focal(y, p, alpha=0.25, gamma=2.0):
    p = p / p.sum(-1, keepdims=True)
    return -(alpha * (1 - p) ** gamma * y * np.log(p)).sum(-1)


def cosine(y, p):
    return -(y * p).sum(-1) / np.linalg.norm(y, axis=-1) / np.linalg.norm(p, axis=-1)


def shortfall(y, p):
    return np.maximum(1 - y * p, 0)


def dice(y, p, axis):
    return 1 - 2 * (y * p).sum(axis) / ((y + p).sum(axis) + EPSILON)


def tversky(y, p, alpha, beta, axis):
    shared, missed, wrong = (v.sum(axis) for v in (y * p, y * (1 - p), (1 - y) * p))
    return 1 - shared / (shared + alpha * missed + beta * wrong + EPSILON)


def circle(labels, x, gamma, margin):
    values = []
    for i, label in enumerate(labels):
        d = np.maximum(1 - x @ x[i], 0)
        same = (labels == label) & (np.arange(len(x)) != i)
        right = (gamma * (margin + d) * (d - margin))[same]
        wrong = (gamma * np.maximum(1 + margin - d, 0) * (1 - margin - d))[labels != label]
        values.append(np.log1p(np.exp(right).sum() * np.exp(wrong).sum()))
    return np.array(values)


REAL = RNG.normal(size=SHAPE, scale=2), RNG.normal(size=SHAPE, scale=2)
POSITIVE = np.abs(REAL[0]), np.abs(REAL[1])
LABELS = (RNG.random(SHAPE) < 0.5).astype("float64"), RNG.random(SHAPE)
LOGITS = RNG.normal(size=SHAPE, scale=3)
ONE_HOT = np.eye(4)[[0, 3, 1, 1, 2, 0]]
EMBEDDINGS = REAL[1] / np.linalg.norm(REAL[1], axis=-1, keepdims=True)
PROBABLE = softmax(REAL[0]), softmax(REAL[1])

# name, arguments, targets, predictions, the values expected
CASES = [
    ("mean_squared_error", {}, *REAL, ((REAL[0] - REAL[1]) ** 2).mean(-1)),
    ("mean_absolute_error", {}, *REAL, np.abs(REAL[0] - REAL[1]).mean(-1)),
    ("mean_absolute_percentage_error", {}, *REAL, 100 * np.abs((REAL[0] - REAL[1]) / REAL[0]).mean(-1)),
    (
        "mean_squared_logarithmic_error",
        {},
        *POSITIVE,
        ((np.log1p(POSITIVE[0]) - np.log1p(POSITIVE[1])) ** 2).mean(-1),
    ),
    ("huber", {}, *REAL, huber(REAL[0] - REAL[1], 1)),
    ("huber", {"delta": 2.5}, *REAL, huber(REAL[0] - REAL[1], 2.5)),
    ("log_cosh", {}, *REAL, np.log(np.cosh(REAL[1] - REAL[0])).mean(-1)),
    ("binary_crossentropy", {}, *LABELS, binary(*LABELS)),
    ("binary_crossentropy", {"from_logits": True}, LABELS[0], LOGITS, binary(LABELS[0], sigmoid(LOGITS))),
    ("binary_crossentropy", {"label_smoothing": 0.2}, *LABELS, binary(LABELS[0] * 0.8 + 0.1, LABELS[1])),
    ("binary_crossentropy", {"axis": 0}, *LABELS, binary(LABELS[0].T, LABELS[1].T)),
    ("categorical_crossentropy", {}, ONE_HOT, LABELS[1], categorical(ONE_HOT, LABELS[1])),
    ("categorical_crossentropy", {"from_logits": True}, ONE_HOT, LOGITS, categorical(ONE_HOT, softmax(LOGITS))),
    (
        "categorical_crossentropy",
        {"from_logits": True, "label_smoothing": 0.2},
        ONE_HOT,
        LOGITS,
        categorical(ONE_HOT * 0.8 + 0.05, softmax(LOGITS)),
    ),
    ("categorical_crossentropy", {"axis": 0}, ONE_HOT.T, LABELS[1].T, categorical(ONE_HOT, LABELS[1])),
    ("sparse_categorical_crossentropy", {}, ONE_HOT.argmax(-1), LABELS[1], categorical(ONE_HOT, LABELS[1])),
    (
        "sparse_categorical_crossentropy",
        {"from_logits": True},
        ONE_HOT.argmax(-1),
        LOGITS,
        categorical(ONE_HOT, softmax(LOGITS)),
    ),
    (
        "sparse_categorical_crossentropy",
        {"from_logits": True, "ignore_class": 1},
        ONE_HOT.argmax(-1),
        LOGITS,
        categorical(ONE_HOT, softmax(LOGITS)) * (ONE_HOT.argmax(-1) != 1),
    ),
    ("binary_focal_crossentropy", {}, *LABELS, binary_focal(*LABELS)),
    ("binary_focal_crossentropy", {"from_logits": True}, LABELS[0], LOGITS, binary_focal(LABELS[0], sigmoid(LOGITS))),
    (
        "binary_focal_crossentropy",
        {"apply_class_balancing": True, "alpha": 0.3, "gamma": 1.5},
        *LABELS,
        binary_focal(*LABELS, gamma=1.5, weight=np.where(LABELS[0] == 1, 0.3, 0.7)),
    ),
    (
        "binary_focal_crossentropy",
        {"label_smoothing": 0.2, "axis": 0, "gamma": 0.0},
        *LABELS,
        binary(LABELS[0].T * 0.8 + 0.1, LABELS[1].T),
    ),
    ("categorical_focal_crossentropy", {}, ONE_HOT, LABELS[1], categorical_focal(ONE_HOT, LABELS[1])),
    (
        "categorical_focal_crossentropy",
        {"from_logits": True, "alpha": [0.1, 0.2, 0.3, 0.4], "gamma": 1.5},
        ONE_HOT,
        LOGITS,
        categorical_focal(ONE_HOT, softmax(LOGITS), np.array([0.1, 0.2, 0.3, 0.4]), 1.5),
    ),
    (
        "categorical_focal_crossentropy",
        {"label_smoothing": 0.2, "axis": 0},
        ONE_HOT.T,
        LABELS[1].T,
        categorical_focal(ONE_HOT * 0.8 + 0.05, LABELS[1]),
    ),
    ("kl_divergence", {}, *PROBABLE, (PROBABLE[0] * np.log(PROBABLE[0] / PROBABLE[1])).sum(-1)),
    ("poisson", {}, *POSITIVE, (POSITIVE[1] - POSITIVE[0] * np.log(POSITIVE[1] + EPSILON)).mean(-1)),
    ("cosine_similarity", {}, *REAL, cosine(*REAL)),
    ("cosine_similarity", {"axis": 0}, *REAL, cosine(REAL[0].T, REAL[1].T)),
    ("hinge", {}, *LABELS, shortfall(2 * LABELS[0] - 1, LABELS[1]).mean(-1)),
    ("hinge", {}, np.sign(REAL[0]), REAL[1], shortfall(np.sign(REAL[0]), REAL[1]).mean(-1)),
    ("squared_hinge", {}, np.sign(REAL[0]), REAL[1], (shortfall(np.sign(REAL[0]), REAL[1]) ** 2).mean(-1)),
    (
        "categorical_hinge",
        {},
        ONE_HOT,
        REAL[1],
        np.maximum(1 + ((1 - ONE_HOT) * REAL[1]).max(-1) - (ONE_HOT * REAL[1]).sum(-1), 0),
    ),
    ("dice", {}, *LABELS, dice(*LABELS, None)),
    ("dice", {"axis": -1}, *LABELS, dice(*LABELS, -1)),
    ("tversky", {"alpha": 0.3, "beta": 0.7}, *LABELS, tversky(*LABELS, 0.3, 0.7, None)),
    (
        "circle",
        {"gamma": 2.0, "margin": 0.25},
        np.array([0, 0, 1, 1, 1, 0]),
        EMBEDDINGS,
        circle(np.array([0, 0, 1, 1, 1, 0]), EMBEDDINGS, 2, 0.25),
    ),
    (
        "categorical_generalized_cross_entropy",
        {"q": 0.7},
        ONE_HOT.argmax(-1),
        PROBABLE[0],
        (1 - (PROBABLE[0] * ONE_HOT).sum(-1) ** 0.7) / 0.7,
    ),
    ("tversky", {"axis": [1]}, *LABELS, tversky(*LABELS, 0.5, 0.5, 1)),
]
IDS = ["-".join([name, *arguments]) for name, arguments, *_ in CASES]
CLASSES = {"kl_divergence": "KLDivergence"}


def class_of(name):
    return getattr(losses, CLASSES.get(name) or "".join(word.capitalize() for word in name.split("_")))


def test_every_registered_loss_has_a_case():
    classes = {class_of(name) for name, *_ in CASES}
    functions = {getattr(losses, name) for name, *_ in CASES}
    registered = {losses.registry.find(name) for name in losses.registry.names()}
    assert registered - {losses.LossFunctionWrapper} == classes | functions


@EXECUTIONS
@pytest.mark.parametrize(("dtype", "tolerance"), [("float32", 2e-5), ("float64", 1e-9)])
@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_values(case, dtype, tolerance, run):
    name, arguments, y_true, y_pred, expected = case
    y_true = ops.convert_to_tensor(y_true if y_true.dtype.kind == "i" else y_true.astype(dtype))
    values = run(lambda t, p: getattr(losses, name)(t, p, **arguments))(y_true, ops.convert_to_tensor(y_pred, dtype))
    assert values.dtype == dtype
    np.testing.assert_allclose(values.numpy(), expected, rtol=tolerance, atol=tolerance / 10)


@EXECUTIONS
@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_objects_give_the_mean_of_the_values(case, run):
    name, arguments, y_true, y_pred, expected = case
    loss = class_of(name)(**arguments, dtype="float64")
    count = (y_true != arguments["ignore_class"]).sum() if "ignore_class" in arguments else expected.size
    value = run(lambda t, p: loss(t, p))(ops.convert_to_tensor(y_true), ops.convert_to_tensor(y_pred))
    assert value.shape == ()
    assert value.dtype == "float64"
    np.testing.assert_allclose(float(value), expected.sum() / count, rtol=1e-9)


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_objects_round_trip_through_json(case):
    name, arguments, y_true, y_pred, _ = case
    loss = class_of(name)(**arguments, reduction="sum", name="mine")
    copy = losses.get(json.loads(json.dumps(losses.serialize(loss))))
    assert type(copy) is type(loss)
    assert copy.get_config() == loss.get_config()
    assert copy.name == "mine"
    assert copy.reduction == "sum"
    assert float(copy(y_true, y_pred)) == float(loss(y_true, y_pred))


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_gradients_by_central_differences(case):
    name, arguments, y_true, y_pred, _ = case
    loss = class_of(name)(**arguments, dtype="float64")
    y_pred = y_pred.astype("float64")
    x = ops.convert_to_tensor(y_pred)
    with GradientTape() as tape:
        tape.watch(x)
        value = loss(y_true, x)
    gradient = tape.gradient(value, x).numpy()
    step = 1e-6
    for i in range(0, y_pred.size, 5):
        bump = np.zeros_like(y_pred)
        bump.flat[i] = step
        slope = (float(loss(y_true, y_pred + bump)) - float(loss(y_true, y_pred - bump))) / (2 * step)
        np.testing.assert_allclose(gradient.flat[i], slope, rtol=1e-4, atol=1e-8)


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("mse", "mean_squared_error"),
        ("MSE", "mean_squared_error"),
        ("mae", "mean_absolute_error"),
        ("MAE", "mean_absolute_error"),
        ("mape", "mean_absolute_percentage_error"),
        ("MAPE", "mean_absolute_percentage_error"),
        ("msle", "mean_squared_logarithmic_error"),
        ("MSLE", "mean_squared_logarithmic_error"),
        ("bce", "binary_crossentropy"),
        ("BCE", "binary_crossentropy"),
        ("logcosh", "log_cosh"),
        ("huber_loss", "huber"),
        ("kld", "kl_divergence"),
        ("KLD", "kl_divergence"),
        ("kullback_leibler_divergence", "kl_divergence"),
        *((name, name) for name in sorted({name for name, *_ in CASES})),
    ],
)
def test_names_of_functions(alias, name):
    assert losses.get(alias) is getattr(losses, name)


@pytest.mark.parametrize("name", sorted({name for name, *_ in CASES}))
def test_names_of_classes(name):
    cls = class_of(name)
    assert type(losses.get(cls.__name__)) is cls


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_functions_of_symbolic_tensors(case):
    name, arguments, y_true, y_pred, _ = case
    batch = len(y_pred) if arguments.get("axis") == 0 else None  # classes have to be known
    given = [Input(batch_shape=(batch, *a.shape[1:]), dtype=str(a.dtype)) for a in (y_true, y_pred)]
    values = Model(given, getattr(losses, name)(*given, **arguments))([y_true, y_pred])
    np.testing.assert_array_equal(values.numpy(), getattr(losses, name)(y_true, y_pred, **arguments).numpy())


def test_unknown_names_list_the_nearest_first():
    with pytest.raises(
        ValueError, match=r"\[losses\] unknown name 'spare_categorical_crossentropy'.*first: sparse_cat"
    ):
        losses.get("spare_categorical_crossentropy")


def test_extreme_logits_stay_finite():
    logits = np.array([[1000.0, -1000.0, 0.0]], "float32")
    assert float(losses.sparse_categorical_crossentropy([1], logits, from_logits=True)[0]) == 2000
    assert float(losses.categorical_crossentropy([[1.0, 0.0, 0.0]], logits, from_logits=True)[0]) == 0
    np.testing.assert_allclose(
        losses.binary_crossentropy([[1.0, 1.0, 1.0]], logits, from_logits=True).numpy(),
        [(0 + 1000 + np.log(2)) / 3],
        rtol=1e-6,
    )
    assert np.isfinite(losses.log_cosh([[0.0]], [[1000.0]]).numpy()).all()


def test_probabilities_of_zero_and_one_are_clipped():
    np.testing.assert_allclose(losses.binary_crossentropy([[1.0]], [[0.0]]).numpy(), -np.log(1e-7), rtol=1e-5)
    np.testing.assert_allclose(losses.categorical_crossentropy([[1.0, 0.0]], [[0.0, 1.0]]), -np.log(1e-7), rtol=1e-5)


def sparse_loss_and_gradients(labels, p, order=1):
    """The losses of rows of probabilities, and the derivatives of their sum, then of the sum of those, and so on."""
    x = ops.convert_to_tensor(p)
    with ExitStack() as tapes:
        for tape in (stack := [tapes.enter_context(GradientTape()) for _ in range(order)]):
            tape.watch(x)
        values = [losses.sparse_categorical_crossentropy(labels, x)]
        for tape in reversed(stack):
            values.append(tape.gradient(ops.sum(values[-1]), x))
    return [v.numpy() for v in values]


@EXECUTIONS
def test_saturated_softmax_outputs_have_the_loss_of_the_bounds(run):
    p = ops.softmax(np.float32([[200.0, 0.0, 0.0], [200.0, 0.0, 0.0], [0.0, 0.0, 200.0]]))
    least, most = np.float32(EPSILON), np.float32(1 - EPSILON)
    values = run(losses.sparse_categorical_crossentropy)([0, 1, 1], p).numpy()
    assert values.dtype == np.float32
    np.testing.assert_allclose(values, -np.log(np.float64([most, least, least])), rtol=3e-7)


def test_saturated_probabilities_have_derivatives_of_zero():
    p = np.float32([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.5, 0.5], [0.25, 0.25, 0.5]])
    for derivative in sparse_loss_and_gradients([0, 0, 0, 0], p, order=3)[1:]:
        assert (derivative[:3] == 0).all()
        assert (derivative[3] != 0).all()
        assert np.isfinite(derivative).all()


def test_a_nearly_certain_prediction_has_an_exact_gradient():
    p = np.float32([[1.0, 2.0**-22, 2.0**-23]])
    _, gradient = sparse_loss_and_gradients([0], p)
    np.testing.assert_allclose(gradient[0], [-3 * 2.0**-23, 1, 1], rtol=1e-6)


@pytest.mark.parametrize("place", [0, 1, 20])
def test_nan_among_probabilities_is_nan_in_the_loss_and_its_gradient(place):
    p = np.full((3, 21), 1 / 21, "float32")
    p[1, place] = np.nan
    value, gradient = sparse_loss_and_gradients([1, 1, 1], p)
    np.testing.assert_array_equal(np.isnan(value), [False, True, False])
    assert np.isnan(gradient[1]).all()
    assert np.isfinite(gradient[[0, 2]]).all()


def test_sparse_labels_and_probabilities_are_one_op_and_one_gradient():
    def loss_and_gradient(labels, p):
        with GradientTape() as tape:
            tape.watch(p)
            value = losses.sparse_categorical_crossentropy(labels, p)
        return [value, tape.gradient(value, p)]

    names = names_of(plan_of(loss_and_gradient, np.zeros(6, "int32"), np.ones((6, 4), "float32")))
    op = "sparse_categorical_crossentropy"
    assert [name for name in names if name != "ones_like"] == [op, f"{op}_gradient"]


@pytest.mark.parametrize("from_logits", [False, True])
def test_what_sparse_labels_must_be(from_logits):
    def loss(labels, p):
        return ops.sparse_categorical_crossentropy(labels, p, from_logits=from_logits)

    name, p = r"\[sparse_categorical_crossentropy\]", np.ones((2, 3), "float32")
    with pytest.raises(ValueError, match=name + r" expected labels to be whole numbers in \[0, 3\).*got 3 in row 1\."):
        loss([0, 3], p)
    with pytest.raises(ValueError, match=name + r" expected labels of shape \(2,\) or \(2, 1\) .*; got \(3,\)"):
        loss([0, 1, 2], p)
    with pytest.raises(ValueError, match=name + r" expected floating predictions \(\.\.\., classes\); got"):
        loss(0, 0.5)


def test_integer_targets_and_predictions_become_floats():
    np.testing.assert_allclose(losses.mean_squared_error([[0, 1]], [[2, 4]]).numpy(), [6.5])
    assert losses.mean_squared_error([[0, 1]], [[2, 4]]).dtype == "float32"
    assert float(losses.MeanSquaredError()(np.uint8([[0], [255]]), np.float32([[0], [254]]))) == 0.5


def test_ignored_positions_do_not_reach_the_gradient_even_as_nan():
    logits = np.array([[1.0, 2.0], [np.nan, np.nan]], "float32")
    x = ops.convert_to_tensor(logits)
    loss = losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=-1)
    with GradientTape() as tape:
        tape.watch(x)
        value = loss(np.array([1, -1]), x)
    expected = losses.sparse_categorical_crossentropy([1], logits[:1], from_logits=True)
    np.testing.assert_allclose(float(value), float(expected[0]), rtol=1e-6)
    gradient = tape.gradient(value, x).numpy()
    assert (gradient[1] == 0).all()
    assert np.isfinite(gradient).all()


def test_focal_crossentropy_of_extreme_logits_stays_exact_and_finite():
    """From logits, where Keras clips probabilities: the loss and its gradient go on beyond |logit| = 16."""
    x = ops.convert_to_tensor(np.float32([[-40.0, 40.0]]))
    for name, y_true in (("binary_focal_crossentropy", [[1.0, 1.0]]), ("categorical_focal_crossentropy", [[1.0, 0.0]])):
        with GradientTape() as tape:
            tape.watch(x)
            value = getattr(losses, name)(y_true, x, from_logits=True)
        np.testing.assert_allclose(value.numpy(), [20.0], rtol=1e-6)
        gradient = tape.gradient(value, x).numpy()
        assert np.isfinite(gradient).all()
        assert gradient[0, 0] < 0


@pytest.mark.parametrize("gamma", [0.0, 0.5, 1.0, 2.0])
@pytest.mark.parametrize("name", ["binary_focal_crossentropy", "categorical_focal_crossentropy"])
def test_focal_gradients_of_certain_predictions_are_finite(name, gamma):
    x = ops.convert_to_tensor(np.float32([[1.0, 0.0, 0.0]]))
    for y_true in ([[1.0, 0.0, 0.0]], [[0.0, 1.0, 0.0]]):
        with GradientTape() as tape:
            tape.watch(x)
            value = getattr(losses, name)(y_true, x, gamma=gamma)
        assert np.isfinite(value.numpy()).all()
        assert np.isfinite(tape.gradient(value, x).numpy()).all()


def test_an_embedding_without_another_of_its_label_does_not_count():
    labels, x = np.array([0, 0, 1]), np.float32(EMBEDDINGS[:3])
    values = losses.circle(labels, x, gamma=2.0).numpy()
    assert values[2] == 0
    np.testing.assert_allclose(float(losses.Circle(gamma=2.0)(labels[:, None], x)), values[:2].mean(), rtol=1e-6)
    with pytest.raises(ValueError, match=r"\[circle\] expected one label for each of 3 embeddings; got shape \(2,\)"):
        losses.circle(labels[:2], x)


def test_hinge_takes_labels_for_zero_and_one_only_if_all_are():
    p = np.float32([[0.5, 0.5]])
    np.testing.assert_array_equal(losses.hinge([[0.0, 1.0]], p).numpy(), losses.hinge([[-1.0, 1.0]], p).numpy())
    np.testing.assert_array_equal(losses.hinge([[0.0, -1.0]], p).numpy(), [(1 + 1.5) / 2])


def test_a_single_class_is_warned_of():
    with pytest.warns(SyntaxWarning, match=r"shape \(2, 1\) has a single class.* use binary_crossentropy"):
        losses.categorical_crossentropy([[1.0], [1.0]], [[0.3], [0.4]])
