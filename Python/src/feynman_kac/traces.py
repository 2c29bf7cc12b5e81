"""Tables of a run, read into columns."""

from __future__ import annotations

import csv
from typing import Any

import numpy as np
import numpy.typing as npt


def columns(text: str) -> dict[str, npt.NDArray[Any]]:
    """A table of numbers by the names of its columns: int64 where all are whole, else float64 with NaN for what is missing.

    Args:
        text: The table, with commas between and names in the first line.

    >>> columns("step,time\\n0,1.0\\n1,\\n")
    {'step': array([0, 1]), 'time': array([ 1., nan])}
    """
    rows = list(csv.reader(text.splitlines()))
    if not rows:
        return {}
    return {name: _column(values) for name, values in zip(rows[0], zip(*rows[1:], strict=True) if rows[1:] else [()] * len(rows[0]), strict=True)}


def _column(values: tuple[str, ...]) -> npt.NDArray[Any]:
    try:
        return np.array([int(value) for value in values], np.int64)
    except ValueError:
        return np.array([float(value) if value else np.nan for value in values], np.float64)
