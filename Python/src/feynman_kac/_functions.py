"""The functions of a config, under the names by which its text calls them."""

from __future__ import annotations

import ctypes as C
import json
import math
import os
from collections.abc import Callable, Mapping
from typing import Any, Literal

import numpy as np

from . import _callbacks, _native
from .errors import ConfigError
from .models import Model, ModelFunction, name_of
from .processes import NoiseProcess
from .rewards import Reward
from .targets import Composable

Role = Literal["model", "reward", "process", "resampler"]


class Functions:
    """The functions that a run calls, with a handle of the library that lives as long.

    Attributes:
        shape: The shape of a state, where the models state one.
        failure: What the functions raised.
    """

    def __init__(self) -> None:
        self.failure = _callbacks.Failure()
        self.shape: tuple[int, ...] | None = None
        self._named: dict[tuple[Role, str], Any] = {}
        self._alive: list[Any] = []
        self._handle: int | None = None

    def add(self, function: Any, role: Role) -> str:
        """Takes a function up, and says the name of it; one that is there already keeps its name."""
        for (its_role, name), other in self._named.items():
            if its_role == role and _same(function, other):
                return name
        base = getattr(function, "name", None) or name_of(function)
        name, number = str(base), 1
        while (role, name) in self._named:
            number += 1
            name = f"{base}_{number}"
        self._named[role, name] = function
        if isinstance(function, ModelFunction) and function.shape is not None:
            if self.shape not in (None, function.shape):
                raise ConfigError(f"models of one run have states of one shape; found {self.shape} and {function.shape}")
            self.shape = function.shape
        return name

    def name(self, name: str, function: Any) -> None:
        """Takes a function up under a name that a config's text has."""
        name = _text(_key(name, ()), ())
        if isinstance(function, Model):
            self._named["model", name] = function.function
            self.shape = function.shape
        elif isinstance(function, Reward):
            self._named["reward", name] = function
        elif isinstance(function, NoiseProcess):
            self._named["process", name] = function
        elif callable(function):
            # A text does not tell what it names; the library asks for it where it stands.
            self._named.update({("model", name): function, ("reward", name): function, ("resampler", name): function})
        else:
            raise TypeError(f"functions of a config are callables, models, rewards or processes; {name} is {function!r}")

    def __enter__(self) -> int | None:
        if not self._named:
            return None
        library = _native.library
        self._handle = library.fkc_functions_new()
        for (role, name), function in self._named.items():
            callback = self._callback(role, name, function)
            self._alive.append(callback)
            argument = C.byref(callback) if role == "process" else callback
            getattr(library, f"fkc_functions_{role}")(self._handle, name.encode(), argument, None)
        return self._handle

    def __exit__(self, *_: object) -> None:
        if self._handle is not None:
            _native.library.fkc_functions_free(self._handle)
            self._handle = None
        self._alive.clear()

    def _callback(self, role: Role, name: str, function: Any) -> Any:
        if role == "process":
            return _callbacks.process_callbacks(function, self.failure)
        if role == "resampler":
            return _callbacks.resampling_callback(function, name, self.failure)
        if role == "reward":
            if isinstance(function, Reward):
                return _callbacks.reward_callback(function.function, function.gradient, name, self.shape, self.failure)
            return _callbacks.reward_callback(function, False, name, self.shape, self.failure)
        called: Callable[..., Any] = function.function if isinstance(function, ModelFunction) else function
        return _callbacks.model_callback(called, name, self.shape, self.failure)


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, ModelFunction) and isinstance(other, ModelFunction):
        settings = (one.conditional, one.log_density, one.shape) == (other.conditional, other.log_density, other.shape)
        return settings and _same(one.function, other.function)
    return one is other or (hasattr(one, "__self__") and bool(one == other))


def text_of(config: Mapping[str, Any], functions: Functions) -> str:
    """A config as the library reads it.

    Args:
        config: The config, in which functions, arrays, paths and this package's objects may stand.
        functions: Takes the functions up.

    Raises:
        ConfigError: Something in it has no form in a config.
    """
    return _json("config", config, functions, ())


def settings_of(overrides: Mapping[str, Any], functions: Functions) -> list[str]:
    """Changes of a config as the library reads them, ``path=value``.

    Args:
        overrides: Values by paths such as ``"sampler.steps"``, in which functions and the like may stand too.
        functions: Takes the functions up.

    Raises:
        ConfigError: Something in them has no form in a config.
    """
    if not isinstance(overrides, Mapping):
        raise TypeError(f"overrides are a mapping from paths to values; found {overrides!r}")
    paths = [_text(_key(path, ()), ()) for path in overrides]
    return [f"{path}={_json('overrides', overrides[path], functions, tuple(path.split('.')))}" for path in paths]


def _json(what: str, value: Any, functions: Functions, path: tuple[str, ...]) -> str:
    try:
        return json.dumps(_plain(value, functions, path), allow_nan=False, ensure_ascii=False)
    except RecursionError:
        raise ConfigError(f"{what}: holds itself, or goes too deep") from None
    except ConfigError:
        raise
    except ValueError as error:
        raise ConfigError(f"{what}: {error}") from error


def _plain(value: Any, functions: Functions, path: tuple[str, ...]) -> Any:
    if isinstance(value, str):
        return _text(value, path)
    if isinstance(value, float) and not math.isfinite(value):
        raise ConfigError(f"config: {'.'.join(path)}: found {float(value)}; give a finite number")
    if isinstance(value, (bool, int, float)) or value is None:
        return value
    if isinstance(value, Mapping):
        return {_text(_key(key, path), path): _plain(item, functions, (*path, str(key))) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return _plain(value.tolist(), functions, path)
    if isinstance(value, np.generic) and type(value.item()) is not type(value):
        return _plain(value.item(), functions, path)
    if isinstance(value, (list, tuple, range)):
        return [_plain(item, functions, path) for item in value]
    if isinstance(value, os.PathLike):
        return _plain(os.fspath(value), functions, path)
    role = _role(path)
    if path and path[-1] == "function" and role is not None:
        return functions.add(value, role)
    configuration = getattr(value, "configuration", None)
    if callable(configuration) and (isinstance(value, Composable) or role is not None):
        return _plain(configuration(), functions, path)
    if role is not None and (callable(value) or role == "process"):
        return {"kind": "function", "function": functions.add(value, role)} if role != "resampler" else {"function": functions.add(value, role)}
    raise ConfigError(f"config: {'.'.join(path)}: found {value!r}, which has no form in a config")


def _text(text: str, path: tuple[str, ...]) -> str:
    """A text as it is, if the library can read it to its end."""
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ConfigError(f"config: {'.'.join(path)}: found {text!r}; give a text without zeros and lone surrogates")
    return text


def _key(key: object, path: tuple[str, ...]) -> str:
    if not isinstance(key, str):
        raise ConfigError(f"config: {'.'.join(path)}: keys are texts; found {key!r}")
    return key


def _role(path: tuple[str, ...]) -> Role | None:
    """What a function at a place of a config is."""
    place = path[:-1] if path and path[-1] == "function" else path
    if place and place[-1] == "process":
        return "process"
    if len(place) == 2 and place[0] == "models":
        return "model"
    if place[:2] == ("target", "reward"):
        return "reward"
    if place == ("resampling", "scheme"):
        return "resampler"
    return None
