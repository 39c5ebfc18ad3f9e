"""Layers that convolve series and images."""
