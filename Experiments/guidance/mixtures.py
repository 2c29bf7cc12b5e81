"""The guided density of two Gaussian mixtures on a grid: exact masses, exact draws, and how far samples are from them."""

import json
import pathlib

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
# Of the noise that is left at the end of the path, σ_min = 0.05.
LEVEL = 0.05**2
EDGE, CELLS, FINE = 7.0, 56, 12


def log_density(file, points, level=LEVEL):
    """log q of a mixture's JSON file at `[..., 2]` points, noised by `level`."""
    mixture = json.loads(file.read_text())
    deviations = np.broadcast_to(np.asarray(mixture["standard_deviations"], float), np.shape(mixture["means"]))
    terms = []
    for mean, weight, deviation in zip(mixture["means"], mixture["weights"], deviations):
        variance = deviation**2 + level
        squares = (points - np.asarray(mean)) ** 2 / variance
        terms.append(np.log(weight) - 0.5 * (np.log(2 * np.pi * variance) + squares).sum(-1))
    return np.logaddexp.reduce(terms)


class Guided:
    """q_u^(1−w) q_c^w of one pair, on 12 × 12 points in each of 56 × 56 cells of [−7, 7]²."""

    def __init__(self, pair, scale):
        spacing = 2 * EDGE / (CELLS * FINE)
        self.line = -EDGE + spacing * (np.arange(CELLS * FINE) + 0.5)
        self.spacing = spacing
        self.points = np.stack(np.meshgrid(self.line, self.line, indexing="ij"), -1)
        logs = (1 - scale) * log_density(HERE / f"mixtures/{pair}-unconditional.json", self.points)
        logs += scale * log_density(HERE / f"mixtures/{pair}-conditional.json", self.points)
        highest = logs.max()
        density = np.exp(logs - highest)
        total = density.sum()
        self.log_normalizer = highest + np.log(total * spacing**2)
        self.density = density / total
        self.cells = self.density.reshape(CELLS, FINE, CELLS, FINE).sum((1, 3))
        self.mean = (self.density[..., None] * self.points).sum((0, 1))
        self.deviation = np.sqrt((self.density[..., None] * (self.points - self.mean) ** 2).sum((0, 1)))
        modes = json.loads((HERE / f"mixtures/{pair}-conditional.json").read_text())["means"]
        self.modes = np.asarray(modes)
        self.masses = np.bincount(self.nearest(self.points.reshape(-1, 2)), self.density.ravel(), len(modes))

    def nearest(self, points):
        """Of the conditional's modes, the index of the nearest."""
        return ((points[:, None] - self.modes) ** 2).sum(-1).argmin(1)

    def histogram(self, points, weights):
        """Masses of the cells; what is outside of the square is missing from their sum."""
        edges = np.linspace(-EDGE, EDGE, CELLS + 1)
        return np.histogram2d(points[:, 0], points[:, 1], [edges, edges], weights=weights)[0]

    def draw(self, count, seed):
        """Exact draws: a point of the grid, moved within its square."""
        generator = np.random.default_rng(seed)
        index = generator.choice(self.density.size, count, p=self.density.ravel())
        return self.points.reshape(-1, 2)[index] + self.spacing * (generator.random((count, 2)) - 0.5)

    def distances(self, points, weights):
        """Total variation over cells and over modes, and the distance of the means in the target's deviations."""
        histogram = self.histogram(points, weights)
        outside = max(0.0, 1 - histogram.sum())
        masses = np.bincount(self.nearest(points), weights, len(self.modes))
        mean = (weights[:, None] * points).sum(0)
        return {
            "total_variation": 0.5 * (np.abs(histogram - self.cells).sum() + outside),
            "mode_mass_error": 0.5 * np.abs(masses - self.masses).sum(),
            "mean_error": float(np.sqrt((((mean - self.mean) / self.deviation) ** 2).mean())),
        }


def samples(folder):
    """`[N, 2]` samples of a run and their weights, which sum to 1."""
    weights = np.exp(np.load(folder / "log_weights.npy"))
    return np.load(folder / "samples.npy").astype(float), weights / weights.sum()
