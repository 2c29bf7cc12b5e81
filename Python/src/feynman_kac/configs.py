"""Configs, the same that the command line takes."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from .errors import ConfigError, UnavailableError
from .processes import AnyProcess, process_configuration
from .rewards import AnyReward, reward_configuration
from .settings import sections
from .targets import AnyTarget, Composable, as_target

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
    if not isinstance(target, Composable) and type(target).__name__ != "Target":
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


def overridden(config: Mapping[str, Any], overrides: Mapping[str, Any]) -> dict[str, Any]:
    """A config with some keys replaced, as ``--set`` does.

    Args:
        config: The config.
        overrides: Values by paths such as ``"sampler.steps"``; a number in a path is an index of a list.

    Raises:
        ConfigError: A path leads through what is neither a mapping nor a list.

    >>> overridden({"sampler": {"steps": 10}}, {"sampler.steps": 100, "output.samples": "resampled"})
    {'sampler': {'steps': 100}, 'output': {'samples': 'resampled'}}
    """
    result: dict[str, Any] = _copied(config)
    for path, value in overrides.items():
        place: Any = result
        *folders, last = path.split(".")
        for word in folders:
            if isinstance(place, dict):
                place = place.setdefault(word, {})
            else:
                place = place[_index(place, word, path)]
        if isinstance(place, dict):
            place[last] = value
        else:
            place[_index(place, last, path)] = value
    return result


def parsed(text: str, name: str) -> dict[str, Any]:
    """A config in YAML as a mapping, by the same rules as the library: those of YAML 1.2.

    Args:
        text: The config.
        name: What messages call it.

    Raises:
        UnavailableError: PyYAML is not installed.
        ConfigError: The text is no mapping.
    """
    try:
        import yaml  # type: ignore[import-untyped,unused-ignore]
    except ImportError:
        raise UnavailableError("overrides of a config in YAML need PyYAML: pip install 'feynman-kac[yaml]', or give the config as a dict") from None
    try:
        found = yaml.load(text, _loader(yaml))
    except yaml.YAMLError as error:
        raise ConfigError(f"{name}: {error}") from error
    if not isinstance(found, dict):
        raise ConfigError(f"{name}: a config is a mapping; found {type(found).__name__}")
    return found


def _loader(yaml: Any) -> Any:
    """PyYAML takes 1e-5 for a text and no for False; YAML 1.2 does not."""
    import re

    class Loader(yaml.SafeLoader):  # type: ignore[misc]
        yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}

    digits = list("-+0123456789.")
    Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF"))
    Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^[-+]?[0-9]+$"), digits)
    Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""])
    Loader.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$"), digits)
    Loader.add_constructor("tag:yaml.org,2002:float", lambda loader, node: float(loader.construct_scalar(node)))
    Loader.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(loader.construct_scalar(node)))
    return Loader


def _copied(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _copied(item) for key, item in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list) else copy.copy(value) if isinstance(value, tuple) else value


def _index(place: Any, word: str, path: str) -> int:
    if isinstance(place, list) and word.isdigit() and int(word) < len(place):
        return int(word)
    raise ConfigError(f"overrides: {path}: there is no '{word}' in {type(place).__name__}")


def _names(models: tuple[Composable, ...]) -> dict[int, str]:
    names: dict[int, str] = {}
    for model in models:
        name, number = model.name, 1
        while name in names.values():
            number += 1
            name = f"{model.name}_{number}"
        names[id(model)] = name
    return names
