"""Prints the polynomial coefficients that the headers beside this file hold (needs mpmath).

Each polynomial is the minimax solution of |weight(x) * (p(x) - f(x))| on an interval, found by the Remez exchange; the
weight makes the error relative to the function that the polynomial stands in for.
"""

from __future__ import annotations

from collections.abc import Callable

import mpmath as mp

mp.mp.dps = 40
Function = Callable[[mp.mpf], mp.mpf]


def remez(f: Function, weight: Function, low: float, high: float, degree: int) -> tuple[list[mp.mpf], mp.mpf]:
    """Returns the coefficients, lowest power first, and the largest weighted error."""
    low, high = mp.mpf(low), mp.mpf(high)
    count = degree + 2
    points = [(low + high) / 2 - (high - low) / 2 * mp.cos(mp.pi * (i + 0.5) / count) for i in range(count)]
    grid = [(low + high) / 2 - (high - low) / 2 * mp.cos(mp.pi * i / (60 * count)) for i in range(60 * count + 1)]
    values = [(x, f(x), weight(x)) for x in grid]
    for _ in range(12):
        rows = [[x**j for j in range(degree + 1)] + [(-1) ** i / weight(x)] for i, x in enumerate(points)]
        solution = mp.lu_solve(mp.matrix(rows), mp.matrix([f(x) for x in points]))
        coefficients = [solution[j] for j in range(degree + 1)]
        errors = [(w * (mp.polyval(coefficients[::-1], x) - y), x) for x, y, w in values]
        peaks: list[tuple[mp.mpf, mp.mpf]] = []
        for error in errors:
            if peaks and (peaks[-1][0] > 0) == (error[0] > 0):
                if abs(error[0]) > abs(peaks[-1][0]):
                    peaks[-1] = error
            else:
                peaks.append(error)
        while len(peaks) > count:
            peaks.pop(0 if abs(peaks[0][0]) < abs(peaks[-1][0]) else -1)
        largest = max(abs(e) for e, _ in errors)
        if len(peaks) < count or largest / abs(solution[degree + 1]) < 1.001:
            break
        points = [x for _, x in peaks]
    return coefficients, largest


def at_root(g: Function) -> Function:
    """g as a function of x = s**2; a small x stands in for 0, where g is 0/0."""
    return lambda x: g(mp.sqrt(max(x, mp.mpf("1e-14"))))


def erfcx_scaled(t: mp.mpf) -> mp.mpf:
    """exp(z**2) * erfc(z) * (1 + 2 * z), where t = (z - 3) / (z + 3)."""
    z = 3 * (1 + t) / (1 - t)
    return mp.exp(z * z) * mp.erfc(z) * (1 + 2 * z)


def erfinv_ratio(w: mp.mpf) -> mp.mpf:
    """erfinv(x) / x, where w = -log(1 - x**2)."""
    w = max(w, mp.mpf("1e-14"))
    x = mp.sqrt(-mp.expm1(-w))
    tail = mp.exp(-w) / (1 + x)  # 1 - x
    y = mp.sqrt(w)
    y = mp.findroot(lambda v: mp.log(mp.erfc(v)) - mp.log(tail), y * mp.mpf(0.9)) if w > 0.5 else mp.erfinv(x)
    return y / x


def main() -> None:
    half_log2, root = mp.log(2) / 2, mp.sqrt(2)
    one = lambda x: mp.mpf(1)
    nudge = lambda g: lambda x: g(x if abs(x) > mp.mpf("1e-9") else mp.mpf("1e-9"))
    exp_rest = nudge(lambda r: (mp.expm1(r) - r) / r**2)
    exp_weight = nudge(lambda r: r**2 / mp.exp(r))
    cases = [
        ("exp, float: 1 + r + r^2 p(r)", exp_rest, exp_weight, -half_log2, half_log2, 4),
        ("exp, double: 1 + r + r^2 p(r)", exp_rest, exp_weight, -half_log2, half_log2, 7),
        (
            "log, float: f - f^2/2 + f^3 p(f)",
            nudge(lambda f: (mp.log1p(f) - f + f**2 / 2) / f**3),
            nudge(lambda f: f**3 / mp.log1p(f)),
            1 / root - 1,
            root - 1,
            7,
        ),
        (
            "log, double: 2s + s^3 p(s^2)",
            at_root(lambda s: (2 * mp.atanh(s) - 2 * s) / s**3),
            at_root(lambda s: s**3 / mp.atanh(s)),
            0,
            ((root - 1) / (root + 1)) ** 2,
            4,
        ),
        (
            "tanh, float: x + x^3 p(x^2)",
            at_root(lambda x: (mp.tanh(x) - x) / x**3),
            at_root(lambda x: x**3 / mp.tanh(x)),
            0,
            0.625**2,
            4,
        ),
        (
            "sin, double: r + r^3 p(r^2)",
            at_root(lambda r: (mp.sin(r) - r) / r**3),
            at_root(lambda r: r**3 / mp.sin(r)),
            0,
            (mp.pi / 4) ** 2,
            3,
        ),
        (
            "cos, double: 1 - r^2/2 + r^4 p(r^2)",
            at_root(lambda r: (mp.cos(r) - 1 + r**2 / 2) / r**4),
            at_root(lambda r: r**4 / mp.cos(r)),
            0,
            (mp.pi / 4) ** 2,
            3,
        ),
        (
            "atan, double: s + s^3 p(s^2)",
            at_root(lambda s: (mp.atan(s) - s) / s**3),
            at_root(lambda s: s**3 / mp.atan(s)),
            0,
            (root - 1) ** 2,
            6,
        ),
        (
            "asin, double: s + s^3 p(s^2)",
            at_root(lambda s: (mp.asin(s) - s) / s**3),
            at_root(lambda s: s**3 / mp.asin(s)),
            0,
            0.25,
            7,
        ),
        (
            "erf, double: x p(x^2)",
            at_root(lambda x: mp.erf(x) / x),
            at_root(lambda x: x / mp.erf(x)),
            0,
            1,
            8,
        ),
        ("erfc, double: exp(-z^2) / (1 + 2z) p(t)", erfcx_scaled, lambda t: 1 / erfcx_scaled(t), -1, 8 / 14, 12),
        ("erfinv, double: x p(w - 2.5), w <= 5", lambda v: erfinv_ratio(v + 2.5), one, -2.5, 2.5, 11),
        (
            "erfinv, double: x p(sqrt(w) - 3), w <= 17",
            lambda v: erfinv_ratio((v + 3) ** 2),
            lambda v: 1 / erfinv_ratio((v + 3) ** 2),
            mp.sqrt(5) - 3,
            mp.sqrt(17) - 3,
            12,
        ),
    ]
    for name, f, weight, low, high, degree in cases:
        coefficients, error = remez(f, weight, low, high, degree)
        print(f"{name}  (error 2^{float(mp.log(error, 2)):.1f})")
        digits = 10 if "float" in name else 18
        print("  " + ", ".join(mp.nstr(c, digits) for c in reversed(coefficients)))


if __name__ == "__main__":
    main()
