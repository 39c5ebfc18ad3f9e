"""What makes one number of losses: ranks, weights, masks and reductions."""

import numpy as np
import pytest

from execution import EXECUTIONS
from nnfit import losses, masks, metrics, ops
from nnfit.losses import Loss, LossFunctionWrapper, Reduction

Y_TRUE = np.array([[1.0, 9.0], [2.0, 5.0], [3.0, 1.0]], "float32")
Y_PRED = np.array([[4.0, 8.0], [12.0, 3.0], [3.0, -1.0]], "float32")
VALUES = np.array([5.0, 52.0, 2.0])  # the squared error of each sample
WEIGHTS = {
    "none": (None, np.ones(3)),
    "scalar": (2.0, np.full(3, 2.0)),
    "ones": (np.ones(3), np.ones(3)),
    "by sample": (np.array([0.5, 0.0, 4.0]), np.array([0.5, 0.0, 4.0])),
    "column": (np.array([[0.5], [0.0], [4.0]]), np.array([0.5, 0.0, 4.0])),
    "zeros": (np.zeros(3), np.zeros(3)),
}
REDUCTIONS = {
    "sum_over_batch_size": lambda values, weights: (values * weights).sum() / 3,
    "mean": lambda values, weights: (values * weights).sum() / 3,
    "auto": lambda values, weights: (values * weights).sum() / 3,
    "sum": lambda values, weights: (values * weights).sum(),
    "mean_with_sample_weight": lambda values, weights: (values * weights).sum() / (weights.sum() or 1),
    "none": lambda values, weights: values * weights,
    None: lambda values, weights: values * weights,
}


@EXECUTIONS
@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_each_reduction_with_each_weighting(reduction, weights, run):
    given, each = WEIGHTS[weights]
    expected = REDUCTIONS[reduction](VALUES, each)
    if reduction == "mean_with_sample_weight" and weights == "scalar":
        expected = (VALUES * 2).sum() / 2  # the sum of one weight is that weight
    loss = losses.MeanSquaredError(reduction=reduction)
    arguments = [Y_TRUE, Y_PRED] if given is None else [Y_TRUE, Y_PRED, np.asarray(given, "float32")]
    result = run(lambda *tensors: loss(*tensors))(*map(ops.convert_to_tensor, arguments))
    assert result.shape == np.shape(expected)
    np.testing.assert_allclose(result.numpy(), expected, rtol=1e-6)


@EXECUTIONS
@pytest.mark.parametrize("weights", [None, "by sample"])
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_each_reduction_with_a_mask(reduction, weights, run):
    mask = np.array([True, True, False])
    each = np.ones(3) if weights is None else WEIGHTS[weights][1]
    weighted = VALUES * each * mask
    expected = {
        "sum": weighted.sum(),
        "none": weighted,
        None: weighted,
        "mean_with_sample_weight": weighted.sum() / (each * mask).sum(),
    }.get(reduction, weighted.sum() / mask.sum())
    loss = losses.MeanSquaredError(reduction=reduction)

    def masked(y_true, y_pred, mask):
        masks.set_mask(y_pred, mask)
        return loss(y_true, y_pred, None if weights is None else each.astype("float32"))

    result = run(masked)(*map(ops.convert_to_tensor, (Y_TRUE, Y_PRED, mask)))
    np.testing.assert_allclose(result.numpy(), expected, rtol=1e-6)


def test_a_mask_without_any_value_gives_zero():
    y_pred = ops.convert_to_tensor(Y_PRED)
    masks.set_mask(y_pred, ops.convert_to_tensor(np.zeros(3, bool)))
    assert float(losses.MeanSquaredError()(Y_TRUE, y_pred)) == 0


def test_weights_of_samples_count_for_all_values_of_a_sample():
    y_true, y_pred = np.zeros((2, 2, 3), "float32"), np.ones((2, 2, 3), "float32")
    loss = losses.MeanSquaredError(reduction="none")
    np.testing.assert_array_equal(loss(y_true, y_pred, np.float32([1, 3])).numpy(), [[1, 1], [3, 3]])
    np.testing.assert_array_equal(loss(y_true, y_pred, np.float32([[1, 2], [3, 4]])).numpy(), [[1, 2], [3, 4]])
    np.testing.assert_array_equal(loss(y_true, y_pred, np.float32([[[1], [2]], [[3], [4]]])).numpy(), [[1, 2], [3, 4]])


@pytest.mark.parametrize("shape", [(4,), (3, 2), (1, 3), (3, 1, 2)])
def test_weights_that_do_not_fit_are_refused(shape):
    with pytest.raises(ValueError, match=r"\[sample_weight\] expected weights that fit values of shape \(3,\); got"):
        losses.MeanSquaredError()(Y_TRUE, Y_PRED, np.ones(shape, "float32"))


