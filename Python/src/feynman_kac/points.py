"""Where on a process's path a model is asked."""

from __future__ import annotations

import math


class NoisePoint:
    """A time of a model's own process.

    Attributes:
        time: t, from 0 at the data to 1 at the noise.
        signal: alpha(t), without a unit.
        noise: sigma(t), in units of the data.

    >>> import feynman_kac as fk
    >>> fk.NoisePoint(0.5, 0.5, 1.0).level
    4.0
    """

    __slots__ = ("noise", "signal", "time")

    def __init__(self, time: float, signal: float, noise: float) -> None:
        self.time = time
        self.signal = signal
        self.noise = noise

    @property
    def level(self) -> float:
        """v = (sigma/alpha)^2, in squared units of the data; infinite where no signal is left."""
        ratio = self.noise / self.signal if self.signal else math.inf
        return ratio * ratio

    def __repr__(self) -> str:
        return f"NoisePoint(time={self.time!r}, signal={self.signal!r}, noise={self.noise!r})"
