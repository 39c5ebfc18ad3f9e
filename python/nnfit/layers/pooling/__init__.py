"""Layers that take one value of each window, or of all steps or pixels."""
