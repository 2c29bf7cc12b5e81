"""Kernels of denoising and noising between two levels, and the ratio of their paths, which RNE and CREPE stand on.

    W(x, x') = log p'(x') − log p(x) + log B(x|x') − log F(x'|x)

for x at less noise, x' at more, p and p' the compositions there, F the kernel of noising and B that of denoising: x' ~ N(x, v' − v), and the
exponential step at c = 1. The densities' ratio is either exact or each model's own ratio of kernels, log F − log B with its own scores, which needs
scores alone. That ratio is taken relative to the one of a reference, the Gaussian of the model's mean and variance, whose densities are known: this
takes out most of the error of long steps, and all of it where the model is a Gaussian.
"""

import numpy
from peer_models import phi


class States:
    """Rows, each at its level, and what the models say of them there."""

    def __init__(self, models, y, v):
        self.y, self.v = y, v
        self.logs, self.scores, _ = models.evaluate(y, v if len(numpy.unique(v)) > 1 else v[0])

    @classmethod
    def _of(cls, y, v, logs, scores):
        found = object.__new__(cls)
        found.y, found.v, found.logs, found.scores = y, v, logs, scores
        return found

    @classmethod
    def woven(cls, parts):
        """Rows of several, the first of each, then the second of each."""
        y = numpy.stack([one.y for one in parts], 1).reshape(-1, parts[0].y.shape[1])
        v = numpy.stack([one.v for one in parts], 1).ravel()
        logs = numpy.stack([one.logs for one in parts], 2).reshape(-1, len(y))
        return cls._of(y, v, logs, numpy.stack([one.scores for one in parts], 2).reshape(-1, *y.shape))

    def at(self, places):
        return self._of(self.y[places], self.v[places], self.logs[:, places], self.scores[:, places])

    def put(self, places, other, taken):
        """Takes over those of others that were taken."""
        chosen = places[taken]
        self.y[chosen] = other.y[taken]
        self.logs[:, chosen] = other.logs[:, taken]
        self.scores[:, chosen] = other.scores[:, taken]


def down(high, low_v, scores, total):
    """Mean and variance of denoising by scores whose exponents sum to `total`."""
    delta = numpy.log(high.v / low_v)
    relaxed = (total * delta * phi(total * delta))[:, None]
    mean = high.y * numpy.exp(-total * delta)[:, None] + (high.y + high.v[:, None] * scores / total) * relaxed
    return mean, low_v * delta * phi((2 * total - 1) * delta)


def log_normal(y, mean, variance):
    return -0.5 * (((y - mean) ** 2).sum(-1) / variance + y.shape[-1] * numpy.log(2 * numpy.pi * variance))


class Kernels:
    def __init__(self, models, densities):
        self.models, self.densities = models, densities
        self.center, self.spread = models.moments()

    def denoised(self, high, low_v):
        return down(high, low_v, self.models.compose(high.scores), self.models.total)

    def noised(self, low, high_v):
        return low.y, high_v - low.v

    def weight(self, low, high):
        """W of pairs of rows."""
        noising = log_normal(high.y, *self.noised(low, high.v))
        found = log_normal(low.y, *self.denoised(high, low.v)) - noising
        if self.densities:
            return found + self.models.compose(high.logs - low.logs)
        own = noising - log_normal(low.y, *down(high, low.v, high.scores, 1.0))
        spread = self.spread[:, None, :] + high.v[:, None]
        reference = (self.center[:, None, :] - high.y) / spread
        own -= noising - log_normal(low.y, *down(high, low.v, reference, 1.0))
        own += self._reference(high) - self._reference(low)
        return found + self.models.compose(own)

    def _reference(self, states):
        spread = self.spread[:, None, :] + states.v[:, None]
        return -0.5 * ((states.y - self.center[:, None, :]) ** 2 / spread + numpy.log(2 * numpy.pi * spread)).sum(-1)
