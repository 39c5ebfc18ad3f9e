"""Programs as users of TensorFlow write them: own steps within fit, own loops, two models against each other."""

import numpy as np

import nnfit.compat.tensorflow as tf
from nnfit.compat.tensorflow import keras
from nnfit.compat.tensorflow.keras import layers

RNG = np.random.default_rng(0)
X = RNG.normal(size=(64, 6)).astype("float32")
Y = X.sum(axis=1, keepdims=True) * 0.5


def regression(cls=keras.Model):
    keras.utils.set_random_seed(2)
    inputs = keras.Input(shape=(6,))
    return cls(inputs, layers.Dense(1)(layers.Dense(8, activation="tanh")(inputs)))


class OwnSteps(keras.Model):
    """The steps of fit and evaluate, written out."""

    def train_step(self, data):
        x, y, weight = data if len(data) == 3 else (*data, None)
        with tf.GradientTape() as tape:
            loss = self.compute_loss(y=y, y_pred=self(x, training=True), sample_weight=weight)
        variables = self.trainable_variables
        self.optimizer.apply(tape.gradient(loss, variables), variables)
        return self.gathered(loss, y, self(x, training=False))

    def test_step(self, data):
        x, y = data
        y_pred = self(x, training=False)
        return self.gathered(self.compute_loss(y=y, y_pred=y_pred), y, y_pred)

    def gathered(self, loss, y, y_pred):
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss)
            else:
                metric.update_state(y, y_pred)
        return {metric.name: metric.result() for metric in self.metrics}


def test_own_steps_within_fit():
    model, plain = regression(OwnSteps), regression()
    for m in (model, plain):
        m.compile(optimizer=keras.optimizers.SGD(0.1), loss="mse", metrics=["mae"])
    mine = model.fit(X, Y, sample_weight=np.ones(64), batch_size=16, epochs=2, shuffle=False, verbose=0).history
    theirs = plain.fit(X, Y, batch_size=16, epochs=2, shuffle=False, verbose=0).history
    assert mine.keys() == theirs.keys()
    np.testing.assert_allclose(mine["loss"], theirs["loss"], rtol=1e-5)
    np.testing.assert_allclose(model.evaluate(X, Y, verbose=0), plain.evaluate(X, Y, verbose=0), rtol=1e-4)


def test_own_loops_eager_and_planned_give_what_fit_gives():
    expected = regression()
    expected.compile(optimizer=keras.optimizers.SGD(0.1), loss="mse")
    expected.fit(X, Y, batch_size=16, shuffle=False, verbose=0)
    batches = tf.data.Dataset.from_tensor_slices((X, Y)).batch(16)
    for decorate in (lambda f: f, tf.function):
        model, optimizer = regression(), keras.optimizers.SGD(0.1)
        error = keras.metrics.MeanSquaredError()

        def step(x, y, model=model, optimizer=optimizer, error=error):
            with tf.GradientTape() as tape:
                predicted = model(x, training=True)
                loss = tf.reduce_mean(tf.square(y - predicted)) + sum(model.losses)
            gradients = tape.gradient(loss, model.trainable_weights)
            optimizer.apply_gradients(zip(gradients, model.trainable_weights, strict=True))
            error.update_state(y, predicted)
            return loss

        planned = decorate(step)
        losses = [float(planned(x, y)) for x, y in batches]
        np.testing.assert_allclose(np.mean(losses), float(error.result()), rtol=1e-5)
        for mine, theirs in zip(model.get_weights(), expected.get_weights(), strict=True):
            np.testing.assert_allclose(mine, theirs, rtol=1e-4, atol=1e-6)


class Duel(keras.Model):
    """A generator and a judge, each with an optimizer of its own."""

    def __init__(self, judge, generator, noise):
        super().__init__()
        self.judge, self.generator, self.noise = judge, generator, noise
        self.judged = keras.metrics.Mean(name="judge_loss")
        self.generated = keras.metrics.Mean(name="generator_loss")

    @property
    def metrics(self):
        return [self.judged, self.generated]

    def compile(self, judge_optimizer, generator_optimizer):
        super().compile()
        self.judge_optimizer, self.generator_optimizer = judge_optimizer, generator_optimizer
        self.loss_fn = keras.losses.BinaryCrossentropy(from_logits=True)

    def train_step(self, real):
        rows = tf.shape(real)[0]
        fake = self.generator(tf.random.normal(shape=(rows, self.noise)))
        labels = tf.concat([tf.ones((rows, 1)), tf.zeros((rows, 1))], axis=0)
        labels += 0.05 * tf.random.uniform(tf.shape(labels))
        with tf.GradientTape() as tape:
            judged = self.loss_fn(labels, self.judge(tf.concat([fake, real], axis=0)))
        variables = self.judge.trainable_weights
        self.judge_optimizer.apply(tape.gradient(judged, variables), variables)
        with tf.GradientTape() as tape:
            fooled = self.judge(self.generator(tf.random.normal(shape=(rows, self.noise))))
            generated = self.loss_fn(tf.zeros((rows, 1)), fooled)
        variables = self.generator.trainable_weights
        self.generator_optimizer.apply(tape.gradient(generated, variables), variables)
        self.judged.update_state(judged)
        self.generated.update_state(generated)
        return {metric.name: metric.result() for metric in self.metrics}


def test_two_models_against_each_other():
    keras.utils.set_random_seed(1)
    judge = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(4, 3, strides=2, padding="same"),
            layers.LeakyReLU(negative_slope=0.2),
            layers.GlobalMaxPooling2D(),
            layers.Dense(1),
        ]
    )
    generator = keras.Sequential(
        [
            keras.Input((5,)),
            layers.Dense(2 * 2 * 4),
            layers.Reshape((2, 2, 4)),
            layers.Conv2DTranspose(4, 4, strides=2, padding="same"),
            layers.LeakyReLU(negative_slope=0.2),
            layers.Conv2DTranspose(1, 4, strides=2, padding="same", activation="sigmoid"),
        ]
    )
    before = [weight.copy() for weight in generator.get_weights()]
    images = RNG.random((40, 8, 8, 1)).astype("float32")
    duel = Duel(judge, generator, noise=5)
    duel.compile(keras.optimizers.Adam(3e-4), keras.optimizers.Adam(3e-4))
    dataset = tf.data.Dataset.from_tensor_slices(images).shuffle(buffer_size=40).batch(8)
    logs = duel.fit(dataset.take(4), epochs=2, verbose=0).history
    assert list(logs) == ["judge_loss", "generator_loss"]
    assert np.isfinite(logs["judge_loss"]).all()
    assert any((new != old).any() for new, old in zip(generator.get_weights(), before, strict=True))
    assert int(duel.judge_optimizer.iterations) == 8
