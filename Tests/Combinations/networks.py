"""Networks whose answers are exact, as safetensors files. Standard library only."""
import array
import json
import math

# Where the straight lines that the network makes of a function of the noise meet, in log v: close where that bends.
KNOTS = [-14, -11, -8.5, -7, -6, -5] + [0.5 * i for i in range(-8, 9)] + [5, 6, 7, 9, 12]
# Beyond every value of the noise's feature, ¼ log(σ/α), so that it silences the hidden units of the other classes.
SILENCE = 8.0


def write(path, settings, tensors):
    """`tensors`: {name: rows of numbers, or numbers}."""
    header, data = {"__metadata__": settings}, array.array("f")
    for name, values in tensors.items():
        rows = values if isinstance(values[0], list) else [values]
        begin = 4 * len(data)
        for row in rows:
            data.extend(row)
        shape = [len(values), len(values[0])] if isinstance(values[0], list) else [len(values)]
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [begin, 4 * len(data)]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(len(text).to_bytes(8, "little") + text + data.tobytes())


def gaussians(path, means, spread):
    """An MLP that answers, asked for class k, as one trained without error on N(means[k], spread² I) would.

    Under the prediction `edm` the output is F = (m/s) √(v/(v + s²)), which depends on the noise alone: pieces of a straight line
    in its feature τ = ⅛ log v, made of rectified units that only their own class lets through. F is off by less than 5e-3 m/s.
    """
    d, classes = len(means[0]), len(means)
    knots = [level / 8 for level in KNOTS]
    heights = [math.sqrt(math.exp(8 * knot) / (math.exp(8 * knot) + spread**2)) for knot in knots]
    slopes = [(heights[i + 1] - heights[i]) / (knots[i + 1] - knots[i]) for i in range(len(knots) - 1)]
    bends = [after - before for before, after in zip([0.0] + slopes, slopes)]
    weights, biases, out = [], [], [[] for _ in range(d)]
    for k, mean in enumerate(means):
        label = [1.0 if other == k else 0.0 for other in range(classes)]
        units = [([0.0] * d + [0.0] + label, 0.0, heights[0])]
        units += [([0.0] * d + [1.0] + [SILENCE * one for one in label], -SILENCE - knot, bend) for knot, bend in zip(knots, bends)]
        for row, bias, height in units:
            weights.append(row)
            biases.append(bias)
            for j in range(d):
                out[j].append(mean[j] / spread * height)
    labels = [[1.0 if k == row else 0.0 for k in range(classes)] for row in range(classes + 1)]
    write(path, {
        "format": "feynman-kac-network/1", "architecture": "mlp", "prediction": "edm", "data_standard_deviation": repr(spread),
        "activation": "relu", "time_embedding": "log-noise", "time_features": "1", "classes": str(classes),
        "condition_features": str(classes), "dimensions": str(d), "width": str(len(weights)), "depth": "1", "block": "plain",
    }, {"embedding.labels.weight": labels, "input.weight": weights, "input.bias": biases, "output.weight": out, "output.bias": [0.0] * d})


def linear_reward(path, coefficients):
    """A regression network whose output `r` is ⟨c, x⟩: what is positive of it, less what is positive of its opposite."""
    write(path, {
        "format": "feynman-kac-network/1", "architecture": "regression", "dimensions": str(len(coefficients)), "width": "2", "depth": "1",
        "outputs": "r", "activation": "relu",
    }, {"input.weight": [list(coefficients), [-c for c in coefficients]], "input.bias": [0.0, 0.0],
        "output.weight": [[1.0, -1.0]], "output.bias": [0.0]})
