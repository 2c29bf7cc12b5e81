"""Noise processes x_t = alpha(t) x_0 + sigma(t) epsilon, t from 0 (data) to 1 (noise)."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

Table = Sequence[float] | npt.NDArray[Any]
"""Numbers of a table, [K]."""


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


TimeZero = Literal["data", "noise"]
"""What t = 0 is to models, and the first entry of a table."""


@dataclasses.dataclass(frozen=True)
class FlowMatching(Process):
    """alpha = 1 - t and sigma = t.

    Args:
        time_zero: ``"noise"`` where models have their data at t = 1, and velocities that point to it; ``"data"`` by default.
    """

    kind: ClassVar[str] = "flow-matching"
    time_zero: TimeZero | None = None


@dataclasses.dataclass(frozen=True)
class DDPM(Process):
    """The table of a DDPM's training, as a scheduler of diffusers makes it.

    Args:
        schedule: The schedule of the betas by its name in diffusers, such as ``"linear"`` or ``"scaled_linear"``.
        timesteps: K, the steps of training; a model is asked at timestep t (K - 1).
        zero_terminal_snr: Whether alpha is rescaled so that none is left in the last step (Lin et al. 2024).
        beta_start: The first beta, where the schedule takes it.
        beta_end: The last, where the schedule takes it.
    """

    kind: ClassVar[str] = "ddpm"
    schedule: str | None = None
    timesteps: int | None = None
    zero_terminal_snr: bool | None = None
    beta_start: float | None = None
    beta_end: float | None = None


@dataclasses.dataclass(frozen=True, eq=False)
class Tabulated(Process):
    """Any alpha and sigma by a table, such as that of a DDPM: give ``signal`` and ``noise``, or ``betas``, or ``alphas_cumprod``.

    Args:
        signal: alpha of each entry, [K].
        noise: sigma of each entry, [K], in units of the data; sigma/alpha rises strictly.
        betas: beta of each training step, [K], from the data on: alpha^2 is the product of 1 - beta.
        alphas_cumprod: alpha^2 of each entry, [K], as diffusers calls it; sigma^2 = 1 - alpha^2.
        times: t of each entry as models count it, rising from 0 to 1; k/(K - 1) for entry k by default.
        time_zero: ``"noise"`` where the table and the models' time begin there; ``"data"`` by default.

    >>> import feynman_kac as fk
    >>> fk.Tabulated(betas=[0.1, 0.2]).configuration()
    {'kind': 'tabulated', 'betas': [0.1, 0.2]}
    """

    kind: ClassVar[str] = "tabulated"
    signal: Table | None = None
    noise: Table | None = None
    betas: Table | None = None
    alphas_cumprod: Table | None = None
    times: Table | None = None
    time_zero: TimeZero | None = None

    def configuration(self) -> dict[str, Any]:
        """The process as a config has it."""
        tables = {name: getattr(self, name) for name in ("signal", "noise", "betas", "alphas_cumprod")}
        given = {name: np.asarray(table, float).tolist() for name, table in tables.items() if table is not None}
        if sorted(given) not in (["noise", "signal"], ["betas"], ["alphas_cumprod"]):
            raise TypeError("Tabulated takes signal and noise, or betas, or alphas_cumprod; found " + (", ".join(given) or "none of them"))
        if self.times is not None:
            given["times"] = np.asarray(self.times, float).tolist()
        return {"kind": self.kind, **given, **({} if self.time_zero is None else {"time_zero": self.time_zero})}


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
    raise TypeError(f"a process is an object of a class such as VarianceExploding(), one with signal(t) and noise(t), or a mapping; found {process!r}")
