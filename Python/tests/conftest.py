"""Models with exact answers, for all tests."""

import pathlib

import feynman_kac as fk
import numpy as np
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXPLODING = fk.VarianceExploding(0.01, 20)


class GaussianScore:
    """The score of a Gaussian under any process: a model that can be pickled."""

    def __init__(self, mean, standard_deviation):
        self.mean = np.asarray(mean, np.float32)
        self.variance = standard_deviation**2

    def __call__(self, x, point):
        return -(x - point.signal * self.mean) / np.float32(point.signal**2 * self.variance + point.noise**2)


def gaussian(mean, standard_deviation=1.0, **settings):
    return fk.Model(GaussianScore(mean, standard_deviation), np.size(mean), **settings)


def exact_log_normalizer(terms, tilt=0.0, end=1e-4):
    """log of the integral of the product of N(m_i, s_i^2 + end)^a_i e^<tilt, x>, for terms (mean, standard deviation, exponent)."""
    total = 0.0
    for coordinate in range(len(terms[0][0])):
        c = np.broadcast_to(tilt, len(terms[0][0]))[coordinate]
        exponents = np.array([a for _, _, a in terms])
        means = np.array([m[coordinate] for m, _, _ in terms])
        variances = np.array([s**2 + end for _, s, _ in terms])
        precision, linear = (exponents / variances).sum(), (exponents * means / variances).sum() + c
        total += 0.5 * np.log(2 * np.pi / precision) + 0.5 * linear**2 / precision
        total -= (exponents * (0.5 * np.log(2 * np.pi * variances) + 0.5 * means**2 / variances)).sum()
    return total


@pytest.fixture(scope="session")
def small():
    """A small result of a model in Python."""
    return fk.sample(gaussian([1.0, -0.5]) ** 2, process=EXPLODING, particles=1000, islands=8, steps=60, seed=3)


