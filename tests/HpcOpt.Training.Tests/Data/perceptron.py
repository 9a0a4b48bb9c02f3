"""Writes perceptron.json: loss, gradient and scores of small networks in float64, by NumPy and math.erf alone, forward and backward by hand."""
import json, math
import numpy as np

rng = np.random.RandomState(5)
erf = np.vectorize(math.erf)
phi = lambda z: np.exp(-z * z / 2) / math.sqrt(2 * math.pi)
ACTIVATIONS = {
    "relu": (lambda z: np.maximum(z, 0), lambda z: (z > 0).astype(float)),
    "tanh": (np.tanh, lambda z: 1 / np.cosh(z) ** 2),
    "gelu": (lambda z: z * (1 + erf(z / math.sqrt(2))) / 2, lambda z: (1 + erf(z / math.sqrt(2))) / 2 + z * phi(z)),
}


def run(activation, classes):
    f, df = ACTIVATIONS[activation]
    n, widths = 7, [5, 11, 3, classes or 1]
    x = rng.uniform(-2, 2, (n, widths[0]))
    y = rng.randint(0, classes, n).astype(float) if classes else rng.uniform(-2, 2, n)
    ws = [rng.normal(0, 0.7, (i, k)) for i, k in zip(widths, widths[1:])]
    bs = [rng.normal(0, 0.3, k) for k in widths[1:]]
    a, zs, inputs = x, [], [x]
    for w, b in zip(ws, bs):
        zs.append(a @ w + b)
        a = f(zs[-1])
        inputs.append(a)
    scores = zs[-1]
    if classes:
        p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
        loss = -np.log(p[np.arange(n), y.astype(int)]).mean()
        delta = (p - np.eye(classes)[y.astype(int)]) / n
    else:
        loss = ((scores[:, 0] - y) ** 2).mean() / 2
        delta = (scores - y[:, None]) / n
    gradient = []
    for l in reversed(range(len(ws))):
        gradient = [inputs[l].T @ delta, delta.sum(axis=0)] + gradient
        if l > 0:
            delta = (delta @ ws[l].T) * df(zs[l - 1])
    theta = np.concatenate([part.ravel() for w, b in zip(ws, bs) for part in (w, b)])
    return {
        "activation": activation, "classes": classes, "features": x.ravel().tolist(), "targets": y.tolist(), "hidden": widths[1:-1],
        "parameters": theta.tolist(), "loss": float(loss), "gradient": np.concatenate([part.ravel() for part in gradient]).tolist(),
        "scores": scores.ravel().tolist(),
    }


with open("perceptron.json", "w") as file:
    json.dump({"runs": [run(activation, classes) for activation in ACTIVATIONS for classes in (4, 0)]}, file)
    file.write("\n")
