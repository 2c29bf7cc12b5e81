"""Results of runs."""

from __future__ import annotations

import ctypes as C
import functools
import json
import operator
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from . import _native
from ._memory import Owner, owned
from .errors import Error, UsageError, error_for
from .figures import Finding, LogNormalizer
from .traces import columns

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Trajectory(NamedTuple):
    """Particles on their way, R rows of P followed slots.

    Attributes:
        samples: float32 [R, P, d], or [R, P, *shape] where the models have a shape.
        parents: int32 [R, P], the slot of the row before that each descends from; -1 where it is not followed.
        log_weights: float64 [R, P], in nats.
    """

    samples: npt.NDArray[np.float32]
    parents: npt.NDArray[np.int32]
    log_weights: npt.NDArray[np.float64]


class Result:
    """Weighted samples of a target, and what is known of them.

    Arrays are read-only views of the library's memory, without copies, and outlive the result. A result that is pickled or copied
    deeply holds copies, and can write no report.

    >>> import feynman_kac as fk
    >>> result = fk.sample(fk.Gaussian([1.0, 2.0], 0.5) ** 2, process=fk.VarianceExploding(), particles=1000, islands=8, steps=50, seed=1)
    >>> result.samples.shape, str(result.samples.dtype), result.trust
    ((1000, 2), 'float32', 'ok')
    """

    def __init__(
        self,
        arrays: Mapping[str, npt.NDArray[Any]],
        texts: Mapping[str, str],
        shape: tuple[int, ...] | None = None,
        owner: Owner | None = None,
    ) -> None:
        self._arrays = dict(arrays)
        self._texts = dict(texts)
        self._shape = shape
        self._owner = owner

    @property
    def samples(self) -> npt.NDArray[np.float32]:
        """The particles, float32 [N, d], or [N, *shape] where the models have a shape; in units of the data. They are weighted."""
        return self._shaped(self._arrays["samples"])

    @property
    def log_weights(self) -> npt.NDArray[np.float64]:
        """The log weights, float64 [N], in nats, normalised: the log of the sum of their exponentials is 0."""
        return self._arrays["log_weights"]

    @functools.cached_property
    def weights(self) -> npt.NDArray[np.float64]:
        """The weights, float64 [N], with sum 1."""
        weights = np.exp(self.log_weights)
        weights.flags.writeable = False
        return weights

    @property
    def ancestors(self) -> npt.NDArray[np.int64]:
        """The particle at the start that each descends from, int64 [N]."""
        return self._arrays["ancestors"]

    @property
    def genealogy(self) -> npt.NDArray[np.int32]:
        """The parents along the path, int32 [slices, N].

        Raises:
            UsageError: The config says ``output: {genealogy: false}``.
        """
        if "genealogy" not in self._arrays:
            raise UsageError("the run kept no genealogy: its config says output.genealogy: false")
        return self._arrays["genealogy"]

    @property
    def trajectory(self) -> Trajectory | None:
        """Particles on their way, where the config records them (``trajectory={"every_steps": 10}``)."""
        if "trajectory" not in self._arrays:
            return None
        return Trajectory(self._shaped(self._arrays["trajectory"]), self._arrays["trajectory_parents"], self._arrays["trajectory_log_weights"])

    @functools.cached_property
    def summary(self) -> dict[str, Any]:
        """What summary.json holds; Documentation/COMMAND-LINE.md names its figures."""
        summary: dict[str, Any] = json.loads(self._texts["summary.json"])
        return summary

    @functools.cached_property
    def trace(self) -> dict[str, npt.NDArray[Any]]:
        """The columns of trace.csv by name, a number for each step from 0; NaN where a step has none."""
        return columns(self._texts["trace.csv"])

    @property
    def config(self) -> str:
        """The config of the run, in YAML, with every default filled in."""
        return self._texts["config.yaml"]

    @functools.cached_property
    def log_normalizer(self) -> LogNormalizer:
        """log Z of the target, with its errors."""
        return LogNormalizer.from_summary(self.summary)

    @property
    def trust(self) -> Literal["ok", "doubtful"]:
        """``"doubtful"`` where the figures may be off by more than their errors; `warnings` say why."""
        return "doubtful" if self.summary["trust"] == "doubtful" else "ok"

    @property
    def warnings(self) -> list[Finding]:
        """What the plan and the run warn of."""
        return [Finding(item["code"], item["sentence"], bool(item.get("doubtful"))) for item in self.summary["warnings"]]

    @property
    def mean(self) -> npt.NDArray[np.float64]:
        """The weighted mean, float64 [d] or of the models' shape, in units of the data."""
        return self._figures("mean")

    @property
    def variance(self) -> npt.NDArray[np.float64]:
        """The weighted variance of each coordinate, float64 [d] or of the models' shape, in squared units of the data."""
        return self._figures("variance")

    @property
    def mean_standard_error(self) -> npt.NDArray[np.float64] | None:
        """The standard error of the mean, float64 [d] or of the models' shape; None where no estimator can hold."""
        return None if self.summary.get("mean_standard_error") is None else self._figures("mean_standard_error")

    @property
    def effective_sample_size(self) -> float:
        """How many equally weighted samples the weights are worth."""
        return float(self.summary["effective_sample_size"])

    def resample(self, count: int | None = None, seed: int = 0) -> npt.NDArray[np.float32]:
        """Equally weighted samples, drawn by the weights with one systematic draw; particles of much weight come several times.

        Args:
            count: How many; N by default.
            seed: The same gives the same.

        Returns:
            float32 [count, d], or [count, *shape] where the models have a shape.
        """
        return self.samples[self.resampled_indices(count, seed)]

    def resampled_indices(self, count: int | None = None, seed: int = 0) -> npt.NDArray[np.int64]:
        """The particles that `resample` takes, int64 [count], ascending.

        Args:
            count: How many; N by default.
            seed: The same gives the same.
        """
        number = len(self.log_weights) if count is None else operator.index(count)
        if number < 0:
            raise ValueError(f"a number of samples is at least 0; found {number}")
        heights = np.cumsum(self.weights)
        teeth = (np.arange(number) + np.random.default_rng(seed).random()) / max(number, 1) * heights[-1]
        indices = np.searchsorted(heights, teeth, side="right")
        # Rounding may put the last tooth at the end, where no particle follows.
        last = np.flatnonzero(self.weights)[-1]
        chosen: npt.NDArray[np.int64] = np.minimum(indices, last, dtype=np.int64)
        return chosen

    def report(self, path: str | os.PathLike[str]) -> None:
        """Writes a report, one HTML file that opens offline; a file that is there is replaced.

        Args:
            path: The file.

        Raises:
            OutputError: It cannot be written.
            UsageError: The result was pickled or copied, and has no report any more.
        """
        if self._owner is None:
            raise UsageError("a result that was pickled or copied cannot write a report; write it before, or from the run's folder: fk.load(folder)")
        error = C.c_void_p()
        code = _native.library.fkc_result_report(self._owner.handle, _native.path(path), error)
        if code:
            raise taken_error(code, error)

    def plot(self) -> Figure:
        """A Matplotlib figure: effective sample size and log Z along the path, weights, ancestors, and pairs of coordinates."""
        from .plots import figure

        return figure(self)

    def to_arviz(self, count: int | None = None, seed: int = 0) -> Any:
        """The result for ArviZ, which knows no weighted samples: its plots and summaries take the group ``posterior``.

        Args:
            count: How many draws the posterior has; N by default.
            seed: Of the draws.

        Returns:
            An ``arviz.InferenceData``, or from ArviZ 1.0 on the tree of xarray that took its place, with one chain. ``posterior`` has
            equally weighted draws, `resample` of the particles. ``sample_stats`` says by ``particle`` which particle each draw is, so
            repeats can be told from agreement, and by ``weight`` what it weighed. ``weighted_posterior`` has all particles as they are
            with ``log_weight`` and ``ancestor``: estimates from there have less noise. Attributes hold log Z, its error, the effective
            sample size and the trust.
        """
        from .exports import inference_data

        return inference_data(self, count, seed)

    def __getstate__(self) -> dict[str, Any]:
        arrays = {name: np.array(array) for name, array in self._arrays.items()}
        return {"_arrays": arrays, "_texts": self._texts, "_shape": self._shape, "_owner": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        for array in self._arrays.values():
            array.flags.writeable = False

    def __copy__(self) -> Result:
        return Result(self._arrays, self._texts, self._shape, self._owner)

    def __repr__(self) -> str:
        summary = self.summary
        figures = f"{summary['particles']} particles, d = {summary['dimensions']}, log Z = {self.log_normalizer}, ESS {self.effective_sample_size:.0f}"
        return f"<Result: {figures}, {self.trust}>"

    def _repr_html_(self) -> str:
        from .exports import html

        return html(self)

    def _figures(self, name: str) -> npt.NDArray[np.float64]:
        figures = np.array(self.summary[name], float)
        return figures if self._shape is None else figures.reshape(self._shape)

    def _shaped(self, array: npt.NDArray[Any]) -> npt.NDArray[Any]:
        return array if self._shape is None else array.reshape((*array.shape[:-1], *self._shape))


def taken_error(code: int, error: C.c_void_p) -> Error:
    """The exception for an error of the library, which is freed."""
    if not error:
        return error_for(code, f"status {code}")
    text = _native.library.fkc_error_text(error).decode(errors="replace")
    _native.library.fkc_error_free(error)
    return error_for(code, text)


def taken_result(handle: C.c_void_p, shape: tuple[int, ...] | None) -> Result:
    """The result behind a handle, which belongs to it from here on."""
    owner = Owner(handle.value or 0)
    library = _native.library
    arrays: dict[str, npt.NDArray[Any]] = {}
    for name in library.fkc_result_arrays(owner.handle).decode().split():
        array = _native.Array()
        code = library.fkc_result_array(owner.handle, name.encode(), array)
        if code:
            raise error_for(code, f"the result has no {name}")
        arrays[name] = owned(owner, array)
    texts = {name: library.fkc_result_text(owner.handle, name.encode()) for name in ("summary.json", "trace.csv", "config.yaml")}
    return Result(arrays, {name: text.decode() for name, text in texts.items() if text is not None}, shape, owner)
