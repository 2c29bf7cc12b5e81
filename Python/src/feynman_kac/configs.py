"""Configs, the same that the command line takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from .processes import AnyProcess, process_configuration
from .rewards import AnyReward, reward_configuration
from .settings import sections
from .targets import AnyTarget, Composable, Target, as_target

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .settings import Settings


def config(
    target: AnyTarget,
    *,
    process: AnyProcess,
    particles: int,
    steps: int | Literal["auto"] | None = None,
    seed: int = 0,
    reward: AnyReward | None = None,
    islands: int | Mapping[str, Any] = 1,
    **settings: Unpack[Settings],
) -> dict[str, Any]:
    """The config of a run, a mapping as `run` and the command line take it; functions of yours stay in it as they are.

    Args:
        target: A model, or a composition of models.
        process: The noise process, whose times count the steps.
        particles: How many, over all islands.
        steps: From noise to data; 200 by default.
        seed: The same gives the same bytes.
        reward: Tilts the target by e^r, as `Target.tilted` does.
        islands: Independent groups of particles; from 8 on their spread gives the standard error.
        settings: What `Settings` names.

    Raises:
        TypeError: An argument is none of what it may be, or there is no setting of that name.

    >>> import feynman_kac as fk
    >>> mapping = fk.config(fk.Gaussian([0.0], 1.0) ** 2, process=fk.FlowMatching(), particles=100, steps=50, control="radial")
    >>> mapping["target"], mapping["sampler"]
    ({'annealed': {'model': 'gaussian', 'inverse_temperature': 2.0}}, {'steps': 50, 'control': 'radial'})
    """
    if not isinstance(target, (Composable, Target)):
        raise TypeError(f"a target is a model or a composition of models, such as q ** 2; found {target!r}")
    composed = as_target(target)
    if reward is not None:
        composed = composed.tilted(by=reward)
    names = _names(composed.models)
    parts = sections(settings)
    result: dict[str, Any] = {"seed": seed, "particles": particles}
    if islands != 1:
        result["islands"] = islands
    result["process"] = process_configuration(process)
    result["models"] = {names[id(model)]: model.configuration() for model in composed.models}
    result["target"] = {**composed.configuration(names), **parts.pop("target", {})}
    if composed.reward is not None:
        result["target"]["reward"] = {**reward_configuration(composed.reward), **composed.reward_settings}
    sampler = {**({} if steps is None else {"steps": steps}), **parts.pop("sampler", {})}
    if sampler:
        result["sampler"] = sampler
    result.update(parts.pop("", {}))
    result.update(parts)
    return result


def _names(models: tuple[Composable, ...]) -> dict[int, str]:
    names: dict[int, str] = {}
    for model in models:
        name, number = model.name, 1
        while name in names.values():
            number += 1
            name = f"{model.name}_{number}"
        names[id(model)] = name
    return names
