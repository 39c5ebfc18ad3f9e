"""F-scores, intersections over unions and R2, against NumPy."""

import numpy as np
import pytest

from execution import EXECUTIONS
from nnfit import masks, metrics, ops
from nnfit.function import function

RNG = np.random.default_rng(6)
ROWS, CLASSES = 120, 4
LABELS, OTHERS = RNG.integers(0, CLASSES, ROWS), RNG.integers(0, CLASSES, ROWS)
ONE_HOT = np.eye(CLASSES, dtype="float32")[LABELS]
SCORES = RNG.random((ROWS, CLASSES)).astype("float32")
WEIGHTS = RNG.random(ROWS).astype("float32")
HALVES = (slice(0, 50), slice(50, None))


def gathered(metric, y, p, weights=None, run=function):
    update = run(metric.update_state)
    for rows in HALVES:
        update(*(ops.convert_to_tensor(a[rows]) for a in (y, p, weights) if a is not None))
    return metric.result().numpy()


@EXECUTIONS
@pytest.mark.parametrize("weights", [None, WEIGHTS])
@pytest.mark.parametrize("threshold", [None, 0.6])
@pytest.mark.parametrize("average", [None, "micro", "macro", "weighted"])
@pytest.mark.parametrize("beta", [1.0, 0.5, 3])
def test_f_scores(beta, average, threshold, weights, run):
    w = np.ones((ROWS, 1)) if weights is None else weights[:, None].astype("float64")
    said = SCORES.max(-1, keepdims=True) == SCORES if threshold is None else threshold < SCORES
    tp, fp, fn = ((w * v).sum(0) for v in (said * ONE_HOT, said * (1 - ONE_HOT), (1 - said) * ONE_HOT))
    if average == "micro":
        tp, fp, fn = tp.sum(), fp.sum(), fn.sum()
    scores = (1 + beta**2) * tp / ((1 + beta**2) * tp + fp + beta**2 * fn)
    if average == "macro":
        scores = scores.mean()
    elif average == "weighted":
        scores = (scores * (tp + fn)).sum() / (tp + fn).sum()
    result = gathered(metrics.FBetaScore(average, beta, threshold), ONE_HOT, SCORES, weights, run)
    assert result.shape == np.shape(scores)
    np.testing.assert_allclose(result, scores, rtol=1e-5)
    if beta == 1:
        np.testing.assert_array_equal(
            gathered(metrics.F1Score(average, threshold), ONE_HOT, SCORES, weights, run), result
        )


def overlaps(y, p, weights=None):
    w = np.ones(y.shape) if weights is None else weights
    shared = np.array([w[(y == c) & (p == c)].sum() for c in range(CLASSES)])
    either = np.array([w[(y == c) | (p == c)].sum() for c in range(CLASSES)])
    return shared / either


@EXECUTIONS
def test_intersections_over_unions(run):
    each = overlaps(LABELS, OTHERS)
    np.testing.assert_allclose(gathered(metrics.IoU(CLASSES, [0, 2]), LABELS, OTHERS, run=run), each[[0, 2]].mean())
    np.testing.assert_allclose(gathered(metrics.MeanIoU(CLASSES), LABELS, OTHERS, run=run), each.mean(), rtol=1e-6)
    by_score = overlaps(LABELS, SCORES.argmax(-1))
    one_hot = gathered(metrics.OneHotMeanIoU(CLASSES), ONE_HOT, SCORES, run=run)
    np.testing.assert_allclose(one_hot, by_score.mean(), rtol=1e-6)
    one_hot = gathered(metrics.OneHotIoU(CLASSES, [3]), ONE_HOT, SCORES, run=run)
    np.testing.assert_allclose(one_hot, by_score[3], rtol=1e-6)
    y, p = (LABELS > 1).astype("int32"), SCORES[:, 0]
    both = np.mean([((y == c) & ((p >= 0.6) == c)).sum() / ((y == c) | ((p >= 0.6) == c)).sum() for c in (0, 1)])
    np.testing.assert_allclose(gathered(metrics.BinaryIoU(threshold=0.6), y, p, run=run), both, rtol=1e-6)


def test_weights_of_intersections_over_unions():
    metric = metrics.MeanIoU(CLASSES, dtype="float32")
    expected = overlaps(LABELS, OTHERS, WEIGHTS).mean()
    np.testing.assert_allclose(gathered(metric, LABELS, OTHERS, WEIGHTS), expected, rtol=1e-5)
    images = LABELS.reshape(30, 2, 2), OTHERS.reshape(30, 2, 2)
    metric = metrics.MeanIoU(CLASSES)
    metric.update_state(*images, sample_weight=np.arange(30))
    expected = overlaps(*images, np.arange(30)[:, None, None] * np.ones((30, 2, 2))).mean()
    np.testing.assert_allclose(float(metric.result()), expected, rtol=1e-6)
    with pytest.warns(UserWarning, match=r'\[mean_io_u\] counts in int32.*dtype="float32"'):
        metrics.MeanIoU(CLASSES).update_state(LABELS, OTHERS, sample_weight=WEIGHTS)


