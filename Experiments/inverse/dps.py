"""Diffusion posterior sampling (Chung et al. 2023, arXiv 2209.14687) in NumPy on the mixtures of problems.py.

One hundred ancestral steps with η = 0.6 of a linear schedule of 1,000 times, β from 1e-4 to 0.02, the step against the
gradient of |b − A x̂₀|² divided by its root, ζ = 1. The gradient through x̂₀ is exact: that of a mixture's denoiser.
"""

import numpy as np

STEPS, ETA, ZETA = 100, 0.6, 1.0


def denoised(problem, states, signal):
    """x̂₀ [N, d] of x = √ᾱ x₀ + √(1−ᾱ) ε, and a function that multiplies the transpose of its Jacobian with vectors."""
    noise = (1 - signal) / signal
    rows = states / np.sqrt(signal)
    logs = np.log(problem.weights) + (rows @ problem.means.T - 0.5 * (problem.means**2).sum(1)) / (1 + noise)
    shares = np.exp(logs - logs.max(1, keepdims=True))
    shares /= shares.sum(1, keepdims=True)
    center = shares @ problem.means
    points = (rows + noise * center) / (1 + noise)

    def pulled(vectors):
        inner = vectors @ problem.means.T
        spread = (shares * inner) @ problem.means - (shares * inner).sum(1, keepdims=True) * center
        return (vectors + noise / (1 + noise) * spread) / (1 + noise) / np.sqrt(signal)

    return points, pulled


def sample(problem, count, rng):
    """[count, d] samples."""
    # ᾱ from 1 at time 0 down to 4e-5.
    signals = np.cumprod(np.concatenate([[1.0], 1 - np.linspace(1e-4, 0.02, 999)]))
    times = np.linspace(0, 999, STEPS).astype(int)
    states = rng.standard_normal((count, problem.means.shape[1]))
    for time, earlier in zip(times[:0:-1], times[-2::-1]):
        now, then = signals[time], signals[earlier]
        points, pulled = denoised(problem, states, now)
        residuals = problem.observation - points @ problem.matrix.T
        gradient = pulled(-2 * residuals @ problem.matrix)
        length = np.linalg.norm(residuals, axis=1, keepdims=True)
        ratio = now / then
        states = (
            np.sqrt(ratio) * (1 - then) / (1 - now) * states
            + np.sqrt(then) * (1 - ratio) / (1 - now) * points
            + ETA * np.sqrt((1 - then) / (1 - now) * (1 - ratio)) * rng.standard_normal(states.shape)
            - ZETA / np.maximum(length, 1e-12) * gradient)
    return states
