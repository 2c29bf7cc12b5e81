"""What the peers in NumPy ask: log densities, scores and divergences of a composition's models, under noise of variance v.

As in the engine, states are y = x/α, where every Gaussian noise process is the same one; every path here has α = 1 at its end.
"""

import exact
import numpy


class Models:
    """A composition's models, evaluated together; it counts the rows that each was asked."""

    def __init__(self, config):
        product = config["target"].get("product")
        if product is None:
            annealed = config["target"]["annealed"]
            product = {annealed["model"]: annealed["inverse_temperature"]}
        self.exponents = numpy.array(list(product.values()), float)
        parts = [[numpy.array(part, float) for part in exact.mixture_of(config["models"][name])] for name in product]
        self.weights, self.means, self.variances = self._stacked(parts)
        with numpy.errstate(divide="ignore"):
            self.log_weights = numpy.log(self.weights)
        self.dimensions = self.means.shape[-1]
        process = config["process"]
        self.levels = process["sigma_max"] ** 2, process["sigma_min"] ** 2
        self.rows = 0

    @staticmethod
    def _stacked(parts):
        """[M, K], [M, K, d], [M, K, d]; models with fewer components than others have some of weight 0."""
        most = max(len(weights) for weights, _, _ in parts)
        padded = [[], [], []]
        for weights, means, variances in parts:
            lacking = most - len(weights)
            padded[0].append(numpy.pad(weights, (0, lacking)))
            padded[1].append(numpy.pad(means, ((0, lacking), (0, 0))))
            padded[2].append(numpy.pad(variances, ((0, lacking), (0, 0)), constant_values=1.0))
        return [numpy.array(part) for part in padded]

    @property
    def total(self):
        return self.exponents.sum()

    def evaluate(self, y, v):
        """Of rows y [N, d] at v, one or [N]: log densities [M, N], scores [M, N, d], their divergences [M, N]. One evaluation a row."""
        self.rows += len(y)
        if self.weights.shape[1] > 1:
            return self._mixtures(y, v)
        spread = self.variances[:, 0, None, :] + numpy.broadcast_to(v, len(y))[:, None]
        scores = (self.means[:, 0, None, :] - y) / spread
        return -0.5 * (spread * scores**2 + numpy.log(2 * numpy.pi * spread)).sum(-1), scores, -(1 / spread).sum(-1)

    def _mixtures(self, y, v):
        if numpy.ndim(v):
            spread = self.variances[:, :, None, :] + v[:, None]
            pull = (self.means[:, :, None, :] - y) / spread
            distance, laplace = (spread * pull**2).sum(-1), (pull**2 - 1 / spread).sum(-1)
            volume = numpy.log(2 * numpy.pi * spread).sum(-1)
        else:
            # The same sums as products of matrices, several times as fast.
            precision = 1 / (self.variances + v)
            transposed = precision.swapaxes(1, 2)
            offset = (self.means * precision).swapaxes(1, 2)
            distance = _quadratic(y, transposed, offset, (self.means**2 * precision).sum(-1))
            squared = _quadratic(y, transposed**2, offset * transposed, (self.means**2 * precision**2).sum(-1))
            laplace = squared - precision.sum(-1)[:, :, None]
            volume = -numpy.log(precision / (2 * numpy.pi)).sum(-1)[:, :, None]
        logs = self.log_weights[:, :, None] - 0.5 * (distance + volume)
        top = logs.max(1)
        shares = numpy.exp(logs - top[:, None])
        sums = shares.sum(1)
        shares /= sums[:, None]
        if numpy.ndim(v):
            scores = (shares[..., None] * pull).sum(1)
        else:
            rows = shares.swapaxes(1, 2)
            scores = rows @ (self.means * precision) - y * (rows @ precision)
        return top + numpy.log(sums), scores, (shares * laplace).sum(1) - (scores**2).sum(-1)

    def compose(self, values):
        """Σ aᵢ fᵢ of an array whose first axis is the models'."""
        return numpy.tensordot(self.exponents, values, 1)

    def moments(self):
        """Mean and variances of every model's data: [M, d] each."""
        mean = (self.weights[..., None] * self.means).sum(1)
        return mean, (self.weights[..., None] * (self.variances + (self.means - mean[:, None]) ** 2)).sum(1)

    def start(self):
        """The composition of the models' Gaussians where there is most noise: its mean, variances, and log Z."""
        mean, spread = self.moments()
        spread = spread + self.levels[0]
        precision = self.compose(1 / spread)
        center = self.compose(mean / spread) / precision
        log_densities = -0.5 * ((center - mean) ** 2 / spread + numpy.log(2 * numpy.pi * spread)).sum(-1)
        return center, 1 / precision, self.compose(log_densities) + 0.5 * numpy.log(2 * numpy.pi / precision).sum()


def _quadratic(y, precision, offset, constant):
    """Σⱼ pⱼ (yⱼ − mⱼ)² of rows and components, [M, K, N], with offset p m and constant Σ p m²."""
    return (y**2 @ precision - 2 * (y @ offset)).swapaxes(1, 2) + constant[:, :, None]


def log_sum(values, axis=None):
    top = values.max(axis=axis, keepdims=axis is not None)
    found = numpy.log(numpy.exp(values - top).sum(axis=axis))
    return found + (top if axis is None else numpy.squeeze(top, axis))


def phi(x):
    """(1 − e^(−x))/x."""
    x = numpy.asarray(x, float)
    safe = numpy.where(numpy.abs(x) < 1e-12, 1.0, x)
    return numpy.where(numpy.abs(x) < 1e-12, 1.0, -numpy.expm1(-safe) / safe)
