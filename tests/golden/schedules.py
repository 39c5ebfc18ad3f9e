"""Every learning-rate schedule over 20 steps, on and off its boundaries and beyond its end."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

import numpy as np

from .precision import floatx
from .store import Results

FILE = "schedules.json"
STEPS = (0, 1, 2, 3, 5, 7, 8, 9, 10, 11, 15, 16, 20, 23, 24, 25, 56, 57, 100, 1000)

SCHEDULES: dict[str, tuple[str, dict[str, Any]]] = {
    "exponential": (
        "ExponentialDecay",
        {"initial_learning_rate": 0.5, "decay_steps": 10, "decay_rate": 0.9},
    ),
    "exponential_staircase": (
        "ExponentialDecay",
        {"initial_learning_rate": 0.5, "decay_steps": 8, "decay_rate": 0.9, "staircase": True},
    ),
    "piecewise": (
        "PiecewiseConstantDecay",
        {"boundaries": [5, 10, 24], "values": [1.0, 0.5, 0.25, 0.125]},
    ),
    "polynomial": ("PolynomialDecay", {"initial_learning_rate": 0.5, "decay_steps": 16}),
    "polynomial_power": (
        "PolynomialDecay",
        {"initial_learning_rate": 0.5, "decay_steps": 16, "end_learning_rate": 0.125, "power": 2.0},
    ),
    "polynomial_cycle": (
        "PolynomialDecay",
        {"initial_learning_rate": 0.5, "decay_steps": 8, "end_learning_rate": 0.125, "power": 0.5, "cycle": True},
    ),
    "inverse_time": ("InverseTimeDecay", {"initial_learning_rate": 0.5, "decay_steps": 10, "decay_rate": 2.0}),
    "inverse_time_staircase": (
        "InverseTimeDecay",
        {"initial_learning_rate": 0.5, "decay_steps": 8, "decay_rate": 2.0, "staircase": True},
    ),
    "cosine": ("CosineDecay", {"initial_learning_rate": 0.5, "decay_steps": 20}),
    "cosine_alpha": ("CosineDecay", {"initial_learning_rate": 0.5, "decay_steps": 20, "alpha": 0.25}),
    "cosine_warm_up": (
        "CosineDecay",
        {"initial_learning_rate": 0.125, "decay_steps": 16, "alpha": 0.25, "warmup_target": 0.5, "warmup_steps": 8},
    ),
    "cosine_warm_up_from_zero": (
        "CosineDecay",
        {"initial_learning_rate": 0.0, "decay_steps": 20, "warmup_target": 1.0, "warmup_steps": 5},
    ),
    "restarts": ("CosineDecayRestarts", {"initial_learning_rate": 0.5, "first_decay_steps": 8}),
    "restarts_equal": (
        "CosineDecayRestarts",
        {"initial_learning_rate": 0.5, "first_decay_steps": 8, "t_mul": 1.0, "m_mul": 0.5, "alpha": 0.125},
    ),
    "restarts_lower": (
        "CosineDecayRestarts",
        {"initial_learning_rate": 0.5, "first_decay_steps": 8, "t_mul": 2.0, "m_mul": 0.75, "alpha": 0.125},
    ),
}


def _rates(library: ModuleType, dtype: str, *, class_name: str, arguments: dict[str, Any]) -> Results:
    with floatx(library, dtype):
        schedule = getattr(library.optimizers.schedules, class_name)(**arguments)
        steps = [library.ops.convert_to_tensor(step, "int32") for step in STEPS]
        return {"rates": [float(np.asarray(schedule(step))) for step in steps]}


CASES: dict[str, Callable[[ModuleType, str], Results]] = {
    name: partial(_rates, class_name=class_name, arguments=arguments)
    for name, (class_name, arguments) in SCHEDULES.items()
}
