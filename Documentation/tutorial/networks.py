"""Trains the two networks of the tutorial, by NumPy alone: left.safetensors and right.safetensors.

    python3 Documentation/tutorial/train.py

Each learns a mixture of two Gaussians in the plane, which the tutorial also has in closed form; Experiments/undertrained/train.py has the
network and its loss. Seed 1; a minute or two on one core each.
"""

import pathlib
import sys

import numpy as np

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1] / "Experiments/undertrained"))

import train

STEPS = 30000
MIXTURES = {
    "left": train.Mixture(np.array([[-2.0, 0.0], [2.0, 1.0]]), np.array([0.3, 0.7]), np.array([0.8, 0.8]), 1.5),
    "right": train.Mixture(np.array([[0.0, -1.5], [1.0, 1.5]]), np.array([0.6, 0.4]), np.array([1.0, 1.0]), 1.4),
}


if __name__ == "__main__":
    for name, mixture in MIXTURES.items():
        train.save(HERE / f"{name}.safetensors", mixture, train.trained(mixture, STEPS), f"{STEPS} steps of Documentation/tutorial/train.py")
