"""Writes matrix-trajectories.json: Muon, Shampoo and full-matrix AdaGrad by their formulas in NumPy's float64, without this library.

The Newton-Schulz iteration is applied to the singular values alone, which is what the matrix products of an implementation amount to.
"""
import json
import numpy as np

STEPS = 12
KEPT = (1, 2, 3, 7, 12)
SHAPES = {"tall": (5, 3), "wide": (3, 6), "square": (4, 4), "bias": (7,), "cube": (2, 3, 2)}


def polar(x, iterations, eps):
    u, s, vt = np.linalg.svd(x, full_matrices=False)
    s = s / max(np.sqrt((s * s).sum()), eps)
    for _ in range(iterations):
        s = 3.4445 * s - 4.7750 * s**3 + 2.0315 * s**5
    return (u * s) @ vt


class Muon:
    def __init__(self, name, shape, lr=0.02, momentum=0.95, nesterov=True, weight_decay=0.0, eps=1e-7, iterations=5, match_rms=False, adam=(),
                 adam_factor=0.015, betas=(0.9, 0.95), adam_eps=1e-10, adam_weight_decay=0.0):
        self.__dict__.update(locals())
        self.is_matrix = len(shape) == 2 and name not in adam
        self.m, self.v, self.t = np.zeros(shape), np.zeros(shape), 0

    def step(self, theta, g):
        if not self.is_matrix:
            self.t += 1
            b1, b2 = self.betas
            self.m = b1 * self.m + (1 - b1) * g
            self.v = b2 * self.v + (1 - b2) * g * g
            rate = self.lr * self.adam_factor
            theta = (1 - rate * self.adam_weight_decay) * theta
            return theta - rate * (self.m / (1 - b1**self.t)) / (np.sqrt(self.v / (1 - b2**self.t)) + self.adam_eps)
        self.m = self.momentum * self.m + (1 - self.momentum) * g
        u = self.momentum * self.m + (1 - self.momentum) * g if self.nesterov else self.m
        rows, columns = self.shape
        s = 0.2 * np.sqrt(max(rows, columns)) if self.match_rms else np.sqrt(max(1, rows / columns))
        return (1 - self.lr * self.weight_decay) * theta - self.lr * s * polar(u, self.iterations, self.eps)


class Shampoo:
    def __init__(self, name, shape, lr=0.1, eps=1e-4, momentum=0.0, weight_decay=0.0, interval=10, most=512):
        self.__dict__.update(locals())
        self.rows, self.columns = shape[0], int(np.prod(shape[1:]))
        self.power = -0.5 if len(shape) == 1 else -0.25
        self.left, self.right = np.zeros((self.rows, self.rows)), np.zeros((self.columns, self.columns))
        self.m, self.t = np.zeros(shape), 0

    def root(self, a):
        if len(a) > self.most:
            return np.diag((np.diag(a) + self.eps)**self.power)
        values, vectors = np.linalg.eigh(a)
        return vectors @ np.diag((np.maximum(values, 0) + self.eps)**self.power) @ vectors.T

    def step(self, theta, g):
        self.t += 1
        g = g.reshape(self.rows, self.columns)
        self.left = self.left + g @ g.T
        self.right = self.right + g.T @ g
        if self.t <= self.interval or self.t % self.interval == 0:
            self.l, self.r = self.root(self.left), self.root(self.right)
        p = self.l @ g if len(self.shape) == 1 else self.l @ g @ self.r
        self.m = self.momentum * self.m + p.reshape(self.shape)
        return (1 - self.lr * self.weight_decay) * theta - self.lr * self.m


class FullMatrixAdaGrad:
    """Over all segments at once."""

    def __init__(self, n, lr, eps):
        self.lr, self.eps, self.g = lr, eps, np.zeros((n, n))

    def step(self, theta, g):
        self.g += np.outer(g, g)
        values, vectors = np.linalg.eigh(self.g)
        return theta - self.lr * vectors @ ((vectors.T @ g) / np.sqrt(np.maximum(values, 0) + self.eps))


def run(optimizer, options, theta, gradients):
    if optimizer is FullMatrixAdaGrad:
        whole = optimizer(len(theta), **options)
        step = whole.step
    else:
        parts, offset = [], 0
        for name, shape in SHAPES.items():
            end = offset + int(np.prod(shape))
            parts.append((slice(offset, end), shape, optimizer(name, shape, **options)))
            offset = end

        def step(theta, g):
            theta = theta.copy()
            for where, shape, part in parts:
                theta[where] = part.step(theta[where].reshape(shape), g[where].reshape(shape)).ravel()
            return theta

    kept = {}
    for t, g in enumerate(gradients, 1):
        theta = step(theta, g)
        if t in KEPT:
            kept[str(t)] = theta.tolist()
    return {"optimizer": optimizer.__name__, "options": options, "theta": kept}


np.random.seed(20241208)
n = sum(int(np.prod(shape)) for shape in SHAPES.values())
theta0 = np.random.normal(size=n)
gradients = np.random.normal(size=(STEPS, n)) * np.exp(np.random.normal(size=(STEPS, 1)))
runs = [
    (Muon, {}),
    (Muon, {"nesterov": False, "weight_decay": 0.1, "momentum": 0.8, "iterations": 3, "adam_weight_decay": 0.2, "betas": [0.8, 0.99], "adam_eps": 1e-6}),
    (Muon, {"lr": 0.01, "match_rms": True, "adam_factor": 1.0, "adam": ["square"]}),
    (Muon, {"eps": 3.0}),
    (Shampoo, {"interval": 1}),
    (Shampoo, {"interval": 3, "momentum": 0.9, "weight_decay": 0.1, "eps": 0.01, "lr": 0.02}),
    (Shampoo, {"most": 4, "lr": 0.05}),
    (FullMatrixAdaGrad, {"lr": 0.05, "eps": 1e-6}),
]
with open("matrix-trajectories.json", "w") as file:
    json.dump({
        "numpy": np.__version__,
        "layout": {name: list(shape) for name, shape in SHAPES.items()},
        "theta0": theta0.tolist(),
        "gradients": gradients.tolist(),
        "runs": [run(optimizer, options, theta0, gradients) for optimizer, options in runs],
    }, file, indent=None, separators=(",", ":"))
    file.write("\n")
