"""Noise processes x_t = alpha(t) x_0 + sigma(t) epsilon, t from 0 (data) to 1 (noise)."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt


@runtime_checkable
class NoiseProcess(Protocol):
    """A process of your own: any object with these two methods.

    sigma/alpha has to rise strictly with t. Models that predict a velocity also use ``signal_rate(time)`` and
    ``noise_rate(time)``, the derivatives, where the object has them; without, difference quotients are taken.

    >>> import feynman_kac as fk
    >>> class Straight:
    ...     def signal(self, time): return 1 - time
    ...     def noise(self, time): return time
    >>> isinstance(Straight(), fk.NoiseProcess)
    True
    """

    def signal(self, time: float) -> float:
        """alpha(t), without a unit."""
        ...

    def noise(self, time: float) -> float:
        """sigma(t), in units of the data."""
        ...


@dataclasses.dataclass(frozen=True)
class Process:
    """A process that the library knows by name.

    >>> import feynman_kac as fk
    >>> fk.VarianceExploding(sigma_max=20).configuration()
    {'kind': 'variance-exploding', 'sigma_min': 0.01, 'sigma_max': 20}
    """

    kind: ClassVar[str] = ""

    def configuration(self) -> dict[str, Any]:
        """The process as a config has it."""
        values = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return {"kind": self.kind, **{name: value for name, value in values.items() if value is not None}}


@dataclasses.dataclass(frozen=True)
class VarianceExploding(Process):
    """alpha = 1 and sigma = sigma_min (sigma_max/sigma_min)^t.

    Args:
        sigma_min: The noise at t = 0, in units of the data.
        sigma_max: The noise at t = 1, in units of the data.
    """

    kind: ClassVar[str] = "variance-exploding"
    sigma_min: float = 0.01
    sigma_max: float = 50.0


@dataclasses.dataclass(frozen=True)
class VariancePreserving(Process):
    """sigma^2 = 1 - alpha^2, with alpha = exp(-1/2 the integral of beta) by a linear beta, or a cosine.

    Args:
        schedule: ``"linear"`` or ``"cosine"``.
        beta_min: beta at t = 0, for the linear schedule; 0.1 by default.
        beta_max: beta at t = 1, for the linear schedule; 20 by default.
        offset: s of the cosine schedule; 0.008 by default.
    """

    kind: ClassVar[str] = "variance-preserving"
    schedule: str = "linear"
    beta_min: float | None = None
    beta_max: float | None = None
    offset: float | None = None


@dataclasses.dataclass(frozen=True)
class SubVariancePreserving(Process):
    """sigma = 1 - alpha^2, with the schedules of `VariancePreserving`.

    Args:
        schedule: ``"linear"`` or ``"cosine"``.
        beta_min: beta at t = 0, for the linear schedule; 0.1 by default.
        beta_max: beta at t = 1, for the linear schedule; 20 by default.
        offset: s of the cosine schedule; 0.008 by default.
    """

    kind: ClassVar[str] = "sub-variance-preserving"
    schedule: str = "linear"
    beta_min: float | None = None
    beta_max: float | None = None
    offset: float | None = None


@dataclasses.dataclass(frozen=True)
class Karras(Process):
    """alpha = 1 and sigma^(1/rho) is linear in t (Karras et al. 2022).

    Args:
        sigma_min: The noise at t = 0, in units of the data.
        sigma_max: The noise at t = 1, in units of the data.
        rho: The power whose root of the noise is linear in t.
    """

    kind: ClassVar[str] = "karras"
    sigma_min: float = 0.002
    sigma_max: float = 80.0
    rho: float = 7.0


@dataclasses.dataclass(frozen=True)
class FlowMatching(Process):
    """alpha = 1 - t and sigma = t: data at t = 0. A flow that has its data at t = 1 is asked at 1 - t, with the velocity's sign turned."""

    kind: ClassVar[str] = "flow-matching"


@dataclasses.dataclass(frozen=True, eq=False)
class Tabulated(Process):
    """Any alpha and sigma by a table, such as that of a DDPM: give ``signal`` and ``noise``, or ``betas``, or ``alphas_cumprod``.

    Row i of n tables is t = i/(n - 1).

    Args:
        signal: alpha, [n].
        noise: sigma, [n], in units of the data; sigma/alpha rises strictly.
        betas: The betas of a variance-preserving chain, [n]: alpha^2 is the cumulative product of 1 - beta.
        alphas_cumprod: alpha^2 of a variance-preserving chain, [n], as diffusers calls it.

    >>> import feynman_kac as fk
    >>> fk.Tabulated(betas=[0.1, 0.2]).configuration()
    {'kind': 'tabulated', 'betas': [0.1, 0.2]}
    """

    kind: ClassVar[str] = "tabulated"
    signal: Sequence[float] | npt.NDArray[Any] | None = None
    noise: Sequence[float] | npt.NDArray[Any] | None = None
    betas: Sequence[float] | npt.NDArray[Any] | None = None
    alphas_cumprod: Sequence[float] | npt.NDArray[Any] | None = None

    def configuration(self) -> dict[str, Any]:
        """The process as a config has it."""
        tables = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        given = {name: np.asarray(table, float).tolist() for name, table in tables.items() if table is not None}
        if sorted(given) not in (["noise", "signal"], ["betas"], ["alphas_cumprod"]):
            raise TypeError("Tabulated takes signal and noise, or betas, or alphas_cumprod; found " + (", ".join(given) or "none of them"))
        return {"kind": self.kind, **given}


AnyProcess = Process | NoiseProcess | Mapping[str, Any]
"""A process by a class of this package, an object with ``signal`` and ``noise``, or a config's mapping."""


def process_configuration(process: AnyProcess) -> dict[str, Any]:
    """A process as a config has it; an object of the caller stays in it under ``function``.

    Args:
        process: A process in any form that `sample` takes.

    Raises:
        TypeError: It is none.

    >>> process_configuration(FlowMatching())
    {'kind': 'flow-matching'}
    """
    if isinstance(process, Process):
        return process.configuration()
    if isinstance(process, Mapping):
        return dict(process)
    if isinstance(process, NoiseProcess):
        return {"kind": "function", "function": process}
    raise TypeError(f"a process is a class such as VarianceExploding, an object with signal(t) and noise(t), or a mapping; found {process!r}")
