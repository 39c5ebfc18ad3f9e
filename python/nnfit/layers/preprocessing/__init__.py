"""Layers that make raw data fit for a model."""
