"""Models of Hugging Face diffusers: a network, and the scheduler that it was trained with.

    unet, scheduler = pipeline.unet, pipeline.scheduler
    net = fk.diffusers.model(unet, scheduler, conditions=[prompt], null=negative_prompt, shape=(4, 64, 64), device="cuda", batch_rows=16)
    fk.sample(fk.guided(net.conditioned(None), net.conditioned(0), scale=3.0), process=net.process, particles=64)

States are what the network sees: latents, where the pipeline has a VAE around it, which is not part of this.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ._networks import NetworkInput, Point, add_note, described
from ._tensors import Device, Evaluator, rows
from .models import Model, Prediction, name_of
from .processes import FlowMatching, Karras, Process, Tabulated

import torch  # isort: skip  # After _tensors, which says what to install.

try:
    import diffusers  # noqa: F401  # Networks and schedulers come from there; only their attributes are used.
except ModuleNotFoundError as error:
    if error.name != "diffusers":
        raise
    raise ImportError("feynman_kac.diffusers needs diffusers: pip install 'feynman-kac[diffusers]'") from error

__all__ = ["model"]

_PREDICTIONS: dict[str, Prediction] = {"epsilon": "epsilon", "sample": "x0", "v_prediction": "v", "flow_prediction": "velocity"}


def model(
    network: Callable[..., Any],
    scheduler: Any,
    *,
    shape: Sequence[int] | None = None,
    condition: Any = None,
    conditions: Sequence[Any] | None = None,
    null: Any = None,
    device: Device = None,
    dtype: torch.dtype | None = None,
    batch_rows: int | None = None,
    compile: bool | Mapping[str, Any] = False,
    data_standard_deviation: float | None = None,
    identity: str | None = None,
    name: str | None = None,
) -> Model:
    """A network of diffusers under the process that its scheduler describes; ``.process`` of what is returned is that process.

    Of the scheduler, what the network was trained with counts, and not how it would sample:

    - ``alphas_cumprod`` (DDPM, DDIM, Euler, DPM-Solver and others): `Tabulated`, and the network gets t (K - 1) as its timestep, with
      K the length of the table. ``prediction_type`` epsilon, sample, v_prediction.
    - schedulers called FlowMatch..., and those with ``flow_prediction``: `FlowMatching`, the timestep is sigma num_train_timesteps,
      and the answer the velocity noise - data. ``shift`` places steps alone, so it does not matter here.
    - EDMEulerScheduler, EDMDPMSolverMultistepScheduler: `Karras`, with the preconditioning of Karras et al. 2022.

    A condition is what the network's ``forward`` gets beside the sample and the timestep, for one sample: a mapping of its keyword
    arguments, such as ``{"encoder_hidden_states": [1, 77, 768], "added_cond_kwargs": {"text_embeds": [1, 1280], ...}}``, whose tensors
    have a first axis of 1, as pipelines' ``encode_prompt`` makes them; or a tensor alone, which is ``encoder_hidden_states``; or an
    int, which is ``class_labels``. Conditions that are asked together go out as one batch, so their shapes must agree.

    Args:
        network: UNet2DModel, UNet2DConditionModel, DiTTransformer2DModel, SD3Transformer2DModel, or another that is called as
            ``network(x, timestep=..., return_dict=False, **condition)`` and answers the shape of x, or with as many channels again
            for a learned variance, which are left out.
        scheduler: Any scheduler of the three sorts above.
        shape: The shape of one state, such as (4, 64, 64); by default the network's ``in_channels`` and ``sample_size``.
        condition: What the network gets for every state: the model then knows no classes.
        conditions: Several of them, which become the classes 0, 1, ... of `Model.conditioned`.
        null: What stands for no condition, `Model.conditioned` by None: the empty prompt, or the class that was trained for it.
        device: Where it is evaluated, such as ``"cuda"``: the network is moved there. None for where its parameters are.
        dtype: What states have; None for what the parameters have. Timesteps are float32.
        batch_rows: The most states of a call, which bounds memory; m conditions make m times as many rows.
        compile: Whether to use `torch.compile`; a mapping has its arguments.
        data_standard_deviation: The data's standard deviation per dimension; the scheduler's ``sigma_data`` for EDM.
        identity: A text that tells the weights from others, such as `feynman_kac.torch.fingerprint`.
        name: What messages call the model; by default the network's class.

    Raises:
        TypeError: Both condition and conditions are given, or the shape is neither given nor known.
        ValueError: The scheduler is of none of those sorts, or a condition's tensors do not agree with the others'.

    >>> import feynman_kac as fk, diffusers
    >>> unet = diffusers.UNet2DModel(sample_size=8, block_out_channels=(8,), norm_num_groups=2, down_block_types=("DownBlock2D",),
    ...     up_block_types=("UpBlock2D",)).eval()
    >>> fk.diffusers.model(unet, diffusers.DDPMScheduler())
    Model('UNet2DModel', dimensions=192)
    """
    if condition is not None and conditions is not None:
        raise TypeError("give condition=, for all states, or conditions=, which Model.conditioned chooses from, not both")
    process, inputs, levels = _training(scheduler, data_standard_deviation)
    evaluator = Evaluator(network, device=device, dtype=dtype, compile=compile)
    known = _Conditions(conditions if conditions is not None else [{} if condition is None else condition], null, evaluator)
    return Model(
        _Network(evaluator, inputs, known, batch_rows),
        shape=_shape(network) if shape is None else shape,
        prediction=inputs.prediction,
        process=process,
        classes=None if conditions is None else len(conditions),
        batch_rows="all" if batch_rows is None else batch_rows,
        noise_levels=levels,
        data_standard_deviation=inputs.data_standard_deviation,
        identity=identity,
        name=name or name_of(network),
    )


def _training(scheduler: Any, spread: float | None) -> tuple[Process, NetworkInput, tuple[float, float] | None]:
    """The process that a scheduler describes, what its networks get and answer, and the noise that they were trained at."""
    config, kind = scheduler.config, type(scheduler).__name__
    word = getattr(config, "prediction_type", "epsilon")
    if kind.startswith("FlowMatch") or word == "flow_prediction":
        if getattr(config, "invert_sigmas", False):
            raise ValueError(f"{kind} with invert_sigmas has its noise at t = 0; fk.torch.model(time_direction='noise-first') asks such networks")
        steps: int = config.num_train_timesteps
        return FlowMatching(), NetworkInput("velocity", lambda point: point.noise * steps, data_standard_deviation=spread), None
    if kind.startswith("EDM") and word == "epsilon":
        process = Karras(sigma_min=config.sigma_min, sigma_max=config.sigma_max, rho=config.rho)
        return process, NetworkInput("edm", data_standard_deviation=config.sigma_data), _trained(config.sigma_min**2, config.sigma_max**2)
    table = getattr(scheduler, "alphas_cumprod", None)
    if table is None or word not in _PREDICTIONS or getattr(config, "timestep_type", "discrete") != "discrete":
        raise ValueError(
            f"{kind} with prediction_type {word!r} is not known here: it takes schedulers with alphas_cumprod, discrete timesteps and "
            "prediction_type epsilon, sample or v_prediction, flow matching, and EDM with epsilon; fk.torch.model takes any network"
        )
    powers = np.asarray(table, np.float64)
    # Schedules without any signal at their end have alpha = 0 there, which stands for all the noise that a run begins with.
    levels = _trained((1 - powers[0]) / powers[0], (1 - powers[-1]) / powers[-1]) if powers[-1] > 0 else None
    return Tabulated(alphas_cumprod=powers), NetworkInput(_PREDICTIONS[word], "timestep", len(powers), data_standard_deviation=spread), levels


def _trained(least: float, greatest: float) -> tuple[float, float]:
    """The noise levels of a training, with room for the rounding of a path that ends at them."""
    return float(least) * (1 - 1e-6), float(greatest) * (1 + 1e-6)


def _shape(network: Any) -> tuple[int, ...]:
    config = getattr(network, "config", None)
    channels, size = getattr(config, "in_channels", None), getattr(config, "sample_size", None)
    if channels is None or size is None:
        raise TypeError(f"{name_of(network)} does not say the shape of its states: give shape=, such as (4, 64, 64)")
    return (channels, *((size, size) if isinstance(size, int) else size))


class _Conditions:
    """What the network gets for each class, and for none.

    Args:
        conditions: In the order of the classes.
        null: For none.
        evaluator: Has the device and the dtype.
    """

    def __init__(self, conditions: Sequence[Any], null: Any, evaluator: Evaluator) -> None:
        self.null = None if null is None else _placed(_keywords(null), evaluator)
        self.known = [_placed(_keywords(condition), evaluator) for condition in conditions]
        everything = self.known + ([] if self.null is None else [self.null])
        for index, other in enumerate(everything):
            _check_alike(everything[0], other, "null" if index == len(self.known) else f"condition {index}")

    def rows(self, labels: npt.NDArray[Any], count: int) -> dict[str, Any]:
        """The keyword arguments for `count` states under each class: one class below the other.

        Args:
            labels: int64 [m], -1 for none.
            count: n, the number of states.
        """
        if (labels < 0).any() and self.null is None:
            raise ValueError("the model was asked for no condition; null= says what the network gets then, such as the empty prompt")
        chosen = [self.known[label] if label >= 0 else self.null or {} for label in labels]
        arguments: dict[str, Any] = _stacked(chosen, count)
        return arguments


class _Network:
    """What `Model` calls: NumPy in, NumPy out."""

    def __init__(self, evaluator: Evaluator, inputs: NetworkInput, conditions: _Conditions, most: int | None) -> None:
        self.evaluator = evaluator
        self.inputs = inputs
        self.conditions = conditions
        self.most = most

    def __call__(self, x: npt.NDArray[Any], point: Point, conditions: npt.NDArray[Any] | None = None) -> npt.NDArray[Any]:
        parts = None if conditions is None else len(conditions)
        labels = np.zeros(1, np.int64) if conditions is None else conditions
        try:
            return self.evaluator.answer(x, lambda states: self._output(states, point, labels), parts, self.most)
        except Exception as error:
            advice = "; batch_rows= bounds the rows of a call" if isinstance(error, torch.cuda.OutOfMemoryError) else ""
            add_note(error, f"{name_of(self.evaluator.module)}, {described(point, x.shape, parts or 1)}{advice}")
            raise

    def _output(self, states: torch.Tensor, point: Point, labels: npt.NDArray[Any]) -> torch.Tensor:
        scale = self.inputs.scale_at(point)
        scaled = rows(states if scale is None else states * scale, len(labels))
        timestep = torch.full((len(scaled),), float(self.inputs.time_at(point)), dtype=torch.float32, device=scaled.device)
        arguments = self.conditions.rows(labels, len(states))
        output: torch.Tensor = self.evaluator.call(scaled, timestep=timestep, return_dict=False, **arguments)[0]
        channels = states.shape[1]
        return output[:, :channels] if output.shape[1] == 2 * channels else output


def _keywords(condition: Any) -> dict[str, Any]:
    if isinstance(condition, Mapping):
        return dict(condition)
    if isinstance(condition, torch.Tensor):
        return {"encoder_hidden_states": condition}
    if isinstance(condition, (int, np.integer)) and not isinstance(condition, bool):
        return {"class_labels": torch.tensor([int(condition)])}
    raise TypeError(f"a condition is a mapping of the network's arguments, a tensor of embeddings or a class; found {condition!r}")


def _placed(value: Any, evaluator: Evaluator) -> Any:
    """Tensors on the device, numbers in the network's dtype."""
    if isinstance(value, Mapping):
        return {key: _placed(item, evaluator) for key, item in value.items()}
    if isinstance(value, torch.Tensor):
        return value.detach().to(evaluator.device, evaluator.dtype if value.is_floating_point() else None)
    return value


