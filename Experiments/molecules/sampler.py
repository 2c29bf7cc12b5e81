"""Draws latents from the diffusion network in PyTorch: Heun's method on the probability-flow ODE (Karras et al. 2022).

The check on the network alone, without weights or corrections; compositions are the work of `fkc`.
"""

import pathlib
import sys

import numpy as np
import properties
import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "export"))
import networks
import torch_export  # noqa: F401 - for those who import this module

SIGMA_MIN, SIGMA_MAX = 0.02, 20.0
PROCESS = {"kind": "variance-exploding", "sigma_min": SIGMA_MIN, "sigma_max": SIGMA_MAX}


def condition(count=1, **asked):
    """`[count, 2 k]`: value and mask of each property in properties.NAMES; `asked` in standard deviations from MOSES's mean."""
    row = [number for name in properties.NAMES for number in ((asked[name], 1.0) if name in asked else (0.0, 0.0))]
    return torch.tensor(row).expand(count, -1)


@torch.no_grad()
def sample(network, prediction, count, seed, condition=None, steps=40):
    """`[count, dimensions]` float32 at σ_min; `condition` is `[count, 2 k]`, or None for plain samples."""
    generator = torch.Generator().manual_seed(seed)
    power = 1 / 7
    ramp = torch.linspace(SIGMA_MAX**power, SIGMA_MIN**power, steps + 1) ** 7
    time = torch.log(ramp / SIGMA_MIN) / np.log(SIGMA_MAX / SIGMA_MIN)
    one = torch.ones(count)

    def slope(x, index):
        sigma = ramp[index]
        score = networks.score(network, prediction, x, time[index] * one, one, sigma * one, condition=condition)
        return -sigma * score

    x = torch.randn(count, network.settings["dimensions"], generator=generator) * (1 + SIGMA_MAX**2) ** 0.5
    for index in range(steps):
        step = ramp[index + 1] - ramp[index]
        first = slope(x, index)
        x = x + 0.5 * step * (first + slope(x + step * first, index + 1))
    return x.numpy()
