"""Models and rewards that are functions of JAX arrays.

    net = fk.jax.model(network.apply, fk.VariancePreserving(), dimensions=64, parameters=parameters, timesteps=1000, time="timestep")
    fk.sample(fk.annealed(net, 2.0), process=fk.VariancePreserving(), particles=10_000, steps=200)

**What is compiled, and when.** XLA compiles a function anew for each shape. Batches are therefore padded with copies of their
first row to `padded` many rows: 4, 5, 6 or 7 times a power of two, so at most a quarter more than was asked for, and four
shapes for each doubling, whatever sizes pilots and islands have. The noise goes in as numbers, never as constants, so that a run compiles a
shape once, for all of its steps. Devices are JAX's own choice (``jax.default_device``, ``JAX_PLATFORMS``); what is here has
been tested on CPUs alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from ._networks import Conditions, NetworkInput, Point, Scaling, Time, TimeDirection, add_note, described, state_shape
from .models import Condition, Model, Prediction, name_of
from .processes import AnyProcess
from .rewards import Reward

try:
    import jax
except ModuleNotFoundError as error:
    if error.name not in ("jax", "jaxlib"):
        raise
    raise ImportError("feynman_kac.jax needs JAX: pip install 'feynman-kac[jax]'") from error

__all__ = ["model", "padded", "reward"]


def model(
    function: Callable[..., Any],
    process: AnyProcess | None = None,
    *,
    dimensions: int | None = None,
    shape: Sequence[int] | None = None,
    prediction: Prediction = "epsilon",
    parameters: Any = None,
    vmap: bool = False,
    jit: bool = True,
    time: Time | None = None,
    timesteps: int = 1000,
    time_direction: TimeDirection = "data-first",
    scaling: Scaling = None,
    classes: int | None = None,
    conditions: int | None = None,
    condition: Condition = None,
    null: Condition = None,
    batch_rows: int | Literal["blocks"] | None = None,
    noise_levels: tuple[float, float] | None = None,
    data_standard_deviation: float | None = None,
    atoms: int | None = None,
    identity: str | None = None,
    name: str | None = None,
) -> Model:
    """A model that is a function of JAX arrays.

    The function is called as ``function(x, time)``, and as ``function(x, time, condition)`` where it has classes or conditions,
    with the parameters before them where there are any: x is float32 [n, d] or [n, *shape], time [n], condition int32 [n] or
    float32 [n, k]. It answers the shape of x. States asked under m conditions are one call of m n rows.

    Args:
        function: A pure function, such as ``flax_module.apply``.
        process: The process that it was trained under; None for the run's.
        dimensions: d, the length of a state, for functions of [n, d].
        shape: The shape of one state, such as (32, 32, 3), for functions of [n, *shape].
        prediction: What it answers, as in `feynman_kac.torch.model`.
        parameters: Its first argument, any tree of arrays, which then are no constants of what is compiled.
        vmap: Whether it is a function of one state, [d] or [*shape], with a scalar time.
        jit: Whether it is compiled.
        time: What the second argument is, as in `feynman_kac.torch.model`; a function of the point answers a number.
        timesteps: K of ``time="timestep"``.
        time_direction: ``"data-first"``, or ``"noise-first"`` for networks with t = 0 at the noise.
        scaling: What x is multiplied by before: None, ``"edm"``, or a function of the point.
        classes: How many classes it knows.
        conditions: k, how many numbers a condition has.
        condition: What it is asked for; see `Model.conditioned`.
        null: What stands for no condition: a class, by default ``classes``, or k numbers.
        batch_rows: The most states of a call, which bounds memory; None for all. ``"blocks"`` asks on several threads.
        noise_levels: The least and the greatest v = (sigma/alpha)^2 that it was trained at.
        data_standard_deviation: The data's standard deviation per dimension; required by ``"edm"``.
        atoms: Rows are this many atoms in three dimensions, without their centre of mass.
        identity: A text that tells the weights from others; a run that goes on refuses another.
        name: What messages call the model; the function's name by default.

    Raises:
        TypeError: Neither dimensions nor shape is given, or ``"edm"`` has no data_standard_deviation.
        ValueError: A word is not one of those above.

    When the function is asked, its own exceptions travel out of `sample` with a note on where; an answer of another shape is a ValueError.

    >>> import feynman_kac as fk
    >>> fk.jax.model(lambda x, t: -x, dimensions=2, prediction="score", name="normal")
    Model('normal', dimensions=2)
    """
    width, sides = state_shape(dimensions, shape)
    inputs = NetworkInput(prediction, time, timesteps, time_direction, scaling, data_standard_deviation)
    known = Conditions(classes, conditions, null)
    most = batch_rows if isinstance(batch_rows, int) else None
    return Model(
        _Network(function, parameters, inputs, known, vmap, jit, most),
        width,
        shape=sides,
        prediction=prediction,
        process=process,
        classes=classes,
        conditions=conditions,
        condition=condition,
        batch_rows="all" if batch_rows is None else batch_rows,
        noise_levels=noise_levels,
        data_standard_deviation=data_standard_deviation,
        atoms=atoms,
        identity=identity,
        name=name or name_of(function),
    )


class _Network:
    """What `Model` calls: NumPy in, NumPy out."""

    def __init__(
        self,
        function: Callable[..., Any],
        parameters: Any,
        inputs: NetworkInput,
        conditions: Conditions,
        vmap: bool,
        jit: bool,
        most: int | None,
    ) -> None:
        self.function = function
        self.parameters = parameters
        self.most = most
        self.inputs = inputs
        self.conditions = conditions
        first = () if parameters is None else (None,)
        conditional = conditions.classes is not None or conditions.length is not None
        call = jax.vmap(function, in_axes=(*first, 0, 0, *((0,) if conditional else ()))) if vmap else function
        self.call: Callable[..., Any] = jax.jit(call) if jit else call
        # Without a compiler there is nothing that a new shape would cost.
        self.pads = jit

    def __call__(self, x: npt.NDArray[Any], point: Point, conditions: npt.NDArray[Any] | None = None) -> npt.NDArray[Any]:
        parts = 1 if conditions is None else len(conditions)
        most = self.most or max(len(x), 1)
        try:
            answers = [self._output(x[start : start + most], point, conditions, parts) for start in range(0, max(len(x), 1), most)]
        except Exception as error:
            add_note(error, f"{name_of(self.function)}, {described(point, x.shape, parts)}")
            raise
        output = answers[0] if len(answers) == 1 else np.concatenate(answers, axis=1)
        return output[0] if conditions is None else output

    def _output(self, x: npt.NDArray[Any], point: Point, conditions: npt.NDArray[Any] | None, parts: int) -> npt.NDArray[Any]:
        """The answers [parts, n, ...]."""
        scale = self.inputs.scale_at(point)
        states = x if scale is None else x * np.float32(scale)
        states = states if parts == 1 else np.concatenate([states] * parts)
        count = len(states)
        size = padded(count) if self.pads else count
        arguments: list[Any] = [] if self.parameters is None else [self.parameters]
        arguments += [_padded(states, size), np.full(size, self.inputs.time_at(point), np.float32)]
        if conditions is not None:
            wanted = self.conditions.rows(conditions, len(x))
            arguments.append(_padded(wanted.astype(np.int32) if self.conditions.classes is not None else wanted, size))
        output = np.asarray(self.call(*arguments))
        if output.shape != (size, *x.shape[1:]):
            raise ValueError(f"the function answered shape {list(output.shape)} for states of shape {[size, *x.shape[1:]]}")
        wanted_rows = output[:count].reshape(parts, *x.shape)
        return -wanted_rows if self.inputs.sign < 0 else wanted_rows


def reward(
    function: Callable[..., Any],
    *,
    gradient: bool = True,
    vmap: bool = False,
    jit: bool = True,
    batch_rows: int | None = None,
    identity: str | None = None,
    name: str | None = None,
) -> Reward:
    """A reward that is a function of a JAX array.

    Args:
        function: x float32 [n, d], or [n, *shape] where the models have a shape, in units of the data; the answer r [n] in nats. A
            row's reward must depend on that row alone.
        gradient: Whether JAX takes the gradient; False for functions that have none, which act by the weights alone.
        vmap: Whether it is a function of one state, [d] or [*shape], that answers a scalar.
        jit: Whether it is compiled, for batches padded as the module's text has it.
        batch_rows: The most rows of a call, which bounds memory; None for all.
        identity: A text that tells the function from others; a run that goes on from a checkpoint refuses another.
        name: What messages call the reward.

    Values have the digits of float32, unless JAX is told to use float64 (``jax_enable_x64``). An answer of another shape is a
    ValueError; what the function raises travels out of `sample` with a note.

    >>> import feynman_kac as fk, numpy as np
    >>> fk.jax.reward(lambda x: -(x**2).sum() / 2, vmap=True, name="near").function(np.ones((1, 2), np.float32))
    (array([-1.]), array([[-1., -1.]], dtype=float32))
    """
    if batch_rows is not None and batch_rows < 1:
        raise ValueError(f"batch_rows is {batch_rows}; a call has at least 1")
    return Reward(_Reward(function, gradient, vmap, jit, batch_rows), gradient=gradient, identity=identity, name=name or name_of(function))


class _Reward:
    """What `Reward` calls: NumPy in, values and perhaps gradients out."""

    def __init__(self, function: Callable[..., Any], gradient: bool, vmap: bool, jit: bool, batch_rows: int | None) -> None:
        self.function = function
        self.gradient = gradient
        self.batch_rows = batch_rows
        self.pads = jit
        batched = jax.vmap(function) if vmap else function

        def values_and_slope(x: Any) -> tuple[Any, Any]:
            values, pull_back = jax.vjp(batched, x)
            (slope,) = pull_back(jax.numpy.ones_like(values))
            return values, slope

        call = values_and_slope if gradient else batched
        self.call: Callable[..., Any] = jax.jit(call) if jit else call

    def __call__(self, x: npt.NDArray[Any]) -> Any:
        most = self.batch_rows or max(len(x), 1)
        try:
            parts = [self._answer(x[start : start + most]) for start in range(0, max(len(x), 1), most)]
        except Exception as error:
            add_note(error, f"the reward {name_of(self.function)}, asked for a batch of shape {list(x.shape)}")
            raise
        values = np.concatenate([value for value, _ in parts])
        return (values, np.concatenate([slope for _, slope in parts])) if self.gradient else values

    def _answer(self, x: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        size = padded(len(x)) if self.pads else len(x)
        answer = self.call(_padded(x, size))
        values, slope = answer if self.gradient else (answer, np.empty((0, *x.shape[1:])))
        if np.shape(values) != (size,):
            raise ValueError(f"a reward answers [n], one number a row: expected shape {[size]}, found {list(np.shape(values))}")
        return np.asarray(values, np.float64)[: len(x)], np.asarray(slope, np.float32)[: len(x)]


def padded(rows: int) -> int:
    """How many rows a batch is padded to: the next of 1, 2, 3, and 4, 5, 6 or 7 times a power of two.

    Args:
        rows: How many it has.

    >>> [padded(rows) for rows in (0, 1, 3, 9, 1000, 4096, 10_000)]
    [0, 1, 3, 10, 1024, 4096, 10240]
    """
    step = 1 << max(0, (rows - 1).bit_length() - 3)
    return -(-rows // step) * step


def _padded(array: npt.NDArray[Any], size: int) -> npt.NDArray[Any]:
    """The array with copies of its first row below it."""
    if len(array) in (0, size):
        return array
    return np.concatenate([array, np.broadcast_to(array[:1], (size - len(array), *array.shape[1:]))])
