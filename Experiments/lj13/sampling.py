"""Samples of a trained network at the temperature that it was trained at, as the Swift engine draws them by default.

The second-order exponential step in u = −log σ² with noise scale 1, on a grid that is uniform in u from σ = 4 to 0.01,
a start with the data's variance, and half a denoising step at the end.
"""

import math

import torch

SIGMA_MIN, SIGMA_MAX = 0.01, 4.0


def without_center(x, atoms):
    x = x.reshape(-1, atoms, 3)
    return (x - x.mean(1, keepdim=True)).flatten(1)


def denoised(network, x, sigma, rows=256):
    """E[x₀ | x] at noise σ, by the preconditioning of Karras et al. 2022 (`edm`)."""
    spread = network.settings["data_standard_deviation"]
    total = spread**2 + sigma**2
    parts = []
    for part in x.split(rows):
        noise = torch.full((len(part),), sigma)
        answer = network(part, noise, torch.ones_like(noise), noise)
        parts.append(spread**2 / total * part + sigma * spread / math.sqrt(total) * answer)
    return torch.cat(parts)


@torch.no_grad()
def sample(network, count, steps, seed):
    """`[count, 39]`; `steps + 1` evaluations a sample."""
    generator = torch.Generator().manual_seed(seed)
    atoms, spread = network.settings["atoms"], network.settings["data_standard_deviation"]

    def noise():
        return without_center(torch.randn(count, 3 * atoms, generator=generator), atoms)

    x = math.sqrt(SIGMA_MAX**2 + spread**2) * noise()
    step = 2 * math.log(SIGMA_MAX / SIGMA_MIN) / steps
    last = None
    for index in range(steps):
        mean = denoised(network, x, SIGMA_MAX * math.exp(-0.5 * step * index))
        middle = mean if last is None else mean + 0.5 * (mean - last)
        last = mean
        variance = SIGMA_MAX**2 * math.exp(-step * (index + 1)) * -math.expm1(-step)
        x = x * math.exp(-step) - math.expm1(-step) * middle + math.sqrt(variance) * noise()
    return 0.5 * (x + denoised(network, x, SIGMA_MIN))
