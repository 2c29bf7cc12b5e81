"""Models: functions of your own that answer for a batch of states."""

from __future__ import annotations

import copy
import dataclasses
import math
import operator
from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from .processes import AnyProcess, process_configuration
from .targets import Composable

Prediction = Literal["score", "epsilon", "x0", "v", "velocity", "edm"]
"""What a model answers: the score, the noise, the data, alpha eps - sigma x_0, a velocity, or F of Karras et al. 2022."""

Condition = int | Sequence[float] | npt.NDArray[Any] | None
"""What a conditional model is asked for: a class, a list of numbers, or nothing."""


@dataclasses.dataclass(frozen=True, eq=False)
class ModelFunction:
    """A function of the caller, and how it is called; models that share one are asked in one call.

    Attributes:
        function: Answers for a batch.
        conditional: The third argument is there, and answers are [m, n, d].
        log_density: Answers are a pair of outputs and log densities.
        shape: The shape of one state.
        name: What messages call it.
    """

    function: Callable[..., Any]
    conditional: bool = False
    log_density: bool = False
    shape: tuple[int, ...] | None = None
    name: str = "model"


class Model(Composable):
    """A diffusion model that is a function of yours.

    Args:
        function: ``function(x, point)`` for a model without conditions, ``function(x, point, conditions)`` for one with.

            ``x`` is float32 [n, d], in the coordinates of the model's own process: a copy, to be kept and written to at will.
            ``point`` has ``time`` t, ``signal`` alpha(t), ``noise`` sigma(t) in units of the data, and ``level`` v = (sigma/alpha)^2.
            ``conditions`` is int64 [m] for classes, -1 for none, or float32 [m, k] for numbers, rows of NaN for none.

            The answer is [n, d], or [m, n, d] under m conditions: a NumPy array or anything that becomes one by ``__array__`` or
            DLPack. It is copied once. The same x must always get the same answer, or runs do not repeat. With ``batch_rows="blocks"``
            it may be called on several threads at once.
        dimensions: d, the length of a state; may be left out where ``shape`` says it.
        prediction: What the answer stands for.
        process: The process that the model was trained under, where it is another than the run's.
        classes: How many classes a conditional model knows.
        conditions: k, how many numbers a condition has.
        condition: What the model is asked for; see `conditioned`.
        log_density: The function returns ``(outputs, log_density)``, the second log q_t(x) in nats [n].
        batch_rows: ``"all"`` particles in one call, ``"blocks"`` on all threads, or a number of rows.
        noise_levels: The least and the greatest v = (sigma/alpha)^2 that the model was trained at.
        data_standard_deviation: The data's standard deviation per dimension.
        atoms: Rows are this many atoms in three dimensions, without their centre of mass.
        identity: A text that tells the function from others, such as its weights' hash: a run that goes on from a checkpoint refuses another.
        name: What the config and messages call the model; the function's name by default.
        shape: The shape of one state, such as (3, 32, 32): the function gets x as [n, *shape] and samples are [N, *shape].

    Pickling a model pickles its function: a lambda or a function inside another one cannot be.

    >>> import feynman_kac as fk
    >>> q = fk.Model(lambda x, point: -x / (1 + point.noise**2), dimensions=2, name="q")
    >>> q
    Model('q', dimensions=2)
    """

    def __init__(
        self,
        function: Callable[..., Any],
        dimensions: int | None = None,
        *,
        prediction: Prediction = "score",
        process: AnyProcess | None = None,
        classes: int | None = None,
        conditions: int | None = None,
        condition: Condition = None,
        log_density: bool = False,
        batch_rows: Literal["all", "blocks"] | int = "all",
        noise_levels: tuple[float, float] | None = None,
        data_standard_deviation: float | None = None,
        atoms: int | None = None,
        identity: str | None = None,
        name: str | None = None,
        shape: Sequence[int] | None = None,
    ) -> None:
        if not callable(function):
            raise TypeError(f"a model's function is called with a batch; found {function!r}")
        self.shape = None if shape is None else _shape(shape)
        self.dimensions = _dimensions(dimensions, self.shape)
        if classes is not None and conditions is not None:
            raise TypeError("a model has classes or conditions, not both")
        if condition is not None and classes is None and conditions is None:
            raise TypeError("a model with a condition states how many classes it knows, or how many numbers a condition has (conditions=)")
        if name is not None and not isinstance(name, str):
            raise TypeError(f"a name is a text; found {name!r}")
        self.name = name or name_of(function)
        self.prediction = prediction
        self.process = process
        self.classes = classes
        self.conditions = conditions
        self.condition = condition
        self.batch_rows = batch_rows
        if noise_levels is not None and np.shape(noise_levels) != (2,):
            raise TypeError(f"noise_levels is a pair, the least and the greatest v; found {noise_levels!r}")
        self.noise_levels = noise_levels
        self.data_standard_deviation = data_standard_deviation
        self.atoms = atoms
        self.identity = identity
        self.function = ModelFunction(function, classes is not None or conditions is not None, log_density, self.shape, self.name)

    def conditioned(self, condition: Condition, *, name: str | None = None) -> Model:
        """The same function asked for something else; the engine asks for both in one call, with m = 2 conditions.

        Args:
            condition: A class, a list of numbers, or None for the unconditional branch.
            name: What messages call it; the name with the condition by default.

        >>> import feynman_kac as fk
        >>> u = fk.Model(lambda x, point, labels: [-(x - label) for label in labels], 2, classes=10, name="digits")
        >>> fk.guided(u, u.conditioned(3), scale=2.0)
        Target(guided: digits^-1.0 digits_3^2.0)
        """
        if self.classes is None and self.conditions is None:
            raise TypeError(f"{self!r} takes no conditions: give classes= or conditions= when you make it")
        other = copy.copy(self)
        other.condition = condition
        other.name = name or self.name + ("" if condition is None else "_" + _word(condition))
        return other

    def configuration(self) -> dict[str, Any]:
        """The model as a config has it, with the function itself under ``function``."""
        least, greatest = (None, None) if self.noise_levels is None else self.noise_levels
        condition = self.condition.tolist() if isinstance(self.condition, np.ndarray) else self.condition
        entries = {
            "kind": "function",
            "function": self.function,
            "dimensions": self.dimensions,
            "prediction": self.prediction,
            "process": None if self.process is None else process_configuration(self.process),
            "classes": self.classes,
            "conditions": self.conditions,
            "condition": condition,
            "log_density": self.function.log_density or None,
            "batch_rows": None if self.batch_rows == "all" else self.batch_rows,
            "minimum_noise_level": least,
            "maximum_noise_level": greatest,
            "data_standard_deviation": self.data_standard_deviation,
            "atoms": self.atoms,
            "identity": self.identity,
        }
        return {key: value for key, value in entries.items() if value is not None}

    def __repr__(self) -> str:
        condition = "" if self.condition is None else f", condition={self.condition!r}"
        return f"{type(self).__name__}({self.name!r}, dimensions={self.dimensions}{condition})"


