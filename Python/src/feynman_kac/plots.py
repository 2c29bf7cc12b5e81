"""Figures of results, by Matplotlib."""

from __future__ import annotations

import functools
import io
from typing import TYPE_CHECKING, Any

import numpy as np

from .errors import UnavailableError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from .results import Result

_POINTS = 5000


def figure(result: Result) -> Figure:
    """The figure that `Result.plot` gives; no window is opened, and no state of pyplot is changed.

    Args:
        result: The result.

    Raises:
        UnavailableError: Matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise UnavailableError("plot needs Matplotlib: pip install 'feynman-kac[plot]'") from None
    made = Figure(figsize=(11, 8), layout="constrained")
    # A notebook shows figures of pyplot alone by itself.
    vars(made)["_repr_png_"] = functools.partial(_png, made)
    axes = made.subplots(2, 3)
    _effective_sample_size(axes[0, 0], result)
    _log_normalizer(axes[0, 1], result)
    _ancestors(axes[0, 2], result)
    _weights(axes[1, 0], result)
    flat = result.samples.reshape(len(result.log_weights), -1)
    _pair(axes[1, 1], result, flat, 0, 1)
    _pair(axes[1, 2], result, flat, 2, 3) if flat.shape[1] > 3 else _mass(axes[1, 2], result, flat)
    made.suptitle(f"log Z = {result.log_normalizer}, {result.trust}")
    return made


def _png(made: Figure) -> bytes:
    image = io.BytesIO()
    made.savefig(image, format="png", dpi=100)
    return image.getvalue()


def _effective_sample_size(axes: Axes, result: Result) -> None:
    trace = result.trace
    axes.plot(trace["step"], trace["effective_sample_size"], lw=1)
    for step in trace["step"][np.nan_to_num(trace["resampled"]) > 0]:
        axes.axvline(step, color="0.8", lw=0.5, zorder=0)
    axes.set(title="effective sample size (grey: resampled)", xlabel="step", ylim=(0, None))


def _log_normalizer(axes: Axes, result: Result) -> None:
    axes.plot(result.trace["step"], result.trace["log_normalizer_ratio"], lw=1)
    axes.set(title="log Z less that at the start", xlabel="step", ylabel="nats")


def _ancestors(axes: Axes, result: Result) -> None:
    axes.plot(result.trace["step"], result.trace["unique_ancestors"], lw=1)
    axes.set(title="first particles with descendants", xlabel="step", ylim=(0, None))


def _weights(axes: Axes, result: Result) -> None:
    shares = np.cumsum(np.sort(result.weights)[::-1])
    axes.plot((np.arange(len(shares)) + 1) / len(shares), shares, lw=1)
    axes.plot([0, 1], [0, 1], color="0.7", lw=1, ls="--")
    axes.set(title="share of the weight (dashed: equal weights)", xlabel="share of the particles, heaviest first", ylim=(0, 1.02))


def _pair(axes: Axes, result: Result, flat: Any, one: int, other: int) -> None:
    if flat.shape[1] <= other:
        _mass(axes, result, flat)
        return
    chosen = result.resampled_indices(min(len(flat), _POINTS))
    axes.plot(flat[chosen, one], flat[chosen, other], ".", ms=2, alpha=0.4)
    axes.set(title="equally weighted samples", xlabel=f"coordinate {one}", ylabel=f"coordinate {other}")
    axes.set_aspect("equal", adjustable="datalim")


def _mass(axes: Axes, result: Result, flat: Any) -> None:
    axes.hist(flat[:, 0], bins=60, weights=result.weights, density=True, histtype="step")
    axes.set(title="weighted density", xlabel="coordinate 0")
