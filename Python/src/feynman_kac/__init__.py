"""Sampling composed diffusion models, with weights that make the samples those of the composition."""

import importlib
from typing import TYPE_CHECKING, Any

from . import rewards
from ._version import __version__
from .analytic import Gaussian, GaussianMixture
from .configs import config
from .errors import (
    ConfigError,
    DoubtfulWarning,
    Error,
    Interrupted,
    MissingInputError,
    NumericalError,
    OutputError,
    RunWarning,
    UnavailableError,
    UsageError,
)
from .external import ONNX, ExternalModel, Program, load_model
from .figures import Finding, LogNormalizer
from .models import Model
from .observers import Snapshot, Step
from .points import NoisePoint
from .processes import (
    DDPM,
    FlowMatching,
    Karras,
    NoiseProcess,
    Process,
    SubVariancePreserving,
    Tabulated,
    VarianceExploding,
    VariancePreserving,
)
from .results import Result, Trajectory
from .rewards import Reward
from .runs import check, load, run, sample, schema
from .targets import Composable, Target, annealed, guided, log_linear, product

if TYPE_CHECKING:
    from . import diffusers as diffusers
    from . import jax as jax
    from . import torch as torch

__all__ = [
    "DDPM",
    "ONNX",
    "Composable",
    "ConfigError",
    "DoubtfulWarning",
    "Error",
    "ExternalModel",
    "Finding",
    "FlowMatching",
    "Gaussian",
    "GaussianMixture",
    "Interrupted",
    "Karras",
    "LogNormalizer",
    "MissingInputError",
    "Model",
    "NoisePoint",
    "NoiseProcess",
    "NumericalError",
    "OutputError",
    "Process",
    "Program",
    "Result",
    "Reward",
    "RunWarning",
    "Snapshot",
    "Step",
    "SubVariancePreserving",
    "Tabulated",
    "Target",
    "Trajectory",
    "UnavailableError",
    "UsageError",
    "VarianceExploding",
    "VariancePreserving",
    "__version__",
    "annealed",
    "check",
    "config",
    "guided",
    "load",
    "load_model",
    "log_linear",
    "product",
    "rewards",
    "run",
    "sample",
    "schema",
]


def __getattr__(name: str) -> Any:
    # Libraries of networks take seconds to import, and need not be installed.
    if name in ("diffusers", "jax", "torch"):
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
