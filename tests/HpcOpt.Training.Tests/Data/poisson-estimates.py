"""Poisson maximum likelihood by Newton's method in 60 decimal digits: writes poisson-estimates.json from grunfeld-counts.csv.

grunfeld-counts.csv holds, from grunfeld.csv, invest/10 rounded down as `count`, and value and capital as they are.
"""
import csv
import json
from decimal import Decimal, getcontext

getcontext().prec = 60


def solve(a, b):
    rows = [r[:] + [v] for r, v in zip(a, b)]
    n = len(rows)
    for i in range(n):
        p = max(range(i, n), key=lambda k: abs(rows[k][i]))
        rows[i], rows[p] = rows[p], rows[i]
        for k in range(n):
            if k != i:
                f = rows[k][i] / rows[i][i]
                rows[k] = [x - f * y for x, y in zip(rows[k], rows[i])]
    return [rows[i][n] / rows[i][i] for i in range(n)]


def dot(a, b):
    return sum(x * y for x, y in zip(a, b))


with open("grunfeld-counts.csv") as file:
    table = list(csv.DictReader(file))
y = [Decimal(r["count"]) for r in table]
x = [[Decimal(1), Decimal(r["value"]), Decimal(r["capital"])] for r in table]
b = [(sum(y) / len(y)).ln(), Decimal(0), Decimal(0)]
step = [Decimal(1)]
while max(map(abs, step)) > Decimal(10) ** -45:
    mean = [dot(b, r).exp() for r in x]
    gradient = [sum((m - k) * r[i] for m, k, r in zip(mean, y, x)) for i in range(3)]
    hessian = [[sum(m * r[i] * r[j] for m, r in zip(mean, x)) for j in range(3)] for i in range(3)]
    step = solve(hessian, gradient)
    b = [p - s for p, s in zip(b, step)]

loss = sum(dot(b, r).exp() - k * dot(b, r) + sum(Decimal(i).ln() for i in range(2, int(k) + 1)) for r, k in zip(x, y)) / len(y)
estimates = {
    "source": "Newton's method in 60 decimal digits: poisson-estimates.py",
    "target": "count",
    "features": ["value", "capital"],
    "coefficients": {name: float(v) for name, v in zip(["const", "value", "capital"], b)},
    "mean_loss": float(loss),
}
with open("poisson-estimates.json", "w") as file:
    json.dump(estimates, file, indent=1)
    file.write("\n")
