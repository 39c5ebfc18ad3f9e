"""Metrics of yes-or-no predictions at thresholds, against plain counting in NumPy."""

import numpy as np
import pytest

from execution import EXECUTIONS
from nnfit import masks, metrics, ops
from nnfit.function import function

RNG = np.random.default_rng(5)
ROWS, LABELS = 400, 3
TRUE = RNG.integers(0, 2, (ROWS, LABELS))
# Every tenth is a multiple of 1/8, which many thresholds are too.
PRED = np.where(RNG.random((ROWS, LABELS)) < 0.1, RNG.integers(0, 9, (ROWS, LABELS)) / 8, RNG.random((ROWS, LABELS)))
PRED = PRED.astype("float32")
WEIGHTS = {"none": None, "rows": RNG.random(ROWS), "each": RNG.random((ROWS, LABELS))}


def counted(y, p, weights, thresholds):
    """True positives, false positives, true negatives and false negatives at each threshold."""
    w = np.ones(y.shape) if weights is None else weights.reshape(len(y), -1) * np.ones(y.shape)
    said = [p > np.float32(t) for t in thresholds]
    pairs = [(y == 1, True), (y == 0, True), (y == 0, False), (y == 1, False)]
    return [np.array([w[right & (above == yes)].sum() for above in said]) for right, yes in pairs]


def gathered(metric, weights, run, y=TRUE, p=PRED):
    update = run(metric.update_state)
    for rows in (slice(0, 150), slice(150, None)):
        given = [y[rows], p[rows]] + ([] if weights is None else [weights[rows].astype("float32")])
        update(*map(ops.convert_to_tensor, given))
    return metric.result().numpy()


