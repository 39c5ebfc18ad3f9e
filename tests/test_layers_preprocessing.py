"""Layers that prepare data and change images: values against NumPy, and what is drawn at random."""

import numpy as np
import pytest

import nnfit
from layer_testing import run_layer_test, sample
from nnfit import layers
from nnfit.function import function

IMAGES = sample((64, 6, 5, 3))


@pytest.mark.parametrize(
    ("axis", "shape"), [(-1, (None, 3)), (None, (None, 4)), ((1, 2), (None, 3, 4)), (1, (None, 3, 4))]
)
def test_normalization_with_given_statistics(axis, shape):
    axes = () if axis is None else (axis,) if isinstance(axis, int) else axis
    sizes = tuple(shape[i] for i in axes)
    mean, variance = sample(sizes), np.abs(sample(sizes, seed=1))
    init = {"axis": axis, "mean": mean.tolist(), "variance": variance.tolist()}
    layer = run_layer_test(layers.Normalization, init, shape, shape)
    x = sample(shape)
    aligned = [size if i in [a % len(shape) for a in axes] else 1 for i, size in enumerate(shape)]
    expected = (x - mean.reshape(aligned)) / np.sqrt(variance.reshape(aligned))
    np.testing.assert_allclose(layer(x).numpy(), expected, rtol=1e-5)
    back = layers.Normalization(**init, invert=True)
    np.testing.assert_allclose(back(layer(x)).numpy(), x, rtol=1e-5)


def batches_of(x, size):
    return (x[i : i + size] for i in range(0, len(x), size))


@pytest.mark.parametrize(
    "given",
    [
        lambda x: x,
        lambda x: nnfit.ops.convert_to_tensor(x),
        lambda x: x.tolist(),
        lambda x: batches_of(x, 7),
        lambda x: [(part, None) for part in batches_of(x, 10)],
        lambda x: nnfit.data.Dataset.from_tensor_slices(x).batch(9),
    ],
    ids=["array", "tensor", "list", "generator", "pairs", "dataset"],
)
@pytest.mark.parametrize("axis", [-1, None, 1])
def test_normalization_adapts(given, axis):
    x = (5 + 2 * sample((40, 3, 2))).astype("float32")
    layer = layers.Normalization(axis=axis)
    layer.adapt(given(x))
    others = tuple(i for i in range(3) if axis is None or i != axis % 3)
    np.testing.assert_allclose(layer.mean.numpy(), x.mean(axis=others), rtol=1e-5)
    np.testing.assert_allclose(layer.variance.numpy(), x.var(axis=others), rtol=1e-4)
    expected = (x - x.mean(axis=others, keepdims=True)) / x.std(axis=others, keepdims=True)
    np.testing.assert_allclose(layer(x).numpy(), expected, rtol=1e-4, atol=1e-5)
    again = layers.Normalization.from_config(layer.get_config())
    again.build(x.shape)
    again.set_weights(layer.get_weights())
    np.testing.assert_array_equal(again(x).numpy(), layer(x).numpy())


def test_normalization_adapts_anew_and_takes_bytes():
    layer = layers.Normalization(axis=None)
    layer.adapt(np.array([[0, 255]], "uint8"))
    layer.adapt(np.array([[10, 30]], "uint8"))
    assert (float(layer.mean), float(layer.variance), int(layer.count)) == (20, 100, 2)
    layer.adapt(iter([np.zeros((1, 2)), np.ones((1, 2)), np.ones((1, 2))]), steps=2)
    assert (float(layer.mean), float(layer.variance), int(layer.count)) == (0.5, 0.25, 4)
    np.testing.assert_array_equal(layer(np.array([[0, 1]], "uint8")).numpy(), [[-1, 1]])


def test_normalization_rejects_bad_arguments():
    with pytest.raises(ValueError, match=r"mean and variance of one shape, or neither; got shapes \(\) and None"):
        layers.Normalization(mean=1.0)
    with pytest.raises(ValueError, match="at most 1 axes"):
        layers.Normalization(mean=[[1.0]], variance=[[1.0]])
    with pytest.raises(ValueError, match="there is no adapting"):
        layers.Normalization(mean=0.0, variance=1.0).adapt(np.ones((2, 2)))
    layer = layers.Normalization()
    with pytest.raises(ValueError, match="adapt got no data"):
        layer.adapt([])
    layer.adapt(np.ones((2, 3)))
    with pytest.raises(ValueError, match=r"adapt expected data \(…, 3\); got \(2, 4\)"):
        layer.adapt(np.ones((2, 4)))
    with pytest.raises(ValueError, match=r"axis within input \(None, 3\); got 2"):
        layers.Normalization(axis=2).build((None, 3))
    with pytest.raises(ValueError, match="known sizes along axis"):
        layers.Normalization().build((None, None))


