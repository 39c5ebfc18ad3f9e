"""Layers that shift and scale their input to a known mean and size."""
