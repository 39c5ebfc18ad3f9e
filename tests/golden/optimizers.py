"""Ten steps of every optimizer along given gradients, with each of its options and each that all optimizers have.

No model is between: what differs is the optimizer's own. Computed in float64 under Keras.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

import numpy as np

from . import inputs
from .precision import floatx
from .store import Results

FILE = "optimizers.npz"
STEPS, RECORDED = 10, (1, 5, 10)
SHAPES = {"kernel": (4, 3), "bias": (3,), "gain": ()}

# Learning rates are powers of two: Keras keeps the rate in float32 whatever the weights are.
RATE = {"learning_rate": 2**-4}
OPTIMIZERS: dict[str, tuple[str, dict[str, Any]]] = {
    "sgd": ("SGD", RATE),
    "sgd_momentum": ("SGD", RATE | {"momentum": 0.9}),
    "sgd_nesterov": ("SGD", RATE | {"momentum": 0.9, "nesterov": True}),
    "rmsprop": ("RMSprop", RATE),
    "rmsprop_centered": ("RMSprop", RATE | {"centered": True, "rho": 0.8, "epsilon": 1e-3}),
    "rmsprop_momentum": ("RMSprop", RATE | {"momentum": 0.5}),
    "adam": ("Adam", RATE),
    "adam_amsgrad": ("Adam", RATE | {"amsgrad": True, "beta_2": 0.5}),
    "adamw": ("AdamW", RATE),
    "adamw_constants": ("AdamW", RATE | {"beta_1": 0.8, "beta_2": 0.95, "epsilon": 1e-3, "weight_decay": 0.25}),
    "adagrad": ("Adagrad", RATE),
    "adagrad_constants": ("Adagrad", RATE | {"initial_accumulator_value": 0.5, "epsilon": 1e-3}),
    "adadelta": ("Adadelta", RATE),
    "adadelta_constants": ("Adadelta", {"learning_rate": 1.0, "rho": 0.8, "epsilon": 1e-3}),
    "adamax": ("Adamax", RATE),
    "adamax_constants": ("Adamax", RATE | {"beta_1": 0.8, "beta_2": 0.95, "epsilon": 1e-3}),
    "nadam": ("Nadam", RATE),
    "nadam_constants": ("Nadam", RATE | {"beta_1": 0.8, "beta_2": 0.95, "epsilon": 1e-3}),
    "ftrl": ("Ftrl", RATE),
    "ftrl_l1_l2": ("Ftrl", RATE | {"l1_regularization_strength": 0.5, "l2_regularization_strength": 0.25}),
    "ftrl_constants": (
        "Ftrl",
        RATE
        | {
            "learning_rate_power": -0.75,
            "initial_accumulator_value": 0.5,
            "l2_shrinkage_regularization_strength": 0.125,
            "beta": 0.5,
        },
    ),
    "lion": ("Lion", RATE),
    "lion_constants": ("Lion", RATE | {"beta_1": 0.5, "beta_2": 0.75}),
}
PLAIN = ("sgd", "rmsprop", "adam", "adamw", "adagrad", "adadelta", "adamax", "nadam", "ftrl", "lion")
OPTIONS: dict[str, dict[str, Any]] = {
    "weight_decay": {"weight_decay": 0.25},
    "clipnorm": {"clipnorm": 0.5},
    "clipvalue": {"clipvalue": 0.25},
    "global_clipnorm": {"global_clipnorm": 0.75},
    "ema": {"use_ema": True, "ema_momentum": 0.8},
    "ema_overwrite": {"use_ema": True, "ema_momentum": 0.8, "ema_overwrite_frequency": 3},
    "accumulation": {"gradient_accumulation_steps": 3},
    "accumulation_clipnorm_decay": {"gradient_accumulation_steps": 2, "clipnorm": 0.5, "weight_decay": 0.25},
    "loss_scale_clipvalue": {"loss_scale_factor": 4.0, "clipvalue": 0.125},
}


def _gradients(step: int) -> list[Any]:
    return [inputs.uniform(shape, 1000 + 10 * step + i, -1.0, 1.0) for i, shape in enumerate(SHAPES.values())]


def _steps(
    library: ModuleType, dtype: str, *, class_name: str, arguments: dict[str, Any], undecayed: tuple[str, ...] = ()
) -> Results:
    """The variables after some of the steps, and what `finalize_variable_values` leaves."""
    with floatx(library, dtype):
        start = inputs.weights_away_from_zero([(5, 3), (3,), ()], 7)
        variables = [
            library.Variable(value[: shape[0]] if shape else value, dtype=dtype, name=name)
            for value, (name, shape) in zip(start, SHAPES.items(), strict=True)
        ]
        optimizer = getattr(library.optimizers, class_name)(**arguments)
        if undecayed:
            optimizer.exclude_from_weight_decay(var_names=list(undecayed))
        results: Results = {}
        for step in range(1, STEPS + 1):
            gradients = [library.ops.convert_to_tensor(g, dtype) for g in _gradients(step)]
            optimizer.apply_gradients(zip(gradients, variables, strict=True))
            if step in RECORDED:
                results |= {f"{v.name}_{step}": _float64(v) for v in variables}
        results["iterations"] = _float64(optimizer.iterations)
        optimizer.finalize_variable_values(variables)
        return results | {f"{v.name}_final": _float64(v) for v in variables}


def _float64(value: Any) -> Any:
    return np.asarray(getattr(value, "value", value), np.float64)


def _cases() -> dict[str, Callable[[ModuleType, str], Results]]:
    cases: dict[str, Callable[[ModuleType, str], Results]] = {
        name: partial(_steps, class_name=class_name, arguments=arguments)
        for name, (class_name, arguments) in OPTIMIZERS.items()
    }
    for name in PLAIN:
        class_name, arguments = OPTIMIZERS[name]
        for option, more in OPTIONS.items():
            cases[f"{name}/{option}"] = partial(_steps, class_name=class_name, arguments=arguments | more)
    cases["adamw/undecayed"] = partial(
        _steps, class_name="AdamW", arguments=RATE | {"weight_decay": 0.25}, undecayed=("bias", "^ga")
    )
    return cases


CASES = _cases()
