"""Embedding: a vector for each of a number of things."""

from __future__ import annotations

from typing import Any

from nnfit import constraints, initializers, ops, regularizers
from nnfit.layers.layer import Layer

__all__ = ["Embedding"]


class Embedding(Layer):
    """Looks rows up in a table: `embeddings[x]`.

    Input of integers in [0, input_dim), of any shape `(batch, …)`; output `(batch, …, output_dim)`.

    A planned step with `SGD` without momentum, or with `Adagrad`, updates the rows that were looked up and visits no
    others, so that its cost is independent of `input_dim`. Weight decay, clipping by a norm and regularizers reach
    every row, and so do the decaying moments of other optimizers: these update the whole table.

    Args:
        input_dim: Positive int, the number of rows: one more than the largest index.
        output_dim: Positive int, the length of a row.
        embeddings_initializer: Initializer of the table, `(input_dim, output_dim)`. Defaults to `"uniform"`.
        embeddings_regularizer: Regularizer of the table, or `None`.
        embeddings_constraint: Constraint of the table, or `None`.
        mask_zero: Whether index 0 is padding, which the layers, losses and metrics that follow skip. Defaults to
            `False`.
        weights: The table's first values, an array or a list of one. Defaults to what the initializer gives.
        **kwargs: `name`, `trainable`, `dtype`, `activity_regularizer` of `Layer`; tf.keras's `input_length` is
            accepted and ignored.

    Raises:
        ValueError: If `input_dim` or `output_dim` is not a positive int.
        IndexError: In a call, for an index that is not below `input_dim`.

    Example:
        >>> layer = nnfit.layers.Embedding(3, 2, weights=np.array([[0.0, 0.0], [1.0, 2.0], [3.0, 4.0]]))
        >>> layer(np.array([[2, 1]])).numpy()
        array([[[3., 4.],
                [1., 2.]]], dtype=float32)
    """

    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        embeddings_initializer: Any = "uniform",
        embeddings_regularizer: Any = None,
        embeddings_constraint: Any = None,
        mask_zero: bool = False,
        weights: Any = None,
        **kwargs: Any,
    ) -> None:
        kwargs.pop("input_length", None)
        super().__init__(**kwargs)
        for argument, value in (("input_dim", input_dim), ("output_dim", output_dim)):
            if isinstance(value, bool) or not hasattr(value, "__index__") or value <= 0:
                raise ValueError(f"[{self.name}] expected {argument} to be a positive int; got {value!r}.")
        self.input_dim = input_dim.__index__()
        self.output_dim = output_dim.__index__()
        self.embeddings_initializer = initializers.get(embeddings_initializer)
        self.embeddings_regularizer = regularizers.get(embeddings_regularizer)
        self.embeddings_constraint = constraints.get(embeddings_constraint)
        self.mask_zero = mask_zero
        self.supports_masking = mask_zero
        self.autocast = False
        if weights is not None:
            self.build()
            self.set_weights(weights if isinstance(weights, (list, tuple)) and len(weights) == 1 else [weights])

    def build(self, input_shape: Any = None) -> None:
        if self.built:
            return
        self.embeddings = self.add_weight(
            (self.input_dim, self.output_dim),
            self.embeddings_initializer,
            regularizer=self.embeddings_regularizer,
            constraint=self.embeddings_constraint,
            name="embeddings",
        )

    def call(self, inputs: Any) -> Any:
        if inputs.dtype not in ("int32", "int64"):
            inputs = ops.cast(inputs, "int32")
        return ops.take(self.embeddings, inputs, axis=0)

    def compute_mask(self, inputs: Any, previous_mask: Any) -> Any:
        return ops.not_equal(inputs, 0) if self.mask_zero else None

    def compute_output_shape(self, input_shape: Any) -> Any:
        return (*input_shape, self.output_dim)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "input_dim": self.input_dim,
            "output_dim": self.output_dim,
            "embeddings_initializer": initializers.serialize(self.embeddings_initializer),
            "embeddings_regularizer": regularizers.serialize(self.embeddings_regularizer),
            "embeddings_constraint": constraints.serialize(self.embeddings_constraint),
            "mask_zero": self.mask_zero,
        }