def test_what_is_no_class_does_not_count():
    y, p = np.array([0, 1, 255, -1, 1]), np.array([0, 1, 1, 0, 7])
    assert float(metrics.MeanIoU(2)(y, p)) == pytest.approx(1)
    y, p = np.array([0, 1, 2, 2]), np.array([0, 1, 1, 2])
    assert float(metrics.MeanIoU(3)(y, p)) == pytest.approx((1 + 0.5 + 0.5) / 3)
    assert float(metrics.MeanIoU(3, ignore_class=2)(y, p)) == pytest.approx(1)


def test_absent_classes_are_left_out_of_the_mean():
    assert float(metrics.MeanIoU(9)(np.array([0, 1]), np.array([0, 1]))) == pytest.approx(1)
    assert float(metrics.MeanIoU(9).result()) == 0


def test_masked_pixels_do_not_count():
    for metric, p in ((metrics.MeanIoU(2), np.array([0, 1, 1])), (metrics.BinaryIoU(), np.float32([0.1, 0.9, 0.9]))):
        p = ops.convert_to_tensor(p)
        masks.set_mask(p, ops.convert_to_tensor(np.array([True, True, False])))
        assert float(metric(np.array([0, 1, 0]), p)) == pytest.approx(1)


REAL = RNG.normal(size=(ROWS, 3), loc=2.0).astype("float32")
NEAR = (REAL + RNG.normal(size=(ROWS, 3), scale=[0.1, 0.5, 1.0])).astype("float32")


@EXECUTIONS
@pytest.mark.parametrize("weights", [None, WEIGHTS])
@pytest.mark.parametrize("aggregation", [None, "uniform_average", "variance_weighted_average"])
@pytest.mark.parametrize("regressors", [0, 5])
def test_r2(aggregation, weights, regressors, run):
    w = np.ones((ROWS, 1)) if weights is None else weights[:, None].astype("float64")
    mean = (w * REAL).sum(0) / w.sum()
    total = (w * (REAL - mean) ** 2).sum(0)
    scores = 1 - (w * (REAL - NEAR) ** 2).sum(0) / total
    if aggregation == "uniform_average":
        scores = scores.mean()
    elif aggregation == "variance_weighted_average":
        scores = (scores * total).sum() / total.sum()
    if regressors:
        scores = 1 - (1 - scores) * (REAL.size - 1) / (REAL.size - regressors - 1)
    metric = metrics.R2Score(aggregation, num_regressors=regressors)
    np.testing.assert_allclose(gathered(metric, REAL, NEAR, weights, run), scores, rtol=1e-4)


def test_r2_with_more_regressors_than_values_is_not_adjusted():
    plain, adjusted = metrics.R2Score(), metrics.R2Score(num_regressors=12)
    y, p = REAL[:4], NEAR[:4]
    assert float(adjusted(y, p)) == float(plain(y, p))


@pytest.mark.parametrize("cls", [metrics.F1Score, metrics.R2Score])
def test_state_made_at_the_first_batch(cls):
    metric = cls()
    assert float(metric.result()) == 0
    first = gathered(metric, ONE_HOT, SCORES)
    metric.reset_state()
    np.testing.assert_array_equal(gathered(metric, ONE_HOT, SCORES), first)
    flat = gathered(cls(), ONE_HOT[:, 0], SCORES[:, :1])
    np.testing.assert_array_equal(flat, gathered(cls(), ONE_HOT[:, :1], SCORES[:, :1]))
    with pytest.raises(ValueError, match=r"expected y_pred of shape \(batch, .*\); got \(3, 2, 2\)"):
        cls().update_state(np.ones((3, 2, 2)), np.ones((3, 2, 2)))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: metrics.FBetaScore(average="mean"), r"\[fbeta_score\] expected average to be one of"),
        (lambda: metrics.FBetaScore(beta=0.0), r"\[fbeta_score\] expected beta above 0; got 0.0"),
        (lambda: metrics.F1Score(threshold=1.5), r"\[f1_score\] expected threshold in \(0, 1\]; got 1.5"),
        (lambda: metrics.IoU(3, [3]), r"\[io_u\] expected target_class_ids in \[0, 3\); got \[3\]"),
        (lambda: metrics.MeanIoU(3)([0, 1], [0, 1, 2]), r"\[mean_io_u\] expected labels of shape \(3,\)"),
        (lambda: metrics.R2Score("mean"), r"\[r2_score\] expected class_aggregation to be one of"),
        (lambda: metrics.R2Score(num_regressors=-1), r"\[r2_score\] expected num_regressors of at least 0"),
    ],
)
def test_wrong_arguments_are_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()
