"""Sampling composed diffusion models, with weights that make the samples those of the composition."""

from . import rewards
from .analytic import Gaussian, GaussianMixture
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
from .models import Model
from .processes import (
    FlowMatching,
    Karras,
    NoiseProcess,
    Process,
    SubVariancePreserving,
    Tabulated,
    VarianceExploding,
    VariancePreserving,
)
from .rewards import Reward
from .targets import Composable, Target, annealed, guided, log_linear, product

__all__ = [
    "ONNX",
    "Composable",
    "ConfigError",
    "DoubtfulWarning",
    "Error",
    "ExternalModel",
    "FlowMatching",
    "Gaussian",
    "GaussianMixture",
    "Interrupted",
    "Karras",
    "MissingInputError",
    "Model",
    "NoiseProcess",
    "NumericalError",
    "OutputError",
    "Process",
    "Program",
    "Reward",
    "RunWarning",
    "SubVariancePreserving",
    "Tabulated",
    "Target",
    "UnavailableError",
    "UsageError",
    "VarianceExploding",
    "VariancePreserving",
    "annealed",
    "guided",
    "load_model",
    "log_linear",
    "product",
    "rewards",
]
