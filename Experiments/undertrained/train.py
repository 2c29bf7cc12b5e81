"""Trains the same tiny network twice, for 150 steps and for 40,000, by NumPy alone: undertrained.safetensors, trained.safetensors.

    python train.py

The data are a mixture of three Gaussians in four dimensions (`DATA`), the network is a plain MLP with an EDM
prediction, as Sources/ScoreNetworks/Documentation.docc/NetworkFiles.md has it, and the loss is that of Karras et al. 2022: the squared error
of `F`, whose target has unit variance at every noise. Adam, seed 1; some minutes on one core.
"""

import dataclasses
import json
import pathlib
import struct

import numpy as np

HERE = pathlib.Path(__file__).parent
SIGMA_MIN, SIGMA_MAX = 0.01, 50.0
WIDTH = 64


@dataclasses.dataclass(frozen=True)
class Mixture:
    """The data: isotropic Gaussians, and the standard deviation that the network takes the whole for."""

    means: np.ndarray
    weights: np.ndarray
    deviations: np.ndarray
    spread: float

    @property
    def dimensions(self):
        return self.means.shape[1]


DATA = Mixture(
    means=np.array([[-2.0, 0, 1, 0], [2, 1, -1, 0.5], [0, -2, 0.5, -1]]),
    weights=np.array([0.3, 0.5, 0.2]),
    deviations=np.array([0.7, 0.5, 0.9]),
    spread=1.3,
)


def draw(mixture, count, generator):
    """Rows of the data and their noise: log-normal for three quarters, else log-uniform over the path."""
    mode = generator.choice(len(mixture.weights), count, p=mixture.weights)
    data = mixture.means[mode] + mixture.deviations[mode, None] * generator.normal(size=(count, mixture.dimensions))
    middle = np.exp(-0.5 + 1.2 * generator.normal(size=count))
    wide = np.exp(generator.uniform(np.log(SIGMA_MIN), np.log(SIGMA_MAX), count))
    sigma = np.where(generator.random(count) < 0.75, middle, wide).clip(SIGMA_MIN, SIGMA_MAX)
    return data, sigma


def silu(x):
    gate = 1 / (1 + np.exp(-x))
    return x * gate, gate * (1 + x * (1 - gate))


def started(dimensions, generator):
    """The weights before the first step, uniform as PyTorch has them, in the order of the file."""
    weights = {}
    for name, outputs, inputs in (("input", WIDTH, dimensions + 1), ("blocks.1.linear", WIDTH, WIDTH), ("output", dimensions, WIDTH)):
        bound = inputs**-0.5
        weights[f"{name}.weight"] = generator.uniform(-bound, bound, (outputs, inputs))
        weights[f"{name}.bias"] = generator.uniform(-bound, bound, outputs)
    return weights


def gradients(weights, spread, data, sigma, generator):
    """Those of the mean squared error of `F`."""
    noisy = data + sigma[:, None] * generator.normal(size=data.shape)
    total = (spread**2 + sigma**2)[:, None]
    target = (data - spread**2 / total * noisy) * np.sqrt(total) / (spread * sigma[:, None])
    rows = np.concatenate([noisy / np.sqrt(total), 0.25 * np.log(sigma)[:, None]], 1)
    first, first_slope = silu(rows @ weights["input.weight"].T + weights["input.bias"])
    second, second_slope = silu(first @ weights["blocks.1.linear.weight"].T + weights["blocks.1.linear.bias"])
    answer = second @ weights["output.weight"].T + weights["output.bias"]
    error = 2 * (answer - target) / answer.size
    upper = (error @ weights["output.weight"]) * second_slope
    lower = (upper @ weights["blocks.1.linear.weight"]) * first_slope
    return {
        "input.weight": lower.T @ rows, "input.bias": lower.sum(0),
        "blocks.1.linear.weight": upper.T @ first, "blocks.1.linear.bias": upper.sum(0),
        "output.weight": error.T @ second, "output.bias": error.sum(0),
    }


def trained(mixture, steps):
    """The weights after so many steps of Adam, whose rate falls to 0 along a cosine; averaged over the last tenth of them."""
    generator = np.random.default_rng(1)
    weights = started(mixture.dimensions, generator)
    first = {name: np.zeros_like(value) for name, value in weights.items()}
    second = {name: np.zeros_like(value) for name, value in weights.items()}
    for step in range(1, steps + 1):
        rate = 3e-3 * 0.5 * (1 + np.cos(np.pi * step / steps))
        slopes = gradients(weights, mixture.spread, *draw(mixture, 512, generator), generator)
        for name, slope in slopes.items():
            first[name] += 0.1 * (slope - first[name])
            second[name] += 0.001 * (slope**2 - second[name])
            size = np.sqrt(second[name] / (1 - 0.999**step)) + 1e-8
            weights[name] -= rate * first[name] / (1 - 0.9**step) / size
    return weights


def save(path, mixture, weights, notes):
    """A network file of float32 tensors."""
    header = {
        "__metadata__": {
            "format": "feynman-kac-network/1", "architecture": "mlp", "prediction": "edm", "dimensions": str(mixture.dimensions),
            "width": str(WIDTH), "depth": "2", "data_standard_deviation": repr(mixture.spread), "input_scale": "unit-variance",
            "process": json.dumps({"kind": "variance-exploding", "sigma_min": SIGMA_MIN, "sigma_max": SIGMA_MAX}),
            "minimum_noise_level": repr(SIGMA_MIN**2), "maximum_noise_level": repr(SIGMA_MAX**2), "notes": notes,
        }
    }
    offset = 0
    for name, value in weights.items():
        size = 4 * value.size
        header[name] = {"dtype": "F32", "shape": list(value.shape), "data_offsets": [offset, offset + size]}
        offset += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    data = b"".join(value.astype("<f4").tobytes() for value in weights.values())
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


if __name__ == "__main__":
    for name, steps in (("undertrained", 150), ("trained", 40000)):
        save(HERE / f"{name}.safetensors", DATA, trained(DATA, steps), f"{steps} steps of train.py")
