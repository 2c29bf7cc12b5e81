"""Models that the library evaluates itself: networks from files, and programs."""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Sequence
from typing import Any, Literal

from .errors import ConfigError, MissingInputError
from .models import Condition, Prediction
from .processes import AnyProcess, process_configuration
from .targets import Composable


class ExternalModel(Composable):
    """A model that the library evaluates itself, by a kind of the command line's configs.

    Args:
        kind: The kind, such as ``"mlp"``.
        name: What the config and messages call it.
        process: The process that the model was trained under, where it is another than the run's.
        condition: What a conditional network is asked for: a class, or a list of numbers.
        settings: The keys of that kind in a config; None leaves one out.

    >>> import feynman_kac as fk
    >>> fk.ExternalModel("mlp", "net", file="net.safetensors").configuration()
    {'kind': 'mlp', 'file': 'net.safetensors'}
    """

    def __init__(self, kind: str, name: str, *, process: AnyProcess | None = None, condition: Condition = None, **settings: Any) -> None:
        self.kind = kind
        self.name = name
        self.process = process
        self.condition = condition
        self.settings = {key: value for key, value in settings.items() if value is not None}

    def conditioned(self, condition: Condition, *, name: str | None = None) -> ExternalModel:
        """The same network asked for something else.

        Args:
            condition: A class, a list of numbers, or None for the unconditional branch.
            name: What messages call it.
        """
        return ExternalModel(self.kind, name or self.name, process=self.process, condition=condition, **self.settings)

    def configuration(self) -> dict[str, Any]:
        """The model as a config has it."""
        entries: dict[str, Any] = {"kind": self.kind, **self.settings}
        if self.process is not None:
            entries["process"] = process_configuration(self.process)
        if self.condition is not None:
            entries["condition"] = self.condition
        return entries

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.kind!r}, {self.name!r})"


def load_model(file: str | os.PathLike[str], *, name: str | None = None, process: AnyProcess | None = None, **settings: Any) -> ExternalModel:
    """A network from a safetensors file whose header states its settings, as Documentation/NETWORKS.md has them.

    Args:
        file: The file.
        name: What the config and messages call it; the file's name by default.
        process: The process, where it is not what the file states.
        settings: Further keys of the model in a config, such as ``prediction`` or ``condition``.

    Raises:
        MissingInputError: The file is not there.
        ConfigError: It is no safetensors file.
    """
    path = os.path.abspath(file)
    return ExternalModel(_architecture(path) or "mlp", name or _stem(path), process=process, file=path, **settings)


class ONNX(ExternalModel):
    """A network in an ONNX file, which OpenVINO evaluates.

    Args:
        file: The file.
        prediction: What the output stands for.
        noise_input: What the noise input takes: ``"log-snr"``, ``"time"``, ``"timestep"`` or ``"sigma"``.
        name: What the config and messages call it; the file's name by default.
        process: The process that the model was trained under, where it is another than the run's.
        condition: What the network is asked for.
        settings: Further keys of the model in a config, such as ``timesteps``, ``device`` or ``batch_rows``.
    """

    def __init__(
        self,
        file: str | os.PathLike[str],
        *,
        prediction: Prediction,
        noise_input: Literal["log-snr", "time", "timestep", "sigma"],
        name: str | None = None,
        process: AnyProcess | None = None,
        condition: Condition = None,
        **settings: Any,
    ) -> None:
        path = os.path.abspath(file)
        settings = {"file": path, "prediction": prediction, "noise_input": noise_input, **settings}
        super().__init__("onnx", name or _stem(path), process=process, condition=condition, **settings)


class Program(ExternalModel):
    """A program that answers over a pipe; a run with one needs ``allow_programs=True``.

    Args:
        command: The program and its arguments; it speaks the protocol of Clients/python/feynman_kac_worker.py.
        dimensions: d, the length of a state.
        name: What the config and messages call it.
        process: The process that the model was trained under, where it is another than the run's.
        condition: What the program is asked for.
        settings: Further keys of the model in a config, such as ``prediction``, ``workers`` or ``batch_rows``.
    """

    def __init__(
        self,
        command: Sequence[str | os.PathLike[str]],
        dimensions: int,
        *,
        name: str = "program",
        process: AnyProcess | None = None,
        condition: Condition = None,
        **settings: Any,
    ) -> None:
        words = [os.fspath(word) for word in command]
        super().__init__("program", name, process=process, condition=condition, command=words, dimensions=dimensions, **settings)


def _stem(path: str) -> str:
    return os.path.splitext(os.path.basename(path))[0]


def _architecture(path: str) -> str:
    try:
        with open(path, "rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            metadata = json.loads(file.read(min(length, 100_000_000))).get("__metadata__", {})
    except FileNotFoundError:
        raise MissingInputError(f"{path}: there is no such file") from None
    except (struct.error, ValueError, AttributeError):
        raise ConfigError(f"{path}: this is not a safetensors file") from None
    return str(metadata.get("architecture", ""))
