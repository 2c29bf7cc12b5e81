"""What observers of a run see."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from . import _native
from ._memory import copied

STEP = struct.Struct("@qqddddqqdd")


class Step(NamedTuple):
    """A step that was made; step 0 is the start. Figures that do not exist are NaN.

    Attributes:
        step: How many were made.
        steps: How many there are.
        time: t.
        noise_level: v = (sigma/alpha)^2, in squared units of the data.
        effective_sample_size: Over all islands, before the step's resampling.
        log_normalizer_ratio: log Z at this step less log Z at the start, in nats.
        resampled_islands: How many islands were resampled.
        unique_ancestors: How many of the first particles have descendants.
        elapsed_seconds: Since the start.
        particle_steps_per_second: Since the start.
    """

    step: int
    steps: int
    time: float
    noise_level: float
    effective_sample_size: float
    log_normalizer_ratio: float
    resampled_islands: int
    unique_ancestors: int
    elapsed_seconds: float
    particle_steps_per_second: float


class Snapshot:
    """The particles at a step, copied when they are asked for; to be asked during the observer's call alone.

    Attributes:
        samples: float32 [N, d], or [N, *shape] where the models have a shape.
        log_weights: float64 [N], in nats.
    """

    def __init__(self, handle: int, shape: tuple[int, ...] | None = None) -> None:
        self._handle: int | None = handle
        self._shape = shape

    @property
    def samples(self) -> npt.NDArray[np.float32]:
        """The particles, float32 [N, d], or [N, *shape] where the models have a shape."""
        samples = self._array("samples")
        return samples if self._shape is None else samples.reshape((len(samples), *self._shape))

    @property
    def log_weights(self) -> npt.NDArray[np.float64]:
        """Their log weights, float64 [N], in nats."""
        return self._array("log_weights")

    def _array(self, name: str) -> npt.NDArray[Any]:
        if self._handle is None:
            raise RuntimeError("a snapshot is valid during the observer's call alone: ask it for arrays there")
        array = _native.Array()
        code = _native.library.fkc_snapshot_array(self._handle, name.encode(), array)
        if code:
            raise RuntimeError(f"the library has no {name} of a step (status {code})")
        return copied(array)

    def _close(self) -> None:
        self._handle = None


Observer = Callable[[Step, Snapshot], object]
"""Called after each step; ends the run by answering True."""
