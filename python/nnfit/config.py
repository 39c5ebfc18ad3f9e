"""Library-wide settings: numeric defaults, as `keras.config` names them, and threads."""

from __future__ import annotations

import platform

import numpy as np

from nnfit import _core

_FLOAT_TYPES = ("float32", "float64")

_epsilon = 1e-7


def floatx() -> str:
    """Returns the dtype that weights, losses and metrics have unless told otherwise.

    Example:
        >>> nnfit.config.floatx()
        'float32'
    """
    return _core.floatx()


def set_floatx(value: str) -> None:
    """Sets the default floating-point dtype.

    Args:
        value: `"float32"` or `"float64"`.

    Raises:
        ValueError: for any other dtype.
    """
    if value not in _FLOAT_TYPES:
        raise ValueError(f"[set_floatx] expected one of {_FLOAT_TYPES}; got {value!r}.")
    _core.set_floatx(value)


def epsilon() -> float:
    """Returns the fuzz that keeps divisors and logarithms' arguments off zero (default `1e-7`)."""
    return _epsilon


def set_epsilon(value: float) -> None:
    """Sets the fuzz that `epsilon` returns.

    Args:
        value: A positive number.

    Raises:
        ValueError: when it is not positive.
    """
    global _epsilon
    if not value > 0:
        raise ValueError(f"[set_epsilon] expected a positive number; got {value!r}.")
    _epsilon = float(value)


def image_data_format() -> str:
    """Returns the order of the axes of images, always `"channels_last"`: (batch, rows, columns, channels)."""
    return "channels_last"


def num_threads() -> int:
    """Returns the most threads that an operation or a training step is spread over.

    Unless set, it is `NNFIT_NUM_THREADS`, else `OMP_NUM_THREADS`, else the number of processors that the process may
    use by its affinity and its cgroup. Results are the same bits at any number of threads.

    Example:
        >>> nnfit.config.num_threads() >= 1
        True
    """
    return _core.num_threads()


def set_num_threads(value: int) -> None:
    """Sets the most threads that an operation or a training step is spread over.

    Args:
        value: A number of threads, at least 1.

    Raises:
        ValueError: when it is less than 1.

    Example:
        >>> nnfit.config.set_num_threads(1)
        >>> nnfit.config.num_threads()
        1
    """
    _core.set_num_threads(value)


def winograd() -> bool:
    """Returns whether convolutions may use Winograd's method (default `True`).

    Example:
        >>> nnfit.config.winograd()
        True
    """
    return _core.winograd()


def set_winograd(value: bool) -> None:
    """Allows or forbids Winograd's method for convolutions of stride 1 with 3×3 kernels, or 3 or 5 taps along one axis.

    It needs a quarter of the multiplications of a 3×3 kernel, a half of those of 3 taps and two fifths of those of 5,
    and is chosen, by shape, where that makes it faster. In float32 its error is about twice that of the direct sum. The
    setting holds for all calls from now on, those of functions that are planned already among them.

    Args:
        value: Whether it may be chosen.

    Raises:
        TypeError: when it is not a bool.

    Example:
        >>> nnfit.config.set_winograd(False)
        >>> nnfit.config.winograd()
        False
        >>> nnfit.config.set_winograd(True)
    """
    if not isinstance(value, bool):
        raise TypeError(f"[set_winograd] expected True or False; got {value!r}.")
    _core.set_winograd(value)


def show_config() -> None:
    """Prints the version, the instruction set in use and those available, the threads, and the compiler.

    Example:
        >>> nnfit.show_config()  # doctest: +SKIP
        nnfit            0.1.0
        instruction set  avx512 (available: baseline, avx2, avx512)
        threads          2 (OpenMP 201511)
        BLAS             none
        compiler         GCC 12.2.0
        Python           3.11.7
        NumPy            2.4.6
    """
    info = _core.build_info()
    rows = {
        "nnfit": info["version"],
        "instruction set": f"{info['isa']} (available: {', '.join(info['available_isas'])})",
        "threads": f"{num_threads()} (OpenMP {info['openmp']})",
        "BLAS": "none",
        "compiler": info["compiler"],
        "Python": platform.python_version(),
        "NumPy": np.__version__,
    }
    for name, value in rows.items():
        print(f"{name:<16} {value}")
