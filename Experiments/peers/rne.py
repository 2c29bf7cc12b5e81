"""Weights of kernel ratios after RNE (He et al. 2025), in NumPy: our code after their paper, not theirs.

Particles take exponential steps at c = 1 without control. A step's weight is e^(−W) of kernels.py, by each model's own ratio of kernels, relative to that
of a reference. rne.yaml is the same in fkc, without a reference.
"""

import dataclasses

import numpy
from kernels import Kernels, States
from peer_models import log_sum
from resampling import resampled


@dataclasses.dataclass(frozen=True)
class Setting:
    threshold: float = 0.5

    def __str__(self):
        return f"ESS below {self.threshold:.0%}"


def run(models, particles, evaluations, seed, setting):
    generator = numpy.random.default_rng(seed)
    center, variance, log_normalizer = models.start()
    levels = numpy.geomspace(*models.levels, evaluations)
    kernels = Kernels(models, densities=False)
    y = center + numpy.sqrt(variance) * generator.standard_normal((particles, models.dimensions))
    states = States(models, y, numpy.full(particles, levels[0]))
    logs = numpy.full(particles, -numpy.log(particles))
    for v in levels[1:]:
        gained, places, logs = resampled(logs, setting.threshold, generator)
        log_normalizer += gained
        states = states if places is None else states.at(places)
        to = numpy.full(particles, v)
        mean, variance = kernels.denoised(states, to)
        later = States(models, mean + numpy.sqrt(variance)[:, None] * generator.standard_normal(mean.shape), to)
        logs = logs - kernels.weight(later, states)
        states = later
    total = log_sum(logs)
    return {"log_normalizer": log_normalizer + total, "mean": numpy.exp(logs - total) @ states.y, "standard_error": None, "mean_standard_error": None}
