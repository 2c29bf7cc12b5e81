"""The targets of the comparison, as configs of fkc, with their exact answers, and how many evaluations a run may have."""

import dataclasses
import functools
import pathlib
import random
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "Tests" / "Gate")]

import exact
from target_parts import annealed, forty_modes, mixture, normal, product

VE = {"kind": "variance-exploding", "sigma_min": 0.01, "sigma_max": 50}


@dataclasses.dataclass(frozen=True)
class Target:
    """A composition, and what every method gets for it: so many particles, and for each so many evaluations of every model."""

    group: str
    name: str
    particles: int
    evaluations: int
    composed: str

    @property
    def key(self):
        return f"{self.composed}-{self.particles}x{self.evaluations}"

    @property
    def budget(self):
        return self.particles * self.evaluations

    @property
    def config(self):
        return {**composition(self.composed), "particles": self.particles}

    @property
    def answer(self):
        return answer(self.composed)


def posterior(parts, d=5):
    """Π p(θ|xᵢ) / p^(N-1) of linear Gaussian measurements xᵢ = θ + noise, whose noise differs between coordinates."""
    draw = random.Random(17)
    noise = [0.8 + 0.3 * j for j in range(d)]
    truth = [draw.gauss(0, 1) for _ in range(d)]
    sd = [round((1 + n**-2) ** -0.5, 6) for n in noise]
    models = {"prior": normal(d, 0.0, 1.0)}
    for i in range(parts):
        mean = [round((t + n * draw.gauss(0, 1)) / (1 + n**2), 6) for t, n in zip(truth, noise)]
        models[f"part{i}"] = {"kind": "gaussian", "mean": mean, "standard_deviation": sd}
    return product({"prior": 1 - parts, **{name: 1 for name in models if name != "prior"}}, models, VE)


def extrapolated():
    """Gaussians that are broad along one axis each, over a narrow base: log Z would be 0 without noise at the path's end."""
    wide, narrow = 10**0.5, 1.0
    return product({"a1": 1, "a2": 1, "base": -1}, {
        "a1": {"kind": "gaussian", "mean": [0.0, 0.0], "standard_deviation": [wide, narrow]},
        "a2": {"kind": "gaussian", "mean": [0.0, 0.0], "standard_deviation": [narrow, wide]},
        "base": normal(2, 0.0, 1.0)}, VE)


def four_modes():
    """Two modes along an axis each, over a narrow base: the product has four modes, farther out than those of its factors."""
    along, across = 0.7, 2.0
    return product({"a1": 1, "a2": 1, "base": -1}, {
        "a1": mixture([[-3.0, 0.0], [2.5, 0.0]], [0.35, 0.65], [[along, across], [along, across]]),
        "a2": mixture([[0.0, -2.5], [0.0, 3.0]], [0.6, 0.4], [[across, along], [across, along]]),
        "base": normal(2, 0.0, 1.0)}, VE)


@functools.cache
def composition(name):
    if name == "gmm40":
        return annealed(forty_modes(), 3.0, {**VE, "sigma_min": 0.025, "sigma_max": 500})
    if name.startswith("posterior"):
        return posterior(int(name.removeprefix("posterior")))
    return {"extrapolated": extrapolated, "four-modes": four_modes}[name]()


@functools.cache
def answer(name):
    return exact.answer(composition(name))


GMM40 = "forty modes, β = 3"
EXTRAPOLATED = "Gaussians a₁a₂/base"
FOUR = "four modes a₁a₂/base"
TARGETS = [
    Target(GMM40, "1,000 × 440", 1000, 440, "gmm40"),
    Target(GMM40, "4,000 × 100", 4000, 100, "gmm40"),
    *(Target(EXTRAPOLATED, f"K = {k}", k, 440, "extrapolated") for k in (4, 16, 64, 256)),
    *(Target(FOUR, f"K = {k}", k, 440, "four-modes") for k in (4, 16, 64, 256)),
    *(Target("composed posterior", f"N = {n}", 500, 440, f"posterior{n}") for n in (10, 100)),
]
