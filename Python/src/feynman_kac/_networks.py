"""What the adapters of PyTorch and JAX share: what a network gets beside its state, and what is said where it fails."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence
from typing import Any, Literal, Protocol

import numpy as np
import numpy.typing as npt

from .models import Condition, Prediction


class Point(Protocol):
    """Where on the path a model is asked: t, alpha(t), sigma(t) in units of the data, and v = (sigma/alpha)^2."""

    @property
    def time(self) -> float: ...
    @property
    def signal(self) -> float: ...
    @property
    def noise(self) -> float: ...
    @property
    def level(self) -> float: ...


Time = Literal["time", "timestep", "noise", "log_noise"] | Callable[[Any], Any]
"""What a network gets as its second argument: t, t (timesteps - 1), sigma, log(sigma/alpha)/4, or what a function of the point says."""

TimeDirection = Literal["data-first", "noise-first"]
"""Which end of the path is t = 0 for the network: the data, as everywhere here, or the noise, as in rectified flows."""

Scaling = Literal["edm"] | Callable[[Any], float] | None
"""What a state is multiplied by before the network gets it: 1/sqrt(sigma^2 + s^2) of Karras et al. 2022, or what a function of the point says."""

_TIMES = ("time", "timestep", "noise", "log_noise")


@dataclasses.dataclass(frozen=True)
class NetworkInput:
    """How a point of the path becomes what a network was trained to get.

    Attributes:
        prediction: What the network answers; ``"edm"`` changes what ``time`` and ``scaling`` are where they are None.
        time: What the second argument is; None for the prediction's own.
        timesteps: K of ``"timestep"``.
        time_direction: Which end is t = 0 for the network; with ``"noise-first"`` a velocity's sign is turned besides.
        scaling: What states are multiplied by; None for the prediction's own.
        data_standard_deviation: s of ``"edm"``, in units of the data.
    """

    prediction: Prediction
    time: Time | None = None
    timesteps: int = 1000
    time_direction: TimeDirection = "data-first"
    scaling: Scaling = None
    data_standard_deviation: float | None = None

    def __post_init__(self) -> None:
        if self.time is not None and not callable(self.time) and self.time not in _TIMES:
            raise ValueError(f"time is {self.time!r}; allowed are {', '.join(map(repr, _TIMES))} and a function of the point")
        if self.time_direction not in ("data-first", "noise-first"):
            raise ValueError(f"time_direction is {self.time_direction!r}; allowed are 'data-first' and 'noise-first'")
        if self.scaling is not None and not callable(self.scaling) and self.scaling != "edm":
            raise ValueError(f"scaling is {self.scaling!r}; allowed are None, 'edm' and a function of the point")
        if self.timesteps < 2:
            raise ValueError(f"timesteps is {self.timesteps}; a training has at least 2")
        if self._scales_by_edm and self.data_standard_deviation is None:
            raise TypeError("edm scales by the data's standard deviation: give data_standard_deviation= (0.5 in Karras et al. 2022)")

    @property
    def _scales_by_edm(self) -> bool:
        return self.scaling == "edm" or (self.scaling is None and self.prediction == "edm")

    @property
    def sign(self) -> int:
        """What an answer is multiplied by: dx/dt' of t' = 1 - t is -dx/dt."""
        return -1 if self.prediction == "velocity" and self.time_direction == "noise-first" else 1

    def time_at(self, point: Point) -> Any:
        """The second argument for a point: a number, or what the caller's function answered."""
        word = self.time or ("log_noise" if self.prediction == "edm" else "time")
        if not isinstance(word, str):
            return word(point)
        if word == "noise":
            return point.noise
        if word == "log_noise":
            return math.log(point.noise / point.signal) / 4
        time = point.time if self.time_direction == "data-first" else 1 - point.time
        return time if word == "time" else time * (self.timesteps - 1)

    def scale_at(self, point: Point) -> float | None:
        """The factor of states, None for 1."""
        if self._scales_by_edm:
            assert self.data_standard_deviation is not None
            # In y = x/alpha and sigma/alpha, which are x and sigma of the paper, where alpha is 1.
            return 1 / (point.signal * math.hypot(point.noise / point.signal, self.data_standard_deviation))
        if self.scaling is None or isinstance(self.scaling, str):
            return None
        return float(self.scaling(point))


@dataclasses.dataclass(frozen=True)
class Conditions:
    """How conditions of a batch become what a network was trained to get.

    Attributes:
        classes: K; None where a condition is no class.
        length: k, how many numbers a condition has; None where it is none.
        null: What a network gets for no condition: K by default for classes, as in an embedding of K + 1 rows.
    """

    classes: int | None = None
    length: int | None = None
    null: Condition = None

    def rows(self, conditions: npt.NDArray[Any], count: int) -> npt.NDArray[Any]:
        """What a network gets for `count` states under each condition: int64 [m count], or float32 [m count, k].

        Args:
            conditions: int64 [m], -1 for none, or float32 [m, k], rows of NaN for none.
            count: n, the number of states.

        Raises:
            ValueError: No condition was asked for, and there is nothing that stands for it.
        """
        if self.classes is not None:
            null = self.classes if self.null is None else int(np.asarray(self.null))
            return np.repeat(np.where(conditions < 0, null, conditions), count)
        absent = np.isnan(conditions).any(axis=1)
        if absent.any():
            if self.null is None:
                raise ValueError(f"the model was asked for no condition; null= says which {self.length} numbers stand for that")
            conditions = conditions.copy()
            conditions[absent] = np.asarray(self.null, np.float32)
        return np.repeat(conditions, count, axis=0)


def state_shape(dimensions: int | None, shape: Sequence[int] | None) -> tuple[int | None, tuple[int, ...] | None]:
    """Dimensions and shape as `Model` takes them, with a sentence where both are missing.

    Raises:
        TypeError: Both are missing.
    """
    if dimensions is None and shape is None:
        raise TypeError("give dimensions=, the length of a state, or shape=, such as (3, 32, 32) for images")
    return dimensions, None if shape is None else tuple(shape)


def add_note(error: BaseException, text: str) -> None:
    """Adds a note to an exception, which tracebacks show from Python 3.11 on.

    Args:
        error: The exception, on its way out.
        text: What to say.
    """
    add: Callable[[str], None] | None = getattr(error, "add_note", None)
    if add is not None:
        add(text)


def described(point: Point, shape: tuple[int, ...], parts: int) -> str:
    """Where a network was asked, in words: the noise, the batch, and how many conditions."""
    under = "" if parts == 1 else f" under {parts} conditions"
    return f"asked at t = {point.time:g}, sigma = {point.noise:g}, for a batch of shape {list(shape)}{under}"