def _check_alike(one: Any, other: Any, where: str) -> None:
    """Refuses a condition that cannot be stacked with the first one."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        if one.keys() != other.keys():
            raise ValueError(f"{where} has {sorted(other)}, but condition 0 has {sorted(one)}")
        for key in one:
            _check_alike(one[key], other[key], f"{where}: {key}")
    elif isinstance(one, torch.Tensor) and isinstance(other, torch.Tensor):
        if other.shape[:1] != (1,):
            raise ValueError(f"{where} has shape {list(other.shape)}; a condition is a batch of one, [1, ...]")
        if one.shape != other.shape:
            raise ValueError(f"{where} has shape {list(other.shape)}, but that of condition 0 has {list(one.shape)}")
    elif type(one) is not type(other) or one != other:
        raise ValueError(f"{where} is {other!r}, but that of condition 0 is {one!r}: only tensors may differ")


def _stacked(values: Sequence[Any], count: int) -> Any:
    """Each tensor for `count` states, one condition below the other; what is no tensor is the same for all."""
    first = values[0]
    if isinstance(first, Mapping):
        return {key: _stacked([value[key] for value in values], count) for key in first}
    if isinstance(first, torch.Tensor):
        parts = [value.expand(count, *value.shape[1:]) for value in values]
        return parts[0] if len(parts) == 1 else torch.cat(parts)
    return first