def _shape(shape: Sequence[int]) -> tuple[int, ...]:
    lengths = tuple(operator.index(length) for length in shape)
    if any(length < 1 for length in lengths):
        raise ValueError(f"the lengths of a shape are at least 1; found {lengths}")
    return lengths


def _dimensions(dimensions: int | None, shape: tuple[int, ...] | None) -> int:
    length = None if shape is None else math.prod(shape)
    if dimensions is None and length is None:
        raise TypeError("a model states its dimensions, or the shape of one state")
    if dimensions is not None and length is not None and dimensions != length:
        raise ValueError(f"dimensions is {dimensions}, but a state of shape {shape} has {length} numbers")
    found = operator.index(dimensions if dimensions is not None else length or 0)
    if found < 1:
        raise ValueError(f"a state has at least 1 dimension; found {found}")
    return found


def _word(condition: Condition) -> str:
    numbers = np.atleast_1d(np.asarray(condition)).tolist()
    return "_".join(f"{number:g}".replace("-", "m").replace(".", "p") for number in numbers[:3])


def name_of(function: object) -> str:
    """A short name for a function: its own where it has one.

    Args:
        function: Any callable.

    >>> name_of(math.exp), name_of(lambda x: x)
    ('exp', 'model')
    """
    name = getattr(function, "__name__", None) or type(function).__name__
    return name if isinstance(name, str) and name.isidentifier() else "model"
