"""Makes the references that the Swift networks are compared with, in Tests/ScoreNetworksTests/Resources/Parity.

    OMP_NUM_THREADS=1 python parity.py

Every case is a network of random weights, `name.safetensors`, and `name.npz` with what PyTorch answers in float64:

    points         [P, 3]        time, signal and noise
    states         [P, 7, d]     float32 rows
    labels         [C]           whole numbers, -1 for none; only for networks of labels
    conditions     [C, k]        rows of NaN for none; only for networks of vectors
    outputs        [C, P, 7, d]  the network's answers; C = 1 without conditions
    float32_errors [C, P]        the largest error of PyTorch's own answers in float32
    many_point     []            the point of the long batch, which is asked for the last condition
    many_rows      [16]          rows of the long batch that are stored
    many_outputs   [16, d]

The long batch has 4096 rows of x[i, j] = ((37 i + 101 j) mod 257 − 128) / 64 · sqrt(signal² + noise²), in float32.

Prints how far float32 is from float64 in PyTorch itself, relative to the answers' root-mean-square at the same point.
"""

import pathlib

import networks
import numpy as np
import torch
import torch_export

FOLDER = pathlib.Path(__file__).parents[2] / "Tests/ScoreNetworksTests/Resources/Parity"
ROWS, LONG = 7, 4096
POINTS = [
    # time, signal, noise
    (0.0, 1.0, 0.002),
    (0.25, 1.0, 0.05),
    (0.5, 1.0, 1.0),
    (0.75, 1.0, 20.0),
    (1.0, 1.0, 80.0),
    (0.03125, 0.999, 0.0447),
    (0.625, 0.6, 0.8),
    (0.96875, 0.05, 0.998),
]

CASES = {
    "mlp-plain-silu": {"dimensions": 5, "width": 16, "depth": 2},
    "mlp-plain-one-layer": {"dimensions": 6, "width": 24, "depth": 1, "layer_norm": True, "embedding_width": 8},
    "mlp-plain-gelu-norm-timestep": {
        "dimensions": 8, "width": 32, "depth": 3, "activation": "gelu", "layer_norm": True, "noise_input": "timestep",
        "timesteps": 500.0, "time_embedding": "sinusoidal", "time_features": 16, "embedding_width": 16, "input_scale": "unit-variance",
        "data_standard_deviation": 1.5,
    },
    "mlp-plain-relu-fourier": {
        "dimensions": 12, "width": 32, "depth": 2, "activation": "relu", "time_embedding": "fourier", "time_features": 12,
    },
    "mlp-plain-tanh-labels": {
        "dimensions": 9, "width": 40, "depth": 3, "activation": "tanh", "noise_input": "time", "time_embedding": "sinusoidal",
        "time_features": 10, "maximum_period": 100.0, "classes": 4, "condition_features": 6, "input_scale": "unit-variance",
        "data_standard_deviation": 0.75,
    },
    "mlp-plain-gelu-labels-odd": {
        "dimensions": 7, "width": 17, "depth": 4, "activation": "gelu", "embedding_width": 11, "classes": 3, "condition_features": 5,
    },
    "mlp-residual-silu-norm-vectors": {
        "dimensions": 5, "width": 32, "depth": 2, "block": "residual", "layer_norm": True, "condition_dimensions": 3,
        "condition_features": 8, "input_scale": "unit-variance", "data_standard_deviation": 2.0,
    },
    "mlp-residual-gelu-sigma": {
        "dimensions": 10, "width": 24, "depth": 3, "block": "residual", "activation": "gelu", "noise_input": "sigma",
        "time_embedding": "sinusoidal", "time_features": 8, "maximum_period": 1000.0,
    },
    "mlp-residual-relu-norm-labels": {
        "dimensions": 11, "width": 32, "depth": 2, "block": "residual", "activation": "relu", "layer_norm": True, "noise_input": "sigma",
        "time_embedding": "fourier", "time_features": 8, "classes": 2, "condition_features": 4, "embedding_width": 16,
    },
    "mlp-residual-tanh-vectors": {
        "dimensions": 6, "width": 19, "depth": 3, "block": "residual", "activation": "tanh", "condition_dimensions": 5,
        "condition_features": 7, "embedding_width": 13,
    },
    "mlp-residual-silu-fourier": {
        "dimensions": 10, "width": 48, "depth": 3, "block": "residual", "noise_input": "time", "time_embedding": "fourier",
        "time_features": 32, "embedding_width": 32, "input_scale": "unit-variance", "data_standard_deviation": 1.25,
    },
    "mlp-residual-gelu-norm-vectors": {
        "dimensions": 8, "width": 32, "depth": 2, "block": "residual", "activation": "gelu", "layer_norm": True,
        "time_embedding": "sinusoidal", "time_features": 16, "maximum_period": 50.0, "embedding_width": 24,
        "condition_dimensions": 2, "condition_features": 8, "input_scale": "unit-variance", "data_standard_deviation": 0.5,
    },
    "egnn-symmetric": {"atoms": 4, "width": 16, "depth": 2},
    "egnn-directed-gelu": {
        "atoms": 5, "width": 24, "depth": 2, "edges": "directed", "pair_term": False, "activation": "gelu", "noise_input": "time",
        "time_embedding": "fourier", "time_features": 8, "radial_minimum": 0.5,
    },
    "egnn-symmetric-squared-tanh": {
        "atoms": 7, "width": 16, "depth": 3, "distance_features": "squared", "attention": False, "activation": "tanh",
        "input_scale": "unit-variance", "data_standard_deviation": 1.5,
    },
    "egnn-directed-squared-labels": {
        "atoms": 6, "width": 24, "depth": 2, "edges": "directed", "distance_features": "squared", "atom_embedding": True,
        "activation": "relu", "classes": 3, "condition_features": 5, "input_scale": "unit-variance",
        "data_standard_deviation": 1.0,
    },
    "egnn-symmetric-one-layer": {
        "atoms": 13, "width": 24, "depth": 1, "attention": False, "pair_term": False, "distance_offset": 0.0, "embedding_width": 16,
    },
    "egnn-directed-vectors": {
        "atoms": 8, "width": 32, "depth": 2, "edges": "directed", "attention": False, "atom_embedding": True, "condition_dimensions": 4,
        "condition_features": 6, "input_scale": "unit-variance", "data_standard_deviation": 2.0,
    },
    "egnn-symmetric-deep": {
        "atoms": 13, "width": 32, "depth": 3, "embedding_width": 32, "time_embedding": "sinusoidal", "time_features": 16,
        "maximum_period": 100.0, "radial_maximum": 4.0, "radial_basis_functions": 16, "input_scale": "unit-variance",
        "data_standard_deviation": 1.25,
    },
    "egnn-symmetric-gelu-labels-odd": {
        "atoms": 6, "width": 19, "depth": 2, "activation": "gelu", "atom_embedding": True, "classes": 2, "condition_features": 3,
        "embedding_width": 9, "coordinate_range": 2.5, "distance_offset": 0.5, "input_scale": "unit-variance",
        "data_standard_deviation": 1.0,
    },
}
PREDICTIONS = ["score", "epsilon", "x0", "v", "velocity"]


