"""The float64 NumPy reference of every op, with its adjoint and the cases on which they are compared."""

from reference import (
    activation,
    activation_gradient,
    arithmetic,
    conv_pooling,
    convolution,
    creation,
    cross_entropy,
    dense_update,
    elementwise,
    indexing,
    linalg,
    normalization,
    optimizer,
    own_statistics,
    pooling,
    reduction,
    shape,
)
from reference.table import Case, Reference

REFERENCES: dict[str, Reference] = {}
for family in (
    activation,
    activation_gradient,
    arithmetic,
    conv_pooling,
    convolution,
    creation,
    cross_entropy,
    dense_update,
    elementwise,
    indexing,
    linalg,
    normalization,
    optimizer,
    pooling,
    own_statistics,
    reduction,
    shape,
):
    repeated = REFERENCES.keys() & family.REFERENCES.keys()
    assert not repeated, repeated
    REFERENCES |= family.REFERENCES

__all__ = ["REFERENCES", "Case", "Reference"]