@EXECUTIONS
@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("thresholds", [None, 0.25, [0.75, 0.125, 0.5], list(np.linspace(0, 1, 9))])
def test_counts_precision_and_recall(thresholds, weights, run):
    tp, fp, tn, fn = counted(TRUE, PRED, WEIGHTS[weights], np.atleast_1d(0.5 if thresholds is None else thresholds))
    expected = {
        "TruePositives": tp,
        "FalsePositives": fp,
        "TrueNegatives": tn,
        "FalseNegatives": fn,
        "Precision": tp / np.maximum(tp + fp, 1e-9),
        "Recall": tp / (tp + fn),
    }
    for name, value in expected.items():
        result = gathered(getattr(metrics, name)(thresholds), WEIGHTS[weights], run)
        assert result.shape == np.shape(thresholds or 0.5)
        np.testing.assert_allclose(result, value if result.ndim else value[0], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("weights", WEIGHTS)
def test_top_k_and_class_id(weights):
    w = WEIGHTS[weights]
    top = np.argsort(-PRED, axis=-1, kind="stable")[:, :2]
    kept = np.where((top[..., None] == np.arange(LABELS)).any(1), PRED, -1)
    tp, fp, _, fn = counted(TRUE, kept, w, [-0.5])
    np.testing.assert_allclose(gathered(metrics.Precision(top_k=2), w, function), tp[0] / (tp + fp)[0], rtol=1e-5)
    np.testing.assert_allclose(gathered(metrics.Recall(top_k=2), w, function), tp[0] / (tp + fn)[0], rtol=1e-5)
    of_one = None if w is None else (w[:, 1:2] if w.ndim > 1 else w)
    tp, fp, _, _ = counted(TRUE[:, 1:2], kept[:, 1:2], of_one, [0.3])
    metric = metrics.Precision(0.3, top_k=2, class_id=1)
    np.testing.assert_allclose(gathered(metric, w, function), tp[0] / (tp + fp)[0], rtol=1e-5)


def area(x, y, height):
    return (-np.diff(x) * height(y[:-1], y[1:])).sum()


@EXECUTIONS
@pytest.mark.parametrize("weights", WEIGHTS)
def test_areas_under_the_curve(weights, run):
    thresholds = [-1e-7, *(i / 8 for i in range(1, 8)), 1 + 1e-7]
    tp, fp, tn, fn = counted(TRUE, PRED, WEIGHTS[weights], thresholds)
    recall, fall_out, precision = tp / (tp + fn), fp / (fp + tn), tp / np.maximum(tp + fp, 1e-9)
    heights = {"interpolation": lambda a, b: (a + b) / 2, "minoring": np.minimum, "majoring": np.maximum}
    for summation, height in heights.items():
        metric = metrics.AUC(num_thresholds=9, summation_method=summation)
        np.testing.assert_allclose(
            gathered(metric, WEIGHTS[weights], run), area(fall_out, recall, height), rtol=1e-5, err_msg=summation
        )
        if summation != "interpolation":
            metric = metrics.AUC(thresholds=thresholds[1:-1], curve="PR", summation_method=summation)
            np.testing.assert_allclose(
                gathered(metric, WEIGHTS[weights], run), area(recall, precision, height), rtol=1e-5
            )


def test_roc_area_nears_the_probability_of_ranking_right():
    """The area is the share of pairs (Mann-Whitney)."""
    y, p = TRUE[:, 0], np.float32(np.clip(0.3 * TRUE[:, 0] + 0.7 * RNG.random(ROWS), 0, 1))
    pairs = (p[y == 1][:, None] > p[y == 0]).mean()
    np.testing.assert_allclose(gathered(metrics.AUC(num_thresholds=2000), None, function, y, p), pairs, atol=2e-3)


@EXECUTIONS
@pytest.mark.parametrize("curve", ["ROC", "PR"])
def test_area_by_label(curve, run):
    alone = [gathered(metrics.AUC(curve=curve), None, run, TRUE[:, i], PRED[:, i]) for i in range(LABELS)]
    mean = gathered(metrics.AUC(curve=curve, multi_label=True), WEIGHTS["none"], run)
    np.testing.assert_allclose(mean, np.mean(alone), rtol=1e-5)
    weighted = metrics.AUC(curve=curve, multi_label=True, num_labels=LABELS, label_weights=[1.0, 0.0, 3.0])
    np.testing.assert_allclose(gathered(weighted, None, run), (alone[0] + 3 * alone[2]) / 4, rtol=1e-5)
    one = metrics.AUC(curve=curve, label_weights=[0.0, 1.0, 0.0])
    np.testing.assert_allclose(gathered(one, None, run), alone[1], rtol=1e-5)


def test_area_by_label_before_and_after_a_reset():
    metric = metrics.AUC(multi_label=True)
    assert float(metric.result()) == 0
    first = gathered(metric, None, function)
    metric.reset_state()
    assert gathered(metric, None, function) == first


def test_area_from_logits():
    logits = np.log(np.clip(PRED, 1e-6, 1 - 1e-6)) - np.log1p(-np.clip(PRED, 1e-6, 1 - 1e-6))
    np.testing.assert_allclose(
        gathered(metrics.AUC(from_logits=True), None, function, p=logits), gathered(metrics.AUC(), None, function),
        rtol=1e-3,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "constrained", "maximized"),
    [
        ("SensitivityAtSpecificity", "specificity", "sensitivity"),
        ("SpecificityAtSensitivity", "sensitivity", "specificity"),
        ("PrecisionAtRecall", "sensitivity", "precision"),
        ("RecallAtPrecision", "precision", "sensitivity"),
    ],
)
@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("value", [0.0, 0.45, 0.9, 1.0])
def test_operating_points(name, constrained, maximized, weights, value):
    tp, fp, tn, fn = counted(TRUE, PRED, WEIGHTS[weights], np.linspace(0, 1, 33))
    rates = {
        "sensitivity": tp / (tp + fn),
        "specificity": tn / (tn + fp),
        "precision": tp / np.maximum(tp + fp, 1e-9),
    }
    reached = rates[constrained] >= value
    expected = rates[maximized][reached].max() if reached.any() else 0
    metric = getattr(metrics, name)(value, num_thresholds=33)
    np.testing.assert_allclose(gathered(metric, WEIGHTS[weights], function), expected, rtol=1e-5)


