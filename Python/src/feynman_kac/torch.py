"""Models and rewards that are PyTorch modules.

    net = fk.torch.model(module, fk.VariancePreserving(), dimensions=64, prediction="epsilon", device="cuda")
    fk.sample(fk.annealed(net, 2.0), process=fk.VariancePreserving(), particles=10_000, steps=200)

All particles go through the module in one call, unless ``batch_rows`` says otherwise. On a CPU the module sees the engine's own
memory; for another device or dtype a batch is copied there once and back once. GPUs are supported by the same lines, which have
been tested on CPUs alone.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from ._networks import Conditions, NetworkInput, Point, Scaling, Time, TimeDirection, add_note, described, state_shape
from ._tensors import Device, Evaluator, rows
from .models import Condition, Model, Prediction, name_of
from .processes import AnyProcess
from .rewards import Reward

import torch  # isort: skip  # After _tensors, which says what to install.

__all__ = ["fingerprint", "model", "reward"]


def model(
    module: Callable[..., Any],
    process: AnyProcess | None = None,
    *,
    dimensions: int | None = None,
    shape: Sequence[int] | None = None,
    prediction: Prediction = "epsilon",
    device: Device = None,
    dtype: torch.dtype | None = None,
    time: Time | None = None,
    timesteps: int = 1000,
    time_direction: TimeDirection = "data-first",
    scaling: Scaling = None,
    classes: int | None = None,
    conditions: int | None = None,
    condition: Condition = None,
    null: Condition = None,
    batch_rows: int | Literal["blocks"] | None = None,
    compile: bool | Mapping[str, Any] = False,
    gradients: bool = False,
    copy: bool = False,
    noise_levels: tuple[float, float] | None = None,
    data_standard_deviation: float | None = None,
    atoms: int | None = None,
    identity: str | None = None,
    name: str | None = None,
) -> Model:
    """A model that is a PyTorch module, or a function of tensors.

    The module is called as ``module(x, time)``, and as ``module(x, time, condition)`` where it has classes or conditions: x is
    [n, d] or [n, *shape], time [n] float32, condition [n] int64 or [n, k]. It answers the shape of x. States asked under m
    conditions, such as both branches of guidance, are one call of m n rows. It is called in `torch.inference_mode`, and in
    evaluation mode: `model` calls ``module.eval()`` and warns where it was in training mode; a module that is put back into
    training mode later is refused when it is asked.

    Args:
        module: The network; its parameters stay where the caller can train them on.
        process: The process that it was trained under; None for the run's.
        dimensions: d, the length of a state, for modules that take [n, d].
        shape: The shape of one state, such as (3, 32, 32), for modules that take [n, *shape].
        prediction: What it answers. ``"edm"`` is F of Karras et al. 2022, which gets c_in x and c_noise, under a process with
            alpha = 1; a module that has the preconditioning inside is ``"x0"`` with ``time="noise"``. ``"velocity"`` is dx/dt.
        device: Where it is evaluated, such as ``"cuda"``: the module is moved there. None for where its parameters are.
        dtype: What x has; None for what the parameters have. The answer comes back as float32, whatever it was.
        time: What the second argument is: ``"time"`` t in [0, 1] (the default), ``"timestep"`` t (timesteps - 1), ``"noise"``
            sigma, ``"log_noise"`` log(sigma/alpha)/4 (the default of ``"edm"``), or a function of the point, with ``time``, ``signal``,
            ``noise`` and ``level``, that answers a number, or a tensor, which is passed as it is.
        timesteps: K of ``"timestep"``, how many steps the training had.
        time_direction: ``"data-first"``, t = 0 at the data, or ``"noise-first"`` for networks with t' = 0 at the noise, such as
            rectified flows: they get t' = 1 - t, and their velocity dx/dt' is turned into dx/dt.
        scaling: What x is multiplied by before: None, ``"edm"`` for 1/sqrt(sigma^2 + s^2), or a function of the point.
        classes: How many classes it knows.
        conditions: k, how many numbers a condition has.
        condition: What it is asked for; see `Model.conditioned`.
        null: What stands for no condition: a class, by default ``classes``, as in an embedding of K + 1 rows; or k numbers.
        batch_rows: The most states of a call, which bounds memory; None for all. ``"blocks"`` asks about 256 at a time on every
            core, which is faster for small networks on a CPU, with `torch.set_num_threads(1)`.
        compile: Whether to use `torch.compile`; a mapping has its arguments.
        gradients: Whether the module differentiates inside, such as for the gradient of an energy.
        copy: Whether it gets a copy of x, which it may keep or write into; without, writing into x is an error.
        noise_levels: The least and the greatest v = (sigma/alpha)^2 that it was trained at.
        data_standard_deviation: s, the data's standard deviation per dimension; required by ``"edm"``.
        atoms: Rows are this many atoms in three dimensions, without their centre of mass.
        identity: A text that tells the weights from others, such as `fingerprint`; a run that goes on refuses another.
        name: What messages call the model; by default the module's class.

    Raises:
        TypeError: Neither dimensions nor shape is given, or ``"edm"`` has no data_standard_deviation.
        ValueError: A word is not one of those above.

    When the module is asked, its own exceptions travel out of `sample` with a note on where; an answer of another shape is a ValueError.

    >>> import feynman_kac as fk, torch
    >>> score = fk.torch.model(lambda x, t: -x, dimensions=2, prediction="score", name="normal")
    >>> score
    Model('normal', dimensions=2)
    """
    width, sides = state_shape(dimensions, shape)
    spread = data_standard_deviation
    inputs = NetworkInput(prediction, time, timesteps, time_direction, scaling, spread)
    evaluator = Evaluator(module, device=device, dtype=dtype, compile=compile, gradients=gradients, copy=copy)
    if batch_rows == "blocks" and evaluator.device.type == "cpu" and torch.get_num_threads() > 1:
        threads = torch.get_num_threads()
        warnings.warn(f'batch_rows="blocks" asks on every core, and PyTorch uses {threads} for each: call torch.set_num_threads(1)', stacklevel=2)
    most = batch_rows if isinstance(batch_rows, int) else None
    return Model(
        _Network(evaluator, inputs, Conditions(classes, conditions, null), most),
        width,
        shape=sides,
        prediction=prediction,
        process=process,
        classes=classes,
        conditions=conditions,
        condition=condition,
        batch_rows="all" if batch_rows is None else batch_rows,
        noise_levels=noise_levels,
        data_standard_deviation=spread,
        atoms=atoms,
        identity=identity,
        name=name or name_of(module),
    )


class _Network:
    """What `Model` calls: NumPy in, NumPy out."""

    def __init__(self, evaluator: Evaluator, inputs: NetworkInput, conditions: Conditions, most: int | None) -> None:
        self.evaluator = evaluator
        self.inputs = inputs
        self.conditions = conditions
        self.most = most

    def __call__(self, x: npt.NDArray[Any], point: Point, conditions: npt.NDArray[Any] | None = None) -> npt.NDArray[Any]:
        parts = None if conditions is None else len(conditions)
        try:
            return self.evaluator.answer(x, lambda states: self._output(states, point, conditions), parts, self.most)
        except Exception as error:
            advice = "; batch_rows= bounds the rows of a call" if isinstance(error, torch.cuda.OutOfMemoryError) else ""
            add_note(error, f"{name_of(self.evaluator.module)}, {described(point, x.shape, parts or 1)}{advice}")
            raise

    def _output(self, states: torch.Tensor, point: Point, conditions: npt.NDArray[Any] | None) -> torch.Tensor:
        evaluator = self.evaluator
        scale = self.inputs.scale_at(point)
        parts = 1 if conditions is None else len(conditions)
        scaled = rows(states if scale is None else states * scale, parts)
        arguments = [scaled, self._time(point, len(scaled))]
        if conditions is not None:
            wanted = self.conditions.rows(conditions, len(states))
            arguments.append(evaluator.tensor(wanted, torch.int64 if self.conditions.classes is not None else None))
        output: torch.Tensor = evaluator.call(*arguments)
        return -output if self.inputs.sign < 0 else output

    def _time(self, point: Point, count: int) -> torch.Tensor:
        time = self.inputs.time_at(point)
        if isinstance(time, torch.Tensor):
            return time.to(self.evaluator.device)
        return torch.full((count,), float(time), dtype=torch.float32, device=self.evaluator.device)


def reward(
    function: Callable[..., Any],
    *,
    gradient: bool = True,
    device: Device = None,
    dtype: torch.dtype | None = None,
    batch_rows: int | None = None,
    identity: str | None = None,
    name: str | None = None,
) -> Reward:
    """A reward that is a function of a tensor.

    Args:
        function: x [n, d], or [n, *shape] where the models have a shape, in units of the data; the answer r [n] in nats. A row's
            reward must depend on that row alone. A module is put into evaluation mode, as in `model`.
        gradient: Whether autograd takes the gradient; False for functions that have none, which act by the weights alone.
        device: Where it is evaluated; None for where its parameters are.
        dtype: What x has; None for what the parameters have. float64 keeps values exact where the function adds up many.
        batch_rows: The most rows of a call, which bounds memory; None for all.
        identity: A text that tells the function from others; a run that goes on from a checkpoint refuses another.
        name: What messages call the reward.

    Raises, when asked: ValueError for an answer that is not [n], or that autograd finds no way from to x; what the function raises
    travels out of `sample` with a note.

    >>> import feynman_kac as fk, numpy as np
    >>> fk.torch.reward(lambda x: -(x**2).sum(1) / 2, name="near").function(np.ones((1, 2), np.float32))
    (array([-1.]), array([[-1., -1.]], dtype=float32))
    """
    if batch_rows is not None and batch_rows < 1:
        raise ValueError(f"batch_rows is {batch_rows}; a call has at least 1")
    # States are copied where they are differentiated by, so that nothing is recorded about the engine's memory.
    evaluator = Evaluator(function, device=device, dtype=dtype, copy=gradient)
    return Reward(_Reward(evaluator, gradient, batch_rows), gradient=gradient, identity=identity, name=name or name_of(function))


class _Reward:
    """What `Reward` calls: NumPy in, values and perhaps gradients out."""

    def __init__(self, evaluator: Evaluator, gradient: bool, batch_rows: int | None) -> None:
        self.evaluator = evaluator
        self.gradient = gradient
        self.batch_rows = batch_rows

    def __call__(self, x: npt.NDArray[Any]) -> Any:
        size = self.batch_rows or max(len(x), 1)
        try:
            parts = [self._answer(x[start : start + size]) for start in range(0, max(len(x), 1), size)]
        except Exception as error:
            add_note(error, f"the reward {name_of(self.evaluator.module)}, asked for a batch of shape {list(x.shape)}")
            raise
        values = np.concatenate([value for value, _ in parts])
        return (values, np.concatenate([slope for _, slope in parts])) if self.gradient else values

    def _answer(self, x: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        states = self.evaluator.tensor(x)
        before = states._version
        with torch.enable_grad() if self.gradient else torch.inference_mode():
            values = self.evaluator.call(states.requires_grad_() if self.gradient else states)
            if not isinstance(values, torch.Tensor) or values.shape != (len(x),):
                found = list(values.shape) if isinstance(values, torch.Tensor) else type(values).__name__
                raise ValueError(f"a reward answers [n], one number a row: expected shape {[len(x)]}, found {found}")
            if not self.gradient:
                if states._version != before:
                    raise RuntimeError("the reward writes into its input, which is the sampler's memory: copy it first, by x.clone()")
                return values.double().cpu().numpy(), np.empty(0)
            if not values.requires_grad:
                raise ValueError("autograd finds no way from the reward to x; gradient=False takes it by its values alone")
            (slope,) = torch.autograd.grad(values.sum(), states)
        return values.detach().double().cpu().numpy(), slope.float().cpu().numpy()


def fingerprint(module: torch.nn.Module) -> str:
    """The SHA-256 of a module's parameters and buffers, with their names: an ``identity`` for `model`.

    Args:
        module: Any module; its class and what it computes beside its parameters are not part of it.

    >>> import feynman_kac as fk, torch
    >>> layer = torch.nn.Linear(1, 1)
    >>> fk.torch.fingerprint(layer) == fk.torch.fingerprint(layer)
    True
    """
    digest = hashlib.sha256()
    for key, tensor in sorted(module.state_dict().items()):
        digest.update(f"{key} {tensor.dtype} {list(tensor.shape)}\n".encode())
        digest.update(tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().data)
    return digest.hexdigest()