FLIPS = {"horizontal": (2,), "vertical": (1,), "horizontal_and_vertical": (1, 2)}


@pytest.mark.parametrize("mode", FLIPS)
def test_random_flip(mode):
    shape = (None, 6, 5, 3)
    layer = run_layer_test(
        layers.RandomFlip, {"mode": mode, "seed": 3}, shape, shape, seed_generators=1, supports_masking=False
    )
    y = layer(IMAGES, training=True).numpy()
    ways = [IMAGES]
    for axis in FLIPS[mode]:
        ways += [np.flip(way, axis) for way in ways]
    chosen = np.array([[np.array_equal(out, way[i]) for way in ways] for i, out in enumerate(y)])
    assert (chosen.sum(axis=1) == 1).all()
    assert (chosen.mean(axis=0) > 0.5 / len(ways)).all()
    assert not np.array_equal(y, layer(IMAGES, training=True).numpy())
    first, second = (layers.RandomFlip(mode, seed=3) for _ in range(2))
    planned = function(lambda x: second(x, training=True))
    np.testing.assert_array_equal(first(IMAGES, training=True).numpy(), planned(IMAGES).numpy())


def test_images_with_channels_first_and_single_ones():
    channels_first = IMAGES.transpose(0, 3, 1, 2)
    for cls, init in (
        (layers.RandomFlip, {}),
        (layers.RandomTranslation, {"height_factor": 0.3, "width_factor": 0.2}),
        (layers.RandomCrop, {"height": 4, "width": 3}),
        (layers.CenterCrop, {"height": 4, "width": 3}),
        (layers.Resizing, {"height": 4, "width": 3}),
    ):
        expected = cls(**init, **seed_of(cls))(IMAGES, training=True).numpy()
        layer = cls(**init, **seed_of(cls), data_format="channels_first")
        y = layer(channels_first, training=True)
        assert y.shape == layer.compute_output_shape(channels_first.shape)
        np.testing.assert_array_equal(y.numpy().transpose(0, 2, 3, 1), expected)
        one = cls(**init, **seed_of(cls))(IMAGES[0], training=True)
        assert one.shape == expected.shape[1:]
        with pytest.raises(ValueError, match=r"expected input of rank 3 to 4; got \(2, 3\)"):
            cls(**init)(np.zeros((2, 3), "float32"))
        with pytest.raises(ValueError, match="expected data_format"):
            cls(**init, data_format="NHWC")


def seed_of(cls):
    return {"seed": 5} if cls.__name__.startswith("Random") else {}


def mirrored(index, size):
    index = np.mod(index, 2 * size)
    return np.minimum(index, 2 * size - 1 - index)


FILLS = {
    "reflect": lambda index, size: mirrored(index, size),
    "wrap": lambda index, size: np.mod(index, size),
    "nearest": lambda index, size: np.clip(index, 0, size - 1),
}


