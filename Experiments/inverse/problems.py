"""Random linear measurements of a mixture of 25 Gaussians, as Cardoso et al. 2024 (MCGDiff, arXiv 2308.07983) draw them, with
exact posteriors.

The prior in d dimensions has components N((8i, 8j, 8i, 8j, …), I), i and j from −2 to 2, with weights that are squared
standard normals, normalised. A is m×d with the singular vectors of a matrix of standard normals and singular values
uniform on [0, 1]; σ is uniform on [0, 1] times the largest of them; b = A x + σ ε with x from the prior.
"""

import dataclasses

import numpy as np

# v at the end of the default variance-preserving path: the target is the posterior under the prior noised by it.
END_LEVEL = 1e-5


@dataclasses.dataclass
class Problem:
    weights: np.ndarray
    means: np.ndarray
    matrix: np.ndarray
    observation: np.ndarray
    deviation: float
    # Of inpainting, the coordinates that are measured; None otherwise.
    indices: np.ndarray | None = None

    def posterior(self):
        """Weights [K], means [K, d] and the common covariance of the posterior's components, and log p(b)."""
        a, variance = self.matrix, 1 + END_LEVEL
        count = len(a)
        covariance = variance * a @ a.T + self.deviation**2 * np.eye(count)
        gain = variance * np.linalg.solve(covariance, a).T
        residuals = self.observation - self.means @ a.T
        squares = np.einsum("ki,ki->k", residuals, np.linalg.solve(covariance, residuals.T).T)
        logs = np.log(self.weights) - 0.5 * (
            squares + np.linalg.slogdet(covariance)[1] + count * np.log(2 * np.pi))
        evidence = logs.max() + np.log(np.exp(logs - logs.max()).sum())
        spread = variance * (np.eye(a.shape[1]) - gain @ a)
        return np.exp(logs - evidence), self.means + residuals @ gain.T, 0.5 * (spread + spread.T), evidence

    def reward(self):
        """The reward of a config whose tilt is the likelihood."""
        if self.indices is not None:
            return {
                "kind": "inpainting", "indices": self.indices.tolist(), "values": self.observation.tolist(),
                "standard_deviation": self.deviation,
            }
        return {
            "kind": "measurement", "matrix": self.matrix.tolist(), "observation": self.observation.tolist(),
            "standard_deviation": self.deviation,
        }


def problem(dimensions, measurements, seed, inpainting=False):
    """The problem of a seed; with inpainting, the first coordinates are measured with noise σ uniform on [0, 1]."""
    rng = np.random.default_rng([dimensions, measurements, seed, int(inpainting)])
    grid = [8.0 * k for k in range(-2, 3)]
    means = np.array([np.tile([first, second], dimensions // 2) for first in grid for second in grid])
    weights = rng.standard_normal(25) ** 2
    weights /= weights.sum()
    if inpainting:
        indices = np.arange(measurements)
        matrix = np.eye(dimensions)[indices]
        deviation = rng.random()
    else:
        indices = None
        left, _, right = np.linalg.svd(rng.standard_normal((measurements, dimensions)), full_matrices=False)
        values = np.sort(rng.random(measurements))[::-1]
        matrix = left @ np.diag(values) @ right
        deviation = rng.random() * values[0]
    point = means[rng.choice(25, p=weights)] + rng.standard_normal(dimensions)
    observation = matrix @ point + deviation * rng.standard_normal(measurements)
    return Problem(weights, means, matrix, observation, float(deviation), indices)


def draw(posterior, count, rng):
    """[count, d] exact samples."""
    weights, means, spread, _ = posterior
    chosen = rng.choice(len(weights), size=count, p=weights)
    return means[chosen] + rng.multivariate_normal(np.zeros(len(spread)), spread, size=count, method="eigh")


def mode_error(samples, weights, posterior):
    """Total variation between the posterior's component weights and the samples', each shared by its responsibilities."""
    masses, means, spread, _ = posterior
    values, vectors = np.linalg.eigh(spread)
    scale = vectors / np.sqrt(np.maximum(values, 1e-12))
    white, centers = samples @ scale, means @ scale
    logs = np.log(np.maximum(masses, 1e-300)) + white @ centers.T - 0.5 * (centers**2).sum(1)
    shares = np.exp(logs - logs.max(1, keepdims=True))
    shares /= shares.sum(1, keepdims=True)
    return 0.5 * np.abs(weights @ shares - masses).sum()


def sliced_wasserstein(samples, weights, reference, rng, slices=200):
    """The W1 distance to equally weighted reference samples along random directions, averaged over the directions."""
    directions = rng.standard_normal((slices, samples.shape[1]))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    total = 0.0
    levels = np.arange(1, len(reference) + 1) / len(reference)
    for direction in directions:
        ours, theirs = samples @ direction, np.sort(reference @ direction)
        order = np.argsort(ours)
        ours, steps = ours[order], np.minimum(np.cumsum(weights[order]), 1.0)
        steps[-1] = 1.0
        cuts = np.union1d(steps, levels)
        gaps = np.diff(cuts, prepend=0.0)
        at = cuts - 0.5 * gaps
        total += gaps @ np.abs(ours[np.searchsorted(steps, at)] - theirs[np.searchsorted(levels, at)])
    return total / slices
