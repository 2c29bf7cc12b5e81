"""Thirteen Lennard-Jones atoms in a harmonic well, and the distances between sets of configurations.

E = Σ over ordered pairs i ≠ j of [r⁻¹² − 2 r⁻⁶] + ½ Σ |x_i − x̄|², r² = |x_i − x_j|² + 1e-6; the density is exp(−E/T).
A configuration is a row of 39 numbers, atom by atom, without its centre of mass. Energies are float64 throughout.
"""

import numpy as np
from scipy.stats import wasserstein_distance

ATOMS = 13
OFFSET = 1e-6
FIRST, SECOND = np.triu_indices(ATOMS, 1)


def squared_distances(x):
    """[N, 78] of rows `[N, 39]`."""
    x = np.asarray(x, np.float64).reshape(-1, ATOMS, 3)
    parts = np.array_split(x, max(1, len(x) // 4096))
    return np.concatenate([((part[:, FIRST] - part[:, SECOND]) ** 2).sum(-1) for part in parts])


def energies(x):
    """[N] of rows `[N, 39]`."""
    inverse = 1 / (squared_distances(x) + OFFSET) ** 3
    centred = np.asarray(x, np.float64).reshape(-1, ATOMS, 3)
    centred = centred - centred.mean(1, keepdims=True)
    return 2 * (inverse * (inverse - 2)).sum(1) + 0.5 * (centred**2).sum((1, 2))


def virial(x):
    """[N]: x · ∇E, whose mean is 36 T at equilibrium, exactly."""
    squared = squared_distances(x)
    sixth = 1 / (squared + OFFSET) ** 3
    x = np.asarray(x, np.float64).reshape(-1, ATOMS, 3)
    x = x - x.mean(1, keepdims=True)
    return (24 * sixth * (1 - sixth) * squared / (squared + OFFSET)).sum(1) + (x**2).sum((1, 2))


def gradients(x):
    """∇E of rows `[N, 39]`, float64 of the same shape; without a component along the centre of mass."""
    x = np.asarray(x, np.float64).reshape(-1, ATOMS, 3)
    parts = []
    for part in np.array_split(x, max(1, len(x) // 4096)):
        part = part - part.mean(1, keepdims=True)
        gap = part[:, :, None] - part[:, None]
        squared = (gap**2).sum(-1) + OFFSET
        squared[:, range(ATOMS), range(ATOMS)] = np.inf
        sixth = 1 / squared**3
        parts.append(part + ((24 * sixth * (1 - sixth) / squared)[..., None] * gap).sum(2))
    return np.concatenate(parts).reshape(-1, 3 * ATOMS)


def energy_w1(a, b):
    """The Wasserstein-1 distance between two sets of energies, of any sizes."""
    return wasserstein_distance(a, b)


def trimmed(values, share=0.005):
    """All but the top `share`: one overlap of two atoms can outweigh everything else."""
    return np.sort(values)[: len(values) - int(np.ceil(share * len(values)))]


def quantile_w2(a, b, points=20000):
    """The Wasserstein-2 distance between two sets of numbers, from `points` quantiles of each."""
    levels = (np.arange(points) + 0.5) / points
    return np.sqrt(np.mean((np.quantile(a, levels) - np.quantile(b, levels)) ** 2))


def figures(x, reference, reference_energies=None):
    """How far configurations are from a reference, both `[N, 39]`."""
    energy = energies(x)
    other = energies(reference) if reference_energies is None else reference_energies
    values = {
        "energy_w1": energy_w1(energy, other),
        "energy_w2": quantile_w2(energy, other),
        "trimmed_energy_w1": energy_w1(trimmed(energy), trimmed(other)),
        "distance_w2": quantile_w2(np.sqrt(squared_distances(x)).ravel(), np.sqrt(squared_distances(reference)).ravel()),
        "mean_energy": energy.mean(),
        "reference_mean_energy": other.mean(),
        "largest_energy": energy.max(),
    }
    return {name: round(float(value), 4) for name, value in values.items()}