@pytest.mark.parametrize("fill_mode", ["reflect", "wrap", "nearest", "constant"])
def test_random_translation_by_whole_pixels(fill_mode):
    shape = (None, 6, 5, 3)
    init = {"height_factor": [0.5, 0.5], "width_factor": (-0.4, -0.4), "fill_mode": fill_mode, "fill_value": 9.0}
    layer = run_layer_test(layers.RandomTranslation, init, shape, shape, seed_generators=1, supports_masking=False)
    y = layer(IMAGES, training=True).numpy()
    rows, columns = np.arange(6) - 3, np.arange(5) + 2
    if fill_mode == "constant":
        expected = np.full_like(IMAGES, 9.0)
        expected[:, 3:, :3] = IMAGES[:, :3, 2:]
    else:
        expected = IMAGES[:, FILLS[fill_mode](rows, 6)][:, :, FILLS[fill_mode](columns, 5)]
    np.testing.assert_allclose(y, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("interpolation", ["bilinear", "nearest"])
def test_random_translation_between_pixels(interpolation):
    ramp = np.arange(20, dtype="float32")[None, :, None, None] * np.ones((50, 1, 3, 1), "float32")
    layer = layers.RandomTranslation(0.1, 0.0, "nearest", interpolation, seed=1)
    y = layer(ramp, training=True).numpy()
    moved = ramp[:, 10, 0, 0] - y[:, 10, 0, 0]
    assert (np.abs(moved) <= 2).all()
    assert len(np.unique(moved)) > 3
    assert (moved == np.round(moved)).all() == (interpolation == "nearest")
    np.testing.assert_allclose(y, np.clip(ramp - moved[:, None, None, None], 0, 19), atol=1e-4)


def test_random_translation_rejects_bad_arguments():
    for wrong in (1.5, (0.5, 2.0), (0.1, 0.2, 0.3)):
        with pytest.raises(ValueError, match=r"expected width_factor to be a number in \[-1, 1\], or two"):
            layers.RandomTranslation(0.1, wrong)
    with pytest.raises(ValueError, match="expected fill_mode to be one of"):
        layers.RandomTranslation(0.1, 0.1, fill_mode="mirror")
    with pytest.raises(ValueError, match="expected interpolation to be one of"):
        layers.RandomTranslation(0.1, 0.1, interpolation="bicubic")


def test_random_crop():
    layer = run_layer_test(
        layers.RandomCrop,
        {"height": 4, "width": 5, "seed": 2},
        (None, 6, 5, 3),
        (None, 4, 5, 3),
        seed_generators=1,
        supports_masking=False,
    )
    np.testing.assert_array_equal(layer(IMAGES).numpy(), IMAGES[:, 1:5])
    y = layer(IMAGES, training=True).numpy()
    starts = [[np.array_equal(out, image[i : i + 4]) for i in range(3)] for out, image in zip(y, IMAGES, strict=True)]
    assert (np.sum(starts, axis=1) == 1).all()
    assert (np.mean(starts, axis=0) > 0.1).all()


def test_center_crop():
    shape, cropped = (None, 6, 5, 3), (None, 3, 2, 3)
    init = {"height": 3, "width": 2}
    layer = run_layer_test(layers.CenterCrop, init, shape, cropped, supports_masking=False)
    np.testing.assert_array_equal(layer(IMAGES).numpy(), IMAGES[:, 1:4, 1:3])
    assert layers.CenterCrop(12, 4)(IMAGES).shape == (64, 12, 4, 3)
    with pytest.raises(ValueError, match="expected height to be a positive int; got 0"):
        layers.CenterCrop(0, 1)


@pytest.mark.parametrize("interpolation", ["bilinear", "nearest"])
def test_resizing(interpolation):
    shape, resized = (None, 6, 4, 3), (None, 3, 8, 3)
    init = {"height": 3, "width": 8, "interpolation": interpolation}
    layer = run_layer_test(layers.Resizing, init, shape, resized, supports_masking=False)
    x = sample(shape)
    y = layer(x).numpy()
    if interpolation == "nearest":
        expected = x[:, 1::2].repeat(2, axis=2)
    else:
        halves = (x[:, ::2] + x[:, 1::2]) / 2
        at = np.clip((np.arange(8) + 0.5) / 2 - 0.5, 0, 3)
        low = np.floor(at).astype(int)
        part = (at - low)[:, None]
        expected = halves[:, :, low] * (1 - part) + halves[:, :, np.minimum(low + 1, 3)] * part
    np.testing.assert_allclose(y, expected, rtol=1e-5, atol=1e-6)


def test_resizing_keeps_proportions_and_bytes():
    wide = np.arange(2 * 8, dtype="uint8").reshape(1, 2, 8, 1)
    y = layers.Resizing(2, 2, crop_to_aspect_ratio=True)(wide)
    assert y.dtype == "uint8"
    np.testing.assert_array_equal(y.numpy()[0, :, :, 0], [[3, 4], [11, 12]])
    padded = layers.Resizing(8, 8, pad_to_aspect_ratio=True, fill_value=7)(wide).numpy()[0, :, :, 0]
    np.testing.assert_array_equal(padded[3:5], wide[0, :, :, 0])
    assert (np.delete(padded, (3, 4), axis=0) == 7).all()
    with pytest.raises(ValueError, match="at most one of crop_to_aspect_ratio and pad_to_aspect_ratio"):
        layers.Resizing(2, 2, crop_to_aspect_ratio=True, pad_to_aspect_ratio=True)
    with pytest.raises(ValueError, match="expected interpolation to be one of"):
        layers.Resizing(2, 2, interpolation="lanczos3")
    with pytest.raises(ValueError, match="antialias=False"):
        layers.Resizing(2, 2, antialias=True)
