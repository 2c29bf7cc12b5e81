"""What a perfect network answers where the data are N(MEAN, SPREAD^2) in every coordinate, in closed form and double precision."""

from __future__ import annotations

import math

import feynman_kac as fk
import numpy as np

MEAN, SPREAD = 0.7, 0.8
# What an EDM network scales by: another number than the data's spread, with which F would not depend on x.
SIGMA_DATA = 0.5
PREDICTIONS = ["score", "epsilon", "x0", "v", "velocity", "edm"]


def variance_preserving(t, exp=math.exp, sqrt=math.sqrt):
    """alpha and sigma of the linear schedule from 0.1 to 20; exp and sqrt are those of the numbers."""
    signal = exp(-0.5 * (0.1 * t + 9.95 * t * t))
    return signal, sqrt(1 - signal * signal)


def rates(kind, point):
    """d alpha/dt and d sigma/dt."""
    if kind == "flow":
        return -1.0, 1.0
    beta = 0.1 + 19.9 * point.time
    return -0.5 * beta * point.signal, 0.5 * beta * point.signal**2 / point.noise


def answer(prediction, x, signal, noise, signal_rate=0.0, noise_rate=0.0):
    """The answer for x, an array or a tensor; signal and noise may be arrays of one column."""
    score = -(x - signal * MEAN) / (signal**2 * SPREAD**2 + noise**2)
    epsilon, data = -noise * score, (x + noise**2 * score) / signal
    if prediction == "edm":
        level = (noise / signal) ** 2
        root = (level + SIGMA_DATA**2) ** 0.5
        return (data - SIGMA_DATA**2 / root**2 * x / signal) / (SIGMA_DATA * level**0.5 / root)
    return {
        "score": score,
        "epsilon": epsilon,
        "x0": data,
        "v": signal * epsilon - noise * data,
        "velocity": signal_rate * data + noise_rate * epsilon,
    }[prediction]


def states(point, count=64, shape=(3,), seed=1):
    """Float32 states of the noised data at a point, read-only as the engine's are."""
    generator = np.random.default_rng(seed)
    x = point.signal * (MEAN + SPREAD * generator.standard_normal((count, *shape))) + point.noise * generator.standard_normal((count, *shape))
    x = x.astype(np.float32)
    x.flags.writeable = False
    return x


def points(kind):
    """Points along a path: of the linear variance-preserving schedule, of flow matching, or with alpha = 1."""
    times = (0.002, 0.1, 0.5, 0.9)
    if kind == "flow":
        return [fk.NoisePoint(t, 1 - t, t) for t in times]
    if kind == "exploding":
        return [fk.NoisePoint(t, 1.0, 0.01 * 2000**t) for t in times]
    return [fk.NoisePoint(t, *variance_preserving(t)) for t in times]


def annealed_log_normalizer(dimensions, beta, signal, level):
    """log of the integral of the density^beta of what is sampled: the data times alpha, with the noise that is left."""
    variance = signal**2 * (SPREAD**2 + level)
    return -0.5 * dimensions * ((beta - 1) * math.log(2 * math.pi * variance) + math.log(beta))


def check_log_normalizer(model, process, beta=2.0, islands=8, **settings):
    """Samples model^beta and compares log Z, means and spreads with the exact ones."""
    level = 1e-4
    result = fk.sample(
        fk.annealed(model, beta), process=process, particles=2000, islands=islands, steps=100, seed=3, minimum_noise_level=level, **settings
    )
    signal = {"flow-matching": 1 / (1 + level**0.5), "variance-exploding": 1.0}.get(process.kind, (1 + level) ** -0.5)
    expected = annealed_log_normalizer(model.dimensions, beta, signal, level)
    # The control is exact on Gaussians, so that nothing is left but the step size's error: 0.0004 was seen.
    assert abs(result.log_normalizer.value - expected) < 0.003
    # 2,000 weights of variance SPREAD^2/beta: five standard errors, which one seed in a million misses; fewer where islands differ.
    assert np.abs(result.mean - signal * MEAN).max() < 5 * SPREAD * (beta * 2000) ** -0.5
    return result
