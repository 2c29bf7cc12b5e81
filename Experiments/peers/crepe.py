"""Replica exchange over noise levels after CREPE (He et al. 2025), in NumPy: our code after their paper, not theirs.

One replica is at every level. In a sweep the pairs of neighbours take turns, even ones and odd ones. Of a pair, x at less noise is
noised to x', y at more noise is denoised to y', and both are taken with probability min(1, e^(W(x, x') − W(y', y))), where

    W(x, x') = log p'(x') − log p(x) + log B(x|x') − log F(x'|x)

with F the kernel of noising, B that of denoising, p and p' the compositions at both levels. The replica at most noise is drawn anew in
every sweep. The densities' ratios are each model's own ratio of kernels, as published, which needs scores alone (`ratios`), or exact (`densities`), a
kinder one. Replicas begin on one denoised trajectory; a fifth of the evaluations is burn-in.

log Z: e^W has the mean Z'/Z over x' and 1 over that over y', and every proposal, taken or not, gives one of each, so that Bennett's
ratio joins them. The standard error is that of 16 batches of sweeps.
"""

import dataclasses

import numpy
from kernels import Kernels, States

BATCHES = 16
BURN_IN = 0.2
# Student's, of 15 degrees of freedom, in place of 1.96.
QUANTILE = 2.131


@dataclasses.dataclass(frozen=True)
class Setting:
    levels: int = 50
    densities: bool = False

    def __str__(self):
        return f"{self.levels} levels, {'densities' if self.densities else 'ratios'}"


class Exchange:
    """Chains of replicas; a row is a chain's level, the levels of a chain beside each other."""

    def __init__(self, models, setting, chains, generator):
        self.models, self.setting, self.chains, self.generator = models, setting, chains, generator
        self.kernels = Kernels(models, setting.densities)
        first, last = models.levels
        self.v = numpy.geomspace(last, first, setting.levels)
        self.center, self.variance, self.log_start = models.start()
        self.replicas = self._trajectories()

    def _drawn(self):
        return self.center + numpy.sqrt(self.variance) * self.generator.standard_normal((self.chains, self.models.dimensions))

    def _sample(self, mean, variance):
        return mean + numpy.sqrt(variance)[:, None] * self.generator.standard_normal(mean.shape)

    def _trajectories(self):
        path = [States(self.models, self._drawn(), numpy.repeat(self.v[-1], self.chains))]
        for v in self.v[-2::-1]:
            low = numpy.repeat(v, self.chains)
            path.append(States(self.models, self._sample(*self.kernels.denoised(path[-1], low)), low))
        return States.woven(path[::-1])

    def sweep(self, first):
        """Swaps among pairs (first, first + 1), (first + 2, …) …; returns W of both proposals of each pair, and who was swapped."""
        levels = len(self.v)
        pairs = numpy.arange(first, levels - 1, 2)
        offsets = levels * numpy.arange(self.chains)
        lower = (offsets[:, None] + pairs).ravel()
        if pairs[-1] == levels - 2:
            top = offsets + levels - 1
            self.replicas.put(top, States(self.models, self._drawn(), self.replicas.v[top]), numpy.full(self.chains, True))
        low, high = self.replicas.at(lower), self.replicas.at(lower + 1)
        noised = States(self.models, self._sample(*self.kernels.noised(low, high.v)), high.v)
        denoised = States(self.models, self._sample(*self.kernels.denoised(high, low.v)), low.v)
        forward, backward = self.kernels.weight(low, noised), self.kernels.weight(denoised, high)
        taken = numpy.log(self.generator.random(len(lower))) < forward - backward
        self.replicas.put(lower, denoised, taken)
        self.replicas.put(lower + 1, noised, taken)
        shape = (self.chains, len(pairs))
        return forward.reshape(shape), backward.reshape(shape), taken

    @property
    def noiseless(self):
        return self.replicas.y[:: len(self.v)]


def bennett(forward, backward):
    """log Z'/Z of every pair, from as many W of both kinds: [sweeps, chains, pairs]. By bisection, since the difference falls."""
    forward, backward = [one.reshape(-1, one.shape[-1]) for one in (forward, backward)]
    low = numpy.minimum(forward.min(0), backward.min(0)) - 1
    high = numpy.maximum(forward.max(0), backward.max(0)) + 1
    for _ in range(60):
        middle = 0.5 * (low + high)
        difference = (1 / (1 + numpy.exp(numpy.clip(middle - forward, -500, 500)))).mean(0)
        difference -= (1 / (1 + numpy.exp(numpy.clip(backward - middle, -500, 500)))).mean(0)
        low, high = numpy.where(difference > 0, middle, low), numpy.where(difference > 0, high, middle)
    return 0.5 * (low + high)


def run(models, particles, evaluations, seed, setting):
    """log Z and the means of the replicas without noise, from so many evaluations in all; None where there are too few."""
    budget = particles * evaluations
    # Many chains are faster here, but each has its own burn-in: from 4,000 sweeps on there are several.
    chains = max(1, min(8, budget // (4000 * setting.levels)))
    exchange = Exchange(models, setting, chains, numpy.random.default_rng(seed))
    kept = {0: ([], []), 1: ([], [])}
    states, swapped, sweeps = [], [], 0
    # A sweep asks no more than this.
    while models.rows + chains * (setting.levels + 1) <= budget:
        forward, backward, taken = exchange.sweep(sweeps % 2)
        if models.rows > BURN_IN * budget:
            kept[sweeps % 2][0].append(forward)
            kept[sweeps % 2][1].append(backward)
            states.append(exchange.noiseless.copy())
            swapped.append(taken.mean())
        sweeps += 1
    if min(len(forward) for forward, _ in kept.values()) < 1:
        return None
    sides = [tuple(map(numpy.array, both)) for both in kept.values()]
    states = numpy.array(states).mean(1)
    found = {
        "log_normalizer": exchange.log_start - sum(bennett(*side).sum() for side in sides), "mean": states.mean(0),
        "swapped": float(numpy.mean(swapped)), "standard_error": None, "mean_standard_error": None}
    if len(states) >= 8 * BATCHES:
        parts = [[numpy.array_split(one, BATCHES) for one in side] for side in sides]
        logs = [sum(bennett(forward[b], backward[b]).sum() for forward, backward in parts) for b in range(BATCHES)]
        means = numpy.array([part.mean(0) for part in numpy.array_split(states, BATCHES)])
        scale = QUANTILE / 1.96 / BATCHES**0.5
        found["standard_error"] = float(numpy.std(logs, ddof=1) * scale)
        found["mean_standard_error"] = means.std(0, ddof=1) * scale
    return found
