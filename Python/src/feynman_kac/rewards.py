"""Rewards r(x), in nats: a target tilted by one is multiplied by e^r."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from .analytic import Numbers
from .models import name_of


class Reward:
    """A reward that is a function of yours.

    Args:
        function: ``function(x)``, which answers r [n] in nats; x is float32 [n, d] in units of the data (or [n, *shape], where the
            models have a shape): a copy, to be kept and written to at will.
        gradient: True where the function returns ``(r, gradient)``, the second [n, d]; or a function of x that returns the gradient.
            Without one the reward acts by the weights alone.
        identity: A text that tells the function from others: a run that goes on from a checkpoint refuses another.
        name: What the config and messages call it; the function's name by default.

    >>> import feynman_kac as fk
    >>> fk.Reward(lambda x: -abs(x).sum(axis=1), name="sparse")
    Reward('sparse')
    """

    def __init__(
        self,
        function: Callable[..., Any],
        gradient: bool | Callable[..., Any] = False,
        *,
        identity: str | None = None,
        name: str | None = None,
    ) -> None:
        if not callable(function):
            raise TypeError(f"a reward's function is called with a batch; found {function!r}")
        self.function = function
        self.gradient = gradient
        self.identity = identity
        self.name = name or name_of(function)

    def configuration(self) -> dict[str, Any]:
        """The reward as a config has it, with this object under ``function``."""
        entries: dict[str, Any] = {"kind": "function", "function": self}
        if self.gradient:
            entries["gradient"] = True
        if self.identity is not None:
            entries["identity"] = self.identity
        return entries

    def __repr__(self) -> str:
        return f"Reward({self.name!r})"


@dataclasses.dataclass(frozen=True, eq=False)
class NamedReward:
    """A reward that the library knows by name."""

    kind: ClassVar[str] = ""

    def configuration(self) -> dict[str, Any]:
        """The reward as a config has it."""
        entries: dict[str, Any] = {"kind": self.kind}
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if value is not None:
                entries[field.name] = _plain(value)
        return entries


@dataclasses.dataclass(frozen=True, eq=False)
class Linear(NamedReward):
    """r = <c, x>.

    Args:
        coefficients: c, [d].

    >>> Linear([0.5, 0.0]).configuration()
    {'kind': 'linear', 'coefficients': [0.5, 0.0]}
    """

    kind: ClassVar[str] = "linear"
    coefficients: Numbers


@dataclasses.dataclass(frozen=True, eq=False)
class Quadratic(NamedReward):
    """r = -1/2 the sum of precision (x - center)^2.

    Args:
        center: [d], in units of the data.
        precision: A number or [d].
    """

    kind: ClassVar[str] = "quadratic"
    center: Numbers
    precision: Numbers


@dataclasses.dataclass(frozen=True, eq=False)
class Measurement(NamedReward):
    """The log-likelihood of a measurement b = A x + Gaussian noise.

    Args:
        matrix: A, [measurements, d]; or ``file``, an NPY file with it.
        observation: b, [measurements].
        standard_deviation: The noise's.
        file: The file of A, in place of ``matrix``.
    """

    kind: ClassVar[str] = "measurement"
    matrix: Numbers | None
    observation: Numbers
    standard_deviation: float
    file: str | os.PathLike[str] | None = None


@dataclasses.dataclass(frozen=True, eq=False)
class Inpainting(NamedReward):
    """The log-likelihood of some coordinates, measured with Gaussian noise.

    Args:
        indices: The measured coordinates, from 0.
        values: What was measured, as many.
        standard_deviation: The noise's.
    """

    kind: ClassVar[str] = "inpainting"
    indices: Sequence[int]
    values: Numbers
    standard_deviation: float


@dataclasses.dataclass(frozen=True, eq=False)
class Network(NamedReward):
    """A number that a network of a safetensors file reads from x.

    Args:
        file: A safetensors file of architecture regression.
        output: The output that is the reward; or ``coefficients``.
        coefficients: What each output is multiplied by, in their order.
    """

    kind: ClassVar[str] = "network"
    file: str | os.PathLike[str]
    output: str | None = None
    coefficients: Numbers | None = None


@dataclasses.dataclass(frozen=True, eq=False)
class ONNX(NamedReward):
    """A number that an ONNX file gives for each row x, evaluated by OpenVINO.

    Args:
        file: The file; its one input takes rows, float32 [N, d].
        output: The output that is the reward, [N] or [N, 1]; needed where there are several.
        gradient: The output that is its gradient, [N, d], which then also steers the particles.
        device: What OpenVINO evaluates on: ``"CPU"``, ``"GPU"`` or ``"AUTO"``.
    """

    kind: ClassVar[str] = "onnx"
    file: str | os.PathLike[str]
    output: str | None = None
    gradient: str | None = None
    device: str | None = None


@dataclasses.dataclass(frozen=True, eq=False)
class LogSigmoid(NamedReward):
    """r = log sigmoid((f(x) - center)/width): f should be above the center.

    Args:
        of: f, a reward.
        center: The f at which the probability is one half.
        width: How far from the center it takes to change; below 0 to ask for low values.
    """

    kind: ClassVar[str] = "log_sigmoid"
    of: AnyReward
    center: float = 0.0
    width: float = 1.0


@dataclasses.dataclass(frozen=True, eq=False)
class Near(NamedReward):
    """r = -1/2 ((f(x) - value)/standard_deviation)^2: f should be near the value.

    Args:
        of: f, a reward.
        value: The value of f that is asked for.
        standard_deviation: How far from it counts as near.
    """

    kind: ClassVar[str] = "near"
    of: AnyReward
    value: float
    standard_deviation: float


@dataclasses.dataclass(frozen=True, eq=False)
class AllOf(NamedReward):
    """The sum of conditions, each at most 0.

    Args:
        rewards: Conditions that all should hold: `LogSigmoid` and `AllOf`.
    """

    kind: ClassVar[str] = "all_of"
    rewards: Sequence[AnyReward]


@dataclasses.dataclass(frozen=True, eq=False)
class WeightedSum(NamedReward):
    """The sum of weight times reward.

    Args:
        rewards: The parts.
        weights: What each is multiplied by, as many.
    """

    kind: ClassVar[str] = "weighted_sum"
    rewards: Sequence[AnyReward]
    weights: Numbers


AnyReward = Reward | NamedReward | Callable[..., Any] | Mapping[str, Any]
"""A reward: a function of x, a `Reward`, one of this module's classes, or a config's mapping."""


def reward_configuration(reward: AnyReward) -> dict[str, Any]:
    """A reward as a config has it; a function of the caller stays in it under ``function``.

    Args:
        reward: A reward in any form that `sample` takes.

    Raises:
        TypeError: It is none.

    >>> reward_configuration(Linear([1.0]))
    {'kind': 'linear', 'coefficients': [1.0]}
    """
    if isinstance(reward, (Reward, NamedReward)):
        return reward.configuration()
    if isinstance(reward, Mapping):
        return dict(reward)
    if callable(reward):
        return Reward(reward).configuration()
    raise TypeError(f"a reward is a function of x, one of feynman_kac.rewards, or a mapping; found {reward!r}")


def _plain(value: Any) -> Any:
    if isinstance(value, (Reward, NamedReward, Mapping)) or callable(value):
        return reward_configuration(value)
    if isinstance(value, (list, tuple)) and any(isinstance(item, (Reward, NamedReward, Mapping)) or callable(item) for item in value):
        return [reward_configuration(item) for item in value]
    if isinstance(value, (os.PathLike, str)):
        return os.fspath(value)
    return np.asarray(value).tolist()
