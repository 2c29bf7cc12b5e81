"""Variance-controlling guidance after DriftLite (Ren et al. 2025), in NumPy: our code after their paper, not theirs.

A drift b = v Σ θᵢ bᵢ is added to the reverse process, and ∇·b + ⟨b, S⟩ to the rate of the weights, which keeps their target. At
every step θ is the least-squares solution under which the rates of the particles differ least. The basis bᵢ is every model's
score (`scores`), every model's score and the state, which the drift of a variance-preserving process has (`state`), or
the composed score and the state (`composed`). Divergences are exact, and cost nothing here; with a network each is at least one more evaluation.

The step is Euler–Maruyama with the weights of its left end, as published, or the exponential one with trapezoids, a kinder one.
"""

import dataclasses

import numpy
from peer_models import log_sum, phi
from resampling import resampled


@dataclasses.dataclass(frozen=True)
class Setting:
    basis: str = "scores"
    exponential: bool = False
    threshold: float = 0.5
    ridge: float = 1e-8

    def __str__(self):
        return f"{self.basis}, {'exponential' if self.exponential else 'Euler'}"


class Cloud:
    """Particles at a level: what the models say of them."""

    def __init__(self, models, y, v):
        self.models, self.y, self.v = models, y, v
        _, self.scores, self.divergences = models.evaluate(y, v)
        self._derive()

    def _derive(self):
        self.composed = self.models.compose(self.scores)
        self.rate = 0.5 * self.v * ((self.composed**2).sum(-1) - self.models.compose((self.scores**2).sum(-1)))

    def taken(self, parents):
        """The same particles again, by their parents."""
        other = object.__new__(Cloud)
        other.models, other.v = self.models, self.v
        other.y, other.scores, other.divergences = self.y[parents], self.scores[:, parents], self.divergences[:, parents]
        other._derive()
        return other

    def features(self, basis):
        """∇·b + ⟨b, S⟩ of every bᵢ: [N, features]; the bᵢ are v times scores, and the state."""
        state = self.y.shape[1] + (self.y * self.composed).sum(-1)
        if basis == "composed":
            divergence = self.models.compose(self.divergences)
            return numpy.column_stack([self.v * (divergence + (self.composed**2).sum(-1)), state])
        found = self.v * (self.divergences + (self.scores * self.composed).sum(-1))
        return numpy.column_stack([*found, state] if basis == "state" else [*found])


def fitted(cloud, weights, setting):
    """θ of least variance, split in that of scores, one for each model, and that of the state."""
    features = cloud.features(setting.basis)
    features = features - weights @ features
    size = numpy.sqrt(weights @ features**2)
    alive = size > 1e-10 * max(size.max(), 1e-300)
    theta = numpy.zeros(features.shape[1])
    if alive.any() and size.max() > 1e-12:
        scaled = features[:, alive] / size[alive]
        matrix = (scaled * weights[:, None]).T @ scaled
        right = (scaled * weights[:, None]).T @ (cloud.rate - weights @ cloud.rate)
        theta[alive] = -numpy.linalg.solve(matrix + setting.ridge * numpy.eye(len(matrix)), right) / size[alive]
    if setting.basis == "composed":
        return theta, theta[0] * cloud.models.exponents, theta[1]
    if setting.basis == "state":
        return theta, theta[:-1], theta[-1]
    return theta, theta, 0.0


def moved(cloud, of_scores, of_state, to, setting, generator):
    """The next states; v S and v sᵢ of the drift are frozen (Euler), or the denoised points they lead to (exponential)."""
    delta = numpy.log(cloud.v / to)
    normal = generator.standard_normal(cloud.y.shape)
    coefficients = cloud.models.exponents + of_scores
    drift = cloud.v * numpy.tensordot(coefficients, cloud.scores, 1)
    if not setting.exponential:
        return cloud.y + (drift + of_state * cloud.y) * delta + numpy.sqrt(cloud.v * delta) * normal
    relaxation = coefficients.sum()
    kappa = relaxation - of_state
    variance = to * delta * phi((2 * kappa - 1) * delta)
    mean = cloud.y * numpy.exp(-kappa * delta) + (drift + relaxation * cloud.y) * delta * phi(kappa * delta)
    return mean + numpy.sqrt(variance) * normal


def run(models, particles, evaluations, seed, setting):
    """log Z, the weighted means; every particle has so many evaluations."""
    generator = numpy.random.default_rng(seed)
    center, variance, log_normalizer = models.start()
    first, last = models.levels
    levels = numpy.geomspace(first, last, evaluations)
    y = center + numpy.sqrt(variance) * generator.standard_normal((particles, models.dimensions))
    cloud = Cloud(models, y, levels[0])
    logs = numpy.full(particles, -numpy.log(particles))
    for to in levels[1:]:
        gained, places, logs = resampled(logs, setting.threshold, generator)
        log_normalizer += gained
        cloud = cloud if places is None else cloud.taken(places)
        theta, of_scores, of_state = fitted(cloud, numpy.exp(logs - log_sum(logs)), setting)
        later = Cloud(models, moved(cloud, of_scores, of_state, to, setting, generator), to)
        rate = cloud.rate + cloud.features(setting.basis) @ theta
        if setting.exponential:
            rate = 0.5 * (rate + later.rate + later.features(setting.basis) @ theta)
        logs = logs + rate * numpy.log(cloud.v / to)
        cloud = later
    total = log_sum(logs)
    return {"log_normalizer": log_normalizer + total, "mean": numpy.exp(logs - total) @ cloud.y, "standard_error": None, "mean_standard_error": None}