def test_an_empty_batch_has_the_loss_zero():
    empty = np.zeros((0, 2), "float32")
    assert float(losses.MeanSquaredError()(empty, empty)) == 0
    assert float(losses.MeanSquaredError(reduction="sum")(empty, empty)) == 0


ELEMENTWISE = [
    losses.mean_squared_error,
    losses.mean_absolute_error,
    losses.mean_absolute_percentage_error,
    losses.mean_squared_logarithmic_error,
    losses.huber,
    losses.log_cosh,
    losses.binary_crossentropy,
    losses.binary_focal_crossentropy,
    losses.kl_divergence,
    losses.poisson,
    losses.cosine_similarity,
    losses.hinge,
    losses.squared_hinge,
    losses.categorical_hinge,
]


@pytest.mark.parametrize("function", ELEMENTWISE)
def test_a_trailing_axis_of_one_is_aligned_and_never_broadcast(function):
    y = np.linspace(0.1, 0.9, 5, dtype="float32")
    p = y[::-1].copy()
    expected = function(y[:, None], p[:, None]).numpy()
    assert expected.shape == (5,)
    np.testing.assert_array_equal(function(y, p[:, None]).numpy(), expected)
    np.testing.assert_array_equal(function(y[:, None], p).numpy(), expected)
    deep = function(np.tile(y, (2, 3, 1)), np.tile(p, (2, 3, 1))).numpy()
    np.testing.assert_array_equal(function(np.tile(y, (2, 3, 1))[..., None], np.tile(p, (2, 3, 1))).numpy(), deep)


@pytest.mark.parametrize("function", ELEMENTWISE)
@pytest.mark.parametrize(
    ("true", "pred"), [((5, 1), (5, 3)), ((5,), (5, 3)), ((3,), (5, 3)), ((5, 3), (5, 2)), ((), (5, 1))]
)
def test_other_shapes_are_refused_with_both_named(function, true, pred):
    with pytest.raises(ValueError, match=rf"\[{function.__name__}\] expected y_true of shape .*; got .*not broadcast"):
        function(np.ones(true, "float32"), np.ones(pred, "float32"))


def test_labels_of_the_wrong_kind_are_told_which_loss_to_use():
    with pytest.raises(ValueError, match=r"expected y_true of shape \(5, 3\).*use sparse_categorical_crossentropy"):
        losses.categorical_crossentropy(np.ones(5), np.ones((5, 3)))


@pytest.mark.parametrize(
    "labels", [np.array([0, 2, 1]), np.array([[0], [2], [1]]), np.array([0.0, 2.0, 1.0], "float32")]
)
def test_sparse_labels_with_and_without_a_trailing_axis(labels):
    p = np.array([[0.5, 0.25, 0.25], [0.1, 0.1, 0.8], [0.2, 0.2, 0.6]], "float32")
    expected = -np.log([0.5, 0.8, 0.2])
    np.testing.assert_allclose(losses.sparse_categorical_crossentropy(labels, p).numpy(), expected, rtol=1e-6)
    np.testing.assert_allclose(float(losses.SparseCategoricalCrossentropy()(labels, p)), expected.mean(), rtol=1e-6)


def test_a_subclass_gets_floats_aligned_with_the_predictions():
    seen = []

    class Recording(Loss):
        def call(self, y_true, y_pred):
            seen.append((y_true.shape, y_true.dtype, y_pred.shape, y_pred.dtype))
            return ops.mean(ops.square(y_true - y_pred), axis=-1)

    assert float(Recording()(np.array([1, 2, 3]), np.array([[1], [2], [5]]))) == pytest.approx(4 / 3)
    assert seen == [((3, 1), "float32", (3, 1), "float32")]
    assert Recording(name="mine").name == "mine"
    assert Recording().name.startswith("recording")


def test_a_loss_may_return_its_values_in_any_shape():
    class Elementwise(Loss):
        def call(self, y_true, y_pred):
            return ops.square(y_true - y_pred)

    np.testing.assert_allclose(float(Elementwise()(Y_TRUE, Y_PRED)), ((Y_TRUE - Y_PRED) ** 2).mean())
    weighted = ((Y_TRUE - Y_PRED) ** 2 * np.array([[1], [0], [2]])).mean()
    np.testing.assert_allclose(float(Elementwise()(Y_TRUE, Y_PRED, np.float32([1, 0, 2]))), weighted, rtol=1e-6)

    class Whole(Loss):
        def call(self, y_true, y_pred):
            return ops.sum(y_true)

    assert float(Whole()(Y_TRUE, Y_PRED)) == Y_TRUE.sum()


