"""Models that are known exactly: they describe the data, and the process noises them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from .processes import AnyProcess, process_configuration
from .targets import Composable

Numbers = float | Sequence[Any] | npt.NDArray[Any]
"""A number, or an array of them."""


class Gaussian(Composable):
    """A Gaussian with a diagonal covariance.

    Args:
        mean: [d], in units of the data.
        standard_deviation: A number or [d], in units of the data.
        process: The model's own process, where it is another than the run's.
        name: What the config and messages call it.

    >>> import feynman_kac as fk
    >>> fk.Gaussian([0.0, 1.0], 2.0)
    Gaussian('gaussian', dimensions=2)
    """

    def __init__(self, mean: Numbers, standard_deviation: Numbers = 1.0, *, process: AnyProcess | None = None, name: str = "gaussian") -> None:
        self.mean = np.atleast_1d(np.asarray(mean, float))
        self.standard_deviation = np.asarray(standard_deviation, float)
        self.process = process
        self.name = name
        if self.mean.ndim != 1:
            raise ValueError(f"the mean is [d], a list of numbers; found shape {self.mean.shape}")

    def configuration(self) -> dict[str, Any]:
        """The model as a config has it."""
        entries = {"kind": "gaussian", "mean": self.mean.tolist(), "standard_deviation": self.standard_deviation.tolist()}
        return entries if self.process is None else {**entries, "process": process_configuration(self.process)}

    def __repr__(self) -> str:
        return f"Gaussian({self.name!r}, dimensions={len(self.mean)})"


class GaussianMixture(Composable):
    """A mixture of Gaussians with diagonal covariances.

    Args:
        means: [K, d], in units of the data.
        weights: [K], positive, with sum 1; equal where left out.
        standard_deviations: A number, [K] or [K, d], in units of the data.
        process: The model's own process, where it is another than the run's.
        name: What the config and messages call it.

    >>> import feynman_kac as fk
    >>> fk.GaussianMixture([[-3, 0], [2, 1]], [0.3, 0.7], 0.8)
    GaussianMixture('mixture', components=2, dimensions=2)
    """

    def __init__(
        self,
        means: Numbers,
        weights: Numbers | None = None,
        standard_deviations: Numbers = 1.0,
        *,
        process: AnyProcess | None = None,
        name: str = "mixture",
    ) -> None:
        self.means = np.asarray(means, float)
        self.weights = None if weights is None else np.asarray(weights, float)
        self.standard_deviations = np.asarray(standard_deviations, float)
        self.process = process
        self.name = name
        if self.means.ndim != 2:
            raise ValueError(f"means are [K, d], one row for each component; found shape {self.means.shape}")

    def configuration(self) -> dict[str, Any]:
        """The model as a config has it."""
        entries: dict[str, Any] = {"kind": "gaussian-mixture", "means": self.means.tolist()}
        if self.weights is not None:
            entries["weights"] = self.weights.tolist()
        entries["standard_deviations"] = self.standard_deviations.tolist()
        return entries if self.process is None else {**entries, "process": process_configuration(self.process)}

    def __repr__(self) -> str:
        return f"GaussianMixture({self.name!r}, components={len(self.means)}, dimensions={self.means.shape[1]})"