def build(name, seed):
    """A network whose weights keep the size of what passes through, without any zeros that would hide a term."""
    torch.manual_seed(seed)
    architecture, settings = name.split("-")[0], CASES[name]
    network = networks.ARCHITECTURES[architecture](**settings)
    with torch.no_grad():
        for key, value in network.named_parameters():
            if value.ndim > 1:
                value.normal_(0, value.shape[1] ** -0.5)
            else:
                value.normal_(1 if "norm" in key and key.endswith("weight") else 0, 0.2)
    return network.eval()


def asked(network, point, x, condition, dtype):
    """Answers to rows under one condition."""
    count = len(x)
    time, signal, noise = (torch.full((count,), value, dtype=dtype) for value in point)
    label = vector = None
    if isinstance(condition, (int, np.integer)):
        label = torch.full((count,), condition if condition >= 0 else network.settings["classes"])
    elif condition is not None:
        vector = torch.tensor(condition, dtype=dtype).expand(count, -1)
    with torch.no_grad():
        return network(torch.tensor(x, dtype=dtype), time, signal, noise, label, vector).numpy()


def scale(point):
    return np.float32(np.sqrt(point[1] ** 2 + point[2] ** 2))


def make(name, seed):
    network = build(name, seed)
    s = network.settings
    random = np.random.default_rng(seed)
    states = np.stack([(random.normal(size=(ROWS, s["dimensions"])) * scale(p)).astype(np.float32) for p in POINTS])
    arrays = {"points": np.array(POINTS), "states": states}
    if s["classes"]:
        conditions = arrays["labels"] = np.array([-1, 0, s["classes"] - 1])
    elif s["condition_dimensions"]:
        conditions = random.normal(size=(3, s["condition_dimensions"])).astype(np.float32)
        conditions[0] = np.nan
        arrays["conditions"] = conditions
    else:
        conditions = [None]

    def answers(dtype):
        return np.stack([[asked(network, p, x, c, dtype) for p, x in zip(POINTS, states)] for c in conditions])

    # The last layer is linear, so the answers of an MLP can be brought to a size of one.
    if name.startswith("mlp"):
        size = float(np.sqrt((answers(torch.float32) ** 2).mean()))
        with torch.no_grad():
            network.output.weight /= size
            network.output.bias /= size
    torch_export.save(
        FOLDER / f"{name}.safetensors", network, PREDICTIONS[seed % len(PREDICTIONS)],
        process={"kind": "karras"} if seed % 2 else None, noise_levels=(1e-6, 6400.0) if seed % 3 else None,
        notes="random weights, to compare implementations with",
    )

    single = answers(torch.float32)
    network = network.double()
    arrays["outputs"] = outputs = answers(torch.float64)
    arrays["float32_errors"] = np.abs(single - outputs).max((2, 3))

    i, j = np.arange(LONG)[:, None], np.arange(s["dimensions"])[None]
    point = 2 + seed % 2
    long = (((37 * i + 101 * j) % 257 - 128) / 64).astype(np.float32) * scale(POINTS[point])
    rows = np.array([0, 1, 6, 7, 63, 64, 255, 256, 1000, 1023, 1024, 2047, 2048, 3001, 4094, 4095])
    arrays |= {
        "many_point": np.array(point), "many_rows": rows,
        "many_outputs": asked(network, POINTS[point], long[rows], conditions[-1], torch.float64),
    }
    np.savez(FOLDER / f"{name}.npz", **arrays)

    # One size for each condition and point.
    size = np.sqrt((outputs**2).mean((2, 3), keepdims=True))
    error = arrays["float32_errors"][:, :, None, None] / size
    print(f"{name:32} size {size.min():8.2e} to {size.max():8.2e}   float32 off by up to {error.max():.1e}")


if __name__ == "__main__":
    torch.set_num_threads(1)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for seed, name in enumerate(CASES):
        make(name, seed)
