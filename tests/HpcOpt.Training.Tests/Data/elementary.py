"""Writes elementary.json, and with --coefficients prints those of VectorMath's polynomial. python3 with mpmath 1.3."""
import json, sys
from mpmath import mp, mpf, chebyt, cos, erfc, exp, expm1, inf, npdf, pi, quad, sqrt, tanh, taylor

mp.dps = 40
C = mpf(4)


def mills(t):
    """(1 - Phi(t)) / phi(t), t >= 0."""
    return sqrt(pi / 2) * exp(t * t / 2) * erfc(t / sqrt(2)) if t < 60 else quad(lambda s: exp(-t * s - s * s / 2), [0, inf])


def scaled(q):
    """(t + 4) R(t) where q = 1 - 8 / (t + 4)."""
    t = C * (1 + q) / (1 - q)
    return (t + C) * mills(t) if t < 1e6 else 1 + C / t


def coefficients(degree):
    """Of the polynomial in q that interpolates at Chebyshev's points, highest power first."""
    n = 4 * degree
    points = [cos(pi * (k + mpf(1) / 2) / n) for k in range(n)]
    values = [scaled(x) for x in points]
    powers = [mpf(0)] * (degree + 1)
    for j in range(degree + 1):
        a = 2 * sum(y * cos(j * pi * (k + mpf(1) / 2) / n) for k, y in enumerate(values)) / n / (2 if j == 0 else 1)
        for power, b in enumerate(taylor(lambda x: chebyt(j, x), 0, j)):
            powers[power] += a * b
    return powers[::-1]


def row(x):
    tail = erfc(-x / sqrt(2)) / 2
    return [float(v) for v in (x, exp(x), tanh(x), x * tail, tail + x * npdf(x), expm1(x))]


if "--coefficients" in sys.argv:
    for degree in (11, 24):
        print(degree, ", ".join(repr(float(c)) for c in coefficients(degree)))
else:
    # Small integers over a power of two are exact in float and in double, and so are their negatives.
    magnitudes = [mpf(k) / 64 for k in range(0, 64, 3)] + [mpf(k) / 8 for k in range(8, 104)] + [mpf(2) ** -k for k in range(8, 31, 2)] + [mpf(k) for k in range(13, 87)]
    rows = [row(sign * x) for x in sorted(set(magnitudes)) for sign in (1, -1) if x > 0 or sign > 0]
    with open("elementary.json", "w") as file:
        json.dump({"columns": ["x", "exp", "tanh", "gelu", "geluDerivative", "expMinusOne"], "rows": rows}, file)
        file.write("\n")
