"""Data sets to learn and measure with, loaded as NumPy arrays."""

from nnfit.datasets import cifar10, digits, fashion_mnist, mnist

__all__ = ["cifar10", "digits", "fashion_mnist", "mnist"]
