"""Layers of the first kind: dense, identity, input, lambda."""