def test_a_value_for_the_whole_batch_cannot_be_weighted_by_sample():
    def whole(y_true, y_pred):
        return ops.mean(ops.abs(y_true - y_pred))

    for loss in (LossFunctionWrapper(whole), losses.Dice()):
        assert float(loss(Y_TRUE, Y_PRED, 2.0)) == pytest.approx(2 * float(loss(Y_TRUE, Y_PRED)))
        with pytest.raises(ValueError, match=r"one value for the whole batch; got weights of shape \(3,\)"):
            loss(Y_TRUE, Y_PRED, np.ones(3))


@pytest.mark.parametrize("values", [2.5, np.float32(2.5), [2.0, 3.0, 2.5]])
def test_a_function_may_return_what_is_no_tensor(values):
    assert float(LossFunctionWrapper(lambda y_true, y_pred: values)(Y_TRUE, Y_PRED)) == 2.5
    assert float(metrics.MeanMetricWrapper(lambda y_true, y_pred: values)(Y_TRUE, Y_PRED)) == 2.5


def test_values_of_each_sample_with_each_other_are_refused():
    def keras_style(y_true, y_pred):
        return ops.mean(ops.square(ops.one_hot(ops.cast(y_true, "int32"), 2) - y_pred), axis=-1)

    y, p = np.array([0.0, 1.0, 1.0]), np.ones((3, 2))
    assert float(LossFunctionWrapper(keras_style)(y, p)) == 0.5
    message = r"one value for each of the 3 samples; got values of shape \(3, 3\).*y_true has shape \(3, 1\)"
    with pytest.raises(ValueError, match=message):
        LossFunctionWrapper(keras_style)(y[:, None], p)
    with pytest.raises(ValueError, match=message):
        metrics.MeanMetricWrapper(keras_style)(y[:, None], p)


def test_dice_and_tversky_of_each_sample():
    y, p = (np.random.default_rng(0).random((3, 4, 4, 2)) for _ in range(2))
    for cls in (losses.Dice, losses.Tversky):
        values = cls(axis=(1, 2, 3), reduction="none", dtype="float64")(y, p).numpy()
        assert values.shape == (3,)
        np.testing.assert_allclose(values[1], float(cls(dtype="float64")(y[1], p[1])), rtol=1e-12)


def test_a_dtype_that_was_given_round_trips():
    loss = losses.MeanSquaredError(dtype="float64")
    assert losses.deserialize(losses.serialize(loss)).dtype == "float64"
    assert "dtype" not in losses.MeanSquaredError().get_config()


def test_the_guides_weighted_binary_crossentropy():
    class Weighted(Loss):
        def __init__(self, pos_weight, weight, from_logits=False, reduction=Reduction.AUTO, name="weighted"):
            super().__init__(reduction=reduction, name=name)
            self.pos_weight, self.weight, self.from_logits = pos_weight, weight, from_logits

        def call(self, y_true, y_pred):
            ce = losses.binary_crossentropy(y_true, y_pred, from_logits=self.from_logits)[:, None]
            return self.weight * (ce * (1 - y_true) + self.pos_weight * ce * y_true)

    y, p = np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([[0.8, 0.3], [0.4, 0.9]])
    ce = (-y * np.log(p) - (1 - y) * np.log(1 - p)).mean(-1, keepdims=True)
    expected = (2 * (ce * (1 - y) + 0.5 * ce * y)).mean()
    np.testing.assert_allclose(float(Weighted(0.5, 2)(y, p)), expected, rtol=1e-5)


def test_a_wrapped_function_round_trips():
    wrapper = LossFunctionWrapper(losses.huber, name="soft", delta=0.5)
    copy = losses.deserialize(losses.serialize(wrapper))
    assert copy.fn is losses.huber
    assert float(copy(Y_TRUE, Y_PRED)) == float(wrapper(Y_TRUE, Y_PRED))


def test_loss_checks_its_arguments():
    with pytest.raises(ValueError, match=r"\[mine\] expected reduction to be None or one of .*; got 'average'"):
        Loss(name="mine", reduction="average")
    with pytest.raises(NotImplementedError, match=r"\[mine\] a loss needs a `call\(y_true, y_pred\)`"):
        Loss(name="mine")(Y_TRUE, Y_PRED)
    assert losses.MeanSquaredError(reduction=Reduction.AUTO).reduction == "sum_over_batch_size"
    assert losses.MeanSquaredError(dtype="float64")(Y_TRUE, Y_PRED).dtype == "float64"
