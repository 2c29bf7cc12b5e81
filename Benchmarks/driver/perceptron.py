"""The perceptron that is timed: 64→512→512→512→64 with random weights, the same on every machine."""

import array
import itertools
import json
import math
import random
import struct
import sys

from driver.running import CACHE

SHAPE = (64, 512, 512, 512, 64)
# As many products a row as the network has weights; the noise's own column is one product for all rows.
PRODUCTS = sum(a * b for a, b in itertools.pairwise(SHAPE))


def perceptron():
    """The path of its file, which is written once."""
    path = CACHE / "mlp.safetensors"
    if path.exists():
        return path
    generator = random.Random(0)
    sizes = [(SHAPE[1], SHAPE[0] + 1)] + list(zip(SHAPE[2:], SHAPE[1:]))
    names = ["input"] + [f"blocks.{i}.linear" for i in range(1, len(SHAPE) - 2)] + ["output"]
    header = {"__metadata__": {
        "format": "feynman-kac-network/1", "architecture": "mlp", "prediction": "edm", "dimensions": str(SHAPE[0]),
        "width": str(SHAPE[1]), "depth": str(len(SHAPE) - 2), "input_scale": "unit-variance",
        "data_standard_deviation": "1.0"}}
    values = array.array("f")
    for name, (outputs, inputs) in zip(names, sizes):
        scale = (0.1 if name == "output" else 1.0) / math.sqrt(inputs)
        tensors = {"weight": ([outputs, inputs], [generator.gauss(0, scale) for _ in range(outputs * inputs)]),
                   "bias": ([outputs], [0.0] * outputs)}
        for part, (shape, numbers) in tensors.items():
            start = 4 * len(values)
            values.extend(numbers)
            header[f"{name}.{part}"] = {"dtype": "F32", "shape": shape, "data_offsets": [start, 4 * len(values)]}
    if sys.byteorder == "big":
        values.byteswap()
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = path.with_suffix(".part")
    whole.write_bytes(struct.pack("<Q", len(text)) + text + values.tobytes())
    whole.rename(path)
    return path
