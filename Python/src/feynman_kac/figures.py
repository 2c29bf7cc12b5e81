"""Figures of a run, each with its error."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any


@dataclasses.dataclass(frozen=True)
class LogNormalizer:
    """log Z of the target, in nats. A figure that does not exist is None, never 0.

    Attributes:
        value: log Z at the end; None without a correction.
        standard_error: Its Monte Carlo error; None where no estimator can hold, see ``standard_error_missing``.
        interval: (low, high), 95 %, of both errors; None where it is doubtful.
        estimator: What estimated the standard error.
        degrees_of_freedom: Of the standard error, where its estimator has some.
        standard_error_missing: Why there is no standard error.
        step_size_error: What the steps' length adds to log Z, as it was measured.
        step_size_error_standard_error: The error of that.
        initial: log Z at the start of the path.
        islands: log Z of each island.

    >>> print(LogNormalizer(-2.6294, 0.0079, (-2.6674, -2.5864)))
    -2.6294 ± 0.0079 (95 %: -2.6674 to -2.5864)
    """

    value: float | None
    standard_error: float | None = None
    interval: tuple[float, float] | None = None
    estimator: str | None = None
    degrees_of_freedom: float | None = None
    standard_error_missing: str | None = None
    step_size_error: float | None = None
    step_size_error_standard_error: float | None = None
    initial: float | None = None
    islands: tuple[float, ...] = ()

    @classmethod
    def from_summary(cls, summary: Mapping[str, Any]) -> LogNormalizer:
        """log Z as summary.json has it.

        Args:
            summary: The summary.
        """
        interval = summary.get("log_normalizer_interval")
        return cls(
            summary.get("log_normalizer"),
            summary.get("log_normalizer_standard_error"),
            None if interval is None else (interval[0], interval[1]),
            summary.get("standard_error_estimator"),
            summary.get("standard_error_degrees_of_freedom"),
            summary.get("standard_error_missing"),
            summary.get("step_size_error"),
            summary.get("step_size_error_standard_error"),
            summary.get("log_normalizer_initial"),
            tuple(summary.get("island_log_normalizers") or ()),
        )

    def __float__(self) -> float:
        if self.value is None:
            raise TypeError("the run has no log Z: it was made without a correction")
        return self.value

    def __str__(self) -> str:
        if self.value is None:
            return "none"
        if self.standard_error is None:
            return f"{self.value:.4g} ± unknown" if abs(self.value) >= 1000 else f"{self.value:.3f} ± unknown"
        text = f"{rounded(self.value, self.standard_error)} ± {rounded(self.standard_error, self.standard_error)}"
        if self.interval is None:
            return text
        low, high = (rounded(end, self.standard_error) for end in self.interval)
        return f"{text} (95 %: {low} to {high})"


@dataclasses.dataclass(frozen=True)
class Finding:
    """Something that a run warns of.

    Attributes:
        code: A word for it.
        sentence: What was found.
        doubtful: The run's figures may be off by more than their errors.

    >>> print(Finding("long-steps", "Steps are long.", False))
    Steps are long.
    """

    code: str
    sentence: str
    doubtful: bool

    def __str__(self) -> str:
        return self.sentence


def rounded(value: float, error: float) -> str:
    """A figure with two digits of its error.

    Args:
        value: The figure.
        error: Its error, in the same units.

    >>> rounded(-2.629466, 0.00793), rounded(123456.0, 321.0)
    ('-2.6295', '123456')
    """
    exponent = int(f"{error:.1e}".split("e")[1]) if error > 0 else -6
    return f"{value:.{max(0, 1 - exponent)}f}"