@pytest.mark.parametrize("name", ["TruePositives", "Precision", "Recall", "AUC"])
def test_flat_labels_count_samples(name):
    cls = getattr(metrics, name)
    y, p = TRUE[:64, 0], PRED[:64, :1]
    assert float(cls()(y, p)) == float(cls()(y[:, None], p)) == float(cls()(y, p[:, 0]))
    with pytest.raises(ValueError, match=r"expected y_true of shape \(64, 3\), as y_pred has; got \(64,\)"):
        cls().update_state(y, PRED[:64])


@pytest.mark.parametrize("thresholds", [0.2, [0.2, 0.5]])
def test_nan_is_above_no_threshold(thresholds):
    y, p = np.ones(3), np.float32([np.nan, 0.9, 0.1])
    np.testing.assert_array_equal(metrics.TruePositives(thresholds)(y, p).numpy(), np.ones_like(thresholds))
    np.testing.assert_array_equal(metrics.FalseNegatives(thresholds)(y, p).numpy(), np.full_like(thresholds, 2.0))


def test_masked_predictions_do_not_count():
    p = ops.convert_to_tensor(PRED[:3, 0])
    masks.set_mask(p, ops.convert_to_tensor(np.array([True, False, True])))
    metric = metrics.TruePositives(thresholds=0.0)
    assert float(metric(np.ones(3), p)) == 2


def test_counts_do_not_take_memory_for_each_pair_of_prediction_and_threshold():
    """A million predictions at 10,000 thresholds: 40 GB if compared one by one."""
    y, p = np.arange(1_000_000) % 2, np.linspace(0, 1, 1_000_000, dtype="float32")
    assert float(metrics.AUC(num_thresholds=10_000)(y, p)) == pytest.approx(0.5, abs=1e-3)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: metrics.Precision(1.5), r"\[precision\] expected thresholds in \[0, 1\]; got 1.5"),
        (lambda: metrics.TruePositives([0.1, None]), r"\[true_positives\] expected thresholds in \[0, 1\]"),
        (lambda: metrics.AUC(curve="RC"), r"\[auc\] expected curve to be one of \('ROC', 'PR', 'PRGAIN'\); got 'RC'"),
        (lambda: metrics.AUC(summation_method="sum"), r"\[auc\] expected summation_method to be one of"),
        (lambda: metrics.AUC(num_thresholds=1), r"\[auc\] expected num_thresholds of at least 2; got 1"),
        (lambda: metrics.AUC(thresholds=[2.0]), r"\[auc\] expected thresholds in \[0, 1\]"),
        (lambda: metrics.AUC(num_labels=3), r"\[auc\] num_labels is for multi_label=True"),
        (lambda: metrics.PrecisionAtRecall(1.5), r"\[precision_at_recall\] expected recall in \[0, 1\]; got 1.5"),
        (lambda: metrics.RecallAtPrecision(0.5, num_thresholds=0), r"expected num_thresholds of at least 1"),
        (lambda: metrics.Precision(class_id=3)(TRUE, PRED), r"a class 3; got shape \(400, 3\)"),
        (lambda: metrics.Recall(class_id=0)(TRUE[:, 0], PRED[:, 0]), r"expected y_pred \(batch, classes\)"),
        (lambda: metrics.AUC(multi_label=True)(TRUE[:, 0], PRED[:, 0]), r"expected y_pred of shape \(batch, labels\)"),
        (lambda: metrics.AUC(label_weights=[1.0, 2.0])(TRUE, PRED), r"expected y_pred of shape \(batch, …, 2\)"),
    ],
)
def test_wrong_arguments_are_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_names_do_not_depend_on_what_was_made_before():
    assert [metrics.AUC().name for _ in range(2)] == ["auc", "auc"]
    assert metrics.Precision(name="mine").name == "mine"
