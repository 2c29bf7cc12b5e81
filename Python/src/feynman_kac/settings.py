"""The settings of a run beside its target, process and particles."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypedDict

from .targets import Exponent

ResamplingScheme = Literal["multinomial", "residual", "stratified", "systematic", "ssp", "killing", "metropolis", "birth-death"]
"""How parents are drawn."""


class Settings(TypedDict, total=False):
    """What `sample` and `config` take by name; Documentation/CONFIG.md has the meaning and the default of each.

    A pair stands for a number that changes along the path: what it is at the noise and at the data. A resampling scheme of your own is
    a function ``scheme(weights, generator)`` of float64 [N] with sum 1 and a NumPy generator, which answers the parents, ascending
    indices [N], on average N W_i times i.
    """

    scheme: Literal["exponential-multistep", "exponential", "heun", "euler-maruyama"]
    grid: Literal["log-snr", "time", "karras", "auto"]
    tolerance: float
    noise_scale: Exponent | Literal["tempered", "auto"]
    control: Literal["none", "radial", "linear", "diagonal", "scores", "auto"]
    start: Literal["exact", "fitted", "gaussian"]
    start_time: float
    end_time: float
    maximum_noise_level: float
    minimum_noise_level: float
    denoise: Literal["none", "half"]
    rejuvenation: Mapping[str, Any]
    on_failure: Literal["stop", "drop"] | Mapping[str, float]
    step_size_error: Literal["none", "auto", "doubling"] | Mapping[str, Any]
    plain_samples: Literal["none", "auto"]
    correction: Literal["none", "feynman-kac", "kernel-ratio", "density-ratio"]
    path: Literal["constant", "late", "auto"] | Mapping[str, float]
    resampling: ResamplingScheme | Callable[..., Any] | Mapping[str, Any]
    ess_threshold: float
    trajectory: Mapping[str, int]
    samples: Literal["weighted", "resampled"]
    formats: Sequence[Literal["npz", "netcdf", "xyz"]]
    species: str | Sequence[str]
    genealogy: bool
    checkpoint: Mapping[str, float]
    rng: str


_OUTPUT = {"trajectory", "samples", "formats", "species", "genealogy"}
_ELSEWHERE = {"correction", "path", "resampling", "ess_threshold", "checkpoint", "rng"} | _OUTPUT


def sections(settings: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Settings by the sections of a config; those that stand at its top are under an empty name.

    Args:
        settings: The settings by name.

    Raises:
        TypeError: There is no setting of such a name.

    >>> sections({"scheme": "heun", "correction": "none"})
    {'sampler': {'scheme': 'heun'}, '': {'correction': 'none'}}
    """
    known = Settings.__annotations__
    found: dict[str, dict[str, Any]] = {}
    for name, value in settings.items():
        if name not in known:
            nearest = difflib.get_close_matches(name, [*known, "particles", "steps", "seed", "reward", "islands", "threads", "output"], 1)
            raise TypeError(f"there is no setting '{name}'" + (f"; did you mean '{nearest[0]}'?" if nearest else ""))
        if name not in _ELSEWHERE:
            if isinstance(value, tuple) and len(value) != 2:
                raise TypeError(f"{name} is a number, or a pair of what it is at the noise and at the data; found {value!r}")
            found.setdefault("sampler", {})[name] = {"from": value[0], "to": value[1]} if isinstance(value, tuple) else value
        elif name == "path":
            found.setdefault("target", {})["path"] = value
        elif name in _OUTPUT:
            found.setdefault("output", {})[name] = value
        elif name == "ess_threshold":
            found.setdefault("resampling", {})["ess_threshold"] = value
        elif name == "resampling":
            found.setdefault("resampling", {}).update(value if isinstance(value, Mapping) else {"scheme": value})
        else:
            found.setdefault("", {})[name] = value
    return found
