"""What is shown while a run goes on."""

from __future__ import annotations

import math
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any, Literal, Protocol

from .observers import Step

Progress = bool | Literal["auto"] | Callable[[Step], object]
"""True, False, ``"auto"`` (where somebody looks: a terminal or a notebook, with tqdm), or a function that is called with each `Step`."""


# Seconds that a run takes before a bar that nobody asked for appears.
_PATIENCE = 0.5


class Display(Protocol):
    """Something that shows steps."""

    def show(self, step: Step) -> None:
        """Shows a step."""

    def close(self) -> None:
        """Ends what is shown."""


class Bar:
    """A bar of tqdm."""

    def __init__(self, tqdm: Any, delay: float = 0.0) -> None:
        self._tqdm = tqdm
        self._delay = delay
        self._bar: Any = None

    def show(self, step: Step) -> None:
        """Moves the bar."""
        if self._bar is None:
            self._bar = self._tqdm(total=step.steps, unit="step", dynamic_ncols=True, delay=self._delay)
        if step.step - self._bar.n and self._bar.update(step.step - self._bar.n):
            self._bar.set_postfix_str(_figures(step), refresh=False)

    def close(self) -> None:
        """Leaves the bar as it is."""
        if self._bar is not None:
            self._bar.close()


class Lines:
    """A line on standard error every ten seconds, and one at the end."""

    seconds = 10.0

    def __init__(self) -> None:
        self._next = time.monotonic() + self.seconds

    def show(self, step: Step) -> None:
        """Prints a line, if it is time."""
        if step.step == step.steps or time.monotonic() >= self._next:
            self._next = time.monotonic() + self.seconds
            print(f"step {step.step}/{step.steps}  {_figures(step)}  {step.elapsed_seconds:.1f} s", file=sys.stderr)

    def close(self) -> None:
        """Nothing is to be done."""


class Called:
    """A function of the caller."""

    def __init__(self, function: Callable[[Step], object]) -> None:
        self._function = function

    def show(self, step: Step) -> None:
        """Calls it."""
        self._function(step)

    def close(self) -> None:
        """Nothing is to be done."""


def display(progress: Progress) -> Display | None:
    """What shows a run's steps, or nothing.

    Args:
        progress: What the caller asked for.

    Raises:
        TypeError: It is none of what `Progress` says.

    >>> display(False) is None
    True
    """
    if callable(progress):
        return Called(progress)
    if progress is False:
        return None
    if progress is not True and progress != "auto":
        raise TypeError(f'progress is True, False, "auto" or a function of a step; found {progress!r}')
    tqdm = _tqdm() if _notebook() or _terminal() else None
    if tqdm is not None:
        return Bar(tqdm, 0.0 if progress is True else _PATIENCE)
    return Lines() if progress is True else None


def _figures(step: Step) -> str:
    log_normalizer = "" if math.isnan(step.log_normalizer_ratio) else f"  log Z ratio {step.log_normalizer_ratio:.3f}"
    return f"ESS {step.effective_sample_size:.0f}{log_normalizer}"


def _terminal() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()


def _notebook() -> bool:
    shell = sys.modules.get("IPython")
    return shell is not None and type(shell.get_ipython()).__name__ == "ZMQInteractiveShell"


def _tqdm() -> Any:
    try:
        with warnings.catch_warnings():
            # It warns where a notebook has no widgets, and is a line of text there.
            warnings.simplefilter("ignore")
            from tqdm.auto import tqdm  # type: ignore[import-untyped,unused-ignore]
    except ImportError:
        return None
    return tqdm
